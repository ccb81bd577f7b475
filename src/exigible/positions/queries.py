"""Who owes what, since when: read from the movements, as of any date and as known at any moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.db import connection
from psycopg.sql import SQL, Composed

from exigible.kernel.ageing import Buckets
from exigible.kernel.errors import UserMistake
from exigible.kernel.text import fold
from exigible.ledger.models import Company, Customer
from exigible.positions import sql
from exigible.positions.filters import Filters
from exigible.positions.rules import Ageing, Basis, Grouping, Parameters, totals


@dataclass(frozen=True, slots=True)
class AgedRow:
    """One line: a customer, group, collector or segment in one currency, amounts in minor units.

    `key` is what people know it by (code of the customer, e-mail of the collector); "" for those without one.
    `disputed` is the part of the total that is in dispute; nothing records disputes yet.
    """

    key: str
    name: str
    currency: str
    ageing: Ageing
    disputed: int = 0


@dataclass(frozen=True, slots=True)
class AgedBalance:
    """An aged balance with what it was asked for; two currencies are in separate rows and separate totals."""

    company: Company
    by: Grouping
    asked: Parameters
    rows: list[AgedRow]

    @property
    def totals(self) -> dict[str, Ageing]:
        return totals((row.currency, row.ageing) for row in self.rows)

    @property
    def currencies(self) -> list[str]:
        """Those of the rows; the company's own where there is no row."""
        return list(self.totals) or [self.company.currency]

    def in_currency(self, currency: str) -> list[AgedRow]:
        return [row for row in self.rows if row.currency == currency]


def find_customer(company: Company, code: str) -> Customer:
    """The customer with this code; raises UserMistake("unknown-customer")."""
    customer = (
        Customer.objects.select_related("company", "collector").filter(company=company, code=code).first()
    )
    if customer is None:
        raise UserMistake("unknown-customer", "No customer has the code “{found}”.", found=code)
    return customer


# From each segment to the next one in the index: as many steps as there are segments, however many customers.
_SEGMENTS = SQL("""
    WITH RECURSIVE known (segment) AS (
        SELECT min(segment) FROM ledger_customer WHERE company_id = %(company)s AND segment > ''
        UNION ALL
        SELECT (SELECT min(c.segment) FROM ledger_customer c
                WHERE c.company_id = %(company)s AND c.segment > known.segment)
        FROM known WHERE known.segment IS NOT NULL
    ) SELECT segment FROM known WHERE segment IS NOT NULL
""")


def segments(company: Company) -> list[str]:
    """The segments that the company's customers are in, as a reader looks them up."""
    return sorted((name for (name,) in fetch(_SEGMENTS, {"company": company.pk})), key=fold)


def issue_moment(company: Company) -> datetime:
    """A moment to issue a report at: what is known by then can be seen now, and will be the same ever after.

    Waits for a transaction that is writing in the company's books.
    """
    ((moment,),) = fetch(SQL("SELECT positions_issue_moment(%(company)s)"), {"company": company.pk})
    return cast("datetime", moment)


def aged_balance(
    company: Company,
    *,
    as_of: date,
    known_at: datetime | None = None,
    basis: Basis = "due",
    buckets: Buckets | None = None,
    by: Grouping = "customer",
    filters: Filters | None = None,
) -> AgedBalance:
    """The aged balance of a company, straight from the movements in one scan.

    `known_at` None means all that is known. `buckets` are by default the company's own. Who owes nothing and
    is owed nothing has no row.
    """
    asked = Parameters(as_of, known_at, basis, buckets or Buckets(tuple(company.bucket_bounds)))
    chosen = filters or Filters()
    found = fetch(sql.balance(by, asked, chosen), sql.values(company.pk, asked, chosen))
    rows = [
        AgedRow(key, name, currency, Ageing(tuple(amounts), unallocated))
        for key, name, currency, *amounts, unallocated in found
    ]
    if by != "customer":  # customers come in the order of their stored names
        rows.sort(key=lambda row: (fold(row.name), row.key, row.currency))
    return AgedBalance(company, by, asked, rows)


def fetch(statement: Composed | SQL, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cast("list[tuple[Any, ...]]", cursor.fetchall())
