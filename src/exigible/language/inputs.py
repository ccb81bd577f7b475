"""What people type: amounts with a comma or a dot, days from a calendar."""

from __future__ import annotations

from django import forms
from django.utils.translation import get_language

from exigible.kernel.errors import UserMistake
from exigible.kernel.money import exponent, parse_amount


class DateInput(forms.DateInput):
    """A day as the browser's own calendar gives it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def parse_typed(text: str, currency: str) -> int:
    """Minor units of an amount as people type it: "1 234,56", "1.234,56", "1,234.56", "1234.5".

    "50,000" is fifty thousand to who reads English; else it may be fifty as well, and is refused. Raises
    UserMistake: "ambiguous-amount", and those of `parse_amount`.
    """
    decimals = exponent(currency)
    try:
        return parse_amount(text, exponent=decimals)
    except UserMistake as error:
        if error.code != "ambiguous-amount":
            raise
    if "." not in text and (get_language() or "").startswith("en"):
        return parse_amount(text, exponent=decimals, decimal_mark=".")
    raise UserMistake(
        "ambiguous-amount",
        "“{found}” can be read in two ways: type the thousands without a mark, or the decimals.",
        found=text[:80],
    )
