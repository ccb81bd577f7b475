from __future__ import annotations

import pytest
from babel.numbers import list_currencies
from hypothesis import given
from hypothesis import strategies as st

from exigible.kernel.currencies import EXPONENTS
from exigible.kernel.errors import Refused, UserMistake
from exigible.kernel.money import (
    LARGEST_MINOR,
    Money,
    exponent,
    format_amount,
    in_units_paid,
    parse_amount,
    split_evenly,
    to_decimal_string,
)

minors = st.integers(-LARGEST_MINOR, LARGEST_MINOR)
currencies = st.sampled_from(["EUR", "MGA", "JPY", "TND", "CLF", "USD"])


@pytest.mark.parametrize(
    ("currency", "digits"), [("EUR", 2), ("MGA", 2), ("JPY", 0), ("XOF", 0), ("TND", 3), ("CLF", 4)]
)
def test_minor_units_are_those_of_iso_4217(currency: str, digits: int) -> None:
    assert exponent(currency) == digits


@pytest.mark.parametrize("currency", ["FRF", "eur", "EURO", "", "XXX", "XAU"])
def test_only_active_currencies_are_known(currency: str) -> None:
    with pytest.raises(UserMistake) as refusal:
        exponent(currency)
    assert refusal.value.code == "unknown-currency"
    assert refusal.value.params == {"currency": currency}


def test_every_currency_of_the_table_exists() -> None:
    assert set(EXPONENTS) - list_currencies() <= {"XCG", "ZWG"}  # both newer than some CLDR releases


class TestMoney:
    def test_adds_subtracts_and_compares_in_one_currency(self) -> None:
        ten, three = Money(1000, "EUR"), Money(300, "EUR")
        assert ten + three == Money(1300, "EUR")
        assert three - ten == Money(-700, "EUR") == -Money(700, "EUR")
        assert three < ten
        assert ten >= three
        assert max(ten, three) is ten
        assert str(-ten) == "-10.00 EUR"

    def test_never_mixes_two_currencies(self) -> None:
        euros, ariary = Money(100, "EUR"), Money(100, "MGA")
        for operation in ("__add__", "__sub__", "__lt__", "__le__", "__gt__", "__ge__"):
            with pytest.raises(Refused) as refusal:
                getattr(euros, operation)(ariary)
            assert refusal.value.code == "mixed-currencies"
        assert euros != ariary

    def test_is_not_added_to_a_bare_number(self) -> None:
        with pytest.raises(TypeError):
            Money(100, "EUR") + 100  # type: ignore[operator]

    @pytest.mark.parametrize("minor", [1.0, True, "1"])
    def test_holds_nothing_but_whole_minor_units(self, minor: object) -> None:
        with pytest.raises(TypeError):
            Money(minor, "EUR")  # type: ignore[arg-type]

    @given(minors, minors, minors)
    def test_addition_is_exact_in_any_order(self, first: int, second: int, third: int) -> None:
        a, b, c = Money(first, "EUR"), Money(second, "EUR"), Money(third, "EUR")
        assert (a + b) + c == c + (b + a)
        assert a + b - b == a


class TestForMachines:
    @pytest.mark.parametrize(
        ("minor", "currency", "written"),
        [
            (123456, "EUR", "1234.56"),
            (-5, "EUR", "-0.05"),
            (123400, "MGA", "1234.00"),
            (1234, "JPY", "1234"),
            (-1234, "TND", "-1.234"),
            (0, "EUR", "0.00"),
        ],
    )
    def test_writes_a_dot_and_all_the_digits_of_the_currency(
        self, minor: int, currency: str, written: str
    ) -> None:
        assert to_decimal_string(minor, currency) == written

    @given(minors, currencies)
    def test_is_read_back_as_it_was(self, minor: int, currency: str) -> None:
        written = to_decimal_string(minor, currency)
        assert parse_amount(written, exponent=exponent(currency), decimal_mark=".") == minor


class TestForPeople:
    @pytest.mark.parametrize(
        ("minor", "currency", "written"),
        [
            (123456, "EUR", "1\u202f234,56"),
            (-123456, "EUR", "\u22121\u202f234,56"),
            (5, "EUR", "0,05"),
            (0, "EUR", "0,00"),
            (123456789012, "EUR", "1\u202f234\u202f567\u202f890,12"),
            (1234, "JPY", "1\u202f234"),
        ],
    )
    def test_french_has_narrow_spaces_a_comma_and_a_true_minus(
        self, minor: int, currency: str, written: str
    ) -> None:
        assert format_amount(minor, currency) == written

    def test_english_has_commas_and_a_dot(self) -> None:
        assert format_amount(-123456, "EUR", locale="en") == "\u22121,234.56"
        assert format_amount(-123456, "EUR", locale="en-gb", with_symbol=True) == "\u2212€1,234.56"

    def test_symbol_follows_a_no_break_space_in_french(self) -> None:
        assert format_amount(123456, "EUR", with_symbol=True) == "1\u202f234,56\u00a0€"

    def test_whole_ariary_have_no_decimals(self) -> None:
        assert format_amount(123400, "MGA", with_symbol=True) == "1\u202f234\u00a0Ar"
        assert format_amount(123450, "MGA") == "1\u202f234,50"
        assert format_amount(0, "MGA", locale="en", with_symbol=True) == "Ar\u00a00"

    @given(minors, currencies, st.sampled_from([("fr", ","), ("en", ".")]))
    def test_is_read_back_as_it_was(self, minor: int, currency: str, language: tuple[str, str]) -> None:
        locale, mark = language
        written = format_amount(minor, currency, locale=locale)
        assert parse_amount(written, exponent=exponent(currency), decimal_mark=mark) == minor

    @given(minors)
    def test_a_french_amount_needs_no_hint_to_be_read(self, minor: int) -> None:
        assert parse_amount(format_amount(minor, "EUR"), exponent=2) == minor


class TestSplitEvenly:
    def test_last_instalments_carry_the_remainder(self) -> None:
        assert split_evenly(10000, 3) == [3333, 3333, 3334]
        assert split_evenly(-10001, 4) == [-2500, -2500, -2500, -2501]
        assert split_evenly(2, 3) == [0, 1, 1]

    @given(minors, st.integers(1, 400))
    def test_parts_add_up_exactly_and_differ_by_one_at_most(self, minor: int, n: int) -> None:
        parts = split_evenly(minor, n)
        assert len(parts) == n
        assert sum(parts) == minor
        assert max(parts) - min(parts) <= 1

    @pytest.mark.parametrize("n", [0, -1])
    def test_refuses_less_than_one_part(self, n: int) -> None:
        with pytest.raises(UserMistake) as refusal:
            split_evenly(100, n)
        assert refusal.value.code == "bad-number-of-parts"


@pytest.mark.parametrize(
    ("minor", "currency", "paid"),
    [(12_345, "EUR", 12_345), (12_345, "MGA", 12_300), (12_350, "MGA", 12_400), (-12_350, "MGA", -12_400)],
)
def test_what_is_worked_out_in_ariary_is_asked_for_in_whole_ones(
    minor: int, currency: str, paid: int
) -> None:
    assert in_units_paid(minor, currency) == paid
