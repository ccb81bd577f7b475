"""Which of the five colours of age a bucket has, and how it is said."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from exigible.kernel.ageing import NOT_DUE, Buckets

LAST_LEVEL = 4
DEFAULT_KEYS = Buckets().keys


def level_of_days(days_overdue: int, bounds: Sequence[int] = (30, 60, 90)) -> int:
    """0 (not due) to 4 (oldest) for an item that many days overdue."""
    buckets = Buckets(tuple(bounds))
    return level_of_bucket(buckets.key(days_overdue), buckets.keys)


def level_of_bucket(key: str, keys: Sequence[str] = DEFAULT_KEYS) -> int:
    """The colour of a bucket among its company's: the first overdue is 1, the oldest is always 4."""
    position, last = keys.index(key), len(keys) - 1
    if position in (0, last):
        return LAST_LEVEL if position else 0
    return 1 + (position - 1) * (LAST_LEVEL - 1) // (last - 1)


def bucket_label(key: str) -> str:
    """The head of a bucket's column: "Not due", "1–30", "90+"."""
    return _("Not due") if key == NOT_DUE else key.replace("-", "–")


def bucket_words(key: str) -> str:
    """The bucket in words: "1–30 days overdue"."""
    if key == NOT_DUE:
        return _("not due")
    if key.endswith("+"):
        return _("over %(days)s days overdue") % {"days": key[:-1]}
    return _("%(range)s days overdue") % {"range": key.replace("-", "–")}


def days_words(days_overdue: int) -> str:
    """Age in short: "62 d", "today" on the due date, "in 5 d" before it."""
    if days_overdue > 0:
        return _("%(days)s d") % {"days": days_overdue}
    return _("in %(days)s d") % {"days": -days_overdue} if days_overdue else _("today")
