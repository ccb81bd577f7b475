"""Money that was seen on the bank and is not lettered yet, by the customer who seems to have paid it."""

from __future__ import annotations

from django.db.models import Sum

from exigible.cash.models import Match
from exigible.ledger.models import Company


def seen_cash(company: Company) -> dict[tuple[int, str], int]:
    """By customer and currency, in minor units: what is proposed or ambiguous, so that nobody claims it."""
    found = (
        Match.objects.filter(company=company, customer__isnull=False, line__set_aside="")
        .filter(line__left_minor__gt=0)
        .exclude(status=Match.Status.UNMATCHED)
        .values_list("customer_id", "line__currency")
        .annotate(left=Sum("line__left_minor"))
    )
    return {(customer, currency): left for customer, currency, left in found}
