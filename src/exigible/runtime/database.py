"""Which PostgreSQL is used: the embedded one, or the one that DATABASE_URL names."""

from __future__ import annotations

import os
from typing import Any

import psycopg
from psycopg import conninfo, sql

from exigible.runtime import postgres
from exigible.runtime.account import ServerUnavailable
from exigible.runtime.environment import WrongSetting

NAME = "exigible"
OLDEST_MAJOR = 15
POOL_WAIT_SECONDS = 10
CREATION_LOCK = 0x45584943  # one program at a time creates the database


def parameters() -> dict[str, str]:
    """libpq's parameters (host, port, user, dbname…) of the database; starts nothing."""
    url = os.environ.get("DATABASE_URL")
    if url:
        try:
            return {name: str(value) for name, value in conninfo.conninfo_to_dict(url).items()}
        except psycopg.ProgrammingError:  # its words may repeat the password
            raise WrongSetting(
                "DATABASE_URL cannot be read: it takes postgresql://user:password@server:5432/database."
            ) from None
    folder = str(postgres.socket_folder())
    return {"host": folder, "port": postgres.PORT, "user": postgres.ROLE, "dbname": NAME}


def is_made() -> bool:
    """Whether there is a database to look into: one of one's own, or the embedded one once it was made."""
    return bool(os.environ.get("DATABASE_URL")) or (postgres.status().data / "PG_VERSION").exists()


def connection_string(**changed: str) -> str:
    """The same as one string for psycopg and PostgreSQL's own programs, with some parameters changed."""
    return conninfo.make_conninfo(**parameters() | changed)


def django_settings() -> dict[str, Any]:
    """The entry for Django's DATABASES; starts nothing: see `ensure_database`."""
    values = parameters()
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    entry: dict[str, Any] = {key: values.pop(name, "") for key, name in names.items()}
    return {"ENGINE": "django.db.backends.postgresql", **entry, "OPTIONS": dict(values)}


def use_pool(size: int) -> None:
    """Share up to `size` connections among this program's threads, each checked before it is lent.

    For the programs that stay; called once Django is set up and before the threads begin.
    """
    from django.conf import settings
    from django.db import connections

    connections.close_all()
    entry = settings.DATABASES["default"]
    entry["CONN_HEALTH_CHECKS"] = True
    entry["OPTIONS"]["pool"] = {"min_size": 1, "max_size": size, "timeout": POOL_WAIT_SECONDS}


def ensure_database() -> dict[str, Any]:
    """Have a database that takes connections, starting the embedded server where it is used.

    Returns the entry for Django's DATABASES. Raises ServerUnavailable with what to do about it.
    """
    if not os.environ.get("DATABASE_URL"):
        postgres.start()
        _create_if_missing()
    _check_version()
    return django_settings()


def _create_if_missing() -> None:
    with psycopg.connect(connection_string(dbname="postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [CREATION_LOCK])
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone()
        if not known:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))


def _check_version() -> None:
    try:
        with psycopg.connect(connection_string(connect_timeout="10")) as connection:
            major = connection.info.server_version // 10_000
    except psycopg.OperationalError as error:
        raise ServerUnavailable(f"the database does not answer: {error}") from error
    if major < OLDEST_MAJOR:
        raise ServerUnavailable(
            f"PostgreSQL {OLDEST_MAJOR} or newer is needed; DATABASE_URL leads to {major}"
        )
