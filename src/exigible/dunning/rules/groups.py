"""One voice for a group: what its members owe is said to the head, each member's under its own name.

Each member stays its own debtor: it is decided on by itself, its credits pay nobody else's debts, and what is
formal is told to it alone. What is said together follows the head: its policy, its pauses, its address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final, NamedTuple

from exigible.dunning.rules.deciding import claim_of, decide, is_on_notice, is_too_old, reason_to_send
from exigible.dunning.rules.holding import (
    held_by_age,
    held_by_amount,
    held_by_contact,
    held_by_customer,
    held_by_way,
    why_not_claimed,
)
from exigible.dunning.rules.values import (
    Claim,
    ClaimedItem,
    CustomerFacts,
    Decision,
    HeldBack,
    PolicyRules,
    Reason,
    Step,
)
from exigible.dunning.rules.ways import is_formal, way_to

IN_WRITING: Final = ("email", "letter")
"""The ways by which several debtors can be told in one message; a call or a text message is for one."""


class Told(NamedTuple):
    """What was decided about a member; `is_together`: in the message to the head, or held back with it."""

    facts: CustomerFacts
    decision: Decision | HeldBack
    is_together: bool


class _Asked(NamedTuple):
    facts: CustomerFacts
    claim: Claim


def goes_together(step: Step) -> bool:
    """Whether a step may be said to the head for all: in writing, friendly, and claiming no charges."""
    return not _is_formal(step) and step.channel in IN_WRITING


def _is_formal(step: Step) -> bool:
    return is_formal(step) or step.claims_charges


def decide_together(
    members: Sequence[CustomerFacts], head: CustomerFacts, name: str, policy: PolicyRules, on: date
) -> list[Told]:
    """What to do about the members of a group that owe something in one currency, the head among them or not.

    `head`: what is known of the head itself, whatever it owes; `name` is what it is called in the reasons.
    As soon as an item of one member reaches a step, all that is overdue at any is said with it.
    """
    told, asked = [], []
    for facts in members:
        claim = claim_of(facts, policy, on)
        if claim is not None and goes_together(claim.step):
            asked.append(_Asked(facts, claim))
            continue
        own = decide(facts, policy, on)
        if own is not None:
            told.append(Told(facts, own, is_together=False))
        elif listed := _listed(facts, policy, on):
            asked.append(_Asked(facts, listed))
    return told + _as_one(asked, head, name, policy, on)


def stops_together(
    head: CustomerFacts, policy: PolicyRules, net_minor: int, name: str, on: date
) -> Reason | None:
    """Why a message for a group does not go: the head is to be left in peace, or it asks for too little."""
    reason = held_by_customer(head, on)
    minimum = policy.minimum_minor if head.currency == policy.currency else 0
    if reason is None and net_minor < minimum:
        reason = Reason("below-minimum", {"net_minor": net_minor, "minimum_minor": minimum})
    return through(reason, name) if reason is not None else None


def through(reason: Reason, name: str) -> Reason:
    """A reason that is the head's."""
    return Reason(reason.code, reason.params | {"through": name})


def _as_one(
    asked: Sequence[_Asked], head: CustomerFacts, name: str, policy: PolicyRules, on: date
) -> list[Told]:
    spoken, left_out = _sorted_out(asked, policy, on)
    climbing = [one for one in spoken if one.claim.climbing]
    if not climbing:
        return [one for one, is_climbing in left_out if is_climbing]
    step = max((one.claim.step for one in climbing), key=lambda step: step.level)
    reason = _why_not(spoken, head, name, policy, step, on)
    if reason is not None:
        held = [_held(one, reason) for one in climbing]
        return held + [one for one, is_climbing in left_out if is_climbing]
    return [_said(one, head, step, name, on) for one in spoken] + [one for one, _ in left_out]


def _sorted_out(
    asked: Sequence[_Asked], policy: PolicyRules, on: date
) -> tuple[list[_Asked], list[tuple[Told, bool]]]:
    """Who is spoken for, and who is left out with the reason, and whether an item of it reached a step."""
    spoken, left_out = [], []
    for one in asked:
        reason = _why_left_out(one, policy, on)
        if reason is None:
            spoken.append(one)
        else:
            left_out.append((_held(one, reason), bool(one.claim.climbing)))
    late = [one for one in spoken if _is_late(one.claim)]
    if not late:
        return spoken, left_out
    early = [(_held(one, Reason("group-is-late")), True) for one in spoken if not _is_late(one.claim)]
    return late, left_out + early


def _held(one: _Asked, reason: Reason) -> Told:
    step = one.claim.step.key if one.claim.climbing else ""
    return Told(one.facts, HeldBack(reason, step, one.claim.net_minor), is_together=False)


def _is_late(claim: Claim) -> bool:
    return not claim.climbing or claim.step.days > 0


def _why_left_out(one: _Asked, policy: PolicyRules, on: date) -> Reason | None:
    """Why a member is not spoken for. The minimum is that of the whole message: see `stops_together`."""
    facts, claim = one
    reason = held_by_customer(facts, on)
    if reason is None and not claim.items:
        reason = why_not_claimed(facts.items, facts.promise)
    reason = reason or held_by_amount(facts, replace(policy, minimum_minor=0), claim.gross_minor)
    return reason or held_by_contact(facts, policy, on) or held_by_age(claim, on)


def _why_not(
    spoken: Sequence[_Asked], head: CustomerFacts, name: str, policy: PolicyRules, step: Step, on: date
) -> Reason | None:
    net_minor = sum(one.claim.net_minor for one in spoken)
    stop = stops_together(head, policy, net_minor, name, on)
    if stop is not None:
        return stop
    reason = held_by_contact(head, policy, on) or held_by_way(head, step, on)
    return through(reason, name) if reason is not None else None


def _said(one: _Asked, head: CustomerFacts, step: Step, name: str, on: date) -> Told:
    facts, claim = one
    channel = way_to(head, step)
    assert channel is not None
    days_late = (on - claim.oldest_due_on).days
    reason = (
        reason_to_send(claim, channel, on)
        if claim.climbing
        else Reason("listed-with-group", {"items": len(claim.items), "days_late": days_late})
    )
    decision = Decision(
        step=step,
        channel=channel,
        items=claim.items,
        gross_minor=claim.gross_minor,
        credits_minor=claim.credits_minor,
        reason=through(reason, name),
    )
    return Told(facts, decision, is_together=True)


def _listed(facts: CustomerFacts, policy: PolicyRules, on: date) -> Claim | None:
    """What a member owes late though nothing of it reaches a step; None where a formal step was taken."""
    overdue = [item for item in facts.items if item.due_on < on and not is_too_old(item, policy, on)]
    if not overdue or any(is_on_notice(item, policy) for item in overdue):
        return None
    claimed = [item for item in overdue if item.claimed_minor]
    return Claim(
        step=policy.steps[0],
        items=tuple(ClaimedItem(item.item_id, None, item.claimed_minor) for item in claimed),
        gross_minor=sum(item.claimed_minor for item in claimed) or sum(item.open_minor for item in overdue),
        credits_minor=facts.unallocated_minor,
        climbing=(),
        oldest_due_on=min(item.due_on for item in claimed or overdue),
    )
