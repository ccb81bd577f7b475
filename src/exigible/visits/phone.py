"""What the page of a tour takes along beside what it shows: amounts to offer, items to contest, its words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from exigible.kernel.money import exponent, to_decimal_string
from exigible.language import formats
from exigible.ledger.models import Company
from exigible.visits.sheet import StopSheet


def stop_data(company: Company, sheet: StopSheet) -> dict[str, Any]:
    """A stop for the form: its currencies with what may be asked for, and the items that may be contested."""
    claimed = {each.currency: each.asked_minor for each in sheet.standings} or {company.currency: 0}
    items = [
        {
            "id": line.item.pk,
            "currency": each.currency,
            "left": _typed(line.left_minor - line.disputed_minor, each.currency),
            "label": " · ".join(
                (line.name or line.item.document_number, formats.day(line.due_on),
                 formats.money(line.left_minor - line.disputed_minor, each.currency, with_symbol=True))
            ),
        }
        for each in sheet.standings
        for line in each.lines
        if line.left_minor > line.disputed_minor
    ]  # fmt: skip
    return {
        "name": sheet.customer.name,
        "email": sheet.customer.email,
        "currencies": [
            {"code": code, "digits": exponent(code), "claimed": _typed(minor, code) if minor else ""}
            for code, minor in claimed.items()
        ],
        "items": items,
    }


def _typed(minor: int, currency: str) -> str:
    """An amount as one types it in the reader's language, without spaces."""
    return to_decimal_string(minor, currency).replace(".", formats.decimal_mark())


def page_words() -> dict[str, str]:
    """The sentences that the page's script says, in the reader's language."""
    return {
        "ready": _("Kept on this telephone: opens without network"),
        "removed": _("Removed from this telephone: opens with network only"),
        "online_only": _("Opens with network only: this browser keeps nothing for later here"),
        "no_store": _("This browser cannot keep what is noted: do not close the page before it is sent"),
        "offline": _("No network"),
        "all_sent": _("All sent"),
        "waiting": _("Not sent yet: %(count)s"),
        "sending": _("Sending…"),
        "sign_in": _("Signed out: sign in again to send. Nothing is lost."),
        "other_person": _(
            "Noted by someone else who signed in here: %(count)s, to be sent when they sign in again"
        ),
        "someone_else": _("Someone else is signed in here: reload the page for theirs"),
        "gone": _("This tour or this customer is not yours to see any more."),
        "trouble": _("The server did not take it; it is tried again in a moment."),
        "noted": _("Noted, not sent yet: %(outcome)s"),
        "sent": _("%(outcome)s · %(by)s, %(at)s"),
        "refused": _("To be corrected: %(why)s"),
        "amount": _("Write an amount such as 1 234,56"),
        "date": _("Say by when it was promised."),
        "cheque": _("Write the number of the cheque."),
        "outcome": _("Say what came of the visit."),
        "item": _("Choose the item that is contested."),
        "discard": _("Discard what was noted here?"),
        "received": _("Received: %(amount)s"),
    }
