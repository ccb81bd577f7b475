"""What a message will say, on what is known at this moment: amounts read again, texts worded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from exigible.documents.model import Letter
from exigible.documents.statement import Statement
from exigible.dunning.cases import Case, read_cases
from exigible.dunning.models import Action, Channel
from exigible.dunning.papers import letter_of, statement_of
from exigible.dunning.policies import rules_of
from exigible.dunning.readiness import what_it_waits_for
from exigible.dunning.rules import (
    CustomerFacts,
    Reason,
    Step,
    still_stands,
    why_not_claimed,
)
from exigible.ledger.calendars import calendar_of


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


def compose(actions: Sequence[Action], today: date) -> list[Message]:
    """The messages of some actions, in their order, by a few statements for all of them.

    `actions` come with their run, company, customer and policy (see `cases.actions_with_all`).
    """
    return [_message(case) for case in read_cases(actions, today)]


def _is_formal(step: Step, letter: Letter) -> bool:
    return step.tone == "formal_notice" or letter.annex is not None


def _message(case: Case) -> Message:
    letter, is_email = letter_of(case), case.action.channel == Channel.EMAIL
    return Message(
        action=case.action,
        step=case.step,
        letter=letter,
        statement=statement_of(case),
        claimed=dict.fromkeys((item.pk for item in case.all_items), 0)
        | {item.pk: case.claimed(item) for item in case.items},
        stop=_stop(case),
        waits=what_it_waits_for(
            case.company, is_email=is_email, has_letter=not is_email or _is_formal(case.step, letter)
        ),
    )


def _stop(case: Case) -> Reason | None:
    unsettled = [case.facts[item.pk] for item in case.all_items if item.pk in case.facts]
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
        seen_minor=case.seen_minor,
        is_insolvent=customer.is_insolvent,
        paused_until=customer.dunning_paused_until,
        pause_reason=customer.dunning_pause_reason,
        unread_since=case.heard.unread.get(customer.pk),
    )
    rules = rules_of(case.action.policy, company.currency)
    return still_stands(facts, rules, case.gross_minor, case.dated) or _dead_address(case)


def _dead_address(case: Case) -> Reason | None:
    """The address sent a message back since the approval: the next run writes to another, or a letter."""
    recipient = case.action.recipient
    is_dead = case.action.channel == Channel.EMAIL and recipient.lower() in case.heard.dead
    return Reason("address-dead", {"recipient": recipient}) if is_dead else None
