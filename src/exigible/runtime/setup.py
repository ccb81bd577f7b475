"""Getting ready: the database up, Django set up, the tables at this version."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import psycopg

from exigible.runtime import logs
from exigible.runtime.database import connection_string, ensure_database, is_made
from exigible.runtime.home import ensure_home

MIGRATION_LOCK = 0x45584947  # "EXIG": one program at a time changes the tables


class NotMadeYet(Exception):
    """There is no database, and who asks is not the one to make it."""


def require_database() -> None:
    """Raises NotMadeYet where there is no database; writes nothing."""
    if not is_made():
        raise NotMadeYet


def prepare() -> None:
    """Make ready to use models: the folder, the logs, a running database, Django."""
    logs.configure()
    ensure_home()
    set_up_django()
    ensure_database()


def set_up_django() -> None:
    """Load the settings and the apps, and word messages as the terminal's locale says; needs no database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exigible.conf.settings")

    import django
    from django.utils import translation

    django.setup()
    translation.activate("fr" if _locale().startswith("fr") else "en")


def migrate() -> None:
    """Bring the tables to this version; several programs may ask at once, and one does it."""
    from django.core.management import call_command
    from django.db import connection

    with migration_lock():
        call_command("migrate", verbosity=0, interactive=False)
    connection.close()


@contextlib.contextmanager
def migration_lock() -> Iterator[None]:
    """Held by the one program that changes the tables."""
    with psycopg.connect(connection_string(), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        yield


def _locale() -> str:
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    return next((os.environ[name] for name in names if os.environ.get(name)), "")
