"""Pages of positions, sorted and filtered, read from a kept report by keyset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.core import signing
from psycopg.sql import SQL, Composed
from psycopg.sql import Literal as Value

from exigible.kernel.ageing import Buckets, days_overdue
from exigible.kernel.errors import UserMistake
from exigible.ledger.models import Company
from exigible.positions import kept as kept_reports
from exigible.positions import sql
from exigible.positions.filters import Filters
from exigible.positions.kept import Kept
from exigible.positions.queries import fetch
from exigible.positions.rules import Ageing, Grouping, average_days_overdue

Direction = Literal["asc", "desc"]


@dataclass(frozen=True, slots=True)
class PositionRow:
    """Where a customer (or a group, collector, segment) stands in one currency; amounts in minor units.

    `customer_id` is None for a row of several customers. `weighted_overdue` is overdue amount times days.
    """

    key: str
    name: str
    currency: str
    customer_id: int | None
    ageing: Ageing
    oldest_on: date | None
    weighted_overdue: int
    disputed: int = 0

    @property
    def average_days(self) -> int | None:
        """Days late of what is overdue, weighted by amount."""
        return average_days_overdue(self.weighted_overdue, self.ageing.overdue)

    def oldest_days(self, as_of: date) -> int | None:
        """Days late of the oldest open debt; None when nothing is overdue."""
        return None if self.oldest_on is None else days_overdue(self.oldest_on, as_of)


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a kept report, and the totals of all that the filters let through.

    `following` and `preceding` are cursors, "" at the end and at the start. `customers` counts the positions
    behind the totals: one a customer and currency.
    """

    rows: list[PositionRow]
    totals: Mapping[str, Ageing]
    customers: int
    following: str
    preceding: str


@dataclass(frozen=True, slots=True)
class Order:
    """How a page is sorted, and where it begins: after a cursor, or before one and read backwards."""

    sort: str = "name"
    direction: Direction = "asc"
    after: str = ""
    before: str = ""

    @property
    def descends(self) -> bool:
        return (self.direction == "desc") != bool(self.before)


def sortable(buckets: Buckets) -> dict[str, tuple[SQL | Composed, str]]:
    """What a page sorts by: each word of the address with its expression over the rows `g` and its type."""
    amounts = {key: SQL("g.amounts[{}]").format(Value(n)) for n, key in enumerate(buckets.keys, start=1)}
    sums = {word: SQL("g.{}").format(SQL(word)) for word in (sql.UNALLOCATED, sql.OVERDUE, sql.TOTAL)}
    average = SQL("CASE WHEN g.overdue > 0 THEN g.weighted_overdue / g.overdue ELSE -1 END")
    return {word: (expression, "bigint") for word, expression in (amounts | sums).items()} | {
        "name": (SQL("g.sort_name"), "text"),
        "code": (SQL("g.key"), "text"),
        "oldest": (SQL("coalesce(g.oldest_on, 'infinity')"), "date"),
        "average": (average, "numeric"),
    }


def read_page(
    company: Company,
    kept: Kept,
    *,
    by: Grouping = "customer",
    filters: Filters,
    order: Order,
    limit: int,
    with_settled: bool = False,
) -> Page:
    """One page of a kept report: one statement for the rows, one for the totals when there are filters.

    `with_settled` also gives the customers who owe nothing. Raises UserMistake("bad-place") for a cursor that
    is not of this order, UserMistake("bad-sort").
    """
    if order.sort not in sortable(kept.asked.buckets):
        raise UserMistake("bad-sort", "The list cannot be sorted by “{found}”.", found=order.sort)
    values = sql.values(company.pk, kept.asked, filters) | {
        "report": kept.id,
        "own_currency": company.currency,
        "limit": limit + 1,
    }
    while True:
        found = fetch(_page(kept.asked.buckets, by, filters, order, with_settled), values | _place(order))
        totals, customers, version = _totals(kept, filters, values)
        if not found or found[0][-1] == version:
            return _as_page(found, totals, customers, order, limit)
        kept = kept_reports.keep(company, kept.asked)  # computed again between the two readings


def _place(order: Order) -> dict[str, Any]:
    """The values of the row that the page begins at."""
    cursor = order.after or order.before
    if not cursor:
        return {}
    try:
        sort, value, key, currency = signing.loads(cursor)
    except (signing.BadSignature, ValueError):
        sort, value, key, currency = "", "", "", ""
    if sort != order.sort:
        raise UserMistake("bad-place", "This address leads nowhere: start again at the first page.")
    return {"from_value": value, "from_key": key, "from_currency": currency}


def _page(buckets: Buckets, by: Grouping, filters: Filters, order: Order, with_settled: bool) -> Composed:
    expression, kind = sortable(buckets)[order.sort]
    start: SQL | Composed = SQL("")
    if order.after or order.before:
        start = SQL(
            "WHERE {expression} {sign}= %(from_value)s::{kind} AND ({expression}, g.key, g.currency) {sign}"
            " (%(from_value)s::{kind}, %(from_key)s, %(from_currency)s)"
        ).format(expression=expression, kind=SQL(kind), sign=SQL("<" if order.descends else ">"))
    return SQL(
        "SELECT g.*, ({expression})::text, (SELECT transaction FROM positions_report WHERE id = %(report)s)"
        " FROM ({rows}) g {start} ORDER BY {expression} {way}, g.key {way}, g.currency {way} LIMIT %(limit)s"
    ).format(
        expression=expression,
        rows=_rows(buckets, by, filters, with_settled),
        start=start,
        way=SQL("DESC" if order.descends else "ASC"),
    )


def _rows(buckets: Buckets, by: Grouping, filters: Filters, with_settled: bool) -> Composed:
    """The rows `g` before they are sorted, in the order of `_as_row`."""
    if by != "customer":
        return SQL(
            "SELECT {key} AS key, {name} AS name, w.currency, NULL::bigint AS customer_id,"
            " ARRAY[{amounts}] AS amounts, sum(w.unallocated)::bigint AS unallocated,"
            " min(w.oldest_on) AS oldest_on, sum(w.weighted_overdue) AS weighted_overdue,"
            " sum(w.overdue)::bigint AS overdue, sum(w.total)::bigint AS total, lower({name}) AS sort_name"
            " {positions} GROUP BY 1, 3"
        ).format(
            key=sql.KEYS[by],
            name=sql.NAMES[by].format(key=sql.KEYS[by]),
            amounts=sql.summed_amounts(buckets),
            positions=_positions(filters),
        )
    return SQL(
        "SELECT c.code AS key, c.name, coalesce(w.currency, %(own_currency)s) AS currency,"
        " c.id AS customer_id, coalesce(w.amounts, {zeros}) AS amounts,"
        " coalesce(w.unallocated, 0) AS unallocated, w.oldest_on,"
        " coalesce(w.weighted_overdue, 0) AS weighted_overdue, coalesce(w.overdue, 0) AS overdue,"
        " coalesce(w.total, 0) AS total, c.sort_name {positions}"
    ).format(zeros=Value([0] * len(buckets.keys)), positions=_positions(filters, with_settled))


def _positions(filters: Filters, with_settled: bool = False) -> Composed:
    """The customers `c` that are chosen, with their rows `w` of the report."""
    in_currency = SQL("AND w.currency = %(currency)s" if filters.currency else "")
    return SQL(
        "FROM ledger_customer c {join} positions_reportrow w ON w.customer_id = c.id"
        " AND w.report_id = %(report)s {in_currency} LEFT JOIN ledger_customer p ON p.id = c.parent_id"
        " LEFT JOIN team_user u ON u.id = c.collector_id WHERE {condition}"
    ).format(
        join=SQL("LEFT JOIN" if with_settled else "JOIN"),
        in_currency=in_currency,
        condition=filters.condition(),
    )


def _totals(kept: Kept, filters: Filters, values: dict[str, Any]) -> tuple[dict[str, Ageing], int, int]:
    """The totals of all pages, the number of positions in them, and the version they were read from."""
    if filters == Filters():
        return kept.totals, kept.customers, kept.version
    statement = SQL(
        "SELECT w.currency, (SELECT transaction FROM positions_report WHERE id = %(report)s), count(*),"
        " sum(w.unallocated)::bigint, {} {} GROUP BY w.currency ORDER BY w.currency"
    ).format(sql.summed_amounts(kept.asked.buckets), _positions(filters))
    found = fetch(statement, values)
    sums = {currency: Ageing(tuple(amounts), credit) for currency, _, _, credit, *amounts in found}
    return sums, sum(row[2] for row in found), found[0][1] if found else kept.version


def _as_page(
    found: list[tuple[Any, ...]], totals: dict[str, Ageing], customers: int, order: Order, limit: int
) -> Page:
    more, found = len(found) > limit, found[:limit]
    if order.before:
        found.reverse()
    ends = [signing.dumps([order.sort, row[-2], row[0], row[2]]) for row in (found[:1] + found[-1:])]
    goes_on, came_from = more or bool(order.before), bool(order.after) or (bool(order.before) and more)
    return Page(
        rows=[_as_row(row) for row in found],
        totals=totals,
        customers=customers,
        following=ends[-1] if found and goes_on else "",
        preceding=ends[0] if found and came_from else "",
    )


def _as_row(row: tuple[Any, ...]) -> PositionRow:
    key, name, currency, customer_id, amounts, unallocated, oldest_on, weighted, *_ = row
    return PositionRow(
        key=key,
        name=name,
        currency=currency,
        customer_id=customer_id,
        ageing=Ageing(tuple(amounts), unallocated),
        oldest_on=oldest_on,
        weighted_overdue=int(weighted),
    )
