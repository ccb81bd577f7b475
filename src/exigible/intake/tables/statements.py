"""The SQL of the tables' and the bank's desks, kept in `sql/` under names, run with named parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.db import connection

from exigible.intake.books.staging import table_name
from exigible.kernel.terms import PaymentTerms

_ROOM: Final = Path(__file__).parent.parent
_FILES: Final = {
    path.stem: path
    for folder in ("tables", "bank")
    for path in sorted((_ROOM / folder / "sql").glob("*.sql"))
}
_NAME: Final = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_TABLE: Final = re.compile(r"^CREATE TEMP TABLE (\w+)", re.MULTILINE)

Params = Mapping[str, Any]
Row = tuple[Any, ...]


@cache
def _statements(file: str) -> dict[str, str]:
    parts = _NAME.split(_FILES[file].read_text(encoding="utf-8"))
    return {name: sql.strip().rstrip(";") for name, sql in zip(parts[1::2], parts[2::2], strict=True)}


def run(file: str, params: Params, *names: str) -> None:
    """Run statements in their order; a table that one makes gets its statistics."""
    with connection.cursor() as cursor:
        for name in names:
            sql = _statements(file)[name]
            cursor.execute(sql, params)
            for table in _TABLE.findall(sql):
                cursor.execute(f"ANALYZE {table}")


def rows(file: str, name: str, params: Params) -> list[Row]:
    """The rows of one query."""
    with connection.cursor() as cursor:
        cursor.execute(_statements(file)[name], params)
        return cursor.fetchall()


def begin_plan(import_id: int) -> None:
    """Forget any plan of this transaction, and show the staged rows to the statements of a new one."""
    drop_plan()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(f"CREATE TEMP VIEW sheet AS SELECT * FROM {table_name(import_id)}")  # noqa: S608  a number
        cursor.execute("CREATE TEMP TABLE sheet_terms (terms text, days int, counting text)")


def drop_plan() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL client_min_messages = warning")
        cursor.execute("DROP VIEW IF EXISTS pg_temp.sheet")
        names = ", ".join(f"pg_temp.{name}" for name in _plan_tables())
        cursor.execute(f"DROP TABLE IF EXISTS {names}")


@cache
def _plan_tables() -> tuple[str, ...]:
    texts = [path.read_text(encoding="utf-8") for path in _FILES.values()]
    return ("sheet_terms", *dict.fromkeys(name for text in texts for name in _TABLE.findall(text)))


def keep_terms(texts: Iterable[str]) -> None:
    """Have each of these payment terms in the form in which SQL counts with them."""
    with connection.cursor() as cursor:
        with cursor.copy("COPY sheet_terms FROM STDIN") as copy:
            for text in texts:
                terms = PaymentTerms.parse(text)
                copy.write_row((text, terms.days, terms.counting.value))
        cursor.execute("ANALYZE sheet_terms")
