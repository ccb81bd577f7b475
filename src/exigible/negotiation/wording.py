"""The state of a promise in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from exigible.language import formats
from exigible.negotiation.rules import Standing, State

COLOURS = {
    State.OPEN: "info",
    State.KEPT: "done",
    State.LATE: "attention",
    State.PART: "attention",
    State.BROKEN: "danger",
}
"""The colour of each state among those of the pages."""


def state_words(standing: Standing) -> str:
    """How a promise stands: an open one with the last day on which money still keeps it."""
    if standing.state is State.OPEN:
        return _("open until %(day)s") % {"day": formats.day(standing.last_on)}
    return {
        State.KEPT: _("kept"),
        State.LATE: _("kept late"),
        State.PART: _("kept in part"),
        State.BROKEN: _("not kept"),
    }[standing.state]
