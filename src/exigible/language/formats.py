"""Amounts and dates as the reader's language writes them."""

from __future__ import annotations

import datetime as dt
import re

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import get_language

from exigible.kernel.money import Money, format_amount

IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
NUMERIC_DATES = {"fr": "d/m/Y", "en": "j M Y"}
SHORT_DATES = {"fr": "d/m", "en": "j M"}
LONG_DATES = {"fr": "j F Y", "en": "j F Y"}
MONTHS = {"fr": "N Y", "en": "M Y"}
MONTHS_ALONE = {"fr": "N", "en": "M"}
STYLES = {
    "": NUMERIC_DATES,
    "short": SHORT_DATES,
    "long": LONG_DATES,
    "month": MONTHS,
    "month-alone": MONTHS_ALONE,
}


def language() -> str:
    """The two letters of the reader's language; French where nothing is chosen."""
    return (get_language() or "fr")[:2]


def money(amount: int | Money | None, currency: str = "", *, with_symbol: bool = False) -> str:
    """An amount in minor units of `currency` (or a Money), for reading; empty for None."""
    if amount is None:
        return ""
    minor, unit = (amount.minor, amount.currency) if isinstance(amount, Money) else (amount, currency)
    return format_amount(minor, unit, locale=language(), with_symbol=with_symbol)


def decimal_mark() -> str:
    """What stands before the decimals where an amount or a percentage is typed."""
    return "," if language() == "fr" else "."


def day(value: dt.date | None, style: str = "") -> str:
    """A date: 21/11/2026 in French, 21 Nov 2026 in English.

    `style` is "short" (without the year), "long" (month in full), "month", or a format of Django's.
    A moment is taken in the site's time zone.
    """
    if not value:
        return ""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    styles = STYLES.get(style)
    return format_date(value, styles.get(language(), "d/m/Y") if styles else style)


def iban(account: str) -> str:
    """An IBAN in groups of four, as banks print it; any other account as it is written."""
    compact = "".join(account.split())
    if not IBAN.fullmatch(compact):
        return account
    return " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))


def moment(value: dt.datetime | None) -> str:
    """Day and hour of a moment, in the site's time zone."""
    if not value:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local)} {local:%H:%M}"
