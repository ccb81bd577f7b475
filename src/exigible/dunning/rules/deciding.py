"""What is claimed of a customer on a day, by which step, and whether it goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from exigible.dunning.rules.holding import held_by_amount, held_by_customer, reason_to_hold, why_not_claimed
from exigible.dunning.rules.values import (
    Channel,
    Claim,
    ClaimedItem,
    CustomerFacts,
    Decision,
    HeldBack,
    ItemFacts,
    PolicyRules,
    Reason,
    Step,
)
from exigible.dunning.rules.ways import is_formal, way_to


def decide(facts: CustomerFacts, policy: PolicyRules | None, on: date) -> Decision | HeldBack | None:
    """What to do about a customer on a day; None when no step is reached. The same facts, the same answer."""
    if policy is None:
        return _without_policy(facts, on)
    claim = claim_of(facts, policy, on)
    if claim is None:
        return _held_by_answers(facts, policy, on) or _ended(facts, policy, on)
    reason = reason_to_hold(facts, policy, claim, on)
    if reason is not None:
        return HeldBack(reason, claim.step.key, claim.net_minor)
    channel = way_to(facts, claim.step)
    assert channel is not None
    return Decision(
        step=claim.step,
        channel=channel,
        items=claim.items,
        gross_minor=claim.gross_minor,
        credits_minor=claim.credits_minor,
        reason=reason_to_send(claim, channel, on),
    )


def is_still_true(step: Step, due_on: date, on: date) -> bool:
    """Whether a step may speak of an item due then: the courtesy until its due date, the others after it."""
    return (due_on < on) == (step.days > 0)


def still_stands(facts: CustomerFacts, policy: PolicyRules, gross_minor: int, on: date) -> Reason | None:
    """Why an approved message is not sent after all, on what is known at that moment; None: it goes."""
    if gross_minor <= 0:
        return Reason("settled")
    return held_by_customer(facts, on) or held_by_amount(facts, policy, gross_minor)


def choose_policy(
    policies: Iterable[PolicyRules], country: str, segment: str, kind: str = ""
) -> PolicyRules | None:
    """The policy of a customer: the first of `fitting_policies`; None where none is for it."""
    return next(iter(fitting_policies(policies, country, segment, kind)), None)


def fitting_policies(
    policies: Iterable[PolicyRules], country: str, segment: str, kind: str
) -> list[PolicyRules]:
    """The policies that are for a customer; the one that speaks first: of its segment, kind, country, all."""
    fitting = [
        p
        for p in policies
        if p.country in ("", country) and p.segment in ("", segment) and p.kind in ("", kind)
    ]
    return sorted(fitting, key=lambda p: (bool(p.segment), bool(p.kind), bool(p.country)), reverse=True)


def _without_policy(facts: CustomerFacts, on: date) -> HeldBack | None:
    gross = sum(item.open_minor for item in facts.items if item.due_on < on)
    return HeldBack(Reason("no-policy"), "", gross + facts.unallocated_minor) if gross else None


def _held_by_answers(facts: CustomerFacts, policy: PolicyRules, on: date) -> HeldBack | None:
    """Whether a message would be due, were it not for what the customer promised or contests."""
    asked = [item._replace(disputed_minor=0, promised_minor=0) for item in facts.items]
    claim = claim_of(replace(facts, items=asked), policy, on)
    if claim is None:
        return None
    reason = held_by_customer(facts, on) or why_not_claimed(facts.items, facts.promise)
    return HeldBack(reason, claim.step.key, claim.net_minor)


def _ended(facts: CustomerFacts, policy: PolicyRules, on: date) -> HeldBack | None:
    """The end of the policy, once its last step has stood unanswered for its days; a person acts on it.

    What rests, or came in meanwhile, is left in peace as before a reminder.
    """
    ending = policy.ending
    if ending is None or held_by_customer(facts, on) is not None:
        return None
    ended = [item for item in facts.items if item.claimed_minor and _has_ended(item, policy, ending.days, on)]
    net = sum(item.claimed_minor for item in ended) + facts.unallocated_minor
    minimum = policy.minimum_minor if facts.currency == policy.currency else 0
    if not ended or net <= 0 or net < minimum:
        return None
    last_on = max(item.last_level_on for item in ended if item.last_level_on is not None)
    params: dict[str, str | int] = {
        "ending": ending.outcome,
        "days": (on - last_on).days,
        "last_on": last_on.isoformat(),
        "items": len(ended),
    }
    return HeldBack(Reason("policy-ended", params), "", net)


def _has_ended(item: ItemFacts, policy: PolicyRules, days: int, on: date) -> bool:
    return (
        item.last_level is not None
        and item.last_level >= policy.last_level
        and item.last_level_on is not None
        and (on - item.last_level_on).days >= days
    )


# --- what would be said ---


def claim_of(facts: CustomerFacts, policy: PolicyRules, on: date) -> Claim | None:
    overdue = [item for item in facts.items if item.due_on < on]
    if overdue:
        return _overdue_claim(facts, [item for item in overdue if item.claimed_minor], policy, on)
    return _courtesy_claim(facts, policy, on)


def _overdue_claim(
    facts: CustomerFacts, overdue: list[ItemFacts], policy: PolicyRules, on: date
) -> Claim | None:
    """What is overdue and may be said by the highest step reached; None when no item reaches a step today."""
    reached = [(item, step) for item in overdue if (step := _step_reached(item, policy, on))]
    if not reached:
        return None
    fresh = [(item, step) for item, step in reached if not is_too_old(item, policy, on)]
    asked = fresh or reached
    step = max((step for _, step in asked), key=lambda step: step.level)
    climbing = {item.item_id: own.level for item, own in asked}
    left = tuple(item for item in overdue if is_too_old(item, policy, on)) if fresh else ()
    listed = [item for item in overdue if item not in left and _is_listed(item, step, climbing, policy)]
    levels = dict.fromkeys((item.item_id for item in listed), step.level) if is_formal(step) else climbing
    return Claim(
        step=step,
        items=tuple(ClaimedItem(i.item_id, levels.get(i.item_id), i.claimed_minor) for i in listed),
        gross_minor=sum(item.claimed_minor for item in listed),
        credits_minor=facts.unallocated_minor,
        climbing=tuple(item for item, own in asked if own.level == step.level),
        oldest_due_on=min(item.due_on for item in listed),
        left=left,
        is_left_to_a_person=not fresh,
    )


def _is_listed(item: ItemFacts, step: Step, climbing: Mapping[int, int], policy: PolicyRules) -> bool:
    """Whether a step speaks of an overdue item.

    A formal one speaks of what was reminded before, all of which is then on notice. What is on notice is not
    asked for again in a softer tone: it waits for what comes next.
    """
    if is_formal(step):
        was_reminded = item.last_level is not None and 0 < item.last_level < step.level
        return was_reminded or climbing.get(item.item_id) == step.level
    return not is_on_notice(item, policy)


def is_on_notice(item: ItemFacts, policy: PolicyRules) -> bool:
    """Whether a formal step asked for an item."""
    first = min((step.level for step in policy.steps if is_formal(step)), default=None)
    return first is not None and item.last_level is not None and item.last_level >= first


def _step_reached(item: ItemFacts, policy: PolicyRules, on: date) -> Step | None:
    """The step after the item's last one, if its day has come; one step a day at most."""
    if item.last_level_on is not None and item.last_level_on >= on:
        return None
    done = -1 if item.last_level is None else item.last_level
    for step in policy.steps:
        if step.level > done and step.days > 0:
            return step if (on - item.due_on).days >= step.days else None
    return None


def is_too_old(item: ItemFacts, policy: PolicyRules, on: date) -> bool:
    """Whether an item that was never reminded is left to a person."""
    limit = policy.oldest_days
    return limit is not None and item.last_level is None and (on - item.due_on).days > limit


def _courtesy_claim(facts: CustomerFacts, policy: PolicyRules, on: date) -> Claim | None:
    """A word before the due date, to a customer that owes nothing late, once for each item."""
    step = next((step for step in policy.steps if step.days <= 0), None)
    if step is None:
        return None
    horizon = on + timedelta(days=-step.days)
    falling_due = tuple(
        i for i in facts.items if i.due_on <= horizon and i.last_level is None and i.claimed_minor
    )
    if not falling_due:
        return None
    return Claim(
        step=step,
        items=tuple(ClaimedItem(i.item_id, step.level, i.claimed_minor) for i in falling_due),
        gross_minor=sum(item.claimed_minor for item in falling_due),
        credits_minor=facts.unallocated_minor,
        climbing=falling_due,
        oldest_due_on=min(item.due_on for item in falling_due),
    )


def reason_to_send(claim: Claim, channel: Channel, on: date) -> Reason:
    oldest = min(item.due_on for item in claim.climbing)
    params: dict[str, str | int] = {
        "items": len(claim.climbing),
        "oldest_due_on": oldest.isoformat(),
        "days_late": (on - oldest).days,
    }
    if len(claim.items) > len(claim.climbing):  # the others are asked for all the same
        params |= {"listed": len(claim.items), "listed_days_late": (on - claim.oldest_due_on).days}
    if claim.left:
        left_minor = sum(item.claimed_minor for item in claim.left)
        params |= {"left_items": len(claim.left), "left_minor": left_minor}
    previous = [
        item.last_level_on
        for item in claim.climbing
        if item.last_level is not None and item.last_level_on is not None
    ]
    if previous:
        params["previous_on"] = max(previous).isoformat()
    if channel != claim.step.channel:
        params["instead_of"] = claim.step.channel
    return Reason("falls-due" if claim.step.days <= 0 else "step-reached", params)
