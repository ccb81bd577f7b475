"""The number of a registered letter: the check digit of S10 holds, an unusual number is only told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exigible.registered.rules.numbers import Number, check_digit, grouped, read_number

serials = st.text("0123456789", min_size=8, max_size=8)


@pytest.mark.parametrize(
    ("serial", "digit"),
    [("47312482", 9), ("12345678", 5), ("00000000", 5), ("00000001", 4), ("00000010", 2)],
)
def test_the_check_digit_is_that_of_upu_s10(serial, digit):
    assert check_digit(serial) == digit


@given(serials)
def test_a_number_with_its_check_digit_is_taken_in_any_writing(serial):
    text = f"RR{serial}{check_digit(serial)}FR"
    assert read_number(text) == Number(text)
    assert read_number(f" rr {serial[:4]}.{serial[4:]}-{check_digit(serial)}\u00a0fr\n") == Number(text)


@given(serials, st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_is_refused(serial, at, by):
    wrong = serial[:at] + str((int(serial[at]) + by) % 10) + serial[at + 1 :]
    found = read_number(f"RR{wrong}{check_digit(serial)}FR")
    # 0 and 5 each stand for two rests by eleven: there a slip may go unseen, nowhere else
    assert found == "check-digit" or check_digit(wrong) == check_digit(serial) in (0, 5)


@pytest.mark.parametrize("text", ["1A12345678901", "2C 123 456 7890 1", "2c1234567890123"])
def test_the_numbers_of_la_poste_within_france_are_taken_without_a_doubt(text):
    assert isinstance(found := read_number(text), Number)
    assert found.doubt == ""


@pytest.mark.parametrize(
    ("text", "doubt"), [("CP473124829US", "not-registered"), ("87001234567890", "unknown-form")]
)
def test_what_is_only_unusual_is_told(text, doubt):
    assert read_number(text) == Number(text, doubt)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "empty"), (" - ", "empty"), ("1A12345é78901", "characters"), ("=CMD()", "characters"),
        ("1A123", "length"), ("1" * 31, "length"), ("RR473124828US", "check-digit"),
    ],
)  # fmt: skip
def test_what_is_surely_wrong_is_refused(text, fault):
    assert read_number(text) == fault


def test_a_number_is_shown_in_the_groups_of_the_slip():
    assert grouped("RK123456785FR") == "RK 123 456 785 FR"
    assert grouped("1A12345678901") == "1A 123 456 7890 1"
    assert grouped("87001234567890") == "87001234567890"
