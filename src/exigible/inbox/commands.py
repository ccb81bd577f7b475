"""The inbox on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click


@click.group("inbox")
def inbox_group() -> None:
    """Replies of customers: fetched by IMAP, or read from files."""


@inbox_group.command("fetch")
@click.option("--company", "code", required=True)
@click.option("--json", "as_json", is_flag=True)
def inbox_fetch(code: str, as_json: bool) -> int:
    """Read what is new in a company's mailbox, now."""
    from exigible.inbox.fetching import fetch_mailbox
    from exigible.inbox.models import Mailbox
    from exigible.inbox.wording import fetched_sentence, problem_sentence
    from exigible.kernel.errors import UserMistake
    from exigible.ledger.queries import find_company

    company = find_company(code)
    mailbox = Mailbox.objects.filter(company=company).first()
    if mailbox is None:
        raise UserMistake("no-mailbox", "No mailbox is set for {company}: see its settings.", company=code)
    report = fetch_mailbox(mailbox=mailbox, by=None)
    if report.problem:
        click.echo(problem_sentence(report.problem, company, report.said), err=True)
    result = {"new": report.new, "known": report.known, "left": report.left, "moved": report.moved}
    told = json.dumps(result | {"problem": report.problem or None}, ensure_ascii=False)
    click.echo(told if as_json else fetched_sentence(report))
    return 1 if report.problem else 0


@inbox_group.command("read")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--company", "code", required=True)
@click.option("--json", "as_json", is_flag=True)
def inbox_read(files: tuple[str, ...], code: str, as_json: bool) -> None:
    """Read e-mails kept as FILES (.eml), as if they had come in."""
    from exigible.ledger.queries import find_company

    company = find_company(code)
    results = [_read(company, Path(file)) for file in files]
    if as_json:
        click.echo(json.dumps(results, ensure_ascii=False))
        return
    for one in results:
        known = "" if one["new"] else "="
        click.echo(
            f"{one['file']}: {one['customer'] or '?'} {one['kind']}{' ?' * one['unsure']} {known}".strip()
        )


def _read(company: Any, path: Path) -> dict[str, Any]:
    from exigible.inbox.receiving import receive

    received = receive(company=company, raw=path.read_bytes(), by=None)
    mail = received.mail
    return {
        "file": str(path),
        "new": received.is_new,
        "customer": mail.customer.code if mail.customer else None,
        "found_by": mail.found_by,
        "kind": mail.kind,
        "unsure": mail.is_unsure,
    }
