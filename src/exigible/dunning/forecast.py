"""What a policy would do to a customer over the days to come, if nothing came in and every message went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from exigible.dunning.answers import Answers
from exigible.dunning.facts import open_reading
from exigible.dunning.group_voices import spoken_for
from exigible.dunning.policies import policies_in_force
from exigible.dunning.rules import CustomerFacts, Decision, HeldBack, ItemFacts, PolicyRules, decide
from exigible.ledger.models import Customer

DAYS: Final = 90

Answered = Callable[[Sequence[ItemFacts], date], list[ItemFacts]]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A message of a day to come, or from which day on one would be held back."""

    on: date
    decision: Decision | HeldBack


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is foreseen for a customer in one currency, and by which version of which policy."""

    currency: str
    policy: PolicyRules | None
    foreseen: list[Foreseen]


def forecast_customer(
    customer: Customer, today: date, days: int = DAYS, policy: PolicyRules | None = None
) -> list[Outlook]:
    """What would be done about a customer from a day on, by currency; nothing is written.

    `policy`: by this one, which need not be saved, instead of the one in force for the customer. Promises
    still open are taken for broken once their days of grace have passed, disputes for lasting.
    """
    company = customer.company
    policies = [policy] if policy else policies_in_force(company)
    reading = open_reading(company, today, policies, today=today, customers=[customer.pk], ahead=days)
    answers = reading.known.answers
    head = spoken_for(company.pk, [customer.pk]).get(customer.pk) if policy is None else None
    of_head = reading.head(head)[1] if head is not None else None
    return [
        Outlook(
            facts.currency,
            of_head or policy,
            foresee(facts, of_head or policy, today, days, _answered(answers, (customer.pk, facts.currency))),
        )
        for facts, policy in reading.facts([customer.pk])
    ]


def _answered(answers: Answers, account: tuple[int, str]) -> Answered:
    return lambda items, on: answers.still_open(on).apply(account, items)


def foresee(
    facts: CustomerFacts, policy: PolicyRules | None, first: date, days: int, answered: Answered
) -> list[Foreseen]:
    """Each message of so many days, and each new reason for which one would be held back."""
    found: list[Foreseen] = []
    for day in (first + timedelta(days=ahead) for ahead in range(days)):
        if not facts.calendar.is_business_day(day):
            continue
        decision = decide(replace(facts, items=answered(facts.items, day)), policy, day)
        if decision is not None and not _is_said(found, decision):
            found.append(Foreseen(day, decision))
        if isinstance(decision, Decision):
            facts = _after(facts, decision, day)
        facts = replace(facts, pending_since=None)
    return found


def _is_said(found: Sequence[Foreseen], decision: Decision | HeldBack) -> bool:
    last = found[-1].decision if found else None
    return (
        isinstance(decision, HeldBack)
        and isinstance(last, HeldBack)
        and (last.reason.code, last.step_key) == (decision.reason.code, decision.step_key)
    )


def _after(facts: CustomerFacts, sent: Decision, on: date) -> CustomerFacts:
    """What is known once a message has gone."""
    levels = {claimed.item_id: claimed.level for claimed in sent.items}
    items = [
        item._replace(
            last_level=item.last_level if levels[item.item_id] is None else levels[item.item_id],
            last_level_on=on,
        )
        if item.item_id in levels
        else item
        for item in facts.items
    ]
    return replace(facts, items=items, last_contacted_on=on)
