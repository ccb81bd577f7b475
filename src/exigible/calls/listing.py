"""The call list: who to call now, in which order and why; who later today; whom not, and why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from exigible.calls.phones import zone_of
from exigible.calls.queries import (
    MadeCall,
    Owed,
    Reach,
    best_times,
    calls_of,
    followed_customers,
    mean_tries,
    owed_by,
    policy_of,
    reaches_of,
    rules_of,
)
from exigible.calls.rules import (
    SPOKEN,
    CallRules,
    Hours,
    NextCall,
    PastCall,
    Tries,
    hours_of,
    next_call,
    rests_until,
)
from exigible.calls.steps import Steps, step_words, steps_to_call
from exigible.calls.wording import at_words, best_words, clock, next_words
from exigible.dunning.answers import read_answers
from exigible.dunning.models import Action
from exigible.language import formats
from exigible.ledger.calendars import calendar_of
from exigible.ledger.models import Company, Customer, Pause
from exigible.ledger.pauses import pauses_on
from exigible.team.scope import Scope
from exigible.timeline.models import Event
from exigible.web.events import describe
from exigible.worklist.models import Task
from exigible.worklist.queries import CONTACT_KINDS, day_tasks, in_turn, sorted_tasks
from exigible.worklist.wording import reason_sentence

MOST: Final = 200
"""So many of the day's calls are looked at, the most valuable first; more nobody makes in a day."""

STEPS_FIRST: Final = 2 * MOST
"""How far before its place a customer stands for which the policy asks for a call."""


class State(StrEnum):
    NOW = "now"
    LATER = "later"
    NOT_TODAY = "not-today"


@dataclass(frozen=True, slots=True)
class When:
    """When a customer may be called next, in its own time: `at`, or never today and why."""

    state: State
    at: datetime | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class CallRow:
    """A customer to call, and all that one wants to know before dialling."""

    customer: Customer
    why: str
    owed: Sequence[Owed]
    reach: Reach | None
    last: Event | None
    best: str
    local: datetime
    """What time it is at the customer's."""
    when: When
    rank: tuple[int, object]

    @property
    def is_now(self) -> bool:
        return self.when.state is State.NOW

    @property
    def is_abroad(self) -> bool:
        """Whether it is another hour at the customer's than here."""
        return is_abroad(self.local)

    @property
    def clock(self) -> str:
        """What time it is at the customer's."""
        return clock(self.local)

    @property
    def last_words(self) -> str:
        """What the last contact was."""
        return describe(self.last)[0] if self.last else ""

    @property
    def at(self) -> str:
        """When it may be called, in words; empty for now."""
        at = None if self.is_now else self.when.at
        return at_words(at, self.local.date()) if at else ""


def is_abroad(local: datetime) -> bool:
    """Whether a moment of the customer's time has another hour than here."""
    return local.utcoffset() != timezone.localtime(local).utcoffset()


@dataclass(frozen=True, slots=True)
class CallList:
    """The calls of a day in order; `left_out` more stand on the day's list, of lesser worth."""

    rows: list[CallRow]
    left_out: int

    def of(self, state: State) -> list[CallRow]:
        return [row for row in self.rows if row.when.state is state]

    @property
    def lines(self) -> list[tuple[str, bool]]:
        """Each customer's code in order, and whether it can be called now."""
        return [(row.customer.code, row.is_now) for row in self.rows]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is read once for all the rows."""

    company: Company
    now: datetime
    rules: CallRules
    mean: Tries
    tasks: Mapping[int, tuple[int, Task]]
    """By customer, its line of the day and where it stands."""
    steps: Steps
    calls: Mapping[int, list[MadeCall]]
    owed: Mapping[int, list[Owed]]
    reaches: Mapping[int, list[Reach]]
    last: Mapping[int, Event]
    resting: Mapping[int, Pause]


def call_list(scope: Scope, now: datetime | None = None) -> CallList:
    """Who to call at a moment, as this person may see it; in a constant number of queries."""
    moment = now or timezone.now()
    tasks, left_out = _calls_of_the_day(scope)
    followed, steps = set(followed_customers(scope.company, moment)), steps_to_call(scope.company)
    wanted = scope.customers().filter(pk__in=followed | set(tasks) | set(steps), is_insolvent=False)
    customers = list(wanted)
    known = _read(scope.company, customers, tasks, steps, moment)
    rows = [row for customer in customers if (row := _row(customer, known)) is not None]
    return CallList(sorted(rows, key=lambda row: row.rank), left_out)


def _calls_of_the_day(scope: Scope) -> tuple[dict[int, tuple[int, Task]], int]:
    """The day's lines whose act is a call, by customer, and how many more there are."""
    lines = day_tasks(scope, scope.as_of).filter(act=Task.Act.CALL, done_at=None)
    currencies = in_turn(
        lines.order_by().values_list("currency", flat=True).distinct(), scope.company.currency
    )
    found = list(sorted_tasks(lines, "", currencies)[: MOST + 1])
    left_out = lines.count() - MOST if len(found) > MOST else 0
    first: dict[int, tuple[int, Task]] = {}
    for place, task in enumerate(found[:MOST]):
        first.setdefault(task.customer_id, (place, task))
    return first, left_out


def _read(
    company: Company,
    customers: Sequence[Customer],
    tasks: Mapping[int, tuple[int, Task]],
    steps: Steps,
    now: datetime,
) -> _Known:
    keys, today = [customer.pk for customer in customers], timezone.localdate(now)
    return _Known(
        company=company,
        now=now,
        rules=rules_of(policy_of(company)),
        mean=mean_tries(company, now),
        tasks=tasks,
        steps=steps,
        calls=calls_of(company, keys, now),
        owed=owed_by(company, keys, today, read_answers(company, today, keys)),
        reaches=reaches_of(company, customers, today),
        last=last_contacts(company, keys),
        resting=pauses_on(company.pk, today, keys),
    )


def last_contacts(company: Company, customers: Sequence[int]) -> dict[int, Event]:
    """The last line of each customer's timeline by which it was contacted; in one query."""
    said = Event.objects.filter(company=company, customer__in=customers, kind__in=CONTACT_KINDS)
    latest = said.order_by("customer", "-happened_at", "-id").distinct("customer").select_related("by")
    return {event.customer_id: event for event in latest if event.customer_id}


def hours_at(customer: Customer, company: Company, rules: CallRules) -> Hours | None:
    """When a customer may be called, by its country's holidays and by what it is."""
    calendar = calendar_of(customer.country, company)
    return hours_of(rules, calendar, is_individual=customer.kind == Customer.Kind.INDIVIDUAL)


def office_hours(customer: Customer, company: Company, rules: CallRules) -> Hours:
    """Those of businesses: by them a call-back is not lost where no hours are set for individuals."""
    found = hours_of(rules, calendar_of(customer.country, company), is_individual=False)
    assert found is not None
    return found


def zone_at(customer: Customer, company: Company, reaches: Sequence[Reach]) -> tzinfo:
    """The customer's time zone."""
    number = reaches[0].number if reaches else None
    return zone_of(customer.country or company.country, company.country, number)


def _row(customer: Customer, known: _Known) -> CallRow | None:
    reaches = known.reaches[customer.pk]
    zone = zone_at(customer, known.company, reaches)
    local = known.now.astimezone(zone)
    calls = [call.past(zone) for call in known.calls.get(customer.pk, ())]
    hours = hours_at(customer, known.company, known.rules)
    due = next_call(calls, known.rules, hours or office_hours(customer, known.company, known.rules))
    place, task = known.tasks.get(customer.pk, (MOST, None))
    steps = known.steps.get(customer.pk, ())
    if task is None and not steps and not _is_followed(customer, due, known, local):
        return None
    right = [reach for reach in reaches if not reach.is_wrong]
    when = when_to_call(calls, due, hours, known.rules, local, can_dial=bool(right))
    times = best_times(calls, known.mean)
    rank = _rank(when, due, place - STEPS_FIRST if steps else place)
    return CallRow(
        customer, _why(steps, task, due), known.owed.get(customer.pk, ()), right[0] if right else None,
        known.last.get(customer.pk), best_words(times), local, when, rank,
    )  # fmt: skip


def _is_followed(customer: Customer, due: NextCall | None, known: _Known, local: datetime) -> bool:
    """Whether a customer that is not on the day's list is to be called because of the last call."""
    if due is None or due.at.date() > local.date():
        return False
    if due.reason == "call-back":
        return True
    return customer.pk not in known.resting and any(
        owed.asked_minor > 0 for owed in known.owed.get(customer.pk, ())
    )


def when_to_call(
    calls: Sequence[PastCall],
    due: NextCall | None,
    hours: Hours | None,
    rules: CallRules,
    local: datetime,
    *,
    can_dial: bool,
) -> When:
    """Now, later today, or not today and why; everything in the customer's own time."""
    if hours is None:
        return When(State.NOT_TODAY, None, _("No hours are set at which individuals may be called"))
    if not can_dial:
        return When(State.NOT_TODAY, None, _("No number is known, or all are wrong"))
    rests = rests_until(calls, rules)
    if rests is not None and rests > local.date():
        said = _("%(tries)s calls in a row without an answer: rests until %(day)s; rather write")
        return When(State.NOT_TODAY, None, said % {"tries": rules.tries_in_a_row, "day": formats.day(rests)})
    if due is None and calls and calls[0].outcome in SPOKEN and calls[0].at.date() == local.date():
        return When(State.NOT_TODAY, None, _("Someone was spoken to today"))
    at = max(due.at, hours.next_open(local)) if due else hours.next_open(local)
    if at <= local:
        return When(State.NOW, at)
    if at.date() == local.date():
        return When(State.LATER, at)
    return When(State.NOT_TODAY, at, _why_not_today(hours, local.date()))


def _why_not_today(hours: Hours, day: date) -> str:
    holiday = hours.calendar.holiday_name(day)
    if holiday:
        return _("Public holiday at the customer's")
    if not hours.is_day(day):
        return _("Not a day to call this customer on")
    return _("The customer's hours are over")


def _why(steps: Sequence[Action], task: Task | None, due: NextCall | None) -> str:
    sentences = [next_words(due)] if due else []
    if steps:
        sentences.append(step_words(steps))
    if task is not None:
        sentences.append(reason_sentence(task.reason, task.params, task.currency))
    return ". ".join(sentences)


def _rank(when: When, due: NextCall | None, place: int) -> tuple[int, object]:
    """Call-backs first, at their hour; then steps of policies, the day's list, what is tried again."""
    if when.state is State.NOW:
        is_back = due is not None and due.reason == "call-back"
        return (0, due.at.timestamp()) if due and is_back else (1, place)
    if when.state is State.LATER and when.at:
        return 2, when.at.timestamp()
    return 3, place
