"""The cells of a FEC: the short way gives what the long one does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from exigible.intake.readers.fec.values import AccountCells, AmountCells, DateCells, tidy
from exigible.kernel.text import clean

WORDS = st.text(st.sampled_from("ab é\u0301\u00a0\u200b\t  Œ\u202e"), max_size=12)


@given(text=WORDS | st.text(st.characters(exclude_characters='"'), max_size=20))
def test_a_text_is_cleaned_whether_or_not_it_needs_it(text: str) -> None:
    assert tidy(text, 10) == clean(text, 10)


def test_quotes_around_a_text_are_not_of_it() -> None:
    assert tidy('"Dit ""le Grand"""', 40) == 'Dit "le Grand"'
    assert tidy('5" de long', 40) == '5" de long'


@given(minor=st.integers(-(10**16), 10**16))
def test_a_known_amount_is_the_same_the_second_time(minor: int) -> None:
    cells = AmountCells(2, ",")
    text = f"{'-' if minor < 0 else ''}{abs(minor) // 100},{abs(minor) % 100:02d}"
    assert cells[text] == cells[text] == minor


@given(text=st.text(max_size=12))
def test_no_text_breaks_the_reading_of_a_cell(text: str) -> None:
    assert DateCells(day_first=True)[text] is None or len(text.strip().strip('"')) in (8, 10)
    assert isinstance(AmountCells(2, None)[text], int | None)
    assert AccountCells(str.isdigit)[text] >= 0
