"""The day's list on the command line."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from exigible.ledger.models import Company
    from exigible.worklist.rules import WorkLine


@click.command("worklist")
@click.option("--company", "code", required=True)
@click.option("--date", "on", type=click.DateTime(["%Y-%m-%d"]), help="the day (default: today)")
@click.option("--user", "email", help="only the portfolio of this person")
@click.option("--json", "as_json", is_flag=True)
def worklist(code: str, on: datetime | None, email: str | None, as_json: bool) -> None:
    """What to do today, in order, and why."""
    from django.utils import timezone

    from exigible.ledger.queries import find_company
    from exigible.worklist.services import decide_day

    company = find_company(code)
    day = on.date() if on else timezone.localdate()
    rows = _rows(company, decide_day(company, day), email)
    if as_json:
        click.echo(json.dumps({"company": code, "date": day.isoformat(), "lines": rows}, ensure_ascii=False))
        return
    for row in rows:
        click.echo(
            f"{row['act']:16} {row['customer']:14} {row['overdue']:>16} {row['currency']}"
            f" {row['oldest_days']:>5} d  {row['name'][:32]:32}  {row['why']}"
        )


def _rows(company: Company, lines: list[WorkLine], email: str | None) -> list[dict[str, Any]]:
    from exigible.kernel.money import to_decimal_string
    from exigible.ledger.models import Customer
    from exigible.worklist.wording import reason_sentence

    customers = Customer.objects.filter(company=company).select_related("collector")
    if email:
        customers = customers.filter(collector__email=email.lower())
    known = customers.in_bulk([line.customer_id for line in lines])
    return [
        {
            "customer": known[line.customer_id].code,
            "name": known[line.customer_id].name,
            "currency": line.currency,
            "overdue": to_decimal_string(line.overdue_minor, line.currency),
            "at_stake": to_decimal_string(line.stake_minor, line.currency),
            "oldest_days": line.oldest_days,
            "act": line.act,
            "reason": line.reason,
            "why": reason_sentence(line.reason, line.params, line.currency),
            "also": list(line.also),
        }
        for line in lines
        if line.customer_id in known
    ]
