"""The dates that the as-of menu offers."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _


def landmark_dates(today: dt.date) -> list[tuple[str, dt.date]]:
    """Today, then the ends of last month, quarter and year; each day once, the nearest name first."""
    month_end = today.replace(day=1) - dt.timedelta(days=1)
    first_of_quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    candidates = [
        (_("Today"), today),
        (_("End of last month"), month_end),
        (_("End of last quarter"), first_of_quarter - dt.timedelta(days=1)),
        (_("End of last year"), today.replace(month=1, day=1) - dt.timedelta(days=1)),
    ]
    named: dict[dt.date, str] = {}
    for name, day in candidates:
        named.setdefault(day, name)
    return [(name, day) for day, name in named.items()]
