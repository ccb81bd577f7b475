"""Small facts for the tests of the rules: a customer, its items, a policy, a Monday in Paris."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from exigible.dunning.policies import DEFAULT_STEPS
from exigible.dunning.rules import CustomerFacts, ItemFacts, PolicyRules
from exigible.kernel.dates import Calendar

MONDAY = date(2026, 11, 23)
POLICY = PolicyRules(1, 1, "", "", DEFAULT_STEPS["FR"], "EUR", minimum_minor=1000)


def item(
    number: int, *, late: int, amount: int = 100_00, level: int | None = None, days_ago: int | None = None
) -> ItemFacts:
    """An item `late` days late on MONDAY, at `level` since `days_ago`."""
    reminded_on = None if days_ago is None else MONDAY - timedelta(days=days_ago)
    return ItemFacts(number, MONDAY - timedelta(days=late), amount, level, reminded_on)


def customer(*items: ItemFacts, **known: Any) -> CustomerFacts:
    fields: dict[str, Any] = {
        "customer_id": 1,
        "currency": "EUR",
        "calendar": Calendar("FR"),
        "email": "compta@acme.example",
        "has_address": True,
    }
    return CustomerFacts(items=items, **fields | known)
