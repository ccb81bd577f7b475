"""Who is reminded, of what, by which step: facts and a policy in, a decision with its reason out.

Due items (échéances) are reminded, not documents, and a customer hears one voice: everything that is overdue
in one message, at the highest step that an item reaches today, net of the credits not yet allocated. Levels
are kept for each item, and an item climbs one at a time, however many mornings were missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

from exigible.kernel.dates import Calendar

Channel = Literal["email", "letter"]

LEVELS: Final = {"courtesy": 0, "reminder": 1, "firm": 2, "formal_notice": 3, "last_before_action": 4}
"""The steps there are, and the level that an item is at once the step was taken."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a policy: `days` after the due date (before it when negative).

    `tone` is the wording the message takes; `claims_charges` adds the late interest and the indemnity that
    the law or the contract gives; without `needs_approval`, whoever collects may let it go.
    """

    key: str
    level: int
    days: int
    channel: Channel
    tone: str
    needs_approval: bool = True
    claims_charges: bool = False


@dataclass(frozen=True, slots=True)
class PolicyRules:
    """A version of a policy. `steps` are in the order of their levels; amounts are minor units of `currency`.

    `oldest_days`: an item later than this that was never reminded is left to a person; None: never.
    """

    policy_id: int
    version: int
    country: str
    segment: str
    steps: tuple[Step, ...]
    currency: str
    minimum_minor: int = 0
    min_days_between_contacts: int = 7
    oldest_days: int | None = None

    @property
    def days_before(self) -> int:
        """How long before its due date an item may be spoken of."""
        return max((0, *(-step.days for step in self.steps)))


class Promised(NamedTuple):
    """The open promise that falls due first: `left_minor` of it did not come in yet."""

    due_on: date
    left_minor: int


class ItemFacts(NamedTuple):
    """An open item of a customer: what is left of it, and the last level it was reminded at, and when.

    With a day and no level, a message of that day asked for it beside others that climbed. What is contested,
    or promised for a day to come, is not claimed.
    """

    item_id: int
    due_on: date
    open_minor: int
    last_level: int | None = None
    last_level_on: date | None = None
    disputed_minor: int = 0
    promised_minor: int = 0

    @property
    def claimed_minor(self) -> int:
        return max(0, self.open_minor - self.disputed_minor - self.promised_minor)


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What is known of a customer in one currency. `unallocated_minor` is negative or 0.

    `seen_minor` came in on the bank, seemingly from it, and is not lettered yet. `pending_since` is the date
    of a run whose message to it is neither sent nor given up, `unread_since` that of its first unread reply.
    """

    customer_id: int
    currency: str
    items: Sequence[ItemFacts]
    calendar: Calendar
    unallocated_minor: int = 0
    seen_minor: int = 0
    is_insolvent: bool = False
    paused_until: date | None = None
    pause_reason: str = ""
    promise: Promised | None = None
    last_contacted_on: date | None = None
    pending_since: date | None = None
    unread_since: date | None = None
    email: str = ""
    has_address: bool = False
    prefers_letter: bool = False
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as a stable code and its values (texts, numbers and ISO dates, amounts in minor units)."""

    code: str
    params: dict[str, str | int] = field(default_factory=dict, hash=False)


class ClaimedItem(NamedTuple):
    """An item a message speaks of; `level` is the one it climbs to, None when it is only listed."""

    item_id: int
    level: int | None
    claimed_minor: int


@dataclass(frozen=True, slots=True)
class Decision:
    """A message to send. `net_minor` is `gross_minor` of the items less the credits (`credits_minor` ≤ 0)."""

    step: Step
    channel: Channel
    items: tuple[ClaimedItem, ...]
    gross_minor: int
    credits_minor: int
    reason: Reason

    @property
    def net_minor(self) -> int:
        return self.gross_minor + self.credits_minor


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A message that would be due and is not sent, and why; `step_key` is empty where no policy says."""

    reason: Reason
    step_key: str
    net_minor: int


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a message would say, before asking whether it may go."""

    step: Step
    items: tuple[ClaimedItem, ...]
    gross_minor: int
    credits_minor: int
    climbing: tuple[ItemFacts, ...]
    oldest_due_on: date
    is_left_to_a_person: bool = False

    @property
    def net_minor(self) -> int:
        return self.gross_minor + self.credits_minor


def decide(facts: CustomerFacts, policy: PolicyRules | None, on: date) -> Decision | HeldBack | None:
    """What to do about a customer on a day; None when no step is reached. The same facts, the same answer."""
    if policy is None:
        return _without_policy(facts, on)
    claim = _claim(facts, policy, on)
    if claim is None:
        return _held_by_answers(facts, policy, on)
    reason = _reason_to_hold(facts, policy, claim, on)
    if reason is not None:
        return HeldBack(reason, claim.step.key, claim.net_minor)
    channel = _channel(facts, claim.step)
    assert channel is not None
    return Decision(
        step=claim.step,
        channel=channel,
        items=claim.items,
        gross_minor=claim.gross_minor,
        credits_minor=claim.credits_minor,
        reason=_reason_to_send(claim, channel, on),
    )


def is_still_true(step: Step, due_on: date, on: date) -> bool:
    """Whether a step may speak of an item due then: the courtesy until its due date, the others after it."""
    return (due_on < on) == (step.days > 0)


def still_stands(facts: CustomerFacts, policy: PolicyRules, gross_minor: int, on: date) -> Reason | None:
    """Why an approved message is not sent after all, on what is known at that moment; None: it goes."""
    if gross_minor <= 0:
        return Reason("settled")
    return _held_by_customer(facts, on) or _held_by_amount(facts, policy, gross_minor)


def choose_policy(policies: Iterable[PolicyRules], country: str, segment: str) -> PolicyRules | None:
    """The policy of a customer: that of its segment, then that of its country, then the one for all."""
    fitting = [p for p in policies if p.country in ("", country) and p.segment in ("", segment)]
    return max(fitting, key=lambda p: (bool(p.segment), bool(p.country)), default=None)


def _without_policy(facts: CustomerFacts, on: date) -> HeldBack | None:
    gross = sum(item.open_minor for item in facts.items if item.due_on < on)
    return HeldBack(Reason("no-policy"), "", gross + facts.unallocated_minor) if gross else None


# --- what would be said ---


def _claim(facts: CustomerFacts, policy: PolicyRules, on: date) -> _Claim | None:
    overdue = [item for item in facts.items if item.due_on < on]
    if overdue:
        return _overdue_claim(facts, [item for item in overdue if item.claimed_minor], policy, on)
    return _courtesy_claim(facts, policy, on)


def _overdue_claim(
    facts: CustomerFacts, overdue: list[ItemFacts], policy: PolicyRules, on: date
) -> _Claim | None:
    """Everything overdue, at the highest step reached; None when no item reaches a step today."""
    reached = [(item, step) for item in overdue if (step := _step_reached(item, policy, on))]
    if not reached:
        return None
    fresh = [(item, step) for item, step in reached if not _is_too_old(item, policy, on)]
    climbing = {item.item_id: step.level for item, step in fresh}
    items = tuple(ClaimedItem(i.item_id, climbing.get(i.item_id), i.claimed_minor) for i in overdue)
    return _Claim(
        step=max((step for _, step in fresh or reached), key=lambda step: step.level),
        items=items,
        gross_minor=sum(item.claimed_minor for item in overdue),
        credits_minor=facts.unallocated_minor,
        climbing=tuple(item for item, _ in fresh or reached),
        oldest_due_on=min(item.due_on for item in overdue),
        is_left_to_a_person=not fresh,
    )


def _step_reached(item: ItemFacts, policy: PolicyRules, on: date) -> Step | None:
    """The step after the item's last one, if its day has come; one step a day at most."""
    if item.last_level_on is not None and item.last_level_on >= on:
        return None
    done = -1 if item.last_level is None else item.last_level
    for step in policy.steps:
        if step.level > done and step.days > 0:
            return step if (on - item.due_on).days >= step.days else None
    return None


def _is_too_old(item: ItemFacts, policy: PolicyRules, on: date) -> bool:
    limit = policy.oldest_days
    return limit is not None and item.last_level is None and (on - item.due_on).days > limit


def _courtesy_claim(facts: CustomerFacts, policy: PolicyRules, on: date) -> _Claim | None:
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
    return _Claim(
        step=step,
        items=tuple(ClaimedItem(i.item_id, step.level, i.claimed_minor) for i in falling_due),
        gross_minor=sum(item.claimed_minor for item in falling_due),
        credits_minor=facts.unallocated_minor,
        climbing=falling_due,
        oldest_due_on=min(item.due_on for item in falling_due),
    )


def _reason_to_send(claim: _Claim, channel: Channel, on: date) -> Reason:
    oldest = min(item.due_on for item in claim.climbing)
    params: dict[str, str | int] = {
        "items": len(claim.climbing),
        "oldest_due_on": oldest.isoformat(),
        "days_late": (on - oldest).days,
    }
    if len(claim.items) > len(claim.climbing):  # the others are asked for all the same
        params |= {"listed": len(claim.items), "listed_days_late": (on - claim.oldest_due_on).days}
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


# --- what holds it back, the most telling reason first ---


def _reason_to_hold(facts: CustomerFacts, policy: PolicyRules, claim: _Claim, on: date) -> Reason | None:
    return (
        _held_by_customer(facts, on)
        or _held_by_amount(facts, policy, claim.gross_minor)
        or _held_by_contact(facts, policy, on)
        or _held_by_age(claim, on)
        or _held_by_way(facts, claim.step, on)
    )


def _held_by_customer(facts: CustomerFacts, on: date) -> Reason | None:
    if facts.is_insolvent:
        return Reason("insolvent")
    if facts.paused_until is not None and on <= facts.paused_until:
        return Reason("paused", {"until": facts.paused_until.isoformat(), "why": facts.pause_reason})
    if facts.seen_minor > 0:  # whose payment it is, and of what, is not sure until it is lettered
        return Reason("payment-seen", {"seen_minor": facts.seen_minor})
    if facts.unread_since is not None:  # it may promise, contest or have paid: asking again would be deaf
        return Reason("reply-unread", {"received_on": facts.unread_since.isoformat()})
    return None


def _held_by_answers(facts: CustomerFacts, policy: PolicyRules, on: date) -> HeldBack | None:
    """Whether a message would be due, were it not for what the customer promised or contests."""
    asked = [item._replace(disputed_minor=0, promised_minor=0) for item in facts.items]
    claim = _claim(replace(facts, items=asked), policy, on)
    if claim is None:
        return None
    reason = _held_by_customer(facts, on) or why_not_claimed(facts.items, facts.promise)
    return HeldBack(reason, claim.step.key, claim.net_minor)


def why_not_claimed(items: Iterable[ItemFacts], promise: Promised | None) -> Reason:
    """Why nothing is claimed of these items: a promise that runs, else what is contested of them."""
    if promise is not None and any(item.promised_minor for item in items):
        due_on, left = promise.due_on.isoformat(), promise.left_minor
        return Reason("promise-not-due", {"due_on": due_on, "amount_minor": left})
    return Reason("disputed", {"amount_minor": sum(item.disputed_minor for item in items)})


def _held_by_amount(facts: CustomerFacts, policy: PolicyRules, gross_minor: int) -> Reason | None:
    unallocated, net = facts.unallocated_minor, gross_minor + facts.unallocated_minor
    minimum = policy.minimum_minor if facts.currency == policy.currency else 0
    if net > 0 and net >= minimum:
        return None
    if unallocated < 0 and gross_minor >= minimum:
        return Reason("payment-not-allocated", {"gross_minor": gross_minor, "credits_minor": -unallocated})
    return Reason("below-minimum", {"net_minor": net, "minimum_minor": minimum})


def _held_by_age(claim: _Claim, on: date) -> Reason | None:
    if not claim.is_left_to_a_person:
        return None
    days = max((on - item.due_on).days for item in claim.climbing)
    params: dict[str, str | int] = {"days_late": days, "items": len(claim.climbing)}
    asked_on = [item.last_level_on for item in claim.climbing if item.last_level_on is not None]
    if asked_on:
        params["asked_on"] = max(asked_on).isoformat()
    return Reason("too-old", params)


def _held_by_contact(facts: CustomerFacts, policy: PolicyRules, on: date) -> Reason | None:
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


def _held_by_way(facts: CustomerFacts, step: Step, on: date) -> Reason | None:
    if _channel(facts, step) is None:
        return Reason("no-address")
    if not facts.calendar.is_business_day(on):
        next_day = facts.calendar.next_business_day(on)
        name = facts.calendar.holiday_name(on) or ""
        return Reason("not-a-business-day", {"holiday": name, "next_on": next_day.isoformat()})
    return None


def _channel(facts: CustomerFacts, step: Step) -> Channel | None:
    """The step's channel, or the other one where the customer cannot be reached by it; None: by neither."""
    letter_first = step.channel == "letter" or facts.prefers_letter
    ways: tuple[tuple[Channel, bool], ...] = (("letter", facts.has_address), ("email", bool(facts.email)))
    return next((way for way, is_open in (ways if letter_first else ways[::-1]) if is_open), None)
