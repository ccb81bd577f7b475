"""Another way for a proposed message, as a person chooses it: a letter instead of an e-mail, and the like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.db import transaction
from django.utils import timezone

from exigible.dunning.cases import Case, actions_with_all, read_cases
from exigible.dunning.facts import open_reading
from exigible.dunning.models import ON_PAPER, Action, Channel, RetouchedLetter, Run
from exigible.dunning.policies import rules_of
from exigible.dunning.readiness import what_it_waits_for
from exigible.dunning.rules import Channel as Way
from exigible.dunning.rules import CustomerFacts, why_not_by
from exigible.ledger.services import lock_books
from exigible.team.models import User
from exigible.timeline.services import record_event

CHOSEN = ("chosen_by", "chosen_over")
"""What a message's reason keeps of the choice: who made it, and the way it was proposed to go."""


@dataclass(frozen=True, slots=True)
class Changed:
    """The messages that go another way now, and why each of the others does not, as a code."""

    done: list[int] = field(default_factory=list)
    not_done: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ways:
    """What is known of how a message can go. `why_not`: by way, a code, empty where it can go by it."""

    why_not: Mapping[str, str]
    recipients: Mapping[str, str]


def ways_of(actions: Sequence[Action]) -> dict[int, Ways]:
    """How each of these messages of one run can go, by its id, on what is known now.

    A way is open where it leads to the customer by the rules of the proposal; a registered letter, where the
    step goes by it or is formal; a text message, where it has words and a gateway. `actions` come with
    their run, company, customer and policy (see `cases.actions_with_all`).
    """
    if not actions:
        return {}
    cases = read_cases(actions, timezone.localdate())
    facts = _facts(cases)
    company = cases[0].company
    waits = what_it_waits_for(company, is_email=False, has_letter=False, is_sms=True)
    kept = RetouchedLetter.objects.filter(action__in=actions, withdrawn_at=None)
    retouched = set(kept.values_list("action", flat=True))
    return {
        case.action.pk: _ways(
            case, facts.get(case.account), waits.code if waits else "", case.action.pk in retouched
        )
        for case in cases
    }


def _facts(cases: Sequence[Case]) -> dict[tuple[int, str], CustomerFacts]:
    company, today = cases[0].company, timezone.localdate()
    policies = [rules_of(policy, company.currency) for policy in {case.action.policy for case in cases}]
    customers = sorted({case.action.customer_id for case in cases})
    day = max(case.dated for case in cases)
    reading = open_reading(company, day, policies, today=today, customers=customers, with_numbers=True)
    return {(facts.customer_id, facts.currency): facts for facts, _policy in reading.facts(customers)}


def _ways(case: Case, facts: CustomerFacts | None, sms_waits: str, is_retouched: bool) -> Ways:
    if case.action.through_id is not None:  # it leaves with the others, by the way that leads to the head
        return Ways(dict.fromkeys(Channel.values, "told-for-group"), {})
    if facts is None:
        return Ways(dict.fromkeys(Channel.values, "settled"), {})
    why_not: dict[str, str] = {way: why_not_by(facts, case.step, cast(Way, way)) for way in Channel.values}
    why_not["sms"] = why_not["sms"] or sms_waits or ("" if case.voice.sms else "no-sms-text")
    if is_retouched:
        why_not |= {way: "retouched" for way in Channel.values if way not in ON_PAPER and not why_not[way]}
    return Ways(why_not, {way: recipient_of(facts, cast(Way, way)) for way in Channel.values})


def recipient_of(facts: CustomerFacts, channel: Way) -> str:
    """The address or the number that a message goes to; a letter and a visit have none."""
    return {"email": facts.email, "sms": facts.mobile, "phone": facts.phone}.get(channel, "")


@transaction.atomic
def change_channel(
    *, run: Run, actions: Sequence[int], channel: Channel, by: int | None, seen: Mapping[int, str]
) -> Changed:
    """Have proposed messages of a run go by another way; each that cannot keeps its own, and is told why.

    `seen`: the way by which a message went when the person looked; one that goes by another way by now was
    changed by somebody else, and is left as that one has it.
    """
    lock_books(run.company_id)
    found = list(
        actions_with_all(company=run.company_id, run=run, pk__in=actions).select_for_update(of=("self",))
    )
    ways = ways_of([action for action in found if action.state == Action.State.PROPOSED])
    changed, name = Changed(), _name(by)
    for action in found:
        code = _why_not(action, channel, seen) or ways[action.pk].why_not[channel]
        if code:
            changed.not_done[action.pk] = code
            continue
        before = action.channel
        _set(action, channel, ways[action.pk].recipients[channel], name)
        _tell(action, run, before, by)
        changed.done.append(action.pk)
    return changed


def _why_not(action: Action, channel: str, seen: Mapping[int, str]) -> str:
    if action.state == Action.State.EXCLUDED:
        return "excluded"
    if action.state != Action.State.PROPOSED:
        return "not-proposed"
    if seen.get(action.pk, action.channel) != action.channel:
        return "changed-meanwhile"
    return "same" if action.channel == channel else ""


def _name(by: int | None) -> str:
    return str(User.objects.get(pk=by)) if by is not None else ""


def _set(action: Action, channel: str, recipient: str, name: str) -> None:
    """Keep the way with who chose it; the way first proposed, chosen again, is no choice any more."""
    proposed = action.reason_params.get("chosen_over", action.channel)
    params = {key: value for key, value in action.reason_params.items() if key not in CHOSEN}
    if channel != proposed:
        params |= {"chosen_by": name, "chosen_over": proposed}
    action.channel, action.recipient, action.reason_params = channel, recipient, params
    action.save(update_fields=["channel", "recipient", "reason_params"])


def _tell(action: Action, run: Run, before: str, by: int | None) -> None:
    record_event(
        company_id=action.company_id,
        customer_id=action.customer_id,
        kind="reminder-channel-changed",
        by=by,
        data={
            "day": run.day.isoformat(),
            "step": action.step,
            "channel": action.channel,
            "instead_of": before,
        },
    )


# --- a day that is proposed again ---


Choices = dict[tuple[int, str, str], tuple[str, str]]
"""Customer, currency and step → the way chosen, and who chose it."""


def chosen_channels(run: Run) -> Choices:
    """The ways that people chose for the messages that a run proposes."""
    rows = Action.objects.filter(
        company=run.company_id, run=run, state=Action.State.PROPOSED, reason_params__has_key="chosen_by"
    )
    return {
        (action.customer_id, action.currency, action.step): (
            action.channel,
            action.reason_params["chosen_by"],
        )
        for action in rows
    }


def choose_again(run: Run, choices: Choices) -> None:
    """Keep the ways chosen before the day was proposed again, where they still lead to the customer."""
    if not choices:
        return
    chosen: dict[str, Any] = {"company": run.company_id, "run": run, "state": Action.State.PROPOSED}
    found = list(actions_with_all(**chosen, customer__in={customer for customer, _, _ in choices}))
    ways = ways_of(found)
    for action in found:
        channel, name = choices.get((action.customer_id, action.currency, action.step), (action.channel, ""))
        if channel != action.channel and not ways[action.pk].why_not[channel]:
            _set(action, channel, ways[action.pk].recipients[channel], name)
