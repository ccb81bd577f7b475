"""What came of a visit: written down once, with what follows from it, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from exigible.disputes.services import open_dispute
from exigible.dunning.services.by_hand import confirm_done, drop
from exigible.kernel.errors import Refused, UserMistake
from exigible.kernel.money import to_decimal_string
from exigible.ledger.models import Customer, OpenItem
from exigible.ledger.services import lock_books
from exigible.negotiation.models import Request
from exigible.negotiation.requests import take_request
from exigible.negotiation.services import make_promise
from exigible.timeline.services import record_event
from exigible.visits.models import Stop, Visit
from exigible.visits.queries import visits_to_do
from exigible.visits.receipts import Handed, announce, issue_receipt
from exigible.visits.rules import Outcome
from exigible.worklist.services import mark_done

TRIED_ONLY = frozenset({Outcome.ABSENT, Outcome.MOVED})
"""Outcomes in which nobody of the customer was seen."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What the telephone says of a visit. `uuid` was made there: a second sending is the same visit.

    `amount_minor` and `currency` are of the promise, or of what was handed over; `due_on` is the promise's;
    `item` and `reason` are the dispute's.
    """

    uuid: UUID
    outcome: str
    noted_at: datetime
    person: str = ""
    text: str = ""
    amount_minor: int = 0
    currency: str = ""
    due_on: date | None = None
    item: OpenItem | None = None
    reason: str = ""
    handed: Handed | None = None


@transaction.atomic
def note_visit(*, stop: Stop, noted: Noted, by: int) -> tuple[Visit, bool]:
    """Write down what came of a stop, and what follows from it; gives the visit, and whether it is a new one.

    The same `uuid` a second time changes nothing. Raises Refused("visited-meanwhile") where somebody else
    noted that visit first, and what promises, disputes and receipts raise: then nothing is kept.
    """
    lock_books(stop.company_id)
    known = Visit.objects.filter(company_id=stop.company_id, uuid=noted.uuid).select_related("stop").first()
    if known is not None:
        return _the_same(known, stop), False
    _refuse_if_visited(stop)
    now = timezone.now()
    visit = Visit.objects.create(
        company_id=stop.company_id, stop=stop, uuid=noted.uuid, outcome=noted.outcome,
        person=noted.person.strip(), text=noted.text.strip(), noted_at=min(noted.noted_at, now),
        received_at=now, by_id=by,
    )  # fmt: skip
    Stop.objects.filter(pk=stop.pk).update(is_off=False)
    _settle_reminders(visit, stop, by)
    told = _follow(visit, stop.customer, noted, by)
    record_event(
        company_id=stop.company_id, customer_id=stop.customer_id, kind="visit", by=by, text=visit.text,
        data={"outcome": visit.outcome, "person": visit.person, "tour": stop.tour_id} | told,
        happened_at=visit.noted_at,
    )  # fmt: skip
    if timezone.localdate(visit.noted_at) == timezone.localdate():
        mark_done(customer=stop.customer, by=by)
    return visit, True


def _the_same(known: Visit, stop: Stop) -> Visit:
    if known.stop_id != stop.pk:
        raise UserMistake("visit-of-another-stop", "This number belongs to the visit of another customer.")
    return known


def _refuse_if_visited(stop: Stop) -> None:
    first = Visit.objects.filter(stop=stop).select_related("by").first()
    if first is not None:
        raise Refused(
            "visited-meanwhile",
            "{who} noted this visit already, at {when}: {what}.",
            who=str(first.by or ""),
            when=f"{timezone.localtime(first.noted_at):%H:%M}",
            what=Visit.Outcome(first.outcome).label,
        )


def _settle_reminders(visit: Visit, stop: Stop, by: int) -> None:
    """The reminders that asked for the visit: done where somebody was seen; where the customer has moved,
    they go in writing; where nobody was there, the visit stays to be made."""
    on = timezone.localdate(visit.noted_at)
    for action in list(visits_to_do(stop.company_id, [stop.customer_id])):
        if visit.outcome == Outcome.MOVED:
            drop(
                action_id=action.pk, company_id=stop.company_id, by=by, reason=_("Moved away"),
                unreached=True, told=True,
            )  # fmt: skip
        elif visit.outcome not in TRIED_ONLY:
            confirm_done(action_id=action.pk, company_id=stop.company_id, by=by, on=on, told=True)


def _follow(visit: Visit, customer: Customer, noted: Noted, by: int) -> dict[str, Any]:
    """What follows from the outcome; gives what the timeline tells of it beside."""
    if noted.outcome == Outcome.PROMISED:
        _promise(customer, noted, by)
    elif noted.outcome == Outcome.DISPUTE:
        assert noted.item is not None
        open_dispute(
            item=noted.item, amount_minor=noted.amount_minor, reason=noted.reason, text=visit.text, by=by
        )
    elif noted.outcome == Outcome.MOVED:
        words = " ".join(filter(None, (_("No longer at the address visited."), visit.text)))
        take_request(customer=customer, kind=Request.Kind.CONTACT_CHANGE, text=words, owner=by, by=by)
    elif noted.outcome == Outcome.PAID:
        assert noted.handed is not None
        receipt = issue_receipt(visit=visit, customer=customer, handed=noted.handed, by=by)
        announce(receipt, by)
        amount = to_decimal_string(receipt.amount_minor, receipt.currency)
        return {"receipt": receipt.number, "currency": receipt.currency, "amount": amount}
    return {}


def _promise(customer: Customer, noted: Noted, by: int) -> None:
    if noted.due_on is None:
        raise UserMistake("promise-date", "Say by when it was promised.")
    make_promise(
        customer=customer, amount_minor=noted.amount_minor, currency=noted.currency, due_on=noted.due_on,
        text=" · ".join(filter(None, (noted.person.strip(), noted.text.strip()))), by=by,
        happened_at=min(noted.noted_at, timezone.now()),
    )  # fmt: skip
