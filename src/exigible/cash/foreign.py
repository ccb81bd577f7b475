"""Lettering a payment with items in another currency, and what the exchange rates leave between them."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from exigible.cash.models import Adjustment
from exigible.cash.posting import ADJUSTED, Entry
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


def with_gain(entry: Entry) -> Entry:
    """The entry, with what the exchange brought beyond the items as an item of its own that it pays.

    An exchange loss is an adjustment like the others; a gain is a debit, so that all of the payment is used.
    """
    used = sum(amount for _, amount in entry.allocations)
    gain = entry.of_items_minor - used
    if entry.remainder_as != "exchange" or gain <= 0:
        return entry
    item = _gain_item(entry, gain)
    return Entry(
        entry.line,
        entry.customer_id,
        [*entry.allocations, (item, gain)],
        amount_minor=entry.amount_minor,
        currency=entry.currency,
        worth_minor=entry.worth_minor,
        by=entry.by,
        reasons=entry.reasons,
    )


def _gain_item(entry: Entry, gain: int) -> OpenItem:
    line = entry.line
    with override(settings.LANGUAGE_CODE):
        label = str(Adjustment.Kind.EXCHANGE.label)
    item = OpenItem.objects.create(
        company_id=line.company_id,
        customer_id=entry.customer_id,
        document_type=OpenItem.DocumentType.OTHER,
        document_number=line.reference[:80],
        issued_on=line.booked_on,
        due_on=line.booked_on,
        effective_on=line.booked_on,
        currency=entry.currency or line.currency,
        amount_minor=gain,
        label=label,
        source=ADJUSTED,
    )
    Adjustment.objects.create(
        company_id=line.company_id,
        item=item,
        line=line,
        kind=Adjustment.Kind.EXCHANGE,
        made_on=timezone.localdate(),
        by_id=entry.by,
    )
    return item
