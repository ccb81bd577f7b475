"""What letters and e-mails share when they are sent: claimed, given up, confirmed on the timeline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone
from psycopg.types.json import Jsonb

from exigible.dunning.composing import Message
from exigible.dunning.models import Action, Channel, Run
from exigible.dunning.services.known import HAS_CHANGED, NOTHING, Known
from exigible.kernel.money import to_decimal_string
from exigible.ledger.locks import wait_for_the_others
from exigible.timeline.services import record_event

SHARE: Final = 70534
"""Held on a run, together, by the processes that send its e-mails."""

MAY_HAVE_LEFT: Final = (Channel.EMAIL, Channel.SMS)
"""Claimed and not confirmed, nobody knows whether these left; the others are files, or done by a person."""

CLAIM: Final = """
    UPDATE dunning_action SET state = 'reserved', reserved_at = %(now)s, attempts = attempts + 1
    WHERE id IN (
        SELECT a.id FROM dunning_action a JOIN dunning_run r ON r.id = a.run_id
        WHERE a.company_id = %(company)s AND a.run_id = %(run)s AND a.channel = %(channel)s
          AND a.state = 'approved' AND a.through_id IS NULL AND r.state = 'sending'
          AND (a.not_before IS NULL OR a.not_before <= %(now)s)
        ORDER BY a.id LIMIT %(limit)s
        FOR UPDATE OF a SKIP LOCKED
    )
    RETURNING id
"""

MAY_GO: Final = """
    a.id = %(action)s AND a.state = 'approved' AND (a.not_before IS NULL OR a.not_before <= %(now)s)
    AND EXISTS (SELECT FROM dunning_run r WHERE r.id = a.run_id AND r.state = 'sending')
"""
"""Of one message, by its id alone: so no index of the whole run is read for each of its messages."""

TAKE: Final = f"""
    UPDATE dunning_action a SET state = 'reserved', reserved_at = %(now)s, attempts = attempts + 1
    WHERE {MAY_GO} RETURNING attempts
"""  # noqa: S608  of our own words

HOLD: Final = f"""
    WITH taken AS (
        UPDATE dunning_action a
        SET state = 'reserved', reserved_at = %(now)s, attempts = attempts + 1, sent_minor = %(minor)s,
            message_id = %(message_id)s, file = %(file)s, file_sha256 = %(file_sha256)s
        WHERE {MAY_GO} AND NOT (%(is_known)s AND {HAS_CHANGED})
        RETURNING a.id, a.attempts
    ), kept AS (
        UPDATE dunning_actionitem l
        SET sent_minor = said.minor, level = CASE WHEN said.minor > 0 THEN l.level END
        FROM taken, unnest(%(items)s::bigint[], %(minors)s::bigint[]) AS said (item_id, minor)
        WHERE l.action_id = taken.id AND l.item_id = said.item_id
    )
    SELECT attempts FROM taken
"""  # noqa: S608

CONFIRM: Final = """
    WITH sent AS (
        UPDATE dunning_action
        SET state = 'sent', sent_at = %(sent_at)s, sent_minor = %(minor)s, problem = '',
            message_id = %(message_id)s, file = %(file)s, file_sha256 = %(file_sha256)s
        WHERE id = %(action)s AND state = 'reserved'
        RETURNING company_id, customer_id
    )
    SELECT timeline_record(company_id, customer_id, %(kind)s, %(sent_at)s, %(by)s, %(text)s, %(told)s)
    FROM sent
"""

KEEP_AMOUNTS: Final = """
    UPDATE dunning_actionitem l
    SET sent_minor = said.minor, level = CASE WHEN said.minor > 0 THEN l.level END
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS said (action_id, item_id, minor)
    WHERE l.action_id = said.action_id AND l.item_id = said.item_id
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the very text of a message is kept, and the name that mail servers or a gateway know it by."""

    file: str
    file_sha256: str
    message_id: str = ""


def claim(run: Run, channel: str, limit: int) -> list[int]:
    """Take approved messages that may go now, if the run has not been stopped; for this process alone."""
    asked: dict[str, Any] = {
        "now": timezone.now(), "company": run.company_id, "run": run.pk, "channel": channel, "limit": limit
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, asked)
        return sorted(row[0] for row in cursor.fetchall())


def take(action: Action) -> bool:
    """Take one approved message, as `claim` does several; notes in `action` that it was tried once more."""
    return _taken(action, TAKE, {})


def hold(message: Message, kept: Kept, known: Known | None) -> bool:
    """Take one message as `take` does, with what is kept of it, unless anything has changed since `known`."""
    asked = {
        **asdict(kept), "minor": message.letter.net_minor,
        "items": list(message.claimed), "minors": list(message.claimed.values()),
        "is_known": known is not None, **(known or NOTHING).asked,
    }  # fmt: skip
    return _taken(message.action, HOLD, asked)


def _taken(action: Action, statement: str, asked: dict[str, Any]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked | {"now": timezone.now(), "action": action.pk})
        taken = cursor.fetchone()
    if taken is not None:
        [action.attempts] = taken
    return taken is not None


def keep_amounts(messages: Iterable[Message]) -> None:
    """Note beside each item what the message asks for it; one that it leaves out climbs to no level."""
    rows = [
        (message.action.pk, item, minor) for message in messages for item, minor in message.claimed.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(KEEP_AMOUNTS, [list(column) for column in zip(*rows, strict=True)] or [[], [], []])


def supersede(message: Message) -> None:
    """Not send a message after all, and say why."""
    assert message.stop is not None
    action, reason = message.action, message.stop
    Action.objects.filter(pk=action.pk).update(
        state=Action.State.SUPERSEDED,
        problem=reason.code,
        reason_code=reason.code,
        reason_params=reason.params,
    )
    tell(action, "reminder-held", None, {"why": reason.code, **reason.params})


def fail(action: Action, why: str) -> None:
    """Give a message up, and say what went wrong."""
    Action.objects.filter(pk=action.pk).update(state=Action.State.FAILED, problem=why[:300])
    tell(action, "reminder-failed", None, {"why": why[:300]})


def confirm(message: Message, by: int | None, sent_at: datetime, kept: Kept) -> bool:
    """Mark a claimed message as sent, with its line on the timeline; False if it was not claimed any more."""
    action, letter = message.action, message.letter
    asked = {
        "action": action.pk, "sent_at": sent_at, "minor": letter.net_minor, **asdict(kept),
        "kind": f"{action.channel}-sent", "by": by or action.approved_by_id, "text": letter.subject,
        "told": Jsonb(_of_action(action) | _told(message) | asdict(kept)),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CONFIRM, asked)
        return cursor.fetchone() is not None


def _told(message: Message) -> dict[str, Any]:
    letter = message.letter
    return {
        "subject": letter.subject,
        "recipient": message.action.recipient,
        "amount": to_decimal_string(letter.net_minor, letter.currency),
        "currency": letter.currency,
        "documents": [item.document for item in letter.items],
        "tone": message.voice.key.tone,
        "template_version": message.voice.version,
    }


def tell(
    action: Action, kind: str, by: int | None, data: dict[str, Any], happened_at: datetime | None = None
) -> None:
    """Put a line about a message on its customer's timeline."""
    record_event(
        company_id=action.company_id,
        customer_id=action.customer_id,
        kind=kind,
        by=by,
        text=str(data.get("subject", "")),
        data=_of_action(action) | data,
        happened_at=happened_at,
    )


def _of_action(action: Action) -> dict[str, Any]:
    return {"action": action.pk, "run": action.run_id, "step": action.step}


def in_order(messages: Sequence[Message]) -> tuple[list[Message], list[Message]]:
    """Those that go, and those that stop."""
    return [m for m in messages if m.stop is None], [m for m in messages if m.stop is not None]


@transaction.atomic
def recover(run: Run) -> int:
    """Settle what a killed process left claimed; for whoever holds the run. Gives how many are unsure."""
    wait_for_the_others(SHARE, run.pk)
    reserved = Action.objects.filter(run=run, state=Action.State.RESERVED).select_for_update()
    reserved.exclude(channel__in=MAY_HAVE_LEFT).update(state=Action.State.APPROVED)
    unsure = list(reserved.filter(channel__in=MAY_HAVE_LEFT))
    for action in unsure:
        mark_ambiguous(action, "interrupted")
    return len(unsure)


def mark_ambiguous(action: Action, why: str) -> None:
    """Say that a message may have left, and may not; a person decides."""
    Action.objects.filter(pk=action.pk, state=Action.State.RESERVED).update(
        state=Action.State.AMBIGUOUS, problem=why[:300]
    )
    record_event(
        company_id=action.company_id,
        customer_id=action.customer_id,
        kind="reminder-ambiguous",
        by=None,
        text=why[:300],
        data={"action": action.pk, "step": action.step, "message_id": action.message_id},
    )
