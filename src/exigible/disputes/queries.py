"""What is contested, as of a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from exigible.disputes.models import Dispute
from exigible.ledger.models import Allocation, Company, OpenItem

Account = tuple[int, str]
CREDIT_NOTE = OpenItem.DocumentType.CREDIT_NOTE


def open_disputes(company: Company, on: date) -> QuerySet[Dispute]:
    """Those that were open on a day."""
    return Dispute.objects.filter(_is_open(on), company=company, opened_on__lte=on)


def _is_open(on: date) -> Q:
    return Q(resolved_on__isnull=True) | Q(resolved_on__gt=on)


@dataclass(slots=True)
class Contested:
    """What a customer contests in one currency, in minor units, and of that what was due until a day.

    `answer_by` is when an answer to an open dispute is first due; `credit_since` the first day a credit note
    was promised that has not come, and `awaited_minor` what such credit notes come to.
    """

    minor: int = 0
    due_minor: int = 0
    answer_by: date | None = None
    awaited_minor: int = 0
    credit_since: date | None = None


def disputed_accounts(
    company: Company, on: date, due_until: date, customers: Sequence[int] | None = None
) -> Mapping[Account, Contested]:
    """By customer and currency: what is contested on a day, and of it what was due until another."""
    found: dict[Account, Contested] = defaultdict(Contested)
    for item in _resting(company, on, customers):
        minor = min(item.minor, item.open_minor)
        if minor <= 0:  # it was paid all the same
            continue
        account = found[item.account]
        account.minor += minor
        account.due_minor += minor if item.due_on <= due_until else 0
        account.answer_by = _first(account.answer_by, item.answer_by)
        account.awaited_minor += min(item.awaited_minor, minor)
        account.credit_since = _first(account.credit_since, item.credit_since)
    return found


def disputed_amounts(company: Company, on: date, customers: Sequence[int] | None = None) -> Mapping[int, int]:
    """By item, in minor units: what is contested on a day, of all customers or of some.

    That is what open disputes are about, and those found right until their credit note is in the books. It
    may be more than is left of an item that was paid in the meantime.
    """
    return {item.item_id: item.minor for item in _resting(company, on, customers)}


def awaited_credits(company: Company, on: date, customer: int) -> Mapping[int, int]:
    """By item of a customer, in minor units: what was found right and no credit note has come for."""
    found = _resting(company, on, [customer])
    return {item.item_id: item.awaited_minor for item in found if item.awaited_minor}


def contestable_minor(item: OpenItem) -> int:
    """What is left of an item today and is not contested, in minor units."""
    today = timezone.localdate()
    disputed = disputed_amounts(item.company, today, [item.customer_id]).get(item.pk, 0)
    open_minor = OpenItem.objects.values_list("open_minor", flat=True).get(pk=item.pk)
    return max(0, open_minor - disputed)


class _Resting(NamedTuple):
    """An item of which something is not claimed."""

    account: Account
    item_id: int
    due_on: date
    open_minor: int
    minor: int = 0
    answer_by: date | None = None
    awaited_minor: int = 0
    credit_since: date | None = None


def _resting(company: Company, on: date, customers: Sequence[int] | None) -> Iterator[_Resting]:
    """What open disputes are about, and those found right as long as their credit note is awaited."""
    found: dict[int, _Resting] = {}
    right: list[Dispute] = []
    for dispute in _unsettled(company, on, customers):
        item = dispute.item
        if dispute.resolved_on is not None and dispute.resolved_on <= on:
            right.append(dispute)
            continue
        account = dispute.customer_id, item.currency
        known = found.get(item.pk, _Resting(account, item.pk, item.due_on, item.open_minor))
        found[item.pk] = known._replace(
            minor=known.minor + dispute.amount_minor, answer_by=_first(known.answer_by, dispute.answer_by)
        )
    for awaited in _awaited(company, on, right):
        known = found.get(awaited.item_id, awaited._replace(minor=0))
        found[awaited.item_id] = awaited._replace(
            minor=known.minor + awaited.minor, answer_by=known.answer_by
        )
    yield from found.values()


def _unsettled(company: Company, on: date, customers: Sequence[int] | None) -> Iterator[Dispute]:
    may_await = Q(outcome=Dispute.Outcome.CREDIT, item__open_minor__gt=0)
    disputes = Dispute.objects.filter(_is_open(on) | may_await, company=company, opened_on__lte=on)
    if customers is not None:
        disputes = disputes.filter(customer__in=customers)
    return disputes.select_related("item").order_by("opened_on", "pk").iterator()


def _first(*days: date | None) -> date | None:
    return min(filter(None, days), default=None)


def _awaited(company: Company, on: date, right: Sequence[Dispute]) -> Iterator[_Resting]:
    """The items of disputes found right, the oldest first, less the credit notes that came since each began.

    A credit note counts where it is allocated to the item, and, as it is taken off what the customer owes
    all the same, while it is allocated to nothing.
    """
    if not right:
        return
    by_item: dict[int, list[Dispute]] = defaultdict(list)
    for dispute in right:
        by_item[dispute.item_id].append(dispute)
    credited = _credited(company, on, {item: found[0].opened_on for item, found in by_item.items()})
    unused = _unused(company, {dispute.customer_id: dispute.opened_on for dispute in reversed(right)})
    for item, found in by_item.items():
        first = found[0]
        account = first.customer_id, first.item.currency
        missing = max(0, sum(dispute.amount_minor for dispute in found) - credited[item])
        taken = min(missing, unused[account])
        unused[account] -= taken
        if left := missing - taken:
            since = _first(*(dispute.resolved_on for dispute in found))
            due_on, open_minor = first.item.due_on, first.item.open_minor
            yield _Resting(account, item, due_on, open_minor, left, awaited_minor=left, credit_since=since)


def _credited(company: Company, on: date, since: Mapping[int, date]) -> dict[int, int]:
    """By item, what credit notes settled of it from its day on."""
    standing = Allocation.objects.filter(
        company=company, debit_item__in=since, credit_item__document_type=CREDIT_NOTE,
        effective_on__lte=on, reverses__isnull=True, reversed_by__isnull=True,
    )  # fmt: skip
    sums: dict[int, int] = defaultdict(int)
    for item, effective_on, minor in standing.values_list("debit_item", "effective_on", "amount_minor"):
        if effective_on >= since[item]:
            sums[item] += minor
    return sums


def _unused(company: Company, since: Mapping[int, date]) -> dict[Account, int]:
    """By customer and currency, what is left of the credit notes issued from the customer's day on."""
    notes = OpenItem.objects.filter(
        company=company, customer__in=since, document_type=CREDIT_NOTE, open_minor__lt=0
    )
    sums: dict[Account, int] = defaultdict(int)
    for customer, currency, issued_on, left in notes.values_list(
        "customer", "currency", "issued_on", -F("open_minor")
    ):
        if issued_on >= since[customer]:
            sums[customer, currency] += left
    return sums
