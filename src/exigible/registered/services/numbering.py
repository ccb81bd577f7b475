"""Numbers: a column of them for the letters of a batch, in the order in which they were printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from exigible.dunning.models import Action, Channel
from exigible.kernel.errors import Refused, UserMistake
from exigible.kernel.text import clean
from exigible.ledger.services import lock_books
from exigible.registered.heard import address_of
from exigible.registered.models import RegisteredLetter
from exigible.registered.rules.numbers import Number, read_number
from exigible.registered.services.telling import tell

LA_POSTE: Final = "La Poste"


@dataclass(frozen=True, slots=True)
class NumberFault:
    """Why a line of a column cannot be taken, as a code; `line` counts from 1."""

    line: int
    found: str
    code: str


def letter_for(action: Action, by: int | None) -> RegisteredLetter:
    """The registered letter of a message, begun if it has none yet. The caller holds the books.

    Raises Refused("not-a-letter") unless its letter was made: one of the channel for registered letters that
    waits to be posted, or a plain letter that is to go registered after all.
    """
    found = RegisteredLetter.objects.filter(company_id=action.company_id, action=action).first()
    if found is not None and found.status != RegisteredLetter.Status.TO_POST:
        return found
    action.refresh_from_db(fields=["state"])  # it may have been given up meanwhile
    if not may_be_registered(action):
        raise Refused("not-a-letter", "Only a letter that was made can be registered.")
    return found or RegisteredLetter.objects.create(
        company_id=action.company_id,
        customer_id=action.customer_id,
        action=action,
        address=address_of(action.customer),
        by_id=by,
    )


def may_be_registered(action: Action) -> bool:
    """Whether there is a letter to post: made for it, or sent as a plain letter."""
    waits = action.channel == Channel.REGISTERED and action.state == Action.State.TO_DO
    is_plain = action.channel == Channel.LETTER and action.state == Action.State.SENT
    return bool(action.file) and (waits or is_plain)


@transaction.atomic
def number_letters(
    *, actions: Sequence[Action], written: Sequence[str], by: int | None, carrier: str = LA_POSTE
) -> list[NumberFault]:
    """Give letters their numbers, the first of the column to the first of the letters, and so on.

    An empty line leaves its letter without. All or none: with a fault nothing is written. Letters that were
    posted keep their number. Raises Refused("not-a-letter").
    """
    if not actions:
        return []
    company_id = actions[0].company_id
    lock_books(company_id)
    pairs, faults = _read(list(written), len(actions))
    _free_of_given_up(company_id, [number.text for _, number in pairs])
    renumbered = [actions[at].pk for at, _ in pairs]
    taken = RegisteredLetter.objects.filter(company_id=company_id, number__in=[n.text for _, n in pairs])
    others = set(taken.exclude(action__in=renumbered).values_list("number", flat=True))
    faults += [NumberFault(at + 1, number.text, "taken") for at, number in pairs if number.text in others]
    if faults:
        return sorted(faults, key=lambda fault: fault.line)
    letters = [(letter_for(actions[at], by), number) for at, number in pairs]
    RegisteredLetter.objects.filter(pk__in=[letter.pk for letter, _ in letters], status="to_post").update(
        number=""
    )  # so that two letters may change places
    for letter, number in letters:
        _give(letter, number, carrier, by)
    return []


def _free_of_given_up(company_id: int, numbers: list[str]) -> None:
    """Free the numbers of letters whose message dunning gave up before they were posted."""
    RegisteredLetter.objects.filter(
        company_id=company_id,
        number__in=numbers,
        status=RegisteredLetter.Status.TO_POST,
        hand_over__in=RegisteredLetter.FREE,
        action__channel=Channel.REGISTERED,
    ).exclude(action__state=Action.State.TO_DO).delete()


def _read(written: list[str], letters: int) -> tuple[list[tuple[int, Number]], list[NumberFault]]:
    """The numbers with their places, and what is wrong with the others."""
    while written and not written[-1].strip():
        written.pop()
    pairs: list[tuple[int, Number]] = []
    faults: list[NumberFault] = []
    first: dict[str, int] = {}
    for at, text in enumerate(written):
        if not text.strip():
            continue
        number = read_number(text)
        if at >= letters:
            faults.append(NumberFault(at + 1, text.strip(), "too-many"))
        elif isinstance(number, str):
            faults.append(NumberFault(at + 1, text.strip(), number))
        elif first.setdefault(number.text, at) != at:
            faults.append(NumberFault(at + 1, number.text, "twice"))
        else:
            pairs.append((at, number))
    return pairs, faults


def _give(letter: RegisteredLetter, number: Number, carrier: str, by: int | None) -> None:
    if letter.status != RegisteredLetter.Status.TO_POST:
        raise Refused("posted-already", "The letter {number} was posted already.", number=letter.number)
    if letter.hand_over not in RegisteredLetter.FREE:
        raise Refused(
            "handed-over", "The letter to {customer} goes electronically.", customer=str(letter.customer)
        )
    before, letter.number, letter.carrier = letter.number, number.text, clean(carrier, 40)
    letter.save(update_fields=["number", "carrier"])
    if before != letter.number:
        tell(letter, "registered-numbered", by, {"carrier": letter.carrier})


@transaction.atomic
def change_number(*, letter: RegisteredLetter, written: str, by: int | None) -> RegisteredLetter:
    """Correct a number that was mistyped, also after posting; the timeline keeps the one before.

    Raises UserMistake("bad-number") and Refused("number-taken").
    """
    lock_books(letter.company_id)
    letter = RegisteredLetter.objects.select_for_update().get(pk=letter.pk)
    number = read_number(written)
    if isinstance(number, str):
        raise UserMistake("bad-number", "“{found}” is no number of a registered letter.", found=written[:40])
    others = RegisteredLetter.objects.filter(company_id=letter.company_id, number=number.text)
    if others.exclude(pk=letter.pk).exists():
        raise Refused("number-taken", "Another letter has the number {number}.", number=number.text)
    before, letter.number = letter.number, number.text
    if before != letter.number:
        letter.carrier = letter.carrier or LA_POSTE
        letter.save(update_fields=["number", "carrier"])
        tell(letter, "registered-number-changed", by, {"before_number": before})
    return letter
