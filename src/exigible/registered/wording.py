"""Registered letters in words: what is wrong with a number or a line, what is to be done, what follows."""

from __future__ import annotations

from django.utils.translation import gettext as _

from exigible.language import formats
from exigible.registered.models import RegisteredLetter
from exigible.registered.queries import Row
from exigible.registered.rules.effects import Follows
from exigible.registered.rules.numbers import Number, read_number
from exigible.registered.services.numbering import NumberFault
from exigible.registered.services.tracking import LineProblem

HandOver = RegisteredLetter.HandOver

TONES = {
    "delivered": "success", "refused": "warning", "unclaimed": "warning", "returned": "warning",
    "unknown_address": "error", "waiting": "info", "presented": "info", "posted": "info",
}  # fmt: skip


def status_words(status: str) -> str:
    """A status as the screens say it."""
    return str(RegisteredLetter.Status(status).label) if status in RegisteredLetter.Status.values else status


def why_words(row: Row) -> str:
    """Why a letter that was posted wants someone, as the end of a sentence."""
    assert row.letter is not None
    assert row.letter.status_on is not None
    day = formats.day(row.letter.status_on)
    if row.todo == "no-news":
        return _("nothing heard since {day}").format(day=day)
    return _("{status} on {day}: file the envelope").format(status=status_words(row.letter.status), day=day)


def fault_words(code: str, found: str) -> str:
    """Why a number cannot be taken."""
    sentences = {
        "empty": _("There is no number."),
        "characters": _("“{found}” holds something else than letters and digits."),
        "length": _("“{found}” is too short or too long for a number."),
        "check-digit": _("“{found}” is mistyped: its check digit is wrong."),
        "twice": _("{found} stands twice in the column."),
        "taken": _("{found} is the number of another letter."),
        "too-many": _("“{found}”: there is no letter left for it."),
    }
    return sentences[code].format(found=found)


def line_fault_words(fault: NumberFault) -> str:
    """What is wrong on a line of a column of numbers."""
    return _("Line {line}: {what}").format(line=fault.line, what=fault_words(fault.code, fault.found))


def doubt_words(number: str) -> str:
    """What is unusual about a number that was taken; empty where nothing is."""
    found = read_number(number)
    if not isinstance(found, Number) or not found.doubt:
        return ""
    sentences = {
        "unknown-form": _("This number has not the form of a registered letter: compare it with the slip."),
        "not-registered": _("By its letters this is not the number of a registered letter (R…)."),
    }
    return sentences[found.doubt]


def problem_words(problem: LineProblem) -> str:
    """Why a line of a tracking file was not noted."""
    if problem.code.startswith("number-"):
        what = fault_words(problem.code.removeprefix("number-"), problem.found)
    elif problem.code == "bad-date":
        what = _("“{found}” is not a date.").format(found=problem.found)
    elif problem.code == "unknown-words":
        what = _("“{found}” is not known; note it with the letter by hand.").format(found=problem.found)
    else:
        why = _(problem.sentence).format(**problem.params)
        what = _("{number}: {what}").format(number=problem.found, what=why)
    return _("Line {line}: {what}").format(line=problem.line, what=what)


def follows_words(one: Follows) -> str:
    """What follows from where a letter stands, with the text it stands on."""
    sentences = {
        "starts-interest": _("A formal notice that arrived starts interest at the legal rate ({source})."),
        "valid-unclaimed": _("A formal notice that was not collected is valid all the same ({source})."),
        "no-text": _("What follows from this for a formal notice: no text is known here; ask a lawyer."),
        "no-interruption": _("It does not interrupt the limitation period ({source})."),
    }
    return sentences[one.effect].format(source=one.source)


def hand_over_words(letter: RegisteredLetter) -> str:
    """Where an electronic letter is on its way to the provider; empty for one that is not."""
    said = letter.problem
    if said == "interrupted":
        said = _("the program was stopped while it was handed over")
    return {
        HandOver.QUEUED: _("waits to be handed to the provider"),
        HandOver.RESERVED: _("is being handed to the provider"),
        HandOver.AMBIGUOUS: _("unsure: {said}").format(said=said),
        HandOver.REFUSED: _("not taken by the provider: {said}").format(said=said or "?"),
    }.get(HandOver(letter.hand_over), "")
