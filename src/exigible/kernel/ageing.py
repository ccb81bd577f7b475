"""How late an item is, and the bucket of the aged balance it falls in."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from exigible.kernel.errors import UserMistake

NOT_DUE = "not_due"


def days_overdue(due_on: date, as_of: date) -> int:
    """Days since the due date: 0 on the day itself, negative before it."""
    return (as_of - due_on).days


@dataclass(frozen=True)
class Buckets:
    """The columns of an aged balance. `bounds` are the last days of each bucket but the last, in days.

    An item due today is not overdue: it is in "not_due", and in the first bucket from the next day.
    Raises UserMistake("bad-buckets") unless the bounds are whole days over 0, each over the one before.
    """

    bounds: tuple[int, ...] = (30, 60, 90)

    def __post_init__(self) -> None:
        rises = all(low < high for low, high in zip((0, *self.bounds), self.bounds, strict=False))
        if not self.bounds or not rises:
            raise _bad_buckets(",".join(map(str, self.bounds)))

    @classmethod
    def parse(cls, text: str) -> Buckets:
        """Reads "30,60,90"."""
        parts = [part.strip() for part in text.split(",")]
        if not all(part.isascii() and part.isdigit() and len(part) <= 5 for part in parts):
            raise _bad_buckets(text)
        return cls(tuple(int(part) for part in parts))

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The names of the buckets in order: "not_due", "1-30", …, "90+"."""
        starts = (1, *(bound + 1 for bound in self.bounds))
        closed = (f"{start}-{end}" for start, end in zip(starts, self.bounds, strict=False))
        return (NOT_DUE, *closed, f"{self.bounds[-1]}+")

    def key(self, days_overdue: int) -> str:
        """The bucket of an item that many days overdue."""
        return self.keys[bisect_left(self.bounds, days_overdue) + 1] if days_overdue > 0 else NOT_DUE

    @property
    def ranges(self) -> tuple[tuple[str, int | None, int | None], ...]:
        """Each bucket with its first and last day overdue, None where it is open: for queries."""
        firsts = (None, 1, *(bound + 1 for bound in self.bounds))
        return tuple(zip(self.keys, firsts, (0, *self.bounds, None), strict=True))

    def __str__(self) -> str:
        return ",".join(map(str, self.bounds))


def _bad_buckets(found: str) -> UserMistake:
    return UserMistake(
        "bad-buckets",
        "“{found}” are not buckets: give rising numbers of days, such as 30,60,90.",
        found=found,
    )
