"""How a process that helps this one begins, and how much work is done at a go.

Nothing of Django is imported before it is set up.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from typing import Any


def helpers(count: int, database: dict[str, Any]) -> ProcessPoolExecutor:
    """Processes that work on the same database. They end with this one, whatever ends it."""
    return ProcessPoolExecutor(count, get_context("spawn"), _begin, (dict(database),))


def _begin(database: dict[str, Any]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict.update(database)
    gc.freeze()  # what was imported stays, and need not be searched for cycles


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


@contextmanager
def without_collections() -> Iterator[None]:
    """Spare the interpreter its searches for cycles among very many objects that are part of none.

    They take a third of the time of such work. What there is of cycles waits for the end; whoever finds the
    searches off leaves them off.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
