"""What is foreseen for a customer, as lines of a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from exigible.dunning.forecast import Foreseen, Outlook
from exigible.dunning.reasons import channel_name, reason_sentence, step_name
from exigible.dunning.rules import Decision
from exigible.dunning.views.words import held_label


@dataclass(frozen=True, slots=True)
class OutlookRow:
    """A message of a day to come, or from which day one would be held back (`state`). Minor units."""

    on: date
    step: str
    way: str
    net_minor: int
    currency: str
    state: str
    why: str


def outlook_rows(outlooks: Iterable[Outlook]) -> list[OutlookRow]:
    """All that is foreseen, by date."""
    rows = [_row(outlook.currency, one) for outlook in outlooks for one in outlook.foreseen]
    return sorted(rows, key=lambda row: row.on)


def _row(currency: str, one: Foreseen) -> OutlookRow:
    decision = one.decision
    why = reason_sentence(decision.reason.code, decision.reason.params, currency)
    if isinstance(decision, Decision):
        step, way, state = step_name(decision.step.key), channel_name(decision.channel), ""
    else:
        step, way, state = step_name(decision.step_key), "", held_label(decision.reason.code)
    return OutlookRow(one.on, step, way, decision.net_minor, currency, state, why)
