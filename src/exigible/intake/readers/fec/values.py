"""The cells of a FEC, each distinct text read once.

A file of a million lines has some hundreds of dates and of accounts and repeats most of its amounts, so each
kind of cell is a dictionary that fills itself: a known text costs one lookup.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final
from unicodedata import is_normalized

from exigible.kernel.errors import UserMistake
from exigible.kernel.money import parse_amount
from exigible.kernel.text import clean

_MOST_KEPT: Final = 200_000
_COMPACT: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})\Z")
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")
_DAY_FIRST: Final = re.compile(r"([0-9]{2})[/.-]([0-9]{2})[/.-]([0-9]{4})\Z")
_ACCOUNT: Final = re.compile(r"[0-9]{3}[0-9A-Za-z._ /-]{0,17}\Z")

WANTED: Final = 1
KNOWN: Final = 2
INCOME: Final = 4
SALES: Final = 8
VAT: Final = 16
BANK: Final = 32
LOSS: Final = 64
OPENING_BALANCE: Final = 128

# Which part of the chart of accounts tells what an entry is about (PCG; the Malagasy PCG 2005 agrees).
_BY_PREFIX: Final = (
    ("7", INCOME),
    ("70", SALES),
    ("445", VAT),
    ("5", BANK),
    ("654", LOSS),  # pertes sur créances irrécouvrables
    ("6714", LOSS),  # créances devenues irrécouvrables dans l'exercice
    ("890", OPENING_BALANCE),  # bilan d'ouverture
)


def is_day_first(text: str) -> bool:
    return _DAY_FIRST.match(text.strip()) is not None


class DateCells(dict[str, "date | None"]):
    """Text to date; None for what is no date. AAAAMMJJ and 2024-01-31 always, 31/01/2024 if `day_first`."""

    def __init__(self, day_first: bool = False) -> None:
        super().__init__()
        self.day_first = day_first

    def __missing__(self, text: str) -> date | None:
        bare = text.strip().strip('"')
        parts = _COMPACT.match(bare) or _ISO.match(bare)
        if parts is not None:
            found = _real_date(parts[1], parts[2], parts[3])
        else:
            parts = _DAY_FIRST.match(bare) if self.day_first else None
            found = _real_date(parts[3], parts[2], parts[1]) if parts else None
        if len(self) < _MOST_KEPT:
            self[text] = found
        return found


def _real_date(year: str, month: str, day: str) -> date | None:
    if not "1900" <= year <= "2100":
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:  # 30 February
        return None


class AmountCells(dict[str, "int | None"]):
    """Text to minor units; 0 for an empty cell, None for what is no amount."""

    def __init__(self, exponent: int, decimal_mark: str | None) -> None:
        super().__init__({"": 0})
        self.exponent = exponent
        self.decimal_mark = decimal_mark
        self.limit: Final = 10 ** (15 + exponent)

    def __missing__(self, text: str) -> int | None:
        bare = text.strip().strip('"')
        if not bare:
            return 0
        minor, _ = self._parse(bare)
        if len(self) < _MOST_KEPT:
            self[text] = minor
        return minor

    def _parse(self, text: str) -> tuple[int | None, str]:
        try:
            minor = parse_amount(text, exponent=self.exponent, decimal_mark=self.decimal_mark)
        except UserMistake as error:
            return None, error.code
        return (None, "amount-too-large") if abs(minor) >= self.limit else (minor, "")

    def why(self, text: str) -> str:
        """The problem's code for a text that gave None."""
        return self._parse(text.strip().strip('"'))[1]


class AccountCells(dict[str, int]):
    """Text to the flags of the account; 0 for what is no account number.

    A47 A-1, VII: the first three characters of an account are digits of the chart of accounts.
    """

    def __init__(self, is_wanted: Callable[[str], bool]) -> None:
        super().__init__()
        self.is_wanted = is_wanted

    def __missing__(self, text: str) -> int:
        account = text.strip().strip('"')
        flags = 0
        if _ACCOUNT.match(account):
            flags = KNOWN | (WANTED if self.is_wanted(account) else 0)
            for prefix, flag in _BY_PREFIX:
                flags |= flag if account.startswith(prefix) else 0
        if len(self) < _MOST_KEPT:
            self[text] = flags
        return flags


class TextCells(dict[str, str]):
    """Text as it is stored: one clean line of at most `longest` characters, without surrounding quotes."""

    def __init__(self, longest: int) -> None:
        super().__init__()
        self.longest = longest

    def __missing__(self, text: str) -> str:
        cleaned = tidy(text, self.longest)
        if len(self) < _MOST_KEPT:
            self[text] = cleaned
        return cleaned


def tidy(text: str, longest: int) -> str:
    """The text of a cell without quotes around it, clean; one that is clean already costs little."""
    if text[:1] == '"' == text[-1:] and len(text) > 1:
        text = text[1:-1].replace('""', '"')
    if (
        text.isprintable()
        and len(text) <= longest
        and "  " not in text
        and not text[:1].isspace()
        and not text[-1:].isspace()
        and is_normalized("NFC", text)
    ):
        return text
    return clean(text, longest)
