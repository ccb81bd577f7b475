"""What people type: amounts with a comma or a dot, days from a calendar."""

from __future__ import annotations

from django import forms

from exigible.kernel.money import exponent, parse_amount


class DateInput(forms.DateInput):
    """A day as the browser's own calendar gives it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def parse_typed(text: str, currency: str) -> int:
    """Minor units of an amount as people type it, with a comma or with a dot; UserMistake for none."""
    mark = "." if "." in text and "," not in text else ","
    return parse_amount(text, exponent=exponent(currency), decimal_mark=mark)
