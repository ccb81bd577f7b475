"""Visits in words: ways, hours, what came of them."""

from __future__ import annotations

from datetime import time

from babel.numbers import format_decimal
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exigible.calls.wording import clock
from exigible.language import formats
from exigible.visits.models import Stop, Visit
from exigible.visits.rules import MINUTES_A_DAY, Leg, Schedule, Terms


def outcome_words(outcome: str) -> str:
    """What came of a visit, as the end of a sentence."""
    return str(dict(Visit.Outcome.choices).get(outcome, outcome))


def way_words(metres: int | None) -> str:
    """A way in kilometres, to a tenth below a hundred; empty where it is not known."""
    if metres is None:
        return ""
    pattern = "#,##0.0" if metres < 100_000 else "#,##0"
    return _("%(km)s km") % {"km": format_decimal(metres / 1000, pattern, locale=formats.language())}


def minute_words(minute: int | None) -> str:
    """A minute of the day as one says an hour; of the day after, with the days that it is later."""
    if minute is None:
        return ""
    days, left = divmod(minute, MINUTES_A_DAY)
    hour = clock(time(left // 60, left % 60))
    return _("%(hour)s (+%(days)s d)") % {"hour": hour, "days": days} if days else hour


def reckoned_words(terms: Terms) -> str:
    """How the ways are reckoned: honest words, for they are no roads."""
    factor = format_decimal(terms.detour_percent / 100, "0.##", locale=formats.language())
    return _("as the crow flies × %(factor)s, at %(speed)s km/h, %(minutes)s min a visit") % {
        "factor": factor, "speed": terms.speed_kmh, "minutes": terms.minutes_at_stop,
    }  # fmt: skip


def total_words(found: Schedule) -> str:
    """How far the whole tour is; where ways are not known, at least how far and how many are missing."""
    if not found.unknown:
        return way_words(found.metres)
    missing = ngettext("%(count)s way not known", "%(count)s ways not known", found.unknown)
    return _("at least %(km)s, %(missing)s") % {
        "km": way_words(found.metres), "missing": missing % {"count": found.unknown},
    }  # fmt: skip


def hours_words(stop: Stop) -> str:
    """From when until when a customer receives; empty where nobody said."""
    if stop.opens and stop.closes:
        return _("receives %(opens)s to %(closes)s") % {
            "opens": clock(stop.opens), "closes": clock(stop.closes),
        }  # fmt: skip
    if stop.opens:
        return _("receives from %(opens)s") % {"opens": clock(stop.opens)}
    return _("receives until %(closes)s") % {"closes": clock(stop.closes)} if stop.closes else ""


def expected_words(leg: Leg) -> str:
    """When one comes, and how long one waits; empty where the way is not known."""
    if leg.arrives is None:
        return ""
    hour = minute_words(leg.arrives)
    if leg.waits:
        return _("%(hour)s, then %(minutes)s min to wait") % {"hour": hour, "minutes": leg.waits}
    return hour
