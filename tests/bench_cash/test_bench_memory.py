"""The rules, driven without a database as the service drives them."""

from __future__ import annotations

from bench.cash import memory, reference
from bench.cash.make import make_world
from bench.cash.score import score


def test_the_rules_post_more_than_the_exact_ones_and_more_rightly() -> None:
    world = make_world(250, seed=5)
    ours, exact = score(world, memory.match(world)), score(world, reference.match(world))
    assert ours.payments.statuses["posted"] > exact.payments.statuses["posted"]
    assert ours.invoices_right > exact.invoices_right
    assert ours.payments.first_right > exact.payments.first_right
    assert ours.others.statuses["posted"] == 0
