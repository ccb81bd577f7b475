"""One message to the head of a group: taken with all that it says, handed over once, confirmed for each.

What its members owe, and the levels of their items, are each member's own; what becomes of the message
becomes of all that it says.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from exigible.dunning.cases import actions_with_all
from exigible.dunning.composing import Message, compose
from exigible.dunning.envelopes import Envelope, seal
from exigible.dunning.limits import have_wait, limits_of
from exigible.dunning.mailing import Delivery, Fate, Mailer, MailServerDown
from exigible.dunning.models import Action, Channel, Run
from exigible.dunning.services.confirming import fail, keep_amounts, mark_ambiguous, supersede, tell
from exigible.dunning.services.retouching import render_messages
from exigible.dunning.services.storing import keep, path_of
from exigible.kernel.errors import UserMistake
from exigible.kernel.money import to_decimal_string
from exigible.timeline.services import record_event

State = Action.State
MOST_ATTEMPTS: Final = 8
LONGEST_WAIT_MINUTES: Final = 120


def send_group_letters(run: Run, by: int | None) -> str:
    """Make the approved letters of a run to heads of groups; why some wait, as a code, or empty."""
    waits = ""
    for first in _firsts(run, Channel.LETTER):
        waits = _send_letter(first, by) or waits
    return waits


def send_group_emails(run: Run, by: int | None) -> str:
    """Hand over the approved e-mails of a run to heads of groups; why some wait, as a code, or empty.

    Raises as `send_emails` does.
    """
    waits, limits = "", limits_of(run.company, Channel.EMAIL)
    firsts = list(_firsts(run, Channel.EMAIL))
    if not firsts:
        return ""
    with Mailer() as mailer:
        for first in firsts:
            wait = limits.wait_for(first.recipient, timezone.now())
            if wait is not None:
                have_wait(run, Channel.EMAIL, wait)
            waits = _send_email(first, mailer, by) or waits
    return waits


def _firsts(run: Run, channel: str) -> Iterator[Action]:
    """One of each message of the run to a head that may go now."""
    ready = Action.objects.filter(run=run, channel=channel, state=State.APPROVED, through__isnull=False)
    seen = set()
    for action in ready.filter(Q(not_before=None) | Q(not_before__lte=timezone.now())).order_by("pk"):
        key = (action.through_id, action.currency, action.step)
        if key not in seen:
            seen.add(key)
            yield action


def _take(first: Action) -> Message | None:
    """The whole message, claimed and read again; None where it does not go.

    Who has something against it by now is left out and told so; the rest goes.
    """
    now = timezone.now()
    same = Action.objects.filter(
        run=first.run_id, run__state=Run.State.SENDING, through=first.through_id, currency=first.currency,
        channel=first.channel, step=first.step, state=State.APPROVED,
    ).filter(Q(not_before=None) | Q(not_before__lte=now))  # fmt: skip
    taken = list(same.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    if not taken:
        return None
    Action.objects.filter(pk__in=taken).update(state=State.RESERVED, attempts=F("attempts") + 1)
    [message] = compose(list(actions_with_all(pk=taken[0])), timezone.localdate())
    for part in message.left_out:
        supersede(part)
    if message.stop is not None:
        return None
    # The one that is handed over counts once for the limits of an hour, whatever it says.
    Action.objects.filter(pk=message.action.pk).update(reserved_at=now)
    message.action.reserved_at = now
    return message


@transaction.atomic
def _send_letter(first: Action, by: int | None) -> str:
    message = _take(first)
    if message is None:
        return ""
    if message.waits is not None:
        _put_back(message)
        return message.waits.code
    try:
        [pdf] = render_messages([message])
    except UserMistake as mistake:
        _all(message, fail, str(mistake))
        return ""
    path = path_of(message.action, _head(message).code)
    keep_amounts(message.parts)
    _confirm(message, by, timezone.now(), file=path, file_sha256=keep(path, pdf))
    return ""


def _send_email(first: Action, mailer: Mailer, by: int | None) -> str:
    claimed = _claim_email(first)
    if not isinstance(claimed, tuple):
        return claimed
    message, envelope = claimed
    try:
        delivery = mailer.deliver(envelope.email, envelope.content)
    except MailServerDown:
        _put_back(message)
        raise
    _settle(message, delivery, envelope, by)
    return ""


@transaction.atomic
def _claim_email(first: Action) -> tuple[Message, Envelope] | str:
    """The message and its very text, which is kept before anything leaves; else why it waits, or empty."""
    message = _take(first)
    if message is None:
        return ""
    if message.waits is not None:
        _put_back(message)
        return message.waits.code
    try:
        envelope = seal(message)
    except UserMistake as mistake:
        _all(message, fail, str(mistake))
        return ""
    except ValueError as error:  # an address that is none
        _all(message, _refuse, str(error))
        return ""
    path = path_of(message.action, _head(message).code)
    kept = {"message_id": envelope.message_id, "file": path, "file_sha256": keep(path, envelope.content)}
    keep_amounts(message.parts)
    for part in message.parts:
        _rows(part).update(sent_minor=part.letter.net_minor, **kept)
    return message, envelope


@transaction.atomic
def _settle(message: Message, delivery: Delivery, envelope: Envelope, by: int | None) -> None:
    """Write down what became of the message, for each that it says."""
    action = message.action
    match delivery.fate:
        case Fate.SENT:
            _confirm(message, by, timezone.now(), message_id=envelope.message_id)
        case Fate.UNSURE:
            _all(message, mark_ambiguous, delivery.said)
        case Fate.REFUSED if envelope.recipient == action.recipient:
            _all(message, _refuse, delivery.said)
        case Fate.LATER if action.attempts < MOST_ATTEMPTS:
            wait = timedelta(minutes=min(2**action.attempts, LONGEST_WAIT_MINUTES))
            for part in message.parts:
                _rows(part).update(
                    state=State.APPROVED, not_before=timezone.now() + wait, problem=delivery.said[:300]
                )
        case _:
            _all(message, fail, delivery.said)


def _confirm(message: Message, by: int | None, sent_at: datetime, **fields: Any) -> None:
    """Mark all that the message says as sent: a line on each member's timeline, and one on the head's."""
    head, kind, lone = _head(message), f"{message.action.channel}-sent", by or message.action.approved_by_id
    for part in message.parts:
        _rows(part).update(
            state=State.SENT, sent_at=sent_at, sent_minor=part.letter.net_minor, problem="", **fields
        )
        if part.action.customer_id != head.pk:
            told = _told(part, message) | fields | {"through": head.name}
            tell(part.action, kind, lone, told, sent_at)
    record_event(
        company_id=message.action.company_id,
        customer_id=head.pk,
        kind=kind,
        by=lone,
        text=message.letter.subject,
        data=_told(message, message)
        | fields
        | {"action": message.action.pk, "run": message.action.run_id, "step": message.action.step}
        | {"members": len(message.parts)},
        happened_at=sent_at,
    )


def _told(said: Message, whole: Message) -> dict[str, Any]:
    """What a line tells of a message: `said` of one member, or the whole of it."""
    letter = said.letter
    return {
        "subject": whole.letter.subject,
        "recipient": whole.action.recipient,
        "amount": to_decimal_string(letter.net_minor, letter.currency),
        "currency": letter.currency,
        "documents": [item.document for item in letter.items],
        "tone": whole.voice.key.tone,
        "template_version": whole.voice.version,
    }


def _head(message: Message) -> Any:
    head = message.action.through
    assert head is not None
    return head


def _rows(part: Message) -> Any:
    return Action.objects.filter(pk=part.action.pk, state=State.RESERVED)


def _all(message: Message, act: Any, why: str) -> None:
    for part in message.parts:
        act(part.action, why)


def _put_back(message: Message) -> None:
    """Nothing was handed over: all that it says waits as before."""
    for part in message.parts:
        attempts = max(part.action.attempts - 1, 0)
        _rows(part).update(state=State.APPROVED, attempts=attempts, reserved_at=None)


def _refuse(action: Action, said: str) -> None:
    """The head's address is not taken: the next run writes it a letter instead."""
    Action.objects.filter(pk=action.pk).update(state=State.REFUSED, problem=said[:300])
    tell(action, "reminder-refused", None, {"recipient": action.recipient, "why": said[:300]})
