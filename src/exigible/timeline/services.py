"""Adding to a timeline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from exigible.timeline.models import Event


def record_event(
    *,
    company_id: int,
    customer_id: int | None,
    kind: str,
    by: int | None,
    text: str = "",
    data: Mapping[str, Any] | None = None,
    happened_at: datetime | None = None,
) -> Event:
    """Add one line, in the caller's transaction: the line stands if and only if the act does.

    `by` is the id of the person who acted; None where the program acted by itself.
    """
    return Event.objects.create(
        company_id=company_id,
        customer_id=customer_id,
        kind=kind,
        by_id=by,
        text=text,
        data=dict(data or {}),
        happened_at=happened_at or timezone.now(),
    )
