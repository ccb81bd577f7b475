"""A dispute is opened, and resolved: each in one act, and told on the customer's timeline."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from exigible.disputes.models import Dispute
from exigible.disputes.queries import contestable_minor
from exigible.kernel.errors import UserMistake
from exigible.kernel.money import to_decimal_string
from exigible.ledger.models import OpenItem
from exigible.ledger.services import lock_books
from exigible.timeline.services import record_event


@transaction.atomic
def open_dispute(
    *,
    item: OpenItem,
    amount_minor: int,
    reason: str,
    text: str = "",
    owner: int | None = None,
    answer_by: date | None = None,
    by: int | None,
) -> Dispute:
    """Write down that a customer contests an amount of an item: it is not claimed until that is resolved.

    Raises UserMistake for more than is left of the item and not contested yet, or an answer due in the past.
    """
    lock_books(item.company_id)
    today, left = timezone.localdate(), contestable_minor(item)
    if not 0 < amount_minor <= left:
        raise UserMistake(
            "dispute-amount",
            "Of this due item at most {left} can be contested.",
            left=to_decimal_string(left, item.currency),
        )
    if reason not in Dispute.Reason:
        raise UserMistake("dispute-reason", "Say what is contested.", found=reason)
    if answer_by is not None and answer_by < today:
        raise UserMistake("dispute-in-the-past", "The answer is due today or later.")
    dispute = Dispute.objects.create(
        company_id=item.company_id, customer_id=item.customer_id, item=item, amount_minor=amount_minor,
        reason=reason, text=text.strip(), owner_id=owner, opened_on=today, answer_by=answer_by, by_id=by,
    )  # fmt: skip
    _tell("dispute-opened", dispute, item, text=dispute.text, by=by)
    return dispute


@transaction.atomic
def resolve_dispute(*, dispute: Dispute, outcome: str, text: str = "", by: int | None) -> None:
    """Say how a dispute ended; what is owed after all is claimed again from now on.

    One found right may end otherwise as long as its credit note has not come. Raises
    UserMistake("dispute-resolved") when someone else was first.
    """
    if outcome not in Dispute.Outcome:
        raise UserMistake("dispute-outcome", "Say how the dispute ended.", found=outcome)
    unsettled = Q(resolved_on__isnull=True) | Q(outcome=Dispute.Outcome.CREDIT) & ~Q(outcome=outcome)
    changed = Dispute.objects.filter(unsettled, pk=dispute.pk).update(
        resolved_on=timezone.localdate(), outcome=outcome, resolved_by_id=by
    )
    if not changed:
        raise UserMistake("dispute-resolved", "This dispute was resolved already.")
    dispute.refresh_from_db()
    _tell("dispute-resolved", dispute, dispute.item, text=text.strip(), by=by)


def _tell(kind: str, dispute: Dispute, item: OpenItem, *, text: str, by: int | None) -> None:
    record_event(
        company_id=dispute.company_id, customer_id=dispute.customer_id, kind=kind, by=by, text=text,
        data={
            "dispute": dispute.pk,
            "document": item.document_number,
            "reason": dispute.reason,
            "outcome": dispute.outcome,
            "currency": item.currency,
            "amount": to_decimal_string(dispute.amount_minor, item.currency),
        },
    )  # fmt: skip
