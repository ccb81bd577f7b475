"""Pages by keyset: the next rows begin after the last one shown, however long the list is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core import signing
from django.db.models import Model, Q, QuerySet

Column = tuple[str, bool]
"""A field to sort by (through relations with "__"), and whether it falls."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows, and the cursors of what comes after and before them; "" at the ends."""

    rows: list[Any]
    following: str
    preceding: str


def read_slice(rows: QuerySet[Any], order: Sequence[Column], asked: Mapping[str, str], limit: int) -> Slice:
    """The rows after `asked["after"]`, or before `asked["before"]`; an unreadable cursor: the first page."""
    columns = [*order, ("pk", False)]
    place = _read(asked.get("before", ""), len(columns))
    is_backwards = place is not None
    place = place or _read(asked.get("after", ""), len(columns))
    walked = [(name, falls != is_backwards) for name, falls in columns]
    if place is not None:
        rows = rows.filter(_beyond(walked, place))
    found = list(rows.order_by(*(("-" if falls else "") + name for name, falls in walked))[: limit + 1])
    has_more, found = len(found) > limit, found[:limit]
    if is_backwards:
        found.reverse()
    has_next, has_previous = (True, has_more) if is_backwards else (has_more, place is not None)
    return Slice(
        found,
        _cursor(found[-1], columns) if found and has_next else "",
        _cursor(found[0], columns) if found and has_previous else "",
    )


def _beyond(columns: Sequence[Column], place: Sequence[Any]) -> Q:
    """Rows that come after a place: greater in the first column, or equal in it and greater in the next…"""
    beyond, same = Q(pk__in=()), Q()
    for (name, falls), value in zip(columns, place, strict=True):
        beyond |= same & Q(**{f"{name}__{'lt' if falls else 'gt'}": value})
        same &= Q(**{name: value})
    return beyond


def _cursor(row: Model, columns: Sequence[Column]) -> str:
    return signing.dumps([_value(row, name) for name, _ in columns])


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row.isoformat() if isinstance(row, date) else row


def _read(cursor: str, length: int) -> list[Any] | None:
    try:
        place = signing.loads(cursor) if cursor else None
    except signing.BadSignature:
        return None
    return place if isinstance(place, list) and len(place) == length else None
