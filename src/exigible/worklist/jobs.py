"""The morning: each company's list is ready before anyone sits down."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from exigible.ledger.models import Company
from exigible.worklist.services import build_day


@app.task(name="worklist.build_day", queue="worklist", pass_context=False)
def build_day_job(company_id: int, on: str) -> int:
    """Make the list of a day for one company."""
    return build_day(company=Company.objects.get(pk=company_id), on=date.fromisoformat(on))


@app.periodic(cron="30 5 * * *", periodic_id="worklist-morning")
@app.task(name="worklist.morning", queue="worklist", pass_context=False)
def morning(timestamp: int) -> None:  # noqa: ARG001  the queue gives it
    """Every day at 5:30, a list for every company."""
    for company in Company.objects.all():
        build_day_later(company, timezone.localdate())


def build_day_later(company: Company, on: date) -> None:
    """Ask a worker for the list of a day, unless it is already asked for."""
    lock = f"worklist/{company.pk}/{on.isoformat()}"
    try:
        with transaction.atomic():  # a refusal must not spoil the caller's transaction
            build_day_job.configure(queueing_lock=lock, lock=lock).defer(
                company_id=company.pk, on=on.isoformat()
            )
    except AlreadyEnqueued:
        return
