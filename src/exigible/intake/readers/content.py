"""What the cells of a column look like, so that its content can confirm or contradict its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from stdnum.eu import vat
from stdnum.fr import siren, siret

from exigible.intake.readers.cells import amount_of, currency_of, date_of, text_of
from exigible.intake.readers.table.model import Cell
from exigible.kernel.currencies import EXPONENTS
from exigible.kernel.errors import UserMistake

_STARTS_WITH_EMAIL: Final = re.compile(r"[^@\s;,]+@[^@\s;,]+\.[A-Za-z]{2,}")
_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}\Z")
_SENSES: Final = frozenset({"D", "C", "S", "H", "DEBIT", "CREDIT", "+", "-"})
_MOST_SIGNIFICANT_DECIMALS: Final = 4  # exponent of the amounts tried: the currency is not known yet


def _is_date(cell: Cell) -> bool:
    if isinstance(cell, (int, Decimal)):
        return False
    try:
        date_of(cell)
    except UserMistake:
        return _is_month_first(cell)
    return True


def _is_month_first(cell: Cell) -> bool:
    try:
        date_of(cell, "mdy")
    except UserMistake:
        return False
    return True


def _is_amount(cell: Cell) -> bool:
    if isinstance(cell, (int, Decimal)):
        return True
    if not isinstance(cell, str) or not any(letter.isdigit() for letter in cell):
        return False
    try:
        amount_of(cell, _MOST_SIGNIFICANT_DECIMALS)
    except UserMistake as error:
        return error.code in ("ambiguous-amount", "too-many-decimals")
    return True


_TESTS: Final[dict[str, Callable[[Cell], bool]]] = {
    "date": _is_date,
    "amount": _is_amount,
    "email": lambda cell: _STARTS_WITH_EMAIL.match(text_of(cell)) is not None,
    "iban": lambda cell: _IBAN.match(text_of(cell).replace(" ", "").upper()) is not None,
    "siren": lambda cell: siren.is_valid(text_of(cell)),
    "siret": lambda cell: siret.is_valid(text_of(cell)),
    "vat": lambda cell: text_of(cell)[:2].isalpha() and vat.is_valid(text_of(cell)),
    "currency": lambda cell: isinstance(cell, str) and currency_of(cell) in EXPONENTS,
    "sense": lambda cell: text_of(cell).upper() in _SENSES,
    "letters": lambda cell: isinstance(cell, str) and sum(letter.isalpha() for letter in cell) >= 2,
    "digits": lambda cell: any(letter.isdigit() for letter in text_of(cell)),
    "words": lambda cell: isinstance(cell, str) and " " in cell.strip(),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """`share` of the filled cells of a column that could be a date, an amount…; `median` of its dates."""

    filled: int
    share: dict[str, float]
    median: date | None


def profile_of(cells: Sequence[Cell]) -> Profile:
    filled = [cell for cell in cells if cell is not None]
    if not filled:
        return Profile(0, dict.fromkeys(_TESTS, 0.0), None)
    share = {name: sum(map(test, filled)) / len(filled) for name, test in _TESTS.items()}
    dates = sorted(date_of(cell) for cell in filled if _is_date(cell) and not _only_month_first(cell))
    return Profile(len(filled), share, dates[len(dates) // 2] if dates else None)


def _only_month_first(cell: Cell) -> bool:
    try:
        date_of(cell)
    except UserMistake:
        return True
    return False
