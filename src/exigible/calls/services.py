"""A call is written down with what came of it, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from exigible.calls.models import CallPolicy, OngoingCall, WrongNumber
from exigible.calls.queries import CALL, policy_of
from exigible.calls.rules import Outcome
from exigible.calls.steps import settle_steps
from exigible.disputes.services import open_dispute
from exigible.kernel.errors import Refused, UserMistake
from exigible.language import formats
from exigible.ledger.calendars import calendar_of
from exigible.ledger.edits import rest_at_least
from exigible.ledger.models import Company, Customer, OpenItem
from exigible.ledger.services import lock_books
from exigible.negotiation.models import Promise, Request
from exigible.negotiation.requests import take_request
from exigible.negotiation.services import make_promise
from exigible.timeline.models import Event
from exigible.timeline.services import record_event
from exigible.worklist.services import mark_done


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it was made: to which number (as `phones.Number.key`), to whom, and what was said.

    `seen` is the last call of the customer that the caller knew of, an event's id or 0; None does not ask
    whether someone else called meanwhile.
    """

    text: str = ""
    number: str = ""
    contact: int | None = None
    seen: int | None = None
    happened_at: datetime | None = None


UNHEARD = Call()
OUTCOMES = frozenset(map(str, Outcome))


@transaction.atomic
def log_call(
    *,
    customer: Customer,
    outcome: str,
    by: int | None,
    call: Call = UNHEARD,
    more: Mapping[str, Any] | None = None,
) -> Event:
    """Write down a call and how it ended; the customer's line of the day is done, and the step of the policy
    that it was to make.

    `more` goes along on the timeline. Raises UserMistake for an unknown outcome, and
    Refused("called-meanwhile") where someone else called since `call.seen`.
    """
    lock_books(customer.company_id)
    if outcome not in OUTCOMES:
        raise UserMistake("unknown-outcome", "Say how the call ended.", found=outcome)
    _refuse_if_called(customer, call.seen, by)
    told = {"outcome": outcome, "number": call.number, "contact": call.contact} | dict(more or {})
    event = record_event(
        company_id=customer.company_id, customer_id=customer.pk, kind=CALL, by=by, text=call.text.strip(),
        data={name: value for name, value in told.items() if value not in ("", None)},
        happened_at=call.happened_at,
    )  # fmt: skip
    OngoingCall.objects.filter(company_id=customer.company_id, customer=customer, by=by).delete()
    if timezone.localdate(event.happened_at) == timezone.localdate():
        mark_done(customer=customer, by=by)
    if outcome != Outcome.WRONG_NUMBER:  # whose number is marked first
        settle_steps(customer, outcome, event.happened_at, by)
    return event


def last_call(customer: Customer) -> Event | None:
    """The last call of a customer."""
    known = Event.objects.filter(company_id=customer.company_id, customer=customer, kind=CALL)
    return known.select_related("by").order_by("-id").first()


def _refuse_if_called(customer: Customer, seen: int | None, by: int | None) -> None:
    last = last_call(customer) if seen is not None else None
    if last is not None and last.pk != seen and last.by_id != by:
        raise Refused(
            "called-meanwhile",
            "{who} called this customer at {when} while your sheet was open. Read what was said, then save.",
            who=str(last.by or ""),
            when=f"{timezone.localtime(last.happened_at):%H:%M}",
        )


@transaction.atomic
def log_promise(
    *,
    customer: Customer,
    call: Call,
    amount_minor: int,
    currency: str,
    due_on: date,
    items: Collection[OpenItem] = (),
    replaces: Promise | None = None,
    by: int | None,
) -> Event:
    """A call in which a payment was promised. Raises what `make_promise` raises: then nothing is kept."""
    event = log_call(customer=customer, outcome=Outcome.PROMISE, by=by, call=call)
    make_promise(
        customer=customer, amount_minor=amount_minor, currency=currency, due_on=due_on, text=call.text,
        items=items, replaces=replaces, by=by,
    )  # fmt: skip
    return event


@transaction.atomic
def log_dispute(
    *,
    customer: Customer,
    call: Call,
    item: OpenItem,
    amount_minor: int,
    reason: str,
    owner: int | None = None,
    by: int | None,
) -> Event:
    """A call in which an amount of a due item was contested. Raises what `open_dispute` raises."""
    event = log_call(customer=customer, outcome=Outcome.DISPUTE, by=by, call=call)
    open_dispute(item=item, amount_minor=amount_minor, reason=reason, text=call.text, owner=owner, by=by)
    return event


@transaction.atomic
def log_paid(
    *, customer: Customer, call: Call, paid_on: date | None, owner: int | None, by: int | None
) -> Event:
    """A call in which the customer said that it has paid: reminders rest, someone looks for the payment.

    They rest for the business days of the company's call policy; a longer pause stays as it is.
    """
    event = log_call(customer=customer, outcome=Outcome.PAID, by=by, call=call)
    said = (
        _("Says that it paid on %(day)s") % {"day": formats.day(paid_on)}
        if paid_on
        else _("Says that it paid")
    )
    words = f"{said}. {call.text.strip()}".strip()
    take_request(customer=customer, kind=Request.Kind.PAYMENT_SEARCH, text=words, owner=owner, by=by)
    company = customer.company
    days = policy_of(company).hold_days
    until = calendar_of(company.country, company).add_business_days(timezone.localdate(), days)
    rest_at_least(customer=customer, until=until, reason=said, by=by)
    return event


@transaction.atomic
def log_request(
    *, customer: Customer, call: Call, kind: str, owner: int | None, due_on: date | None, by: int | None
) -> Event:
    """A call in which the customer asked for something. Raises what `take_request` raises."""
    event = log_call(customer=customer, outcome=Outcome.REQUEST, by=by, call=call)
    take_request(customer=customer, kind=kind, text=call.text, owner=owner, due_on=due_on, by=by)
    return event


@transaction.atomic
def log_call_back(*, customer: Customer, call: Call, again_at: datetime, by: int | None) -> Event:
    """A call after which the customer is to be called back at a moment: it is on the list again then."""
    if again_at <= timezone.now():
        raise UserMistake("call-back-in-the-past", "A call-back is for a moment to come.")
    more = {"again_at": again_at.isoformat()}
    return log_call(customer=customer, outcome=Outcome.CALL_BACK, by=by, call=call, more=more)


@transaction.atomic
def log_wrong_number(*, customer: Customer, call: Call, by: int | None) -> Event:
    """A call that someone else answered: the number is marked as wrong and not proposed again."""
    if not call.number:
        raise UserMistake("no-number", "Say which number was called.")
    event = log_call(customer=customer, outcome=Outcome.WRONG_NUMBER, by=by, call=call)
    WrongNumber.objects.get_or_create(
        company_id=customer.company_id, customer=customer, number=call.number,
        defaults={"contact_id": call.contact, "by_id": by},
    )  # fmt: skip
    settle_steps(customer, Outcome.WRONG_NUMBER, event.happened_at, by)
    return event


@transaction.atomic
def take_back_wrong_number(*, customer: Customer, number: str, by: int | None) -> None:
    """Say that a number is right after all: it is proposed again."""
    lock_books(customer.company_id)
    marked = WrongNumber.objects.filter(company_id=customer.company_id, customer=customer, number=number)
    if marked.delete()[0]:
        record_event(
            company_id=customer.company_id, customer_id=customer.pk, kind="number-right", by=by,
            data={"number": number},
        )  # fmt: skip


def open_sheet(*, customer: Customer, by: int) -> None:
    """Say that a person has the customer's call sheet open, for whoever opens it next; no act of business."""
    OngoingCall.objects.update_or_create(
        company_id=customer.company_id, customer=customer, by_id=by, defaults={"since": timezone.now()}
    )


@transaction.atomic
def set_call_policy(*, company: Company, fields: Mapping[str, Any], by: int | None) -> None:
    """Say when the company calls, how often it tries, and how long it waits for a payment said to be made."""
    lock_books(company.pk)
    CallPolicy.objects.update_or_create(company=company, defaults=dict(fields))
    data = {name: str(value) for name, value in fields.items() if value is not None}
    record_event(company_id=company.pk, customer_id=None, kind="call-policy-changed", by=by, data=data)
