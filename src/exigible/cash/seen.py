"""Money that was seen on the bank and is not lettered yet, by the customer who seems to have paid it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet, Sum

from exigible.cash.models import Match
from exigible.ledger.models import Company


class SeenPayment(NamedTuple):
    """A payment that waits to be lettered; `left_minor` of it, in minor units."""

    customer_id: int
    currency: str
    booked_on: date
    left_minor: int


def seen_payments(company: Company, customers: Sequence[int] | None = None) -> Iterator[SeenPayment]:
    """What is proposed or ambiguous, of all customers or of some."""
    rows = _waiting(company, customers).values_list(
        "customer_id", "line__currency", "line__booked_on", "line__left_minor"
    )
    return (SeenPayment(*row) for row in rows.iterator())


def seen_cash(company: Company, customers: Sequence[int] | None = None) -> dict[tuple[int, str], int]:
    """By customer and currency, in minor units: the sums of what was seen, so that nobody claims it."""
    sums = _waiting(company, customers).values_list("customer_id", "line__currency")
    return {
        (customer, currency): left for customer, currency, left in sums.annotate(left=Sum("line__left_minor"))
    }


def _waiting(company: Company, customers: Sequence[int] | None) -> QuerySet[Match]:
    found = (
        Match.objects.filter(company=company, customer__isnull=False, line__set_aside="")
        .filter(line__left_minor__gt=0)
        .exclude(status=Match.Status.UNMATCHED)
    )
    return found if customers is None else found.filter(customer__in=customers)
