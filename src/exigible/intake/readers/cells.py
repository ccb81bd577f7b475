"""Cells of tables to dates, amounts and texts."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from exigible.intake.readers.table.model import Cell
from exigible.kernel.currencies import EXPONENTS
from exigible.kernel.dates import DateOrder, parse_date
from exigible.kernel.errors import UserMistake
from exigible.kernel.money import LARGEST_MINOR, parse_amount
from exigible.kernel.text import clean

_SPREADSHEET_EPOCH: Final = date(1899, 12, 30)
_SPREADSHEET_DAYS: Final = range(20_000, 80_000)  # 1954 to 2119
_NOISE: Final = Decimal("0.0001")  # of a minor unit: what a formula's result may be off
_CURRENCY_NAMES: Final = {
    "€": "EUR", "EURO": "EUR", "EUROS": "EUR", "£": "GBP", "AR": "MGA", "ARIARY": "MGA",
}  # fmt: skip
_FIGURES: Final = frozenset("0123456789.,-+()")  # nearly all amounts begin and end with these
_WITH_CURRENCY: Final = re.compile(r"'?\s*(?P<before>[^\W\d_]{2,6}|[€£])?(?P<amount>[^A-Za-z€£]*?)\s*"
                                   r"(?P<after>[^\W\d_]{2,6}|[€£])?\Z")  # fmt: skip


def currency_of(text: str) -> str:
    """The ISO code that a currency cell means: programs also write € or EURO."""
    code = text.strip().strip('"').upper()
    return _CURRENCY_NAMES.get(code, code)


def text_of(cell: Cell, longest: int = 200) -> str:
    """The cell as one clean line; a number as it is written without grouping, a date as 2024-01-31."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return clean(cell, longest)
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)


def date_of(cell: Cell, order: DateOrder | None = None) -> date:
    """The date in a cell, be it a date, a text or the number by which spreadsheets keep one.

    Raises UserMistake("bad-date").
    """
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int) and cell in _SPREADSHEET_DAYS:
        return _SPREADSHEET_EPOCH + timedelta(days=cell)
    return parse_date(text_of(cell), order=order)


def amount_of(cell: Cell, exponent: int, decimal_mark: str | None = None) -> int:
    """The amount in minor units. Raises what `parse_amount` raises, "bad-amount" for a date."""
    if isinstance(cell, (int, Decimal)):
        return _exact(cell, exponent)
    text = split_currency(cell)[0] if isinstance(cell, str) else text_of(cell)
    return parse_amount(text, exponent=exponent, decimal_mark=decimal_mark)


def _exact(number: int | Decimal, exponent: int) -> int:
    scaled = Decimal(number).scaleb(exponent)
    if abs(scaled) > LARGEST_MINOR:
        raise UserMistake("amount-too-large", "“{found}” is too large an amount.", found=str(number))
    minor = scaled.to_integral_value()
    if abs(scaled - minor) > _NOISE:
        sentence = "“{found}” has more than {decimals} decimals."
        raise UserMistake("too-many-decimals", sentence, found=str(number), decimals=exponent)
    return int(minor)


def split_currency(text: str) -> tuple[str, str]:
    """An amount and the currency written with it, "" where there is none: 1 234,56 and EUR."""
    if text[:1] in _FIGURES and text[-1:] in _FIGURES:
        return text, ""
    parts = _WITH_CURRENCY.match(text.strip())
    if parts is None:
        return text, ""
    currency = currency_of(parts["before"] or parts["after"] or "")
    return (parts["amount"], currency) if not currency or currency in EXPONENTS else (text, "")
