"""The morning run: every customer decided on, and the proposal written for a person to review."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any, Final, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from exigible.dunning.facts import Reading, customer_ids, open_reading, run_day
from exigible.dunning.group_voices import spoken_for
from exigible.dunning.models import Action, ActionItem, HeldBack, Run
from exigible.dunning.policies import policies_in_force
from exigible.dunning.rules import CustomerFacts, Decision, PolicyRules, decide, decide_together
from exigible.dunning.rules import HeldBack as Held
from exigible.dunning.services.by_hand import give_up_moot
from exigible.dunning.services.channels import choose_again, chosen_channels, recipient_of
from exigible.dunning.services.sending import LOCK, states_of
from exigible.kernel.errors import Refused
from exigible.ledger.models import Company, Customer
from exigible.timeline.services import record_event

CUSTOMERS_AT_ONCE: Final = 5000
MANY: Final = 5000
_LOCK: Final = 70532
_TAKEN = ("excluded", "approved", "reserved", "to_do", "sent", "ambiguous")
"""States of a message of this very run after which its customer is not decided on again."""

FORGET: Final = """
    WITH forgotten AS (
        DELETE FROM dunning_action
        WHERE company_id = %(company)s AND run_id = %(run)s AND state = 'proposed'
        RETURNING id
    )
    DELETE FROM dunning_actionitem l USING forgotten WHERE l.action_id = forgotten.id
"""
"""In one statement, so that a message which someone approves meanwhile keeps its items."""

ACTION_COLUMNS: Final = (
    "id", "company_id", "run_id", "customer_id", "through_id", "policy_id", "step", "level", "channel",
    "language", "recipient", "currency", "gross_minor", "credits_minor", "net_minor", "reason_code",
    "reason_params", "state", "attempts", "message_id", "file", "file_sha256", "problem",
)  # fmt: skip
ITEM_COLUMNS: Final = ("company_id", "action_id", "item_id", "level", "amount_minor", "is_live")
HELD_COLUMNS: Final = (
    "company_id", "run_id", "customer_id", "step", "currency", "net_minor", "reason_code", "reason_params",
)  # fmt: skip


class Outcome(NamedTuple):
    """What was decided about a customer in one currency, and on what. `head`: who is told for its group."""

    facts: CustomerFacts
    policy: PolicyRules | None
    decision: Decision | Held
    head: CustomerFacts | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a run of that day would do, on what is known now. Nothing is written."""

    day: date
    policy_version: int
    actions: list[Outcome]
    held_back: list[Outcome]


def preview_run(*, company: Company, on: date) -> Preview:
    """Decide on every customer without writing anything, for today or any other day (see `run_day`)."""
    on = run_day(company, on)
    policies = policies_in_force(company)
    actions: list[Outcome] = []
    held_back: list[Outcome] = []
    for outcome in _flatten(_outcomes(company, on, policies)):
        (actions if isinstance(outcome.decision, Decision) else held_back).append(outcome)
    return Preview(on, _version(policies), actions, held_back)


def propose_run(*, company: Company, on: date, by: int | None) -> Run:
    """Write the proposal of a day, or bring it up to date.

    What a person has decided in it (excluded, approved) and what was sent stays; proposals of other days that
    nobody has approved are superseded. Asked twice, it gives the same. A run is for a business day of the
    company: asked for a day off, it is that of the next one. Calls and visits still to do that have lost
    their reason are given up first. Raises Refused("run-is-sending").
    """
    give_up_moot(company.pk)
    return _propose(company, on, by)


@transaction.atomic
def _propose(company: Company, on: date, by: int | None) -> Run:
    on = run_day(company, on)
    _lock(company.pk)
    policies = policies_in_force(company)
    run = _open_run(company, on, _version(policies), by)
    chosen = chosen_channels(run)
    _clear(run)
    taken = set(
        Action.objects.filter(run=run, state__in=_TAKEN).values_list("customer_id", "currency").iterator()
    )
    written = 0
    for chunk in _outcomes(company, on, policies):
        written += _write(run, [o for o in chunk if (o.facts.customer_id, o.facts.currency) not in taken])
    if written >= MANY:
        _tell_the_planner()
    choose_again(run, chosen)
    _conclude(run, by)
    return run


def _outcomes(company: Company, on: date, policies: Sequence[PolicyRules]) -> Iterator[list[Outcome]]:
    """What is decided, a few thousand customers at a time."""
    reading = open_reading(company, on, policies, today=timezone.localdate())
    heads = spoken_for(company.pk)
    alone = [customer for customer in customer_ids(company) if customer not in heads]
    for start in range(0, len(alone), CUSTOMERS_AT_ONCE):
        with _without_collecting():
            chunk = list(_decided(reading, alone[start : start + CUSTOMERS_AT_ONCE]))
        yield chunk
    for head in sorted(set(heads.values())):
        yield list(_decided_together(reading, head, [one for one, its in heads.items() if its == head]))


def _decided(reading: Reading, customers: Sequence[int]) -> Iterator[Outcome]:
    for facts, policy in reading.facts(customers):
        decision = decide(facts, policy, reading.on)
        if decision is not None:
            yield Outcome(facts, policy, decision)


def _decided_together(reading: Reading, head: int, members: Sequence[int]) -> Iterator[Outcome]:
    """What is decided about the members of a group that is told through its head, by currency."""
    known, policy = reading.head(head)
    name = Customer.objects.values_list("name", flat=True).get(pk=head)
    owing = sorted((facts for facts, _own in reading.facts(members)), key=lambda facts: facts.currency)
    if policy is None:
        yield from (Outcome(f, None, d) for f in owing if (d := decide(f, None, reading.on)) is not None)
        return
    for currency, group in groupby(owing, key=lambda facts: facts.currency):
        its_head = replace(known, currency=currency)
        for told in decide_together(list(group), its_head, name, policy, reading.on):
            spoken = its_head if told.is_together and isinstance(told.decision, Decision) else None
            yield Outcome(told.facts, policy, told.decision, spoken)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Facts hold no cycles: to search for some among a million of them takes as long as all the rest."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _flatten(chunks: Iterable[list[Outcome]]) -> Iterator[Outcome]:
    for chunk in chunks:
        yield from chunk


def _version(policies: Sequence[PolicyRules]) -> int:
    return max((policy.version for policy in policies), default=0)


def _lock(company_id: int) -> None:
    """One proposal at a time for a company."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, company_id])


def _open_run(company: Company, on: date, version: int, by: int | None) -> Run:
    run = Run.objects.select_for_update().filter(company=company, day=on).exclude(state="cancelled").first()
    if run is None:
        return Run.objects.create(
            company=company, day=on, policy_version=version, proposed_at=timezone.now(), proposed_by_id=by
        )
    if run.state == Run.State.SENDING and not _take_over(run):
        raise Refused("run-is-sending", "The reminders of {day} are being sent.", day=on)
    run.policy_version, run.proposed_at, run.proposed_by_id = version, timezone.now(), by
    run.save(update_fields=["policy_version", "proposed_at", "proposed_by"])
    return run


def _take_over(run: Run) -> bool:
    """Whether the process that was sending this run is gone; the run is then ours until the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, run.pk])
        return bool(cursor.fetchone()[0])


def _clear(run: Run) -> None:
    """Take away what was proposed in this run, and give up what other days proposed and nobody approved."""
    proposed = Action.objects.filter(company=run.company_id, state=Action.State.PROPOSED)
    proposed.exclude(run=run).update(state=Action.State.SUPERSEDED, problem="newer-proposal")
    with connection.cursor() as cursor:
        cursor.execute(FORGET, {"company": run.company_id, "run": run.pk})
        cursor.execute("DELETE FROM dunning_heldback WHERE run_id = %s", [run.pk])


# --- writing a proposal, by COPY ---


def _write(run: Run, outcomes: list[Outcome]) -> int:
    """Write what was decided; gives how many messages."""
    actions = [outcome for outcome in outcomes if isinstance(outcome.decision, Decision)]
    held_back = [outcome for outcome in outcomes if isinstance(outcome.decision, Held)]
    ids = _new_ids(len(actions))
    _copy(Action, ACTION_COLUMNS, (_action_row(run, pk, o) for pk, o in zip(ids, actions, strict=True)))
    _copy(ActionItem, ITEM_COLUMNS, _item_rows(run, ids, actions))
    _copy(HeldBack, HELD_COLUMNS, (_held_row(run, outcome) for outcome in held_back))
    return len(actions)


def _tell_the_planner() -> None:
    """After a big load, do not wait for the server to count the rows by itself."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE dunning_action, dunning_actionitem, dunning_heldback")


def _new_ids(number: int) -> list[int]:
    table = Action._meta.db_table  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, number]
        )
        return [row[0] for row in cursor.fetchall()]


def _copy(model: Any, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    table = model._meta.db_table  # noqa: SLF001
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _action_row(run: Run, pk: int, outcome: Outcome) -> tuple[Any, ...]:
    facts, policy, decision, head = outcome
    assert isinstance(decision, Decision)
    assert policy is not None
    told = head or facts
    return (
        pk, run.company_id, run.pk, facts.customer_id, head.customer_id if head else None, policy.policy_id,
        decision.step.key, decision.step.level, decision.channel, told.language,
        recipient_of(told, decision.channel), facts.currency, decision.gross_minor,
        decision.credits_minor, decision.net_minor, decision.reason.code, json.dumps(decision.reason.params),
        "proposed", 0, "", "", "", "",
    )  # fmt: skip


def _item_rows(run: Run, ids: list[int], actions: list[Outcome]) -> Iterator[tuple[Any, ...]]:
    for pk, outcome in zip(ids, actions, strict=True):
        assert isinstance(outcome.decision, Decision)
        for claimed in outcome.decision.items:
            yield run.company_id, pk, claimed.item_id, claimed.level, claimed.claimed_minor, True


def _held_row(run: Run, outcome: Outcome) -> tuple[Any, ...]:
    facts, held = outcome.facts, outcome.decision
    assert isinstance(held, Held)
    return (
        run.company_id, run.pk, facts.customer_id, held.step_key, facts.currency, held.net_minor,
        held.reason.code, json.dumps(held.reason.params),
    )  # fmt: skip


def _conclude(run: Run, by: int | None) -> None:
    """Say where the run stands, on itself and on the company's timeline."""
    states = states_of(run)
    actions, held_back = states.get("proposed", 0), HeldBack.objects.filter(run=run).count()
    run.state = Run.State.APPROVED if states.get("approved") or states.get("reserved") else Run.State.PROPOSED
    if not actions and run.state == Run.State.PROPOSED:
        run.state = Run.State.DONE
    run.save(update_fields=["state"])
    record_event(
        company_id=run.company_id,
        customer_id=None,
        kind="reminders-proposed",
        by=by,
        text=run.day.isoformat(),
        data={"day": run.day.isoformat(), "actions": actions, "held_back": held_back},
    )
