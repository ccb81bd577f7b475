"""When a text message may ring at a debtor: on its business days, between the hours that the company set."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from exigible.dunning.models import SmsGateway
from exigible.dunning.watch import TIME_ZONES
from exigible.ledger.calendars import calendar_of
from exigible.ledger.models import Customer


def next_opening(gateway: SmsGateway, customer: Customer, now: datetime) -> datetime:
    """The moment itself if a message may ring then at the customer's, else the next one at which it may.

    The hours are those of the debtor's country, or the company's where its own is not known here.
    """
    local = now.astimezone(zone_of(customer.country, gateway.company.country))
    calendar = calendar_of(customer.country or gateway.company.country, gateway.company)
    if calendar.is_business_day(local.date()) and gateway.opens <= local.time() < gateway.closes:
        return now
    day = local.date()
    if local.time() >= gateway.opens or not calendar.is_business_day(day):
        day = calendar.next_business_day(day + timedelta(days=1))
    return datetime.combine(day, gateway.opens, local.tzinfo)


def zone_of(country: str, home: str) -> ZoneInfo:
    """The time zone of a debtor's country; that of `home` where it is not known here."""
    return TIME_ZONES.get(country) or TIME_ZONES[home]
