"""What is known and what is decided: the words in which the rules of reminders speak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, NamedTuple

from exigible.kernel.dates import Calendar

Channel = Literal["email", "letter", "sms", "phone", "visit", "registered"]
"""How a customer is reached. A registered letter (lettre recommandée), a telephone call and a visit are made
by a person; the others leave by themselves once approved."""

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


Outcome = Literal["litigation", "plan", "write_off", "account_manager"]
"""What a person is asked to do about a customer for whom a policy has nothing more to say."""


class Ending(NamedTuple):
    """How a policy ends: so many days after its last step, what a person is asked to do."""

    outcome: Outcome
    days: int


@dataclass(frozen=True, slots=True)
class PolicyRules:
    """A version of a policy. `steps` are in the order of their levels; amounts are minor units of `currency`.

    Empty `country`, `segment` and `kind` (of debtor) mean all of them. `oldest_days`: an item later than this
    that was never reminded is left to a person; None: never. More than `maximum_minor` is left to one too.
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
    kind: str = ""
    maximum_minor: int | None = None
    ending: Ending | None = None

    @property
    def last_level(self) -> int:
        """The level after which nothing more is said."""
        return self.steps[-1].level

    @property
    def days_before(self) -> int:
        """How long before its due date an item may be spoken of."""
        return max((0, *(-step.days for step in self.steps)))


class Promised(NamedTuple):
    """The open promise that falls due first: `left_minor` did not come in yet, and may until `last_on`."""

    due_on: date
    left_minor: int
    last_on: date


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


class Rest(NamedTuple):
    """From when until when reminders rest, both days included, and why."""

    starts_on: date
    until: date
    why: str


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What is known of a customer in one currency. `unallocated_minor` is negative or 0.

    `seen_minor` came in on the bank, seemingly from it, and is not lettered yet. `pending_since` is the date
    of a run whose message to it is neither sent nor given up, `unread_since` that of its first unread reply.
    `mobile` and `phone` are numbers in E.164, known to be ones; `unreached`: ways that were tried of late and
    led to nobody.
    """

    customer_id: int
    currency: str
    items: Sequence[ItemFacts]
    calendar: Calendar
    unallocated_minor: int = 0
    seen_minor: int = 0
    is_insolvent: bool = False
    rests: tuple[Rest, ...] = ()
    promise: Promised | None = None
    last_contacted_on: date | None = None
    pending_since: date | None = None
    unread_since: date | None = None
    email: str = ""
    mobile: str = ""
    phone: str = ""
    has_address: bool = False
    prefers_letter: bool = False
    unreached: frozenset[Channel] = frozenset()
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
class Claim:
    """What a message would say, before asking whether it may go.

    `climbing`: the items that reached its step; `left`: those too old, left to a person and not claimed.
    """

    step: Step
    items: tuple[ClaimedItem, ...]
    gross_minor: int
    credits_minor: int
    climbing: tuple[ItemFacts, ...]
    oldest_due_on: date
    left: tuple[ItemFacts, ...] = ()
    is_left_to_a_person: bool = False

    @property
    def net_minor(self) -> int:
        return self.gross_minor + self.credits_minor
