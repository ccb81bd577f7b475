"""A customer's call sheet: whom to ask for, what is owed, promised, contested, what was said, what to say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from exigible.calls.listing import When, hours_at, last_contacts, when_to_call, zone_at
from exigible.calls.models import OngoingCall
from exigible.calls.queries import (
    Reach,
    best_times,
    calls_of,
    mean_tries,
    others_calling,
    policy_of,
    reaches_of,
    rules_of,
)
from exigible.calls.rules import PARTS, Hours, next_call, tone_of
from exigible.calls.scripts import Objection, filled, script_of
from exigible.calls.steps import step_words, steps_to_call, unreached_words
from exigible.calls.wording import best_words
from exigible.dunning.answers import Answers
from exigible.language import formats
from exigible.ledger.models import Customer
from exigible.ledger.pauses import Rests, rests_of
from exigible.negotiation.rules import State as PromiseState
from exigible.team.scope import Scope
from exigible.timeline.models import Event
from exigible.web.customer_answers import PromiseRow, answers_of, promise_rows
from exigible.web.customer_file import Account, Entry, OpenLine, last_said, open_accounts
from exigible.worklist.queries import CONTACT_KINDS

SAID: Final = 3
SPEAKING: Final = (*CONTACT_KINDS, "reply-received", "note")
FORMAL_NOTICE: Final = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """What a customer owes in one currency: what is overdue by due date, and what is not due yet."""

    currency: str
    lines: list[OpenLine]
    overdue_minor: int
    not_due_minor: int
    unallocated_minor: int
    disputed_minor: int
    promised_minor: int

    @property
    def asked_minor(self) -> int:
        """What may be asked for now: neither what is contested or promised, nor what came in unallocated."""
        claimed = self.overdue_minor - self.disputed_minor - self.promised_minor
        return max(0, claimed + self.unallocated_minor)

    @property
    def label(self) -> str:
        """What the table of the overdue lines is called."""
        return _("Overdue items in %(currency)s") % {"currency": self.currency}


@dataclass(frozen=True, slots=True)
class Words:
    """The script of this call, filled in, in the customer's language."""

    language: str
    tone: str
    opening: str
    question: str
    closing: str
    objections: tuple[Objection, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that one wants to have before one's eyes while calling a customer."""

    customer: Customer
    local: datetime
    when: When
    reaches: Sequence[Reach]
    best: str
    standings: list[Standing]
    broken: list[PromiseRow]
    running: list[PromiseRow]
    said: list[Entry]
    words: Words
    step: str
    """The step of the policy that this call is to make; empty for none."""
    unreached: str
    """What comes next for that step if nobody is reached; empty for none."""
    last_call: int
    """The event of the last call, 0 where none was made."""
    today: Event | None
    """A contact of today, by whomever."""
    rests: Rests
    others: list[OngoingCall]
    is_individual: bool
    answers: Answers
    zone: tzinfo
    hours: Hours | None

    @property
    def first(self) -> Reach | None:
        """Whom to call: the first number that is not known to be wrong."""
        return next((reach for reach in self.reaches if not reach.is_wrong), None)


def read_sheet(scope: Scope, customer: Customer, now: datetime | None = None) -> Sheet:
    """The call sheet as it stands; in a constant number of queries, however much is owed."""
    moment, company = now or timezone.now(), scope.company
    reaches = reaches_of(company, [customer], scope.as_of)[customer.pk]
    zone = zone_at(customer, company, reaches)
    made = calls_of(company, [customer.pk], moment).get(customer.pk, [])
    calls = [call.past(zone) for call in made]
    answers = answers_of(scope, customer)
    promises = promise_rows(answers)
    standings = [standing(account) for account in open_accounts(scope, customer, answers)]
    broken = broken_promises(promises)
    rules = rules_of(policy_of(company))
    steps = steps_to_call(company, [customer.pk]).get(customer.pk, ())
    hours = hours_at(customer, company, rules)
    due = next_call(calls, rules, hours) if hours else None
    local = moment.astimezone(zone)
    is_known = any(not reach.is_wrong for reach in reaches)
    last = last_contacts(company, [customer.pk]).get(customer.pk)
    return Sheet(
        customer=customer,
        local=local,
        when=when_to_call(calls, due, hours, rules, local, can_dial=is_known),
        reaches=reaches,
        best=best_words(best_times(calls, mean_tries(company, moment))),
        standings=standings,
        broken=broken,
        running=[row for row in promises if row.standing.state is PromiseState.OPEN],
        said=last_said(company, [customer.pk], SPEAKING, SAID).get(customer.pk, []),
        words=words_of(scope, customer, standings, broken, reaches),
        step=step_words(steps),
        unreached=unreached_words(steps, made, rules.tries_in_a_row),
        last_call=made[0].event if made else 0,
        today=last if last and timezone.localdate(last.happened_at) == timezone.localdate(moment) else None,
        rests=rests_of(customer, timezone.localdate(moment)),
        others=others_calling(company, customer, scope.user.pk, moment),
        is_individual=customer.kind == Customer.Kind.INDIVIDUAL,
        answers=answers,
        zone=zone,
        hours=hours,
    )


def standing(account: Account) -> Standing:
    """An account as one speaks of it: the overdue lines, and sums of the rest."""
    lines = [line for line in account.lines if not line.is_credit and line.days > 0]
    return Standing(
        account.currency, lines, account.ageing.overdue, account.ageing.not_due, account.ageing.unallocated,
        sum(line.disputed_minor for line in lines), sum(line.promised_minor for line in lines),
    )  # fmt: skip


def broken_promises(promises: Iterable[PromiseRow]) -> list[PromiseRow]:
    """Promises that were not kept, the last one first, unless another one was made since."""
    latest = max((row.promise.made_on for row in promises), default=None)
    states = (PromiseState.BROKEN, PromiseState.PART)
    return [row for row in promises if row.standing.state in states and row.promise.made_on == latest]


def words_of(
    scope: Scope,
    customer: Customer,
    standings: Sequence[Standing],
    broken: Sequence[PromiseRow],
    reaches: Sequence[Reach],
) -> Words:
    """What to say, in the language of whom one asks for, in the tone of the last step that was taken."""
    contact = next((reach.contact for reach in reaches if not reach.is_wrong), None)
    language = (contact.language if contact else "") or customer.language
    reminded = [line.reminded for each in standings for line in each.lines if line.reminded]
    level = max((level for level, _on in reminded), default=None)
    tone = tone_of(overdue=any(each.lines for each in standings), level=level, broken_promise=bool(broken))
    script = script_of(scope.company, language)
    with override(script.language):
        values = _values(scope, customer, standings, broken)
        values["contact"] = contact.name if contact else _("the person who deals with payments")
        notices = [on for level, on in reminded if level >= FORMAL_NOTICE]
        values["notice_on"] = formats.day(max(notices), "long") if notices else ""
    parts = {part: filled(script.tones[tone][part], values) for part in PARTS}
    objections = tuple(Objection(one.excuse, filled(one.answer, values)) for one in script.objections)
    return Words(script.language, tone, objections=objections, **parts)


def _values(
    scope: Scope, customer: Customer, standings: Sequence[Standing], broken: Sequence[PromiseRow]
) -> dict[str, str]:
    late = [each for each in standings if each.lines]
    oldest = min((line.due_on for each in late for line in each.lines), default=None)
    last = broken[0].promise if broken else None
    return {
        "customer": customer.name,
        "company": scope.company.name,
        "me": scope.user.name or _("(your name)"),
        "overdue": _and(formats.money(each.overdue_minor, each.currency, with_symbol=True) for each in late),
        "oldest_due_on": formats.day(oldest, "long"),
        "promised": formats.money(last.amount_minor, last.currency, with_symbol=True) if last else "",
        "promised_on": formats.day(last.due_on, "long") if last else "",
    }


def _and(amounts: Iterable[str]) -> str:
    """Amounts of several currencies, each by itself: they are never one sum."""
    return _(" and ").join(amounts)
