"""What is made of a bank line, on facts that were read before; nothing is written here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from exigible.cash import booked
from exigible.cash.advised import read_advised
from exigible.cash.facts import Facts, discounts_of, read_claims, read_refusals, receipt_of
from exigible.cash.models import CashPolicy
from exigible.cash.rows import among
from exigible.cash.rules.explain import explain
from exigible.cash.rules.facts import Explanation, Outcome, Payer, Policy, Reason
from exigible.cash.rules.facts import Status as Status_
from exigible.ledger.models import BankLine, Company, Customer, OpenItem


def policy_of(company: Company) -> CashPolicy:
    """The company's own, else the one that every company begins with."""
    return CashPolicy.objects.filter(company=company).first() or CashPolicy(company=company)


def pending(company: Company, lines: Collection[int] | None) -> Any:
    """The lines, or those of `lines`, of which something is left to letter, in the order of the bank."""
    found = BankLine.objects.filter(company=company, left_minor__gt=0, set_aside="")
    if lines is not None:
        found = found.filter(pk__in=among(lines))
    return found.order_by("booked_on", "pk")


def decide(
    line: BankLine, payment: OpenItem | None, facts: Facts, policy: CashPolicy, until: date | None
) -> Outcome:
    """What is made of a line; where the books hold the payment already, of what is unlettered of it.

    `until` is the day up to which the books hold all payments: a line before it that they do not hold waits.
    """
    payers = facts.payers[line.pk]
    receipt = receipt_of(line, facts.advised.get(line.pk))
    if payment is not None:
        payers = [Payer(payment.customer_id, is_given=True)]
        receipt = replace(receipt, amount_minor=-payment.open_minor)
        facts.settle(payment.customer_id, payment.currency, {payment.pk: payment.open_minor})
    if not receipt.amount_minor:
        return Outcome(line.pk, "unmatched", 0)
    outcome = explain(
        receipt,
        facts.claims_of(payers, line.currency),
        payers,
        _rules(policy),
        closed=facts.closed.get(line.pk, ()),
        refused=facts.refused.get(line.pk, frozenset()),
    )
    if payment is None and until and line.booked_on < until - timedelta(days=booked.DAYS_APART):
        return held(outcome, Reason("books-go-further", {"day": until.isoformat()}))
    return outcome


def answer_for(line: BankLine, customer: Customer) -> Explanation | None:
    """What the line pays if it is this customer's, as a person says; None where nothing or several agree."""
    company, facts = line.company, Facts()
    facts.payers[line.pk] = [Payer(customer.pk, is_given=True)]
    facts.refused, facts.advised = read_refusals([line]), read_advised([line])
    terms = discounts_of(company, [(customer.pk, customer.discount_terms)])
    read_claims(company, [customer.pk], terms, facts)
    outcome = decide(line, None, facts, policy_of(company), until=None)
    found = outcome.explanations[0] if outcome.explanations else None
    return found if found and found.allocations and outcome.status in ("posted", "proposed") else None


def explanation_json(one: Explanation) -> dict[str, Any]:
    """As it is kept with the line, and read by the desk."""
    return {
        "customer": one.customer_id,
        "allocations": [list(pair) for pair in one.allocations],
        "remainder_minor": one.remainder_minor,
        "remainder_as": one.remainder_as,
        "reasons": reasons_json(one.reasons),
    }


def reasons_json(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """As they are kept."""
    return [{"code": reason.code, "params": dict(reason.params)} for reason in reasons]


def _rules(policy: CashPolicy) -> Policy:
    return Policy(
        policy.threshold,
        policy.small_difference_minor,
        policy.charge_cap_minor,
        policy.discount_grace_days,
        tuple(policy.withholding_rates),
        policy.posts_alone,
    )


def held(outcome: Outcome, why: Reason) -> Outcome:
    """The same, waiting for a person."""
    status: Status_ = "proposed" if outcome.status == "posted" else outcome.status
    return outcome._replace(status=status, reasons=(*outcome.reasons, why))


def settle(explanation: Explanation, payers: Iterable[Payer], currency: str, facts: Facts) -> None:
    """What a line that one of these paid is decided to settle is no more there for those that follow."""
    taken = dict(explanation.allocations)
    for payer in payers:
        facts.settle(payer.customer_id, currency, taken)
