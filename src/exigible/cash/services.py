"""The acts of the lettering desk: each is one transaction, and says so on the customer's timeline.

Two people may look at one payment: whoever comes second is told so, and nothing is double.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F

from exigible.cash import foreign, refunds, returns
from exigible.cash.answers import offer_again, others
from exigible.cash.deciding import policy_of
from exigible.cash.facts import payer_of
from exigible.cash.gains import with_gain
from exigible.cash.matching import Summary, match_company
from exigible.cash.models import CashPolicy, Match, PayerName, Refusal
from exigible.cash.posting import SOURCE, Entry, post, unletter
from exigible.cash.rules.facts import RemainderAs
from exigible.cash.rules.names import core_of
from exigible.kernel.errors import Refused, UserMistake
from exigible.kernel.money import to_decimal_string
from exigible.ledger.models import (
    BankLine,
    BankPosting,
    Company,
    Customer,
    ItemReversal,
    OpenItem,
    PayerAccount,
)
from exigible.ledger.services import lock_books
from exigible.timeline.services import record_event

__all__ = [
    "Summary",
    "accept",
    "change_policy",
    "give_back",
    "give_back_chosen",
    "letter",
    "match_company",
    "not_this_customer",
    "policy_of",
    "put_aside",
    "refund",
    "take_back",
    "undo",
]

give_back = returns.give_back
give_back_chosen = returns.give_back_chosen
refund = refunds.refund
DETAILED = "detailed"
"""A batch whose payments came one by one: see `intake.bank`."""


def _locked_line(line_id: int, company_id: int) -> BankLine:
    lock_books(company_id)
    return BankLine.objects.get(pk=line_id, company=company_id)


@transaction.atomic
def accept(*, company_id: int, line_id: int, by: int | None, rank: int = 0) -> None:
    """Post an explanation that was proposed for a line: the first one unless another `rank` is given.

    Raises Refused("already-lettered") where someone lettered the line meanwhile, Refused("items-changed")
    where its items are no longer open for as much.
    """
    line = _locked_line(line_id, company_id)
    match = Match.objects.filter(line=line).first()
    if match is None or rank >= len(match.explanations):
        raise UserMistake("no-proposal", "There is no such proposal for this payment.")
    chosen = match.explanations[rank]
    letter(
        company_id=company_id,
        line_id=line_id,
        customer_id=chosen["customer"],
        allocations=[(item, amount) for item, amount in chosen["allocations"]],
        remainder_minor=chosen["remainder_minor"],
        remainder_as=chosen["remainder_as"],
        by=by,
    )


@transaction.atomic
def letter(
    *,
    company_id: int,
    line_id: int,
    customer_id: int,
    allocations: Sequence[tuple[int, int]],
    by: int | None,
    remainder_minor: int = 0,
    remainder_as: RemainderAs = "",
    amount_minor: int | None = None,
    currency: str = "",
    worth_minor: int | None = None,
) -> None:
    """Letter a payment, or so much of it, with items chosen by a person; who paid is remembered.

    `allocations` are (item, amount): positive of a debit, negative of a credit deducted. A remainder that is
    an adjustment closes what lacks; what is paid beyond the items stays on account. Items in another
    `currency` than the payment's need what it is worth in theirs. "exchange" and "write_off" close what lacks
    and what is too much.
    """
    line = _locked_line(line_id, company_id)
    share = line.left_minor if amount_minor is None else amount_minor
    if line.set_aside or not 0 < share <= line.left_minor:
        raise Refused("already-lettered", "This payment was lettered or put aside by someone meanwhile.")
    items = OpenItem.objects.in_bulk([item for item, _ in allocations])
    chosen = [(_open_item(items, item, amount, company_id), amount) for item, amount in allocations]
    if currency in ("", line.currency):
        currency, worth_minor = "", None
    elif worth_minor is None or worth_minor <= 0:
        raise UserMistake("no-rate", "Say at which rate the payment is worth how much.")
    if remainder_as == "exchange" and not currency:
        raise UserMistake("no-exchange", "There is no exchange difference within one currency.")
    foreign.check_currency(line, [item for item, _ in chosen], customer_id, currency)
    entry = Entry(
        line,
        Customer.objects.get(pk=customer_id, company=company_id).pk,
        chosen,
        remainder_minor,
        remainder_as,
        amount_minor=share,
        currency=currency,
        worth_minor=worth_minor,
        by=by,
    )
    post([with_gain(entry)])
    _learn(line, customer_id, entry, by)
    _mark_posted(line, entry)


def _open_item(items: dict[int, OpenItem], item_id: int, amount: int, company_id: int) -> OpenItem:
    item = items.get(item_id)
    if item is None or item.company_id != company_id:
        raise UserMistake("unknown-item", "One of the items does not exist.")
    left = item.open_minor
    if not amount or (amount > 0) != (left > 0) or abs(amount) > abs(left):
        raise Refused(
            "items-changed",
            "{document} is open for {left} now: look at the payment again.",
            document=item.document_number,
            left=to_decimal_string(left, item.currency),
        )
    return item


def _learn(line: BankLine, customer_id: int, entry: Entry, by: int | None) -> None:
    """Remember who pays under this name and from this account, where the payment was for one customer."""
    customers = {item.customer_id for item, _ in entry.allocations} | {customer_id}
    if by is None or len(customers) > 1 or entry.amount_minor != line.amount_minor:
        return
    name = core_of(payer_of(line))
    if name:
        PayerName.objects.update_or_create(
            company_id=line.company_id,
            name=name[:140],
            customer_id=customer_id,
            defaults={"is_refused": False, "by_id": by},
        )
    known = PayerAccount.objects.filter(company=line.company_id, iban=line.payer_iban)
    if line.payer_iban and not known.exists():
        PayerAccount.objects.create(
            company_id=line.company_id,
            customer_id=customer_id,
            iban=line.payer_iban[:34],
            holder=line.payer_name,
        )


def _mark_posted(line: BankLine, entry: Entry) -> None:
    done = {
        "customer": entry.customer_id,
        "allocations": [[item.pk, amount] for item, amount in entry.allocations],
        "remainder_minor": entry.remainder_minor,
        "remainder_as": entry.remainder_as,
        "reasons": [{"code": "chosen", "params": {}}],
    } | ({"currency": entry.currency, "worth_minor": entry.worth_minor} if entry.currency else {})
    line.refresh_from_db(fields=["left_minor"])
    Match.objects.update_or_create(
        line=line,
        defaults={
            "company_id": line.company_id,
            "status": Match.Status.PROPOSED if line.left_minor else Match.Status.POSTED,
            "probability": 9999,
            "customer_id": entry.customer_id,
            "explanations": others(line) if line.left_minor else [done, *others(line, done)],
            "reasons": [],
            "by_id": entry.by,
        },
    )


@transaction.atomic
def undo(*, company_id: int, line_id: int, by: int | None, reason: str = "") -> None:
    """Undo all that a payment was lettered with: it is there to letter again, and is not proposed so again.

    What else was proposed for it is there at once, as far as it still holds.

    What the program or a person made for it (payment, adjustment) is reversed; a payment of the books stays,
    unlettered. Balances are again what they were before, from the payment's date on.
    """
    line = _locked_line(line_id, company_id)
    if line.amount_minor < 0:
        _undo_outgoing(line, by, reason)
        return
    undone = BankPosting.objects.filter(reverses__line=line).values("reverses")
    postings = list(
        BankPosting.objects.filter(line=line, reverses=None).exclude(pk__in=undone).select_related("item")
    )
    if not postings:
        raise Refused("nothing-to-undo", "Nothing is lettered with this payment.")
    made = list(OpenItem.objects.filter(adjustment__line=line, is_reversed=False))
    freed = unletter(line, by)
    own = [posting.item for posting in postings if posting.item.source == SOURCE] + made
    if (
        OpenItem.objects.filter(pk__in=[item.pk for item in own])
        .exclude(open_minor=F("amount_minor"))
        .exists()
    ):
        raise Refused("lettered-elsewhere", "This payment came back, or is lettered with something else too.")
    for item in own:
        ItemReversal.objects.create(
            company_id=company_id, item=item, effective_on=item.effective_on, reason=reason, by_id=by
        )
    refunds.unlink([posting for posting in postings if posting.item.source != SOURCE], by)
    for customer_id in {posting.item.customer_id for posting in postings}:
        items = sorted(item.pk for item in freed if item.customer_id == customer_id)
        if items:
            Refusal.objects.create(
                company_id=company_id, line=line, customer_id=customer_id, items=items, by_id=by
            )
        _tell_undone(line, customer_id, by, reason)
    offer_again(line, by=None)


def _undo_outgoing(line: BankLine, by: int | None, reason: str) -> None:
    """Undo a return, and what it had opened again is closed; or undo a refund."""
    match = Match.objects.filter(line=line).first()
    if match and any(one["code"] == "returned" for one in match.reasons):
        returns.undo_return(line, by, reason)
    else:
        refunds.undo_refund(line, by, reason)
        _tell_undone(line, match.customer_id if match else None, by, reason)
    offer_again(line, by_id=by)


def _tell_undone(line: BankLine, customer_id: int | None, by: int | None, reason: str) -> None:
    record_event(
        company_id=line.company_id,
        customer_id=customer_id,
        kind="lettering-undone",
        by=by,
        text=line.reference,
        data={
            "line": line.pk,
            "amount": to_decimal_string(line.amount_minor, line.currency),
            "currency": line.currency,
            "reason": reason,
        },
    )


@transaction.atomic
def not_this_customer(*, company_id: int, line_id: int, customer_id: int, by: int | None) -> None:
    """Say that the customer did not pay this line: neither it nor that name is proposed for it again."""
    line = _locked_line(line_id, company_id)
    Refusal.objects.create(company_id=company_id, line=line, customer_id=customer_id, by_id=by)
    name = core_of(payer_of(line))
    if name:
        PayerName.objects.update_or_create(
            company_id=company_id,
            name=name[:140],
            customer_id=customer_id,
            defaults={"is_refused": True, "by_id": by},
        )
    _drop_answers(line, customer_id)


def _drop_answers(line: BankLine, customer_id: int) -> None:
    """Show no answer any more that says it was this customer."""
    match = Match.objects.filter(line=line).first()
    if match is None:
        return
    match.explanations = [one for one in match.explanations if one["customer"] != customer_id]
    if match.customer_id == customer_id:
        match.customer_id = match.explanations[0]["customer"] if match.explanations else None
        match.probability = 0
        match.status = Match.Status.PROPOSED if match.explanations else Match.Status.UNMATCHED
    match.save()


@transaction.atomic
def put_aside(*, company_id: int, line_id: int, why: str, by: int | None) -> None:
    """Say that a line is not for a customer: `why` is "internal", "supplier", "bank" or "other"."""
    line = _locked_line(line_id, company_id)
    if line.left_minor != line.amount_minor and line.left_minor >= 0:  # of a return, the charges may be left
        raise Refused("already-lettered", "This payment was lettered or put aside by someone meanwhile.")
    BankLine.objects.filter(pk=line.pk).update(set_aside=why)
    _tell_line(line, "bank-line-put-aside", by, why)


@transaction.atomic
def take_back(*, company_id: int, line_id: int, by: int | None) -> None:
    """Bring a line that was put aside back among those to letter."""
    line = _locked_line(line_id, company_id)
    if line.set_aside == DETAILED:
        raise Refused(
            "batch-is-detailed", "The payments of this batch came one by one: letter these, not the whole."
        )
    BankLine.objects.filter(pk=line.pk).update(set_aside="")
    if line.amount_minor < 0:  # it is not put aside again by itself
        unmatched = {"company_id": company_id, "status": Match.Status.UNMATCHED, "probability": 0}
        Match.objects.get_or_create(line=line, defaults=unmatched)
    _tell_line(line, "bank-line-taken-back", by, line.set_aside)


def _tell_line(line: BankLine, kind: str, by: int | None, why: str) -> None:
    record_event(
        company_id=line.company_id,
        customer_id=None,
        kind=kind,
        by=by,
        text=line.reference,
        data={
            "line": line.pk,
            "amount": to_decimal_string(line.amount_minor, line.currency),
            "currency": line.currency,
            "why": why,
        },
    )


@transaction.atomic
def change_policy(*, company: Company, fields: Mapping[str, Any], by: int | None) -> CashPolicy:
    """Change how far the program may letter by itself; the company's history says what was changed."""
    lock_books(company.pk)
    before = policy_of(company)
    changes = {
        name: [_as_said(name, getattr(before, name), company), _as_said(name, value, company)]
        for name, value in fields.items()
        if getattr(before, name) != value
    }
    policy, _created = CashPolicy.objects.update_or_create(company=company, defaults=dict(fields))
    if changes:
        record_event(
            company_id=company.pk,
            customer_id=None,
            kind="cash-policy-changed",
            by=by,
            data={"changes": changes},
        )
    return policy


_DECIMALS = {"threshold": 2, "exchange_cap": 3, "withholding_rates": 3}
"""Of the percentages of a policy."""


def _as_said(name: str, value: Any, company: Company) -> str | bool:
    """A value of the policy as a history keeps it: amounts and percentages as decimal numbers."""
    if isinstance(value, bool):
        return value
    if name.endswith("_minor"):
        return f"{to_decimal_string(value, company.currency)} {company.currency}"
    if name not in _DECIMALS:
        return str(value)
    values = value if isinstance(value, list) else [value]
    return ", ".join(f"{Decimal(one).scaleb(-_DECIMALS[name]).normalize():f} %" for one in values)
