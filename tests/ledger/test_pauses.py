"""A pause is a dated fact: since when, until when, why, who set it, who lifted it. It holds by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from tests.books import make_company

from exigible.kernel.errors import Refused
from exigible.ledger import edits
from exigible.ledger.models import Customer, Pause
from exigible.ledger.pauses import pause_on, pauses_from, pauses_on, rests_of
from exigible.timeline.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme() -> Customer:
    return edits.add_customer(company=make_company(), fields={"code": "ACME", "name": "Acme"}, by=None)


def ahead(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def spans() -> list[tuple[date, date, date | None]]:
    return list(Pause.objects.order_by("pk").values_list("starts_on", "until", "lifted_on"))


def pause(customer: Customer, first: int, last: int, reason: str = "audit") -> Pause:
    """From so many days ahead until so many."""
    edits.pause_dunning(customer=customer, starts_on=ahead(first), until=ahead(last), reason=reason, by=None)
    return Pause.objects.latest("pk")


def days_of_rest(customer: Customer, within: range) -> list[int]:
    return [days for days in within if pause_on(customer, ahead(days)) is not None]


def test_a_pause_that_is_lifted_or_replaced_stays_in_the_history(acme: Customer) -> None:
    edits.pause_dunning(customer=acme, until=ahead(5), reason="audit", by=None)
    edits.pause_dunning(customer=acme, until=ahead(9), reason="plan", by=None)
    edits.pause_dunning(customer=acme, until=None, reason="", by=None)
    today = ahead(0)
    assert spans() == [(today, ahead(5), today), (today, ahead(9), today)]
    assert pause_on(acme, today) is None


def test_a_pause_may_be_dated_back(acme: Customer) -> None:
    pause(acme, -20, 5)
    assert days_of_rest(acme, range(-22, 8)) == list(range(-20, 6))
    assert Event.objects.latest("pk").data == {
        "until": ahead(5).isoformat(), "since": ahead(-20).isoformat(),
    }  # fmt: skip


@pytest.mark.parametrize(("starts", "until"), [(-2, -3), (3, 2), (None, -1)])
def test_a_pause_that_ends_before_it_starts_is_refused(
    acme: Customer, starts: int | None, until: int
) -> None:
    since = None if starts is None else ahead(starts)
    with pytest.raises(Refused) as refused:
        edits.pause_dunning(customer=acme, until=ahead(until), reason="x", by=None, starts_on=since)
    assert refused.value.code == "pause-ends-first"
    assert not Pause.objects.exists()


class TestAPauseToCome:
    def test_holds_by_itself_when_its_day_comes_and_no_longer_than_its_last(self, acme: Customer) -> None:
        pause(acme, 8, 10)
        began = timezone.now()
        held = []
        for days in range(12):
            with time_machine.travel(began + timedelta(days=days), tick=False):
                found = rests_of(acme, timezone.localdate())
                held.append("now" if found.now else "to come" if found.to_come else "over")
        assert held == ["to come"] * 8 + ["now"] * 3 + ["over"]

    def test_is_said_in_the_timeline_with_its_days(self, acme: Customer) -> None:
        pause(acme, 8, 27)
        event = Event.objects.latest("pk")
        assert (event.kind, event.data) == (
            "dunning-paused", {"until": ahead(27).isoformat(), "since": ahead(8).isoformat()},
        )  # fmt: skip

    def test_may_be_withdrawn_before_it_begins_and_stays_in_the_history(self, acme: Customer) -> None:
        coming = pause(acme, 8, 10)
        edits.lift_pause(pause=coming, by=None)
        assert days_of_rest(acme, range(12)) == []
        assert spans() == [(ahead(8), ahead(10), ahead(0))]
        assert Event.objects.latest("pk").kind == "dunning-pause-withdrawn"

    def test_is_not_withdrawn_twice(self, acme: Customer) -> None:
        coming = pause(acme, 8, 10)
        edits.lift_pause(pause=coming, by=None)
        with pytest.raises(Refused) as refused:
            edits.lift_pause(pause=coming, by=None)
        assert refused.value.code == "pause-over"

    def test_of_29_february_is_that_day_alone(self, acme: Customer) -> None:
        with time_machine.travel(datetime(2028, 2, 1, 12, tzinfo=UTC), tick=False):
            leap = date(2028, 2, 29)
            edits.pause_dunning(customer=acme, starts_on=leap, until=leap, reason="closing", by=None)
        held = [day for day in (28, 29) if pause_on(acme, date(2028, 2, day))]
        assert held == [29]
        assert pause_on(acme, date(2028, 3, 1)) is None

    def test_of_antananarivos_today_is_not_yet_one_of_paris(self, acme: Customer) -> None:
        """At 22:30 in Paris the day after has begun in Antananarivo: each lives by its own calendar."""
        first = date(2026, 12, 1)
        with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False):
            edits.pause_dunning(
                customer=acme, starts_on=first, until=date(2026, 12, 20), reason="holidays", by=None
            )
        held = {}
        with time_machine.travel(datetime(2026, 11, 30, 21, 30, tzinfo=UTC), tick=False):
            for place in ("Indian/Antananarivo", "Europe/Paris"):
                with timezone.override(ZoneInfo(place)):
                    held[place] = pause_on(acme, timezone.localdate()) is not None
        assert held == {"Indian/Antananarivo": True, "Europe/Paris": False}


class TestPausesThatOverlap:
    def test_rest_on_every_day_that_one_of_them_covers(self, acme: Customer) -> None:
        pause(acme, 0, 5)
        pause(acme, 3, 8)
        pause(acme, 12, 14)
        assert days_of_rest(acme, range(16)) == [*range(9), 12, 13, 14]

    def test_tell_the_one_that_ends_last(self, acme: Customer) -> None:
        pause(acme, 0, 20, "plan")
        pause(acme, 3, 8, "holidays")
        held = pause_on(acme, ahead(4))
        assert held is not None
        assert (held.reason, held.until) == ("plan", ahead(20))
        assert pauses_on(acme.company_id, ahead(4)) == {acme.pk: held}

    def test_one_of_today_takes_the_place_of_the_one_of_today_and_leaves_those_to_come(
        self, acme: Customer
    ) -> None:
        pause(acme, 8, 10, "holidays")
        pause(acme, 0, 9, "plan")
        pause(acme, 0, 2, "audit")
        assert days_of_rest(acme, range(12)) == [0, 1, 2, 8, 9, 10]

    def test_reminders_that_resume_today_still_rest_from_the_day_of_the_one_to_come(
        self, acme: Customer
    ) -> None:
        pause(acme, 0, 9)
        pause(acme, 8, 10)
        edits.pause_dunning(customer=acme, until=None, reason="", by=None)
        assert days_of_rest(acme, range(12)) == [8, 9, 10]

    def test_one_is_lifted_and_the_other_stands(self, acme: Customer) -> None:
        first = pause(acme, 0, 5)
        pause(acme, 3, 8)
        edits.lift_pause(pause=first, by=None)
        assert days_of_rest(acme, range(10)) == [3, 4, 5, 6, 7, 8]


def test_a_longer_pause_is_not_shortened_by_a_wait_for_a_payment(acme: Customer) -> None:
    pause(acme, 0, 5)
    assert not edits.rest_at_least(customer=acme, until=ahead(5), reason="paid", by=None)
    assert edits.rest_at_least(customer=acme, until=ahead(6), reason="paid", by=None)
    assert days_of_rest(acme, range(8)) == list(range(7))


def test_the_pauses_of_many_customers_are_read_in_one_query(
    acme: Customer, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    others = [
        edits.add_customer(company=acme.company, fields={"code": code, "name": code}, by=None)
        for code in ("BETA", "GAMMA")
    ]
    for customer in (acme, *others):
        pause(customer, 0, 3)
        pause(customer, 5, 8)
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = pauses_from(acme.company_id, ahead(1))
    assert {pk: len(pauses) for pk, pauses in found.items()} == dict.fromkeys(
        (acme.pk, *(one.pk for one in others)), 2
    )
