from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exigible.kernel.errors import Refused
from exigible.kernel.interest import (
    FR_B2B,
    RatePeriod,
    default_periods,
    fixed_indemnity,
    french_rates,
    late_interest,
    public_buyer_period,
)
from exigible.kernel.money import Money
from exigible.kernel.rates import FR_RATES, HalfYear

AGREED = RatePeriod(date(2020, 1, 1), None, 900, "contract", "high")
THOUSAND_EUROS = 100_000


def total(minor: int, due_on: date, until: date) -> int:
    return sum(line.interest_minor for line in late_interest(minor, due_on, until, FR_B2B))


class TestRatesOfFrance:
    def test_are_listed_for_every_half_year_without_a_gap(self) -> None:
        for earlier, later in pairwise(FR_B2B):
            assert earlier.ends_on is not None
            assert later.starts_on == earlier.ends_on + timedelta(days=1)
        assert FR_B2B[0].starts_on == date(2019, 1, 1)
        assert FR_B2B[-1].ends_on == date(2026, 12, 31)

    @pytest.mark.parametrize(
        ("half_year", "default", "floor"),
        [
            (HalfYear(2019, 1), 1000, 258),
            (HalfYear(2022, 2), 1000, 231),
            (HalfYear(2023, 1), 1250, 618),
            (HalfYear(2024, 1), 1450, 1521),
            (HalfYear(2025, 2), 1215, 828),
            (HalfYear(2026, 2), 1240, 825),
        ],
    )
    def test_are_ten_points_over_the_central_bank(
        self, half_year: HalfYear, default: int, floor: int
    ) -> None:
        assert FR_RATES[half_year].b2b_default == default
        assert FR_RATES[half_year].agreed_floor == floor

    def test_each_says_where_it_was_read_and_how_surely(self) -> None:
        assert all(period.source and period.confidence for period in FR_B2B)
        assert FR_RATES[HalfYear(2026, 2)].refinancing_confidence == "high"
        assert FR_RATES[HalfYear(2026, 2)].legal_individuals_confidence == "low"
        assert FR_RATES[HalfYear(2024, 1)].refinancing_confidence == "unverified"

    def test_the_floor_of_an_agreed_rate_does_not_lift_the_default(self) -> None:
        (line,) = late_interest(THOUSAND_EUROS, date(2024, 1, 31), date(2024, 3, 1), FR_B2B)
        assert line.rate == 1450 < french_rates(date(2024, 2, 1)).agreed_floor


class TestLateInterest:
    def test_starts_the_day_after_the_due_date(self) -> None:
        due_on = date(2026, 3, 31)
        assert late_interest(THOUSAND_EUROS, due_on, due_on, FR_B2B) == []
        (line,) = late_interest(THOUSAND_EUROS, due_on, date(2026, 4, 1), FR_B2B)
        assert (line.starts_on, line.ends_on, line.days) == (date(2026, 4, 1), date(2026, 4, 1), 1)
        assert line.interest_minor == 33  # 1000.00 x 12.15 % / 365 = 0.3329

    def test_changes_rate_on_1_july_and_1_january(self) -> None:
        lines = late_interest(THOUSAND_EUROS, date(2025, 5, 31), date(2026, 7, 31), FR_B2B)
        assert [(line.starts_on, line.ends_on, line.days, line.rate) for line in lines] == [
            (date(2025, 6, 1), date(2025, 6, 30), 30, 1315),
            (date(2025, 7, 1), date(2025, 12, 31), 184, 1215),
            (date(2026, 1, 1), date(2026, 6, 30), 181, 1215),
            (date(2026, 7, 1), date(2026, 7, 31), 31, 1240),
        ]
        assert [line.interest_minor for line in lines] == [1081, 6125, 6025, 1053]

    def test_counts_366_days_over_365_in_a_leap_year(self) -> None:
        assert total(THOUSAND_EUROS, date(2019, 12, 31), date(2020, 12, 31)) == 4986 + 5041

    def test_is_rounded_half_up_once_a_line(self) -> None:
        tenth = RatePeriod(date(2026, 1, 1), None, 1000, "contract", "high")
        (line,) = late_interest(1825, date(2026, 1, 1), date(2026, 1, 2), [tenth])
        assert line.interest_minor == 1  # exactly 0.5 cent
        (line,) = late_interest(1824, date(2026, 1, 1), date(2026, 1, 2), [tenth])
        assert line.interest_minor == 0

    @pytest.mark.parametrize("open_minor", [0, -500])
    def test_does_not_run_on_a_credit(self, open_minor: int) -> None:
        assert late_interest(open_minor, date(2026, 1, 1), date(2026, 6, 1), FR_B2B) == []

    def test_runs_at_the_agreed_rate_in_one_line(self) -> None:
        (line,) = late_interest(THOUSAND_EUROS, date(2025, 12, 1), date(2027, 1, 31), [AGREED])
        assert (line.days, line.interest_minor, line.source) == (426, 10504, "contract")

    @pytest.mark.parametrize(
        ("due_on", "until", "half_year"),
        [
            (date(2026, 11, 30), date(2027, 1, 1), "2027 H1"),
            (date(2026, 12, 31), date(2027, 2, 1), "2027 H1"),
            (date(2018, 10, 31), date(2026, 1, 1), "2018 H2"),
        ],
    )
    def test_refuses_a_half_year_whose_rate_is_not_known(
        self, due_on: date, until: date, half_year: str
    ) -> None:
        with pytest.raises(Refused) as refusal:
            late_interest(THOUSAND_EUROS, due_on, until, FR_B2B)
        assert refusal.value.code == "rate-not-set"
        assert refusal.value.params == {"half_year": half_year}

    @pytest.mark.parametrize("country", ["MC", "MG"])
    def test_refuses_where_no_rate_runs_by_law_until_one_is_set(self, country: str) -> None:
        due_on, until = date(2026, 1, 31), date(2026, 3, 31)
        with pytest.raises(Refused) as refusal:
            late_interest(THOUSAND_EUROS, due_on, until, default_periods(country))
        assert refusal.value.code == "rate-not-set"
        (line,) = late_interest(THOUSAND_EUROS, due_on, until, default_periods(country, [AGREED]))
        assert line.rate == 900

    def test_a_rate_of_ones_own_completes_or_replaces_the_listed_ones(self) -> None:
        new = RatePeriod(date(2027, 1, 1), date(2027, 6, 30), 1265, "set by the user", "medium")
        corrected = RatePeriod(date(2023, 1, 1), date(2023, 6, 30), 1251, "set by the user", "high")
        periods = default_periods("FR", [new, corrected])
        lines = late_interest(THOUSAND_EUROS, date(2026, 12, 30), date(2027, 1, 1), periods)
        assert [line.rate for line in lines] == [1240, 1265]
        assert late_interest(THOUSAND_EUROS, date(2023, 1, 1), date(2023, 1, 2), periods)[0].rate == 1251
        assert len(periods) == len(FR_B2B) + 1

    def test_refuses_two_rates_for_one_day(self) -> None:
        with pytest.raises(Refused) as refusal:
            late_interest(THOUSAND_EUROS, date(2026, 1, 1), date(2026, 2, 1), [*FR_B2B, AGREED])
        assert refusal.value.code == "overlapping-rates"

    def test_of_a_public_buyer_keeps_the_rate_of_the_half_year_it_starts_in(self) -> None:
        period = public_buyer_period(date(2025, 6, 30))
        assert (period.starts_on, period.ends_on, period.rate) == (date(2025, 7, 1), None, 1015)
        (line,) = late_interest(THOUSAND_EUROS, date(2025, 6, 30), date(2026, 7, 31), [period])
        assert line.days == 396

    @given(
        st.integers(1, 10**13),
        st.dates(date(2019, 1, 1), date(2026, 12, 30)),
        st.integers(1, 2500),
    )
    def test_lines_cover_each_day_once_and_are_off_by_half_a_cent_at_most(
        self, minor: int, due_on: date, delay: int
    ) -> None:
        until = min(due_on + timedelta(days=delay), date(2026, 12, 31))
        lines = late_interest(minor, due_on, until, FR_B2B)
        assert lines[0].starts_on == due_on + timedelta(days=1)
        assert lines[-1].ends_on == until
        assert sum(line.days for line in lines) == (until - due_on).days
        for line in lines:
            assert HalfYear.of(line.starts_on) == HalfYear.of(line.ends_on)
            exact = Fraction(minor * line.rate * line.days, 3_650_000)
            assert -Fraction(1, 2) < line.interest_minor - exact <= Fraction(1, 2)


class TestFixedIndemnity:
    DUE_ON, LATER = date(2026, 3, 31), date(2026, 4, 1)

    def test_is_forty_euros_an_invoice_for_a_professional_in_france(self) -> None:
        assert fixed_indemnity("FR", self.DUE_ON, self.LATER, professional_debtor=True) == Money(4000, "EUR")

    def test_is_not_owed_on_the_due_date(self) -> None:
        assert fixed_indemnity("FR", self.DUE_ON, self.DUE_ON, professional_debtor=True) is None

    def test_is_not_owed_by_a_consumer(self) -> None:
        assert fixed_indemnity("FR", self.DUE_ON, self.LATER, professional_debtor=False) is None

    @pytest.mark.parametrize("country", ["MC", "MG", "BE"])
    def test_is_not_owed_outside_france(self, country: str) -> None:
        assert fixed_indemnity(country, self.DUE_ON, self.LATER, professional_debtor=True) is None

    @pytest.mark.parametrize(
        ("opened_on", "owed"), [(date(2026, 3, 30), False), (DUE_ON, False), (LATER, True)]
    )
    def test_is_not_owed_when_insolvency_forbade_payment_on_the_due_date(
        self, opened_on: date, owed: bool
    ) -> None:
        indemnity = fixed_indemnity(
            "FR", self.DUE_ON, self.LATER, professional_debtor=True, insolvency_opened_on=opened_on
        )
        assert (indemnity is not None) == owed
