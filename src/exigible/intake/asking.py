"""Asking a worker to go on with an import: one asks, and whoever asks at the same time is told."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction

from exigible.intake.models import Import
from exigible.kernel.errors import Refused

State = Import.State
ASKED: Final = "asked"
ASKED_TO_WRITE: Final = "asked-to-write"
_TASKS: Final = {ASKED: "intake.preview", ASKED_TO_WRITE: "intake.apply"}
_WORK: Final = {State.READING: ASKED, State.APPLYING: ASKED_TO_WRITE}
_READABLE: Final = (State.RECEIVED, State.READY, State.REFUSED, State.FAILED)


def is_waiting(job: Import) -> bool:
    """Whether a worker was asked, and has not begun."""
    return job.note in _TASKS


def is_wanted(job: Import, note: str) -> bool:
    """Whether a worker's order of this kind is still to be done; one that comes a second time is not."""
    return job.note == note or (not is_waiting(job) and _WORK.get(State(job.state)) == note)


def will_resume(job: Import) -> bool:
    """Whether the queue holds the order of work that was cut off: it is done again without being asked."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    held = ProcrastinateJob.objects.filter(status="doing", args__import_id=job.pk)
    return held.filter(task_name=_TASKS[_WORK[State(job.state)]]).exists()


def resume(job: Import, state: str) -> int:
    """Order cut-off work anew, from `state` on; the order that died with its worker then finds nothing to do.

    Gives 0 where someone has gone on with the import meanwhile.
    """
    from exigible.intake.jobs import apply_import, preview_import

    note = _WORK[State(job.state)]
    with transaction.atomic():
        cut_off = Import.objects.filter(pk=job.pk, state=job.state)
        found = cut_off.update(state=state, note=note, progress=0, progress_words="resumed")
        if found:
            (preview_import if note == ASKED else apply_import).defer(import_id=job.pk)
    return found


def is_at_work(job: Import) -> bool:
    return job.is_running or is_waiting(job)


def ask_for_look(job: Import) -> None:
    """Have a big file looked at in the background."""
    from exigible.intake.jobs import look_at_import

    look_at_import.defer(import_id=job.pk)


def ask_for_preview(job: Import) -> None:
    """Have the file read and compared. Raises Refused("import-is-running") if another one asked first."""
    from exigible.intake.jobs import preview_import

    _ask(job, _READABLE, preview_import, ASKED)


def ask_for_writing(job: Import) -> None:
    """Have what the file changes written. Raises Refused("import-is-running") if another one asked first."""
    from exigible.intake.jobs import apply_import

    _ask(job, (State.READY,), apply_import, ASKED_TO_WRITE)


def _ask(job: Import, states: tuple[str, ...], task: Any, note: str) -> None:
    """The mark and the worker's order stand together or not at all."""
    with transaction.atomic():
        idle = Import.objects.filter(pk=job.pk, state__in=states).exclude(note__in=_TASKS)
        if not idle.update(note=note, progress=0, progress_words=""):
            raise Refused("import-is-running", "Someone is already working on this import.")
        task.defer(import_id=job.pk)
    job.note = note
