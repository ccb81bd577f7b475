"""Amounts as people type them: nobody is taken for a thousand times less."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from exigible.kernel.errors import UserMistake
from exigible.language.inputs import parse_typed


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("50 000", 50_000_00),
        ("50\u202f000,00", 50_000_00),
        ("50.000,00", 50_000_00),
        ("50,000.00", 50_000_00),
        ("1,234,567", 1_234_567_00),
        ("50000", 50_000_00),
        ("12,5", 12_50),
        ("12.50", 12_50),
        ("0,500", 50),
    ],
)
def test_what_leaves_no_doubt_is_read_in_either_language(language: str, text: str, minor: int) -> None:
    with override(language):
        assert parse_typed(text, "EUR") == minor


def test_thousands_with_a_comma_are_english() -> None:
    with override("en"):
        assert parse_typed("50,000", "EUR") == 50_000_00


@pytest.mark.parametrize(("language", "text"), [("fr", "50,000"), ("fr", "50.000"), ("en", "50.000")])
def test_what_may_be_a_thousand_times_more_is_not_guessed(language: str, text: str) -> None:
    with override(language), pytest.raises(UserMistake) as refused:
        parse_typed(text, "EUR")
    assert refused.value.code == "ambiguous-amount"
