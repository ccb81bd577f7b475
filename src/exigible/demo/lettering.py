"""Letters of the accountant (AA, AB…) and the truth that they leave: what is open, overdue, unallocated."""

from __future__ import annotations

from dataclasses import dataclass, field

from exigible.demo.days import year_of
from exigible.demo.entries import Item, Lettering

BUCKETS = ("not_due", "1-30", "31-60", "61-90", "90+")


@dataclass(slots=True)
class Position:
    """What one customer, or all, truly owe at a date, in minor units.

    Buckets hold the open part of debits by days past their true due date; `unallocated` is what credits are
    not lettered with (negative). `balance` is their sum.
    """

    buckets: list[int] = field(default_factory=lambda: [0] * len(BUCKETS))
    unallocated: int = 0

    @property
    def balance(self) -> int:
        return sum(self.buckets) + self.unallocated

    @property
    def overdue(self) -> int:
        return sum(self.buckets[1:])

    def add(self, other: Position) -> None:
        self.buckets = [mine + theirs for mine, theirs in zip(self.buckets, other.buckets, strict=True)]
        self.unallocated += other.unallocated


def letter_code(rank: int) -> str:
    """The rank-th code of an account in a year: AA, AB… ZZ, AAA…"""
    width, count = 2, 26**2
    while rank >= count:
        rank -= count
        width, count = width + 1, count * 26
    letters = ""
    for _ in range(width):
        rank, digit = divmod(rank, 26)
        letters = chr(65 + digit) + letters
    return letters


def assign_codes(items: list[Item], first_year: int) -> int:
    """Give each lettering of one customer account its code, from AA again every year; returns how many."""
    found: dict[int, Lettering] = {}
    for item in items:
        for lettering in item.letterings or ():
            if year_of(lettering.day) >= first_year:
                found[id(lettering)] = lettering
    ranks: dict[int, int] = {}
    in_order = sorted(found.values(), key=lambda made: (made.day, made.items[0].day, made.items[0].ref))
    for lettering in in_order:
        year = year_of(lettering.day)
        ranks[year] = ranks.get(year, -1) + 1
        lettering.code = letter_code(ranks[year])
    return len(found)


def position_of(items: list[Item], today: int) -> Position:
    """The true position of these lines of one customer at `today`."""
    position = Position()
    seen: set[int] = set()
    for item in items:
        if not item.letterings:
            _add_open(position, [item], today)
        elif id(item.letterings[-1]) not in seen:
            seen.add(id(item.letterings[-1]))
            _add_open(position, item.letterings[-1].items, today)
    return position


def _add_open(position: Position, items: list[Item], today: int) -> None:
    """Set credits against debits, oldest due first, and add what is left."""
    credit = -sum(item.amount for item in items if item.amount < 0)
    parts = [part for item in items if item.amount > 0 for part in item.dues or ((item.day, item.amount),)]
    for due, amount in sorted(parts):
        paid = min(credit, amount)
        credit -= paid
        position.buckets[_bucket(today - due)] += amount - paid
    position.unallocated -= credit


def _bucket(days_overdue: int) -> int:
    return 0 if days_overdue <= 0 else min(4, 1 + (days_overdue - 1) // 30)
