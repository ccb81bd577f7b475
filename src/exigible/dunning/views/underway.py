"""Whether something is being done in the background: a run sent, a day proposed."""

from __future__ import annotations

from typing import Final

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from exigible.dunning.jobs import proposal_lock
from exigible.dunning.models import Run
from exigible.dunning.services.sending import LOCK
from exigible.ledger.models import Company, Customer

FEW_CUSTOMERS: Final = 2000
"""So many are decided on while one waits."""

_IS_HELD: Final = """
    SELECT EXISTS (
        SELECT FROM pg_locks
        WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND objsubid = 2 AND granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )
"""


def is_small(company: Company) -> bool:
    """Whether proposing takes a moment only."""
    return Customer.objects.filter(company=company)[: FEW_CUSTOMERS + 1].count() <= FEW_CUSTOMERS


def is_proposing(company: Company) -> bool:
    """Whether a worker has been asked to propose, and has not done it yet."""
    return ProcrastinateJob.objects.filter(
        lock=proposal_lock(company.pk), status__in=("todo", "doing")
    ).exists()


def is_sending(run: Run) -> bool:
    """Whether a process sends this run now, or is about to."""
    return _is_held(run) or _is_asked_for(run)


def is_interrupted(run: Run) -> bool:
    """Whether the process that sent this run is gone before its end."""
    return run.state == Run.State.SENDING and not is_sending(run)


def _is_held(run: Run) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_IS_HELD, [LOCK, run.pk])
        return bool(cursor.fetchone()[0])


def _is_asked_for(run: Run) -> bool:
    """A job that waits for its hour is not at work; one begun for a run in "sending" holds it, or died."""
    jobs = ProcrastinateJob.objects.filter(lock=f"dunning-send/{run.pk}")
    waiting = Q(status="todo") & (Q(scheduled_at=None) | Q(scheduled_at__lte=timezone.now()))
    begun = Q(status="doing") if run.state != Run.State.SENDING else Q(pk__in=())
    return jobs.filter(waiting | begun).exists()
