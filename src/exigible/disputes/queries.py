"""What is contested, as of a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Min, Q, QuerySet, Sum

from exigible.disputes.models import Dispute
from exigible.ledger.models import Company


def open_disputes(company: Company, on: date) -> QuerySet[Dispute]:
    """Those that were open on a day."""
    is_open = Q(resolved_on__isnull=True) | Q(resolved_on__gt=on)
    return Dispute.objects.filter(is_open, company=company, opened_on__lte=on)


class Contested(NamedTuple):
    """What a customer contests in one currency: of what is overdue, and when an answer is first due."""

    overdue_minor: int
    answer_by: date | None


def disputed_accounts(
    company: Company, on: date, due_until: date, customers: Sequence[int] | None = None
) -> Mapping[tuple[int, str], Contested]:
    """By customer and currency: what is contested on a day of the items that were due until another."""
    found = open_disputes(company, on)
    if customers is not None:
        found = found.filter(customer__in=customers)
    grouped = found.values("customer", "item__currency", "item", "item__due_on", "item__open_minor")
    sums: dict[tuple[int, str], Contested] = {}
    for row in grouped.annotate(minor=Sum("amount_minor"), answer=Min("answer_by")):
        account = row["customer"], row["item__currency"]
        known = sums.get(account, Contested(0, None))
        overdue = min(row["minor"], row["item__open_minor"]) if row["item__due_on"] <= due_until else 0
        days = [day for day in (known.answer_by, row["answer"]) if day]
        sums[account] = Contested(known.overdue_minor + max(overdue, 0), min(days, default=None))
    return sums


def disputed_amounts(company: Company, on: date, customers: Sequence[int] | None = None) -> Mapping[int, int]:
    """By item, in minor units: what is contested on a day, of all customers or of some.

    It may be more than is left of an item that was paid in the meantime.
    """
    found = open_disputes(company, on)
    if customers is not None:
        found = found.filter(customer__in=customers)
    return dict(found.values_list("item").annotate(minor=Sum("amount_minor")))
