"""What a message will say, on what is known at this moment: amounts read again, texts worded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from exigible.documents.model import Letter
from exigible.documents.statement import Statement
from exigible.dunning.cases import Case, read_cases
from exigible.dunning.models import ON_PAPER, Action, Channel, RetouchedLetter
from exigible.dunning.papers import letter_of, sms_of, statement_of
from exigible.dunning.policies import rules_of
from exigible.dunning.readiness import what_it_waits_for
from exigible.dunning.rules import (
    FORMAL,
    CustomerFacts,
    Reason,
    Step,
    still_stands,
    why_not_claimed,
)
from exigible.dunning.texts.versions import Voice
from exigible.ledger.calendars import calendar_of

LONGEST_THREAD: Final = 10
"""So many messages before are named; mail programs need the first or the last of them."""


@dataclass(frozen=True)
class Message:
    """One message as it would go now. `claimed`: what it asks for each item.

    `letter` is in the words of its channel; `enclosed` is the letter that goes along with an e-mail;
    `retouched` is the PDF that a person gave to be sent instead.
    `stop`: why it does not go after all; `waits`: what the company must set first.
    """

    action: Action
    step: Step
    letter: Letter
    statement: Statement
    claimed: Mapping[int, int]
    stop: Reason | None
    enclosed: Letter
    voice: Voice
    sms: str
    waits: Reason | None = None
    retouched: RetouchedLetter | None = None
    thread: tuple[str, ...] = ()
    """Message-IDs of the e-mails before this one to the same address, the oldest first."""

    @property
    def goes(self) -> bool:
        """Whether nothing holds it back."""
        return self.stop is None and self.waits is None

    @property
    def is_formal(self) -> bool:
        """Whether the letter itself goes along with an e-mail."""
        return _is_formal(self.step, self.letter)


def compose(actions: Sequence[Action], today: date) -> list[Message]:
    """The messages of some actions, in their order, by a few statements for all of them.

    `actions` come with their run, company, customer and policy (see `cases.actions_with_all`).
    """
    messages = _threaded([_message(case) for case in read_cases(actions, today)])
    letters = [action.pk for action in actions if action.channel in ON_PAPER]
    if not letters:
        return messages
    known = RetouchedLetter.objects.filter(action__in=letters, is_pdf=True, withdrawn_at=None)
    own = {kept.action_id: kept for kept in known}
    return [_retouched(message, own.get(message.action.pk)) for message in messages]


def _threaded(messages: list[Message]) -> list[Message]:
    """Each e-mail with those that went before it, so that a mail program shows them as one conversation."""
    customers = {m.action.customer_id for m in messages if m.action.channel == Channel.EMAIL}
    if not customers:
        return messages
    said = Action.objects.filter(
        company=messages[0].action.company_id, customer__in=customers, channel=Channel.EMAIL,
        state__in=Action.SAID,
    ).exclude(message_id="")  # fmt: skip
    threads: dict[tuple[int, str], list[str]] = {}
    for customer, recipient, name in said.order_by("reserved_at", "pk").values_list(
        "customer", "recipient", "message_id"
    ):
        threads.setdefault((customer, recipient.lower()), []).append(name)
    return [_in_thread(message, threads) for message in messages]


def _in_thread(message: Message, threads: Mapping[tuple[int, str], list[str]]) -> Message:
    action = message.action
    found = threads.get((action.customer_id, action.recipient.lower()), [])
    before = tuple(name for name in found if name != action.message_id)[-LONGEST_THREAD:]
    return replace(message, thread=before) if before and action.channel == Channel.EMAIL else message


def _retouched(message: Message, kept: RetouchedLetter | None) -> Message:
    """The message as a person retouched it, unless what is owed has changed since."""
    if kept is None:
        return message
    net_minor = message.letter.net_minor
    stop = message.stop
    if stop is None and net_minor != kept.net_minor:
        stop = Reason("retouched-before", {"then_minor": kept.net_minor, "net_minor": net_minor})
    return replace(message, retouched=kept, stop=stop)


def _is_formal(step: Step, letter: Letter) -> bool:
    return step.tone in FORMAL or letter.annex is not None


def _message(case: Case) -> Message:
    voice, is_email = case.voice, case.action.channel == Channel.EMAIL
    is_paper = case.action.channel in ON_PAPER
    enclosed = letter_of(case, voice.letter)
    is_same = not is_email or voice.email == voice.letter
    letter = enclosed if is_same else letter_of(case, voice.email)
    return Message(
        action=case.action,
        step=case.step,
        letter=letter,
        statement=statement_of(case),
        claimed=dict.fromkeys((item.pk for item in case.all_items), 0)
        | {item.pk: case.claimed(item) for item in case.items},
        stop=_stop(case),
        enclosed=enclosed,
        voice=voice,
        sms=sms_of(case, voice.sms),
        waits=what_it_waits_for(
            case.company,
            is_email=is_email,
            has_letter=is_paper or (is_email and _is_formal(case.step, letter)),
            is_sms=case.action.channel == Channel.SMS,
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
    return still_stands(facts, rules, case.gross_minor, case.dated) or _wrong_address(case) or _no_text(case)


def _no_text(case: Case) -> Reason | None:
    """A tone that has no words for a text message: the next run takes them, once they are written."""
    return Reason("no-sms-text") if case.action.channel == Channel.SMS and not case.voice.sms else None


def _wrong_address(case: Case) -> Reason | None:
    """A message or a letter to the address came back since the approval: the next run takes another way."""
    recipient = case.action.recipient
    if case.action.channel in ON_PAPER and case.customer.pk in case.heard.nowhere:
        return Reason("address-wrong")
    is_dead = case.action.channel == Channel.EMAIL and recipient.lower() in case.heard.dead
    return Reason("address-dead", {"recipient": recipient}) if is_dead else None
