"""Registered letters on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.group("registered")
def registered_group() -> None:
    """Registered letters: what is to be done, and the tracking files of the carrier."""


@registered_group.command("tracking")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--company", "code", required=True)
@click.option("--json", "as_json", is_flag=True)
def registered_tracking(file: str, code: str, as_json: bool) -> int:
    """Note what a carrier's tracking FILE (CSV or Excel) says of a company's letters.

    Ends with 1 where a line could not be noted; read again, a file changes nothing.
    """
    from exigible.ledger.queries import find_company
    from exigible.registered.models import RegisteredLetter
    from exigible.registered.services import import_tracking
    from exigible.registered.wording import problem_words

    company = find_company(code)
    report = import_tracking(
        letters=RegisteredLetter.objects.filter(company=company),
        company_id=company.pk,
        content=Path(file).read_bytes(),
        by=None,
    )
    problems = [problem_words(problem) for problem in report.problems]
    told = {"noted": report.noted, "known": report.known, "others": len(report.foreign), "problems": problems}
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo(" ".join(f"{name} {told[name]}" for name in ("noted", "known", "others")))
        for words in problems:
            click.echo(words, err=True)
    return 1 if problems else 0
