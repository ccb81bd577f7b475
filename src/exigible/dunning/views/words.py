"""Short words of the pages of reminders: reasons in a list to choose from, and what became of a message."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from exigible.dunning.models import Action, Channel
from exigible.dunning.reasons import answer_sentence, waiting_sentence
from exigible.language import formats

TONES: Final = {
    "proposed": "",
    "excluded": "",
    "approved": "info",
    "reserved": "info",
    "to_do": "info",
    "sent": "success",
    "ambiguous": "warning",
    "failed": "error",
    "refused": "error",
    "superseded": "",
    "sending": "info",
    "done": "success",
    "stopped": "warning",
    "cancelled": "",
}
"""State of a message or a run → the colour of its word."""


def held_label(code: str) -> str:
    """Why messages are held back, in two or three words."""
    return {
        "insolvent": _("Insolvency"),
        "paused": _("Reminders rest"),
        "promise-not-due": _("Promise running"),
        "disputed": _("Contested"),
        "payment-not-allocated": _("Payment not allocated"),
        "payment-seen": _("Payment not lettered"),
        "below-minimum": _("Below the minimum"),
        "above-maximum": _("Above the maximum"),
        "policy-ended": _("End of the policy"),
        "reply-unread": _("Reply to read"),
        "address-dead": _("Address dead"),
        "address-wrong": _("Wrong postal address"),
        "too-old": _("Too old"),
        "message-pending": _("Earlier message not settled"),
        "contacted-recently": _("Contacted recently"),
        "no-address": _("No address"),
        "no-policy": _("No policy"),
        "not-a-business-day": _("Not a business day"),
        "group-is-late": _("Its group is late"),
    }.get(code, code)


def what_happened(action: Action) -> str:
    """What there is to know beside the state of a message; empty for nothing."""
    if action.state == Action.State.SENT and action.channel == Channel.LETTER:
        return _("made {moment}, to print and post").format(moment=_when(action.sent_at))
    if action.state == Action.State.SENT:
        return _when(action.sent_at)
    if action.state == Action.State.APPROVED:
        return _waiting(action)
    if action.state in (Action.State.PROPOSED, Action.State.EXCLUDED, Action.State.RESERVED):
        return ""
    if action.state == Action.State.SUPERSEDED and action.problem == action.reason_code:
        return ""  # said by the reason itself
    if action.state == Action.State.TO_DO:
        return _to_do(action.channel)
    return answer_sentence(action.state, action.problem, action.recipient, action.channel)


def _to_do(channel: str) -> str:
    return {
        Channel.PHONE: _("waits in the call list"),
        Channel.VISIT: _("waits for a visit"),
        Channel.REGISTERED: _("made, waits to be posted"),
    }.get(Channel(channel), "")


def _waiting(action: Action) -> str:
    if action.not_before is None:
        return ""
    for_what = waiting_sentence(action.problem)
    if for_what:
        return _("waits until {moment}, {for_what}").format(
            moment=_when(action.not_before), for_what=for_what
        )
    return _("The mail server asks to wait: tried again from {moment}. It said: “{said}”.").format(
        moment=_when(action.not_before), said=action.problem
    )


def _when(moment: datetime | None) -> str:
    """Day and hour in short."""
    return f"{formats.day(moment, 'short')} {timezone.localtime(moment):%H:%M}" if moment else ""
