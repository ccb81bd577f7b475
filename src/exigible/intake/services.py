"""The acts of the import desk: receive a file, show what it would change, write it once, or put it aside.

Each is called by a job (`jobs`) or directly by the command. What is written is written in one transaction, by
which the import becomes applied; a process that dies before its end leaves nothing behind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import structlog
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from exigible.intake.asking import resume, will_resume
from exigible.intake.books.guard import MAY_REVERSE
from exigible.intake.desks import desk_of
from exigible.intake.models import FileKind, Import
from exigible.intake.progress import Progress, is_alive
from exigible.intake.readers.problems import UnreadableFile
from exigible.intake.wording import as_json
from exigible.kernel.errors import ExigibleError, Problem, Refused, UserMistake
from exigible.kernel.text import clean
from exigible.ledger.models import Company
from exigible.ledger.services import lock_books
from exigible.timeline.services import record_event

LARGEST_FILE: Final = 2 * 2**30
_MOST_PROBLEMS: Final = 200
_COMPARED: Final = ("rows", "created", "changed", "unchanged", "control")

State = Import.State


def receive(
    *,
    company: Company,
    kind: str,
    content: BinaryIO,
    name: str,
    by: int | None,
    options: dict[str, Any] | None = None,
) -> Import:
    """Keep a file as it came; nothing of it is read yet. Raises UserMistake("file-too-large")."""
    job = Import(company=company, kind=kind, file_name=clean(Path(name).name, 200) or "file", by_id=by)
    job.options = _default_options(company, kind) | (options or {})
    job.size, job.sha256 = _measure(content)
    job.file.save(f"{job.sha256[:16]}{Path(name).suffix.lower()[:8]}", File(content), save=False)
    job.save()
    return job


def _default_options(company: Company, kind: str) -> dict[str, Any]:
    return {"receivable_accounts": company.receivable_accounts} if kind == FileKind.FEC else {}


def _measure(content: BinaryIO) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    content.seek(0)
    while block := content.read(2**20):
        digest.update(block)
        size += len(block)
        if size > LARGEST_FILE:
            raise UserMistake(
                "file-too-large", "The file is larger than {limit} GB.", limit=LARGEST_FILE // 2**30
            )
    content.seek(0)
    return size, digest.hexdigest()


def choose_options(*, job: Import, options: dict[str, Any]) -> None:
    """Set how the file is to be read; what was read before, another way, is forgotten."""
    if job.is_running or job.state in (State.APPLIED, State.ABANDONED):
        raise Refused("import-is-settled", "This import can no longer be changed.")
    desk_of(job).forget(job)
    job.options = {name: value for name, value in job.options.items() if name != MAY_REVERSE} | options
    job.state, job.staged_rows, job.result = State.RECEIVED, None, {}
    job.save(update_fields=["options", "state", "staged_rows", "result"])


def confirm_reversals(*, job: Import) -> None:
    """Let the import reverse many open items, as was shown; comparing the file anew asks again."""
    job.options = {**job.options, MAY_REVERSE: True}
    job.save(update_fields=["options"])


def preview(job: Import) -> Import:
    """Read the file whole and compare it with the ledger: `ready` with what would change, or `refused`.

    Writes nothing in the ledger. Raises Refused("import-is-running") where another process is at it.
    """
    with _work(job, State.READING) as progress:
        _read(job, progress)
        with transaction.atomic():
            _, result, warnings = desk_of(job).compare(job, progress)
            desk_of(job).put_away()
        job.result = _whole_result(job, result, warnings)
        job.state, job.read_at = State.READY, timezone.now()
    return job


def apply(job: Import) -> Import:
    """Write what the file changes in the ledger as it is now, in one transaction; then `applied`.

    The comparison is made anew with the books locked. Where it is not what the preview showed,
    `result["differs_from_preview"]` holds what had been shown.
    """
    with _work(job, State.APPLYING) as progress:
        if not desk_of(job).is_read(job):
            _read(job, progress)
        shown = {key: job.result[key] for key in _COMPARED if key in job.result}
        with transaction.atomic():
            moment = lock_books(job.company_id)
            _write(job, moment, shown, progress)
        desk_of(job).forget(job)
    return job


def _read(job: Import, progress: Progress) -> None:
    warnings = desk_of(job).read(job, progress)
    job.description = {**job.description, "warnings": [as_json(warning) for warning in warnings]}
    job.save(update_fields=["description", "staged_rows", "period_start", "period_end"])


def _write(job: Import, moment: datetime, shown: dict[str, Any], progress: Progress) -> None:
    plan, result, warnings = desk_of(job).compare(job, progress)
    would = {key: result[key] for key in _COMPARED if key in result}
    result |= desk_of(job).write(job, plan, moment, progress)
    desk_of(job).put_away()
    if shown and shown != would:
        result["differs_from_preview"] = shown
    job.result = _whole_result(job, result, warnings)
    job.state, job.applied_at = State.APPLIED, moment
    _tell(job)
    _settle(job)


def _whole_result(job: Import, result: dict[str, Any], warnings: list[Problem]) -> dict[str, Any]:
    told = [*job.description.get("warnings", []), *(as_json(warning) for warning in warnings)]
    return {
        "file": job.file_name,
        "format": job.kind,
        **result,
        "warnings": told[:_MOST_PROBLEMS],
        "warning_count": len(told),
        "errors": [],
    }


def _tell(job: Import) -> None:
    record_event(
        company_id=job.company_id,
        customer_id=None,
        kind="import-applied",
        by=job.by_id,
        text=job.file_name,
        data={
            "import": job.pk,
            "kind": job.kind,
            "sha256": job.sha256,
            **{key: job.result[key] for key in ("rows", "created", "changed", "unchanged")},
            **({"difference": job.result["control"]["difference"]} if "control" in job.result else {}),
        },
    )


@contextmanager
def _work(job: Import, state: str) -> Iterator[Progress]:
    """Claim the import, mark it as under way, and leave it in a clear state however the work ends."""
    with Progress(job.pk) as progress:
        job.refresh_from_db()
        _check_may_start(job, state)
        job.state, job.note, job.progress, job.progress_words = state, "", 0, ""
        job.save(update_fields=["state", "note", "progress", "progress_words"])
        try:
            yield progress
        except (UserMistake, Refused) as error:
            _refuse(job, error)
        except Exception as error:
            _fail(job, error)
            raise
        else:
            if job.state != State.APPLIED:
                _settle(job)


def _check_may_start(job: Import, state: str) -> None:
    """A job may come twice (its worker died, or two people asked): what is settled stays as it is."""
    startable = {State.RECEIVED, State.READY, State.FAILED, state}
    if state == State.READING:
        startable.add(State.REFUSED)
    if job.state not in startable:
        raise Refused("import-is-settled", "This import can no longer be changed.")


def _settle(job: Import) -> None:
    job.progress, job.progress_words = 100, ""
    job.save()


def _refuse(job: Import, error: ExigibleError) -> None:
    problems, count = [_problem_of(error)], 1
    if isinstance(error, UnreadableFile):
        problems, count = error.problems, error.count
    job.state = State.REFUSED
    job.result = {
        "file": job.file_name,
        "format": job.kind,
        "rows": 0,
        "created": {},
        "changed": {},
        "unchanged": 0,
        "warnings": job.description.get("warnings", []),
        "errors": [as_json(problem) for problem in problems[:_MOST_PROBLEMS]],
        "error_count": count,
    }
    _settle(job)


def _problem_of(error: ExigibleError) -> Problem:
    found, expected = (str(error.params.get(name, "")) for name in ("found", "expected"))
    return Problem(error.code, None, None, found, expected, {**error.params, "sentence": error.sentence})


def _fail(job: Import, error: Exception) -> None:
    """A fault of ours: logged under a reference that the person is given."""
    structlog.get_logger("exigible").error("import failed", import_id=job.pk, exc_info=error)
    job.state, job.note = State.FAILED, "failed"
    job.progress_words = ""
    job.save(update_fields=["state", "note", "progress_words"])


def abandon(job: Import) -> None:
    """Put a file aside that is not to be imported: what was read of it and the file itself are removed."""
    if job.state == State.APPLIED or is_alive(job.pk):
        raise Refused("import-is-settled", "This import can no longer be changed.")
    desk_of(job).forget(job)
    job.file.delete(save=False)
    job.state = State.ABANDONED
    job.save()


def forget(job: Import) -> None:
    """Leave no trace of a file that was only tried."""
    desk_of(job).forget(job)
    job.file.delete(save=False)
    job.delete()


def recover_interrupted() -> int:
    """Bring imports whose process died back to where they can be started again; gives how many.

    What had been read is kept if it is whole. Nothing was written: that is one transaction. What a worker
    had in hand is ordered again; what a command did is left to be started again by a person.
    """
    recovered = 0
    for job in Import.objects.filter(state__in=[State.READING, State.APPLYING]):
        if is_alive(job.pk):
            continue
        back = State.READY if job.state == State.APPLYING and job.result else State.RECEIVED
        if will_resume(job):
            recovered += resume(job, back)
            continue
        recovered += Import.objects.filter(pk=job.pk, state=job.state).update(
            state=back, note="interrupted", progress=0, progress_words=""
        )
    return recovered
