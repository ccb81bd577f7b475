"""What was done about a customer, what was held back and why, and what is to come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.urls import reverse

from exigible.dunning.forecast import Foreseen, Outlook, forecast_customer
from exigible.dunning.models import Action, HeldBack
from exigible.dunning.reasons import channel_name, reason_sentence, state_name, step_name
from exigible.dunning.rules import Decision
from exigible.dunning.views.words import TONES, held_label, what_happened
from exigible.ledger.models import Customer
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
    net_minor: int
    currency: str
    state: str
    tone: str
    why: str
    url: str = ""


def past_rows(scope: Scope, customer: Customer) -> list[Row]:
    """What the runs did about a customer, the last one first; in two queries."""
    actions = Action.objects.filter(company=scope.company, customer=customer, run__day__lte=scope.as_of)
    held = HeldBack.objects.filter(company=scope.company, customer=customer, run__day__lte=scope.as_of)
    latest = held.select_related("run").order_by("-run__day", "-pk")[:HELD]
    rows = [
        *(_message(scope, one) for one in actions.select_related("run").order_by("-run__day")[:MESSAGES]),
        *_together(_held(one) for one in reversed(latest)),
    ]
    return sorted(rows, key=lambda row: (row.until, row.on), reverse=True)


def _message(scope: Scope, action: Action) -> Row:
    minor = action.net_minor if action.sent_minor is None else action.sent_minor
    why = what_happened(action) or reason_sentence(action.reason_code, action.reason_params, action.currency)
    return Row(
        action.run.day, action.run.day, step_name(action.step), channel_name(action.channel), minor,
        action.currency, state_name(action.state), TONES[action.state], why,
        reverse("reminder", args=[scope.company.code, action.pk]),
    )  # fmt: skip


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


def coming_rows(customer: Customer, today: date) -> tuple[list[Row], list[Outlook]]:
    """What its policies would do to a customer from today on, by date; and the outlooks they come from."""
    outlooks = forecast_customer(customer, today)
    rows = [_foreseen(outlook, one) for outlook in outlooks for one in outlook.foreseen]
    return sorted(rows, key=lambda row: row.on), outlooks


def _foreseen(outlook: Outlook, one: Foreseen) -> Row:
    decision, currency = one.decision, outlook.currency
    shown: dict[str, Any] = {"on": one.on, "until": one.on, "currency": currency, "tone": ""}
    why = reason_sentence(decision.reason.code, decision.reason.params, currency)
    if isinstance(decision, Decision):
        step, way = step_name(decision.step.key), channel_name(decision.channel)
        return Row(**shown, step=step, way=way, net_minor=decision.net_minor, state="", why=why)
    step, state = step_name(decision.step_key), held_label(decision.reason.code)
    return Row(**shown, step=step, way="", net_minor=decision.net_minor, state=state, why=why)


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
