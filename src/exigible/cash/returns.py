"""Payments that come back: a returned debit, a bounced cheque, a transfer recalled.

What the payment had closed is open again from the day of the return on; before that day all stays as it was.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from exigible.cash.models import Match
from exigible.cash.posting import unletter
from exigible.kernel.money import to_decimal_string
from exigible.ledger.models import Allocation, BankLine, BankPosting, Company, ItemReversal, OpenItem
from exigible.ledger.services import lock_books
from exigible.timeline.services import record_event

_LONGEST: Final = timedelta(days=400)
"""A debit may be refused for thirteen months (SEPA Direct Debit Core rulebook, 4.3.4)."""


def undo_returned(company: Company, lines: Collection[int] | None = None) -> int:
    """Undo what the returned lines give back, where that is certain; gives how many were."""
    found = BankLine.objects.filter(company=company, left_minor__lt=0, is_return=True, set_aside="")
    if lines is not None:
        found = found.filter(pk__in=lines)
    done = 0
    for pk in found.order_by("booked_on", "pk").values_list("pk", flat=True):
        with transaction.atomic():
            lock_books(company.pk)
            returned = BankLine.objects.get(pk=pk)
            original = original_of(returned)
            if original is not None and returned.left_minor == returned.amount_minor:
                give_back(returned, original, by=None)
                done += 1
    return done


def original_of(returned: BankLine) -> BankLine | None:
    """The earlier line of that amount which is given back, by the references of either; None if unsure."""
    earlier = BankLine.objects.filter(
        company=returned.company_id,
        account=returned.account_id,
        amount_minor=-returned.amount_minor,
        booked_on__range=(returned.booked_on - _LONGEST, returned.booked_on),
        left_minor=0,
    ).exclude(pk__in=_given_back(returned.company_id))
    wanted = {returned.returned_reference, returned.end_to_end} - {""}
    mandates = {returned.mandate} - {""}
    by_reference = [
        line for line in earlier if wanted & {line.reference, line.end_to_end} or line.mandate in mandates
    ]
    if wanted or mandates:
        return by_reference[0] if len(by_reference) == 1 else None
    same_payer = [line for line in earlier if returned.payer_iban and line.payer_iban == returned.payer_iban]
    return same_payer[0] if len(same_payer) == 1 else None


def _given_back(company_id: int) -> QuerySet[BankPosting, int]:
    """Lines whose payment came back already: it settles the item of a return."""
    returned = BankPosting.objects.filter(company=company_id, amount_minor__lt=0).values("item")
    settled = Allocation.objects.filter(debit_item__in=returned, reverses=None, reversed_by=None)
    return BankPosting.objects.filter(
        company=company_id, item__in=settled.values("credit_item"), reverses=None
    ).values_list("line", flat=True)


@transaction.atomic
def give_back(returned: BankLine, original: BankLine, *, by: int | None) -> None:
    """Re-open from the day of the return what the payment had closed; the return is an item of its own."""
    lock_books(returned.company_id)
    undone = BankPosting.objects.filter(reverses__line=original).values("reverses")
    postings = BankPosting.objects.filter(line=original, reverses=None).exclude(pk__in=undone)
    for posting in postings.select_related("item"):
        payment = posting.item
        unletter(original, by, credits_only=[payment], from_day=returned.booked_on)
        _return_item(payment, posting.amount_minor, returned, by)
        record_event(
            company_id=returned.company_id,
            customer_id=payment.customer_id,
            kind="payment-returned",
            by=by,
            text=payment.document_number,
            data={
                "line": returned.pk,
                "amount": to_decimal_string(posting.amount_minor, payment.currency),
                "currency": payment.currency,
                "reason": returned.return_reason,
            },
        )
    _take_back_adjustments(original, returned, by)
    Match.objects.update_or_create(
        line=returned,
        defaults={
            "company_id": returned.company_id,
            "status": Match.Status.POSTED,
            "probability": 9999,
            "explanations": [],
            "reasons": [{"code": "returned", "params": {"reference": original.reference}}],
            "by_id": by,
            "made_at": timezone.now(),
        },
    )


def _take_back_adjustments(original: BankLine, returned: BankLine, by: int | None) -> None:
    """What had been waived for a payment that came back is owed again."""
    adjustments = list(OpenItem.objects.filter(adjustment__line=original, is_reversed=False))
    unletter(original, by, credits_only=adjustments, from_day=returned.booked_on)
    for item in adjustments:
        ItemReversal.objects.create(
            company_id=item.company_id,
            item=item,
            effective_on=max(item.effective_on, returned.booked_on),
            reason="returned",
            by_id=by,
        )


def _return_item(payment: OpenItem, amount_minor: int, returned: BankLine, by: int | None) -> None:
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
        source="bank",
    )
    BankPosting.objects.create(
        company_id=payment.company_id, line=returned, item=item, amount_minor=-amount_minor, by_id=by
    )
    Allocation.objects.create(
        company_id=payment.company_id,
        debit_item=item,
        credit_item=payment,
        amount_minor=amount_minor,
        effective_on=returned.booked_on,
        source="bank",
        by_id=by,
    )
