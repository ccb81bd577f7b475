"""The length of text messages, as networks count it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exigible.dunning.texts.sms import length_of, plain


@pytest.mark.parametrize(
    ("text", "units", "segments"),
    [
        ("", 0, 0),
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("€" * 80, 160, 1),  # two units each
        ("é" * 160, 160, 1),
        ("ê" * 70, 70, 1),
        ("ê" * 71, 71, 2),
        ("ê" * 134, 134, 2),
        ("ê" * 135, 135, 3),
        ("😀" * 35, 70, 1),
        ("😀" * 36, 72, 2),
    ],
)
def test_a_message_takes_so_many_parts(text: str, units: int, segments: int) -> None:
    length = length_of(text)
    assert (length.units, length.segments) == (units, segments)


def test_a_pair_is_not_cut_between_two_parts() -> None:
    assert length_of("a" * 152 + "€" + "a" * 152).segments == 3  # 306 units, but the euro begins the second
    assert length_of("😀" * 67).segments == 3  # 134 units: each part ends one short


def test_what_makes_it_longer_is_named() -> None:
    assert length_of("déjà l’été, œuvre").outside == ("’", "œ")
    assert length_of(plain("l’été\u202f: 12\u00a0€")).outside == ()


@given(st.text(max_size=400))
def test_every_text_has_a_length_and_room_for_it(text: str) -> None:
    length = length_of(text)
    assert length.units <= length.room
    assert (length.segments == 0) == (text == "")
