"""Calls in words: why, when, and what the hours learnt are borne out by."""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exigible.calls.queries import BestTimes
from exigible.calls.rules import BAND_HOURS, Best, NextCall, Outcome
from exigible.language import formats


def outcome_words(outcome: str) -> str:
    """How a call ended, as the end of a sentence."""
    words: dict[str, str] = {
        Outcome.PROMISE: _("promise to pay"),
        Outcome.DISPUTE: _("contests"),
        Outcome.PAID: _("says that it paid"),
        Outcome.REQUEST: _("asks for something"),
        Outcome.CALL_BACK: _("to call back"),
        Outcome.REACHED: _("spoke with someone"),
        Outcome.REFUSES: _("refuses to pay"),
        Outcome.NO_ANSWER: _("no answer"),
        Outcome.VOICEMAIL: _("left a message"),
        Outcome.WRONG_NUMBER: _("wrong number"),
    }
    return words.get(outcome, outcome)


def clock(hour: time | datetime) -> str:
    """An hour as one says it: 9 h, 9 h 30 in French, 9:00, 9:30 in English."""
    if hour.minute == 0:
        return _("%(hour)s:00") % {"hour": hour.hour}
    return _("%(hour)s:%(minute)s") % {"hour": hour.hour, "minute": f"{hour.minute:02d}"}


def next_words(due: NextCall) -> str:
    """Why the last call asks for another one."""
    if due.reason == "call-back":
        return _("To be called back at %(hour)s, as agreed") % {"hour": clock(due.at)}
    if due.reason == "next-number":
        return _("The last number was wrong: another one is to be tried")
    return ngettext(
        "No answer to the last call: to be tried again",
        "No answer to the last %(tries)s calls: to be tried again",
        due.tries,
    ) % {"tries": due.tries}


def at_words(moment: datetime, today: date) -> str:
    """When, seen from a day: the hour alone where it is that day."""
    if moment.date() == today:
        return clock(moment)
    return _("%(day)s at %(hour)s") % {"day": formats.day(moment.date()), "hour": clock(moment)}


def best_words(times: BestTimes) -> str:
    """When someone answers best, with the calls that say so; empty where too few do."""
    return " · ".join(filter(None, (_band_words(times.band), _weekday_words(times.weekday))))


def _band_words(band: Best | None) -> str:
    if band is None:
        return ""
    values = _counts(band) | {"first": clock(time(band.key)), "last": clock(time(band.key + BAND_HOURS))}
    return _("answered %(reached)s times out of %(tried)s between %(first)s and %(last)s") % values


def _weekday_words(weekday: Best | None) -> str:
    if weekday is None:
        return ""
    names = (
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    )
    values = _counts(weekday) | {"weekday": names[weekday.key]}
    return _("%(reached)s times out of %(tried)s on a %(weekday)s") % values


def _counts(found: Best) -> dict[str, object]:
    return {"reached": found.reached, "tried": found.tried}


def tone_words(tone: str) -> str:
    """What a tone is called."""
    return {
        "courtesy": _("Before the due date"),
        "reminder": _("Reminder"),
        "firm": _("Firm reminder"),
        "formal_notice": _("After a formal notice"),
        "broken_promise": _("After a promise that was not kept"),
    }[tone]
