"""Steps of a policy that are a telephone call: they stand in the call list until a call has made them.

Someone who answers makes the step; a customer that asks to be called back leaves it to do. After so many
tries in a row, or where no number is left that is right, it is given up, and the next run takes the written
form.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exigible.calls.models import WrongNumber
from exigible.calls.queries import MadeCall, calls_of, policy_of, reaches_of
from exigible.calls.rules import SPOKEN, UNANSWERED, Outcome, tries_in_a_row
from exigible.dunning.heard import Heard
from exigible.dunning.models import Action, Channel
from exigible.dunning.reasons import channel_name, step_name
from exigible.dunning.rules import INSTEAD
from exigible.dunning.services import confirm_done, drop, to_do
from exigible.language import formats
from exigible.ledger.models import Company, Customer

Steps = Mapping[int, Sequence[Action]]
"""By customer, the calls that its policy asks for, the oldest first."""


def steps_to_call(company: Company, customers: Collection[int] | None = None) -> Steps:
    """The calls to make for a step, of the whole company or of some customers; in one query."""
    waiting = to_do(company.pk, Channel.PHONE)
    if customers is not None:
        waiting = waiting.filter(customer__in=customers)
    found: dict[int, list[Action]] = defaultdict(list)
    for action in waiting:
        found[action.customer_id].append(action)
    return found


def step_words(steps: Sequence[Action]) -> str:
    """Why a customer is called: "Step of the policy: Reminder, since 23/11/2026"."""
    if not steps:
        return ""
    first = steps[0]
    return _("Step of the policy: %(step)s, since %(day)s") % {
        "step": step_name(first.step), "day": formats.day(first.run.day)
    }  # fmt: skip


def unreached_words(steps: Sequence[Action], made: Sequence[MadeCall], most: int) -> str:
    """What comes next for a step if nobody is reached; empty where no step asks for the call.

    `made`: the customer's calls, the newest first; `most`: after so many in a row the step is given up.
    """
    if not steps:
        return ""
    left = max(1, most - _tries(steps[0], made))
    said = ngettext(
        "After %(left)s more call without an answer, the next run writes instead: %(ways)s",
        "After %(left)s more calls in a row without an answer, the next run writes instead: %(ways)s",
        left,
    )
    ways = _(", else ").join(channel_name(way).lower() for way in INSTEAD["phone"])
    return said % {"left": left, "ways": ways}


def settle_steps(customer: Customer, outcome: str, at: datetime, by: int | None) -> None:
    """What a call makes of the steps it was to make; in the transaction that writes the call down.

    The call's own line on the timeline tells of those it made.
    """
    for action in steps_to_call(customer.company, [customer.pk]).get(customer.pk, ()):
        if outcome in SPOKEN and outcome != Outcome.CALL_BACK:
            confirm_done(
                action_id=action.pk,
                company_id=customer.company_id,
                by=by,
                on=timezone.localdate(at),
                told=True,
            )
        elif why := _why_in_vain(customer, outcome, action):
            drop(action_id=action.pk, company_id=customer.company_id, by=by, reason=why, unreached=True)


def _why_in_vain(customer: Customer, outcome: str, action: Action) -> str:
    """Why it makes no sense to go on calling for a step; empty while it does."""
    company = customer.company
    if outcome == Outcome.WRONG_NUMBER:
        reaches = reaches_of(company, [customer], timezone.localdate())[customer.pk]
        return "" if any(not reach.is_wrong for reach in reaches) else _("no number is right")
    if outcome not in UNANSWERED:
        return ""
    most = policy_of(company).tries_in_a_row
    made = calls_of(company, [customer.pk], timezone.now()).get(customer.pk, [])
    tries = _tries(action, made)
    return _("%(tries)s calls in a row without an answer") % {"tries": tries} if tries >= most else ""


def _tries(action: Action, made: Sequence[MadeCall]) -> int:
    """How many calls in a row nobody answered since the step was handed over."""
    zone = timezone.get_current_timezone()
    return tries_in_a_row([call.past(zone) for call in made if call.at >= _from(action)])


def _from(action: Action) -> datetime:
    """When the step was handed over."""
    return action.reserved_at or timezone.now()


def wrong_numbers(company: Company, on: date, customers: Sequence[int] | None = None) -> Heard:
    """The numbers at which someone else had answered by a day: reminders take another way."""
    known = WrongNumber.objects.filter(company=company, recorded_at__date__lte=on)
    if customers is not None:
        known = known.filter(customer__in=customers)
    return Heard(wrong_numbers=frozenset(known.values_list("customer", "number")))
