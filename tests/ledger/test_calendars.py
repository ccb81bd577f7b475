"""A company's calendars: a person adds a day or takes one away, and every computation takes it."""

from __future__ import annotations

from datetime import date

import pytest
from tests.books import make_company

from exigible.kernel.errors import UserMistake
from exigible.ledger.calendars import calendar_of, change_day
from exigible.ledger.models import CalendarDay, Company
from exigible.timeline.models import Event

pytestmark = pytest.mark.django_db

INDEPENDENCE = date(2026, 6, 26)
WHIT_MONDAY = date(2026, 5, 25)
BRIDGE = date(2026, 5, 15)


def say(company: Company, country: str, day: date, state: str, name: str = "") -> None:
    change_day(company=company, country=country, day=day, state=state, name=name, why="decree", by=None)


def test_a_holiday_in_antananarivo_is_not_one_in_paris() -> None:
    company = make_company()
    assert not calendar_of("MG", company).is_business_day(INDEPENDENCE)
    assert calendar_of("FR", company).is_business_day(INDEPENDENCE)


def test_a_day_that_is_added_is_off_in_its_country_alone_and_has_its_name() -> None:
    company = make_company()
    say(company, "MG", BRIDGE, "off", "Eid")
    assert calendar_of("MG", company).holiday_name(BRIDGE) == "Eid"
    assert not calendar_of("MG", company).is_business_day(BRIDGE)
    assert calendar_of("", company).is_business_day(BRIDGE)


def test_a_day_that_is_taken_away_is_a_business_day_again() -> None:
    company = make_company()
    assert not calendar_of("FR", company).is_business_day(WHIT_MONDAY)
    say(company, "FR", WHIT_MONDAY, "worked")
    assert calendar_of("FR", company).is_business_day(WHIT_MONDAY)
    say(company, "FR", WHIT_MONDAY, "listed")
    assert not calendar_of("FR", company).is_business_day(WHIT_MONDAY)


def test_who_reads_the_company_again_sees_the_change_and_another_company_does_not() -> None:
    company, other = make_company(), make_company("OTHER")
    calendar_of("FR", company)
    say(Company.objects.get(pk=company.pk), "FR", WHIT_MONDAY, "worked")
    assert calendar_of("FR", Company.objects.get(pk=company.pk)).is_business_day(WHIT_MONDAY)
    assert not calendar_of("FR", other).is_business_day(WHIT_MONDAY)


def test_a_country_without_a_list_has_the_companys_days_changed_ones_too() -> None:
    company = make_company()
    say(company, "FR", BRIDGE, "off")
    assert not calendar_of("XX", company).is_business_day(BRIDGE)


def test_each_change_stays_with_its_reason_and_stands_in_the_history() -> None:
    company = make_company()
    say(company, "FR", WHIT_MONDAY, "worked")
    say(company, "FR", WHIT_MONDAY, "listed")
    assert list(CalendarDay.objects.order_by("pk").values_list("state", "why")) == [
        ("worked", "decree"), ("listed", "decree"),
    ]  # fmt: skip
    told = Event.objects.filter(kind="calendar-changed").order_by("pk")
    assert [event.data["state"] for event in told] == ["worked", "listed"]


def test_a_change_without_a_reason_is_refused() -> None:
    with pytest.raises(UserMistake, match="why"):
        change_day(company=make_company(), country="FR", day=BRIDGE, state="off", name="", why=" ", by=None)


def test_asking_for_a_calendar_asks_the_database_once_after_a_change(django_assert_num_queries) -> None:
    company = make_company()
    with django_assert_num_queries(0):
        calendar_of("FR", company)
    say(company, "FR", BRIDGE, "off")
    with django_assert_num_queries(1):
        for country in ("FR", "MG", "MC", "FR"):
            calendar_of(country, company)
