"""Payments of what is not open, for others, by many, and such as fit several sets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bench.cash.till import Draft, Drafts, Till, documents_of, in_full, legible, one_document
from bench.cash.world import LAST_DAY, Customer, Item, one_in


def _on_account(
    scenario: str, customer: Customer, amount: int, documents: Sequence[Item], naming: str
) -> Draft:
    return Draft(scenario, customer, amount, documents, {}, amount, "on_account", naming)


def twice(till: Till, day: date) -> Drafts:
    """An invoice that was paid a few days before, in this account or before it; nine in ten name it."""
    naming = legible(till) if one_in(till.rng, 900) else "nothing"
    if till.paid_by_name and one_in(till.rng, 500):
        item, line = till.rng.choice(till.paid_by_name)
        on = min(max(day, line.day + timedelta(days=2)), LAST_DAY)
        return [
            (
                _on_account(
                    "paid twice", till.customers[item.customer_id], line.amount_minor, [item], naming
                ),
                on,
            )
        ]
    customer = till.pick("closed")
    if not till.closed[customer.id]:
        return []
    item = till.rng.choice(till.closed[customer.id])
    return [(_on_account("paid twice", customer, item.amount_minor, [item], naming), day)]


def closed(till: Till, day: date) -> Drafts:
    """Part of an invoice that was written off long ago."""
    customer = till.pick("closed")
    if not till.closed[customer.id]:
        return []
    item = till.rng.choice(till.closed[customer.id])
    draft = _on_account(
        "invoice already closed", customer, item.amount_minor * 6 // 10, [item], legible(till)
    )
    return [(draft, day)]


def advance(till: Till, day: date) -> Drafts:
    """For an order that is not invoiced yet."""
    customer = till.pick()
    amount = till.rng.randint(2, 80) * 50_00 + till.rng.choice((0, 0, 37_50))
    return _unless_owed(till, day, _on_account("in advance", customer, amount, (), "nothing"))


def round_sum(till: Till, day: date) -> Drafts:
    customer = till.pick("some")
    amount = till.rng.randint(1, 20) * 500_00
    return _unless_owed(till, day, _on_account("round sum on account", customer, amount, (), "nothing"))


def _unless_owed(till: Till, day: date, draft: Draft) -> Drafts:
    """Who pays the very amount of an invoice has paid it, whatever it meant."""
    owed = {item.open_minor for item in till.owed(draft.customer.id, day)}
    return [] if draft.amount in owed else [(draft, day)]


def parent(till: Till, day: date) -> Drafts:
    """Three in four parents name what they pay."""
    member = till.pick("member")
    if member.parent_id is None:
        return []
    found = [items for items in documents_of(till.owed(member.id, day)) if len(items) == 1]
    items = [item for document in found[: till.rng.choice((1, 1, 2, 3))] for item in document]
    if not items:
        return []
    draft = in_full(
        "parent for subsidiary", member, items, naming=None if one_in(till.rng, 800) else "nothing"
    )
    draft.payer = till.customers[member.parent_id]
    till.take(items)
    return [(draft, day)]


_FACTOR = Customer(0, "", "FACTOFRANCE LITTORAL", ibans=("FR7630001000640000000000900",))
_PROVIDER = Customer(0, "", "PAYLIGHT EUROPE SA", ibans=("FR7630001000640000000000901",))


def _for_many(till: Till, day: date, most: int) -> list[Item]:
    items: list[Item] = []
    for _ in range(till.rng.randint(2, most)):
        document = one_document(till, till.pick(), day)
        if document:
            till.take(document)
            items += document
    return items


def factor(till: Till, day: date) -> Drafts:
    items = _for_many(till, day, 8)
    if len({item.customer_id for item in items}) < 2:
        return []
    naming = "exact" if one_in(till.rng, 700) else "last digits"
    draft = in_full("factor for many", till.customers[items[0].customer_id], items, naming=naming)
    draft.payer = _FACTOR
    return [(draft, day)]


def provider(till: Till, day: date) -> Drafts:
    """The sum of a day's cards less a commission: its report says of which, the line does not."""
    items = _for_many(till, day, 6)
    total = sum(item.open_minor for item in items)
    if len(items) < 2:
        return []
    draft = in_full("payment provider", till.customers[items[0].customer_id], items, short=total * 14 // 1000,
                    as_="charge", naming="nothing")  # fmt: skip
    draft.payer = _PROVIDER
    return [(draft, day)]


_BRANCH = Customer(0, "", "", ibans=("",))


def cheques(till: Till, day: date) -> Drafts:
    items = _for_many(till, day, 4)
    if not items:
        return []
    draft = in_full("cheques paid in", till.customers[items[0].customer_id], items, naming="nothing")
    draft.payer = _BRANCH
    return [(draft, day)]


def same_amount(till: Till, day: date) -> Drafts:
    """One of two invoices that are of the same amount, and nothing that says which."""
    customer = till.pick("some")
    found = [items[0] for items in documents_of(till.owed(customer.id, day)) if len(items) == 1]
    if len(found) < 2:
        return []
    one, other = till.rng.sample(found, 2)
    _set_amount(other, one.open_minor)
    till.take([one])
    return [(in_full("two invoices of the same amount", customer, [one], naming="nothing"), day)]


def same_sum(till: Till, day: date) -> Drafts:
    """Two invoices, where two others make the same sum or a third one is of that amount."""
    customer = till.pick("some")
    found = [items[0] for items in documents_of(till.owed(customer.id, day)) if len(items) == 1]
    if len(found) < 4:
        return []
    one, two, three, four = till.rng.sample(found, 4)
    total = one.open_minor + two.open_minor
    if one_in(till.rng, 500):
        _set_amount(three, total)
    elif three.open_minor < total:
        _set_amount(four, total - three.open_minor)
    else:
        return []
    till.take([one, two])
    return [(in_full("sets of the same sum", customer, [one, two], naming="nothing"), day)]


def _set_amount(item: Item, amount: int) -> None:
    item.amount_minor = item.open_minor = amount
