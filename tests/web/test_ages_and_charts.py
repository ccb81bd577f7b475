"""One colour a bucket, everywhere; bars and columns that add up."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from exigible.kernel.ageing import Buckets
from exigible.web import ages, charts

KEYS = Buckets().keys
BOUNDS = st.lists(st.integers(1, 720), min_size=1, max_size=8, unique=True).map(lambda b: tuple(sorted(b)))


def test_the_usual_five_buckets_have_the_five_colours_in_order() -> None:
    assert [ages.level_of_bucket(key) for key in KEYS] == [0, 1, 2, 3, 4]


@given(BOUNDS)
def test_with_any_bounds_colours_only_darken_with_age_and_the_oldest_is_the_darkest(
    bounds: tuple[int, ...],
) -> None:
    keys = Buckets(bounds).keys
    levels = [ages.level_of_bucket(key, keys) for key in keys]
    assert levels == sorted(levels)
    assert levels[0] == 0
    assert levels[-1] == ages.LAST_LEVEL
    assert all(level > 0 for level in levels[1:])


@given(BOUNDS, st.integers(-400, 2000))
def test_a_day_and_its_bucket_have_the_same_colour(bounds: tuple[int, ...], days: int) -> None:
    buckets = Buckets(bounds)
    assert ages.level_of_days(days, bounds) == ages.level_of_bucket(buckets.key(days), buckets.keys)


@given(st.lists(st.integers(1, 10**15), min_size=1, max_size=8), st.integers(1, 1000))
def test_the_parts_of_a_bar_touch_and_fill_it(amounts: list[int], length: int) -> None:
    edges = charts._edges(amounts, length)
    assert edges[0][0] == 0
    assert edges[-1][1] == length
    assert all(left[1] == right[0] for left, right in pairwise(edges))


def test_a_bar_tells_its_figures_to_those_who_do_not_see_it() -> None:
    bar = charts.bucket_bar({"not_due": 10000, "90+": 5000, "1-30": -300}, "EUR", KEYS)
    assert 'aria-label="Non échu\u00a0: 100,00, 90+\u00a0: 50,00"' in bar
    assert "age-1" not in bar  # a credit has no part in the bar


def test_a_bar_of_nothing_says_so() -> None:
    assert "rien à payer" in charts.bucket_bar({}, "EUR", KEYS)


@given(st.integers(0, 10**13))
def test_a_scale_reaches_the_highest_column_and_not_much_more(units: int) -> None:
    top = charts.round_top(units)
    assert units <= top
    assert top <= max(2, units * 2)


def test_the_marks_of_a_scale_are_short() -> None:
    assert [charts.short_number(n) for n in (2, 500, 1500, 20_000, 1_200_000)] == [
        "2", "500", "1,5\u00a0k", "20\u00a0k", "1,2\u00a0M",
    ]  # fmt: skip


def test_a_chart_has_a_column_a_month_with_what_was_overdue_and_not_what_was_not_due() -> None:
    months = [
        (dt.date(2026, 10, 31), {"not_due": 999, "1-30": 5000, "90+": 2500}),
        (dt.date(2026, 11, 30), {}),
    ]
    chart = charts.ageing_chart(months, "EUR", "Overdue by age.", KEYS)
    assert re.findall(r"<title>(.*?)</title>", chart) == [
        "oct. 2026\u00a0: 75,00\u00a0€ échus (1–30\u00a0: 50,00, 90+\u00a0: 25,00)",
        "nov. 2026\u00a0: 0,00\u00a0€ échus",
    ]
