"""What a payment brings beyond its items, where it is not owed back to the customer."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from exigible.cash.models import Adjustment
from exigible.cash.posting import ADJUSTED, Entry
from exigible.ledger.models import OpenItem

_EITHER_WAY: Final = ("exchange", "write_off")
"""What closes a difference whether it lacks or is too much."""


def with_gain(entry: Entry) -> Entry:
    """The entry, with what came beyond its items as an item of its own that it pays: cents, an exchange gain.

    A loss is an adjustment like the others; a gain is a debit, so that all of the payment is used.
    """
    used = sum(amount for _, amount in entry.allocations)
    gain = entry.of_items_minor - used
    if entry.remainder_as not in _EITHER_WAY or gain <= 0:
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
        label = str(Adjustment.Kind(entry.remainder_as).label)
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
        kind=entry.remainder_as,
        made_on=timezone.localdate(),
        by_id=entry.by,
    )
    return item
