from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exigible.kernel.amounts import LARGEST_MINOR, detect_decimal_mark, parse_amount
from exigible.kernel.errors import UserMistake


def refusal_of(text: str, *, exponent: int = 2, decimal_mark: str | None = None) -> str:
    with pytest.raises(UserMistake) as refusal:
        parse_amount(text, exponent=exponent, decimal_mark=decimal_mark)
    assert text[:80] in str(refusal.value)
    return refusal.value.code


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1234.56", 123456),
        ("1234,56", 123456),
        ("1234", 123400),
        ("1234,5", 123450),
        ("0", 0),
        ("-0,00", 0),
        ("007,00", 700),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("1'234.56", 123456),
        ("1’234,56", 123456),
        ("1.234.567", 123456700),
        ("1,234,567", 123456700),
        ("1 234 567,8", 123456780),
        (",50", 50),
        (".5", 50),
        ("12,", 1200),
        ("1234,5600", 123456),
        ("1.234,560", 123456),
        ("  42,00\t", 4200),
        ("\ufeff42,00", 4200),
    ],
)
def test_reads_the_marks_of_every_country(text: str, minor: int) -> None:
    assert parse_amount(text, exponent=2) == minor


@pytest.mark.parametrize("space", [" ", "\t", "\u00a0", "\u202f", "\u2009", "\u2007", "\u3000"])
def test_reads_any_kind_of_space_between_thousands(space: str) -> None:
    assert parse_amount(f"{space}1{space}234{space}567,89{space}", exponent=2) == 123456789
    assert parse_amount(f"1{space}234", exponent=2) == 123400


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("-12,00", -1200),
        ("12,00-", -1200),
        ("- 1 234,56", -123456),
        ("1 234,56 -", -123456),
        ("\u22121\u202f234,56", -123456),
        ("(12,00)", -1200),
        ("( 1.234,56 )", -123456),
        ("+12,00", 1200),
        ("12,00+", 1200),
    ],
)
def test_reads_a_sign_before_or_after_and_brackets(text: str, minor: int) -> None:
    assert parse_amount(text, exponent=2) == minor


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-", "()", "abc", "1 234,56 €", "12 EUR", "--1", "-1-", "(-1)", "(1", "1)", "1E5", "1,2,3",
        "1 2", "12 34", "1 2345", "1.23.456,00", "1,234,56", "1 234.567,89", "1,234.56,78", "1.234 567",
        "\uff11\uff12", "١٢", "1\n234", "0x10", "NaN", "∞", "1_000",
    ],
)  # fmt: skip
def test_refuses_what_is_no_amount(text: str) -> None:
    assert refusal_of(text) == "bad-amount"


@pytest.mark.parametrize("text", ["1,234", "1.234", "-12,345", "(999.000)"])
def test_refuses_to_guess_between_thousands_and_decimals(text: str) -> None:
    assert refusal_of(text) == "ambiguous-amount"


@pytest.mark.parametrize(
    ("text", "mark", "exponent", "minor"),
    [("1,234", ".", 2, 123400), ("1.234", ",", 2, 123400), ("1,234", ",", 3, 1234), ("1,230", ",", 2, 123)],
)
def test_the_mark_of_the_column_settles_it(text: str, mark: str, exponent: int, minor: int) -> None:
    assert parse_amount(text, exponent=exponent, decimal_mark=mark) == minor


@pytest.mark.parametrize(("text", "mark"), [("12.50", ","), ("1,5", "."), ("1.234,56", "."), ("1.23", ",")])
def test_an_amount_against_the_mark_of_its_column_is_refused(text: str, mark: str) -> None:
    assert refusal_of(text, decimal_mark=mark) == "bad-amount"


@pytest.mark.parametrize(
    ("text", "exponent"), [("0,123", 2), ("1234,567", 2), ("12,5", 0), ("1 234,567", 2), ("1,2345", 3)]
)
def test_refuses_decimals_the_currency_has_not(text: str, exponent: int) -> None:
    assert refusal_of(text, exponent=exponent) == "too-many-decimals"


@pytest.mark.parametrize("text", ["1000000000000000,01", "-1000000000000000.01", "9" * 400, "9" * 16])
def test_refuses_more_than_a_column_can_hold(text: str) -> None:
    assert refusal_of(text) == "amount-too-large"


def test_the_largest_amount_is_read() -> None:
    assert parse_amount("-1 000 000 000 000 000,00", exponent=2) == -LARGEST_MINOR


@given(
    st.integers(-LARGEST_MINOR, LARGEST_MINOR),
    st.sampled_from([",", "."]),
    st.sampled_from(["", " ", "\u00a0", "\u202f", "\u2009", "'", "other"]),
    st.integers(0, 4),
    st.sampled_from(["{sign}{figures}", "{figures}{sign}", "{sign} {figures}"]),
)
def test_every_way_of_writing_an_amount_gives_it_back(
    minor: int, mark: str, separator: str, exponent: int, shape: str
) -> None:
    grouping = {",": ".", ".": ","}[mark] if separator == "other" else separator
    units, rest = divmod(abs(minor), 10**exponent)
    figures = f"{units:,}".replace(",", grouping) + (f"{mark}{rest:0{exponent}d}" if exponent else "")
    text = shape.format(sign="-" if minor < 0 else "", figures=figures)
    assert parse_amount(text, exponent=exponent, decimal_mark=mark) == minor


@given(st.text(alphabet="0123456789,.' -+()\u202fE€", max_size=30), st.integers(0, 4))
def test_any_text_is_read_or_refused_with_a_reason(text: str, exponent: int) -> None:
    outcome: int | str
    try:
        outcome = parse_amount(text, exponent=exponent)
    except UserMistake as mistake:
        outcome = mistake.code
    if isinstance(outcome, int):
        assert abs(outcome) <= LARGEST_MINOR
    else:
        assert outcome in {"bad-amount", "ambiguous-amount", "too-many-decimals", "amount-too-large"}


@given(st.text(alphabet="0123456789,.' \u202f", max_size=20))
def test_an_amount_read_without_a_hint_is_the_same_with_the_mark_it_shows(text: str) -> None:
    try:
        unaided = parse_amount(text, exponent=2)
    except UserMistake:
        return
    mark = detect_decimal_mark([text])
    if mark is not None:
        assert parse_amount(text, exponent=2, decimal_mark=mark) == unaided


class TestDecimalMarkOfAColumn:
    @pytest.mark.parametrize(
        ("samples", "mark"),
        [
            (["1,234", "12,50"], ","),
            (["1.234", "1.234.567"], ","),
            (["1,234", "1,234.50"], "."),
            (["1 234,567"], ","),
            (["0,123"], ","),
            (["-12.5", "", "n/a"], "."),
        ],
    )
    def test_is_told_by_the_amounts_that_leave_no_doubt(self, samples: list[str], mark: str) -> None:
        assert detect_decimal_mark(samples) == mark

    @pytest.mark.parametrize("samples", [[], ["1234"], ["1,234"], ["12,50", "12.50"]])
    def test_is_not_guessed(self, samples: list[str]) -> None:
        assert detect_decimal_mark(samples) is None
