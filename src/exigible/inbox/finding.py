"""Whose reply it is: by what it answers, else by its address, else by the documents that it names.

Only customers of the company whose mailbox it came to are looked at. Where two answers fit, none is taken.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.db.models.functions import Lower

from exigible.dunning.models import Action
from exigible.inbox.models import Mail
from exigible.inbox.rules.details import document_numbers_in, documents_among
from exigible.inbox.rules.message import Reply
from exigible.ledger.models import Company, Contact, Customer, OpenItem

MOST_CANDIDATES: Final = 8


@dataclass(frozen=True, slots=True)
class Found:
    """The customer and how it was found; without one, `by` says why: "" (no trace) or "ambiguous-…"."""

    customer: Customer | None = None
    by: str = ""
    action: Action | None = None


def find_customer(company: Company, reply: Reply) -> Found:
    """Who wrote."""
    action = _answered(company, reply)
    if action is not None:
        return Found(action.through or action.customer, "thread", action)
    for by, candidates in (
        ("address", customers_at(company, address_of(reply))),
        ("documents", _customers_of_documents(company, reply)),
    ):
        if len(candidates) == 1:
            return Found(candidates[0], by)
        if candidates:
            named = _that_is_named(candidates, reply)
            return Found(named, "documents") if named else Found(by=f"ambiguous-{by}")
    return Found()


def address_of(reply: Reply) -> str:
    """The customer's address: the sender's, or the one that a message could not be brought to."""
    return reply.bounce.recipient if reply.bounce else reply.sender


def _answered(company: Company, reply: Reply) -> Action | None:
    """Our message that it answers, the nearest first; of a message that came back, that one."""
    ids = [reply.bounce.original_message_id] if reply.bounce else list(reply.answers)
    ids = [one for one in ids if one]
    if not ids:
        return None
    sent = Action.objects.filter(company=company, message_id__in=ids).select_related("customer", "through")
    known = {action.message_id: action for action in sent}
    return next((known[one] for one in ids if one in known), None)


def customers_at(company: Company, address: str) -> list[Customer]:
    """Customers that are written to at an address, or have a contact there, the first few by name."""
    if not address:
        return []
    # Those who left count too: their replies come from where they went on reading.
    contacts = Contact.objects.annotate(at=Lower("email")).filter(company=company, at=address)
    found = Customer.objects.annotate(at=Lower("email")).filter(
        Q(at=address) | Q(pk__in=contacts.values("customer")), company=company
    )
    return list(found.order_by("sort_name", "pk")[:MOST_CANDIDATES])


def _customers_of_documents(company: Company, reply: Reply) -> list[Customer]:
    """Whose documents are named, by numbers written whole."""
    numbers = list(document_numbers_in(f"{reply.subject}\n{reply.words}"))
    if not numbers:
        return []
    written = {form for number in numbers for form in (number, number.upper())}
    holders = OpenItem.objects.filter(company=company, document_number__in=written, is_reversed=False)
    found = Customer.objects.filter(company=company, pk__in=holders.values("customer"))
    return list(found.order_by("sort_name", "pk")[:MOST_CANDIDATES])


def _that_is_named(candidates: Sequence[Customer], reply: Reply) -> Customer | None:
    """Of several customers of one address, the only one of which an open document is named."""
    numbers = _open_numbers([customer.pk for customer in candidates])
    named = documents_among(reply, {number for _, number in numbers})
    owners = {customer for customer, number in numbers if number in named}
    return next((c for c in candidates if c.pk in owners), None) if len(owners) == 1 else None


def _open_numbers(customers: Collection[int]) -> list[tuple[int, str]]:
    items = OpenItem.objects.filter(customer__in=customers, amount_minor__gt=0).exclude(open_minor=0)
    return list(items.values_list("customer_id", "document_number")[:5000])


def candidates_of(mail: Mail) -> list[Customer]:
    """The customers between whom the program does not choose."""
    company, reply = mail.company, Reply(words=mail.words, subject=mail.subject)
    if mail.found_by == "ambiguous-address":
        return customers_at(company, (mail.bounce or {}).get("recipient") or mail.sender)
    return _customers_of_documents(company, reply) if mail.found_by == "ambiguous-documents" else []


def named_items(mail: Mail, items: Sequence[OpenItem]) -> list[OpenItem]:
    """Of a customer's items, those whose documents the sender names."""
    reply = Reply(words=mail.words, subject=mail.subject)
    named = documents_among(reply, {item.document_number for item in items})
    return [item for item in items if item.document_number in named]
