"""Imports at work in the background. A job may run twice: what is settled is left alone."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from exigible.intake.asking import ASKED, ASKED_TO_WRITE, is_wanted
from exigible.intake.looks import look
from exigible.intake.models import Import
from exigible.intake.services import apply, preview, recover_interrupted
from exigible.kernel.errors import Refused


@app.task(name="intake.look")
def look_at_import(import_id: int) -> None:
    """Take a first look at a big file."""
    _run(import_id, look)


@app.task(name="intake.preview")
def preview_import(import_id: int) -> None:
    """Read a file and compare it with the ledger."""
    _run(import_id, preview, ASKED)


@app.task(name="intake.apply")
def apply_import(import_id: int) -> None:
    """Write a file's changes in the ledger."""
    _run(import_id, apply, ASKED_TO_WRITE)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="intake-recover", name="intake.recover")
def recover(timestamp: int) -> None:  # noqa: ARG001  given to every periodic task
    """Bring back imports whose process was killed."""
    recover_interrupted()


def _run(import_id: int, act: object, note: str = "") -> None:
    job = Import.objects.select_related("company").filter(pk=import_id).first()
    if job is None or (note and not is_wanted(job, note)):
        return
    try:
        act(job)  # type: ignore[operator]
    except Refused as refusal:
        structlog.get_logger("exigible").info("import left alone", import_id=import_id, why=refusal.code)
