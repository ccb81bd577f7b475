"""Where a customer is, how far and how long: straight lines and a stated speed, no map and no guess."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import asin, ceil, cos, radians, sin, sqrt
from typing import Final, NamedTuple
from urllib.parse import unquote

from exigible.kernel.errors import UserMistake

EARTH_METRES: Final = 6_371_000
MINUTES_A_DAY: Final = 24 * 60


class Outcome(StrEnum):
    """What came of a visit."""

    PROMISED = "promised"
    PAID = "paid"
    DISPUTE = "dispute"
    SEEN = "seen"
    ABSENT = "absent"
    MOVED = "moved"
    OTHER = "other"


class Means(StrEnum):
    """How money was handed over."""

    CASH = "cash"
    CHEQUE = "cheque"


class Point(NamedTuple):
    """A place in degrees (WGS 84)."""

    latitude: float
    longitude: float


_NUMBER: Final = r"([+-]?\d{1,3}[.,]\d+)"
_DOTTED: Final = r"([+-]?\d{1,3}\.\d+)"
_READINGS: Final = (
    rf"!3d{_DOTTED}!4d{_DOTTED}",  # the pin of a map, before where the map happens to be centred
    rf"[?&]mlat={_DOTTED}&mlon={_DOTTED}",
    rf"[?&](?:q|query|ll|destination|daddr)=(?:loc:)?{_DOTTED}[,+ ]\s*{_DOTTED}",
    rf"^geo:{_DOTTED},{_DOTTED}",
    rf"@{_DOTTED},{_DOTTED}",
    rf"#map=\d+/{_DOTTED}/{_DOTTED}",
    rf"^{_NUMBER}\s*[,;\s]\s*{_NUMBER}$",
)


def parse_place(text: str) -> Point:
    """The place that a person pasted: "43.73, 7.42", or a link of a map that holds it.

    Raises UserMistake("place-unreadable") for anything else, a short link among them: nothing is looked up.
    """
    told = unquote(text.strip())
    for reading in _READINGS:
        found = re.search(reading, told)
        if found:
            latitude, longitude = (float(part.replace(",", ".")) for part in found.groups())
            if abs(latitude) <= 90 and abs(longitude) <= 180:
                return Point(latitude, longitude)
            break
    raise UserMistake(
        "place-unreadable",
        "Write a latitude and a longitude such as 43.73, 7.42, or paste the long link of a map.",
    )


@dataclass(frozen=True, slots=True)
class Terms:
    """How a straight line becomes a way: longer by a factor, at a speed; and how long a visit takes."""

    detour_percent: int = 130
    speed_kmh: int = 40
    minutes_at_stop: int = 30


def metres_between(here: Point, there: Point, terms: Terms) -> int:
    """The great circle between two places (haversine), lengthened by the factor of the terms."""
    north, east = radians(there.latitude - here.latitude), radians(there.longitude - here.longitude)
    breadth = cos(radians(here.latitude)) * cos(radians(there.latitude))
    chord = sin(north / 2) ** 2 + breadth * sin(east / 2) ** 2
    straight = 2 * EARTH_METRES * asin(min(1.0, sqrt(chord)))
    return round(straight * terms.detour_percent / 100)


def minutes_for(metres: int, terms: Terms) -> int:
    """How long the way takes at the speed of the terms, in whole minutes rounded up."""
    return ceil(metres * 60 / (terms.speed_kmh * 1000))


class StopFacts(NamedTuple):
    """A stop as the route reads it: minutes of the day between which one is received, if said."""

    key: int
    point: Point | None
    opens: int | None = None
    closes: int | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """The way to a stop and the hours there, in minutes of the day; None: not known.

    A place that nobody gave makes its two ways unknown, and every hour after it.
    """

    key: int
    metres: int | None
    minutes: int | None
    arrives: int | None
    waits: int
    leaves: int | None
    is_late: bool
    """Whether one would come after closing, or leave after it."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A tour in its order. `metres` is the sum of the ways that are known, `unknown` how many are not."""

    legs: tuple[Leg, ...]
    metres: int
    unknown: int
    back_metres: int | None
    ends: int | None


def schedule(
    start: Point | None, stops: Sequence[StopFacts], terms: Terms, starts_at: int, *, returns: bool
) -> Schedule:
    """Distances and hours along an order; `starts_at` in minutes of the day."""
    legs: list[Leg] = []
    here, now = start, starts_at if start else None
    for stop in stops:
        leg = _leg(here, now, stop, terms)
        legs.append(leg)
        here, now = stop.point, leg.leaves
    back = _way(here, start, terms) if returns and stops else 0
    ways = [*(leg.metres for leg in legs), back]
    ends = now if not returns or back is None or now is None else now + minutes_for(back, terms)
    return Schedule(
        tuple(legs),
        metres=sum(way for way in ways if way is not None),
        unknown=sum(way is None for way in ways),
        back_metres=back if returns else None,
        ends=ends if back is not None else None,
    )


def _way(here: Point | None, there: Point | None, terms: Terms) -> int | None:
    return None if here is None or there is None else metres_between(here, there, terms)


def _leg(here: Point | None, now: int | None, stop: StopFacts, terms: Terms) -> Leg:
    metres = _way(here, stop.point, terms)
    minutes = None if metres is None else minutes_for(metres, terms)
    if minutes is None or now is None:
        return Leg(stop.key, metres, minutes, None, 0, None, is_late=False)
    arrives = now + minutes
    waits = max(0, (stop.opens or 0) - arrives)
    leaves = arrives + waits + terms.minutes_at_stop
    return Leg(
        stop.key, metres, minutes, arrives, waits, leaves, stop.closes is not None and leaves > stop.closes
    )


def is_routable(start: Point | None, stops: Iterable[StopFacts]) -> bool:
    """Whether an order can be worked out: every place was given by someone."""
    return start is not None and all(stop.point is not None for stop in stops)
