"""From what is known of a receipt to what is made of it: posted, proposed, ambiguous or unmatched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Final, cast

from exigible.cash.rules.candidates import USUAL, Desk, chance_of, explanations
from exigible.cash.rules.facts import (
    Claim,
    Closed,
    Explanation,
    Outcome,
    Payer,
    Policy,
    Reason,
    Receipt,
)
from exigible.cash.rules.numbers import Named, Naming, key_of, named_in, words_of
from exigible.cash.rules.payers import is_sure, naming_weight, payer_reasons, payer_weight
from exigible.cash.rules.sums import ALL_SETS_OF, sets_summing_to

AS_WELL: Final = 12.0
"""A second explanation within this factor of the first explains the receipt as well: it is ambiguous."""
_SOMEONE_ELSE: Final = 0.1
"""How often money comes from none of the customers that anything speaks for."""
_UNTHOUGHT: Final = 0.1
"""How often a payment that nothing explains is not money on account, but something else."""
_EVEN: Final = 5000
"""Of two that explain a receipt as well neither is said to be likelier than not."""
_MOST_SHOWN: Final = 4
_HELD_RIGHTLY: Final = {"payer-not-proven": 0.65, "unusual": 0.9, "paid-by-another": 0.2}
"""How many of the payments that wait for this reason alone are what they seem: counted in `bench/cash`."""
_UNUSUAL_OF_UNPROVEN: Final = 0.45
_BY_DUE_DATE: Final = attrgetter("due_on", "issued_on", "id")

Refusals = Collection[tuple[int, frozenset[int]]]


def explain(
    receipt: Receipt,
    claims: Sequence[Claim],
    payers: Sequence[Payer],
    policy: Policy,
    *,
    closed: Sequence[Closed] = (),
    refused: Refusals = frozenset(),
) -> Outcome:
    """What is made of one receipt.

    `claims` are the open items of every customer in `payers`; `refused` are the (customer, items) that a
    person turned down or undid for this receipt.
    """
    if not payers:
        return Outcome(receipt.id, "unmatched", 0, reasons=(Reason("payer-unknown"),))
    ranked = _ranked(receipt, claims, payers, policy, closed, refused)
    if not ranked:
        return Outcome(receipt.id, "unmatched", 0, reasons=(Reason("payer-unknown"),))
    unknown = _unknown_weight(receipt, ranked)
    total = sum(found.weight for found in ranked) + unknown
    first = ranked[0]
    probability = int(10_000 * first.weight / total)
    shown = tuple(ranked[:_MOST_SHOWN])
    if first.weight < unknown and not any(is_sure(payer) for payer in payers):
        return Outcome(receipt.id, "unmatched", probability, shown, (Reason("payer-unsure"),))
    rival = _rival(ranked)
    if rival is not None:
        both = (first, rival, *(other for other in shown if other not in (first, rival)))[:_MOST_SHOWN]
        return Outcome(receipt.id, "ambiguous", min(probability, _EVEN), both, (Reason("ambiguous"),))
    held = tuple(_held(first, probability, payers, policy))
    return Outcome(receipt.id, "proposed" if held else "posted", _doubted(probability, held), shown, held)


def _ranked(
    receipt: Receipt,
    claims: Sequence[Claim],
    payers: Sequence[Payer],
    policy: Policy,
    closed: Sequence[Closed],
    refused: Refusals,
) -> list[Explanation]:
    named = _named(receipt, claims, closed)
    by_customer: dict[int, list[Claim]] = defaultdict(list)
    for claim in sorted(claims, key=_BY_DUE_DATE):
        by_customer[claim.customer_id].append(claim)
    found: list[Explanation] = []
    for payer in payers:
        desk = Desk(
            receipt, policy, payer.customer_id, by_customer[payer.customer_id], named, closed,
            may_pay_unnamed=payer_weight(payer) > 1,
        )  # fmt: skip
        found += _of_payer(desk, payer, refused)
    found += _across(receipt, claims, named, payers)
    paid = {item for one in found for item, _ in one.allocations}
    return _distinct(found, {claim.id: claim for claim in claims if claim.id in paid})


def _named(receipt: Receipt, claims: Sequence[Claim], closed: Sequence[Closed]) -> dict[str, Named]:
    text = "\n".join((receipt.text, receipt.creditor_reference, *(number for number, _ in receipt.advised)))
    numbers = [claim.number for claim in claims]
    numbers += [claim.reference for claim in claims if claim.reference]
    return named_in(words_of(text), [*numbers, *(one.number for one in closed)])


def _of_payer(desk: Desk, payer: Payer, refused: Refusals) -> Iterator[Explanation]:
    naming = [named for claim in desk.named_claims if (named := desk.naming(claim))]
    odds, naming_odds = payer_weight(payer), naming_weight(naming)
    why = payer_reasons(payer)
    is_plain = is_sure(payer) or any(one.naming is Naming.WHOLE for one in naming)
    if (payer.customer_id, frozenset()) in refused:
        return
    for found in explanations(desk):
        if (found.customer_id, found.items) in refused:
            continue
        is_named = any(reason.code in ("named", "advised") for reason in found.reasons)
        by_digits = (Reason("last-digits"),) if is_named and not is_plain else ()
        yield found._replace(
            weight=found.weight * odds * (naming_odds if is_named else 1.0),
            reasons=(*found.reasons, *by_digits, *why),
        )


def _across(
    receipt: Receipt, claims: Sequence[Claim], named: Mapping[str, Named], payers: Sequence[Payer]
) -> Iterator[Explanation]:
    """One payment for items of several customers, all named: a parent, a factor, a payment provider.

    Last digits name documents of customers who have nothing to do with it: then the one set of that sum.
    """
    listed = [
        claim for claim in claims if claim.number in named and named[claim.number].naming >= Naming.TAIL
    ]
    found = sets_summing_to([claim.open_minor for claim in listed], receipt.amount_minor, most=2)
    if sum(claim.open_minor for claim in listed) == receipt.amount_minor:
        chosen = listed
    elif len(listed) <= ALL_SETS_OF and len(found.sets) == 1:
        chosen = [listed[place] for place in found.sets[0]]
    else:
        return
    customers = list(dict.fromkeys(claim.customer_id for claim in chosen))
    numbers = list(dict.fromkeys(claim.number for claim in chosen))
    if len(customers) < 2 or len({key_of(number) for number in numbers}) < len(numbers):
        return
    odds = max(payer_weight(payer) for payer in payers)
    yield Explanation(
        customers[0],
        tuple((claim.id, claim.open_minor) for claim in chosen),
        weight=0.5 * odds * naming_weight(named[number] for number in numbers),
        reasons=(
            Reason("named", {"documents": numbers}),
            Reason("several-customers", {"count": len(customers)}),
        ),
    )


def _distinct(found: Sequence[Explanation], claims: Mapping[int, Claim]) -> list[Explanation]:
    """The likeliest first; sets that differ only by which due date of a document is paid are one."""
    best: dict[object, Explanation] = {}
    for one in sorted(found, key=lambda one: -one.weight):
        paid = [(claims[item].customer_id, claims[item].number, amount) for item, amount in one.allocations]
        key = (one.customer_id, tuple(sorted(paid)), one.remainder_as)
        if key not in best:
            best[key] = one
        elif _due(one, claims) < _due(best[key], claims):
            best[key] = one._replace(weight=best[key].weight)
    return sorted(best.values(), key=lambda one: (not one.allocations, -one.weight))


def _due(one: Explanation, claims: Mapping[int, Claim]) -> list[tuple[date, int]]:
    return sorted((claims[item].due_on, item) for item, _ in one.allocations)


def _unknown_weight(receipt: Receipt, ranked: Sequence[Explanation]) -> float:
    """How likely it is that someone else paid this very amount, or a payer for what nobody thought of."""
    untold = sum(one.weight for one in ranked if not one.allocations)
    return _SOMEONE_ELSE * chance_of(receipt.amount_minor) + _UNTHOUGHT * untold


def _rival(ranked: Sequence[Explanation]) -> Explanation | None:
    """Another explanation that is as good as the first: other items, or another customer's.

    Where sets that were not looked at may agree, agreeing says nothing, and any other set is as good. What is
    not named is as well any other simple set of the customer: its likelihood is a guess.
    """
    first = ranked[0]
    codes = {reason.code for reason in first.reasons}
    is_named = not codes.isdisjoint(("named", "advised"))
    says_nothing = "search-bounded" in codes and not is_named
    for other in ranked[1:]:
        if not other.allocations:
            return None
        is_other = (other.customer_id, other.allocations) != (first.customer_id, first.allocations)
        is_as_good = other.weight * AS_WELL >= first.weight or says_nothing
        is_simple = _is_simple_more(first, other) if is_named else _is_simple(first, other)
        if is_other and (is_as_good or is_simple):
            return other
    return None


def _is_simple(first: Explanation, other: Explanation) -> bool:
    """Whether the other set is one that people would think of: one item, a pair, all that is due.

    Beside an item that lacks cents any set is that agrees to the cent.
    """
    codes = {reason.code for reason in other.reasons}
    is_usual = len(other.allocations) <= 2 or not codes.isdisjoint(USUAL)
    is_nearer = first.remainder_as == "write_off"
    agrees = not other.remainder_as and codes.isdisjoint(("named", "before-invoice"))
    return agrees and (is_usual or is_nearer) and other.customer_id == first.customer_id


def _is_simple_more(first: Explanation, other: Explanation) -> bool:
    """Whether what is named goes as simply with other items for the rest, or with none.

    Who pays exactly the half of what it names may pay an instalment as well as deduct what it does not name.
    """
    more, others = (_more_of(one) for one in (first, other))
    if not more or other.customer_id != first.customer_id:
        return False
    if other.remainder_as == "keep_open":
        return other.remainder_minor == sum(amount for _, amount in other.allocations)
    is_usual = not USUAL.isdisjoint(reason.code for reason in other.reasons)
    return not other.remainder_as and bool(others - more) and (is_usual or len(others - more) <= 2)


def _more_of(one: Explanation) -> set[object]:
    """The documents that the text does not name, beside those that it does."""
    return {
        document
        for reason in one.reasons
        if reason.code == "and-more"
        for document in cast("list[object]", reason.params["documents"])
    }


def _is_open(first: Explanation, policy: Policy) -> bool:
    """Whether the amount does not speak for the items, but for a few cents too much."""
    is_over = first.remainder_as == "on_account" and first.remainder_minor > policy.small_difference_minor
    return is_over or first.remainder_as == "keep_open"


def _is_met_by_chance(first: Explanation, codes: Collection[str]) -> bool:
    """Whether a large ledger has such a set anyway: any three items, digits and an amount nearly alike."""
    return "set" in codes or ("last-digits" in codes and first.remainder_as == "write_off")


def _is_far_overpaid(first: Explanation, codes: Collection[str]) -> bool:
    """Whether more documents may be meant than were found: of several, or of a small part of the payment."""
    used = sum(amount for _, amount in first.allocations)
    return "overpaid" in codes and (len(first.allocations) > 1 or first.remainder_minor > used)


def _doubted(probability: int, held: Sequence[Reason]) -> int:
    """How sure a person is told that it is: the weights know nothing of why it waits."""
    codes = {reason.code for reason in held}
    for code in codes & _HELD_RIGHTLY.keys():
        is_both = code == "unusual" and "payer-not-proven" in codes
        probability = int(probability * (_UNUSUAL_OF_UNPROVEN if is_both else _HELD_RIGHTLY[code]))
    return probability


def _held(first: Explanation, probability: int, payers: Sequence[Payer], policy: Policy) -> Iterator[Reason]:
    """Why the likeliest explanation waits for a person."""
    codes = {reason.code for reason in first.reasons}
    sure = [payer for payer in payers if is_sure(payer)]
    is_by_payer = any(payer.customer_id == first.customer_id for payer in sure)
    pays_for_it = any(payer.customer_id == first.customer_id and payer.has_iban for payer in payers)
    if not policy.posts_alone:
        yield Reason("asks-always")
    if probability < policy.threshold:
        yield Reason("below-threshold", {"threshold": policy.threshold})
    if not first.allocations:
        yield Reason("nothing-agrees")
    elif not is_by_payer and (_is_met_by_chance(first, codes) or _is_open(first, policy)):
        yield Reason("payer-not-proven")
    is_related = pays_for_it or not codes.isdisjoint(("several-customers", "same-group"))
    if sure and not is_by_payer and not is_related:
        yield Reason("paid-by-another")
    if "search-bounded" in codes and "named" not in codes:
        yield Reason("search-bounded")
    if not codes.isdisjoint(("partial-oldest-first", "before-invoice")) or _is_far_overpaid(first, codes):
        yield Reason("unusual")
    if "charges-likely" in codes and "named" not in codes:
        yield Reason("charges-not-told")
    if first.remainder_as == "write_off" and first.remainder_minor > policy.small_difference_minor:
        yield Reason("over-cap")
