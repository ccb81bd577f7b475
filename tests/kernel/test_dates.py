from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exigible.kernel.dates import Counting, DateOrder, PaymentTerms, detect_date_order, month_end, parse_date
from exigible.kernel.errors import UserMistake

days = st.dates(date(1970, 1, 1), date(2068, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-31", "20240131", "31/01/2024", "31.01.2024", "31-01-2024", "31 01 2024", "31/1/24",
        "31.01.24", "2024/01/31", "31012024", " 2024-01-31\u00a0", "2024-01-31T23:59:59Z",
        "2024-01-31 00:00:00.000", "31/01/2024 00:00", "2024-01-31T00:00:00+03:00",
    ],
)  # fmt: skip
def test_reads_a_date_as_files_write_it(text: str) -> None:
    assert parse_date(text) == date(2024, 1, 31)


@pytest.mark.parametrize(
    "text",
    [
        "", "2023-02-29", "31/02/2024", "01/31/2024", "20241301", "2024-W05-1", "31/01-2024", "00/00/0000",
        "0024-01-31", "1899-12-31", "3.1", "45322", "2024-01-31x", "٣١/٠١/٢٠٢٤", "31/01/2024 25h",
    ],
)  # fmt: skip
def test_refuses_what_is_no_date(text: str) -> None:
    with pytest.raises(UserMistake) as refusal:
        parse_date(text)
    assert refusal.value.code == "bad-date"
    assert refusal.value.params == {"found": text}


def test_the_day_comes_first_unless_told_otherwise() -> None:
    assert parse_date("01/02/2024") == date(2024, 2, 1)
    assert parse_date("01/02/2024", order="mdy") == date(2024, 1, 2)
    assert parse_date("01312024", order="mdy") == date(2024, 1, 31)
    assert parse_date("24-01-31", order="ymd") == date(2024, 1, 31)


def test_two_figures_of_a_year_are_those_of_this_century_up_to_68() -> None:
    assert parse_date("01/01/68").year == 2068
    assert parse_date("01/01/69").year == 1969


@given(days, st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%d.%m.%y", "%d%m%Y"]))
def test_every_day_is_read_back_from_every_form(day: date, form: str) -> None:
    assert parse_date(day.strftime(form)) == day


@given(st.text(alphabet="0123456789/-. T:", max_size=12), st.sampled_from([None, "dmy", "mdy", "ymd"]))
def test_any_text_is_a_date_or_a_mistake(text: str, order: DateOrder | None) -> None:
    outcome: date | str
    try:
        outcome = parse_date(text, order=order)
    except UserMistake as mistake:
        outcome = mistake.code
    assert outcome == "bad-date" or (isinstance(outcome, date) and outcome.year >= 1900)


class TestOrderOfAColumn:
    @pytest.mark.parametrize(
        ("samples", "order"),
        [
            (["01/02/2024", "13/02/2024"], "dmy"),
            (["01/02/2024", "02/13/2024"], "mdy"),
            (["99-01-31"], "ymd"),
        ],
    )
    def test_is_told_by_a_day_after_the_twelfth(self, samples: list[str], order: str) -> None:
        assert detect_date_order(samples) == order

    @pytest.mark.parametrize(
        "samples",
        [[], ["01/02/2024"], ["24-01-31"], ["2024-01-31"], ["13/01/2024", "01/13/2024"], ["no date"]],
    )
    def test_is_not_guessed(self, samples: list[str]) -> None:
        assert detect_date_order(samples) is None


class TestPaymentTerms:
    def test_45_days_end_of_month_has_two_lawful_readings_a_fortnight_apart(self) -> None:
        issued_on = date(2026, 1, 15)
        assert PaymentTerms.parse("45EOM").due_on(issued_on) == date(2026, 3, 31)
        assert PaymentTerms.parse("EOM45").due_on(issued_on) == date(2026, 3, 17)

    def test_the_29th_of_february_counts(self) -> None:
        assert PaymentTerms.parse("45EOM").due_on(date(2024, 1, 15)) == date(2024, 2, 29)
        assert PaymentTerms.parse("EOM45").due_on(date(2024, 1, 15)) == date(2024, 3, 16)
        assert PaymentTerms.parse("30").due_on(date(2024, 1, 30)) == date(2024, 2, 29)
        assert PaymentTerms.parse("30").due_on(date(2023, 1, 30)) == date(2023, 3, 1)
        assert PaymentTerms.parse("365").due_on(date(2024, 2, 29)) == date(2025, 2, 28)
        assert PaymentTerms.parse("EOM").due_on(date(2024, 2, 1)) == date(2024, 2, 29)

    @pytest.mark.parametrize(
        ("text", "terms", "written"),
        [
            ("0", PaymentTerms(0), "0"),
            (" 30 ", PaymentTerms(30), "30"),
            ("45 eom", PaymentTerms(45, Counting.DAYS_THEN_MONTH_END), "45EOM"),
            ("EOM 45", PaymentTerms(45, Counting.MONTH_END_THEN_DAYS), "EOM45"),
            ("EOM", PaymentTerms(0, Counting.DAYS_THEN_MONTH_END), "0EOM"),
        ],
    )
    def test_are_written_in_three_ways(self, text: str, terms: PaymentTerms, written: str) -> None:
        assert PaymentTerms.parse(text) == terms
        assert str(terms) == written

    @pytest.mark.parametrize("text", ["", "-30", "30 days", "45EOM10", "1000", "thirty", "30.5", "٣٠"])
    def test_are_refused_in_any_other(self, text: str) -> None:
        with pytest.raises(UserMistake) as refusal:
            PaymentTerms.parse(text)
        assert refusal.value.code == "bad-payment-terms"

    def test_past_the_last_year_there_is_no_due_date(self) -> None:
        with pytest.raises(UserMistake) as refusal:
            PaymentTerms(30).due_on(date.max)
        assert refusal.value.code == "date-out-of-range"

    @given(st.integers(0, 999), st.sampled_from(Counting))
    def test_are_read_back_as_written(self, delay: int, counting: Counting) -> None:
        terms = PaymentTerms(delay, counting)
        assert PaymentTerms.parse(str(terms)) == terms

    @given(days, st.integers(0, 120))
    def test_end_of_month_never_shortens_the_delay(self, issued_on: date, delay: int) -> None:
        net = PaymentTerms(delay).due_on(issued_on)
        days_first = PaymentTerms(delay, Counting.DAYS_THEN_MONTH_END).due_on(issued_on)
        month_first = PaymentTerms(delay, Counting.MONTH_END_THEN_DAYS).due_on(issued_on)
        assert net == issued_on + timedelta(days=delay)
        assert net <= month_first <= net + timedelta(days=30)
        assert days_first == month_end(days_first)
        assert (days_first.year, days_first.month) == (net.year, net.month)
        assert month_first - timedelta(days=delay) == month_end(issued_on)
