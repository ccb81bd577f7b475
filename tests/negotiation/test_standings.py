"""Whether promises to pay were kept, and what they cover meanwhile."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from exigible.kernel.dates import Calendar
from exigible.negotiation.rules import (
    OpenDebt,
    PromiseFacts,
    Receipt,
    Standing,
    State,
    Terms,
    covered,
    standings,
)

FRANCE = Calendar("FR")
MONDAY = date(2026, 11, 2)  # the 11th is a holiday in France


def promise(
    minor: int, due: int, *, made: int = 0, items: set[int] | None = None, key: int = 1
) -> PromiseFacts:
    """Made and due so many days after the Monday."""
    return PromiseFacts(key, _day(made), _day(due), minor, frozenset(items or ()))


def paid(minor: int, day: int, item: int | None = None) -> Receipt:
    return Receipt(_day(day), minor, item)


def _day(days: int) -> date:
    return MONDAY + timedelta(days=days)


def stand(promises: list[PromiseFacts], receipts: list[Receipt], day: int) -> list[Standing]:
    return standings(promises, receipts, _day(day), FRANCE)


def states(promises: list[PromiseFacts], receipts: list[Receipt], day: int) -> list[State]:
    return [standing.state for standing in stand(promises, receipts, day)]


def test_a_promise_is_open_until_three_business_days_after_its_date() -> None:
    friday = promise(100_00, 4)  # the 6th; three business days on is Thursday the 12th, for the 11th is none
    assert states([friday], [], 10) == [State.OPEN]
    assert states([friday], [], 11) == [State.BROKEN]


def test_it_is_kept_when_95_percent_came_in_by_then() -> None:
    assert states([promise(100_00, 4)], [paid(95_00, 10)], 20) == [State.KEPT]
    assert states([promise(100_00, 4)], [paid(94_99, 10)], 20) == [State.PART]


def test_a_company_may_take_less_or_want_more() -> None:
    strict = Terms(kept_percent=100, grace_days=0)
    (standing,) = standings([promise(100_00, 4)], [paid(99_99, 4)], _day(5), FRANCE, strict)
    assert standing.state is State.PART


def test_money_that_came_in_before_the_promise_does_not_keep_it() -> None:
    assert states([promise(100_00, 4, made=1)], [paid(100_00, 0)], 11) == [State.BROKEN]


def test_money_that_comes_in_too_late_is_told() -> None:
    assert states([promise(100_00, 4)], [paid(100_00, 15)], 20) == [State.LATE]


def test_the_answer_of_a_past_day_is_what_it_was_that_day() -> None:
    assert states([promise(100_00, 4)], [paid(100_00, 5)], 4) == [State.OPEN]


def test_a_payment_for_another_item_does_not_keep_a_promise_that_names_its_own() -> None:
    named = promise(100_00, 4, items={7})
    assert states([named], [paid(100_00, 3, item=8)], 11) == [State.BROKEN]
    assert states([named], [paid(100_00, 3, item=7)], 11) == [State.KEPT]
    assert states([named], [paid(100_00, 3)], 11) == [State.KEPT]  # on account: lettered later


def test_two_promises_do_not_count_the_same_money_twice() -> None:
    both = [promise(40_00, 4, key=1), promise(60_00, 11, key=2)]
    assert states(both, [paid(40_00, 3)], 18) == [State.KEPT, State.BROKEN]


def test_money_for_a_promise_that_runs_is_not_taken_by_one_broken_long_ago() -> None:
    both = [promise(100_00, 4, made=0, key=1), promise(100_00, 60, made=50, key=2)]
    assert states(both, [paid(100_00, 58)], 70) == [State.BROKEN, State.KEPT]


DEBTS = [OpenDebt(1, _day(-60), 400_00), OpenDebt(2, _day(-30), 600_00)]


def cover(promises: list[PromiseFacts], receipts: list[Receipt], day: int) -> dict[int, int]:
    return dict(covered(stand(promises, receipts, day), DEBTS))


def test_a_promise_covers_the_oldest_items_as_far_as_its_amount() -> None:
    assert cover([promise(500_00, 4)], [], 1) == {1: 400_00, 2: 100_00}


def test_a_promise_that_names_items_covers_no_other() -> None:
    assert cover([promise(900_00, 4, items={2})], [], 1) == {2: 600_00}


def test_a_part_payment_leaves_less_to_cover() -> None:
    assert cover([promise(500_00, 4)], [paid(450_00, 1)], 2) == {1: 50_00}


def test_a_broken_promise_covers_nothing() -> None:
    assert cover([promise(500_00, 4)], [], 11) == {}


made = st.builds(
    promise,
    st.integers(1, 500_00),
    st.integers(0, 40),
    items=st.sets(st.integers(1, 3), max_size=2),
    key=st.integers(1, 9),
)
money = st.builds(paid, st.integers(1, 500_00), st.integers(-5, 50), st.none() | st.integers(1, 3))


@given(
    st.lists(made, max_size=5, unique_by=lambda p: p.promise_id),
    st.lists(money, max_size=6),
    st.integers(0, 60),
)
def test_no_cent_is_counted_twice_nor_covered_twice(
    promises: list[PromiseFacts], receipts: list[Receipt], day: int
) -> None:
    found = stand(promises, receipts, day)
    came_in = sum(receipt.amount_minor for receipt in receipts if receipt.on <= _day(day))
    assert sum(standing.received_minor for standing in found) <= came_in
    assert all(0 <= standing.received_minor <= standing.promise.amount_minor for standing in found)
    cover = covered(found, DEBTS)
    assert all(0 < cover.get(debt.item_id, 1) <= debt.amount_minor for debt in DEBTS)
    still_open = sum(standing.left_minor for standing in found if standing.state is State.OPEN)
    assert sum(cover.values()) <= still_open
