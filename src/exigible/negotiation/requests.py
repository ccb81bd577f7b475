"""What customers ask for: taken down, handed over, answered; each in one act that the timeline tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from exigible.kernel.errors import UserMistake
from exigible.ledger.calendars import calendar_of
from exigible.ledger.models import Company, Customer
from exigible.ledger.services import lock_books
from exigible.negotiation.models import Request
from exigible.team.models import Membership, User
from exigible.team.queries import members_of
from exigible.team.rules import Right, may
from exigible.team.scope import Scope
from exigible.timeline.services import record_event

USUAL_DAYS: Final[Mapping[str, int]] = {
    Request.Kind.INVOICE_COPY: 1,
    Request.Kind.STATEMENT: 1,
    Request.Kind.CERTIFICATE: 5,
    Request.Kind.DELIVERY_PROOF: 3,
    Request.Kind.BANK_DETAILS: 1,
    Request.Kind.CONTACT_CHANGE: 1,
    Request.Kind.PAYMENT_SEARCH: 2,
    Request.Kind.OTHER: 3,
}
"""Within how many business days of the company each kind is to be answered, unless another day is said."""

REMEMBERED: Final = timedelta(days=365)


def usual_due_on(company: Company, kind: str, on: date) -> date:
    """The day by which a request of that kind is to be answered when no other is said."""
    return calendar_of(company.country, company).add_business_days(on, USUAL_DAYS[kind])


def who_may_answer(customer: Customer) -> list[User]:
    """The people of the company who may see the customer and write in its file."""
    return [member.user for member in members_of(customer.company) if _sees(member, customer)]


def _sees(member: Membership, customer: Customer) -> bool:
    is_theirs = not member.portfolio_only or customer.collector_id == member.user_id
    return member.user.is_active and may(member.role, Right.COMMENT) and is_theirs


@transaction.atomic
def take_request(
    *,
    customer: Customer,
    kind: str,
    text: str = "",
    owner: int | None = None,
    due_on: date | None = None,
    by: int | None,
) -> Request:
    """Write down what a customer asks for, whose it is to see to (`owner`, a user's id) and by when.

    Raises UserMistake for an unknown kind, an owner who may not see the customer, a day that has passed.
    """
    lock_books(customer.company_id)
    if kind not in Request.Kind:
        raise UserMistake("request-kind", "Say what the customer asks for.", found=kind)
    today = timezone.localdate()
    _verify(customer, owner, due_on, today)
    request = Request.objects.create(
        company_id=customer.company_id, customer=customer, kind=kind, text=text.strip(), owner_id=owner,
        taken_on=today, due_on=due_on or usual_due_on(customer.company, kind, today), by_id=by,
    )  # fmt: skip
    _tell("request-taken", request, by, request.text)
    return request


def _verify(customer: Customer, owner: int | None, due_on: date | None, today: date) -> None:
    if due_on is not None and due_on < today:
        raise UserMistake("request-in-the-past", "The answer is due today or later.")
    if owner is not None and owner not in {user.pk for user in who_may_answer(customer)}:
        raise UserMistake("request-owner", "This person may not see the customer.")


@transaction.atomic
def hand_over_request(*, request: Request, owner: int | None, due_on: date | None, by: int | None) -> None:
    """Give a request to another person, by another day where one is said.

    Raises UserMistake("request-closed") for one that was closed meanwhile.
    """
    lock_books(request.company_id)
    due = request.due_on if due_on is None else due_on
    is_new = None if due == request.due_on else due  # a day that stays may have passed
    _verify(request.customer, owner, is_new, timezone.localdate())
    _still_open(Request.objects.filter(pk=request.pk, closed_on=None).update(owner_id=owner, due_on=due))
    request.refresh_from_db()
    _tell("request-handed-over", request, by)


@transaction.atomic
def close_request(*, request: Request, outcome: str, text: str = "", by: int | None) -> None:
    """Say that a request was answered and how, or that it is closed without an answer and why.

    Raises UserMistake("request-closed") when someone else was first, UserMistake("request-reason") where one
    is closed without an answer and without a word.
    """
    lock_books(request.company_id)
    if outcome not in Request.Outcome:
        raise UserMistake("request-outcome", "Say how the request ended.", found=outcome)
    if outcome == Request.Outcome.DROPPED and not text.strip():
        raise UserMistake("request-reason", "Say why it is closed without an answer.")
    today = timezone.localdate()
    closed = {"closed_on": today, "outcome": outcome, "answer": text.strip(), "closed_by_id": by}
    _still_open(Request.objects.filter(pk=request.pk, closed_on=None).update(**closed))
    request.refresh_from_db()
    _tell("request-closed", request, by, request.answer)


def _still_open(changed: int) -> None:
    if not changed:
        raise UserMistake("request-closed", "Someone closed this request meanwhile.")


def _tell(kind: str, request: Request, by: int | None, text: str = "") -> None:
    record_event(
        company_id=request.company_id, customer_id=request.customer_id, kind=kind, by=by, text=text,
        data={
            "request": request.pk,
            "request_kind": request.kind,
            "owner": str(request.owner) if request.owner else "",
            "due_on": request.due_on.isoformat(),
            "request_outcome": request.outcome,
        },
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request on the day that is looked at, for the person who looks."""

    request: Request
    is_open: bool
    is_late: bool
    may_answer: bool


def request_rows(scope: Scope, found: QuerySet[Request]) -> list[RequestRow]:
    """The requests known on the day, those that were open then first, the first due first; in one query."""
    known = found.filter(company=scope.company, taken_on__lte=scope.as_of)
    recent = known.filter(Q(closed_on=None) | Q(closed_on__gt=scope.as_of - REMEMBERED))
    people = recent.select_related("customer", "owner", "by", "closed_by")
    return [_row(scope, request) for request in people.order_by("closed_on", "due_on", "pk")]


def _row(scope: Scope, request: Request) -> RequestRow:
    is_open = request.closed_on is None or request.closed_on > scope.as_of
    return RequestRow(
        request, is_open, is_open and request.due_on < scope.as_of, is_open and may_answer(scope, request)
    )


def may_answer(scope: Scope, request: Request) -> bool:
    """Whoever collects, and whose it is to see to, be it someone in sales; nobody on a past day."""
    is_theirs = request.owner_id == scope.user.pk and scope.may(Right.COMMENT)
    return (scope.may(Right.COLLECT) or is_theirs) and not scope.is_past


def open_requests(scope: Scope) -> QuerySet[Request]:
    """The requests of the customers that this person may see, open on the day that is looked at."""
    is_open = Q(closed_on=None) | Q(closed_on__gt=scope.as_of)
    found = Request.objects.filter(is_open, company=scope.company, taken_on__lte=scope.as_of)
    return found.filter(customer__collector=scope.user) if scope.membership.portfolio_only else found
