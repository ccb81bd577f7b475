"""Telephone numbers as one reads and dials them, and what time it is where they ring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import Final
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone as number_zones

ZONES: Final = {"FR": "Europe/Paris", "MC": "Europe/Monaco", "MG": "Indian/Antananarivo"}
_UNKNOWN_ZONE: Final = "Etc/Unknown"


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number. `key` is E.164 or, for what is no number, the text as it was written."""

    key: str
    shown: str
    is_valid: bool
    zone: str = ""

    @property
    def href(self) -> str:
        """What a telephone dials."""
        return f"tel:{self.key}" if self.is_valid else ""


def read_number(text: str, country: str, home: str) -> Number | None:
    """A number as it was typed at a customer's of `country`, as someone in `home` writes it; None: empty.

    A number abroad is written with its country's prefix, one of `home` without.
    """
    typed = " ".join(text.split())
    if not typed:
        return None
    try:
        found = phonenumbers.parse(typed, country or home)
    except phonenumbers.NumberParseException:
        return Number(typed, typed, is_valid=False)
    if not phonenumbers.is_valid_number(found):
        return Number(typed, typed, is_valid=False)
    is_home = phonenumbers.region_code_for_number(found) == home
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL if is_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    zones = [zone for zone in number_zones.time_zones_for_number(found) if zone != _UNKNOWN_ZONE]
    return Number(
        phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164),
        phonenumbers.format_number(found, style).replace(" ", "\N{NO-BREAK SPACE}"),
        is_valid=True,
        zone=zones[0] if len(zones) == 1 else "",
    )


def zone_of(country: str, home: str, number: Number | None = None) -> tzinfo:
    """The debtor's time zone: its country's, else the one its number rings in, else that of `home`."""
    return ZoneInfo(ZONES.get(country) or (number.zone if number else "") or ZONES[home])
