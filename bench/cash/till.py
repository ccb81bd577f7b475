"""What customers owe and have not paid yet, and a payment before it is written down."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bench.cash.world import Customer, Item, Line, Truth, one_in, seeded

DUE_SOON = timedelta(days=7)


@dataclass
class Till:
    """What is still free to be paid, and what has been made so far."""

    rng: random.Random
    customers: dict[int, Customer]
    free: dict[int, list[Item]]
    """Open items by customer, by due date, that no payment has taken."""
    closed: dict[int, list[Item]]
    pools: dict[str, list[int]]
    made: list[tuple[Line, Truth, list[Item]]] = field(default_factory=list)
    in_parts: set[int] = field(default_factory=set)
    """Customers that are paying an invoice in several payments."""
    paid_by_name: list[tuple[Item, Line]] = field(default_factory=list)

    def owed(self, customer_id: int, day: date) -> list[Item]:
        return [item for item in self.free[customer_id] if item.issued_on < day]

    def take(self, items: Sequence[Item]) -> None:
        for item in items:
            self.free[item.customer_id].remove(item)

    def pick(self, pool: str = "all") -> Customer:
        return self.customers[self.rng.choice(self.pools[pool])]


@dataclass(slots=True)
class Draft:
    """A payment before it is written down: `amount` is what arrives, `documents` are what it may name."""

    scenario: str
    customer: Customer
    amount: int
    documents: Sequence[Item]
    allocations: dict[int, int]
    remainder: int = 0
    remainder_as: str = ""
    naming: str | None = None
    payer: Customer | None = None
    is_told: bool = False


def in_full(
    scenario: str,
    customer: Customer,
    items: Sequence[Item],
    *,
    short: int = 0,
    as_: str = "",
    naming: str | None = None,
) -> Draft:
    """These items, all that is left of each, less what an adjustment closes."""
    total = sum(item.open_minor for item in items)
    allocations = {item.id: item.open_minor for item in items}
    return Draft(scenario, customer, total - short, items, allocations, short, as_, naming)


def make_till(customers: list[Customer], items: list[Item], seed: int) -> Till:
    free: dict[int, list[Item]] = defaultdict(list)
    closed: dict[int, list[Item]] = defaultdict(list)
    for item in sorted(items, key=lambda item: (item.due_on, item.id)):
        (free if item.open_minor else closed)[item.customer_id].append(item)
    by_id = {customer.id: customer for customer in customers}
    pools = {
        "all": list(free),
        "discount": [one.id for one in customers if one.discount_terms],
        "abroad": [one.id for one in customers if one.country in ("MG", "GB")],
        "taxed": [one.id for one in customers if one.country == "MG"],
        "member": [one.id for one in customers if one.parent_id],
        "closed": list(closed),
        "some": [one for one, owed in free.items() if len(owed) >= 4],
    }
    return Till(
        seeded(f"{seed}/payments"),
        by_id,
        free,
        closed,
        {name: pool or list(free) for name, pool in pools.items()},
    )


def documents_of(items: Sequence[Item]) -> list[list[Item]]:
    """Invoices, each with all its due dates that are free."""
    by_number: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if item.open_minor > 0:
            by_number[item.number].append(item)
    return list(by_number.values())


def one_document(till: Till, customer: Customer, day: date, *, parts: int = 1) -> list[Item]:
    """An invoice that it is time to pay: half of the time the oldest."""
    found = [items for items in documents_of(till.owed(customer.id, day)) if len(items) == parts]
    due = [items for items in found if items[0].due_on <= day + timedelta(days=10)] or found
    if not due:
        return []
    return due[0] if one_in(till.rng, 500) else till.rng.choice(due)


def legible(till: Till) -> str:
    """A way of naming documents that can be read."""
    return till.rng.choices(("exact", "last digits", "spaced otherwise", "zeros lost"), (70, 15, 10, 5))[0]


Drafts = list[tuple[Draft, date]]
"""Payments and their days."""
