"""Business days of a country, with the days its authorities or the company add and remove."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from functools import lru_cache
from typing import Final

import holidays

from exigible.kernel.errors import UserMistake

_ONE_DAY: Final = timedelta(days=1)
ADDED_HOLIDAY: Final = "Local holiday"

_WORKED_ALTHOUGH_LISTED: Final[dict[str, frozenset[tuple[int, int]]]] = {
    # The yearly decree gives 8 March to women alone, so offices are open. 11 December was in the decree
    # for 2012 and no longer in the one for 2017. The Muslim feasts are set by decree too: add them.
    "MG": frozenset({(3, 8), (12, 11)}),
}


@dataclass(frozen=True, slots=True)
class _Year:
    """The named days of one country in one year, and the days of the week nobody works."""

    names: dict[date, str]
    weekend: frozenset[int]


@lru_cache(maxsize=1024)
def _year(country: str, year: int) -> _Year:
    if not has_list(country):
        raise UserMistake(
            "unknown-country", "No calendar of public holidays is known for “{country}”.", country=country
        )
    days = holidays.country_holidays(country, years=year, expand=False, language="en_US")
    worked = _WORKED_ALTHOUGH_LISTED.get(country, frozenset())
    names = {day: name for day, name in days.items() if (day.month, day.day) not in worked}
    return _Year(names, frozenset(days.weekend))


@dataclass(frozen=True, slots=True)
class ListedDay:
    """A day that the list of a country names, in English; `is_worked`: offices are open all the same."""

    day: date
    name: str
    is_worked: bool


def listed_days(country: str, year: int) -> list[ListedDay]:
    """The days that the list of a country names in a year, in their order.

    Raises UserMistake("unknown-country") when the country has no list.
    """
    _year(country, year)
    days = holidays.country_holidays(country, years=year, expand=False, language="en_US")
    worked = _WORKED_ALTHOUGH_LISTED.get(country, frozenset())
    return [ListedDay(day, days[day], (day.month, day.day) in worked) for day in sorted(days)]


def has_list(country: str) -> bool:
    """Whether the public holidays of a country are known."""
    return country in holidays.list_supported_countries(include_aliases=False)


class Calendar:
    """The business days of a country (ISO 3166-1 alpha-2): not its weekend, not its public holidays.

    `added` are holidays of the user's own (a bridge, a feast set by decree), with their names where it is a
    mapping; `removed` the listed ones that are worked: removing a Sunday does not make it a business day.
    Madagascar's list is set by decree each year and must be checked against it. Names are in English, as
    keys of their translation.

    Raises UserMistake("unknown-country") when the country has no list.
    """

    __slots__ = ("_added", "_removed", "country")

    def __init__(
        self, country: str, added: Iterable[date] | Mapping[date, str] = (), removed: Iterable[date] = ()
    ) -> None:
        self.country = country
        self._added = dict(added) if isinstance(added, Mapping) else dict.fromkeys(added, ADDED_HOLIDAY)
        self._removed = frozenset(removed)
        _year(country, 2026)

    def __repr__(self) -> str:
        return f"Calendar({self.country!r}, added={sorted(self._added)}, removed={sorted(self._removed)})"

    def holiday_name(self, d: date) -> str | None:
        """The public holiday of that day in English, whatever the day of the week; None on any other day."""
        if d in self._removed:
            return None
        return _year(self.country, d.year).names.get(d) or self._added.get(d)

    def is_day_of_rest(self, d: date) -> bool:
        """Whether nobody works on that day of the week."""
        return d.weekday() in _year(self.country, d.year).weekend

    def is_business_day(self, d: date) -> bool:
        """Whether offices and banks are open that day."""
        return not self.is_day_of_rest(d) and self.holiday_name(d) is None

    def next_business_day(self, d: date) -> date:
        """`d` itself if it is a business day, else the first one after it."""
        while not self.is_business_day(d):
            d += _ONE_DAY
        return d

    def add_business_days(self, d: date, n: int) -> date:
        """The n-th business day after `d`, or before it when `n` is negative; `d` itself when `n` is 0.

        Raises UserMistake("date-out-of-range") past the last year that dates can have.
        """
        step = _ONE_DAY if n > 0 else -_ONE_DAY
        left = abs(n)
        while left:
            if not 1900 <= d.year < MAXYEAR:
                raise UserMistake("date-out-of-range", "{days} business days lead out of range.", days=n)
            d += step
            left -= self.is_business_day(d)
        return d
