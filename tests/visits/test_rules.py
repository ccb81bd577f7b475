"""Places as people paste them, distances, hours, and the order of a tour."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exigible.kernel.errors import UserMistake
from exigible.visits.routing import best_order
from exigible.visits.rules import Point, StopFacts, Terms, metres_between, parse_place, schedule

STRAIGHT = Terms(detour_percent=100, speed_kmh=60, minutes_at_stop=30)
NINE = 9 * 60


@pytest.mark.parametrize(
    "text",
    [
        "43.73, 7.42",
        " 43,73 ; 7,42 ",
        "43,73 7,42",
        "geo:43.73,7.42?z=15",
        "https://maps.example/maps/place/Nom/@43.70,7.30,15z/data=!3m1!4b1!4m5!3d43.73!4d7.42",
        "https://maps.example/maps?q=43.73,7.42",
        "https://maps.example/maps?q=43.73%2C7.42&z=12",
        "https://maps.example/?ll=43.73,7.42",
        "https://maps.example/@43.73,7.42,17z",
        "https://osm.example/?mlat=43.73&mlon=7.42#map=15/43.70/7.30",
        "https://osm.example/#map=15/43.73/7.42",
    ],
)
def test_a_place_is_read_as_people_paste_it(text: str) -> None:
    assert parse_place(text) == Point(43.73, 7.42)


@pytest.mark.parametrize(
    "text", ["", "Monaco", "https://short.example/abc", "143.73, 7.42", "43, 7", "43.73", "43.73, 7.42, 12.1"]
)
def test_what_is_no_place_is_refused_and_not_guessed(text: str) -> None:
    with pytest.raises(UserMistake, match="latitude"):
        parse_place(text)


def test_a_degree_of_latitude_is_111_km_and_the_factor_lengthens_it() -> None:
    here, there = Point(43.0, 7.0), Point(44.0, 7.0)
    assert metres_between(here, there, STRAIGHT) == pytest.approx(111_195, abs=5)
    assert metres_between(here, there, Terms()) == pytest.approx(144_553, abs=5)


def test_hours_follow_from_distance_speed_opening_and_the_time_at_each_stop() -> None:
    stops = [
        StopFacts(1, Point(43.1, 7.0), opens=10 * 60, closes=12 * 60),
        StopFacts(2, Point(43.2, 7.0), closes=10 * 60),
    ]
    first, second = schedule(Point(43.0, 7.0), stops, STRAIGHT, NINE, returns=True).legs
    assert (first.arrives, first.waits, first.leaves, first.is_late) == (NINE + 12, 48, 10 * 60 + 30, False)
    assert (second.arrives, second.leaves, second.is_late) == (10 * 60 + 42, 11 * 60 + 12, True)


def test_a_place_that_nobody_gave_makes_its_ways_unknown_and_the_hours_after_it() -> None:
    stops = [StopFacts(1, Point(43.1, 7.0)), StopFacts(2, None), StopFacts(3, Point(43.2, 7.0))]
    found = schedule(Point(43.0, 7.0), stops, STRAIGHT, NINE, returns=True)
    assert [leg.metres is None for leg in found.legs] == [False, True, True]
    assert [leg.arrives is None for leg in found.legs] == [False, True, True]
    assert found.unknown == 2
    assert found.ends is None


def test_a_window_is_kept_to_where_that_can_be() -> None:
    stops = [
        StopFacts(1, Point(43.1, 7.0), opens=11 * 60, closes=12 * 60),
        StopFacts(2, Point(43.2, 7.0), closes=10 * 60),
        StopFacts(3, Point(43.3, 7.0)),
    ]
    start = Point(43.0, 7.0)
    assert best_order(start, stops, STRAIGHT, NINE, returns=False) == [2, 3, 1]
    none = [stop._replace(opens=None, closes=None) for stop in stops]
    assert best_order(start, none, STRAIGHT, NINE, returns=False) == [1, 2, 3]


def test_hours_that_cannot_be_met_still_give_an_order() -> None:
    stops = [StopFacts(key, Point(44.0 + key, 7.0), closes=9 * 60 + 5) for key in (1, 2)]
    assert sorted(best_order(Point(43.0, 7.0), stops, STRAIGHT, NINE, returns=True)) == [1, 2]


degrees = st.tuples(st.floats(43.0, 44.0), st.floats(7.0, 8.0))


@settings(max_examples=12)
@given(st.lists(degrees, min_size=1, max_size=6), st.booleans())
def test_the_order_of_a_few_stops_is_the_shortest_there_is(
    places: list[tuple[float, float]], returns: bool
) -> None:
    start, terms = Point(43.5, 7.5), Terms()
    stops = [StopFacts(key, Point(*place)) for key, place in enumerate(places)]
    found = best_order(start, stops, terms, NINE, returns=returns)
    length = {
        order: schedule(start, [stops[key] for key in order], terms, NINE, returns=returns).metres
        for order in permutations(range(len(stops)))
    }
    assert length[tuple(found)] == min(length.values())


def test_forty_stops_are_ordered_well_within_a_second() -> None:
    from time import perf_counter

    stops = [StopFacts(n, Point(43 + (n * 37 % 40) / 40, 7 + (n * 17 % 40) / 40)) for n in range(40)]
    best_order(Point(43.5, 7.5), stops[:2], Terms(), NINE, returns=True)  # loads the solver
    began = perf_counter()
    assert len(best_order(Point(43.5, 7.5), stops, Terms(), NINE, returns=True)) == 40
    assert perf_counter() - began < 1.5
