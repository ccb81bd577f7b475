"""Lettering on the command line."""

from __future__ import annotations

import json
from typing import Any

import click


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
