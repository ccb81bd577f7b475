"""What a person decides about a proposal: leave out, take back in, approve; and what to do when unsure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from exigible.dunning.models import Action, Policy, Run
from exigible.dunning.policies import parse_steps
from exigible.kernel.errors import Refused, UserMistake
from exigible.kernel.money import to_decimal_string
from exigible.team.models import Membership
from exigible.team.rules import Right, may
from exigible.timeline.services import record_event

OUTCOMES = ("sent", "again", "dropped")


@transaction.atomic
def approve(*, run: Run, by: int | None, actions: Collection[int] | None = None) -> int:
    """Let proposed messages go: those of `actions`, or all. Gives how many were approved by this act.

    A message that someone else approved meanwhile is not counted. Raises Refused("approval-not-yours") when
    the person may not approve any of them: a step may be free for whoever collects, the others ask for the
    right to approve. `by` None is the operator of the machine.
    """
    chosen = _chosen(run, actions, [Action.State.PROPOSED])
    allowed = _that_may_be_approved(run, chosen, by)
    count = allowed.update(
        state=Action.State.APPROVED, approved_by_id=by, approved_at=timezone.now(), not_before=None
    )
    if count:
        Run.objects.filter(pk=run.pk).exclude(state=Run.State.SENDING).update(state=Run.State.APPROVED)
        _tell(run, "reminders-approved", by, messages=count)
    return count


def _that_may_be_approved(run: Run, chosen: QuerySet[Action], by: int | None) -> QuerySet[Action]:
    if by is None:
        return chosen
    role = Membership.objects.filter(company=run.company_id, user=by).values_list("role", flat=True).first()
    if role and may(role, Right.APPROVE):
        return chosen
    free = _free_steps(chosen) if role and may(role, Right.COLLECT) else {}
    allowed = [
        pk for policy, steps in free.items() for pk in _ids(chosen.filter(policy=policy, step__in=steps))
    ]
    if not allowed:
        raise Refused("approval-not-yours", "These reminders need the approval of someone who may give it.")
    return chosen.filter(pk__in=allowed)


def _free_steps(chosen: QuerySet[Action]) -> dict[int, list[str]]:
    """By policy, the steps that need no approval."""
    policies = Policy.objects.filter(pk__in=chosen.values("policy"))
    return {
        policy.pk: [step.key for step in parse_steps(policy.steps) if not step.needs_approval]
        for policy in policies
    }


@transaction.atomic
def exclude_actions(*, run: Run, actions: Collection[int], by: int | None) -> int:
    """Leave messages out of a run, until someone takes them back in. The next run proposes them again."""
    chosen = _chosen(run, actions, [Action.State.PROPOSED, Action.State.APPROVED])
    return _move(run, chosen, Action.State.EXCLUDED, "reminder-excluded", by)


@transaction.atomic
def include_actions(*, run: Run, actions: Collection[int], by: int | None) -> int:
    """Take messages back into a run. Raises Refused("proposed-elsewhere") if a later run decided on them."""
    chosen = _chosen(run, actions, [Action.State.EXCLUDED])
    taken = Action.objects.filter(company=run.company_id, state__in=Action.LIVE).exclude(run=run)
    if taken.filter(customer__in=chosen.values("customer"), run__day__gte=run.day).exists():
        raise Refused("proposed-elsewhere", "A later run has decided on these customers: look there.")
    return _move(run, chosen, Action.State.PROPOSED, "reminder-included", by)


def _move(run: Run, chosen: QuerySet[Action], state: str, kind: str, by: int | None) -> int:
    rows = list(chosen.values_list("pk", "customer_id", "step"))
    for _, customer, step in rows:
        record_event(
            company_id=run.company_id,
            customer_id=customer,
            kind=kind,
            by=by,
            data={"day": run.day.isoformat(), "step": step},
        )
    Action.objects.filter(pk__in=[pk for pk, _, _ in rows]).update(state=state)
    return len(rows)


@transaction.atomic
def stop_run(*, run: Run, by: int | None) -> bool:
    """Have the sending of a run end after the message under way; what is approved stays approved."""
    stopped = Run.objects.filter(pk=run.pk, state=Run.State.SENDING).update(state=Run.State.STOPPED)
    if stopped:
        _tell(run, "reminders-stopped", by)
    return bool(stopped)


@transaction.atomic
def cancel_run(*, run: Run, by: int | None) -> None:
    """Throw a proposal away: the day can then be proposed anew, from nothing.

    Raises Refused("run-has-begun") once something of it is on its way or was sent.
    """
    messages = Action.objects.select_for_update().filter(run=run)
    if messages.filter(state__in=[*Action.PENDING, Action.State.SENT]).exists():
        raise Refused("run-has-begun", "Messages of this run are approved or sent already.")
    messages.filter(state__in=[Action.State.PROPOSED, Action.State.EXCLUDED]).update(
        state=Action.State.SUPERSEDED
    )
    Run.objects.filter(pk=run.pk).update(state=Run.State.CANCELLED)
    _tell(run, "reminders-cancelled", by)


@transaction.atomic
def resolve_ambiguous(*, action: Action, outcome: str, by: int | None) -> None:
    """Say what became of a message of which the program cannot know whether it left.

    `outcome`: "sent" when it arrived; "again" to send it once more, under the same Message-ID; "dropped" to
    give it up. Raises Refused("already-resolved") when someone has said so meanwhile.
    """
    if outcome not in OUTCOMES:
        raise UserMistake("unknown-outcome", "“{found}” is not an outcome.", found=outcome)
    said = list(_same_message(action).select_for_update(of=("self",)).order_by("pk"))
    sent_at = max((one.reserved_at for one in said if one.reserved_at), default=timezone.now())
    changes: dict[str, dict[str, Any]] = {
        "sent": {"state": Action.State.SENT, "sent_at": sent_at, "problem": ""},
        "again": {"state": Action.State.APPROVED, "not_before": None},
        "dropped": {"state": Action.State.FAILED},
    }
    if not Action.objects.filter(pk__in=[one.pk for one in said]).update(**changes[outcome]):
        raise Refused("already-resolved", "Someone has settled this message meanwhile.")
    if outcome == "again":
        Run.objects.filter(pk=action.run_id).exclude(state=Run.State.SENDING).update(state=Run.State.APPROVED)
    for one in said:
        _tell_resolved(one, outcome, by)


def _same_message(action: Action) -> QuerySet[Action]:
    """The message, if it is still unsure; where a head was told for its group, all that it said."""
    unsure = Action.objects.filter(state=Action.State.AMBIGUOUS)
    if action.through_id is None:
        return unsure.filter(pk=action.pk)
    return unsure.filter(company=action.company_id, run=action.run_id, message_id=action.message_id)


def _tell_resolved(action: Action, outcome: str, by: int | None) -> None:
    record_event(
        company_id=action.company_id,
        customer_id=action.customer_id,
        kind=f"{action.channel}-sent" if outcome == "sent" else "reminder-resolved",
        by=by,
        data={
            "action": action.pk,
            "step": action.step,
            "outcome": outcome,
            "recipient": action.recipient,
            "amount": to_decimal_string(action.sent_minor or 0, action.currency),
            "currency": action.currency,
            "message_id": action.message_id,
        },
    )


def _chosen(run: Run, actions: Collection[int] | None, states: Iterable[str]) -> QuerySet[Action]:
    chosen = Action.objects.filter(company=run.company_id, run=run, state__in=list(states))
    return chosen if actions is None else chosen.filter(pk__in=list(actions))


def _ids(actions: QuerySet[Action]) -> list[int]:
    return list(actions.values_list("pk", flat=True))


def _tell(run: Run, kind: str, by: int | None, **data: object) -> None:
    record_event(
        company_id=run.company_id,
        customer_id=None,
        kind=kind,
        by=by,
        text=run.day.isoformat(),
        data={"day": run.day.isoformat(), **data},
    )
