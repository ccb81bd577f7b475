"""Where a registered letter stands, from what was heard of it; and what is to be done about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Literal, NamedTuple


class Status(StrEnum):
    """What can be heard of a letter. `RETURNED` came back, and nobody said why."""

    TO_POST = "to_post"
    POSTED = "posted"
    PRESENTED = "presented"
    WAITING = "waiting"
    RETURNED = "returned"
    DELIVERED = "delivered"
    REFUSED = "refused"
    UNCLAIMED = "unclaimed"
    UNKNOWN_ADDRESS = "unknown_address"


ON_THE_WAY: Final = (Status.POSTED, Status.PRESENTED, Status.WAITING)
CAME_BACK: Final = (Status.RETURNED, Status.REFUSED, Status.UNCLAIMED, Status.UNKNOWN_ADDRESS)
REASONED_ENDS: Final = (Status.DELIVERED, Status.REFUSED, Status.UNCLAIMED, Status.UNKNOWN_ADDRESS)
ENDS: Final = (Status.RETURNED, *REASONED_ENDS)
HEARD: Final = (*ON_THE_WAY[1:], *REASONED_ENDS, Status.RETURNED)
"""What may be noted of a letter that was posted."""

_RANK: Final = {status: rank for rank, status in enumerate((Status.TO_POST, *ON_THE_WAY, Status.RETURNED))}
_LAST: Final = 9

Objection = Literal[
    "", "known", "in-the-future", "before-posting", "not-posted", "ended", "before-presentation", "after-end"
]
Todo = Literal["", "post", "no-news", "file", "returned"]


class Heard(NamedTuple):
    """One thing that was heard of a letter: what, and of which day."""

    status: Status
    on: date


def standing(heard: Iterable[Heard]) -> Heard | None:
    """Where a letter stands: the furthest it came, whatever the order it was told in; None: not posted."""
    return max(heard, key=lambda one: (_RANK.get(one.status, _LAST), one.on), default=None)


def objection(heard: Sequence[Heard], new: Heard, today: date) -> Objection:
    """Why a thing cannot be noted of a letter; empty when it can.

    A letter ends in one way: to say another one, the first is taken back.
    """
    if new in heard:
        return "known"
    if new.on > today:
        return "in-the-future"
    posted_on = first_day(heard, Status.POSTED)
    if posted_on is None:
        return "not-posted"
    if new.on < posted_on:
        return "before-posting"
    if new.status in REASONED_ENDS and any(one.status in REASONED_ENDS for one in heard):
        return "ended"
    presented_on = first_day(heard, Status.PRESENTED)
    if new.status in REASONED_ENDS and presented_on is not None and new.on < presented_on:
        return "before-presentation"
    ended_on = next((one.on for one in heard if one.status in REASONED_ENDS), None)
    if new.status in ON_THE_WAY and ended_on is not None and new.on > ended_on:
        return "after-end"
    return ""


def first_day(heard: Iterable[Heard], status: Status) -> date | None:
    """The first day on which a thing was heard."""
    return min((one.on for one in heard if one.status == status), default=None)


def todo(status: Status, status_on: date | None, *, is_filed: bool, today: date, quiet_days: int) -> Todo:
    """What a person is to do about a letter: empty when there is nothing.

    `is_filed`: the acknowledgement or the envelope that came back is kept with it. A letter on its way of
    which nothing was heard for `quiet_days` is to be looked up.
    """
    if status == Status.TO_POST:
        return "post"
    if status in CAME_BACK:
        return "" if is_filed else "returned"
    if status == Status.DELIVERED:
        return "" if is_filed else "file"
    assert status_on is not None
    return "no-news" if (today - status_on).days >= quiet_days else ""


def collect_until(notified_on: date) -> date:
    """The last day on which the addressee of an electronic registered letter may accept it in France.

    Fifteen days from the day after the notice was sent (CPCE, postal part, R. 53-3).
    """
    return notified_on + timedelta(days=15)
