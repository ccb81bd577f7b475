"""Asking a worker to go on with an import: one asks, and whoever asks at the same time is told."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction

from exigible.intake.models import Import
from exigible.kernel.errors import Refused

State = Import.State
ASKED: Final = "asked"
_READABLE: Final = (State.RECEIVED, State.READY, State.REFUSED, State.FAILED)


def is_waiting(job: Import) -> bool:
    """Whether a worker was asked, and has not begun."""
    return job.note == ASKED


def is_at_work(job: Import) -> bool:
    return job.is_running or is_waiting(job)


def ask_for_look(job: Import) -> None:
    """Have a big file looked at in the background."""
    from exigible.intake.jobs import look_at_import

    look_at_import.defer(import_id=job.pk)


def ask_for_preview(job: Import) -> None:
    """Have the file read and compared. Raises Refused("import-is-running") if another one asked first."""
    from exigible.intake.jobs import preview_import

    _ask(job, _READABLE, preview_import)


def ask_for_writing(job: Import) -> None:
    """Have what the file changes written. Raises Refused("import-is-running") if another one asked first."""
    from exigible.intake.jobs import apply_import

    _ask(job, (State.READY,), apply_import)


def _ask(job: Import, states: tuple[str, ...], task: Any) -> None:
    """The mark and the worker's order stand together or not at all."""
    with transaction.atomic():
        idle = Import.objects.filter(pk=job.pk, state__in=states).exclude(note=ASKED)
        if not idle.update(note=ASKED, progress=0, progress_words=""):
            raise Refused("import-is-running", "Someone is already working on this import.")
        task.defer(import_id=job.pk)
    job.note = ASKED
