"""What holds a reminder back, the most telling reason first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from operator import attrgetter

from exigible.dunning.rules.values import Claim, CustomerFacts, ItemFacts, PolicyRules, Promised, Reason, Step
from exigible.dunning.rules.ways import way_to


def reason_to_hold(facts: CustomerFacts, policy: PolicyRules, claim: Claim, on: date) -> Reason | None:
    return (
        held_by_customer(facts, on)
        or held_by_amount(facts, policy, claim.gross_minor)
        or held_by_contact(facts, policy, on)
        or held_by_age(claim, on)
        or held_by_way(facts, claim.step, on)
    )


def held_by_customer(facts: CustomerFacts, on: date) -> Reason | None:
    if facts.is_insolvent:
        return Reason("insolvent")
    resting = [rest for rest in facts.rests if rest.starts_on <= on <= rest.until]
    if resting:
        longest = max(resting, key=attrgetter("until"))
        return Reason("paused", {"until": longest.until.isoformat(), "why": longest.why})
    if facts.seen_minor > 0:  # whose payment it is, and of what, is not sure until it is lettered
        return Reason("payment-seen", {"seen_minor": facts.seen_minor})
    if facts.unread_since is not None:  # it may promise, contest or have paid: asking again would be deaf
        return Reason("reply-unread", {"received_on": facts.unread_since.isoformat()})
    return None


def why_not_claimed(items: Iterable[ItemFacts], promise: Promised | None) -> Reason:
    """Why nothing is claimed of these items: a promise that runs, else what is contested of them."""
    if promise is not None and any(item.promised_minor for item in items):
        due_on, waited_on = promise.due_on.isoformat(), promise.last_on.isoformat()
        params: dict[str, str | int] = {"due_on": due_on, "amount_minor": promise.left_minor}
        return Reason("promise-not-due", params | {"waited_on": waited_on})
    return Reason("disputed", {"amount_minor": sum(item.disputed_minor for item in items)})


def held_by_amount(facts: CustomerFacts, policy: PolicyRules, gross_minor: int) -> Reason | None:
    unallocated, net = facts.unallocated_minor, gross_minor + facts.unallocated_minor
    minimum = policy.minimum_minor if facts.currency == policy.currency else 0
    maximum = policy.maximum_minor if facts.currency == policy.currency else None
    if maximum is not None and net > maximum:
        return Reason("above-maximum", {"net_minor": net, "maximum_minor": maximum})
    if net > 0 and net >= minimum:
        return None
    if unallocated < 0 and gross_minor >= minimum:
        return Reason("payment-not-allocated", {"gross_minor": gross_minor, "credits_minor": -unallocated})
    return Reason("below-minimum", {"net_minor": net, "minimum_minor": minimum})


def held_by_age(claim: Claim, on: date) -> Reason | None:
    if not claim.is_left_to_a_person:
        return None
    days = max((on - item.due_on).days for item in claim.climbing)
    params: dict[str, str | int] = {"days_late": days, "items": len(claim.climbing)}
    asked_on = [item.last_level_on for item in claim.climbing if item.last_level_on is not None]
    if asked_on:
        params["asked_on"] = max(asked_on).isoformat()
    return Reason("too-old", params)


def held_by_contact(facts: CustomerFacts, policy: PolicyRules, on: date) -> Reason | None:
    if facts.pending_since is not None:
        return Reason("message-pending", {"run_on": facts.pending_since.isoformat()})
    last = facts.last_contacted_on
    if last is not None and (on - last).days < policy.min_days_between_contacts:
        params: dict[str, str | int] = {
            "last_on": last.isoformat(),
            "days": policy.min_days_between_contacts,
        }
        return Reason("contacted-recently", params)
    return None


def held_by_way(facts: CustomerFacts, step: Step, on: date) -> Reason | None:
    if way_to(facts, step) is None:
        return Reason("no-address")
    if not facts.calendar.is_business_day(on):
        next_day = facts.calendar.next_business_day(on)
        name = facts.calendar.holiday_name(on) or ""
        return Reason("not-a-business-day", {"holiday": name, "next_on": next_day.isoformat()})
    return None
