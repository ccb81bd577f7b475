"""Making the day's list, and what a collector does from it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone
from psycopg.types.json import Json

from exigible.kernel.errors import UserMistake
from exigible.ledger.models import Company, Customer
from exigible.timeline.models import Event
from exigible.timeline.services import record_event
from exigible.worklist.models import Task, Worklist
from exigible.worklist.queries import (
    CLAIM_DECLARED,
    CLAIM_NOT_DECLARED,
    find_list,
    in_turn,
    is_stale,
    work_facts,
)
from exigible.worklist.rules import WorkFacts, WorkLine, work_line

COLUMNS = ("company_id", "customer_id", "on", "currency", "act", "reason", "params", "also", "stake_minor",
           "value", "oldest_days")  # fmt: skip


def decide_day(company: Company, on: date) -> list[WorkLine]:
    """The lines of a day, the most valuable act first, one currency after the other; nothing is written."""
    return _decide(company, on, work_facts(company, on))


def decide_customer(customer: Customer, on: date) -> list[WorkLine]:
    """The lines of one customer as its facts stand now, the first one first, without those done on the day.

    In a few queries, however many items there are. The customer's company is read with it.
    """
    lines = _decide(customer.company, on, work_facts(customer.company, on, customer.pk))
    tasks = Task.objects.filter(company_id=customer.company_id, customer=customer, on=on)
    done = set(tasks.filter(done_at__isnull=False).values_list("currency", flat=True))
    return [line for line in lines if line.currency not in done]


def _decide(company: Company, on: date, known: Iterable[WorkFacts]) -> list[WorkLine]:
    decided = (work_line(facts, on) for facts in known)
    lines = [line for line in decided if line is not None]
    turns = in_turn((line.currency for line in lines), company.currency)
    return sorted(lines, key=lambda line: (turns.index(line.currency), *_in_order(line)))


def _in_order(line: WorkLine) -> tuple[bool, int, int]:
    """The most valuable act first; at the end, whatever the act is worth, those with nothing at stake."""
    return not line.stake_minor, -line.value, line.customer_id


def build_day(*, company: Company, on: date) -> int:
    """Make, or make again, the list of a day; what was done of it stays done. Gives the number of lines."""
    with transaction.atomic():
        _lock(company)
        return _build(company, on)


def refresh_day(*, company: Company, on: date) -> None:
    """Make the list of a day unless it still holds. Who comes second waits, and finds it made."""
    with transaction.atomic():
        _lock(company)
        known = find_list(company, on)
        if known is None or is_stale(known):
            _build(company, on)


def _lock(company: Company) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(70522, %s)", [company.pk])


def _build(company: Company, on: date) -> int:
    with connection.cursor() as cursor:  # what is committed after this reading makes the list stale
        cursor.execute("SELECT pg_current_snapshot()::text, system_identifier FROM pg_control_system()")
        snapshot, cluster = cursor.fetchone()
    made = {"built_at": timezone.now(), "snapshot": snapshot, "cluster": cluster}
    lines = decide_day(company, on)
    tasks = Task.objects.filter(company=company, on=on)
    done = set(tasks.filter(done_at__isnull=False).values_list("customer", "currency"))
    tasks.filter(done_at__isnull=True).delete()
    _write(company, on, [line for line in lines if (line.customer_id, line.currency) not in done])
    Worklist.objects.update_or_create(company=company, on=on, defaults=made)
    return len(lines)


def _write(company: Company, on: date, lines: list[WorkLine]) -> None:
    names = ", ".join(f'"{column}"' for column in COLUMNS)
    with connection.cursor() as cursor, cursor.copy(f"COPY worklist_task ({names}) FROM STDIN") as copy:
        for line in lines:
            copy.write_row(
                (company.pk, line.customer_id, on, line.currency, line.act, line.reason, Json(line.params),
                 Json(list(line.also)), line.stake_minor, line.value, line.oldest_days)
            )  # fmt: skip


@transaction.atomic
def add_note(*, customer: Customer, text: str, by: int | None, happened_at: datetime | None = None) -> Event:
    """Write a note in the customer's file. Raises UserMistake for an empty one."""
    if not text.strip():
        raise UserMistake("empty-note", "A note needs some text.")
    return record_event(
        company_id=customer.company_id, customer_id=customer.pk, kind="note", by=by, text=text.strip(),
        happened_at=happened_at,
    )  # fmt: skip


@transaction.atomic
def declare_claim(*, customer: Customer, by: int | None) -> Event:
    """Say that the claim was declared in the customer's insolvency: no day's list asks for it again."""
    event = record_event(
        company_id=customer.company_id, customer_id=customer.pk, kind=CLAIM_DECLARED, by=by
    )  # fmt: skip
    mark_done(customer=customer, by=by)
    return event


@transaction.atomic
def undo_claim_declaration(*, customer: Customer, by: int | None) -> Event:
    """Say that the claim was not declared after all: it is asked for again."""
    tasks = Task.objects.filter(
        company_id=customer.company_id, customer=customer, on=timezone.localdate(), act=Task.Act.DECLARE_CLAIM
    )
    tasks.update(done_at=None, done_by=None)
    return record_event(
        company_id=customer.company_id, customer_id=customer.pk, kind=CLAIM_NOT_DECLARED, by=by
    )


def mark_done(*, customer: Customer, by: int | None, on: date | None = None) -> int:
    """Strike the customer from the list of the day; gives how many lines were struck."""
    return Task.objects.filter(
        company_id=customer.company_id, customer=customer, on=on or timezone.localdate(), done_at__isnull=True
    ).update(done_at=timezone.now(), done_by_id=by)
