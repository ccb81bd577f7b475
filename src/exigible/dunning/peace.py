"""Customers that reminders leave in peace as of now, whatever was proposed before."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from exigible.cash.seen import seen_cash
from exigible.dunning.facts import read_rests
from exigible.dunning.heard import read_heard
from exigible.dunning.models import Action
from exigible.dunning.rules import CustomerFacts, Reason, held_by_customer
from exigible.ledger.calendars import calendar_of
from exigible.ledger.models import Company


def left_in_peace(company: Company, actions: Collection[Action], on: date) -> dict[int, Reason]:
    """Which of some messages would not go on a day for the sake of their customer, and why, by action.

    A few statements for all of them. `actions` come with their customer.
    """
    customers = sorted({action.customer_id for action in actions})
    if not customers:
        return {}
    seen, rests = seen_cash(company, customers), read_rests(company, on, customers)
    unread = read_heard(company, on, customers).unread
    found = {}
    for action in actions:
        facts = CustomerFacts(
            customer_id=action.customer_id,
            currency=action.currency,
            items=(),
            calendar=calendar_of(action.customer.country, company),
            seen_minor=seen.get((action.customer_id, action.currency), 0),
            is_insolvent=action.customer.is_insolvent,
            rests=rests.get(action.customer_id, ()),
            unread_since=unread.get(action.customer_id),
        )
        if reason := held_by_customer(facts, on):
            found[action.pk] = reason
    return found
