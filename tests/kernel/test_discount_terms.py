"""An early-payment discount (escompte): so much within so many days of issue."""

from __future__ import annotations

from datetime import date

import pytest

from exigible.kernel.errors import UserMistake
from exigible.kernel.terms import DiscountTerms


@pytest.mark.parametrize(
    ("text", "rate", "days", "kept"),
    [("2/10", 2000, 10, "2/10"), ("1,5 % / 8", 1500, 8, "1.5/8"), ("0.25/30", 250, 30, "0.25/30")],
)
def test_it_is_read_and_written(text: str, rate: int, days: int, kept: str) -> None:
    terms = DiscountTerms.parse(text)
    assert (terms.rate, terms.days, str(terms)) == (rate, days, kept)
    assert DiscountTerms.parse(str(terms)) == terms


@pytest.mark.parametrize("text", ["", "2", "0/10", "10", "2/", "deux/10", "100/10", "2/1000"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(UserMistake, match="discount"):
        DiscountTerms.parse(text)


def test_the_last_day_counts_from_the_issue() -> None:
    assert DiscountTerms.parse("2/10").until(date(2028, 2, 19)) == date(2028, 2, 29)
