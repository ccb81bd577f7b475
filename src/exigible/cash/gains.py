"""What a payment brings beyond its items, where it is not owed back to the customer."""

from __future__ import annotations

from typing import Final

from exigible.cash.posting import Entry, adjustment_of

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
    made = adjustment_of(entry, entry.customer_id, -gain)
    made.item.save()
    made.save()
    return Entry(
        entry.line,
        entry.customer_id,
        [*entry.allocations, (made.item, gain)],
        amount_minor=entry.amount_minor,
        currency=entry.currency,
        worth_minor=entry.worth_minor,
        by=entry.by,
        reasons=entry.reasons,
    )
