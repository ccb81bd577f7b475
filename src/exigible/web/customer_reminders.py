"""What was done about a customer, what was held back and why, and what is to come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from exigible.dunning.forecast import forecast_customer
from exigible.dunning.models import Action, Channel, HeldBack
from exigible.dunning.reasons import channel_name, reason_sentence, state_name, step_name
from exigible.dunning.views.outlook import outlook_rows
from exigible.dunning.views.words import TONES, held_label, what_happened
from exigible.language import formats
from exigible.ledger.models import Customer, OpenItem, Pause
from exigible.registered.models import Proof, RegisteredLetter
from exigible.registered.queries import letters_of_customer
from exigible.registered.rules.numbers import grouped
from exigible.registered.wording import TONES as LETTER_TONES
from exigible.registered.wording import status_words
from exigible.team.scope import Scope

MESSAGES = 200
HELD = 400


@dataclass(frozen=True, slots=True)
class Row:
    """A message, or from when to when one was held back for the same reason. Amounts in minor units."""

    on: date
    until: date
    step: str
    way: str
    net_minor: int | None
    currency: str
    state: str
    tone: str
    why: str
    url: str = ""
    as_sent: str = ""
    """The address of the very letter or e-mail that the customer received."""


def past_rows(scope: Scope, customer: Customer, item: OpenItem | None = None) -> list[Row]:
    """What the runs did about a customer, and when it was left in peace, the last first; in three queries.

    `item`: of one item alone: the messages that spoke of it, and what was held back once it was due.
    """
    asked, until_then = {"company": scope.company, "customer": customer}, Q(run__day__lte=scope.as_of)
    held = HeldBack.objects.filter(until_then, **asked)
    left_early = Q(sent_at__date__lte=scope.as_of)
    actions = Action.objects.filter(until_then | left_early, **asked)
    paused = Pause.objects.filter(company=scope.company, customer=customer, starts_on__lte=scope.as_of)
    paused = paused.exclude(lifted_on__lt=F("starts_on"))  # withdrawn before it held
    if item is not None:
        actions = actions.filter(items__item=item)
        held = held.filter(run__day__gt=item.due_on)
        paused = paused.filter(until__gte=item.due_on)
    latest = held.select_related("run").order_by("-run__day", "-pk")[:HELD]
    rows = [
        *(_message(scope, one) for one in actions.select_related("run").order_by("-run__day")[:MESSAGES]),
        *_together(_held(one) for one in reversed(latest)),
        *(_paused(one) for one in paused.select_related("by", "lifted_by").order_by("-until")[:MESSAGES]),
    ]
    return sorted(rows, key=lambda row: (row.until, row.on), reverse=True)


def _message(scope: Scope, action: Action) -> Row:
    minor = action.net_minor if action.sent_minor is None else action.sent_minor
    why = what_happened(action) or reason_sentence(action.reason_code, action.reason_params, action.currency)
    day = timezone.localdate(action.sent_at) if action.sent_at else action.run.day
    return Row(
        day, day, step_name(action.step), channel_name(action.channel), minor,
        action.currency, state_name(action.state), TONES[action.state], why,
        reverse("reminder", args=[scope.company.code, action.pk]), _as_sent(scope, action),
    )  # fmt: skip


def _as_sent(scope: Scope, action: Action) -> str:
    """Where the file that was kept is seen; empty for what left no file."""
    if not action.file:
        return ""
    name = "reminder-email" if action.channel == Channel.EMAIL else "reminder-letter"
    return reverse(name, args=[scope.company.code, action.pk])


def _paused(pause: Pause) -> Row:
    """From when until when reminders rested, who said so and why, and who lifted it."""
    last = pause.until if pause.lifted_on is None else max(pause.starts_on, pause.lifted_on)
    why = [_("Set by {name}.").format(name=pause.by) if pause.by else ""]
    if pause.lifted_on is not None:
        who = pause.lifted_by or _("the program")
        day = formats.day(pause.lifted_on)
        why.append(_("Meant until {until}; lifted on {day} by {name}.").format(
            until=formats.day(pause.until), day=day, name=who
        ))  # fmt: skip
    said = " · ".join(filter(None, (pause.reason, " ".join(filter(None, why)))))
    return Row(pause.starts_on, last, "", "", None, "", held_label("paused"), "", said)


def _held(one: HeldBack) -> Row:
    why = reason_sentence(one.reason_code, one.reason_params, one.currency)
    return Row(
        one.run.day, one.run.day, step_name(one.step), "", one.net_minor, one.currency,
        held_label(one.reason_code), "", why,
    )  # fmt: skip


def _together(rows: Iterable[Row]) -> list[Row]:
    """Runs that held back the same for the same reason, as one row; the last one's words stand."""
    found: list[Row] = []
    for row in rows:
        last = found[-1] if found else None
        if last and (last.step, last.state, last.currency) == (row.step, row.state, row.currency):
            found[-1] = replace(row, on=last.on)
        else:
            found.append(row)
    return found


def coming_rows(customer: Customer, today: date) -> list[Row]:
    """What its policy would do to a customer from today on, by date."""
    return [
        Row(one.on, one.on, one.step, one.way, one.net_minor, one.currency, one.state, "", one.why)
        for one in outlook_rows(forecast_customer(customer, today))
    ]


def registered_rows(scope: Scope, customer: Customer) -> list[dict[str, Any]]:
    """The registered letters that a customer was sent, each with where it stood then and its proofs."""
    return [
        {
            "letter": letter,
            "url": reverse("registered-letter", args=[scope.company.code, letter.action_id]),
            "number": grouped(letter.number),
            "status": status_words(stood.status),
            "status_on": stood.on,
            "tone": LETTER_TONES.get(stood.status, ""),
            "proofs": [_proof(scope, letter, proof) for proof in letter.proofs.all()],
        }
        for letter, stood in letters_of_customer(customer, scope.as_of)
    ]


def _proof(scope: Scope, letter: RegisteredLetter, proof: Proof) -> dict[str, str]:
    where = [scope.company.code, letter.action_id, proof.pk]
    return {"label": proof.get_kind_display(), "url": reverse("registered-proof", args=where)}
