from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exigible.kernel.ageing import Buckets, days_overdue
from exigible.kernel.errors import UserMistake

bounds = st.lists(st.integers(1, 2000), min_size=1, max_size=8, unique=True).map(
    lambda days: tuple(sorted(days))
)


def test_days_overdue_count_from_the_due_date() -> None:
    due_on = date(2024, 2, 28)
    assert days_overdue(due_on, date(2024, 3, 1)) == 2
    assert days_overdue(due_on, due_on) == 0
    assert days_overdue(due_on, date(2024, 2, 20)) == -8


def test_an_aged_balance_has_five_buckets_by_default() -> None:
    assert Buckets().keys == ("not_due", "1-30", "31-60", "61-90", "90+")


@pytest.mark.parametrize(
    ("days", "key"),
    [
        (-400, "not_due"), (0, "not_due"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (60, "31-60"),
        (61, "61-90"), (90, "61-90"), (91, "90+"), (4000, "90+"),
    ],
)  # fmt: skip
def test_an_item_is_overdue_from_the_day_after_it_is_due(days: int, key: str) -> None:
    assert Buckets().key(days) == key


def test_buckets_can_be_chosen() -> None:
    buckets = Buckets.parse("15, 45,180")
    assert buckets == Buckets((15, 45, 180))
    assert buckets.keys == ("not_due", "1-15", "16-45", "46-180", "180+")
    assert str(buckets) == "15,45,180"


@pytest.mark.parametrize(
    "text", ["", "30,,60", "60,30", "30,30", "0,30", "-5", "a", "30;60", "30.5", "123456"]
)
def test_buckets_that_do_not_rise_are_refused(text: str) -> None:
    with pytest.raises(UserMistake) as refusal:
        Buckets.parse(text)
    assert refusal.value.code == "bad-buckets"


@given(bounds, st.integers(-4000, 4000))
def test_every_day_falls_in_exactly_one_bucket(bounds: tuple[int, ...], days: int) -> None:
    buckets = Buckets(bounds)
    holding = [
        key
        for key, first, last in buckets.ranges
        if (first is None or first <= days) and (last is None or days <= last)
    ]
    assert holding == [buckets.key(days)]
    assert len(set(buckets.keys)) == len(buckets.keys) == len(bounds) + 2


@given(bounds)
def test_buckets_are_read_back_as_written(bounds: tuple[int, ...]) -> None:
    assert Buckets.parse(str(Buckets(bounds))) == Buckets(bounds)
