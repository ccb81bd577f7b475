"""Commands that say who owes what, and print a customer's statement."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exigible.positions.rules import BASES, GROUPINGS

if TYPE_CHECKING:
    from exigible.positions.queries import AgedBalance

FORMATS = ("table", "json", "csv", "xlsx")
PRINTED = ("pdf", "xlsx", "json")
DAY = click.DateTime(["%Y-%m-%d"])


class Moment(click.ParamType):
    """A moment as ISO writes it; a day alone means its end. Without an offset, in the site's time zone."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return _moment(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a moment such as 2026-03-31 or 2026-03-31T18:00", param, ctx)


def _moment(text: str) -> datetime:
    if len(text) == len("2026-03-31"):
        return datetime.combine(date.fromisoformat(text), time.max)
    return datetime.fromisoformat(text)


@click.command("aged-balance")
@click.option("--company", "code", required=True)
@click.option("--as-of", type=DAY, help="default: today")
@click.option("--known-at", type=Moment(), help="only what was known then; default: now")
@click.option("--basis", type=click.Choice(BASES), default="due", show_default=True)
@click.option("--buckets", help="last days of the buckets, such as 30,60,90; default: the company's")
@click.option("--by", type=click.Choice(GROUPINGS), default="customer", show_default=True)
@click.option("--currency", help="one currency only")
@click.option("--format", "form", type=click.Choice(FORMATS), default=FORMATS[0], show_default=True)
@click.option("--json", "as_json", is_flag=True, help="the same as --format json")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="write to a file")
def aged_balance(
    code: str, as_of: datetime | None, known_at: datetime | None, out: Path | None, **asked: Any
) -> None:
    """Who owes what, since when, as of a date, as known at a moment.

    The moment printed with the report prints it again, whatever was written in the books since.
    """
    from exigible.kernel.ageing import Buckets
    from exigible.ledger.queries import find_company
    from exigible.positions import queries
    from exigible.positions.filters import Filters

    company = find_company(code)
    filters = Filters(currency=asked["currency"].upper() if asked["currency"] else None)
    balance = queries.aged_balance(
        company,
        as_of=as_of.date() if as_of else _today(),
        known_at=_aware(known_at) or queries.issue_moment(company),
        basis=asked["basis"],
        buckets=Buckets.parse(asked["buckets"]) if asked["buckets"] else None,
        by=asked["by"],
        filters=filters,
    )
    _write_balance(balance, filters, "json" if asked["as_json"] else asked["form"], out)


def _write_balance(balance: AgedBalance, filters: Any, form: str, out: Path | None) -> None:
    from exigible.documents import sheets
    from exigible.positions import exports

    if form == "json":
        _write_text([json.dumps(exports.aged_balance_json(balance), ensure_ascii=False, indent=1), "\n"], out)
    elif form == "csv":
        _write_text(exports.aged_balance_csv(balance), out)
    elif form == "table":
        _write_text(exports.aged_balance_table(balance), out)
    else:
        report = exports.aged_balance_report(balance, filters)
        _write_bytes(sheets.aged_balance_workbook(report, language=exports.reader_language()), out)


@click.command("statement")
@click.option("--company", "code", required=True)
@click.option("--customer", "customer_code", required=True)
@click.option("--as-of", type=DAY, help="default: today")
@click.option("--known-at", type=Moment(), help="only what was known then; default: now")
@click.option("--kind", type=click.Choice(["open", "movements"]), default="open", show_default=True)
@click.option("--since", type=DAY, help="first day of the movements; default: a year before")
@click.option("--format", "form", type=click.Choice(PRINTED), default=PRINTED[0], show_default=True)
@click.option("--json", "as_json", is_flag=True, help="the same as --format json")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="write to a file")
def statement(code: str, customer_code: str, form: str, out: Path | None, **asked: Any) -> None:
    """A customer's statement of account, in the customer's language: what is open, or all that moved."""
    from exigible.documents.sheets import statement_workbook
    from exigible.documents.statement import render_statements
    from exigible.ledger.queries import find_company
    from exigible.positions import exports, queries, statements

    company = find_company(code)
    found = statements.statement(
        queries.find_customer(company, customer_code),
        asked["as_of"].date() if asked["as_of"] else _today(),
        asked["kind"],
        asked["since"].date() if asked["since"] else None,
        _aware(asked["known_at"]) or queries.issue_moment(company),
    )
    if form == "json" or asked["as_json"]:
        _write_text([json.dumps(exports.statement_json(found), ensure_ascii=False, indent=1), "\n"], out)
        return
    document = exports.statement_document(found, dated=_today())
    _write_bytes(render_statements([document])[0] if form == "pdf" else statement_workbook(document), out)


def _today() -> date:
    from django.utils import timezone

    return timezone.localdate()


def _aware(moment: datetime | None) -> datetime | None:
    from django.utils import timezone

    return timezone.make_aware(moment) if moment is not None and moment.tzinfo is None else moment


def _write_text(parts: Any, out: Path | None) -> None:
    if out is None:
        for part in parts:
            click.echo(part, nl=False)
        return
    # Excel tells UTF-8 by this mark; a JSON document must not have it.
    encoding = "utf-8-sig" if out.suffix == ".csv" else "utf-8"
    with out.open("w", encoding=encoding, newline="") as file:
        file.writelines(parts)


def _write_bytes(content: bytes, out: Path | None) -> None:
    if out is not None:
        out.write_bytes(content)
        return
    if sys.stdout.isatty():
        raise click.UsageError("this is not text: give a file with --out, or send it to one with >")
    sys.stdout.buffer.write(content)
