"""How far the work on an import has come, seen by others while its transaction is still open.

A connection of its own carries the progress, and holds a lock for as long as the work lives: when the process
dies the server lets go of the lock, and so everyone can tell a dead import from a slow one.
"""

from __future__ import annotations

import time
from types import TracebackType
from typing import Final

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from exigible.kernel.errors import Refused

LOCK_CLASS: Final = 70521
_LEAST_SECONDS: Final = 0.3


class Progress:
    """`with Progress(import_id) as progress:` claims the import, or raises Refused("import-is-running")."""

    def __init__(self, import_id: int) -> None:
        self.import_id = import_id
        self._own: BaseDatabaseWrapper = connection.copy()
        self._said_at = 0.0
        self._start, self._end, self._step = 0, 100, ""

    def __enter__(self) -> Progress:
        with self._own.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, self.import_id])
            is_ours = cursor.fetchone()[0]
        if not is_ours:
            self._own.close()
            raise Refused("import-is-running", "Someone is already working on this import.")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._own.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, self.import_id])
        self._own.close()

    def step(self, code: str, start: int, end: int) -> None:
        """The step under way, a code of `wording.STEP_SENTENCES`, and from and to which percent it leads."""
        self._start, self._end, self._step = start, end, code
        self._write(start)

    def within(self, done: int, whole: int) -> None:
        """How far the step has come; written a few times a second at most."""
        if time.monotonic() - self._said_at >= _LEAST_SECONDS:
            share = min(done, whole) * (self._end - self._start) // max(whole, 1)
            self._write(self._start + share)

    def _write(self, percent: int) -> None:
        self._said_at = time.monotonic()
        with self._own.cursor() as cursor:
            cursor.execute(
                "UPDATE intake_import SET progress = %s, progress_words = %s WHERE id = %s",
                [percent, self._step, self.import_id],
            )


def is_alive(import_id: int) -> bool:
    """Whether someone is working on the import now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, import_id])
        if not cursor.fetchone()[0]:
            return True
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, import_id])
    return False
