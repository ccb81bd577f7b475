"""What deserves an act today, in which order, and why.

Facts of one customer and the day in, lines of work out. Each line has its reason as a code with its values;
the words stand in `wording`. The order is by what an act is worth: the amount at stake times an urgency in
percent; who has nothing at stake comes last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from exigible.negotiation.rules import Standing, State

Act = Literal[
    "call", "email", "letter", "decide", "allocate", "find-contact", "review-reminder", "declare-claim"
]

LIMITATION_YEARS = 5  # FR C. com. L110-4, MC C. civ. 2044, MG C. com. 4-2: commercial claims
LIMITATION_WARNING_DAYS = 180
SILENCE_DAYS = 14
ANSWER_TO_FORMAL_NOTICE_DAYS = 8
LATE_DAYS = 30

# Of which countries of the debtor it is known how long a claim may be declared once insolvency was opened.
# FR: C. com. R622-24, two months from the BODACC, four for a creditor outside metropolitan France. MC:
# C. com. 463, 15 days from the Journal de Monaco, 30 for a creditor elsewhere. The shorter is said.
DECLARATION_COUNTRIES = ("FR", "MC")


@dataclass(frozen=True, slots=True)
class WorkFacts:
    """What is known of a customer in one currency, as of the day. Amounts in minor units, ages in days.

    `disputed_minor` of the overdue is contested, `contested_minor` of all that is owed; `answer_due_on` is
    when an answer is first due, `awaited_minor` what credit notes found right on `awaited_since` come to.
    """

    customer_id: int
    currency: str
    overdue_minor: int
    unallocated_minor: int
    oldest_due_on: date | None
    country: str = "FR"
    balance_minor: int = 0
    credit_limit_minor: int | None = None
    promises: tuple[Standing, ...] = ()
    disputed_minor: int = 0
    contested_minor: int = 0
    answer_due_on: date | None = None
    awaited_minor: int = 0
    awaited_since: date | None = None
    last_contact_on: date | None = None
    last_level: str = ""
    last_level_on: date | None = None
    paused_until: date | None = None
    insolvent: bool = False
    claim_declared: bool = False
    proposed_action: int | None = None
    has_email: bool = True
    has_phone: bool = True
    policy_ending: str = ""
    """What the last run asks of a person for whom the policy has nothing more to say; its last step:"""
    policy_ended_on: date | None = None

    @property
    def claimed_minor(self) -> int:
        """The overdue, less what is contested and what is promised for a day to come."""
        promised = sum(found.left_minor for found in self.promises if found.state is State.OPEN)
        return self.overdue_minor - self.disputed_minor - promised

    @property
    def broken_promise(self) -> Standing | None:
        """The last promise that was not kept, unless another one was made since."""
        made = sorted(self.promises, key=lambda found: (found.promise.made_on, found.promise.due_on))
        last = made[-1] if made else None
        return last if last and last.state in (State.BROKEN, State.PART) else None


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One thing to do for one customer today.

    `stake_minor` is what is claimed of the overdue, less the credits not yet allocated, never below 0; for a
    claim to be declared, all that is owed. `urgency` weighs it in percent, and weighs the overdue where
    lettering settles it.
    """

    customer_id: int
    currency: str
    act: Act
    reason: str
    stake_minor: int
    urgency: int
    oldest_days: int
    params: dict[str, object] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    overdue_minor: int = 0

    @property
    def value(self) -> int:
        weighed = self.overdue_minor if self.act == "allocate" else self.stake_minor
        return weighed * self.urgency // 100


def limitation_on(due_on: date) -> date:
    """The day a commercial claim is barred unless interrupted: five years after its due date."""
    try:
        return due_on.replace(year=due_on.year + LIMITATION_YEARS)
    except ValueError:  # 29 February
        return date(due_on.year + LIMITATION_YEARS, 3, 1)


def work_line(facts: WorkFacts, on: date) -> WorkLine | None:
    """The line of a customer: its most urgent reason, and the codes of the others. None: leave it alone."""
    if facts.insolvent:
        return _claim_to_declare(facts, on)
    if facts.paused_until and on <= facts.paused_until:
        return None
    reasons = sorted(_reasons(facts, on), key=lambda line: -line.urgency)
    if not reasons:
        return None
    first, *others = reasons
    return replace(first, also=tuple(line.reason for line in others))


def _claim_to_declare(facts: WorkFacts, on: date) -> WorkLine | None:
    """Insolvency stops reminders, and whoever does not declare in time is shut out (FR: C. com. L622-26)."""
    if facts.claim_declared or facts.balance_minor <= 0:
        return None
    country = facts.country if facts.country in DECLARATION_COUNTRIES else ""
    line = _line(facts, on, "declare-claim", "claim-to-declare", 300, country=country)
    return replace(line, stake_minor=facts.balance_minor)


def _reasons(facts: WorkFacts, on: date) -> Iterator[WorkLine]:
    yield from _unanswered_dispute(facts, on)
    yield from _awaited_credit(facts, on)
    if facts.overdue_minor <= 0:
        return
    yield from _limitation(facts, on)  # it runs, contested or promised
    if facts.claimed_minor <= 0:
        return  # what is contested, or promised and not yet due, is left alone
    yield from _broken_promise(facts, on)
    yield from _end_of_policy(facts, on) if facts.policy_ending else _unanswered_formal_notice(facts, on)
    yield from _probably_paid(facts, on)
    yield from _over_limit(facts, on)
    yield from _reminder(facts, on)
    yield from _silence(facts, on)
    yield from _unreachable(facts, on)


def _line(facts: WorkFacts, on: date, act: Act, reason: str, urgency: int, **params: object) -> WorkLine:
    age = (on - facts.oldest_due_on).days if facts.oldest_due_on else 0
    return WorkLine(
        facts.customer_id,
        facts.currency,
        act,
        reason,
        max(facts.claimed_minor + facts.unallocated_minor, 0),
        urgency,
        max(age, 0),
        params | _credits_taken_off(facts, reason),
        overdue_minor=facts.overdue_minor,
    )


def _credits_taken_off(facts: WorkFacts, reason: str) -> dict[str, object]:
    """The credits by which what is at stake is less than the overdue, where the reason does not say them."""
    if facts.unallocated_minor >= 0 or reason in ("payment-not-allocated", "claim-to-declare"):
        return {}
    return {"credits": -facts.unallocated_minor, "overdue": facts.overdue_minor}


def _to_reach(facts: WorkFacts) -> Act:
    """How to speak to the customer: by telephone, else in writing; where neither is known, find out how."""
    if facts.has_phone:
        return "call"
    return "email" if facts.has_email else "find-contact"


def _unanswered_dispute(facts: WorkFacts, on: date) -> Iterator[WorkLine]:
    if facts.answer_due_on is not None and facts.answer_due_on < on:
        due_on, amount = facts.answer_due_on.isoformat(), facts.contested_minor - facts.awaited_minor
        line = _line(facts, on, "decide", "dispute-unanswered", 130, amount=amount, due_on=due_on)
        yield replace(line, stake_minor=max(line.stake_minor, amount))


def _awaited_credit(facts: WorkFacts, on: date) -> Iterator[WorkLine]:
    if facts.awaited_since is None:
        return
    waited = (on - facts.awaited_since).days
    if waited > SILENCE_DAYS:
        amount = facts.awaited_minor
        line = _line(facts, on, "decide", "credit-note-awaited", 115, amount=amount, days=waited)
        yield replace(line, stake_minor=max(line.stake_minor, amount))


def _broken_promise(facts: WorkFacts, on: date) -> Iterator[WorkLine]:
    broken = facts.broken_promise
    if broken is None:
        return
    reason = "promise-broken" if broken.state is State.BROKEN else "promise-part-kept"
    promise = broken.promise
    yield _line(
        facts, on, _to_reach(facts), reason, 200,
        amount=promise.amount_minor, received=broken.received_minor, due_on=promise.due_on.isoformat(),
    )  # fmt: skip


def _limitation(facts: WorkFacts, on: date) -> Iterator[WorkLine]:
    if facts.oldest_due_on is None:
        return
    left = (limitation_on(facts.oldest_due_on) - on).days
    if 0 <= left <= LIMITATION_WARNING_DAYS:
        line = _line(facts, on, "decide", "limitation-near", 180, days=left)
    elif left < 0:
        line = _line(facts, on, "decide", "limitation-passed", 60, days=-left)
    else:
        return
    # What is contested or promised is lost with the rest; what credits cover is not.
    yield replace(line, stake_minor=max(facts.overdue_minor + facts.unallocated_minor, 0))


def _unanswered_formal_notice(facts: WorkFacts, on: date) -> Iterator[WorkLine]:
    if facts.last_level not in ("formal_notice", "last_before_action") or facts.last_level_on is None:
        return
    waited = (on - facts.last_level_on).days
    if waited > ANSWER_TO_FORMAL_NOTICE_DAYS:
        yield _line(facts, on, "decide", "formal-notice-unanswered", 160, days=waited)


def _end_of_policy(facts: WorkFacts, on: date) -> Iterator[WorkLine]:
    """What the policy asks for at its end, so many days after its last step."""
    days = (on - facts.policy_ended_on).days if facts.policy_ended_on else 0
    yield _line(facts, on, "decide", "policy-ended", 165, ending=facts.policy_ending, days=days)


def _probably_paid(facts: WorkFacts, on: date) -> Iterator[WorkLine]:
    if -facts.unallocated_minor >= facts.overdue_minor:
        yield _line(facts, on, "allocate", "payment-not-allocated", 150, amount=-facts.unallocated_minor)


def _over_limit(facts: WorkFacts, on: date) -> Iterator[WorkLine]:
    limit = facts.credit_limit_minor
    if limit is not None and facts.balance_minor > limit:
        yield _line(facts, on, _to_reach(facts), "over-credit-limit", 110, over=facts.balance_minor - limit)


def _reminder(facts: WorkFacts, on: date) -> Iterator[WorkLine]:
    if facts.proposed_action is not None:
        yield _line(facts, on, "review-reminder", "reminder-proposed", 105, action=facts.proposed_action)


def _silence(facts: WorkFacts, on: date) -> Iterator[WorkLine]:
    age = (on - facts.oldest_due_on).days if facts.oldest_due_on else 0
    if age <= LATE_DAYS:
        return
    if facts.last_contact_on is None:
        yield _line(facts, on, _to_reach(facts), "late-never-contacted", 120, days=age)
    elif on - facts.last_contact_on > timedelta(days=SILENCE_DAYS):
        silent = (on - facts.last_contact_on).days
        yield _line(facts, on, _to_reach(facts), "late-and-silent", 100, days=silent)


def _unreachable(facts: WorkFacts, on: date) -> Iterator[WorkLine]:
    if not facts.has_email and not facts.has_phone:
        yield _line(facts, on, "find-contact", "no-contact", 90)
