"""Payments that are short or too much: in part, charges, discounts, tax kept back, cents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from bench.cash import rates
from bench.cash.till import Draft, Drafts, Till, documents_of, in_full, legible, one_document
from bench.cash.world import LAST_DAY

_SMALL = (1, 2, 3, 5, 5, 10, 18, 30, 45, 90)


def part(till: Till, day: date) -> Drafts:
    customer = till.pick()
    items = one_document(till, customer, day)
    if not items or items[0].open_minor < 100_00:
        return []
    owed = items[0].open_minor
    paid = till.rng.choice((owed // 2, owed * 3 // 10, owed // 200_00 * 100_00 or owed // 2, owed * 7 // 10))
    till.take(items)
    draft = Draft(
        "part payment", customer, paid, items, {items[0].id: paid}, owed - paid, "keep_open", legible(till)
    )
    return [(draft, day)]


def part_of_several(till: Till, day: date) -> Drafts:
    """The oldest debts first, as the law reads it where the payer says nothing (C. civ. art. 1342-10)."""
    customer = till.pick("some")
    documents = documents_of(till.owed(customer.id, day))[:3]
    items = [item for document in documents for item in document]
    total = sum(item.open_minor for item in items)
    paid = total * till.rng.randint(40, 85) // 10_000 * 100
    if len(documents) < 2 or paid < 100_00:
        return []
    allocations, left = {}, paid
    for item in items:
        if left:
            allocations[item.id] = min(left, item.open_minor)
            left -= allocations[item.id]
    till.take(items)
    draft = Draft(
        "part payment of several",
        customer,
        paid,
        items,
        allocations,
        total - paid,
        "keep_open",
        legible(till),
    )
    return [(draft, day)]


def in_parts(till: Till, day: date) -> Drafts:
    """Two or three payments of one invoice, some days apart, the last of which closes it."""
    customer = till.pick()
    items = one_document(till, customer, day)
    if not items or items[0].open_minor < 500_00:
        return []
    item, left = items[0], items[0].open_minor
    found: Drafts = []
    times = till.rng.choice((2, 2, 3))
    for rank in range(times):
        on = min(day + timedelta(days=5 * rank), LAST_DAY)
        paid = left if rank == times - 1 else item.open_minor // times // 100 * 100
        left -= paid
        draft = Draft("one invoice in several payments", customer, paid, items, {item.id: paid}, left,
                      "keep_open" if left else "", legible(till))  # fmt: skip
        found.append((draft, on))
    till.in_parts.add(customer.id)
    till.take(items)
    return found


def charges(scenario: str, *, is_told: bool) -> Callable[[Till, date], Drafts]:
    def make(till: Till, day: date) -> Drafts:
        customer = till.pick("abroad")
        items = one_document(till, customer, day)
        charge = till.rng.choice(rates.CHARGES)
        if not items or items[0].open_minor < 20 * charge:
            return []
        till.take(items)
        draft = in_full(scenario, customer, items, short=charge, as_="charge", naming=legible(till))
        draft.is_told = is_told
        return [(draft, day)]

    return make


def discount(till: Till, day: date) -> Drafts:
    """An invoice of the last ten days, less two in a hundred; one in six does not name it."""
    return _less_discount(till, day, "discount within its terms", range(1, 11), "discount")


def late_discount(till: Till, day: date) -> Drafts:
    """The same, weeks too late: what is missing is owed."""
    return _less_discount(till, day, "discount taken too late", range(25, 120), "keep_open")


def _less_discount(till: Till, day: date, scenario: str, ages: range, as_: str) -> Drafts:
    customer = till.pick("discount")
    found = [items for items in documents_of(till.owed(customer.id, day)) if len(items) == 1]
    found = [items for items in found if (day - items[0].issued_on).days in ages]
    if not found:
        return []
    item = till.rng.choice(found)[0]
    taken = (item.open_minor * 2 + 50) // 100
    draft = in_full(scenario, customer, [item], short=taken, as_=as_)
    if as_ == "keep_open":
        draft.naming = legible(till)
        if taken <= rates.WRITTEN_OFF:
            draft.remainder_as = "write_off"
        else:
            draft.allocations = {item.id: draft.amount}
    till.take([item])
    return [(draft, day)]


def withholding(till: Till, day: date) -> Drafts:
    customer = till.pick("taxed")
    items = one_document(till, customer, day)
    if not items:
        return []
    taken = (items[0].open_minor * rates.WITHHOLDING_RATE + 50_000) // 100_000
    till.take(items)
    return [
        (in_full("tax kept back", customer, items, short=taken, as_="withholding", naming=legible(till)), day)
    ]


def cents(till: Till, day: date) -> Drafts:
    customer = till.pick()
    items = one_document(till, customer, day)
    if not items:
        return []
    till.take(items)
    short = till.rng.choice(_SMALL)
    return [(in_full("cents short", customer, items, short=short, as_="write_off"), day)]


def overpaid(till: Till, day: date) -> Drafts:
    customer = till.pick()
    items = one_document(till, customer, day)
    if not items:
        return []
    more = till.rng.choice((1, 2, 10, 100, items[0].open_minor // 5, items[0].open_minor // 10 + 900, 50_00))
    till.take(items)
    draft = in_full("overpaid", customer, items, naming=legible(till))
    draft.amount, draft.remainder, draft.remainder_as = draft.amount + more, more, "on_account"
    return [(draft, day)]
