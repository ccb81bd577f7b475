"""What is written down of what customers undertake."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from exigible.kernel.errors import UserMistake
from exigible.kernel.money import to_decimal_string
from exigible.ledger.models import Company, Customer, OpenItem
from exigible.negotiation.models import Promise, PromiseItem, PromiseTerms
from exigible.timeline.services import record_event


@transaction.atomic
def make_promise(
    *,
    customer: Customer,
    amount_minor: int,
    currency: str,
    due_on: date,
    text: str = "",
    items: Collection[OpenItem] = (),
    replaces: Promise | None = None,
    by: int | None,
    happened_at: datetime | None = None,
) -> Promise:
    """Write down a promise to pay. What it covers is not claimed until it is due, and its break is told.

    `items` are those it names; without, it is for the oldest ones. `replaces` takes back an earlier one of
    the same customer. Raises UserMistake for an amount or a date that cannot be, and for items of another
    customer or currency.
    """
    made_on = timezone.localdate(happened_at)
    _verify(customer, amount_minor, currency, due_on, items, made_on)
    if replaces is not None:
        _take_back(replaces, customer, by, happened_at)
    promise = Promise.objects.create(
        company_id=customer.company_id, customer=customer, currency=currency, amount_minor=amount_minor,
        made_on=made_on, due_on=due_on, text=text.strip(), by_id=by,
    )  # fmt: skip
    PromiseItem.objects.bulk_create(
        PromiseItem(company_id=customer.company_id, promise=promise, item=item) for item in items
    )
    data = {"documents": [item.document_number for item in items]} if items else {}
    record_event(
        company_id=customer.company_id, customer_id=customer.pk, kind="promise", by=by, text=promise.text,
        data=_told(promise) | data, happened_at=happened_at,
    )  # fmt: skip
    return promise


def _verify(
    customer: Customer,
    amount_minor: int,
    currency: str,
    due_on: date,
    items: Collection[OpenItem],
    made_on: date,
) -> None:
    if amount_minor <= 0:
        raise UserMistake("promise-amount", "A promise is of an amount above zero.")
    if due_on < made_on:
        raise UserMistake("promise-in-the-past", "A promise is for today or later.")
    if any((item.customer_id, item.currency) != (customer.pk, currency) for item in items):
        raise UserMistake("promise-items", "A promise names due items of its customer, in its currency.")


@transaction.atomic
def withdraw_promise(*, promise: Promise, by: int | None) -> None:
    """Take a promise back: it covers nothing any more. Raises UserMistake if it was taken back already."""
    _take_back(promise, promise.customer, by)


def _take_back(
    promise: Promise, customer: Customer, by: int | None, happened_at: datetime | None = None
) -> None:
    standing = Promise.objects.filter(pk=promise.pk, customer=customer, withdrawn_on__isnull=True)
    if not standing.update(withdrawn_on=timezone.localdate(happened_at)):
        raise UserMistake("promise-withdrawn", "This promise was taken back already.")
    record_event(
        company_id=promise.company_id, customer_id=customer.pk, kind="promise-withdrawn", by=by,
        data=_told(promise), happened_at=happened_at,
    )  # fmt: skip


def _told(promise: Promise) -> dict[str, object]:
    return {
        "promise": promise.pk,
        "due_on": promise.due_on.isoformat(),
        "currency": promise.currency,
        "amount_minor": promise.amount_minor,
        "amount": to_decimal_string(promise.amount_minor, promise.currency),
    }


@transaction.atomic
def set_promise_terms(*, company: Company, kept_percent: int, grace_days: int, by: int | None) -> None:
    """Say when the company takes a promise for kept."""
    values = {"kept_percent": kept_percent, "grace_days": grace_days}
    PromiseTerms.objects.update_or_create(company=company, defaults=values)
    record_event(
        company_id=company.pk, customer_id=None, kind="promise-terms-changed", by=by, data=dict(values)
    )
