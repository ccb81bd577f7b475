"""What a message will say, on what is known at this moment: amounts read again, texts worded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.db.models import Q

from exigible.documents.model import Letter
from exigible.documents.statement import Statement
from exigible.dunning.cases import Case, read_cases, said_together
from exigible.dunning.group_papers import group_letter
from exigible.dunning.group_voices import spoken_for
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
    stops_together,
    why_not_claimed,
)
from exigible.dunning.texts.versions import Voice
from exigible.ledger.calendars import calendar_of
from exigible.ledger.models import Customer

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
    parts: tuple[Message, ...] = ()
    """Of a message to the head of a group: what it says of each member, as if it were told alone."""
    left_out: tuple[Message, ...] = ()
    """Members of the group of which it says nothing after all; each has its `stop`."""

    @property
    def actions(self) -> list[Action]:
        """Whose reminders it says: those of a group's members, or its own alone."""
        return [part.action for part in self.parts] or [self.action]

    def part_of(self, action: Action) -> Message:
        """What it says of one customer alone; itself where it is told to that one only."""
        parts = (*self.parts, *self.left_out)
        return next((part for part in parts if part.action.pk == action.pk), self)

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
    messages = _threaded(_messages(actions, today))
    letters = [action.pk for action in actions if action.channel in ON_PAPER]
    if not letters:
        return messages
    known = RetouchedLetter.objects.filter(action__in=letters, is_pdf=True, withdrawn_at=None)
    own = {kept.action_id: kept for kept in known}
    return [_retouched(message, own.get(message.action.pk)) for message in messages]


def _messages(actions: Sequence[Action], today: date) -> list[Message]:
    groups = said_together(actions)
    everyone = {action.pk: action for group in groups.values() for action in group}
    everyone |= {action.pk: action for action in actions}
    cases = {case.action.pk: case for case in read_cases(list(everyone.values()), today)}
    heads = _heads([action for action in everyone.values() if action.through_id is not None])
    return [
        _group_message([cases[one.pk] for one in groups[action.pk]], heads)
        if action.pk in groups
        else _message(cases[action.pk])
        for action in actions
    ]


def _heads(actions: Sequence[Action]) -> dict[int, int]:
    """Through whom these customers are told now."""
    found: dict[int, int] = {}
    for company in {action.company_id for action in actions}:
        members = [action.customer_id for action in actions if action.company_id == company]
        found |= spoken_for(company, members)
    return found


def _group_message(cases: Sequence[Case], heads: Mapping[int, int]) -> Message:
    """What the head is told for all; who has something against it is left out, each with its reason."""
    messages = {case.action.pk: _part(case, heads) for case in cases}
    going = [case for case in cases if messages[case.action.pk].stop is None]
    stop = _group_stop(going) if going else None
    parts = tuple(replace(messages[case.action.pk], stop=stop) for case in going)
    left_out = tuple(message for message in messages.values() if message.stop is not None)
    if not going or stop is not None:
        everyone = (*parts, *left_out)
        return replace(everyone[0], left_out=everyone)
    first = parts[0]
    letter = group_letter(going, first.voice.letter)
    email = first.action.channel == Channel.EMAIL and first.voice.email != first.voice.letter
    return replace(
        first,
        letter=group_letter(going, first.voice.email) if email else letter,
        enclosed=letter,
        parts=parts,
        left_out=left_out,
    )


def _part(case: Case, heads: Mapping[int, int]) -> Message:
    message = _message(case)
    is_told_so = heads.get(case.action.customer_id) == case.action.through_id
    return message if message.stop or is_told_so else replace(message, stop=Reason("voice-ended"))


def _group_stop(cases: Sequence[Case]) -> Reason | None:
    first = cases[0]
    net_minor = sum(case.gross_minor + case.credits_minor for case in cases)
    rules, head = rules_of(first.action.policy, first.company.currency), first.addressee
    return stops_together(_facts_of(first, head), rules, net_minor, head.name, first.dated)


def _threaded(messages: list[Message]) -> list[Message]:
    """Each e-mail with those that went before it, so that a mail program shows them as one conversation."""
    told = {_told(m.action) for m in messages if m.action.channel == Channel.EMAIL}
    if not told:
        return messages
    said = Action.objects.filter(
        Q(customer__in=told) | Q(through__in=told), company=messages[0].action.company_id,
        channel=Channel.EMAIL, state__in=Action.SAID,
    ).exclude(message_id="")  # fmt: skip
    threads: dict[tuple[int, str], list[str]] = {}
    for action in said.only("customer", "through", "recipient", "message_id").order_by("reserved_at", "pk"):
        names = threads.setdefault((_told(action), action.recipient.lower()), [])
        if action.message_id not in names:
            names.append(action.message_id)
    return [_in_thread(message, threads) for message in messages]


def _told(action: Action) -> int:
    """The customer that a message goes to."""
    return action.through_id or action.customer_id


def _in_thread(message: Message, threads: Mapping[tuple[int, str], list[str]]) -> Message:
    action = message.action
    found = threads.get((_told(action), action.recipient.lower()), [])
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
    facts = replace(
        _facts_of(case, case.customer), unallocated_minor=case.credits_minor, seen_minor=case.seen_minor
    )
    rules = rules_of(case.action.policy, case.company.currency)
    if case.action.through_id is not None:  # the minimum is that of the whole message
        rules = replace(rules, minimum_minor=0)
    return still_stands(facts, rules, case.gross_minor, case.dated) or _wrong_address(case) or _no_text(case)


def _facts_of(case: Case, customer: Customer) -> CustomerFacts:
    """Whether a customer is to be left in peace: the one who owes, or the one who is told."""
    return CustomerFacts(
        customer_id=customer.pk,
        currency=case.action.currency,
        items=(),
        calendar=calendar_of(customer.country, case.company),
        is_insolvent=customer.is_insolvent,
        rests=case.rests.get(customer.pk, ()),
        unread_since=case.heard.unread.get(customer.pk),
    )


def _no_text(case: Case) -> Reason | None:
    """A tone that has no words for a text message: the next run takes them, once they are written."""
    return Reason("no-sms-text") if case.action.channel == Channel.SMS and not case.voice.sms else None


def _wrong_address(case: Case) -> Reason | None:
    """A message or a letter to the address came back since the approval: the next run takes another way."""
    recipient = case.action.recipient
    if case.action.channel in ON_PAPER and case.addressee.pk in case.heard.nowhere:
        return Reason("address-wrong")
    is_dead = case.action.channel == Channel.EMAIL and recipient.lower() in case.heard.dead
    return Reason("address-dead", {"recipient": recipient}) if is_dead else None
