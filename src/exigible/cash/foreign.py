"""Lettering a payment with items in another currency."""

from __future__ import annotations

from collections.abc import Sequence

from exigible.kernel.errors import Refused
from exigible.ledger.models import BankLine, OpenItem


def check_currency(line: BankLine, items: Sequence[OpenItem], customer_id: int, entry_currency: str) -> None:
    """All items are in the one currency of the entry, and where that is not the bank's, of one customer.

    Raises Refused("other-currency") or Refused("several-customers").
    """
    currency = entry_currency or line.currency
    if any(item.currency != currency for item in items):
        raise Refused(
            "other-currency",
            "The items are not all in {currency}: letter those of one currency at a time.",
            currency=currency,
        )
    if currency != line.currency and any(item.customer_id != customer_id for item in items):
        raise Refused(
            "several-customers",
            "A payment in another currency is lettered with items of one customer at a time: split it.",
        )
