"""Payments that come back: a returned debit, a bounced cheque, a transfer recalled.

What the payment had closed is open again from the day of the return on; before that day all stays as it was.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from exigible.cash import booked
from exigible.cash.models import Adjustment, Match
from exigible.cash.originals import Original, original_of, still_given
from exigible.cash.posting import SOURCE, group_code, reverse_allocations, unletter
from exigible.cash.refunds import standing_postings, take_out
from exigible.kernel.errors import Refused
from exigible.kernel.money import to_decimal_string
from exigible.ledger.models import Allocation, BankLine, BankPosting, Company, ItemReversal, OpenItem
from exigible.ledger.services import lock_books
from exigible.timeline.services import record_event


def undo_returned(company: Company, lines: Collection[int] | None = None) -> int:
    """Undo what the returned lines give back, where that is certain; gives how many were."""
    found = BankLine.objects.filter(company=company, left_minor__lt=0, is_return=True, set_aside="")
    found = found.filter(match__by=None)  # what a person undid is placed by a person
    if lines is not None:
        found = found.filter(pk__in=lines)
    done = 0
    for pk in found.order_by("booked_on", "pk").values_list("pk", flat=True):
        with transaction.atomic():
            lock_books(company.pk)
            returned = BankLine.objects.get(pk=pk)
            original = original_of(returned)
            if original is not None and returned.left_minor == returned.amount_minor:
                give_back(returned, Original(original), by=None)
                done += 1
    return done


@transaction.atomic
def give_back_chosen(
    *, company_id: int, line_id: int, original_id: int, share_id: int | None = None, by: int | None
) -> None:
    """Say which payment, or which share of one, a line gives back.

    Raises Refused where either is no longer what it was.
    """
    lock_books(company_id)
    returned = BankLine.objects.get(pk=line_id, company=company_id)
    line = BankLine.objects.filter(pk=original_id, company=company_id, amount_minor__gt=0).first()
    if returned.set_aside or returned.left_minor >= 0:
        raise Refused("already-lettered", "This payment was lettered or put aside by someone meanwhile.")
    original = None if line is None else still_given(line, share_id)
    if (
        original is None
        or original.line.account_id != returned.account_id
        or original.amount_minor > -returned.left_minor
    ):
        raise Refused("not-to-give-back", "That payment is no longer one that can have come back.")
    give_back(returned, original, by=by)


def undo_return(returned: BankLine, by: int | None, reason: str = "") -> None:
    """Undo what was said that a line gave back; the caller holds the books' lock.

    From the day of the return on, what the payment had closed is closed with it again, as far as nothing else
    has settled it meanwhile; what it had then waived is waived again. Every balance is what it was before.
    """
    postings = standing_postings(returned)
    if not postings:
        raise Refused("nothing-to-undo", "Nothing is lettered with this payment.")
    items = [posting.item for posting in postings]
    standing = Allocation.objects.filter(debit_item__in=items, source=SOURCE, reverses=None, reversed_by=None)
    payments = {allocation.credit_item_id for allocation in standing}
    moments = {posting.recorded_at for posting in postings}
    reverse_allocations(list(standing), by)
    take_out(postings, by, reason)
    for item in items:
        _tell("return-undone", item.customer_id, item, returned, by)
    originals = BankLine.objects.filter(postings__item__in=payments, amount_minor__gt=0).distinct()
    for original in originals:
        _letter_again(original, returned, moments, by)


def _letter_again(
    original: BankLine, returned: BankLine, moments: Collection[datetime], by: int | None
) -> None:
    """Put back the lettering of a payment that its return, known since `moments`, had undone."""
    undone = Allocation.objects.filter(
        company=original.company_id,
        group_code=group_code(original),
        reverses__isnull=False,
        recorded_at__in=moments,
        effective_on__gte=returned.booked_on,
    )
    again: dict[int, OpenItem] = {}
    for one in undone.select_related("debit_item", "credit_item"):
        credit = OpenItem.objects.get(pk=one.credit_item_id)
        if credit.is_reversed:
            credit = again.get(credit.pk) or _waive_again(credit, returned, by)
            again[one.credit_item_id] = credit
            credit.refresh_from_db()
        debit = OpenItem.objects.get(pk=one.debit_item_id)
        amount = min(one.amount_minor, debit.open_minor, -credit.open_minor)
        if amount > 0:
            Allocation.objects.create(
                company_id=one.company_id,
                debit_item=debit,
                credit_item=credit,
                amount_minor=amount,
                effective_on=one.effective_on,
                group_code=one.group_code,
                source=one.source,
                by_id=by,
            )


def _waive_again(waived: OpenItem, returned: BankLine, by: int | None) -> OpenItem:
    before = Adjustment.objects.get(item=waived)
    item = OpenItem.objects.create(
        company_id=waived.company_id,
        customer_id=waived.customer_id,
        document_type=waived.document_type,
        document_number=waived.document_number,
        issued_on=returned.booked_on,
        due_on=returned.booked_on,
        effective_on=returned.booked_on,
        currency=waived.currency,
        amount_minor=waived.amount_minor,
        label=waived.label,
        source=waived.source,
    )
    Adjustment.objects.create(
        company_id=waived.company_id,
        item=item,
        line_id=before.line_id,
        kind=before.kind,
        made_on=timezone.localdate(),
        by_id=by,
    )
    return item


def _tell(kind: str, customer_id: int, item: OpenItem, returned: BankLine, by: int | None) -> None:
    """A line on the customer's timeline; `item` is the payment that came back, or its return."""
    record_event(
        company_id=returned.company_id,
        customer_id=customer_id,
        kind=kind,
        by=by,
        text=item.document_number,
        data={
            "line": returned.pk,
            "amount": to_decimal_string(abs(item.amount_minor), item.currency),
            "currency": item.currency,
            "reason": returned.return_reason,
        },
    )


@transaction.atomic
def give_back(returned: BankLine, original: Original, *, by: int | None) -> None:
    """Re-open from the day of the return what the payment had closed; the return is an item of its own."""
    lock_books(returned.company_id)
    line = original.line
    postings = [original.share] if original.share else standing_postings(line)
    for posting in postings:
        payment = posting.item
        unletter(line, by, credits_only=[payment], from_day=returned.booked_on)
        _return_item(payment, posting, returned, by)
        _tell("payment-returned", payment.customer_id, payment, returned, by)
    _take_back_adjustments(original, returned, by)
    Match.objects.update_or_create(
        line=returned,
        defaults={
            "company_id": returned.company_id,
            "status": Match.Status.POSTED,
            "probability": 9999,
            "explanations": [],
            "reasons": [{"code": "returned", "params": {"reference": line.reference}}],
            "by_id": by,
            "made_at": timezone.now(),
        },
    )


def _take_back_adjustments(original: Original, returned: BankLine, by: int | None) -> None:
    """What had been waived for a payment that came back is owed again."""
    waived = OpenItem.objects.filter(adjustment__line=original.line, is_reversed=False)
    if original.share:  # what was waived on the items that this share had paid
        paid = Allocation.objects.filter(credit_item=original.share.item).values("debit_item")
        waived = waived.filter(pk__in=Allocation.objects.filter(debit_item__in=paid).values("credit_item"))
    adjustments = list(waived)
    unletter(original.line, by, credits_only=adjustments, from_day=returned.booked_on)
    for item in adjustments:
        ItemReversal.objects.create(
            company_id=item.company_id,
            item=item,
            effective_on=max(item.effective_on, returned.booked_on),
            reason="returned",
            by_id=by,
        )


def _return_item(payment: OpenItem, posting: BankPosting, returned: BankLine, by: int | None) -> None:
    """The return as an item, which the payment settles: that of the books where they have it already."""
    is_foreign = payment.currency != returned.currency  # then the payment has what it was worth
    amount_minor = -payment.amount_minor if is_foreign else posting.amount_minor
    item = booked.outgoing(returned, payment.customer_id, amount_minor, payment.currency)
    if item is None:
        item = OpenItem.objects.create(
            company_id=payment.company_id,
            customer_id=payment.customer_id,
            document_type=OpenItem.DocumentType.PAYMENT,
            document_number=returned.reference[:80],
            issued_on=returned.booked_on,
            due_on=returned.booked_on,
            effective_on=returned.booked_on,
            currency=payment.currency,
            amount_minor=amount_minor,
            open_minor=amount_minor,
            label=returned.return_reason[:200],
            reference=payment.document_number,
            source=SOURCE,
        )
    BankPosting.objects.create(
        company_id=payment.company_id, line=returned, item=item, amount_minor=-posting.amount_minor, by_id=by
    )
    payment.refresh_from_db(fields=["open_minor"])
    part = min(item.open_minor, -payment.open_minor)
    if part:
        Allocation.objects.create(
            company_id=payment.company_id,
            debit_item=item,
            credit_item=payment,
            amount_minor=part,
            effective_on=max(returned.booked_on, item.effective_on),
            source=SOURCE,
            by_id=by,
        )
