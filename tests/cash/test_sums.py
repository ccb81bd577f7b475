"""Sums are searched exactly, within bounds that are stated."""

from __future__ import annotations

import time
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from exigible.cash.rules.sums import ALL_SETS_OF, chance_of_larger_sets, sets_summing_to

amounts_of_few = st.lists(st.integers(-50, 100).filter(bool), min_size=1, max_size=9)


def _all_sets(amounts: list[int], target: int) -> set[tuple[int, ...]]:
    places = range(len(amounts))
    return {
        chosen
        for size in range(1, len(amounts) + 1)
        for chosen in combinations(places, size)
        if sum(amounts[place] for place in chosen) == target
    }


@given(amounts_of_few, st.integers(-60, 300))
def test_every_set_is_found_and_no_other(amounts: list[int], target: int) -> None:
    found = sets_summing_to(amounts, target, most=1000)
    assert set(found.sets) == _all_sets(amounts, target)
    assert found.is_complete


@given(st.lists(st.sampled_from([100, 200, 250, -50]), min_size=21, max_size=24), st.integers(1, 20))
def test_among_many_what_is_found_sums_exactly(amounts: list[int], hundreds: int) -> None:
    for chosen in sets_summing_to(amounts, hundreds * 100).sets:
        assert sum(amounts[place] for place in chosen) == hundreds * 100


def test_sixty_round_amounts_take_no_time_and_have_more_than_one_answer() -> None:
    amounts = [100_00 * (1 + place % 9) for place in range(60)]
    start = time.monotonic()
    found = sets_summing_to(amounts, 12_300_00)
    assert time.monotonic() - start < 2
    assert len(found.sets) > 1
    assert not found.is_complete


def test_among_many_odd_amounts_small_sets_are_found_and_the_bound_is_told() -> None:
    amounts = [10_000_019 + 7919 * place * place for place in range(ALL_SETS_OF * 3)]
    found = sets_summing_to(amounts, amounts[3] + amounts[17] + amounts[40])
    assert (3, 17, 40) in found.sets
    assert not found.is_complete


def test_credit_notes_are_deducted() -> None:
    assert sets_summing_to([500, 300, -100], 700).sets == ((0, 1, 2),)


def test_round_amounts_meet_a_round_sum_by_chance_far_more_often_than_odd_ones() -> None:
    odd = [10_019 + 7919 * place * place % 90_001 for place in range(40)]
    rounded = [amount // 1000 * 1000 for amount in odd]
    target = sum(rounded[:6])
    assert chance_of_larger_sets(rounded, target) > 100 * chance_of_larger_sets(odd, target)
