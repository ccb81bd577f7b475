from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exigible.kernel.calendars import Calendar
from exigible.kernel.errors import UserMistake

FRANCE, MONACO, MADAGASCAR = Calendar("FR"), Calendar("MC"), Calendar("MG")

days = st.dates(date(2015, 1, 1), date(2035, 12, 31))
countries = st.sampled_from([FRANCE, MONACO, MADAGASCAR])


def holidays_of(calendar: Calendar, year: int) -> set[str]:
    every_day = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    return {day.strftime("%m-%d") for day in every_day if day.year == year and calendar.holiday_name(day)}


def test_france_has_eleven_public_holidays() -> None:
    assert holidays_of(FRANCE, 2026) == {
        "01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "08-15", "11-01", "11-11", "12-25",
    }  # fmt: skip


def test_monaco_has_its_own_and_moves_a_sunday_to_monday() -> None:
    assert holidays_of(MONACO, 2026) == {
        "01-01", "01-27", "04-06", "05-01", "05-14", "05-25", "06-04", "08-15", "11-01", "11-02", "11-19",
        "12-08", "12-25",
    }  # fmt: skip


def test_8_may_and_11_november_are_worked_in_monaco() -> None:
    for day in (date(2026, 5, 8), date(2026, 11, 11)):
        assert not FRANCE.is_business_day(day)
        assert MONACO.is_business_day(day)


def test_a_holiday_in_antananarivo_is_not_one_in_paris() -> None:
    independence = date(2026, 6, 26)
    assert MADAGASCAR.holiday_name(independence) == "Independence Day"
    assert not MADAGASCAR.is_business_day(independence)
    assert FRANCE.is_business_day(independence)
    assert MADAGASCAR.is_business_day(date(2026, 7, 14))


def test_feasts_on_a_sunday_keep_their_name_in_madagascar_and_take_no_weekday() -> None:
    assert MADAGASCAR.holiday_name(date(2026, 5, 31)) == "Mother's Day"
    assert MADAGASCAR.holiday_name(date(2026, 4, 5)) == "Easter Sunday"
    assert MADAGASCAR.is_business_day(date(2026, 6, 1))
    assert MADAGASCAR.is_business_day(date(2026, 11, 2))


def test_days_the_malagasy_decree_does_not_give_to_all_are_worked() -> None:
    womens_day, republic_day = date(2028, 3, 8), date(2026, 12, 11)
    assert MADAGASCAR.is_business_day(womens_day)
    assert MADAGASCAR.is_business_day(republic_day)
    assert not Calendar("MG", added=[republic_day]).is_business_day(republic_day)


def test_a_company_adds_and_removes_days() -> None:
    bridge, whit_monday = date(2026, 5, 15), date(2026, 5, 25)
    calendar = Calendar("FR", added=[bridge], removed=[whit_monday])
    assert calendar.holiday_name(bridge) == "Local holiday"
    assert not calendar.is_business_day(bridge)
    assert calendar.is_business_day(whit_monday)
    assert FRANCE.is_business_day(bridge)


def test_removing_a_sunday_does_not_make_it_worked() -> None:
    easter = date(2026, 4, 5)
    assert not Calendar("MG", removed=[easter]).is_business_day(easter)


def test_next_business_day_is_the_day_itself_when_it_is_one() -> None:
    assert FRANCE.next_business_day(date(2026, 5, 7)) == date(2026, 5, 7)
    assert FRANCE.next_business_day(date(2026, 5, 8)) == date(2026, 5, 11)


def test_business_days_are_counted_both_ways() -> None:
    before_the_bridge = date(2026, 5, 7)
    assert FRANCE.add_business_days(before_the_bridge, 1) == date(2026, 5, 11)
    assert MONACO.add_business_days(before_the_bridge, 1) == date(2026, 5, 8)
    assert FRANCE.add_business_days(date(2026, 5, 11), -1) == before_the_bridge
    assert FRANCE.add_business_days(date(2026, 5, 9), 0) == date(2026, 5, 9)


def test_counting_stops_where_dates_end() -> None:
    with pytest.raises(UserMistake) as refusal:
        FRANCE.add_business_days(date(9998, 12, 1), 60)
    assert refusal.value.code == "date-out-of-range"


@pytest.mark.parametrize("country", ["ZZ", "fr", ""])
def test_a_country_without_a_calendar_is_said_so(country: str) -> None:
    with pytest.raises(UserMistake) as refusal:
        Calendar(country)
    assert refusal.value.code == "unknown-country"


def test_other_countries_have_their_own_weekend() -> None:
    friday = date(2026, 9, 25)
    assert Calendar("BE").is_business_day(friday)
    assert not Calendar("JO").is_business_day(friday)


@given(countries, days, st.integers(1, 40))
def test_as_many_business_days_lie_between_as_were_added(calendar: Calendar, day: date, n: int) -> None:
    later = calendar.add_business_days(day, n)
    between = (day + timedelta(days=k) for k in range(1, (later - day).days + 1))
    assert calendar.is_business_day(later)
    assert sum(calendar.is_business_day(d) for d in between) == n


@given(countries, days)
def test_next_business_day_skips_none(calendar: Calendar, day: date) -> None:
    found = calendar.next_business_day(day)
    assert calendar.is_business_day(found)
    assert not any(calendar.is_business_day(day + timedelta(days=k)) for k in range((found - day).days))
