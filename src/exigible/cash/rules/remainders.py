"""What lacks between the items and the payment: a discount, bank charges, tax kept back, cents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from exigible.cash.rules.facts import Claim, Policy, Reason, Receipt, RemainderAs

_PERCENT: Final = 100_000
"""Rates are in thousandths of a percent."""

_CHARGES_AT_MOST: Final = 10
"""Charges that nobody told take at most a tenth of the payment."""

Adjustment = tuple[RemainderAs, float, Reason]
"""What the difference is, how usual that is against a payment in full, and why it is thought so."""


def share_of(amount_minor: int, rate: int) -> int:
    """That many thousandths of a percent of the amount, rounded half away from zero."""
    whole, rest = divmod(abs(amount_minor) * rate, _PERCENT)
    rounded = whole + (1 if 2 * rest >= _PERCENT else 0)
    return rounded if amount_minor >= 0 else -rounded


def discount_of(claims: Sequence[Claim], receipt: Receipt, policy: Policy) -> int | None:
    """The early-payment discount on all of these items; None where one was paid too late for it."""
    total = 0
    for claim in claims:
        until = claim.discount_until
        if claim.open_minor < 0:
            total += share_of(claim.open_minor, claim.discount_percent)
        elif (
            not claim.discount_percent
            or until is None
            or receipt.day > until + timedelta(days=policy.discount_grace_days)
        ):
            return None
        else:
            total += share_of(claim.open_minor, claim.discount_percent)
    return total or None


def adjustments(
    claims: Sequence[Claim], short: int, receipt: Receipt, policy: Policy
) -> Iterator[Adjustment]:
    """What could have taken `short` (positive) from the payment of these items."""
    most_charges = min(policy.charge_cap_minor, receipt.amount_minor // _CHARGES_AT_MOST)
    if receipt.instructed_minor == receipt.amount_minor + short or receipt.charges_minor == short:
        yield "charge", 0.8, Reason("charges-told", {"amount": short})
    elif policy.small_difference_minor < short <= most_charges and not short % 5:
        yield "charge", 0.001, Reason("charges-likely", {"amount": short})
    discount = discount_of(claims, receipt, policy)
    if discount is not None and abs(discount - short) <= len(claims):
        yield "discount", 0.4, Reason("discount", {"amount": short})
    gross = sum(claim.open_minor for claim in claims)
    for rate in policy.withholding_rates:
        if abs(share_of(gross, rate) - short) <= 1:
            yield "withholding", 0.2, Reason("withholding", {"rate": rate, "amount": short})
    if short <= policy.small_difference_minor:
        yield "write_off", 0.02, Reason("small-difference", {"amount": short})
