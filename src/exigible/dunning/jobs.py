"""Reminders in the background: the morning's proposals, sending, and the watch. Each may run twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from math import ceil

import structlog
from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone
from django.utils.translation import override
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from exigible.dunning.models import Action, Run
from exigible.dunning.readiness import NO_ADDRESS
from exigible.dunning.services import SendReport, propose_run, send_run
from exigible.dunning.watch import alarm_sentence, alarms, run_is_due
from exigible.kernel.errors import Refused
from exigible.ledger.models import Company

TRY_AGAIN_MINUTES = 10
TRY_FOR = timedelta(days=2)
WORTH_WAITING_FOR = ("", "mail-server-unreachable", "sms-gateway-unreachable")
"""What ends by itself: a mail server or a gateway that is down, or asks for patience; a limit an hour."""

FOR_ITS_HOUR = Q(problem__startswith="limit-") | Q(problem="out-of-hours")
"""What the program itself has wait, for as long as it takes."""

log = structlog.get_logger(__name__)


@app.periodic(cron="*/10 * * * *", periodic_id="dunning-morning")
@app.task(name="dunning.morning", queueing_lock="dunning-morning", lock="dunning-morning")
def morning(timestamp: int) -> None:
    """From six in the morning, where the company is, have the reminders of the day proposed, not sent.

    A morning that was missed is made up for when the program is back; missed days are one run, of today.
    """
    for company in Company.objects.order_by("pk"):
        day = run_is_due(company, datetime.fromtimestamp(timestamp, UTC))
        if day is not None:
            propose_later(company, day, by=None)


@app.task(name="dunning.propose_run")
def propose_run_job(company_id: int, on: str, by: int | None) -> None:
    """Propose the reminders of a day that someone asked for."""
    try:
        propose_run(company=Company.objects.get(pk=company_id), on=date.fromisoformat(on), by=by)
    except Refused as refusal:
        log.info("day not proposed", company=company_id, why=refusal.code)


def propose_later(company: Company, on: date, by: int | None) -> None:
    """Ask a worker to propose a day, unless it is already asked for."""
    lock = proposal_lock(company.pk)
    try:
        with transaction.atomic():
            job = propose_run_job.configure(queueing_lock=lock, lock=lock)
            job.defer(company_id=company.pk, on=on.isoformat(), by=by)
    except AlreadyEnqueued:
        return


def proposal_lock(company_id: int) -> str:
    """The name by which a proposal under way is found."""
    return f"dunning-propose/{company_id}"


@app.periodic(cron="30 * * * *", periodic_id="dunning-watch")
@app.task(name="dunning.watch", queueing_lock="dunning-watch")
def watch(timestamp: int) -> None:  # noqa: ARG001  given to every periodic task
    """Say in the log what was due and did not happen; the page of the runs says it too."""
    for company in Company.objects.order_by("pk"):
        for alarm in alarms(company):
            with override("en"):
                log.warning(alarm_sentence(alarm), company=company.code, see="Reminders", why=alarm.code)


@app.task(name="dunning.send_run")
def send_run_job(run_id: int, by: int | None, early: bool = False) -> None:
    """Send what is approved of a run; what must wait is tried again later."""
    run = Run.objects.select_related("company").filter(pk=run_id).first()
    if run is None:
        return
    try:
        report = send_run(run=run, by=by, early=early)
    except Refused as refusal:
        log.info("run left alone", run=run_id, why=refusal.code)
        return
    if _is_worth_trying(run, report):
        send_later(run, by, minutes=_minutes_to_wait(run), early=early)


def _minutes_to_wait(run: Run) -> int:
    """Until the first message may leave, where all of them wait for their hour."""
    waiting = run.actions.filter(state=Action.State.APPROVED)
    now = timezone.now()
    if waiting.filter(Q(not_before=None) | Q(not_before__lte=now)).exists():
        return TRY_AGAIN_MINUTES
    first = waiting.aggregate(first=Min("not_before"))["first"]
    return max(TRY_AGAIN_MINUTES, ceil((first - now).total_seconds() / 60)) if first else TRY_AGAIN_MINUTES


def _is_worth_trying(run: Run, report: SendReport) -> bool:
    """Whether something waits for a while only, and has not waited for days."""
    run.refresh_from_db()
    if run.state != Run.State.APPROVED or report.problem not in (*WORTH_WAITING_FOR, NO_ADDRESS):
        return False
    approved = run.actions.filter(state=Action.State.APPROVED)
    if approved.filter(FOR_ITS_HOUR).exists():
        return True
    waiting = approved.filter(approved_at__gt=timezone.now() - TRY_FOR)
    if report.problem == NO_ADDRESS:  # which is for a person; an e-mail that was put off is not
        waiting = waiting.filter(not_before__isnull=False)
    return waiting.exists()


def send_later(run: Run, by: int | None, minutes: int = 0, *, early: bool = False) -> None:
    """Ask a worker to send a run, now or in some minutes, unless it is already asked for.

    `early`: even before the day of the run.
    """
    lock = f"dunning-send/{run.pk}"
    try:
        with transaction.atomic():  # a refusal must not spoil the caller's transaction
            job = send_run_job.configure(
                queueing_lock=f"{lock}/{minutes}", lock=lock, schedule_in={"minutes": minutes}
            )
            job.defer(run_id=run.pk, by=by, early=early)
    except AlreadyEnqueued:
        return
