"""What a person does for a reminder: a telephone call, a visit, a registered letter to post.

When a run is sent, what was approved of these is handed over: it is *to do*. It holds its levels meanwhile,
counts as a contact once it is done, and does not keep the run open. Whoever does it confirms it
(`confirm_done`) or gives it up (`drop`), each once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from exigible.dunning.cases import actions_with_all
from exigible.dunning.composing import Message, compose
from exigible.dunning.models import BY_HAND, Action, Channel, Run
from exigible.dunning.readiness import what_it_waits_for
from exigible.dunning.rules import Reason
from exigible.dunning.services.confirming import claim, fail, in_order, keep_amounts, supersede, tell
from exigible.dunning.services.retouching import render_messages
from exigible.dunning.services.storing import keep, path_of
from exigible.kernel.errors import Refused, UserMistake
from exigible.kernel.money import to_decimal_string
from exigible.ledger.models import Company
from exigible.ledger.services import lock_books

AT_ONCE: Final = 64


def to_do(company_id: int, channel: str | None = None) -> QuerySet[Action]:
    """What waits to be done by hand at a company, the oldest run first; of one channel, or of all."""
    found = Action.objects.filter(company=company_id, state=Action.State.TO_DO)
    chosen = found if channel is None else found.filter(channel=channel)
    return chosen.select_related("customer", "run").order_by("run__day", "pk")


def hand_over(run: Run) -> int:
    """Hand over the approved calls, visits and registered letters of a run that is being sent.

    Balances are read again, as for any message: what was settled meanwhile is not handed over. A registered
    letter is made and kept as a file, and waits while the company has no address to write from.
    Gives how many are to do.
    """
    count = 0
    company = Company.objects.get(pk=run.company_id)
    for channel in BY_HAND:
        is_letter = channel == Channel.REGISTERED
        if what_it_waits_for(company, is_email=False, has_letter=is_letter) is not None:
            continue
        while ids := claim(run, channel, AT_ONCE):
            count += _hand_over(ids)
    return count


@transaction.atomic
def _hand_over(ids: list[int]) -> int:
    going, stopped = in_order(_composed(ids))
    for message in stopped:
        supersede(message)
    keep_amounts(going)
    return sum(_is_handed_over(message) for message in going)


def _is_handed_over(message: Message) -> bool:
    action, fields = message.action, {"sent_minor": message.letter.net_minor, "problem": ""}
    if action.channel == Channel.REGISTERED:
        try:
            [pdf] = render_messages([message])
        except UserMistake as mistake:
            fail(action, str(mistake))
            return False
        path = path_of(action, action.customer.code)
        fields |= {"file": path, "file_sha256": keep(path, pdf)}
    Action.objects.filter(pk=action.pk).update(state=Action.State.TO_DO, **fields)
    tell(action, "reminder-to-do", None, {"channel": action.channel, **_amount(action, fields["sent_minor"])})
    return True


@transaction.atomic
def confirm_done(
    *, action_id: int, company_id: int, by: int | None, on: date, note: str = "", told: bool = False
) -> Action:
    """Say that it was done on a day: the call or the visit was made, the registered letter posted.

    What a call or a visit asked for is what is owed now; a registered letter says what it says. `told`: the
    caller puts its own line about it on the customer's timeline. Raises Refused("not-to-do") when it was
    confirmed or given up meanwhile.
    """
    lock_books(company_id)
    action = _take(action_id, company_id)
    if action.channel != Channel.REGISTERED:
        [message] = _composed([action.pk])
        if message.stop is None:
            keep_amounts([message])
            action.sent_minor = message.letter.net_minor
    action.state, action.sent_at = Action.State.SENT, _moment(on)
    action.save(update_fields=["state", "sent_at", "sent_minor"])
    if not told:
        data = {"channel": action.channel, "note": note, **_amount(action, action.sent_minor or 0)}
        tell(action, "reminder-done", by, data, action.sent_at)
    return action


@transaction.atomic
def drop(
    *,
    action_id: int,
    company_id: int,
    by: int | None,
    reason: str,
    unreached: bool = False,
    told: bool = False,
) -> Action:
    """Give it up: its items take their level again with a run to come, and the reason is kept.

    `unreached`: the way leads to nobody, so that the next run takes the step's written form instead. Raises
    Refused("not-to-do") as `confirm_done` does.
    """
    lock_books(company_id)
    action = _take(action_id, company_id)
    action.state = Action.State.REFUSED if unreached else Action.State.FAILED
    action.problem = reason[:300]
    action.save(update_fields=["state", "problem"])
    if not told:
        tell(action, "reminder-dropped", by, {"channel": action.channel, "why": action.problem})
    return action


@transaction.atomic
def give_up_moot(company_id: int) -> int:
    """Give up the calls and visits that no longer have a reason: paid, promised, contested, insolvent.

    A registered letter may be in its envelope already: whoever posts it asks `no_longer_true`.
    """
    lock_books(company_id)
    waiting = list(to_do(company_id).exclude(channel=Channel.REGISTERED).values_list("pk", flat=True))
    _, stopped = in_order(_composed(waiting))
    for message in stopped:
        supersede(message)
    return len(stopped)


def no_longer_true(actions: Sequence[int]) -> dict[int, Reason]:
    """Of these messages, those that would not go any more on what is known now, and why."""
    return {m.action.pk: m.stop for m in _composed(actions) if m.stop is not None}


def _composed(ids: Sequence[int]) -> list[Message]:
    chosen = list(actions_with_all(pk__in=list(ids)).order_by("pk")) if ids else []
    return compose(chosen, timezone.localdate()) if chosen else []


def _take(action_id: int, company_id: int) -> Action:
    found = Action.objects.select_for_update(of=("self",)).select_related("customer")
    action = found.filter(pk=action_id, company=company_id, state=Action.State.TO_DO).first()
    if action is None:
        raise Refused("not-to-do", "This was done, or given up, meanwhile.")
    return action


def _amount(action: Action, minor: Any) -> dict[str, str]:
    return {"amount": to_decimal_string(minor, action.currency), "currency": action.currency}


def _moment(on: date) -> datetime:
    """Now for today, noon for a day before."""
    if on == timezone.localdate():
        return timezone.now()
    return timezone.make_aware(datetime.combine(on, time(12)))
