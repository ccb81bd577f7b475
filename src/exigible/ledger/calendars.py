"""Whose holidays count, and how a company changes them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from uuid import uuid4

from django.db import transaction

from exigible.kernel.calendars import has_list
from exigible.kernel.dates import Calendar
from exigible.kernel.errors import UserMistake
from exigible.ledger.models import CalendarDay, Company
from exigible.ledger.services import lock_books
from exigible.timeline.services import record_event


def calendar_of(country: str, company: Company) -> Calendar:
    """The debtor's calendar, as the company has changed it.

    No country is the company's; one whose holidays are not known has those of the company's.
    """
    return _calendar(country or company.country, company.country, company.pk, company.calendar_key)


@lru_cache(maxsize=256)
def _calendar(country: str, home: str, company: int, key: str) -> Calendar:
    known = country if has_list(country) else home
    added, removed = {}, set()
    for said in _said(company, key):
        if said.country == known:
            if said.state == CalendarDay.State.OFF:
                added[said.day] = said.name
            elif said.state == CalendarDay.State.WORKED:
                removed.add(said.day)
    return Calendar(known, added, removed)


@lru_cache(maxsize=64)
def _said(company: int, key: str) -> tuple[CalendarDay, ...]:
    """What counts of what was said. `key` is another one after each change: nothing old is ever given."""
    if not key:
        return ()
    return tuple(
        CalendarDay.objects.filter(company=company)
        .order_by("country", "day", "-pk")
        .distinct("country", "day")
    )


@transaction.atomic
def change_day(
    *, company: Company, country: str, day: date, state: str, name: str, why: str, by: int | None
) -> CalendarDay:
    """Say that a day is off (`name`: which one), worked although it is listed, or as the list has it.

    Raises UserMistake: "unknown-country" when its holidays are not known, "why-needed" without a reason.
    """
    if not has_list(country):
        raise UserMistake(
            "unknown-country", "No calendar of public holidays is known for “{country}”.", country=country
        )
    if not why.strip():
        raise UserMistake("why-needed", "Say why: who reads the calendar later wants to know.")
    lock_books(company.pk)
    said = CalendarDay.objects.create(
        company=company, country=country, day=day, state=state, name=name, why=why.strip(), by_id=by
    )
    company.calendar_key = uuid4().hex
    company.save(update_fields=["calendar_key"])
    record_event(
        company_id=company.pk,
        customer_id=None,
        kind="calendar-changed",
        by=by,
        text=said.why,
        data={"country": country, "day": day.isoformat(), "state": state, "name": name},
    )
    return said
