"""The mails that a person may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from exigible.cash.seen import seen_payments
from exigible.inbox.models import DeadAddress, Mail
from exigible.kernel.text import fold
from exigible.ledger.models import BankLine, Company
from exigible.team.scope import Scope


def mails_of(scope: Scope) -> QuerySet[Mail]:
    """All of the company; to who sees a portfolio only, those of its customers."""
    mails = Mail.objects.filter(company=scope.company).select_related("customer", "answered_by")
    return mails.filter(customer__in=scope.customers()) if scope.portfolio_of is not None else mails


def in_turn(mails: QuerySet[Mail], show: str) -> QuerySet[Mail]:
    """Those of one state: what waits with the oldest first, the rest with the newest first."""
    chosen = mails if show == "all" else mails.filter(state=show)
    return (
        chosen.order_by("received_at", "pk") if show == "waiting" else chosen.order_by("-received_at", "-pk")
    )


def sought(mails: QuerySet[Mail], text: str) -> QuerySet[Mail]:
    """By the sender, the subject or the customer."""
    text = text.strip()[:100]
    if not text:
        return mails
    return mails.filter(
        Q(sender__icontains=text)
        | Q(sender_name__icontains=text)
        | Q(subject__icontains=text)
        | Q(customer__sort_name__contains=fold(text))
        | Q(customer__code__iexact=text)
    )


def count_by_state(mails: QuerySet[Mail]) -> dict[str, int]:
    rows = mails.order_by().values_list("state").annotate(number=Count("pk"))
    return dict(rows)


def count_waiting(scope: Scope, *, mine: bool = False) -> tuple[int, int, datetime | None]:
    """How many mails wait, how many customers are not reminded until then, and when the oldest came in.

    `mine`: only those of customers assigned to the person, and those of no customer, which are anybody's.
    """
    waiting = mails_of(scope).filter(state=Mail.State.WAITING).order_by()
    if mine:
        waiting = waiting.filter(Q(customer__collector=scope.user) | Q(customer=None))
    held = Count("customer", distinct=True, filter=Q(holds=True))
    told = waiting.aggregate(count=Count("pk"), held=held, oldest=Min("received_at"))
    return told["count"], told["held"], told["oldest"]


def dead_address_of(mail: Mail) -> DeadAddress | None:
    """The address that this mail says does not work, while that stands."""
    recipient = (mail.bounce or {}).get("recipient") or ""
    dead = DeadAddress.objects.filter(company_id=mail.company_id, lifted_on__isnull=True)
    return dead.filter(Q(mail=mail) | Q(address=recipient)).select_related("mail").first()


class SeenLine(NamedTuple):
    """Money on the bank that may be what a customer speaks of; minor units."""

    booked_on: date
    minor: int
    currency: str
    payer: str
    is_theirs: bool


def seen_lines(company: Company, customer_id: int, amounts: Sequence[tuple[int, str]]) -> list[SeenLine]:
    """What came in lately and is not lettered: seemingly of this customer, or of an amount that it names."""
    theirs = [
        SeenLine(seen.booked_on, seen.left_minor, seen.currency, "", is_theirs=True)
        for seen in seen_payments(company, [customer_id])
    ]
    since = timezone.localdate() - timedelta(days=120)
    waiting = BankLine.objects.filter(company=company, left_minor__gt=0, set_aside="", booked_on__gte=since)
    same = Q()
    for minor, currency in amounts:
        same |= Q(amount_minor=minor, currency=currency)
    others = waiting.filter(same).order_by("-booked_on")[:5] if amounts else []
    known = {(line.booked_on, line.minor, line.currency) for line in theirs}
    found = [
        SeenLine(line.booked_on, line.left_minor, line.currency, line.payer_name, is_theirs=False)
        for line in others
        if (line.booked_on, line.left_minor, line.currency) not in known
    ]
    return [*theirs, *found][:6]
