"""Small decisions of the import desk, free of the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from exigible.kernel.errors import Problem, Refused

_SAME_START_DAYS: Final = 31
_MANY: Final = 50
_SHARE: Final = 5


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a file of books covers, and the date of its balances brought forward, if it has any."""

    start: date
    end: date
    opening: date | None
    import_id: int = 0

    def is_same_year(self, other: Period) -> bool:
        """Whether both are of one fiscal year: the same opening, or days in common where one has none."""
        if self.opening and other.opening:
            return self.opening == other.opening
        return self.start <= other.end and other.start <= self.end


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file stands among the books imported before it.

    `continues`: an earlier year is in the ledger, so that balances brought forward create nothing.
    `is_older`: books of the same year that go further are in, so lettering missing here proves nothing.
    `start`: the first day that the file speaks for, so that a line missing from it is known to be gone.
    """

    start: date
    continues: bool
    is_older: bool
    has_later_year: bool
    same_year: tuple[int, ...]


def place_of(books: Period, known: Iterable[Period]) -> Place:
    """The place of a file; raises Refused("earlier-year") for a year before those that are in the ledger.

    The balances brought forward of the later year hold that year's remains already: adding the earlier one
    would count them twice.
    """
    known = list(known)
    same = [other for other in known if books.is_same_year(other)]
    rest = [other for other in known if not books.is_same_year(other)]
    later = [other for other in rest if other.start > books.start]
    if later and not same:
        raise Refused(
            "earlier-year",
            "Books from {later} on are already imported; these end on {end}. Years are imported in their "
            "order: put the earlier one into a new company first.",
            later=min(other.start for other in later),
            end=books.end,
        )
    return Place(
        start=_start_of(books, same),
        continues=any(other.start < books.start for other in rest),
        is_older=any(other.end > books.end for other in same),
        has_later_year=bool(later),
        same_year=tuple(other.import_id for other in same),
    )


def _start_of(books: Period, same: list[Period]) -> date:
    """Books with an opening speak for their whole year, others from about their first entry on.

    Without an opening, a file that begins months after another one is a part of the year; one that begins
    some days after it has lost its first entry.
    """
    starts = [other.start for other in same if other.start < books.start]
    if not (books.opening and all(other.opening for other in same)):
        starts = [start for start in starts if (books.start - start).days <= _SAME_START_DAYS]
    return min(starts, default=books.start)


def reverses_many(removed: int, held: int) -> bool:
    """Whether so much of what books brought for a period is missing that they may be another firm's.

    `removed`: items that would be reversed with nothing in their place, of the `held` ones. Dozens, and a
    fifth of all: more than a month's corrections, less than the books of another firm.
    """
    return removed >= _MANY and removed * _SHARE >= held


def errors_of(problems: Iterable[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == "error"]


def warnings_of(problems: Iterable[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == "warning"]
