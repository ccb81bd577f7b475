"""The fixed words of documents, and dates and rates as each language writes them.

A document speaks its reader's language, which is not the language of whoever prints it: hence the override.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from babel.dates import format_date as babel_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override, pgettext

REGIONS: Final = {"fr": "FR", "en": "GB"}


@lru_cache(maxsize=8)
def words(language: str) -> Mapping[str, str]:
    """Every fixed word of a letter, a statement and an e-mail in that language, by key."""
    with override(language):
        return MappingProxyType(_page_words() | _table_words() | _payment_words() | _statement_words())


def _page_words() -> dict[str, str]:
    return {
        "page": _("Page"),
        "subject": pgettext("of a letter", "Subject: "),
        "customer_code": _("Your account"),
        "reference": _("Our reference"),
        "contact": _("Your contact"),
        "phone": _("Telephone"),
        "email": _("E-mail"),
        "signature": _("Signature"),
        "colon": pgettext("between a name and its value", ": "),
        "place_and_date": _("{place}, {date}"),
    }


def _table_words() -> dict[str, str]:
    return {
        "document": _("Document"),
        "issued_on": _("Date"),
        "due_on": _("Due date"),
        "days_late": pgettext("column of days", "Overdue"),
        "not_due": _("not due"),
        "amount": _("Amount"),
        "open": _("Left to pay"),
        "detail": _("The documents, one by one"),
        "items_total": _("Total of the documents"),
        "subtotal": _("Subtotal"),
        "net": _("Net to pay"),
        "credit_balance": _("Balance in your favour"),
        "brought_forward": _("Brought forward"),
        "carried_forward": _("Carried forward"),
        "annex": _("Annex: how the late interest was worked out"),
        "base": _("Unpaid amount"),
        "period": _("Period"),
        "days": _("Days"),
        "rate": pgettext("column", "Yearly rate"),
        "interest": _("Interest"),
        "interest_total": _("Total interest"),
    }


def _payment_words() -> dict[str, str]:
    return {
        "how_to_pay": _("How to pay"),
        "account_holder": _("Account holder"),
        "payment_reference": _("Reference to quote"),
        "payment_amount": _("Amount"),
        "qr_alt": _("QR code of the credit transfer"),
        "qr_hint": _("Scan this code with your banking app: account, amount and reference are in it."),
    }


def _statement_words() -> dict[str, str]:
    return {
        "statement": _("Statement of account as at {date}"),
        "statement_movements": _("Statement of account from {start} to {end}"),
        "in_currency": _("In {currency}"),
        "ageing": _("Age of the debt"),
        "label": pgettext("column", "Description"),
        "debit": _("Debit"),
        "credit": _("Credit"),
        "balance": _("Balance"),
        "opening_balance": _("Opening balance"),
        "closing_balance": _("Closing balance"),
        "gross": _("Total due and to come"),
        "credits": _("Credit notes and payments to deduct"),
        "account_balance": _("Balance of the account"),
        "of_which_overdue": _("of which overdue"),
        "overdue_before_credits": _("overdue, before credits"),
        "nothing_open": _("Nothing is open on this account."),
        "no_movement": _("No movement in the period."),
        "payable": _("Overdue, less credits"),
        "unallocated": _("Not allocated"),
    }


@lru_cache(maxsize=4096)
def short_date(day: date, language: str) -> str:
    """21/11/2026 in French; 21 Nov 2026 in English, where figures alone mean two different days."""
    return f"{day:%d/%m/%Y}" if language == "fr" else babel_date(day, "dd MMM yyyy", locale="en_GB")


def date_in_text(day: date, language: str) -> str:
    """The short date within a sentence: "1 Dec 2026", without the nought that a column needs."""
    text = short_date(day, language)
    return text if language == "fr" else text.removeprefix("0")


@lru_cache(maxsize=512)
def long_date(day: date, language: str) -> str:
    """21 novembre 2026, 1er décembre 2026; 21 November 2026."""
    text = babel_date(day, "d MMMM yyyy", locale=f"{language}_{REGIONS[language]}")
    return text.replace("1 ", "1er ", 1) if language == "fr" and day.day == 1 else text


def rate(hundredths: int, language: str) -> str:
    """A yearly rate given in hundredths of a percent: "12,40 %" in French, "12.40%" in English."""
    units, rest = divmod(abs(hundredths), 100)
    sign = "\N{MINUS SIGN}" if hundredths < 0 else ""
    return f"{sign}{units},{rest:02d}\u202f%" if language == "fr" else f"{sign}{units}.{rest:02d}%"


@lru_cache(maxsize=4096)
def days_late(days: int, language: str) -> str:
    """ "91 j" in French, "91 d" in English; nothing before the due date."""
    if days <= 0:
        return ""
    with override(language):
        return ngettext("{days} d", "{days} d", days).format(days=days)


def items_listed(count: int, language: str) -> str:
    """ "60 documents, listed on the following pages"."""
    with override(language):
        return ngettext(
            "{count} document, shown on the following page",
            "{count} documents, listed on the following pages",
            count,
        ).format(count=count)


def bucket_name(key: str, language: str) -> str:
    """ "not_due", "1-30", "90+" as a column's head: "Not due", "1–30 days", "Over 90 days"."""
    with override(language):
        if key == "not_due":
            return _("Not due")
        if key.endswith("+"):
            return _("Over {days} days").format(days=key[:-1])
        return _("{days} days").format(days=key.replace("-", "\N{EN DASH}"))
