"""The acts of the ledger: each is one transaction and leaves one line on the timeline."""

from __future__ import annotations

from datetime import date, datetime

from django.core.validators import slug_re
from django.db import connection, transaction

from exigible.kernel.errors import Refused, UserMistake
from exigible.kernel.money import exponent, to_decimal_string
from exigible.ledger.models import Allocation, Company, Customer, ItemReversal, OpenItem
from exigible.timeline.services import record_event

# First segments of the site's own addresses.
RESERVED_CODES = {"keys", "find", "sign-in", "sign-out", "preferences", "static", "healthz"}


def lock_books(company_id: int) -> datetime:
    """Let this transaction alone write in a company's books, until it ends; gives the moment it will bear.

    Whoever comes second waits, and then sees what the first one did. Everything that one transaction writes
    becomes known at one moment, and the order of the moments is the order of the commits.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_lock_books(%s)", [company_id])
        return cursor.fetchone()[0]


@transaction.atomic
def add_company(*, code: str, name: str, country: str, currency: str, by: int | None) -> Company:
    """Open a company's books.

    Raises UserMistake for an unknown currency, and for a code that is taken or cannot stand in an address.
    """
    exponent(currency)
    if not slug_re.match(code) or code.lower() in RESERVED_CODES:
        raise UserMistake(
            "bad-company-code", "“{found}” cannot be a code: use letters and digits.", found=code
        )
    if Company.objects.filter(code=code).exists():
        raise UserMistake("company-exists", "A company has the code {found} already.", found=code)
    company = Company.objects.create(code=code, name=name, country=country, currency=currency)
    record_event(company_id=company.pk, customer_id=None, kind="company-added", by=by, text=name)
    return company


@transaction.atomic
def add_item(
    *,
    customer: Customer,
    document_type: str,
    document_number: str,
    issued_on: date,
    due_on: date,
    amount_minor: int,
    currency: str,
    by: int | None,
    effective_on: date | None = None,
    installment: int = 1,
    label: str = "",
) -> OpenItem:
    """Enter one due date of a document by hand: positive when the customer owes it, negative for a credit."""
    lock_books(customer.company_id)
    item = OpenItem.objects.create(
        company_id=customer.company_id,
        customer=customer,
        document_type=document_type,
        document_number=document_number,
        installment=installment,
        issued_on=issued_on,
        due_on=due_on,
        effective_on=effective_on or issued_on,
        currency=currency,
        amount_minor=amount_minor,
        label=label,
    )
    item.refresh_from_db(fields=["open_minor", "recorded_at"])
    _tell(item, "item-added", by, amount_minor)
    return item


@transaction.atomic
def allocate(
    *,
    debit_item: OpenItem,
    credit_item: OpenItem,
    amount_minor: int,
    by: int | None,
    effective_on: date | None = None,
    group_code: str = "",
) -> Allocation:
    """Letter so much of a credit against a debit, by default from the day on which both exist.

    Raises Refused("allocation-exceeds-open-amount") when, once the books are locked, either item has less
    left than asked.
    """
    lock_books(debit_item.company_id)
    debit_item.refresh_from_db()
    credit_item.refresh_from_db()
    left = min(debit_item.open_minor, -credit_item.open_minor)
    if not 0 < amount_minor <= left:
        raise Refused(
            "allocation-exceeds-open-amount",
            "{asked} is more than the {left} that is left to letter.",
            asked=to_decimal_string(amount_minor, debit_item.currency),
            left=to_decimal_string(max(left, 0), debit_item.currency),
        )
    allocation = Allocation.objects.create(
        company_id=debit_item.company_id,
        debit_item=debit_item,
        credit_item=credit_item,
        amount_minor=amount_minor,
        effective_on=effective_on or max(debit_item.effective_on, credit_item.effective_on),
        group_code=group_code,
        by_id=by,
    )
    _tell(debit_item, "allocated", by, amount_minor, credit=credit_item.document_number)
    return allocation


@transaction.atomic
def reverse_allocation(
    *, allocation: Allocation, by: int | None, effective_on: date | None = None, reason: str = ""
) -> Allocation:
    """Undo a lettering from a date on, by default as if it had never been; what was known before stays."""
    lock_books(allocation.company_id)
    if Allocation.objects.filter(reverses=allocation).exists():
        raise Refused("already-reversed", "This lettering was already undone.")
    reversal = Allocation.objects.create(
        company_id=allocation.company_id,
        debit_item_id=allocation.debit_item_id,
        credit_item_id=allocation.credit_item_id,
        amount_minor=allocation.amount_minor,
        effective_on=effective_on or allocation.effective_on,
        group_code=allocation.group_code,
        by_id=by,
        reverses=allocation,
    )
    _tell(allocation.debit_item, "allocation-reversed", by, allocation.amount_minor, reason=reason)
    return reversal


@transaction.atomic
def reverse_item(
    *, item: OpenItem, reason: str, by: int | None, effective_on: date | None = None
) -> ItemReversal:
    """Take back an item that should not have been, by default from its own date on.

    Raises Refused("item-is-allocated") while lettering stands on it.
    """
    lock_books(item.company_id)
    item.refresh_from_db()
    if item.open_minor != item.amount_minor:
        raise Refused(
            "item-is-allocated",
            "{document} is lettered: undo the lettering first.",
            document=item.document_number,
        )
    reversal = ItemReversal.objects.create(
        company_id=item.company_id,
        item=item,
        effective_on=effective_on or item.effective_on,
        reason=reason,
        by_id=by,
    )
    _tell(item, "item-reversed", by, item.amount_minor, reason=reason)
    return reversal


@transaction.atomic
def change_due_date(*, item: OpenItem, due_on: date, by: int | None, reason: str = "") -> None:
    """Give an item its true due date: from now on it ages by it; reports already issued stay as they were."""
    lock_books(item.company_id)
    before = item.due_on
    item.due_on, item.due_derived = due_on, False
    item.save(update_fields=["due_on", "due_derived"])
    _tell(item, "due-date-changed", by, item.amount_minor, before=before.isoformat(), reason=reason)


def _tell(item: OpenItem, kind: str, by: int | None, amount_minor: int, **data: object) -> None:
    record_event(
        company_id=item.company_id,
        customer_id=item.customer_id,
        kind=kind,
        by=by,
        text=item.document_number,
        data={
            "item": item.pk,
            "document": item.document_number,
            "due_on": item.due_on.isoformat(),
            "amount": to_decimal_string(amount_minor, item.currency),
            "currency": item.currency,
            **data,
        },
    )
