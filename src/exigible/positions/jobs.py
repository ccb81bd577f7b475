"""Exports in the background. A job may run twice: what is written is left alone."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from exigible.positions.models import Export
from exigible.positions.services import forget_exports, write_export

KEPT_DAYS = 7


@app.task(name="positions.write_export", queue="exports")
def write_export_job(export_id: int) -> None:
    """Write the file of an export."""
    export = Export.objects.select_related("company").filter(pk=export_id).first()
    if export is not None:
        write_export(export)


@app.periodic(cron="41 3 * * *", periodic_id="positions-forget-exports")
@app.task(name="positions.forget_exports", queueing_lock="positions-forget-exports")
def forget_old_exports(timestamp: int) -> None:  # noqa: ARG001  given to every periodic task
    """Delete the exports of more than a week: they can be asked for again."""
    forget_exports(timezone.now() - timedelta(days=KEPT_DAYS))
