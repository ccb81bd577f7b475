"""The lines of the timeline that this room writes."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from exigible.registered.models import RegisteredLetter
from exigible.timeline.services import record_event


def tell(
    letter: RegisteredLetter,
    kind: str,
    by: int | None,
    data: dict[str, Any],
    *,
    text: str = "",
    on: date | None = None,
) -> None:
    """Put a line about a letter on its customer's timeline; `on`: the day of which it speaks."""
    record_event(
        company_id=letter.company_id,
        customer_id=letter.customer_id,
        kind=kind,
        by=by,
        text=text,
        data={"letter": letter.pk, "action": letter.action_id, "number": letter.number, **data},
        happened_at=_moment_of(on),
    )


def _moment_of(on: date | None) -> datetime | None:
    """Noon of a day that has passed; today, the moment it is."""
    if on is None or on >= timezone.localdate():
        return None
    return timezone.make_aware(datetime.combine(on, time(12)))
