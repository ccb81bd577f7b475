"""Dates as files write them, business days and payment terms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Final, Literal

from exigible.kernel.calendars import Calendar
from exigible.kernel.errors import UserMistake
from exigible.kernel.terms import Counting, PaymentTerms, month_end

__all__ = [
    "Calendar",
    "Counting",
    "DateOrder",
    "PaymentTerms",
    "detect_date_order",
    "month_end",
    "parse_date",
]

DateOrder = Literal["dmy", "mdy", "ymd"]

_TIME: Final = r"(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?\Z"
_YEAR_FIRST: Final = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})" + _TIME, re.ASCII)
_YEAR_LAST: Final = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})" + _TIME, re.ASCII)
_EIGHT_DIGITS: Final = re.compile(r"\d{8}\Z", re.ASCII)
_SHORT_YEAR_FIRST: Final = re.compile(r"(\d{2})([-/.])(\d{1,2})\2(\d{1,2})" + _TIME, re.ASCII)

# Two figures of a year: those of POSIX. No receivable is due before 1969.
_LAST_SHORT_YEAR_OF_THE_2000S: Final = 68


@lru_cache(maxsize=131_072)
def parse_date(text: str, *, order: DateOrder | None = None) -> date:
    """The date written as 2024-01-31, 20240131, 31/01/2024, 31.01.24, 31012024; a time after it is left out.

    Where the year does not come first, the day is taken to come first unless `order` says "mdy";
    `detect_date_order` tells it from a whole column. Raises UserMistake("bad-date") for what is no date or
    is before 1900.
    """
    figures = _figures(text.strip(), order)
    if figures is not None:
        year, month, day = figures
        try:
            found = date(_full_year(year), int(month), int(day))
        except ValueError:
            found = date.min
        if found.year >= 1900:
            return found
    raise UserMistake("bad-date", "“{found}” is not a date.", found=text[:80])


def _figures(text: str, order: DateOrder | None) -> tuple[str, str, str] | None:
    """Year, month and day as they are written."""
    if match := _YEAR_FIRST.match(text):
        return match[1], match[3], match[4]
    if _EIGHT_DIGITS.match(text):
        return _eight_digits(text, order)
    if order == "ymd":
        match = _SHORT_YEAR_FIRST.match(text)
        return (match[1], match[3], match[4]) if match else None
    if match := _YEAR_LAST.match(text):
        return _year_last(match[1], match[3], match[4], order)
    return None


def _eight_digits(text: str, order: DateOrder | None) -> tuple[str, str, str]:
    """20240131 or 31012024. Never both: the month in the second place would be 19 or 20."""
    if text[4:6] <= "12" or order == "ymd":
        return text[:4], text[4:6], text[6:]
    return _year_last(text[:2], text[2:4], text[4:], order)


def _year_last(first: str, second: str, year: str, order: DateOrder | None) -> tuple[str, str, str]:
    return (year, first, second) if order == "mdy" else (year, second, first)


def _full_year(figures: str) -> int:
    year = int(figures)
    if len(figures) == 4:
        return year
    return year + (2000 if year <= _LAST_SHORT_YEAR_OF_THE_2000S else 1900)


def detect_date_order(samples: Iterable[str]) -> DateOrder | None:
    """The order of a column of dates: the only one in which all of them are dates.

    None when several would do (no day after the 12th in the column), when none does, or when it is empty.
    """
    texts = {sample.strip() for sample in samples}
    orders: tuple[DateOrder, ...] = ("dmy", "mdy", "ymd")
    fitting = [order for order in orders if all(_is_date(text, order) for text in texts)]
    return fitting[0] if len(fitting) == 1 else None


def _is_date(text: str, order: DateOrder) -> bool:
    try:
        parse_date(text, order=order)
    except UserMistake:
        return False
    return True
