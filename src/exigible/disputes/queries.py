"""What is contested, as of a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import Q, QuerySet, Sum

from exigible.disputes.models import Dispute
from exigible.ledger.models import Company


def open_disputes(company: Company, on: date) -> QuerySet[Dispute]:
    """Those that were open on a day."""
    is_open = Q(resolved_on__isnull=True) | Q(resolved_on__gt=on)
    return Dispute.objects.filter(is_open, company=company, opened_on__lte=on)


def disputed_amounts(company: Company, on: date, customers: Sequence[int] | None = None) -> Mapping[int, int]:
    """By item, in minor units: what is contested on a day, of all customers or of some.

    It may be more than is left of an item that was paid in the meantime.
    """
    found = open_disputes(company, on)
    if customers is not None:
        found = found.filter(customer__in=customers)
    return dict(found.values_list("item").annotate(minor=Sum("amount_minor")))
