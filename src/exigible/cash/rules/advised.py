"""The documents that a payer lists, as ways in which a payment makes sense.

What the bank passes on counts where it adds up. A list that a person attached counts also where it does not:
then the difference is told, and stays open, goes on account or is an adjustment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from exigible.cash.rules.facts import Claim, Explanation, Policy, Reason, Receipt, RemainderAs
from exigible.cash.rules.remainders import adjustments

_MISSING: Final = 0.1
"""Documents of the list that are not known here make up the difference."""
_DIFFERS: Final = 2e-5
"""The list does not add up to the payment, and nothing tells why."""
_TOLD: Final = 0.8

Taken = list[tuple[int, int]]


def as_advised(
    customer_id: int, claims: Sequence[Claim], receipt: Receipt, policy: Policy
) -> Iterator[Explanation]:
    """The documents listed with the payment, for the amounts that it says."""
    by_number: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_number[claim.number].append(claim)
    if receipt.is_attached:
        yield from _attached(customer_id, by_number, receipt, policy)
        return
    taken: Taken = []
    for number, amount in receipt.advised:
        part, left = _spread(by_number.get(number, []), amount)
        if amount is None or number not in by_number or left:
            return
        taken += part
    if taken and sum(amount for _, amount in taken) == receipt.amount_minor:
        yield Explanation(customer_id, tuple(taken), weight=1.0, reasons=(Reason("advised"),))


def _attached(
    customer_id: int, by_number: dict[str, list[Claim]], receipt: Receipt, policy: Policy
) -> Iterator[Explanation]:
    taken: Taken = []
    missing: dict[str, int] = {}
    for number, amount in receipt.advised:
        part, left = _spread(by_number.get(number, []), amount)
        taken += part
        if left or not part:
            missing[number] = left
    if not taken:
        return
    found = [number for number, _ in receipt.advised if number in by_number]
    why = [Reason("advised", {"documents": list(dict.fromkeys(found))})]
    if missing:
        why.append(Reason("advised-missing", {"documents": list(missing)}))
    chosen = {claim.id: claim for claims in by_number.values() for claim in claims}
    rest = receipt.amount_minor - sum(amount for _, amount in taken)
    for allocations, weight, as_, told in _by_rest(
        taken, rest, sum(missing.values()), chosen, receipt, policy
    ):
        yield Explanation(customer_id, tuple(allocations), abs(rest), as_, weight, (*why, *told))


_Way = tuple[Taken, float, RemainderAs, tuple[Reason, ...]]


def _by_rest(
    taken: Taken, rest: int, missing: int, chosen: dict[int, Claim], receipt: Receipt, policy: Policy
) -> Iterator[_Way]:
    """What becomes of `rest`: positive is paid beyond what was found of the list, negative lacks."""
    if not rest:
        yield taken, 1.0, "", ()
    elif rest > 0:
        yield taken, _MISSING if rest == missing else _DIFFERS, "on_account", ()
    else:
        if receipt.advised_discount_minor == -rest:
            yield taken, _TOLD, "discount", (Reason("discount-told", {"amount": -rest}),)
        claims = [chosen[item] for item, _ in taken]
        for as_, weight, why in adjustments(claims, -rest, receipt, policy):
            yield taken, weight, as_, (why,)
        yield _in_turn(taken, receipt.amount_minor), _DIFFERS, "keep_open", (Reason("advised-short"),)


def _in_turn(taken: Taken, amount: int) -> Taken:
    """The credits, then the debits in their order as far as the payment reaches."""
    kept = [(item, part) for item, part in taken if part < 0]
    left = amount - sum(part for _, part in kept)
    for item, part in taken:
        if part > 0 and left > 0:
            kept.append((item, min(part, left)))
            left -= min(part, left)
    return kept


def _spread(claims: Sequence[Claim], amount: int | None) -> tuple[Taken, int]:
    """The amount over a document's due dates, first due first, and what is more than they owe.

    None for the amount: all that they owe.
    """
    if amount is None:
        return [(claim.id, claim.open_minor) for claim in claims], 0
    taken: Taken = []
    for claim in claims:
        part = min(amount, claim.open_minor) if amount > 0 else max(amount, claim.open_minor)
        if part and (part > 0) == (amount > 0):
            taken.append((claim.id, part))
            amount -= part
    return taken, amount
