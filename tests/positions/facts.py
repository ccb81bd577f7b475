"""The facts of a company's books, read from what was entered and not from the movements made of it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from exigible.ledger.models import Allocation, Company, ItemReversal, OpenItem
from exigible.positions.rules import Change, ItemFacts

DueDates = dict[int, dict[datetime, date]]


def item_facts(company: Company, due_dates: DueDates) -> list[ItemFacts]:
    """Each item with its allocations and reversals; `due_dates`: what its due date was known to be."""
    changes = _changes(company)
    return [
        ItemFacts(
            customer=item.customer.code,
            currency=item.currency,
            amount_minor=item.amount_minor,
            issued_on=item.issued_on,
            effective_on=item.effective_on,
            recorded_at=item.recorded_at,
            due_dates=due_dates.get(item.pk) or {item.recorded_at: item.due_on},
            changes=tuple(changes[item.pk]),
        )
        for item in OpenItem.objects.filter(company=company).select_related("customer")
    ]


def _changes(company: Company) -> dict[int, list[Change]]:
    found: dict[int, list[Change]] = defaultdict(list)
    for reversal in ItemReversal.objects.filter(company=company).select_related("item"):
        change = Change(-reversal.item.amount_minor, reversal.effective_on, reversal.recorded_at)
        found[reversal.item_id].append(change)
    for allocation in Allocation.objects.filter(company=company):
        amount = allocation.amount_minor if allocation.reverses_id is None else -allocation.amount_minor
        for item, minor in ((allocation.debit_item_id, -amount), (allocation.credit_item_id, amount)):
            found[item].append(Change(minor, allocation.effective_on, allocation.recorded_at))
    return found
