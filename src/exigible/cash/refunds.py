"""Money given back to a customer: what went out settles its credit notes and what it had paid too much.

The rules are those of payments, seen in a mirror: the refund is what is paid, the credits are what is owed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import F, Max, QuerySet

from exigible.cash import booked
from exigible.cash.answers import others
from exigible.cash.facts import Facts, receipt_of
from exigible.cash.models import Match, Refusal
from exigible.cash.posting import SOURCE, bank_item, group_code, reverse_allocations
from exigible.cash.rules.explain import explain
from exigible.cash.rules.facts import Claim, Explanation, Outcome, Policy, RemainderAs
from exigible.kernel.errors import Refused, UserMistake
from exigible.kernel.money import to_decimal_string
from exigible.ledger.models import (
    Allocation,
    BankLine,
    BankPosting,
    Company,
    Customer,
    ItemReversal,
    OpenItem,
)
from exigible.ledger.services import lock_books
from exigible.timeline.services import record_event

_ASKS: Final = Policy(posts_alone=False, small_difference_minor=0, charge_cap_minor=0)
"""A refund is never lettered without a person: money that goes out is not told from other payments surely."""


def refunds_of(company: Company, lines: Collection[int] | None) -> QuerySet[BankLine]:
    """What went out, is no return, and is not said to be for someone else."""
    found = BankLine.objects.filter(company=company, left_minor__lt=0, is_return=False, set_aside="")
    return found if lines is None else found.filter(pk__in=lines)


def explain_refund(line: BankLine, facts: Facts) -> Outcome:
    """Which credits a refund gives back; amounts of the answer have the sign of the items."""
    payers = facts.payers[line.pk]
    receipt = replace(
        receipt_of(line), amount_minor=-line.left_minor, charges_minor=None, instructed_minor=None
    )
    credit = [claim for claim in facts.claims_of(payers, line.currency) if claim.open_minor < 0]
    mirrored = [_mirrored(claim) for claim in credit]
    found = explain(receipt, mirrored, payers, _ASKS, refused=facts.refused.get(line.pk, frozenset()))
    return found._replace(
        explanations=tuple(_as_it_is(one) for one in found.explanations),
        reasons=tuple(reason for reason in found.reasons if reason.code != "asks-always"),
    )


def _mirrored(claim: Claim) -> Claim:
    return claim._replace(open_minor=-claim.open_minor, amount_minor=-claim.amount_minor, discount_percent=0)


def _as_it_is(one: Explanation) -> Explanation:
    return one._replace(allocations=tuple((item, -amount) for item, amount in one.allocations))


@transaction.atomic
def refund(
    *,
    company_id: int,
    line_id: int,
    customer_id: int,
    allocations: Sequence[tuple[int, int]],
    by: int | None,
    remainder_as: RemainderAs = "",
) -> None:
    """Letter money that went out with credits of the customer, each (item, negative amount).

    What is given back beyond these is owed by the customer (`remainder_as` "on_account"). Raises
    Refused("already-lettered"), Refused("items-changed"), Refused("entry-does-not-add-up").
    """
    lock_books(company_id)
    line = BankLine.objects.get(pk=line_id, company=company_id)
    if line.set_aside or line.left_minor >= 0:
        raise Refused("already-lettered", "This payment was lettered or put aside by someone meanwhile.")
    credits_ = _open_credits(allocations, company_id)
    beyond = sum(amount for _, amount in credits_) - line.left_minor
    if beyond < 0 or (beyond and remainder_as != "on_account"):
        raise Refused(
            "entry-does-not-add-up",
            "The items, less the adjustment, come to {used}; the payment is {share}.",
            used=to_decimal_string(-line.left_minor - beyond, line.currency),
            share=to_decimal_string(-line.left_minor, line.currency),
        )
    customer = Customer.objects.get(pk=customer_id, company=company_id)
    item = _refund_item(line, customer, by)
    _settle(line, item, credits_, by)
    _tell(line, customer, credits_, by)
    _mark(line, customer, credits_, beyond, by)


def _open_credits(allocations: Sequence[tuple[int, int]], company_id: int) -> list[tuple[OpenItem, int]]:
    items = OpenItem.objects.filter(company=company_id).in_bulk([item for item, _ in allocations])
    found = []
    for pk, amount in allocations:
        item = items.get(pk)
        if item is None:
            raise UserMistake("unknown-item", "One of the items does not exist.")
        if not item.open_minor <= amount < 0:
            raise Refused(
                "items-changed",
                "{document} is open for {left} now: look at the payment again.",
                document=item.document_number,
                left=to_decimal_string(item.open_minor, item.currency),
            )
        found.append((item, amount))
    return found


def _refund_item(line: BankLine, customer: Customer, by: int | None) -> OpenItem:
    """The refund as an item: that of the books where they have it already, and nothing else settled it."""
    held = booked.outgoing(line, customer.pk, -line.left_minor, line.currency)
    item = held if held and held.open_minor == held.amount_minor else None
    if item is None:
        item = bank_item(line, customer.pk, -line.left_minor)
        item.save()
    BankPosting.objects.create(
        company_id=line.company_id, line=line, item=item, amount_minor=line.left_minor, by_id=by
    )
    return item


def _settle(line: BankLine, item: OpenItem, credits_: Sequence[tuple[OpenItem, int]], by: int | None) -> None:
    free_from = _free_from([credit for credit, _ in credits_])
    Allocation.objects.bulk_create(
        Allocation(
            company_id=line.company_id,
            debit_item=item,
            credit_item=credit,
            amount_minor=-amount,
            effective_on=max(line.booked_on, credit.effective_on, free_from.get(credit.pk, line.booked_on)),
            group_code=group_code(line),
            source=SOURCE,
            by_id=by,
        )
        for credit, amount in credits_
    )


def _free_from(credits_: Sequence[OpenItem]) -> dict[int, date]:
    """Credits that were used until a day after, by a lettering that was undone from then on."""
    freed = Allocation.objects.filter(
        credit_item__in=credits_, effective_on__gt=F("reverses__effective_on")
    ).values_list("credit_item")
    return dict(freed.annotate(day=Max("effective_on")))


def _tell(
    line: BankLine, customer: Customer, credits_: Sequence[tuple[OpenItem, int]], by: int | None
) -> None:
    record_event(
        company_id=line.company_id,
        customer_id=customer.pk,
        kind="payment-refunded",
        by=by,
        text=line.reference,
        data={
            "line": line.pk,
            "amount": to_decimal_string(-line.left_minor, line.currency),
            "currency": line.currency,
            "documents": [
                {"document": item.document_number, "amount": to_decimal_string(amount, line.currency)}
                for item, amount in credits_
            ],
        },
    )


def _mark(
    line: BankLine,
    customer: Customer,
    credits_: Sequence[tuple[OpenItem, int]],
    beyond: int,
    by: int | None,
) -> None:
    done = {
        "customer": customer.pk,
        "allocations": [[item.pk, amount] for item, amount in credits_],
        "remainder_minor": beyond,
        "remainder_as": "on_account" if beyond else "",
        "reasons": [{"code": "chosen", "params": {}}],
    }
    Match.objects.update_or_create(
        line=line,
        defaults={
            "company_id": line.company_id,
            "status": Match.Status.POSTED,
            "probability": 9999,
            "customer": customer,
            "explanations": [done, *others(line, done)],
            "reasons": [],
            "by_id": by,
        },
    )


def undo_refund(line: BankLine, by: int | None, reason: str = "") -> None:
    """Undo what a refund was lettered with; the caller holds the books' lock."""
    postings = standing_postings(line)
    if not postings:
        raise Refused("nothing-to-undo", "Nothing is lettered with this payment.")
    item = postings[0].item
    standing = list(
        Allocation.objects.filter(
            debit_item=item, group_code=group_code(line), reverses=None, reversed_by=None
        )
    )
    reverse_allocations(standing, by)
    take_out(postings, by, reason)
    credits_ = sorted(allocation.credit_item_id for allocation in standing)
    if credits_:
        Refusal.objects.create(
            company_id=line.company_id, line=line, customer_id=item.customer_id, items=credits_, by_id=by
        )


def standing_postings(line: BankLine) -> list[BankPosting]:
    """The postings of a line that nobody undid."""
    undone = BankPosting.objects.filter(reverses__line=line).values("reverses")
    found = BankPosting.objects.filter(line=line, reverses=None).exclude(pk__in=undone)
    return list(found.select_related("item"))


def unlink(postings: Sequence[BankPosting], by: int | None) -> None:
    """Say that these payments of the books are not the line."""
    BankPosting.objects.bulk_create(
        BankPosting(
            company_id=posting.company_id,
            line_id=posting.line_id,
            item_id=posting.item_id,
            amount_minor=posting.amount_minor,
            by_id=by,
            reverses=posting,
        )
        for posting in postings
    )


def take_out(postings: Sequence[BankPosting], by: int | None, reason: str) -> None:
    """Reverse the items that were made for these postings; those of the books stay, and are the line no more.

    Raises Refused("lettered-elsewhere") where something else settles one that was made.
    """
    for posting in postings:
        item = OpenItem.objects.get(pk=posting.item_id)
        if item.source != SOURCE:
            unlink([posting], by)
        elif item.open_minor != item.amount_minor:
            raise Refused(
                "lettered-elsewhere", "This payment came back, or is lettered with something else too."
            )
        else:
            ItemReversal.objects.create(
                company_id=item.company_id, item=item, effective_on=item.effective_on, reason=reason, by_id=by
            )
