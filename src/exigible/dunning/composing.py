"""What a message will say, on what is known at this moment: amounts read again, texts worded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from exigible.cash.seen import SeenPayment, seen_payments
from exigible.documents.model import Letter, LetterCredit, LetterItem, Sender
from exigible.documents.naming import Document, unclear_numbers
from exigible.documents.statement import OpenItemsSection, Statement, StatementItem
from exigible.documents.wording import rate as rate_words
from exigible.documents.wording import short_date
from exigible.dunning.answers import Answers, read_answers
from exigible.dunning.charges import Charges, charges_of, contract_rate
from exigible.dunning.models import Action, ActionItem, Channel
from exigible.dunning.policies import rules_of
from exigible.dunning.readiness import what_it_waits_for
from exigible.dunning.rules import (
    CustomerFacts,
    ItemFacts,
    Reason,
    Step,
    is_still_true,
    still_stands,
    why_not_claimed,
)
from exigible.dunning.wording import due_span, fill, find_wording
from exigible.kernel.money import format_amount
from exigible.ledger.calendars import calendar_of
from exigible.ledger.models import Company, Customer, OpenItem
from exigible.positions.parties import recipient_of, sender_of

DAYS_TO_PAY: Final = 8
"""No text fixes the time a formal notice gives; eight days is the use (reasonable time, C. civ. 1231)."""


@dataclass(frozen=True)
class Message:
    """One message as it would go now. `claimed`: what it asks for each item.

    `stop`: why it does not go after all; `waits`: what the company must set first.
    """

    action: Action
    step: Step
    letter: Letter
    statement: Statement
    claimed: Mapping[int, int]
    stop: Reason | None
    waits: Reason | None = None

    @property
    def is_formal(self) -> bool:
        """Whether the letter itself goes along with an e-mail."""
        return _is_formal(self.step, self.letter)

    @property
    def says(self) -> tuple[object, ...]:
        """All that the reader would see: two messages that say the same are the same."""
        return self.letter, self.statement, self.stop


@dataclass(frozen=True)
class _Case:
    """What is known of one action when it is worded."""

    action: Action
    step: Step
    all_items: list[OpenItem]
    open_items: list[OpenItem]
    answers: Answers
    seen: Sequence[SeenPayment]
    dated: date
    sender: Sender

    @property
    def company(self) -> Company:
        return self.action.run.company

    @property
    def customer(self) -> Customer:
        return self.action.customer

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
        """What is taken off: credits, and what the bank showed and nobody lettered yet."""
        return sum(item.open_minor for item in self.credits) - sum(seen.left_minor for seen in self.seen)

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


def compose(actions: Sequence[Action], today: date) -> list[Message]:
    """The messages of some actions, in their order, by a few statements for all of them.

    `actions` come with their run, company, customer and policy (see `actions_with_all`).
    """
    customers = {action.customer_id for action in actions}
    companies = {action.run.company for action in actions}
    senders = {company.pk: sender_of(company) for company in companies}
    answers = {company.pk: read_answers(company, today, sorted(customers)) for company in companies}
    seen = _seen(companies, customers)
    open_items = _open_items(companies, customers)
    items = _items(actions)
    return [
        _message(
            _Case(
                action=action,
                step=_step(action),
                all_items=items[action.pk],
                open_items=open_items[action.customer_id, action.currency],
                answers=answers[action.company_id],
                seen=seen[action.customer_id, action.currency],
                dated=max(action.run.day, today),
                sender=_signed(senders[action.company_id], action.customer),
            )
        )
        for action in actions
    ]


def actions_with_all(**chosen: Any) -> Any:
    """Actions with what `compose` reads of them."""
    related = ("run__company", "customer__collector", "policy")
    return Action.objects.filter(**chosen).select_related(*related)


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


def _seen(companies: set[Company], customers: set[int]) -> dict[tuple[int, str], list[SeenPayment]]:
    found = defaultdict(list)
    for company in companies:
        for seen in seen_payments(company, sorted(customers)):
            found[seen.customer_id, seen.currency].append(seen)
    return found


def _step(action: Action) -> Step:
    steps = rules_of(action.policy, action.run.company.currency).steps
    return next(step for step in steps if step.key == action.step)


def _is_formal(step: Step, letter: Letter) -> bool:
    return step.tone == "formal_notice" or letter.annex is not None


def _message(case: _Case) -> Message:
    letter, is_email = _letter(case), case.action.channel == Channel.EMAIL
    return Message(
        action=case.action,
        step=case.step,
        letter=letter,
        statement=_statement(case),
        claimed=dict.fromkeys((item.pk for item in case.all_items), 0)
        | {item.pk: case.claimed(item) for item in case.items},
        stop=_stop(case),
        waits=what_it_waits_for(
            case.company, is_email=is_email, has_letter=not is_email or _is_formal(case.step, letter)
        ),
    )


def _stop(case: _Case) -> Reason | None:
    unsettled = [case.facts[item.pk] for item in case.all_items if item.open_minor > 0]
    if not case.items and unsettled:
        is_answered = not any(item.claimed_minor for item in unsettled)
        promised = case.answers.promised(case.account)
        return why_not_claimed(unsettled, promised) if is_answered else Reason("dates-passed")
    company, customer = case.company, case.customer
    facts = CustomerFacts(
        customer_id=customer.pk,
        currency=case.action.currency,
        items=(),
        calendar=calendar_of(customer.country, company),
        unallocated_minor=case.credits_minor,
        is_insolvent=customer.is_insolvent,
        paused_until=customer.dunning_paused_until,
        pause_reason=customer.dunning_pause_reason,
    )
    rules = rules_of(case.action.policy, company.currency)
    return still_stands(facts, rules, case.gross_minor, case.dated)


# --- the letter and the statement ---


def _letter(case: _Case) -> Letter:
    worded = fill(
        find_wording(case.step.tone, case.language, case.company.country),
        _values(case) if case.items else _Unknown(),
    )
    return Letter(
        sender=case.sender,
        recipient=recipient_of(case.customer, case.company, case.language),
        language=case.language,
        place=case.company.city,
        dated=case.dated,
        reference=_reference(case),
        subject=worded.subject,
        body=worded.body,
        currency=case.action.currency,
        items=tuple(_letter_item(item, case) for item in case.items),
        credits=(
            *(_letter_credit(item, case) for item in case.credits),
            *_seen_credits(case),
        ),
        charges=case.charges.lines,
        closing=worded.closing,
        customer_code=case.customer.code,
        annex=case.charges.annex,
    )


class _Unknown(dict[str, str]):
    """For a message about nothing, which is never sent: whatever is asked for is a dash."""

    def __missing__(self, key: str) -> str:
        return "\N{EN DASH}"


def _values(case: _Case) -> dict[str, str]:
    """What the wording may name; what the case does not have is not there."""
    language, company = case.language, case.company
    net = case.gross_minor + case.credits_minor
    total = net + sum(charge.amount_minor for charge in case.charges.lines)
    calendar = calendar_of(case.customer.country, company)
    pay_by = calendar.next_business_day(case.dated + timedelta(days=DAYS_TO_PAY))
    previous_on = str(case.action.reason_params.get("previous_on", ""))
    agreed = contract_rate(company)
    is_professional = case.customer.kind == Customer.Kind.BUSINESS
    values = {
        "customer": case.customer.name,
        "company": company.name,
        "total": format_amount(total, case.action.currency, locale=language, with_symbol=True),
        "principal": format_amount(net, case.action.currency, locale=language, with_symbol=True),
        "due_span": due_span((item.due_on for item in case.items), language),
        "previous_on": short_date(date.fromisoformat(previous_on), language) if previous_on else None,
        "pay_by": short_date(pay_by, language),
        "dated": short_date(case.dated, language),
        "contract_rate": rate_words(agreed, language) if agreed and is_professional else None,
        "if_professional": "" if is_professional else None,
        "if_individual": "" if case.customer.kind == Customer.Kind.INDIVIDUAL else None,
        "if_charges": "" if case.charges.interest else None,
        "if_indemnity": "" if case.charges.indemnity else None,
    }
    return {name: value for name, value in values.items() if value is not None}


def _reference(case: _Case) -> str:
    """What the payment should quote: the one document, else the customer's account."""
    documents = {"" if case.is_unclear(item) else item.document_number for item in case.items}
    return (documents.pop() if len(documents) == 1 else "") or case.customer.code


def _letter_item(item: OpenItem, case: _Case) -> LetterItem:
    return LetterItem(
        document=item.document_number,
        issued_on=item.issued_on,
        due_on=item.due_on,
        days_late=(case.dated - item.due_on).days,
        amount_minor=item.amount_minor,
        open_minor=case.claimed(item),
        detail=_detail(item, case),
    )


def _letter_credit(item: OpenItem, case: _Case) -> LetterCredit:
    return LetterCredit(item.document_number, item.issued_on, item.open_minor, case.label(item))


def _seen_credits(case: _Case) -> list[LetterCredit]:
    with override(case.language):
        name = _("Payment received")
    return [LetterCredit(name, seen.booked_on, -seen.left_minor) for seen in case.seen]


def _detail(item: OpenItem, case: _Case) -> str:
    """What the item is. A rank is one among the due dates of one document, which an unclear number is not."""
    is_ranked = item.installment > 1 and not case.is_unclear(item)
    known = case.facts[item.pk]
    with override(case.language):
        parts = [
            case.label(item),
            _("Instalment {rank}").format(rank=item.installment) if is_ranked else "",
            _("Your order {number}").format(number=item.order_number) if item.order_number else "",
            _unclaimed(_("{amount} contested"), known.disputed_minor, case),
            _unclaimed(_("{amount} promised"), known.promised_minor, case),
        ]
    return " · ".join(filter(None, parts))


def _unclaimed(words: str, minor: int, case: _Case) -> str:
    if not minor:
        return ""
    return words.format(amount=format_amount(minor, case.action.currency, locale=case.language))


def _statement(case: _Case) -> Statement:
    return Statement(
        sender=case.sender,
        recipient=recipient_of(case.customer, case.company, case.language),
        language=case.language,
        place=case.company.city,
        dated=case.dated,
        as_of=case.dated,
        reference=case.customer.code,
        customer_code=case.customer.code,
        sections=(
            OpenItemsSection(
                case.action.currency, tuple(_statement_item(item, case) for item in case.open_items)
            ),
        ),
    )


def _statement_item(item: OpenItem, case: _Case) -> StatementItem:
    return StatementItem(
        document=item.document_number,
        label=" · ".join(
            filter(None, (_kind_of_document(item.document_type, case.language), case.label(item)))
        ),
        issued_on=item.issued_on,
        due_on=item.due_on if item.open_minor > 0 else None,
        days_late=(case.dated - item.due_on).days,
        amount_minor=item.amount_minor,
        open_minor=item.open_minor,
    )


def _kind_of_document(document_type: str, language: str) -> str:
    with override(language):
        return {
            "invoice": _("Invoice"),
            "credit_note": _("Credit note"),
            "payment": _("Payment"),
        }.get(document_type, _("Entry"))


# --- who writes, and to whom ---


def _signed(sender: Sender, customer: Customer) -> Sender:
    """The sender, with the collector whom this customer may ask for."""
    return replace(sender, contact=customer.collector.name) if customer.collector else sender
