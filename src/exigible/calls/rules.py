"""When a customer may be called, when it is called again, and at what hour it is best reached.

Facts, settings and the moment in, answers out. Moments are in the debtor's own time zone wherever an hour of
the day matters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, Literal, NamedTuple

from exigible.kernel.dates import Calendar

_DAY: Final = timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6
_FARTHEST: Final = 30
"""No country rests for so many days on end."""


class Outcome(StrEnum):
    """How a call ended."""

    PROMISE = "promise"
    DISPUTE = "dispute"
    PAID = "paid"
    REQUEST = "request"
    CALL_BACK = "call-back"
    REACHED = "reached"
    REFUSES = "refuses"
    NO_ANSWER = "no-answer"
    VOICEMAIL = "voicemail"
    WRONG_NUMBER = "wrong-number"


UNANSWERED: Final = frozenset({Outcome.NO_ANSWER, Outcome.VOICEMAIL})
SPOKEN: Final = frozenset(Outcome) - UNANSWERED - {Outcome.WRONG_NUMBER}
"""Outcomes of a call in which someone at the customer's answered."""


@dataclass(frozen=True, slots=True)
class CallRules:
    """When a company calls. Hours are those of the debtor's own time zone.

    No law was found that sets the hours of collection calls, in France, Monaco or Madagascar: for businesses
    these are office hours, and for individuals nothing is supposed. Without `individual_opens` and
    `individual_closes` an individual is not proposed to be called; with them, still never on a Sunday or a
    public holiday, and on a Saturday only where `individuals_on_saturday` says so.
    """

    opens: time = time(9)
    closes: time = time(18)
    rests_from: time | None = time(12)
    rests_until: time | None = time(14)
    individual_opens: time | None = None
    individual_closes: time | None = None
    individuals_on_saturday: bool = False
    minutes_between_tries: int = 180
    tries_a_day: int = 2
    tries_in_a_row: int = 5
    rest_days: int = 7


USUAL: Final = CallRules()

Span = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Hours:
    """The stretches of a day in which a kind of customer may be called, and the days that count."""

    spans: tuple[Span, ...]
    calendar: Calendar
    is_individual: bool = False
    on_saturday: bool = False

    def is_day(self, day: date) -> bool:
        """Whether the customer may be called on that day at all."""
        if self.is_individual and day.weekday() == _SUNDAY:
            return False
        if self.on_saturday and day.weekday() == _SATURDAY:
            return self.calendar.holiday_name(day) is None
        return self.calendar.is_business_day(day)

    def is_open(self, moment: datetime) -> bool:
        """Whether the customer may be called at a moment of its own time zone."""
        return self.is_day(moment.date()) and any(a <= moment.time() < b for a, b in self.spans)

    def next_open(self, moment: datetime) -> datetime:
        """The moment itself if the customer may be called then, else the next one at which it may be."""
        if self.is_open(moment):
            return moment
        for ahead in range(_FARTHEST):
            day = moment.date() + ahead * _DAY
            for opens, _closes in self.spans if self.is_day(day) else ():
                start = datetime.combine(day, opens, moment.tzinfo)
                if start > moment:
                    return start
        raise AssertionError(f"no day to call on within {_FARTHEST} days of {moment}")


def hours_of(rules: CallRules, calendar: Calendar, *, is_individual: bool) -> Hours | None:
    """When a customer may be called; None where the company did not say it for individuals."""
    if not is_individual:
        return Hours(_spans(rules), calendar)
    if rules.individual_opens is None or rules.individual_closes is None:
        return None
    spans = ((rules.individual_opens, rules.individual_closes),)
    return Hours(spans, calendar, is_individual=True, on_saturday=rules.individuals_on_saturday)


def _spans(rules: CallRules) -> tuple[Span, ...]:
    if rules.rests_from is None or rules.rests_until is None:
        return ((rules.opens, rules.closes),)
    return (rules.opens, rules.rests_from), (rules.rests_until, rules.closes)


class PastCall(NamedTuple):
    """A call that was made, in the debtor's time zone; `again_at` where it is to be called back."""

    at: datetime
    outcome: str
    again_at: datetime | None = None


class NextCall(NamedTuple):
    """When a customer is to be called again, and why; `tries` in a row had no answer."""

    at: datetime
    reason: Literal["call-back", "try-again", "next-number"]
    tries: int = 0


def tries_in_a_row(calls: Sequence[PastCall]) -> int:
    """How many calls had no answer since someone last answered; `calls`, the newest first."""
    tries = 0
    for call in calls:
        if call.outcome in SPOKEN:
            break
        tries += call.outcome in UNANSWERED
    return tries


def next_call(calls: Sequence[PastCall], rules: CallRules, hours: Hours) -> NextCall | None:
    """What the last call asks for; `calls`, the newest first. None: nothing follows from it.

    A call-back is due at its hour. A call without an answer is tried again after a while, so many times a day
    and so many times in a row at most; after a wrong number, the next one is tried at once.
    """
    last = next(iter(calls), None)
    if last is None:
        return None
    if last.outcome == Outcome.CALL_BACK and last.again_at is not None:
        return NextCall(hours.next_open(last.again_at), "call-back")
    if last.outcome == Outcome.WRONG_NUMBER:
        return NextCall(hours.next_open(last.at), "next-number")
    tries = tries_in_a_row(calls)
    if last.outcome not in UNANSWERED or tries >= rules.tries_in_a_row:
        return None
    return NextCall(hours.next_open(_earliest_try(calls, rules)), "try-again", tries)


def _earliest_try(calls: Sequence[PastCall], rules: CallRules) -> datetime:
    last = calls[0].at
    tried_today = sum(call.at.date() == last.date() and call.outcome in UNANSWERED for call in calls)
    if tried_today >= rules.tries_a_day:
        return datetime.combine(last.date() + _DAY, time(), last.tzinfo)
    return last + timedelta(minutes=rules.minutes_between_tries)


def rests_until(calls: Sequence[PastCall], rules: CallRules) -> date | None:
    """After so many tries in a row: the day until which the customer is not called again, else None."""
    if not calls or tries_in_a_row(calls) < rules.tries_in_a_row:
        return None
    return calls[0].at.date() + rules.rest_days * _DAY


# --- the best hour ---

BAND_HOURS: Final = 2
LEAST_TRIES: Final = 4
"""Of fewer calls in a band of hours, or on a weekday, nothing is said."""
PRIOR_TRIES: Final = 6


class Tries(NamedTuple):
    """Calls made, and those of them that someone answered."""

    reached: int
    tried: int


class Best(NamedTuple):
    """A band of hours (its first hour) or a weekday (0 is Monday) at which someone answers most often."""

    key: int
    reached: int
    tried: int


def band_of(hour: int) -> int:
    """The first hour of the band that an hour of the day belongs to: 9 for 9 and 10, 11 for 11 and 12."""
    return hour - (hour + 1) % BAND_HOURS


def shrunk(own: Tries, mean: Tries) -> int:
    """How often someone answers, in thousandths, drawn towards the company's mean the fewer the calls.

    The mean of the posterior of a beta-binomial model, (reached + m·p) / (tried + m), where p is the share of
    the company's calls that are answered and m = PRIOR_TRIES is how many calls that mean is worth. Source:
    Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.4 (beta prior, binomial data).
    """
    if not mean.tried:
        return 0
    top = own.reached * mean.tried + PRIOR_TRIES * mean.reached
    return 1000 * top // (mean.tried * (own.tried + PRIOR_TRIES))


def best(by_key: Mapping[int, Tries], mean: Tries) -> Best | None:
    """Where someone answers most often, if that is more often than the company's mean.

    Only of LEAST_TRIES calls or more; of two equals, the one with more calls, then the earlier.
    """
    known = {key: tries for key, tries in by_key.items() if tries.tried >= LEAST_TRIES}
    better = {key: rate for key, tries in known.items() if (rate := shrunk(tries, mean)) > _rate(mean)}
    if not better:
        return None
    key = max(better, key=lambda key: (better[key], known[key].tried, -key))
    return Best(key, *known[key])


def _rate(mean: Tries) -> int:
    return 1000 * mean.reached // mean.tried if mean.tried else 0


# --- the script ---

TONES: Final = ("courtesy", "reminder", "firm", "formal_notice", "broken_promise")
PARTS: Final = ("opening", "question", "closing")
COMMON: Final = frozenset({"customer", "company", "contact", "me", "overdue", "oldest_due_on"})
OF_TONES: Final[Mapping[str, frozenset[str]]] = {
    "courtesy": COMMON - {"overdue", "oldest_due_on"},
    "reminder": COMMON,
    "firm": COMMON,
    "formal_notice": COMMON | {"notice_on"},
    "broken_promise": COMMON | {"promised", "promised_on"},
}
"""What a text of each tone may name: only what is known whenever that tone is taken."""


def tone_of(*, overdue: bool, level: int | None, broken_promise: bool) -> str:
    """The tone of a call: the last step that was really taken, never one further.

    `level` is the highest one that an overdue item was reminded at.
    """
    if not overdue:
        return "courtesy"
    if level is not None and level >= 3:
        return "formal_notice"
    if broken_promise:
        return "broken_promise"
    return "firm" if level == 2 else "reminder"


def in_turn(lines: Sequence[tuple[str, bool]], after: str) -> Iterator[str]:
    """The codes of customers that can be called now, those that stand after `after` first, then the others.

    `lines`: each code of the list in order, and whether the customer can be called now.
    """
    codes = [code for code, _is_now in lines]
    start = codes.index(after) + 1 if after in codes else 0
    for code, is_now in [*lines[start:], *lines[:start]]:
        if is_now and code != after:
            yield code
