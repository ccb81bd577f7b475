"""What is known of each message at this moment: its amounts read again, its sender."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final

from django.db.models import Q

from exigible.cash.seen import seen_cash
from exigible.documents.model import Sender
from exigible.documents.naming import Document, unclear_numbers
from exigible.dunning.answers import Answers, read_answers
from exigible.dunning.charges import Charges, charges_of
from exigible.dunning.facts import read_rests
from exigible.dunning.heard import Heard, read_heard
from exigible.dunning.models import Action, ActionItem
from exigible.dunning.policies import rules_of
from exigible.dunning.rules import (
    ItemFacts,
    Rest,
    Step,
    is_still_true,
)
from exigible.dunning.texts.parts import Key
from exigible.dunning.texts.versions import Voice, Voices
from exigible.ledger.models import Company, Customer, OpenItem
from exigible.negotiation.rules import Standing, State
from exigible.positions.parties import sender_of

REMEMBERED: Final = timedelta(days=30)
"""How long after it was broken a promise is spoken of."""

MESSAGE: Final = ("company_id", "run_id", "through_id", "currency", "channel", "step", "state")
"""What the reminders of a group that leave in one message have in common."""

GENTLE: Final = ("reminder", "firm")
"""Tones that give way to the one about a broken promise; a formal notice does not."""


@dataclass(frozen=True)
class Case:
    """What is known of one action when it is worded; amounts in minor units of its currency."""

    action: Action
    step: Step
    all_items: list[OpenItem]
    open_items: list[OpenItem]
    answers: Answers
    seen_minor: int
    heard: Heard
    rests: Mapping[int, tuple[Rest, ...]]
    dated: date
    sender: Sender
    voices: Voices

    @property
    def company(self) -> Company:
        return self.action.run.company

    @property
    def customer(self) -> Customer:
        return self.action.customer

    @property
    def addressee(self) -> Customer:
        """To whom it is said: the head where the customer's group is told through it, else the customer."""
        return self.action.through or self.action.customer

    @property
    def language(self) -> Any:
        return self.action.language

    @cached_property
    def items(self) -> list[OpenItem]:
        """Those of which something is claimed, and of which the step still speaks the truth."""
        return [
            item
            for item in self.all_items
            if self.claimed(item) > 0 and is_still_true(self.step, item.due_on, self.dated)
        ]

    @cached_property
    def facts(self) -> Mapping[int, ItemFacts]:
        """Every item that is owed, with what is contested and promised of it."""
        owed = [ItemFacts(i.pk, i.due_on, i.open_minor) for i in self.open_items if i.open_minor > 0]
        return {item.item_id: item for item in self.answers.apply(self.account, owed)}

    @cached_property
    def broken(self) -> Standing | None:
        """The last promise that was broken since the message before this one, and lately."""
        previous_on = str(self.action.reason_params.get("previous_on", ""))
        since = max(self.dated - REMEMBERED, date.fromisoformat(previous_on) if previous_on else date.min)
        claimed = {item.pk for item in self.items}
        found = [
            known
            for known in self.answers.standings.get(self.account, ())
            if known.state is State.BROKEN
            and since <= known.last_on
            and (not known.promise.items or known.promise.items & claimed)
        ]
        return max(found, key=lambda known: known.last_on, default=None)

    @cached_property
    def tone(self) -> str:
        """The step's, but that a reminder after a broken promise speaks of the promise, if to one alone."""
        is_of_promise = self.step.tone in GENTLE and self.action.through_id is None and self.broken
        return "broken_promise" if is_of_promise else self.step.tone

    @cached_property
    def voice(self) -> Voice:
        """The words of this message: those in force when it was approved, else those of now."""
        country = self.addressee.country or self.company.country
        key = Key(self.tone, self.language, country, self.addressee.kind)
        return self.voices.find(self.company.pk, key, self.action.approved_at)

    @property
    def account(self) -> tuple[int, str]:
        return self.action.customer_id, self.action.currency

    def claimed(self, item: OpenItem) -> int:
        """What is asked for an item: nothing once it is settled, nor what is contested or promised."""
        known = self.facts.get(item.pk)
        return known.claimed_minor if known else 0

    @property
    def credits(self) -> list[OpenItem]:
        return [item for item in self.open_items if item.open_minor < 0]

    @property
    def credits_minor(self) -> int:
        return sum(item.open_minor for item in self.credits)

    @property
    def gross_minor(self) -> int:
        return sum(map(self.claimed, self.items))

    @cached_property
    def charges(self) -> Charges:
        if not self.step.claims_charges:
            return Charges()
        return charges_of(
            self.company,
            self.customer,
            [(item, self.claimed(item)) for item in self.items],
            self.credits_minor,
            self.dated,
            self.language,
            {
                item.pk: " · ".join(filter(None, (item.document_number, self.label(item))))
                for item in self.items
            },
        )

    @cached_property
    def unclear(self) -> frozenset[tuple[str, str]]:
        """The kinds and numbers that do not tell this customer's documents apart."""
        return unclear_numbers(
            Document(item.document_type, item.document_number, item.issued_on, item.label)
            for item in (*self.open_items, *self.all_items)
        )

    def is_unclear(self, item: OpenItem) -> bool:
        return (item.document_type, item.document_number) in self.unclear

    def label(self, item: OpenItem) -> str:
        """The label of a document that its number does not name; empty where the number does."""
        return item.label if self.is_unclear(item) and item.label != item.document_number else ""


def actions_with_all(**chosen: Any) -> Any:
    """Actions with what `compose` reads of them."""
    related = ("run__company__sms_gateway", "customer__collector", "through__collector", "policy")
    return Action.objects.filter(**chosen).select_related(*related)


def said_together(actions: Iterable[Action]) -> dict[int, list[Action]]:
    """Of those that a head is told for its group: each with all that go in its message, by customer.

    They are those of its run, head, currency and way that stand where it stands.
    """
    grouped = [action for action in actions if action.through_id is not None]
    if not grouped:
        return {}
    chosen = Q()
    for key in {_message_key(action) for action in grouped}:
        chosen |= Q(**dict(zip(MESSAGE, key, strict=True)))
    found = defaultdict(list)
    for action in actions_with_all().filter(chosen).order_by("customer__sort_name", "pk"):
        found[_message_key(action)].append(action)
    return {action.pk: found[_message_key(action)] for action in grouped}


def _message_key(action: Action) -> tuple[Any, ...]:
    return tuple(getattr(action, name) for name in MESSAGE)


def read_cases(actions: Sequence[Action], today: date) -> list[Case]:
    """What is known now of some actions, in their order, by a few statements for all of them.

    `actions` come with their run, company, customer and policy (see `actions_with_all`).
    """
    customers = {action.customer_id for action in actions}
    companies = {action.run.company for action in actions}
    senders = {company.pk: sender_of(company) for company in companies}
    answers = {company.pk: read_answers(company, today, sorted(customers)) for company in companies}
    seen = {company.pk: seen_cash(company, sorted(customers)) for company in companies}
    told = sorted(customers | {action.through_id for action in actions if action.through_id})
    heard = {company.pk: read_heard(company, today, told) for company in companies}
    rests = {company.pk: read_rests(company, today, told) for company in companies}
    open_items = _open_items(companies, customers)
    items = _items(actions)
    voices = Voices(companies)
    return [
        Case(
            action=action,
            step=_step(action),
            all_items=items[action.pk],
            open_items=open_items[action.customer_id, action.currency],
            answers=answers[action.company_id],
            seen_minor=seen[action.company_id].get((action.customer_id, action.currency), 0),
            heard=heard[action.company_id],
            rests=rests[action.company_id],
            dated=max(action.run.day, today),
            sender=signed(senders[action.company_id], action.through or action.customer),
            voices=voices,
        )
        for action in actions
    ]


def _items(actions: Sequence[Action]) -> dict[int, list[OpenItem]]:
    """The items that each action speaks of, as they stand now."""
    found = defaultdict(list)
    rows = ActionItem.objects.filter(action__in=actions).select_related("item")
    for row in rows.order_by("item__due_on", "item_id"):
        found[row.action_id].append(row.item)
    return found


def _open_items(companies: set[Company], customers: set[int]) -> dict[tuple[int, str], list[OpenItem]]:
    found = defaultdict(list)
    rows = OpenItem.objects.filter(company__in=companies, customer__in=customers).exclude(open_minor=0)
    for item in rows.order_by("due_on", "pk"):
        found[item.customer_id, item.currency].append(item)
    return found


def _step(action: Action) -> Step:
    steps = rules_of(action.policy, action.run.company.currency).steps
    return next(step for step in steps if step.key == action.step)


def signed(sender: Sender, customer: Customer) -> Sender:
    """The sender, with the collector whom this customer may ask for."""
    return replace(sender, contact=customer.collector.name) if customer.collector else sender
