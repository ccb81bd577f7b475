"""What a balance and its ageing are: the reference that the sums of the database are held to.

Values in, values out. A debit item is aged with what is left of it; what is left of a credit item (credit
note, payment) is unallocated: counted in the total, in no bucket, and never in the overdue.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from exigible.kernel.ageing import Buckets, days_overdue

Basis = Literal["due", "issue"]
Grouping = Literal["customer", "group", "collector", "segment"]
BASES: tuple[Basis, ...] = ("due", "issue")
GROUPINGS: tuple[Grouping, ...] = ("customer", "group", "collector", "segment")


@dataclass(frozen=True, slots=True)
class Parameters:
    """What an aged balance is asked for: a date, a moment of knowledge (None: all that is known), a basis."""

    as_of: date
    known_at: datetime | None = None
    basis: Basis = "due"
    buckets: Buckets = field(default_factory=Buckets)


@dataclass(frozen=True, slots=True)
class Ageing:
    """A balance of one currency, made up, in minor units.

    `amounts` follow the keys of the buckets (not due first); `unallocated` is a credit, so 0 or negative.
    """

    amounts: tuple[int, ...]
    unallocated: int = 0

    @classmethod
    def zero(cls, buckets: Buckets) -> Ageing:
        return cls((0,) * len(buckets.keys))

    @property
    def not_due(self) -> int:
        return self.amounts[0]

    @property
    def overdue(self) -> int:
        """Debts past their date. Credits are not taken off: they are in `unallocated`."""
        return sum(self.amounts[1:])

    @property
    def total(self) -> int:
        """The balance of the account."""
        return sum(self.amounts) + self.unallocated

    def __add__(self, other: Ageing) -> Ageing:
        amounts = tuple(a + b for a, b in zip(self.amounts, other.amounts, strict=True))
        return Ageing(amounts, self.unallocated + other.unallocated)


@dataclass(frozen=True, slots=True)
class Change:
    """What an allocation or a reversal adds to the remainder of an item, from when, known since when."""

    amount_minor: int
    effective_on: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One due date of one document and all that happened to it.

    `due_dates` maps each due date the item has had to the moment it became known.
    """

    customer: str
    currency: str
    amount_minor: int
    issued_on: date
    effective_on: date
    recorded_at: datetime
    due_dates: Mapping[datetime, date]
    changes: tuple[Change, ...] = ()


def open_minor(item: ItemFacts, as_of: date, known_at: datetime | None = None) -> int:
    """What was left of an item on a date, as far as was known at a moment."""
    facts = (Change(item.amount_minor, item.effective_on, item.recorded_at), *item.changes)
    return sum(
        fact.amount_minor
        for fact in facts
        if fact.effective_on <= as_of and (known_at is None or fact.recorded_at <= known_at)
    )


def ageing_date(item: ItemFacts, basis: Basis = "due", known_at: datetime | None = None) -> date:
    """The date an item is aged by: its due date as last known at the moment, or its date of issue."""
    if basis == "issue":
        return item.issued_on
    known = [moment for moment in item.due_dates if known_at is None or moment <= known_at]
    return item.due_dates[max(known)]


def aged_balance(items: Iterable[ItemFacts], asked: Parameters) -> dict[tuple[str, str], Ageing]:
    """The aged balance by customer and currency; who owes nothing and is owed nothing has no row."""
    rows: dict[tuple[str, str], Ageing] = {}
    for item in items:
        left = open_minor(item, asked.as_of, asked.known_at)
        if left:
            key = (item.customer, item.currency)
            rows[key] = rows.get(key, Ageing.zero(asked.buckets)) + _place(item, left, asked)
    return rows


def _place(item: ItemFacts, left: int, asked: Parameters) -> Ageing:
    """What is left of one item, in its bucket, or unallocated."""
    if item.amount_minor < 0:
        return Ageing(Ageing.zero(asked.buckets).amounts, left)
    late = days_overdue(ageing_date(item, asked.basis, asked.known_at), asked.as_of)
    bucket = asked.buckets.key(late)
    return Ageing(tuple(left if key == bucket else 0 for key in asked.buckets.keys))


def totals(rows: Iterable[tuple[str, Ageing]]) -> dict[str, Ageing]:
    """The sums of rows given with their currency: one sum a currency, for two are never added."""
    by_currency: dict[str, list[Ageing]] = {}
    for currency, ageing in rows:
        by_currency.setdefault(currency, []).append(ageing)
    return {currency: _sum(ageings) for currency, ageings in sorted(by_currency.items())}


def _sum(ageings: list[Ageing]) -> Ageing:
    amounts = zip(*(ageing.amounts for ageing in ageings), strict=True)
    return Ageing(tuple(map(sum, amounts)), sum(ageing.unallocated for ageing in ageings))


def average_days_overdue(weighted: int, overdue: int) -> int | None:
    """How late the overdue is on average, weighted by amount, in whole days rounded half up.

    `weighted` is the sum of amount times days late. None when nothing is overdue. (kpi.md calls it the
    average delay in the observed sense; here of what is still open.)
    """
    return (2 * weighted + overdue) // (2 * overdue) if overdue > 0 else None


def month_ends(as_of: date, months: int) -> list[date]:
    """The ends of the months before `as_of`, and `as_of` itself: `months` dates, oldest first.

    Fewer where the calendar begins.
    """
    ends = [as_of]
    while len(ends) < months and ends[-1].replace(day=1) > date.min:
        ends.append(ends[-1].replace(day=1) - date.resolution)
    return ends[::-1]
