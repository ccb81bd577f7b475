"""Whether promises to pay were kept, and what they still cover: facts and the day in, answers out.

Money that comes in while promises run counts for the one that falls due first, then for the next; what comes
in later, for those that were not kept. What was lettered to an item counts for the promises that name it and
for those that name none; what is on account counts for any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from exigible.kernel.dates import Calendar

_DAY: Final = timedelta(days=1)


class State(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    LATE = "late"
    """What was promised came in, after the days of grace."""
    PART = "part"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Terms:
    """A promise is kept when so much of it came in by so many business days after its date."""

    kept_percent: int = 95
    grace_days: int = 3


USUAL: Final = Terms()


@dataclass(frozen=True, slots=True)
class PromiseFacts:
    """A promise as it was made; amounts in minor units of one currency. No `items`: the oldest ones."""

    promise_id: int
    made_on: date
    due_on: date
    amount_minor: int
    items: frozenset[int] = frozenset()


class Receipt(NamedTuple):
    """Money that came in: lettered to an item, or (None) on account or seen on the bank."""

    on: date
    amount_minor: int
    item: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a promise stands on a day. `last_on` is the last day on which money still keeps it."""

    promise: PromiseFacts
    state: State
    received_minor: int
    last_on: date

    @property
    def left_minor(self) -> int:
        return max(0, self.promise.amount_minor - self.received_minor)


class OpenDebt(NamedTuple):
    """What may still be claimed of an item."""

    item_id: int
    due_on: date
    amount_minor: int


def standings(
    promises: Iterable[PromiseFacts],
    receipts: Iterable[Receipt],
    on: date,
    calendar: Calendar,
    terms: Terms = USUAL,
) -> list[Standing]:
    """How each promise of a customer in one currency stands on a day, the first to fall due first."""
    ordered = sorted(promises, key=lambda promise: (promise.due_on, promise.promise_id))
    last_days = [calendar.add_business_days(promise.due_on, terms.grace_days) for promise in ordered]
    purse = _Purse([receipt for receipt in receipts if receipt.on <= on])
    in_time = [
        purse.take(p, p.amount_minor, p.made_on, last) for p, last in zip(ordered, last_days, strict=True)
    ]
    late = [  # what no promise could still be kept by goes to those that were not
        purse.take(p, p.amount_minor - paid, last + _DAY, on)
        for p, paid, last in zip(ordered, in_time, last_days, strict=True)
    ]
    return [
        Standing(p, _state(p, paid, paid + after, on > last, terms), paid + after, last)
        for p, paid, after, last in zip(ordered, in_time, late, last_days, strict=True)
    ]


class _Purse:
    """Money that came in, each cent of it to be counted once."""

    def __init__(self, receipts: Iterable[Receipt]) -> None:
        self.receipts = sorted(receipts, key=lambda receipt: (receipt.on, receipt.item or 0))
        self.left = [receipt.amount_minor for receipt in self.receipts]

    def take(self, promise: PromiseFacts, missing: int, first: date, last: date) -> int:
        """Take up to `missing` for a promise from what came in between two days; gives what was found."""
        found = 0
        for at, receipt in enumerate(self.receipts):
            fits = receipt.item is None or not promise.items or receipt.item in promise.items
            if fits and first <= receipt.on <= last:
                used = min(self.left[at], missing - found)
                self.left[at] -= used
                found += used
        return found


def _state(promise: PromiseFacts, in_time: int, received: int, is_over: bool, terms: Terms) -> State:
    def is_enough(minor: int) -> bool:
        return minor * 100 >= promise.amount_minor * terms.kept_percent

    if is_enough(in_time):
        return State.KEPT
    if not is_over:
        return State.OPEN
    if is_enough(received):
        return State.LATE
    return State.PART if received > 0 else State.BROKEN


def covered(found: Iterable[Standing], debts: Sequence[OpenDebt]) -> Mapping[int, int]:
    """What open promises still cover of each item, in minor units: it is not claimed while they last.

    A promise reaches as far as its amount: over the items that it names or, where it names none, over the
    oldest ones. The items come to at most their amounts, the promises to at most what is left of them.
    """
    left = {debt.item_id: debt.amount_minor for debt in debts}
    cover: dict[int, int] = {}
    for standing in found:
        if standing.state is State.OPEN:
            for item, minor in _reach(standing, debts, left):
                left[item] -= minor
                cover[item] = cover.get(item, 0) + minor
    return cover


def _reach(
    standing: Standing, debts: Sequence[OpenDebt], left: Mapping[int, int]
) -> Iterator[tuple[int, int]]:
    missing, named = standing.left_minor, standing.promise.items
    for debt in sorted(debts, key=lambda debt: (debt.due_on, debt.item_id)):
        if named and debt.item_id not in named:
            continue
        minor = min(missing, left[debt.item_id])
        if minor <= 0:
            continue
        missing -= minor
        yield debt.item_id, minor
