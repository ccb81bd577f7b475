"""What a person makes of a mail that came in: one act each, in one transaction, undone where that is true."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from exigible.disputes.services import open_dispute
from exigible.inbox.models import DeadAddress, Mail
from exigible.inbox.receiving import tell_received
from exigible.kernel.errors import Refused, UserMistake
from exigible.ledger.edits import pause_dunning, rest_at_least, save_contact
from exigible.ledger.models import Contact, Customer, OpenItem
from exigible.ledger.pauses import pause_on
from exigible.ledger.services import lock_books
from exigible.negotiation import requests
from exigible.negotiation.models import Promise, Request
from exigible.negotiation.services import make_promise, withdraw_promise
from exigible.timeline.services import record_event
from exigible.worklist.services import mark_done

NO_PAUSE: Final[dict[str, str | None]] = {"until": None, "reason": ""}
UNDOABLE = ("promise", "paid", "away", "bounced", "read", "aside")
"""Outcomes that can be taken back without saying of the customer what it did not do."""


@transaction.atomic
def take_promise(
    *,
    mail: Mail,
    amount_minor: int,
    currency: str,
    due_on: date,
    text: str,
    items: Collection[OpenItem] = (),
    replaces: Promise | None = None,
    by: int,
) -> Promise:
    """The customer promises to pay. Raises UserMistake as `make_promise` does, or if it was answered."""
    customer = _claim(mail)
    promise = make_promise(
        customer=customer, amount_minor=amount_minor, currency=currency, due_on=due_on, text=text,
        items=items, replaces=replaces, by=by,
    )  # fmt: skip
    mark_done(customer=customer, by=by)
    _answer(mail, "promise", by, {"promise": promise.pk, "replaced": replaces is not None})
    return promise


@transaction.atomic
def hold_reminders(*, mail: Mail, until: date, reason: str, by: int) -> None:
    """The customer says that it paid: reminders rest until a day; a pause that lasts longer stays."""
    customer = _claim(mail)
    today = timezone.localdate()
    if until < today:
        raise UserMistake("hold-in-the-past", "Reminders rest until today or later.")
    before = pause_on(customer, today)
    former = {"until": before.until.isoformat(), "reason": before.reason} if before else NO_PAUSE
    if not rest_at_least(customer=customer, until=until, reason=reason, by=by):
        _answer(mail, "paid", by, {"until": former["until"], "is_kept": True})
        _tell(mail, "reply-paid", by)
        return
    _answer(mail, "paid", by, {"until": until.isoformat(), "former": former})


@transaction.atomic
def take_dispute(
    *,
    mail: Mail,
    contested: Mapping[OpenItem, int],
    reason: str,
    text: str,
    owner: int | None,
    answer_by: date | None,
    by: int,
) -> None:
    """The customer contests an amount (minor units) of each of some items."""
    customer = _claim(mail)
    if any(item.customer_id != customer.pk for item in contested):
        raise UserMistake("dispute-item", "A dispute is about a due item of its customer.")
    made = [
        open_dispute(
            item=item, amount_minor=minor, reason=reason, text=text, owner=owner, answer_by=answer_by, by=by
        ).pk
        for item, minor in contested.items()
    ]
    documents = [item.document_number for item in contested]
    _answer(mail, "dispute", by, {"disputes": made, "documents": documents})


@transaction.atomic
def take_request(
    *, mail: Mail, kind: str, text: str, owner: int | None, due_on: date | None, by: int
) -> Request:
    """The customer asks for something: taken down, with whose it is to see to and by when."""
    customer = _claim(mail)
    request = requests.take_request(
        customer=customer, kind=kind, text=text, owner=owner, due_on=due_on, by=by
    )
    _answer(mail, "request", by, {"request": request.pk, "due_on": request.due_on.isoformat()})
    return request


@transaction.atomic
def take_contact(*, mail: Mail, fields: Mapping[str, Any], former: Contact | None, by: int) -> Contact:
    """Someone else is to be written to; `former` is not there any more."""
    customer = _claim(mail)
    contact = save_contact(customer=customer, contact=None, fields=fields, by=by)
    if former is not None:
        save_contact(customer=customer, contact=former, fields={"left_on": timezone.localdate()}, by=by)
    _answer(mail, "contact", by, {"contact": contact.pk, "name": contact.name})
    return contact


@transaction.atomic
def take_note_of(*, mail: Mail, outcome: str, by: int) -> None:
    """It was read and asks for nothing: an absence ("away"), a message come back, anything ("read", "aside").

    What is set aside needs no customer.
    """
    if outcome not in ("away", "bounced", "read", "aside"):
        raise UserMistake("unknown-outcome", "Say what is to be done with this mail.", found=outcome)
    if outcome == "aside":
        _lock(mail)
    else:
        _claim(mail)
    _answer(mail, outcome, by, {})
    _tell(mail, f"reply-{outcome}", by)


@transaction.atomic
def reopen(*, mail: Mail, by: int) -> None:
    """Take back what was made of a mail: it waits again. Raises Refused where that would not be true."""
    lock_books(mail.company_id)
    mail.refresh_from_db()
    if mail.state == Mail.State.WAITING or not may_reopen(mail):
        raise Refused("cannot-reopen", "What came of this mail cannot be taken back here.")
    if mail.outcome == "promise":
        withdraw_promise(promise=Promise.objects.get(pk=mail.result["promise"]), by=by)
    if mail.outcome == "paid" and not mail.result.get("is_kept"):
        _resume(mail, by)
    mail.state, mail.outcome, mail.result = Mail.State.WAITING, "", {}
    mail.answered_at = mail.answered_by = None
    mail.save(update_fields=["state", "outcome", "result", "answered_at", "answered_by"])
    _tell(mail, "reply-reopened", by)


def may_reopen(mail: Mail) -> bool:
    """Whether what came of it can be taken back: a promise that replaced another one cannot."""
    return mail.outcome in UNDOABLE and not mail.result.get("replaced")


def _resume(mail: Mail, by: int) -> None:
    """Put the pause of reminders back as it was, unless someone changed it since."""
    customer = mail.customer
    if customer is None:
        return
    today = timezone.localdate()
    held = pause_on(customer, today)
    if held is None or held.until.isoformat() != mail.result["until"]:
        return
    former = mail.result["former"]
    before = date.fromisoformat(former["until"]) if former["until"] else None
    if before is not None and before < today:  # it would have ended by now
        before = None
    pause_dunning(customer=customer, until=before, reason=former["reason"], by=by)


@transaction.atomic
def put_to_customer(*, mail: Mail, customer: Customer, remember: bool, by: int) -> None:
    """Say whose mail it is. `remember`: the sender becomes a contact, so that the next mail finds its way.

    Raises UserMistake("reply-answered") for one that was answered already.
    """
    _lock(mail)
    if customer.company_id != mail.company_id:
        raise UserMistake("unknown-customer", "There is no such customer in this company.")
    if customer.pk == mail.customer_id:
        return
    mail.customer, mail.found_by, mail.action = customer, "hand", None
    mail.save(update_fields=["customer", "found_by", "action"])
    tell_received(mail, by)
    if remember and mail.sender and not mail.bounce:
        _remember(mail, customer, by)


def _remember(mail: Mail, customer: Customer, by: int) -> None:
    if Contact.objects.filter(customer=customer, email__iexact=mail.sender).exists():
        return
    fields = {
        "name": (mail.sender_name or mail.sender)[:120],
        "role": Contact.Role.OTHER,
        "email": mail.sender,
        "receives_reminders": False,
    }
    save_contact(customer=customer, contact=None, fields=fields, by=by)


@transaction.atomic
def lift_address(*, dead: DeadAddress, by: int) -> None:
    """Say that an address works again: reminders are written to it."""
    lock_books(dead.company_id)
    lifted = DeadAddress.objects.filter(pk=dead.pk, lifted_on__isnull=True)
    if not lifted.update(lifted_on=timezone.localdate()):
        return
    customer = dead.mail.customer_id if dead.mail else None
    record_event(
        company_id=dead.company_id, customer_id=customer, kind="address-works", by=by,
        data={"recipient": dead.address},
    )  # fmt: skip


def _lock(mail: Mail) -> None:
    """Hold the books and read the mail again: two people may answer it at once."""
    lock_books(mail.company_id)
    mail.refresh_from_db()
    if mail.state != Mail.State.WAITING:
        raise UserMistake("reply-answered", "This mail was answered meanwhile.")


def _claim(mail: Mail) -> Customer:
    """The customer of a mail that still waits."""
    _lock(mail)
    if mail.customer_id is None:
        raise UserMistake("no-customer", "Choose a customer first.")
    return Customer.objects.select_related("company").get(pk=mail.customer_id)


def _answer(mail: Mail, outcome: str, by: int, result: Mapping[str, Any]) -> None:
    mail.state = Mail.State.ASIDE if outcome == "aside" else Mail.State.DONE
    mail.outcome, mail.result = outcome, dict(result)
    mail.answered_at, mail.answered_by_id = timezone.now(), by
    mail.save(update_fields=["state", "outcome", "result", "answered_at", "answered_by"])


def _tell(mail: Mail, kind: str, by: int) -> None:
    record_event(
        company_id=mail.company_id, customer_id=mail.customer_id, kind=kind, by=by, text=mail.subject,
        data={"mail": mail.pk},
    )  # fmt: skip
