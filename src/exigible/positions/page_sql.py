"""The statement of one page of positions: rows `g`, sorted, from a place on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from psycopg.sql import SQL, Composable, Composed
from psycopg.sql import Literal as Value

from exigible.kernel.ageing import Buckets
from exigible.positions import sql
from exigible.positions.filters import CUSTOMERS, Filters
from exigible.positions.rules import Grouping

Direction = Literal["asc", "desc"]

NAMED = ("name", "code")
INDEXED = (*NAMED, sql.TOTAL, sql.OVERDUE)  # an index has the rows in these orders

_CUSTOMER_ROWS = SQL("""
    SELECT {key} AS key, {name} AS name, coalesce(w.currency, %(own_currency)s) AS currency,
           c.id AS customer_id, coalesce(w.amounts, {zeros}) AS amounts,
           coalesce(w.unallocated, 0) AS unallocated, w.oldest_on,
           coalesce(w.weighted_overdue, 0) AS weighted_overdue, coalesce(w.members, 0) AS members,
           c.code AS customer_code, coalesce(w.overdue, 0) AS overdue, coalesce(w.total, 0) AS total,
           {sort_name} AS sort_name
    FROM ledger_customer c {join} {rows} w ON w.customer_id = c.id AND w.report_id = %(rows_of)s {in_currency}
    LEFT JOIN ledger_customer p ON p.id = c.parent_id LEFT JOIN team_user u ON u.id = c.collector_id
    WHERE {condition}
""")
_SUMMED_ROWS = SQL("""
    SELECT {key} AS key, {name} AS name, w.currency, NULL::bigint AS customer_id, ARRAY[{amounts}] AS amounts,
           positions_sum(w.unallocated) AS unallocated, min(w.oldest_on) AS oldest_on,
           sum(w.weighted_overdue) AS weighted_overdue, count(*) AS members, min(c.code) AS customer_code,
           positions_sum(w.overdue) AS overdue, positions_sum(w.total) AS total, {sort_name} AS sort_name
    FROM {customers} JOIN positions_reportrow w ON w.customer_id = c.id AND w.report_id = %(rows_of)s
         {in_currency}
    LEFT JOIN ledger_customer p ON p.id = c.parent_id LEFT JOIN team_user u ON u.id = c.collector_id
    WHERE {condition} GROUP BY 1, 3
""")
_PAGE = SQL("""
    SELECT g.*, ({value})::text, ({tie})::text, {totals},
           (SELECT transaction FROM positions_report WHERE id = %(report)s)
    FROM {rows} g WHERE {range}
""")
_WITH_TOTALS = SQL("""
    WITH g AS MATERIALIZED ({rows}), sums AS (
        SELECT currency, sum(members) AS members, positions_sum(unallocated) AS unallocated,
               ARRAY[{amounts}] AS amounts
        FROM g GROUP BY currency
    ) {page}
""")
_TOTALS = SQL("(SELECT json_agg(sums)::text FROM sums)")

# Of some customers: all their rows are summed, so they hold figures alone; those of the page are named then.
_FIGURES = SQL("""
    SELECT c.id AS customer_id, coalesce(w.currency, %(own_currency)s) AS currency,
           coalesce(w.amounts, {zeros}) AS amounts, coalesce(w.unallocated, 0) AS unallocated, w.oldest_on,
           coalesce(w.weighted_overdue, 0) AS weighted_overdue, coalesce(w.members, 0) AS members,
           coalesce(w.overdue, 0) AS overdue, coalesce(w.total, 0) AS total {sorted}
    FROM {customers} {join} positions_reportrow w
         ON w.customer_id = c.id AND w.report_id = %(rows_of)s {in_currency}
    WHERE {condition}
""")
# Of some customers whose sums are kept: only the rows of the page are read, where an index has their order.
_PICKED_ROWS = SQL("""
    SELECT c.code AS key, c.name, w.currency, w.customer_id, w.amounts, w.unallocated, w.oldest_on,
           w.weighted_overdue, w.members, c.code AS customer_code, w.overdue, w.total, c.sort_name
    FROM positions_reportrow w JOIN ledger_customer c ON c.id = w.customer_id
    WHERE w.report_id = %(rows_of)s {in_currency} AND {condition}
""")
_NAMED_FIGURES = SQL("""(
    SELECT c.code AS key, c.name, g.currency, g.customer_id, g.amounts, g.unallocated, g.oldest_on,
           g.weighted_overdue, g.members, c.code AS customer_code, g.overdue, g.total, c.sort_name
    FROM (SELECT * FROM g WHERE {range}) g JOIN ledger_customer c ON c.id = g.customer_id
)""")
_SORTED_BY_NAME = {"name": SQL(", c.sort_name"), "code": SQL(", c.code AS key")}


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
    """What a page sorts by: each word of the address with its expression over rows `g` and its type."""
    amounts = {key: SQL("g.amounts[{}]").format(Value(n)) for n, key in enumerate(buckets.keys, start=1)}
    sums = {word: SQL("g.{}").format(SQL(word)) for word in (sql.UNALLOCATED, sql.OVERDUE, sql.TOTAL)}
    average = SQL("CASE WHEN g.overdue > 0 THEN g.weighted_overdue / g.overdue ELSE -1 END")
    return {word: (expression, "bigint") for word, expression in (amounts | sums).items()} | {
        "name": (SQL("g.sort_name"), "text"),
        "code": (SQL("g.key"), "text"),
        "oldest": (SQL("coalesce(g.oldest_on, 'infinity')"), "date"),
        "average": (average, "numeric"),
    }


@dataclass(frozen=True, slots=True)
class PageQuery:
    """What a page of a kept report shows. Its statements name the values `report` and `rows_of`."""

    buckets: Buckets
    by: Grouping
    filters: Filters
    order: Order
    with_settled: bool

    @property
    def totals_by(self) -> Grouping | None:
        """The grouping whose kept sums have the totals of this page, where the rows need not all be read."""
        is_read_in_order = self.order.sort in INDEXED and not self.with_settled
        return self.filters.grouping if self.by == "customer" and is_read_in_order else None

    @property
    def is_summed(self) -> bool:
        """Whether the rows must be summed up now, because no kept report has them."""
        return self.by != "customer" and self.filters.picks_customers

    def page(self) -> Composed:
        """Rows, each with its sorted value, its tie-breaker, the totals (if filtered) and the version."""
        if not self.filters.picks_customers:
            return self._page_of(SQL("({})").format(self._customer_rows()), SQL("NULL"))
        if self.totals_by:
            return self._page_of(SQL("({})").format(self._picked_rows()), SQL("NULL"))
        amounts = sql.summed_amounts(self.buckets, "g")
        if self.is_summed:
            page = self._page_of(SQL("g"), _TOTALS)
            return _WITH_TOTALS.format(rows=self._summed_rows(), amounts=amounts, page=page)
        page = self._page_of(_NAMED_FIGURES.format(range=self._range()), _TOTALS)
        return _WITH_TOTALS.format(rows=self._figures(), amounts=amounts, page=page)

    def _page_of(self, rows: Composable, totals: SQL) -> Composed:
        return _PAGE.format(
            value=self._value[0], tie=self._tie[0], totals=totals, rows=rows, range=self._range()
        )

    @property
    def _value(self) -> tuple[SQL | Composed, str]:
        return sortable(self.buckets)[self.order.sort]

    @property
    def _tie(self) -> tuple[SQL, str]:
        return (SQL("g.key"), "text") if self.is_summed else (SQL("g.customer_id"), "bigint")

    def _range(self) -> Composed:
        """Which rows are on the page, and in which order."""
        (value, kind), (tie, tie_kind) = self._value, self._tie
        place: Composable = SQL("true")
        if self.order.after or self.order.before:
            place = SQL(
                "{value} {sign}= %(from_value)s::{kind} AND ({value}, {tie}, g.currency) {sign}"
                " (%(from_value)s::{kind}, %(from_tie)s::{tie_kind}, %(from_currency)s)"
            ).format(
                value=value,
                tie=tie,
                kind=SQL(kind),
                tie_kind=SQL(tie_kind),
                sign=SQL("<" if self.order.descends else ">"),
            )
        way = SQL("DESC" if self.order.descends else "ASC")
        order = SQL("ORDER BY {value} {way}, {tie} {way}, g.currency {way} LIMIT %(limit)s")
        return place + SQL(" ") + order.format(value=value, tie=tie, way=way)

    def _customer_rows(self) -> Composed:
        key = sql.KEYS[self.by]
        return _CUSTOMER_ROWS.format(
            key=key,
            name=SQL("c.name" if self.by == "customer" else "w.name"),
            sort_name=SQL("c.sort_name" if self.by == "customer" else "w.sort_name"),
            zeros=Value([0] * len(self.buckets.keys)),
            join=SQL("LEFT JOIN" if self.with_settled else "JOIN"),
            rows=self._rows_of_page(),
            in_currency=self._in_currency(),
            condition=self.filters.condition(),
        )

    def _picked_rows(self) -> Composed:
        return _PICKED_ROWS.format(in_currency=self._in_currency(), condition=self.filters.condition())

    def _figures(self) -> Composed:
        return _FIGURES.format(
            zeros=Value([0] * len(self.buckets.keys)),
            sorted=_SORTED_BY_NAME.get(self.order.sort, SQL("")),
            customers=CUSTOMERS,
            join=SQL("LEFT JOIN" if self.with_settled else "JOIN"),
            in_currency=self._in_currency(),
            condition=self.filters.condition(),
        )

    def _rows_of_page(self) -> Composable:
        """The rows of the report; those of the page alone where they can be told without their customers."""
        is_named = self.order.sort == "code" or (self.order.sort == "name" and self.by == "customer")
        if self.with_settled or is_named:
            return SQL("positions_reportrow")
        first = SQL(
            "(SELECT * FROM positions_reportrow g WHERE g.report_id = %(rows_of)s {in_currency} AND {range})"
        )
        return first.format(
            range=self._range(),
            in_currency=SQL("AND g.currency = %(currency)s" if self.filters.currency else ""),
        )

    def _summed_rows(self) -> Composed:
        key = sql.KEYS[self.by]
        name = sql.NAMES[self.by].format(key=key)
        return _SUMMED_ROWS.format(
            key=key,
            name=name,
            sort_name=sql.folded(name),
            amounts=sql.summed_amounts(self.buckets, "w"),
            customers=CUSTOMERS,
            in_currency=self._in_currency(),
            condition=self.filters.condition(),
        )

    def _in_currency(self) -> SQL:
        return SQL("AND w.currency = %(currency)s" if self.filters.currency else "")
