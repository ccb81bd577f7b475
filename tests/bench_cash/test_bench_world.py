"""The account that the cash benchmark makes: its truth must be true before anything is held to it."""

from __future__ import annotations

from collections import Counter

import pytest
from bench.cash import rates
from bench.cash.make import make_world
from bench.cash.payments import make_payments
from bench.cash.scenarios import SCENARIOS
from bench.cash.world import World

ADJUSTMENTS = ("charge", "discount", "withholding", "write_off")


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(1500, seed=7)


def test_the_same_seed_makes_the_same_account(world: World) -> None:
    again = make_world(1500, seed=7)
    assert (again.lines, again.truths) == (world.lines, world.truths)
    assert make_world(300, seed=8).lines != make_world(300, seed=7).lines


def test_the_rates_make_a_thousand_and_every_scenario_is_made() -> None:
    for shares in (rates.SCENARIOS, rates.NAMING_ONE, rates.NAMING_SEVERAL, rates.PAYER_NAMES, rates.ACCOUNTS,
                   rates.NOISE, rates.END_TO_END, rates.NUMBERING):  # fmt: skip
        assert sum(shares.values()) == 1000
    assert list(rates.SCENARIOS) == list(SCENARIOS)


def test_scenarios_come_about_as_often_as_they_are_said_to(world: World) -> None:
    made = Counter(truth.scenario for truth in world.truths)
    assert abs(made["one invoice"] / 1500 - rates.SCENARIOS["one invoice"] / 1000) < 0.04
    assert len(made) >= len(rates.SCENARIOS) - 2


def test_what_is_paid_less_what_is_adjusted_is_what_came_in(world: World) -> None:
    for line, truth in zip(world.lines, world.truths, strict=True):
        if truth.customer_id is None:
            continue
        rest = {"on_account": -truth.remainder_minor}.get(truth.remainder_as, 0)
        rest += truth.remainder_minor if truth.remainder_as in ADJUSTMENTS else 0
        assert sum(truth.allocations.values()) - rest == line.amount_minor, truth


def test_no_money_is_owed_twice_and_none_is_paid_twice(world: World) -> None:
    left = {item.id: item.open_minor for item in world.items}
    for truth in world.truths:
        for item, amount in truth.allocations.items():
            left[item] -= amount
    for item in world.items:
        assert 0 <= left[item.id] * (1 if item.amount_minor > 0 else -1) <= abs(item.amount_minor)


def test_document_numbers_follow_the_dates_of_issue(world: World) -> None:
    main = [item for item in world.items if item.number.startswith("FA26-")]
    by_number = sorted(main, key=lambda item: int(item.number[5:]))
    assert [item.issued_on for item in by_number] == sorted(item.issued_on for item in main)


def test_a_text_is_no_longer_than_banks_allow(world: World) -> None:
    assert max(len(line.text) for line in world.lines) <= 140
    assert max(len(line.payer_name) for line in world.lines) <= 70


def test_what_is_ambiguous_by_construction_is_unknowable_unless_another_payment_settles_it(
    world: World,
) -> None:
    """The other invoice of the amount may be paid by name some days later."""
    built = [truth for truth in world.truths if truth.scenario == "two invoices of the same amount"]
    taken = {item for truth in world.truths if truth.is_knowable for item in truth.allocations}
    twins = {item.id: item for item in world.items}
    for truth in built:
        (paid,) = truth.allocations
        same = [one.id for one in world.items if one.customer_id == truth.customer_id
                and one.id != paid and one.open_minor == twins[paid].open_minor]  # fmt: skip
        assert not truth.is_knowable or set(same) <= taken
    assert any(not truth.is_knowable for truth in built)


def test_what_the_text_names_in_full_can_be_known(world: World) -> None:
    for truth in world.truths:
        if truth.allocations and truth.remainder_as == "" and set(truth.allocations) <= truth.named:
            assert truth.is_knowable


def test_lines_of_others_and_money_going_out_belong_to_no_customer(world: World) -> None:
    others = [
        line for line, truth in zip(world.lines, world.truths, strict=True) if truth.customer_id is None
    ]
    assert {line.amount_minor > 0 for line in others} == {True, False}


def test_as_many_payments_as_asked(world: World) -> None:
    lines, truths = make_payments(world.customers, world.items, 50, seed=1)
    paid = sum(truth.customer_id is not None for truth in truths)
    assert len(lines) == len(truths)
    assert 50 <= paid <= 52
