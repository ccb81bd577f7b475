"""Whose holidays count."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from exigible.kernel.dates import Calendar
from exigible.kernel.errors import UserMistake
from exigible.ledger.models import Company


def calendar_of(country: str, company: Company) -> Calendar:
    """The debtor's calendar, with the company's own days where it is the company's country too.

    No country is the company's; one whose holidays are not known has those of the company's.
    """
    own = (tuple(company.added_holidays), tuple(company.removed_holidays))
    return _calendar(country or company.country, company.country, *own)


@lru_cache(maxsize=256)
def _calendar(country: str, home: str, added: tuple[date, ...], removed: tuple[date, ...]) -> Calendar:
    if country == home:
        return Calendar(home, added, removed)
    try:
        return Calendar(country)
    except UserMistake:
        return Calendar(home, added, removed)
