"""Posting: the day at the counter, what it cost, and the message of dunning confirmed as done that day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from exigible.dunning.models import Action, Channel
from exigible.dunning.services.by_hand import confirm_done, drop
from exigible.kernel.errors import Refused, UserMistake
from exigible.kernel.money import exponent, to_decimal_string
from exigible.ledger.services import lock_books
from exigible.registered.models import Kind, RegisteredLetter, StatusEvent
from exigible.registered.services.numbering import letter_for
from exigible.registered.services.telling import tell


@dataclass(frozen=True, slots=True)
class Postage:
    """When letters were handed over, and what each cost in minor units; None where it is not known."""

    on: date
    cost_minor: int | None = None
    currency: str = ""


@transaction.atomic
def post_letters(*, actions: Sequence[Action], postage: Postage, by: int | None) -> list[RegisteredLetter]:
    """Say that numbered letters were posted that day; all or none.

    Raises UserMistake("future-posting"), ("posted-before-made") and ("bad-cost"), Refused("no-number"),
    ("posted-already") and ("not-a-letter").
    """
    if not actions:
        return []
    lock_books(actions[0].company_id)
    _check(postage)
    letters = [_ready(letter_for(action, by), action, postage.on) for action in actions]
    for letter, action in zip(letters, actions, strict=True):
        letter.kind, letter.hand_over, letter.problem = Kind.PAPER, RegisteredLetter.HandOver.NONE, ""
        mark_posted(letter, action, postage, by)
    return letters


def _check(postage: Postage) -> None:
    if postage.on > timezone.localdate():
        raise UserMistake("future-posting", "A letter cannot have been posted on a day to come.")
    if postage.cost_minor is not None:
        exponent(postage.currency)
        if postage.cost_minor < 0:
            raise UserMistake("bad-cost", "What a letter cost is not below 0.")


def _ready(letter: RegisteredLetter, action: Action, on: date) -> RegisteredLetter:
    who = str(action.customer)
    if letter.status != RegisteredLetter.Status.TO_POST:
        raise Refused("posted-already", "The letter to {customer} was posted already.", customer=who)
    if letter.hand_over not in RegisteredLetter.FREE:
        raise Refused("handed-over", "The letter to {customer} goes electronically.", customer=who)
    if not letter.number:
        raise Refused("no-number", "The letter to {customer} has no number yet.", customer=who)
    made_on = timezone.localdate(action.reserved_at or action.sent_at)
    if on < made_on:
        raise UserMistake(
            "posted-before-made", "The letter to {customer} was made on {day}.", customer=who, day=made_on
        )
    return letter


def mark_posted(letter: RegisteredLetter, action: Action, postage: Postage, by: int | None) -> None:
    """Write the posting down, with its line; dunning is told that its message is done."""
    letter.posted_on = letter.status_on = postage.on
    letter.status = RegisteredLetter.Status.POSTED
    letter.cost_minor = postage.cost_minor
    letter.cost_currency = postage.currency if postage.cost_minor is not None else ""
    letter.save()
    StatusEvent.objects.create(
        company_id=letter.company_id,
        letter=letter,
        status=letter.status,
        on=postage.on,
        source=StatusEvent.Source.CARRIER if letter.kind == Kind.ELECTRONIC else StatusEvent.Source.PERSON,
        by_id=by,
    )
    if _is_to_do(action):
        confirm_done(action_id=action.pk, company_id=action.company_id, by=by, on=postage.on, told=True)
    said = {"carrier": letter.carrier, "kind": letter.kind} | _claimed(action) | _cost(letter)
    tell(letter, "registered-posted", by, said, on=postage.on)


def _is_to_do(action: Action) -> bool:
    """Whether dunning waits for it: a plain letter went already, and another may have been given up since."""
    return Action.objects.filter(pk=action.pk, channel=Channel.REGISTERED, state=Action.State.TO_DO).exists()


def _claimed(action: Action) -> dict[str, str]:
    minor = action.net_minor if action.sent_minor is None else action.sent_minor
    return {"amount": to_decimal_string(minor, action.currency), "currency": action.currency}


def _cost(letter: RegisteredLetter) -> dict[str, str]:
    if letter.cost_minor is None:
        return {}
    return {
        "cost": to_decimal_string(letter.cost_minor, letter.cost_currency),
        "cost_currency": letter.cost_currency,
    }


@transaction.atomic
def give_up(*, action: Action, why: str, by: int | None) -> None:
    """Not post a letter after all; its number is free again.

    Raises Refused("posted-already"), ("handed-over") while it may be with the provider, ("not-a-letter").
    """
    lock_books(action.company_id)
    letter = RegisteredLetter.objects.filter(company_id=action.company_id, action=action).first()
    if letter is not None:
        if letter.status != RegisteredLetter.Status.TO_POST:
            raise Refused("posted-already", "The letter {number} was posted already.", number=letter.number)
        if letter.hand_over not in RegisteredLetter.FREE:
            raise Refused(
                "handed-over", "The letter to {customer} goes electronically.", customer=str(action.customer)
            )
        letter.delete()
    if _is_to_do(action):
        drop(action_id=action.pk, company_id=action.company_id, by=by, reason=why)
    elif letter is None:
        raise Refused("not-a-letter", "Only a letter that was made can be registered.")
