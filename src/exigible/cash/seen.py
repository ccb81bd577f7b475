"""Money that was seen on the bank and is not lettered yet, by the customer who seems to have paid it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

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
    found = (
        Match.objects.filter(company=company, customer__isnull=False, line__set_aside="")
        .filter(line__left_minor__gt=0)
        .exclude(status=Match.Status.UNMATCHED)
    )
    if customers is not None:
        found = found.filter(customer__in=customers)
    rows = found.values_list("customer_id", "line__currency", "line__booked_on", "line__left_minor")
    return (SeenPayment(*row) for row in rows.iterator())


def seen_cash(company: Company) -> dict[tuple[int, str], int]:
    """By customer and currency, in minor units: what was seen, so that nobody claims it."""
    sums: dict[tuple[int, str], int] = defaultdict(int)
    for seen in seen_payments(company):
        sums[seen.customer_id, seen.currency] += seen.left_minor
    return dict(sums)
