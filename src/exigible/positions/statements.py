"""A customer's statement of account: what is open as of a date, or all that moved in a period."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from django.utils import timezone
from psycopg.sql import SQL

from exigible.documents.naming import Document, telling_label, unclear_numbers
from exigible.kernel.ageing import Buckets, days_overdue
from exigible.ledger.models import Customer
from exigible.positions import sql
from exigible.positions.filters import Filters
from exigible.positions.queries import fetch
from exigible.positions.rules import Ageing, Parameters, month_ends

Kind = Literal["open", "movements"]
A_YEAR = timedelta(days=365)
REVERSAL, GROUP_SETTLEMENT = "reversal", "group_settlement"


@dataclass(frozen=True, slots=True)
class StatementLine:
    """An open item, or a movement: positive is owed by the customer.

    `kind` is the document's type, "reversal" for an item taken back in the period, "group_settlement" for a
    lettering with the account of another customer of the group. `left_minor` is what was open on the date.
    `label` is that of a document whose number does not tell it from the others, else empty.
    """

    dated: date
    kind: str
    document: str
    reference: str
    due_on: date
    amount_minor: int
    left_minor: int = 0
    label: str = ""

    def days_overdue(self, as_of: date) -> int:
        return days_overdue(self.due_on, as_of)


@dataclass(frozen=True, slots=True)
class StatementSection:
    """What concerns one currency. `opening_minor` is the balance before the period."""

    currency: str
    lines: tuple[StatementLine, ...]
    ageing: Ageing
    opening_minor: int = 0


@dataclass(frozen=True, slots=True)
class AccountStatement:
    """A statement and what it was asked for. `since` is the first day of the period, for movements."""

    customer: Customer
    asked: Parameters
    kind: Kind
    since: date | None
    sections: tuple[StatementSection, ...]

    @property
    def as_of(self) -> date:
        return self.asked.as_of


_OPEN_LINES = SQL("""
    SELECT i.document_type, i.issued_on, i.label, i.currency, i.issued_on, i.document_type, i.document_number,
           i.reference, l.due_on, i.amount_minor, l.left_minor
    FROM ({lines}) l JOIN ledger_openitem i ON i.id = l.item_id
    ORDER BY i.currency, l.due_on, i.issued_on, i.document_number, i.id
""")

# An item entered and taken back within the period is no movement of the account; two legs of an allocation on
# one account cancel out, and are none either.
_MOVEMENT_LINES = SQL("""
    SELECT i.document_type, i.issued_on, i.label, m.currency, m.dated, coalesce(m.kind, i.document_type),
           i.document_number, i.reference, i.due_on, m.amount_minor, 0
    FROM (
        SELECT m.currency, min(m.effective_on) AS dated,
               CASE WHEN min(m.fact) = 2 THEN 'reversal' END AS kind, m.item_id,
               positions_sum(m.amount_minor) AS amount_minor
        FROM ledger_movement m
        WHERE {counts} AND m.effective_on >= %(since)s AND m.fact IN (1, 2)
        GROUP BY m.currency, m.item_id HAVING positions_sum(m.amount_minor) <> 0
        UNION ALL
        SELECT m.currency, m.effective_on, 'group_settlement', min(m.item_id), positions_sum(m.amount_minor)
        FROM ledger_movement m
        WHERE {counts} AND m.effective_on >= %(since)s AND m.fact IN (3, 4)
        GROUP BY m.currency, m.effective_on, m.allocation_id HAVING positions_sum(m.amount_minor) <> 0
    ) m JOIN ledger_openitem i ON i.id = m.item_id
    ORDER BY m.currency, m.dated, m.amount_minor < 0, i.document_number, i.id
""")

_SUMS = SQL("""
    SELECT m.currency, positions_sum(m.amount_minor) FILTER (WHERE m.effective_on < %(since)s),
           {by_bucket}
    FROM ledger_movement m WHERE {counts} GROUP BY m.currency ORDER BY m.currency
""")


def statement(
    customer: Customer,
    as_of: date,
    kind: Kind = "open",
    since: date | None = None,
    known_at: datetime | None = None,
) -> AccountStatement:
    """The statement of a customer as of a date, in two statements of SQL.

    Movements begin a year before by default. Each section's closing balance is its ageing's total.
    """
    asked = Parameters(as_of, known_at, "due", Buckets(tuple(customer.company.bucket_bounds)))
    first = (since or max(as_of, date.min + A_YEAR) - A_YEAR) if kind == "movements" else None
    filters = Filters(customers=(customer.code,))
    values = sql.values(customer.company_id, asked, filters) | {"since": first}
    counts = sql.counts(asked, filters)
    lines = (
        _OPEN_LINES.format(lines=sql.lines(sql.TOTAL, asked, filters))
        if kind == "open"
        else _MOVEMENT_LINES.format(counts=counts)
    )
    found = _named(fetch(lines, values))
    sums = fetch(_SUMS.format(by_bucket=sql.by_bucket(asked), counts=counts), values)
    sections = [_section(row, found) for row in sums]
    shown = tuple(section for section in sections if section.lines or section.ageing.total)
    return AccountStatement(customer, asked, kind, first, shown)


def _named(found: list[tuple[Any, ...]]) -> list[tuple[str, StatementLine]]:
    """The lines with their currencies, and with their labels where their numbers say nothing."""
    lines = [
        (currency, Document(kind, line[2], issued_on, label), StatementLine(*line))
        for kind, issued_on, label, currency, *line in found
    ]
    unclear = unclear_numbers(document for _currency, document, _line in lines)
    return [
        (currency, replace(line, label=telling_label(document, unclear)))
        for currency, document, line in lines
    ]


def _section(sums: tuple[Any, ...], lines: list[tuple[str, StatementLine]]) -> StatementSection:
    currency, opening, *amounts, unallocated = sums
    return StatementSection(
        currency,
        tuple(line for line_currency, line in lines if line_currency == currency),
        Ageing(tuple(amounts), unallocated),
        opening,
    )


def overdue_history(
    customer: Customer, months: int = 13, as_of: date | None = None
) -> dict[str, list[tuple[date, dict[str, int]]]]:
    """What was overdue by bucket at the end of each of the last months, and on `as_of` (today): one query.

    By currency, oldest month first: the day, and minor units by key of bucket, without what was not due. A
    customer who never owed anything gives {}.
    """
    days = month_ends(as_of or timezone.localdate(), months)
    asked = Parameters(days[-1], buckets=Buckets(tuple(customer.company.bucket_bounds)))
    values = {"company": customer.company_id, "customer": customer.pk, "days": days}
    keys = asked.buckets.keys[1:]
    found: dict[str, dict[date, dict[str, int]]] = {}
    for day, currency, _not_due, *overdue, _unallocated in fetch(sql.history(asked), values):
        found.setdefault(currency, {})[day] = dict(zip(keys, overdue, strict=True))
    nothing = dict.fromkeys(keys, 0)
    return {currency: [(day, by_day.get(day, nothing)) for day in days] for currency, by_day in found.items()}
