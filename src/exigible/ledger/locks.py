"""Work that one process at a time may do on one thing: sending a run, reading a mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def alone(lock: int, key: int) -> Iterator[bool]:
    """Hold a thing for this process, across its transactions; False where another process has it.

    `lock` tells the kind of work, `key` the thing. A process that dies lets go of it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [lock, key])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [lock, key])


@contextmanager
def together(lock: int, key: int) -> Iterator[None]:
    """Hold a thing along with other processes, across transactions; see `wait_for_the_others`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock_shared(%s, %s)", [lock, key])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_shared(%s, %s)", [lock, key])


def wait_for_the_others(lock: int, key: int) -> None:
    """Until no other process holds the thing together; within a transaction, none takes it before its end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [lock, key])
