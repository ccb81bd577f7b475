"""Dates as ordinals (`date.toordinal()`): a million of them are made, compared and printed quickly."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from exigible.kernel.dates import PaymentTerms

CACHED_DAYS = 8_192


@lru_cache(maxsize=CACHED_DAYS)
def compact(day: int) -> str:
    """The day as a FEC prints it: 20261121."""
    return date.fromordinal(day).strftime("%Y%m%d")


@lru_cache(maxsize=CACHED_DAYS)
def iso(day: int) -> str:
    """The day as 2026-11-21."""
    return date.fromordinal(day).isoformat()


@lru_cache(maxsize=CACHED_DAYS)
def year_of(day: int) -> int:
    return date.fromordinal(day).year


@lru_cache(maxsize=CACHED_DAYS)
def month_of(day: int) -> int:
    return date.fromordinal(day).month


@lru_cache(maxsize=CACHED_DAYS)
def month_end(day: int) -> int:
    """The last day of the month of this day."""
    moment = date.fromordinal(day)
    following = date(moment.year + moment.month // 12, moment.month % 12 + 1, 1)
    return following.toordinal() - 1


def weekday_on_or_after(day: int) -> int:
    """The day itself, or the Monday after a week-end (ordinal 1 is a Monday)."""
    rank = (day - 1) % 7
    return day if rank < 5 else day + 7 - rank


@lru_cache(maxsize=CACHED_DAYS)
def payment_run_on_or_after(day: int, runs: tuple[int, ...]) -> int:
    """The first of the customer's monthly payment days (of the month, at most 28) from this day on."""
    moment = date.fromordinal(day)
    for rank in runs:
        if rank >= moment.day:
            return weekday_on_or_after(day + rank - moment.day)
    return weekday_on_or_after(month_end(day) + runs[0])


@lru_cache(maxsize=CACHED_DAYS)
def due_on(terms: str, issued: int) -> int:
    """The due date by the payment terms, as the ledger itself derives it."""
    return PaymentTerms.parse(terms).due_on(date.fromordinal(issued)).toordinal()


def first_of_year(year: int) -> int:
    return date(year, 1, 1).toordinal()
