"""Open items: invoices numbered in several styles, due dates, credit notes, amounts odd and round."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

from bench.cash import rates
from bench.cash.world import FIRST_DAY, LAST_DAY, Customer, Item, draw, one_in, seeded

_AGE = (LAST_DAY - date(2026, 6, 10)).days
_TERMS = (30, 30, 45, 60)
_FIRST_NUMBERS = {
    "FA26-10412": 10_000,
    "2026/000123": 100,
    "INV-2026-0451": 400,
    "F260451": 400,
    "10045": 10_000,
}


def make_items(customers: list[Customer], number: int, seed: int) -> list[Item]:
    """About so many open items, unevenly spread over the customers; beside them some that are closed."""
    rng = seeded(f"{seed}/items")
    shares = [min(rng.lognormvariate(0, 1.2), 40) for _ in customers]
    scale = number / sum(shares)
    documents: list[list[Item]] = []
    for customer, share in zip(customers, shares, strict=True):
        documents += _documents_of(rng, customer, max(1, round(share * scale)))
    documents.sort(key=lambda items: items[0].issued_on)
    _give_numbers(rng, documents)
    return [item for items in documents for item in items]


def _documents_of(rng: random.Random, customer: Customer, number: int) -> Iterator[list[Item]]:
    terms = rng.choice(_TERMS)
    usual = rng.lognormvariate(6.4, 0.9)
    same = _amount(rng, usual) if customer.is_subscriber else 0
    made = 0
    while made < number:
        issued_on = LAST_DAY - timedelta(days=rng.randrange(_AGE))
        parts = _due_dates(rng, same or _amount(rng, usual), issued_on + timedelta(days=terms), issued_on)
        order = str(4_500_000_000 + rng.randrange(10**7)) if one_in(rng, 350) else ""
        yield [
            Item(0, customer.id, "", rank, issued_on, due_on, amount, _open(rng, amount), order)
            for rank, (due_on, amount) in enumerate(parts, 1)
        ]
        made += len(parts)
        if one_in(rng, rates.CLOSED):
            yield [_closed(rng, customer, usual)]


def _due_dates(rng: random.Random, amount: int, due_on: date, issued_on: date) -> list[tuple[date, int]]:
    """The due dates of one document, each with its amount."""
    if one_in(rng, rates.CREDIT_NOTES):
        return [(issued_on, -max(amount // rng.randint(2, 10), 100))]
    if amount > 300_00 and one_in(rng, rates.IN_INSTALMENTS):
        times = rng.choice((2, 3))
        part = amount // times
        rest = [(due_on + timedelta(days=30 * rank), part) for rank in range(1, times)]
        return [(due_on, amount - part * (times - 1)), *rest]
    return [(due_on, amount)]


def _open(rng: random.Random, amount: int) -> int:
    return amount - amount * 3 // 10 if amount > 200_00 and one_in(rng, rates.PART_PAID) else amount


def _closed(rng: random.Random, customer: Customer, usual: float) -> Item:
    issued_on = FIRST_DAY - timedelta(days=rng.randint(40, 120))
    return Item(0, customer.id, "", 1, issued_on, issued_on + timedelta(days=30), _amount(rng, usual), 0)


def _amount(rng: random.Random, usual: float) -> int:
    amount = max(12_00, int(usual * rng.lognormvariate(0, 0.7) * 100))
    if one_in(rng, rates.ROUND_AMOUNTS):
        step = rng.choice((10_00, 50_00, 100_00))
        return max(step, amount // step * step)
    return amount


def _give_numbers(rng: random.Random, documents: list[list[Item]]) -> None:
    """Numbers follow the dates of issue, as the law wants them (CGI annexe II, art. 242 nonies A)."""
    last = dict(_FIRST_NUMBERS)
    ids = count(1)
    for items in documents:
        style = draw(rng, rates.NUMBERING)
        last[style] += 1 if one_in(rng, 970) else 2
        for item in items:
            item.id, item.number = next(ids), _number(style, last[style])


def _number(style: str, rank: int) -> str:
    return {
        "FA26-10412": f"FA26-{rank:05}",
        "2026/000123": f"2026/{rank:06}",
        "INV-2026-0451": f"INV-2026-{rank:04}",
        "F260451": f"F26{rank:04}",
        "10045": f"{rank:05}",
    }[style]
