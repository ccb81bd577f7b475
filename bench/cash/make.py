"""A whole world from a number of payments and a seed."""

from __future__ import annotations

from bench.cash import rates
from bench.cash.books import make_items
from bench.cash.judge import judge
from bench.cash.payments import make_payments
from bench.cash.people import make_customers
from bench.cash.world import World

ITEMS_FOR_A_PAYMENT = 10


def make_world(payments: int, seed: int = 1) -> World:
    """So many receipts, ten times as many open items, and their customers."""
    number = payments * ITEMS_FOR_A_PAYMENT
    customers = make_customers(max(number // rates.MEAN_ITEMS, 8), seed)
    items = make_items(customers, number, seed)
    lines, truths = make_payments(customers, items, payments, seed)
    world = World(customers, items, lines, truths)
    judge(world)
    return world
