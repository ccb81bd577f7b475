"""Pages of positions, sorted and filtered, read from a kept report by keyset."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.core import signing

from exigible.kernel.ageing import days_overdue
from exigible.kernel.errors import UserMistake
from exigible.ledger.models import Company
from exigible.positions import kept as kept_reports
from exigible.positions import sql
from exigible.positions.filters import Filters
from exigible.positions.groups import keep_groups, kept_sums
from exigible.positions.kept import Kept
from exigible.positions.page_sql import NAMED, Direction, Order, PageQuery, sortable
from exigible.positions.queries import fetch
from exigible.positions.rules import Ageing, Grouping, average_days_overdue

__all__ = ["Direction", "Order", "Page", "PositionRow", "read_page", "sortable"]


@dataclass(frozen=True, slots=True)
class PositionRow:
    """Where a customer (or a group, collector, segment) stands in one currency; amounts in minor units.

    `members` customers are in the row; `customer_code` is one of them, and `customer_id` its id where the row
    was kept. `weighted_overdue` is overdue amount times days.
    """

    key: str
    name: str
    currency: str
    customer_id: int | None
    ageing: Ageing
    oldest_on: date | None
    weighted_overdue: int
    members: int
    customer_code: str
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
    """One page of a kept report, in one statement; in two where customers who owe nothing are reached, or
    where the totals are one row of a grouping, kept as well.

    `with_settled` also gives the customers who owe nothing. Raises UserMistake("bad-place") for a cursor that
    is not of this order, UserMistake("bad-sort").
    """
    if order.sort not in sortable(kept.asked.buckets):
        raise UserMistake("bad-sort", "The list cannot be sorted by “{found}”.", found=order.sort)
    query = PageQuery(kept.asked.buckets, by, filters, order, with_settled)
    values = sql.values(company.pk, kept.asked, filters) | _place(order)
    values |= {"report": kept.id, "own_currency": company.currency, "limit": limit + 1}
    while True:
        own = by == "customer" or query.is_summed
        values["rows_of"] = kept.id if own else keep_groups(company, kept, by)
        sums = kept_sums(company, kept, query.totals_by, filters) if query.totals_by else None
        found = _read(query, values, limit)
        if not found or found[0][-1] == kept.version:
            totals = _totals(found, filters, kept) if sums is None else _totals_kept(sums)
            return _as_page(found, *totals, order, limit)
        kept = kept_reports.keep(company, kept.asked)  # computed again between the two readings


def _read(query: PageQuery, values: dict[str, Any], limit: int) -> list[tuple[Any, ...]]:
    """The rows of a page and one more; who owes nothing is looked for only where the page reaches to them."""
    if query.with_settled and not query.filters.picks_customers and query.order.sort not in NAMED:
        found = fetch(replace(query, with_settled=False).page(), values)
        if len(found) > limit and _is_before_settled(found[-1][-4], query.order):
            return found
    return fetch(query.page(), values)


def _is_before_settled(value: str, order: Order) -> bool:
    """Whether a sorted value stands before that of the customers who owe nothing."""
    if order.sort == "oldest":
        return value != "infinity" and not order.descends
    settled = -1 if order.sort == "average" else 0
    return Decimal(value) > settled if order.descends else Decimal(value) < settled


def _place(order: Order) -> dict[str, Any]:
    """The values of the row that the page begins at."""
    cursor = order.after or order.before
    if not cursor:
        return {}
    try:
        sort, value, tie, currency = signing.loads(cursor)
    except (signing.BadSignature, ValueError):
        sort, value, tie, currency = "", "", "", ""
    if sort != order.sort:
        raise UserMistake("bad-place", "This address leads nowhere: start again at the first page.")
    return {"from_value": value, "from_tie": tie, "from_currency": currency}


def _totals(found: list[tuple[Any, ...]], filters: Filters, kept: Kept) -> tuple[dict[str, Ageing], int]:
    """The totals of all pages, and the number of positions in them."""
    if filters.picks_customers:
        totals = json.loads(found[0][-2] or "[]") if found else []
        sums = {total["currency"]: Ageing(tuple(total["amounts"]), total["unallocated"]) for total in totals}
        return dict(sorted(sums.items())), sum(total["members"] for total in totals)
    currencies = [currency for currency in kept.totals if filters.currency in (None, currency)]
    return {currency: kept.totals[currency] for currency in currencies}, sum(
        kept.counts[currency] for currency in currencies
    )


def _totals_kept(sums: dict[str, tuple[int, Ageing]]) -> tuple[dict[str, Ageing], int]:
    total = {currency: ageing for currency, (_members, ageing) in sums.items()}
    return total, sum(members for members, _ageing in sums.values())


def _as_page(
    found: list[tuple[Any, ...]], totals: dict[str, Ageing], customers: int, order: Order, limit: int
) -> Page:
    more, found = len(found) > limit, found[:limit]
    if order.before:
        found.reverse()
    ends = [signing.dumps([order.sort, row[-4], row[-3], row[2]]) for row in (*found[:1], *found[-1:])]
    goes_on, came_from = more or bool(order.before), bool(order.after) or (bool(order.before) and more)
    return Page(
        rows=[_as_row(row) for row in found],
        totals=totals,
        customers=customers,
        following=ends[-1] if found and goes_on else "",
        preceding=ends[0] if found and came_from else "",
    )


def _as_row(row: tuple[Any, ...]) -> PositionRow:
    key, name, currency, customer_id, amounts, unallocated, oldest_on, weighted, members, code, *_ = row
    return PositionRow(
        key=key,
        name=name,
        currency=currency,
        customer_id=customer_id,
        ageing=Ageing(tuple(amounts), unallocated),
        oldest_on=oldest_on,
        weighted_overdue=int(weighted),
        members=members,
        customer_code=code,
    )
