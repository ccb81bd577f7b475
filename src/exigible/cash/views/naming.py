"""What items are called on the desk: by their number, or by their label where the number tells nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from exigible.documents.naming import Document, telling_label, unclear_numbers
from exigible.ledger.models import OpenItem


def names_of(items: Iterable[OpenItem]) -> dict[int, str]:
    """By item. Books that hold one word in place of every number say what a document is in its label."""
    by_customer: dict[int, dict[int, Document]] = defaultdict(dict)
    for item in items:
        by_customer[item.customer_id][item.pk] = Document(
            item.document_type, item.document_number, item.issued_on, item.label
        )
    names: dict[int, str] = {}
    for documents in by_customer.values():
        unclear = unclear_numbers(documents.values())
        for item_id, document in documents.items():
            names[item_id] = telling_label(document, unclear) or document.number or document.label
    return names
