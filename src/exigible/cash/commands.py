"""Lettering on the command line."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from exigible.cash.lettering import Form


@click.group("cash")
def cash_group() -> None:
    """Bank lines: who paid, and what."""


@cash_group.command("match")
@click.option("--company", "code", required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def match(code: str, as_json: bool) -> None:
    """Propose a match for each bank line, and letter what is sure.

    Tells the lines matched today and those still to letter. Again, it only looks anew at what is left.
    """
    from django.utils import timezone

    from exigible.cash.matching import match_company
    from exigible.cash.results import matches_json
    from exigible.ledger.queries import find_company

    company = find_company(code)
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    match_company(company.pk, tell=_tell)
    result = matches_json(company, since=today)
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else "\n".join(_lines(result)))


def _tell(done: int, whole: int) -> None:
    click.echo(f"{done} / {whole}", err=True)


def _lines(result: dict[str, Any]) -> list[str]:
    told = [
        f"{line['date']}  {line['amount']:>14} {line['currency']}  {line['status']:<10}"
        f"  {line['customer'] or '':<12}  {', '.join(one['document'] for one in line['allocations'])}"
        for line in result["lines"]
    ]
    return [*told, "  ".join(f"{status}: {count}" for status, count in result["summary"].items())]


@cash_group.command("lettering")
@click.option("--company", "code", required=True)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="only what was lettered from this day on")
@click.option("--format", "form", type=click.Choice(["fec", "csv"]), default="csv", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="a file (default: the terminal)")
def lettering(code: str, since: datetime | None, form: Form, out: Path | None) -> None:
    """Export the lettering made here, for the accounting program: columns of a FEC, or CSV."""
    from exigible.cash.lettering import export_lettering, lettering_groups
    from exigible.ledger.queries import find_company

    groups = lettering_groups(find_company(code), since=since.date() if since else None)
    text = "".join(export_lettering(groups, form))
    if out is None:
        click.echo(text, nl=False)
        return
    with out.open("w", encoding="utf-8-sig" if form == "csv" else "utf-8", newline="") as file:
        file.write(text)
