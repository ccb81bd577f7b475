"""Telephone numbers that may be called or written to: valid ones, in E.164, mobile or not."""

from __future__ import annotations

from typing import Final

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

_MOBILE: Final = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def parse_number(text: str, country: str, home: str) -> PhoneNumber | None:
    """A number as it was typed at a customer's of `country`, else as someone in `home` writes it.

    None for what is no number that rings: nobody is called or written to at it.
    """
    try:
        found = phonenumbers.parse(text, country or home)
    except phonenumbers.NumberParseException:
        return None
    return found if phonenumbers.is_valid_number(found) else None


def e164(number: PhoneNumber) -> str:
    """The number as machines write it: +33612345678."""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def is_mobile(number: PhoneNumber) -> bool:
    """Whether a text message reaches it, as far as its country's plan of numbers tells."""
    return phonenumbers.number_type(number) in _MOBILE


def country_of(number: str) -> str:
    """The country in which a number in E.164 rings, as ISO code; empty where that is not one."""
    return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
