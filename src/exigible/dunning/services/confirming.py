"""What letters and e-mails share when they are sent: claimed, given up, confirmed on the timeline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from exigible.dunning.composing import Message
from exigible.dunning.models import Action, Run
from exigible.kernel.money import to_decimal_string
from exigible.timeline.services import record_event

CLAIM: Final = """
    UPDATE dunning_action SET state = 'reserved', reserved_at = %(now)s, attempts = attempts + 1
    WHERE id IN (
        SELECT a.id FROM dunning_action a JOIN dunning_run r ON r.id = a.run_id
        WHERE a.company_id = %(company)s AND a.run_id = %(run)s AND a.channel = %(channel)s
          AND a.state = 'approved' AND r.state = 'sending'
          AND (a.not_before IS NULL OR a.not_before <= %(now)s)
          AND (%(only)s::bigint IS NULL OR a.id = %(only)s)
        ORDER BY a.id LIMIT %(limit)s
        FOR UPDATE OF a SKIP LOCKED
    )
    RETURNING id
"""

KEEP_AMOUNTS: Final = """
    UPDATE dunning_actionitem l
    SET sent_minor = said.minor, level = CASE WHEN said.minor > 0 THEN l.level END
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS said (action_id, item_id, minor)
    WHERE l.action_id = said.action_id AND l.item_id = said.item_id
"""


def claim(run: Run, channel: str, limit: int, only: int | None = None) -> list[int]:
    """Take approved messages that may go now, if the run has not been stopped; for this process alone."""
    asked: dict[str, Any] = {
        "now": timezone.now(), "company": run.company_id, "run": run.pk, "channel": channel, "only": only,
        "limit": limit,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, asked)
        return sorted(row[0] for row in cursor.fetchall())


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


def confirm(message: Message, by: int | None, sent_at: datetime, **fields: Any) -> bool:
    """Mark a claimed message as sent, with its line on the timeline; False if it was not claimed any more."""
    action = message.action
    is_ours = Action.objects.filter(pk=action.pk, state=Action.State.RESERVED).update(
        state=Action.State.SENT, sent_at=sent_at, sent_minor=message.letter.net_minor, problem="", **fields
    )
    if is_ours:
        tell(action, f"{action.channel}-sent", by or action.approved_by_id, _told(message, fields), sent_at)
    return bool(is_ours)


def _told(message: Message, fields: dict[str, Any]) -> dict[str, Any]:
    letter = message.letter
    return {
        "subject": letter.subject,
        "recipient": message.action.recipient,
        "amount": to_decimal_string(letter.net_minor, letter.currency),
        "currency": letter.currency,
        "documents": [item.document for item in letter.items],
        "tone": message.voice.key.tone,
        "template_version": message.voice.version,
        **fields,
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
        data={"action": action.pk, "run": action.run_id, "step": action.step, **data},
        happened_at=happened_at,
    )


def in_order(messages: Sequence[Message]) -> tuple[list[Message], list[Message]]:
    """Those that go, and those that stop."""
    return [m for m in messages if m.stop is None], [m for m in messages if m.stop is not None]
