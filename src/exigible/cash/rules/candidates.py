"""The ways in which one customer's open items can explain a receipt.

Each way has a weight: how often customers pay so, times how unlikely it is that the amount agrees by chance.
A set that agrees to the cent therefore outweighs by far a payment on account, which any amount agrees with.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
from math import comb
from typing import Final

from exigible.cash.rules.advised import as_advised
from exigible.cash.rules.facts import (
    Claim,
    Closed,
    Explanation,
    Policy,
    Reason,
    Receipt,
    RemainderAs,
)
from exigible.cash.rules.numbers import Named, Naming
from exigible.cash.rules.remainders import adjustments
from exigible.cash.rules.sums import MOST_FOUND, Found, chance_of_larger_sets, sets_summing_to

_ON_ACCOUNT: Final = 0.03
"""How often customers pay what is not among their open items: in advance, on account, by mistake."""
_THOUGH_OWED: Final = 0.03
_ROUND: Final = ((10_000, 0.35), (5_000, 0.2), (1_000, 0.1), (100, 0.1), (1, 0.25))
"""How often such a payment is a multiple of so many minor units, but not of more."""
_PARTIAL: Final = 1e-4
_AMONG_USUAL: Final = 0.05
_UNNAMED_ADJUSTED: Final = 0.02
"""How often one item is paid that nothing names, and less than its amount."""
_ANY_SET: Final = 0.06
_SURELY: Final = 200.0
"""A set is told from those that were not looked at when it weighs so many times as much as all of them."""
USUAL: Final = frozenset(("single", "all-due", "all-open", "oldest", "month"))
"""Codes of the sets that people pay by habit."""
_DUE_SOON: Final = timedelta(days=7)
_PAID_BEFORE: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies before the matcher for one customer: its items by due date, and which the text names."""

    receipt: Receipt
    policy: Policy
    customer_id: int
    claims: Sequence[Claim]
    named: Mapping[str, Named]
    closed: Sequence[Closed] = ()
    may_pay_unnamed: bool = True
    """Whether anything but numbers speaks for this customer: else agreeing amounts are chance."""

    def naming(self, claim: Claim) -> Named | None:
        if claim.number not in self.named and claim.reference not in self.named:
            return None
        found = [self.named[text] for text in (claim.number, claim.reference) if text in self.named]
        return max(found, key=lambda named: (named.naming, named.digits), default=None)

    @property
    def named_claims(self) -> list[Claim]:
        named = self.named
        if not named:
            return []
        return [claim for claim in self.claims if claim.number in named or claim.reference in named]


def explanations(desk: Desk) -> Iterator[Explanation]:
    """Every explanation worth weighing; the bound of the search is told by `Reason("search-bounded")`."""
    named = desk.named_claims
    if desk.receipt.advised:
        yield from as_advised(desk.customer_id, desk.claims, desk.receipt, desk.policy)
    if named:
        yield from _of_named(desk, named)
    yield from _double_payment(desk)
    unnamed_weight = 1e-3 if named else 0.3
    if desk.may_pay_unnamed and not _is_told(desk, named) and (not named or len(desk.claims) <= 60):
        for found in _of_any(desk):
            yield _weighed(found, unnamed_weight)
    yield _on_account(desk)


def _is_told(desk: Desk, named: Sequence[Claim]) -> bool:
    """Whether the text spells out what is paid, to the cent: other sets of that sum need no search."""
    return sum(claim.open_minor for claim in named) == desk.receipt.amount_minor and all(
        (naming := desk.naming(claim)) is not None and naming.naming is Naming.WHOLE for claim in named
    )


def _on_account(desk: Desk) -> Explanation:
    """Who pays the very amount of an invoice has most likely paid it, round as the amount may be."""
    amount = desk.receipt.amount_minor
    is_owed = any(
        claim.open_minor == amount and claim.issued_on <= desk.receipt.day + _PAID_BEFORE
        for claim in desk.claims
    )
    weight = _ON_ACCOUNT * chance_of(amount) * (_THOUGH_OWED if is_owed else 1.0)
    return Explanation(desk.customer_id, (), amount, "on_account", weight, (Reason("on-account"),))


def chance_of(amount_minor: int) -> float:
    """How likely it is that a payment for something else has this very amount: round ones are met often."""
    step, share = next(pair for pair in _ROUND if amount_minor % pair[0] == 0)
    return share * step / (5 * amount_minor)


def _weighed(found: Explanation, factor: float) -> Explanation:
    return Explanation(
        found.customer_id,
        found.allocations,
        found.remainder_minor,
        found.remainder_as,
        found.weight * factor,
        found.reasons,
    )


def _explained(
    desk: Desk,
    claims: Iterable[Claim],
    weight: float,
    *reasons: Reason,
    remainder: int = 0,
    as_: RemainderAs = "",
) -> Explanation:
    """These items paid in full, the difference being what it is said to be."""
    chosen = list(claims)
    told, factor = _cautions(desk, chosen)
    return Explanation(
        desk.customer_id,
        tuple((claim.id, claim.open_minor) for claim in chosen),
        remainder,
        as_,
        weight * factor,
        (*reasons, *told),
    )


def _cautions(desk: Desk, chosen: Sequence[Claim]) -> tuple[list[Reason], float]:
    """What makes a set less likely, whatever explains it."""
    told, factor = [], 1.0
    if any(claim.open_minor < 0 for claim in chosen):
        told.append(Reason("credits-deducted"))
    if any(claim.issued_on > desk.receipt.day + _PAID_BEFORE and not desk.naming(claim) for claim in chosen):
        told.append(Reason("before-invoice"))
        factor = 0.05
    if any(claim.is_disputed for claim in chosen):
        told.append(Reason("disputed"))
    return told, factor


def _numbers(claims: Iterable[Claim]) -> Reason:
    return Reason("named", {"documents": list(dict.fromkeys(claim.number for claim in claims))})


def _of_named(desk: Desk, named: Sequence[Claim]) -> Iterator[Explanation]:
    amount = desk.receipt.amount_minor
    total = sum(claim.open_minor for claim in named)
    if total == amount:
        yield _explained(desk, named, 0.9, _numbers(named))
        return
    yield from _parts_of_named(desk, named)
    yield from _named_among_usual(desk, named)
    yield from _named_and_more(desk, named, amount - total)
    if total > amount:
        for as_, weight, why in adjustments(named, total - amount, desk.receipt, desk.policy):
            yield _explained(desk, named, weight, _numbers(named), why, remainder=total - amount, as_=as_)
        yield from _partial(desk, named)
    elif total > 0:
        more = amount - total
        weight = 0.02 * _PARTIAL + 0.01 * chance_of(more)
        reasons = (_numbers(named), Reason("overpaid"))
        yield _explained(desk, named, weight, *reasons, remainder=more, as_="on_account")


def _parts_of_named(desk: Desk, named: Sequence[Claim]) -> Iterator[Explanation]:
    """Some of what is named: one due date of several, or the one that two like numbers both could be."""
    found = sets_summing_to([claim.open_minor for claim in named], desk.receipt.amount_minor)
    for places in found.sets:
        chosen = [named[place] for place in places]
        left_out = {claim.number for claim in named} - {claim.number for claim in chosen}
        plain = sum(desk.named[number].naming is Naming.WHOLE for number in left_out if number in desk.named)
        yield _explained(desk, chosen, 0.4 * 0.1**plain / len(found.sets), _numbers(chosen))


def _named_among_usual(desk: Desk, named: Sequence[Claim]) -> Iterator[Explanation]:
    """A usual set with all that is named in it: the text names the first ones only, or was cut by a bank."""
    ids = {claim.id for claim in named}
    for places, (_, why) in _usual_sets(desk, desk.receipt.amount_minor).items():
        chosen = [desk.claims[place] for place in places]
        if ids < {claim.id for claim in chosen}:
            more = list(dict.fromkeys(claim.number for claim in chosen if claim.id not in ids))
            reasons = (Reason(why, {"count": len(places)}), Reason("and-more", {"documents": more}))
            yield _explained(desk, chosen, _AMONG_USUAL, _numbers(named), *reasons)


def _named_and_more(desk: Desk, named: Sequence[Claim], rest: int) -> Iterator[Explanation]:
    """All that is named, and other items for the rest: a credit note deducted, an invoice not mentioned."""
    chosen_ids = {claim.id for claim in named}
    others = [
        claim for claim in desk.claims if claim.id not in chosen_ids and (claim.open_minor > 0) == (rest > 0)
    ]
    usual = 0.03 if rest > 0 else 0.2
    found = sets_summing_to([claim.open_minor for claim in others], rest, most=6)
    for places in found.sets:
        more = [others[place] for place in places]
        weight = usual * 0.3 ** (len(more) - 1) / comb(len(others), len(more))
        reason = Reason("and-more", {"documents": [claim.number for claim in more]})
        yield _explained(desk, [*named, *more], weight, _numbers(named), reason)


def _partial(desk: Desk, named: Sequence[Claim]) -> Iterator[Explanation]:
    """Less than what is named: the rest stays open, on the item due last where there are several."""
    left = desk.receipt.amount_minor - sum(claim.open_minor for claim in named if claim.open_minor < 0)
    allocations = [(claim.id, claim.open_minor) for claim in named if claim.open_minor < 0]
    debits = [claim for claim in named if claim.open_minor > 0]
    for claim in debits:
        if left > 0:
            allocations.append((claim.id, min(left, claim.open_minor)))
            left -= min(left, claim.open_minor)
    is_one = len({claim.number for claim in debits}) == 1
    short = sum(claim.open_minor for claim in named) - desk.receipt.amount_minor
    yield Explanation(
        desk.customer_id,
        tuple(allocations),
        short,
        "keep_open",
        (_PARTIAL + 0.3 * chance_of(desk.receipt.amount_minor)) * (0.1 if is_one else 0.03),
        (_numbers(named), Reason("partial" if is_one else "partial-oldest-first")),
    )


def _double_payment(desk: Desk) -> Iterator[Explanation]:
    for closed in desk.closed:
        if closed.customer_id == desk.customer_id and closed.amount_minor == desk.receipt.amount_minor:
            yield Explanation(
                desk.customer_id,
                (),
                desk.receipt.amount_minor,
                "on_account",
                0.05,
                (Reason("double-payment", {"document": closed.number}),),
            )


def _of_any(desk: Desk) -> Iterator[Explanation]:
    """Sets that the text does not name: agreeing amounts are all that speaks for them."""
    claims = list(desk.claims)
    amounts = [claim.open_minor for claim in claims]
    for target, factor, reason in _targets(desk.receipt):
        usual = _usual_sets(desk, target)
        found = sets_summing_to(amounts, target)
        unseen = _unseen(found, amounts, target)
        short = target - desk.receipt.amount_minor
        as_: RemainderAs = "charge" if short else ""
        for places in dict.fromkeys((*usual, *found.sets)):
            weight, why = usual.get(places) or _unusual(places, len(claims))
            bounded = (Reason("search-bounded"),) if unseen * _SURELY >= weight else ()
            reasons = (Reason(why, {"count": len(places)}), *reason, *bounded)
            chosen = [claims[place] for place in places]
            yield _explained(desk, chosen, weight * factor, *reasons, remainder=short, as_=as_)
    yield from _single_with_difference(desk)


def _unseen(found: Found, amounts: Sequence[int], target: int) -> float:
    """What the sets may weigh that were not looked at; many seen already tell of as many unseen."""
    if found.is_complete:
        return 0.0
    return 1.0 if len(found.sets) >= MOST_FOUND else _ANY_SET * chance_of_larger_sets(amounts, target)


def _targets(receipt: Receipt) -> Iterator[tuple[int, float, tuple[Reason, ...]]]:
    yield receipt.amount_minor, 1.0, ()
    before_charges = receipt.instructed_minor or receipt.amount_minor + (receipt.charges_minor or 0)
    if before_charges > receipt.amount_minor:
        told = Reason("charges-told", {"amount": before_charges - receipt.amount_minor})
        yield before_charges, 0.8, (told,)


def _usual_sets(desk: Desk, target: int) -> dict[tuple[int, ...], tuple[float, str]]:
    """Sets of that sum that people pay: one item, all that is due, all, a month, the oldest ones."""
    claims = desk.claims
    count = len(claims)
    everything = tuple(range(count))
    amounts = [claim.open_minor for claim in claims]
    found: dict[tuple[int, ...], tuple[float, str]] = {}

    def offer(places: tuple[int, ...], weight: float, why: str) -> None:
        agrees = sum([amounts[place] for place in places]) == target
        if places and agrees and found.get(places, (0.0, ""))[0] < weight:
            found[places] = (weight, why)

    for place, amount in enumerate(amounts):
        if amount == target:
            offer((place,), 0.35 / count, "single")
    due_by = desk.receipt.day + _DUE_SOON
    offer(tuple(place for place in everything if claims[place].due_on <= due_by), 0.15, "all-due")
    offer(tuple(place for place in everything if claims[place].due_on <= desk.receipt.day), 0.15, "all-due")
    offer(everything, 0.1, "all-open")
    for size, total in enumerate(accumulate(amounts), 1):
        if size > 1 and total == target:
            offer(everything[:size], 0.08 / count, "oldest")
    months: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, claim in enumerate(claims):
        months[claim.issued_on.year, claim.issued_on.month].append(place)
    for places in months.values():
        offer(tuple(places), 0.08 / len(months), "month")
    return found


def _unusual(places: tuple[int, ...], count: int) -> tuple[float, str]:
    """Any other set: one of very many, so that its agreeing says less the more there are of its size."""
    size = len(places)
    return _ANY_SET * 0.5 ** (size - 2) / comb(count, size), "set"


def _single_with_difference(desk: Desk) -> Iterator[Explanation]:
    """One item less a discount, a tax kept back or cents, where nothing names it."""
    amount = desk.receipt.amount_minor
    shares = Counter(claim.open_minor for claim in desk.claims)
    for claim in desk.claims:
        short = claim.open_minor - amount
        if not 0 < short * 3 <= claim.open_minor:
            continue
        for as_, weight, why in adjustments([claim], short, desk.receipt, desk.policy):
            share = _UNNAMED_ADJUSTED * weight / len(desk.claims) / shares[claim.open_minor]
            yield _explained(
                desk, [claim], share, Reason("single", {"short": short}), why, remainder=short, as_=as_
            )
