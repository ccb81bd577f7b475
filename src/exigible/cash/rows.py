"""Many rows at once: COPY and arrays, which spare a statement of ten thousand parameters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from django.db.models.expressions import RawSQL


def among(keys: Iterable[int]) -> RawSQL:
    """For a filter `…__in`: the numbers as one parameter, since each further one is parsed twice."""
    return RawSQL("SELECT unnest(%s::bigint[])", [list(keys)])


def among_texts(texts: Iterable[str]) -> RawSQL:
    """The same for texts."""
    return RawSQL("SELECT unnest(%s::text[])", [list(texts)])


def copy_rows(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Insert the rows as they are; what the database fills in by itself is left to it.

    Keys that are not given are not known afterwards; `give_keys` gives them before.
    """
    if not rows:
        return
    # What a model is stored as is told by `_meta`, which is public in all but its name.
    meta = model._meta  # noqa: SLF001
    has_keys = rows[0].pk is not None
    fields = [
        field
        for field in meta.concrete_fields
        if not field.has_db_default() and (has_keys or not field.primary_key)
    ]
    columns = ", ".join(str(field.column) for field in fields)
    with connection.cursor() as cursor, cursor.copy(f"COPY {meta.db_table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([_value(field, row) for field in fields])


def _value(field: Any, row: models.Model) -> Any:
    value = field.pre_save(row, add=True)
    return field.get_db_prep_save(value, connection) if isinstance(value, (dict, list)) else value


def give_keys(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Take keys for the rows from the table's own sequence, for others refer to them."""
    if not rows:
        return
    table = model._meta.db_table  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, len(rows)]
        )
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key
