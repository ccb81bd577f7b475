"""When a customer may be called, when it is called again, at what hour it is best reached, in which tone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exigible.calls.rules import (
    LEAST_TRIES,
    USUAL,
    Best,
    Hours,
    NextCall,
    Outcome,
    PastCall,
    Tries,
    band_of,
    best,
    hours_of,
    in_turn,
    next_call,
    rests_until,
    shrunk,
    tone_of,
)
from exigible.kernel.dates import Calendar

PARIS, ANTANANARIVO = ZoneInfo("Europe/Paris"), ZoneInfo("Indian/Antananarivo")
FRANCE, MADAGASCAR = Calendar("FR"), Calendar("MG")


def at(text: str, zone: ZoneInfo = PARIS) -> datetime:
    """`23 10:30` is that day and hour of November 2026, a Monday."""
    day, hour = text.split()
    return datetime(2026, 11, int(day), *map(int, hour.split(":")), tzinfo=zone)


def business(calendar: Calendar = FRANCE) -> Hours:
    hours = hours_of(USUAL, calendar, is_individual=False)
    assert hours is not None
    return hours


def individual(**more) -> Hours | None:
    said = {"individual_opens": time(10), "individual_closes": time(19)} | more
    return hours_of(replace(USUAL, **said), FRANCE, is_individual=True)


class TestHours:
    @pytest.mark.parametrize(
        ("now", "then"),
        [
            ("23 10:30", "23 10:30"),  # open: at once
            ("23 08:59", "23 09:00"),
            ("23 12:30", "23 14:00"),  # at lunch
            ("23 18:00", "24 09:00"),
            ("20 18:30", "23 09:00"),  # a Friday evening
            ("21 10:00", "23 09:00"),  # a Saturday
            ("11 10:00", "12 09:00"),  # Armistice Day
        ],
    )
    def test_a_business_is_called_in_office_hours_of_business_days(self, now, then):
        assert business().next_open(at(now)) == at(then)

    def test_a_holiday_in_madagascar_is_not_one_in_france(self):
        independence = datetime(2026, 6, 26, 10, tzinfo=ANTANANARIVO)
        assert not business(MADAGASCAR).is_open(independence)
        assert business(FRANCE).is_open(independence.replace(tzinfo=PARIS))

    def test_of_individuals_nothing_is_supposed(self):
        assert hours_of(USUAL, FRANCE, is_individual=True) is None

    def test_an_individual_is_called_at_the_hours_that_the_company_says(self):
        hours = individual()
        assert hours is not None
        assert hours.is_open(at("23 18:30"))
        assert not hours.is_open(at("23 09:30"))
        assert not hours.is_open(at("23 19:00"))

    def test_an_individual_is_never_called_on_a_sunday_nor_on_a_holiday(self):
        hours = individual(individuals_on_saturday=True)
        assert hours is not None
        assert not hours.is_day(at("22 10:00").date())
        assert not hours.is_day(at("11 10:00").date())

    def test_on_a_saturday_only_where_the_company_says_so(self):
        saturday = at("21 10:00").date()
        assert [
            h.is_day(saturday) for h in (individual(), individual(individuals_on_saturday=True)) if h
        ] == [
            False,
            True,
        ]


def unanswered(*hours: str) -> list[PastCall]:
    """Calls without an answer, the newest first."""
    return [PastCall(at(hour), Outcome.NO_ANSWER) for hour in hours]


class TestCallingAgain:
    def test_a_call_back_is_due_at_its_hour(self):
        calls = [PastCall(at("23 10:00"), Outcome.CALL_BACK, at("23 15:30"))]
        assert next_call(calls, USUAL, business()) == NextCall(at("23 15:30"), "call-back")

    def test_no_answer_is_tried_again_three_hours_later(self):
        assert next_call(unanswered("23 10:00"), USUAL, business()) == NextCall(
            at("23 14:00"), "try-again", 1
        )
        assert next_call(unanswered("23 11:30"), USUAL, business()) == NextCall(
            at("23 14:30"), "try-again", 1
        )

    def test_after_two_tries_a_day_the_next_is_for_tomorrow(self):
        calls = unanswered("23 14:00", "23 10:00")
        assert next_call(calls, USUAL, business()) == NextCall(at("24 09:00"), "try-again", 2)

    def test_a_message_left_counts_as_a_try(self):
        calls = [PastCall(at("23 10:00"), Outcome.VOICEMAIL)]
        assert next_call(calls, USUAL, business()) == NextCall(at("23 14:00"), "try-again", 1)

    def test_after_five_tries_in_a_row_the_customer_rests(self):
        calls = unanswered("19 14:00", "19 10:00", "18 14:00", "18 10:00", "17 10:00")
        assert next_call(calls, USUAL, business()) is None
        assert rests_until(calls, USUAL) == at("26 00:00").date()
        assert rests_until(calls[1:], USUAL) is None

    def test_someone_who_answers_ends_the_count(self):
        calls = [*unanswered("19 14:00"), PastCall(at("19 10:00"), Outcome.REACHED), *unanswered("18 10:00")]
        found = next_call(calls, USUAL, business())
        assert found is not None
        assert found.tries == 1

    def test_after_a_wrong_number_the_next_one_is_tried_at_once(self):
        calls = [PastCall(at("23 10:00"), Outcome.WRONG_NUMBER)]
        assert next_call(calls, USUAL, business()) == NextCall(at("23 10:00"), "next-number")

    @pytest.mark.parametrize("outcome", ["promise", "dispute", "paid", "request", "reached", "refuses"])
    def test_nothing_follows_from_a_call_that_was_answered(self, outcome):
        assert next_call([PastCall(at("23 10:00"), outcome)], USUAL, business()) is None

    def test_nothing_follows_from_no_call(self):
        assert next_call([], USUAL, business()) is None

    @given(
        st.lists(st.sampled_from(list(Outcome)), min_size=1, max_size=8),
        st.integers(0, 23 * 60),
        st.integers(1, 28),
    )
    def test_whatever_happened_nobody_is_called_outside_its_hours(self, outcomes, minute, day):
        first = datetime(2026, 11, day, minute // 60, minute % 60, tzinfo=PARIS)
        calls = [PastCall(first, outcome, first) for outcome in outcomes]
        found = next_call(calls, USUAL, business())
        assert found is None or business().is_open(found.at)


class TestBestHour:
    def test_hours_are_taken_two_by_two(self):
        assert [band_of(hour) for hour in (8, 9, 10, 11, 14, 17, 18)] == [7, 9, 9, 11, 13, 17, 17]

    def test_it_is_where_someone_answers_more_often_than_at_others(self):
        mean = Tries(40, 100)
        assert best({9: Tries(4, 5), 15: Tries(1, 6)}, mean) == Best(9, 4, 5)

    def test_of_too_few_calls_nothing_is_said(self):
        few = Tries(LEAST_TRIES - 1, LEAST_TRIES - 1)
        assert best({9: few}, Tries(1, 100)) is None

    def test_where_it_is_no_better_than_the_mean_nothing_is_said(self):
        assert best({9: Tries(2, 5)}, Tries(40, 100)) is None

    def test_few_calls_are_drawn_to_the_mean_and_many_speak_for_themselves(self):
        mean = Tries(40, 100)
        assert shrunk(Tries(4, 4), mean) == 640  # (4 + 6 × 0.4) / 10
        assert shrunk(Tries(400, 400), mean) == 991
        assert best({9: Tries(4, 4), 15: Tries(45, 50)}, mean) == Best(15, 45, 50)

    def test_without_any_call_nothing_is_said(self):
        assert best({}, Tries(0, 0)) is None

    @given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 500), st.integers(1, 500))
    def test_it_lies_between_what_was_seen_and_the_mean(self, reached, missed, mean_reached, mean_missed):
        own, mean = Tries(reached, reached + missed), Tries(mean_reached, mean_reached + mean_missed)
        if own.tried:
            seen, usual = 1000 * own.reached // own.tried, 1000 * mean.reached // mean.tried
            assert min(seen, usual) - 1 <= shrunk(own, mean) <= max(seen, usual) + 1


class TestTone:
    @pytest.mark.parametrize(
        ("overdue", "level", "broken", "tone"),
        [
            (False, 3, True, "courtesy"),
            (True, None, False, "reminder"),
            (True, 1, False, "reminder"),
            (True, 2, False, "firm"),
            (True, 2, True, "broken_promise"),
            (True, 3, True, "formal_notice"),
        ],
    )
    def test_it_is_that_of_the_last_step_taken_and_never_one_further(self, overdue, level, broken, tone):
        assert tone_of(overdue=overdue, level=level, broken_promise=broken) == tone


class TestTheNextCall:
    LINES = [("A", True), ("B", False), ("C", True), ("D", True)]

    def test_it_is_the_one_after_that_can_be_called_now(self):
        assert list(in_turn(self.LINES, "A")) == ["C", "D"]

    def test_at_the_end_it_begins_again(self):
        assert list(in_turn(self.LINES, "C")) == ["D", "A"]

    def test_from_elsewhere_it_is_the_first(self):
        assert list(in_turn(self.LINES, "Z")) == ["A", "C", "D"]
