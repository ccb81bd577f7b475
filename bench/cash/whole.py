"""Payments that pay in full what they pay: one, several, all that is due, less a credit note."""

from __future__ import annotations

from datetime import date

from bench.cash.till import Drafts, Till, documents_of, in_full, one_document
from bench.cash.world import one_in


def one_invoice(till: Till, day: date) -> Drafts:
    customer = till.pick()
    items = one_document(till, customer, day)
    till.take(items)
    return [(in_full("one invoice", customer, items), day)] if items else []


def one_due_date(till: Till, day: date) -> Drafts:
    customer = till.pick()
    found = [items for items in documents_of(till.owed(customer.id, day)) if len(items) > 1]
    if not found:
        return []
    item = till.rng.choice(found)[0]
    till.take([item])
    return [(in_full("one due date of several", customer, [item]), day)]


def several(till: Till, day: date) -> Drafts:
    """A payment run takes the oldest ones, a person at the bank's site any few."""
    customer = till.pick("some")
    found = documents_of(till.owed(customer.id, day))
    number = min(2 + int(till.rng.expovariate(0.5)), 12)
    if len(found) < number:
        return []
    documents = found[:number] if one_in(till.rng, 650) else till.rng.sample(found, number)
    items = [item for document in documents for item in document]
    draft = in_full("several invoices", customer, items)
    if (number > 3 and documents != found[:number]) or number > 6:
        # Who pays many of its own choice says which: its program writes them.
        draft.naming = till.rng.choices(("exact", "last digits", "spaced otherwise"), (6, 3, 1))[0]
    till.take(items)
    return [(draft, day)]


def all_due(till: Till, day: date) -> Drafts:
    customer = till.pick("some")
    items = [item for item in till.owed(customer.id, day) if item.due_on <= day]
    if (
        not 2 <= len(items) <= 30
        or sum(item.open_minor for item in items) <= 0
        or customer.id in till.in_parts
    ):
        return []
    till.take(items)
    naming = "nothing" if one_in(till.rng, 700) else "exact"
    return [(in_full("all that is due", customer, items, naming=naming), day)]


def credit(till: Till, day: date) -> Drafts:
    """One to three invoices less a credit note; half of those who deduct one name it."""
    customer = till.pick("some")
    owed = till.owed(customer.id, day)
    notes = [item for item in owed if item.open_minor < 0]
    documents = [items for items in documents_of(owed) if len(items) == 1][: till.rng.choice((1, 1, 2, 3))]
    items = [item for document in documents for item in document]
    if not notes or not items or sum(item.open_minor for item in (*items, notes[0])) <= 0:
        return []
    draft = in_full("credit note deducted", customer, [*items, notes[0]])
    if one_in(till.rng, 500):
        draft.documents = items
    till.take([*items, notes[0]])
    return [(draft, day)]
