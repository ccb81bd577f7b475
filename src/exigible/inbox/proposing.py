"""The act that a mail asks for, and what stands in its form already: read in the mail, never made up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from exigible.disputes.models import Dispute
from exigible.disputes.queries import disputed_amounts
from exigible.inbox.finding import named_items
from exigible.inbox.models import Mail
from exigible.kernel.text import fold
from exigible.language import formats
from exigible.ledger.calendars import calendar_of
from exigible.ledger.models import Customer, OpenItem
from exigible.negotiation.models import Request

ACTS: Final = ("promise", "paid", "dispute", "request", "contact", "away", "bounced", "read")
BY_KIND: Final = {
    "promise": "promise",
    "paid-already": "paid",
    "dispute": "dispute",
    "request": "request",
    "contact-change": "contact",
    "out-of-office": "away",
    "other": "read",
}
REST_DAYS: Final = 5
"""Business days that reminders rest by default while a payment that is told of is looked for."""
LONGEST_TEXT: Final = 1_500
_REASONS: Final = {
    "not-delivered": Dispute.Reason.DELIVERY,
    "wrong": Dispute.Reason.PRICE,
    "agreed-otherwise": Dispute.Reason.PRICE,
    "defective": Dispute.Reason.QUALITY,
    "not-ours": Dispute.Reason.NOT_ORDERED,
    "on-hold": Dispute.Reason.OTHER,
}


_ASKED: Final = {
    Request.Kind.DELIVERY_PROOF: re.compile(r"\b(livraison|emargement|delivery|pod|bons? signes?)\b"),
    Request.Kind.STATEMENT: re.compile(r"\b(releves?|statements?|extrait de compte|situation de compte)\b"),
    Request.Kind.BANK_DETAILS: re.compile(r"\b(rib|iban|bic|coordonnees bancaires|bank details?)\b"),
    Request.Kind.CERTIFICATE: re.compile(r"\b(attestations?|certificats?|certificates?|kbis|urssaf)\b"),
    Request.Kind.INVOICE_COPY: re.compile(r"\b(copies?|duplicatas?|copy|duplicates?|factures?|invoices?)\b"),
}
"""What is asked for, by its words without accents; the first that stands there."""


def proposed_act(mail: Mail) -> str:
    """The act to confirm; empty where a person decides."""
    if mail.bounce:
        return "bounced"
    return "" if mail.is_unsure else BY_KIND.get(mail.kind, "read")


@dataclass(frozen=True, slots=True)
class Account:
    """What a customer owes, as an act on its mail needs it. `contested`: minor units by item."""

    customer: Customer
    items: Sequence[OpenItem]
    named: Sequence[OpenItem]
    contested: dict[int, int]

    def contestable(self, item: OpenItem) -> int:
        return max(0, item.open_minor - self.contested.get(item.pk, 0))


def read_account(mail: Mail, customer: Customer) -> Account:
    """The due items that are open, and those that the mail names, in two queries."""
    owed = OpenItem.objects.filter(company_id=mail.company_id, customer=customer, open_minor__gt=0)
    items = list(owed.order_by("due_on", "document_number", "pk"))
    contested = dict(disputed_amounts(customer.company, timezone.localdate(), [customer.pk]))
    return Account(customer, items, named_items(mail, items), contested)


def amounts_named(mail: Mail, currency: str) -> list[int]:
    """The amounts in a currency that the sender writes, each once, in their order."""
    found = [minor for minor, code in mail.details.get("amounts", []) if code == currency]
    return list(dict.fromkeys(found))


def promised_on(mail: Mail) -> date | None:
    """The day promised, unless it is gone by."""
    return _day(mail, "promised_on", timezone.localdate())


def _day(mail: Mail, name: str, first: date) -> date | None:
    told = mail.details.get(name)
    day = date.fromisoformat(told) if told else None
    return day if day is None or day >= first else None


def instalments_of(mail: Mail) -> list[dict[str, Any]]:
    """The payments that it promises: `on` (ISO), `money` (minor units, currency), `words`, `is_rest`."""
    return list(mail.details.get("instalments", []))


def promised_amount(mail: Mail, account: Account, currency: str) -> int | None:
    """The amount told with the day that is noted, else the one that is written, else what is left of the
    documents named. None where none of them is, or where they say what all the payments come to."""
    told = mail.details.get("promised")
    if told:
        return int(told[0]) if told[1] == currency else None
    parts = instalments_of(mail)
    if len(parts) > 1 and any(part["money"] for part in parts):
        return None
    amounts = amounts_named(mail, currency)
    if len(amounts) == 1 and not any(part["is_rest"] for part in parts):
        return amounts[0]
    named = [item for item in account.named if item.currency == currency]
    return sum(account.contestable(item) for item in named) or None


def contested_amount(mail: Mail, account: Account, item: OpenItem) -> int:
    """The one amount written that is neither all of the document nor more than is left of it."""
    left = account.contestable(item)
    told = [
        minor
        for minor in amounts_named(mail, item.currency)
        if minor < left and minor not in (item.amount_minor, item.open_minor)
    ]
    return told[0] if len(told) == 1 else left


def contested_reason(mail: Mail) -> str:
    """What is contested, by the rule that spoke first; empty where none tells."""
    codes = [hit["code"] for hit in mail.why if hit["kind"] == "dispute"]
    return next((str(_REASONS[code]) for code in codes if code in _REASONS), "")


def requested_kind(mail: Mail) -> str:
    """What is asked for, by the words that decided, else by all of them."""
    told = " ".join(hit["words"] for hit in mail.why if hit["kind"] == "request")
    for text in (fold(told), fold(f"{mail.subject} {mail.words[:LONGEST_TEXT]}")):
        for kind, words in _ASKED.items():
            if words.search(text):
                return str(kind)
    return str(Request.Kind.OTHER)


def rest_until(customer: Customer) -> date:
    """How long reminders rest by default after a customer says that it paid."""
    company = customer.company
    calendar = calendar_of(company.country, company)
    return calendar.add_business_days(timezone.localdate(), REST_DAYS)


def paid_reason(mail: Mail) -> str:
    """Why reminders rest, for the customer's file."""
    told = mail.details.get("paid_on")
    wrote = formats.day(timezone.localdate(mail.received_at))
    if told:
        paid = formats.day(date.fromisoformat(told))
        return _("Says by e-mail of {wrote} that it was paid on {paid}").format(wrote=wrote, paid=paid)
    return _("Says by e-mail of {wrote} that it was paid").format(wrote=wrote)


def absent_until(mail: Mail) -> date | None:
    """The last day of the absence, unless it is over."""
    return _day(mail, "absent_until", timezone.localdate() - timedelta(days=1))


def quoted_words(mail: Mail) -> str:
    """The sender's words, shortened, under who wrote them and when."""
    who = mail.sender_name or mail.sender
    head = _("E-mail of {day} from {who}:").format(
        day=formats.day(timezone.localdate(mail.received_at)), who=who
    )
    words = (mail.words.strip() or mail.subject)[:LONGEST_TEXT]
    return f"{head}\n{words}"
