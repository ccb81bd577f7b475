"""The number of a registered letter: what is surely wrong is refused, what is only unusual is told.

International numbers are those of UPU standard S10: two letters for the service, eight digits, a check digit,
two letters for the country of origin. Those of La Poste within France are a digit and a letter (1A, 2C), then
eleven to thirteen digits; how their last digit is worked out is not published, so that it is not checked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Fault = Literal["empty", "characters", "length", "check-digit"]
Doubt = Literal["", "unknown-form", "not-registered"]

LONGEST: Final = 30
SHORTEST: Final = 8
_S10: Final = re.compile(r"([A-Z]{2})(\d{8})(\d)([A-Z]{2})")
_LA_POSTE: Final = re.compile(r"\d[A-Z]\d{11,13}")
_WEIGHTS: Final = (8, 6, 4, 2, 3, 5, 9, 7)
_BETWEEN: Final = re.compile(r"[\s.\-\u00a0\u202f]+")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was read: in capitals, nothing between its characters; `doubt` is told, and no more."""

    text: str
    doubt: Doubt = ""


def check_digit(serial: str) -> int:
    """The check digit of eight digits, by UPU S10: weights 8 6 4 2 3 5 9 7, eleven less the rest by eleven.

    Ten becomes 0, and eleven 5.
    """
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(serial, _WEIGHTS, strict=True)) % 11
    return {10: 0, 11: 5}.get(rest, rest)


def read_number(written: str) -> Number | Fault:
    """The number that was typed, pasted or scanned; or what is surely wrong with it."""
    text = _BETWEEN.sub("", written).upper()
    if not text:
        return "empty"
    if not (text.isascii() and text.isalnum()):
        return "characters"
    if not SHORTEST <= len(text) <= LONGEST:
        return "length"
    international = _S10.fullmatch(text)
    if international is None:
        return Number(text, "" if _LA_POSTE.fullmatch(text) else "unknown-form")
    service, serial, digit, _country = international.groups()
    if int(digit) != check_digit(serial):
        return "check-digit"
    return Number(text, "" if service.startswith("R") else "not-registered")


def grouped(number: str) -> str:
    """A number as the slip has it, in groups that can be read out."""
    if _S10.fullmatch(number):
        return " ".join((number[:2], number[2:5], number[5:8], number[8:11], number[11:]))
    if _LA_POSTE.fullmatch(number):
        return " ".join(filter(None, (number[:2], number[2:5], number[5:8], number[8:12], number[12:])))
    return number
