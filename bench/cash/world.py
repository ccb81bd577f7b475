"""What is made: a company's customers, their open items, its bank lines, and the truth of each line."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

CURRENCY = "EUR"
LAST_DAY = date(2026, 11, 20)
FIRST_DAY = date(2026, 11, 2)
"""Payments come in between these days; invoices were issued in the five months before."""


def seeded(seed: int | str) -> random.Random:
    """A generator that always draws the same from the same seed."""
    return random.Random(seed)


def draw(rng: random.Random, rates: Mapping[str, int]) -> str:
    """One of the names, by their rates."""
    return rng.choices(list(rates), list(rates.values()))[0]


def one_in(rng: random.Random, thousandths: int) -> bool:
    return rng.random() * 1000 < thousandths


@dataclass(slots=True)
class Customer:
    """`ibans` are known to the ledger; `other_iban` is one that it has never seen."""

    id: int
    code: str
    name: str
    kind: str = "business"
    country: str = "FR"
    parent_id: int | None = None
    group: str = ""
    twin_id: int | None = None
    ibans: tuple[str, ...] = ()
    other_iban: str = ""
    discount_terms: str = ""
    alias: str = ""
    """A name under which it pays and which is nowhere in the ledger."""
    pays_by_treasury: bool = False
    is_subscriber: bool = False


@dataclass(slots=True)
class Item:
    """A due date of a document. A credit note is negative; a closed one has nothing open."""

    id: int
    customer_id: int
    number: str
    rank: int
    issued_on: date
    due_on: date
    amount_minor: int
    open_minor: int
    reference: str = ""


@dataclass(slots=True)
class Line:
    """A bank line, as a reader of statements gives it."""

    id: int
    day: date
    amount_minor: int
    payer_name: str = ""
    payer_iban: str = ""
    text: str = ""
    end_to_end: str = ""
    charges_minor: int | None = None
    instructed_minor: int | None = None
    is_return: bool = False

    @property
    def words(self) -> str:
        return "\n".join(part for part in (self.text, self.end_to_end) if part)


@dataclass(slots=True)
class Truth:
    """What the payer paid: so much of each item (in full where an adjustment closes the rest).

    `customer_id` is None where no customer paid. `rivals` is what else explains the payment as well, in
    words; where it is not empty nobody can know.
    """

    line_id: int
    scenario: str
    customer_id: int | None
    allocations: dict[int, int] = field(default_factory=dict)
    remainder_minor: int = 0
    remainder_as: str = ""
    naming: str = "nothing"
    named: frozenset[int] = frozenset()
    """The items that the text names so that a person can read it."""
    payer_name: str = ""
    account: str = ""
    is_payer_known: bool = True
    rivals: str = ""

    @property
    def is_knowable(self) -> bool:
        return not self.rivals


@dataclass
class World:
    """Everything, the lines by day; `truths` are those of the lines, at the same places."""

    customers: list[Customer]
    items: list[Item]
    lines: list[Line]
    truths: list[Truth]
