"""How a process that helps this one begins. Nothing of Django is imported before it is set up."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ProcessPoolExecutor
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


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
