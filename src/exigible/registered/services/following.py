"""What is heard of a letter on its way: noted once, never changed; what was wrong is taken back."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db import transaction
from django.utils import timezone

from exigible.kernel.errors import Refused, UserMistake
from exigible.kernel.text import clean
from exigible.language import formats
from exigible.ledger.services import lock_books
from exigible.registered.models import RegisteredLetter, StatusEvent
from exigible.registered.rules.statuses import HEARD, Heard, Status, objection, standing
from exigible.registered.services.addresses import lift_of_letter, mark_wrong_address
from exigible.registered.services.telling import tell

OBJECTION_SENTENCES: Final = {
    "in-the-future": "What is noted of a letter is of today at the latest.",
    "not-posted": "The letter is not posted yet.",
    "before-posting": "The letter was posted on {day}: nothing can have been heard of it before.",
    "ended": "How this letter ended is noted already: take that back first.",
    "after-end": "The letter had ended by that day.",
    "before-presentation": "The letter cannot have ended before it was first presented.",
}


@transaction.atomic
def note_status(
    *,
    letter: RegisteredLetter,
    status: str,
    on: date,
    source: str,
    by: int | None,
    said: str = "",
) -> StatusEvent | None:
    """Note what was heard of a letter and of which day; None where it was known already.

    Addressee unknown: the customer's address is marked as wrong. Raises UserMistake("unknown-status"), and
    Refused with one of OBJECTION_SENTENCES.
    """
    lock_books(letter.company_id)
    letter.refresh_from_db()
    if status not in HEARD:
        raise UserMistake("unknown-status", "“{found}” is nothing that is heard of a letter.", found=status)
    new = Heard(Status(status), on)
    why_not = objection(heard_of(letter), new, timezone.localdate())
    if why_not == "known":
        return None
    if why_not:
        day = formats.day(letter.posted_on) if letter.posted_on else ""
        raise Refused(why_not, OBJECTION_SENTENCES[why_not], day=day)
    event = StatusEvent.objects.create(
        company_id=letter.company_id, letter=letter, status=status, on=on, source=source,
        said=clean(said, 200), by_id=by,
    )  # fmt: skip
    _stand(letter)
    tell(letter, "registered-heard", by, {"status": status, "source": source}, text=event.said, on=on)
    if status == Status.UNKNOWN_ADDRESS:
        mark_wrong_address(letter, on, by)
    return event


@transaction.atomic
def take_back(*, event: StatusEvent, by: int | None) -> None:
    """Say that something was not so: it stays to be seen, and counts no more.

    Raises Refused("posting-stays"), for dunning was told that the letter left, and ("taken-back").
    """
    lock_books(event.company_id)
    if event.status == Status.POSTED or event.takes_back_id:
        raise Refused("posting-stays", "That a letter was posted is not taken back.")
    if StatusEvent.objects.filter(takes_back=event).exists():
        raise Refused("taken-back", "This was taken back already.")
    StatusEvent.objects.create(
        company_id=event.company_id, letter_id=event.letter_id, status=event.status, on=event.on,
        source=StatusEvent.Source.PERSON, takes_back=event, by_id=by,
    )  # fmt: skip
    letter = RegisteredLetter.objects.select_for_update().get(pk=event.letter_id)
    _stand(letter)
    tell(letter, "registered-taken-back", by, {"status": event.status, "on": event.on.isoformat()})
    if event.status == Status.UNKNOWN_ADDRESS:
        lift_of_letter(letter, by)


def heard_of(letter: RegisteredLetter) -> list[Heard]:
    """What was heard of a letter and stands."""
    stands = letter.events.filter(takes_back=None, taken_back_by=None)
    return [Heard(Status(status), on) for status, on in stands.values_list("status", "on")]


def _stand(letter: RegisteredLetter) -> None:
    """Keep with the letter where it stands by what was heard."""
    now = standing(heard_of(letter))
    assert now is not None, "a letter of which something was heard was posted"
    letter.status, letter.status_on = now.status, now.on
    letter.save(update_fields=["status", "status_on"])
