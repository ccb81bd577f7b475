"""The SQL of the books, kept in `sql/` under names, run with named parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.db import connection

_FOLDER: Final = Path(__file__).parent / "sql"
_NAME: Final = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_TABLE: Final = re.compile(r"^CREATE TEMP TABLE (\w+)", re.MULTILINE)

Params = Mapping[str, Any]
Rows = list[tuple[Any, ...]]


@cache
def statements(file: str) -> dict[str, str]:
    """The statements of `sql/<file>.sql` by name."""
    parts = _NAME.split((_FOLDER / f"{file}.sql").read_text(encoding="utf-8"))
    return {name: sql.strip().rstrip(";") for name, sql in zip(parts[1::2], parts[2::2], strict=True)}


@cache
def plan_tables() -> tuple[str, ...]:
    """The temporary tables that the statements make."""
    files = [path.read_text(encoding="utf-8") for path in sorted(_FOLDER.glob("*.sql"))]
    return tuple(dict.fromkeys(name for text in files for name in _TABLE.findall(text)))


def run(file: str, name: str, params: Params | None = None, **expressions: str) -> int:
    """Run one statement; gives the number of rows it made. A table that it makes gets its statistics.

    `expressions` are SQL put in the places `{name}` of a statement that serves several times.
    """
    sql = statements(file)[name].format(**expressions) if expressions else statements(file)[name]
    with connection.cursor() as cursor:
        cursor.execute(sql, params or {})
        made = cursor.rowcount
        for table in _TABLE.findall(sql):
            cursor.execute(f"ANALYZE {table}")
    return made


def rows(file: str, name: str, params: Params | None = None) -> Rows:
    """The rows of one query."""
    with connection.cursor() as cursor:
        cursor.execute(statements(file)[name], params or {})
        return cursor.fetchall()


def drop_plan() -> None:
    """Forget the tables of a plan, so that another can be made in the same transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL client_min_messages = warning")
        cursor.execute("DROP VIEW IF EXISTS pg_temp.staged")
    drop_tables(*plan_tables())


def drop_tables(*names: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS " + ", ".join(f"pg_temp.{name}" for name in names))
