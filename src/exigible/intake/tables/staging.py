"""A table, read under its mapping into a staging table that waits for the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from django.db import connection, transaction

from exigible.intake.books.staging import drop_stage, table_name
from exigible.intake.mappings import remembered_mapping
from exigible.intake.models import Import
from exigible.intake.progress import Progress
from exigible.intake.readers.guessing import guess_mapping
from exigible.intake.readers.mapping import Mapping, mapping_of
from exigible.intake.readers.problems import Findings, UnreadableFile
from exigible.intake.readers.table.model import Table
from exigible.intake.readers.table.opening import open_table
from exigible.intake.readers.vocabulary import Kind, plain_name
from exigible.intake.rules import errors_of, warnings_of
from exigible.kernel.errors import Problem

Record = TypeVar("Record")
Reader = Callable[..., tuple[Iterator[Record], Findings]]

_BYTES_OF_A_ROW: Final = 80  # about: only the progress is told by it


def stage_table(
    job: Import,
    progress: Progress,
    *,
    read: Reader[Record],
    columns: str,
    row: Callable[[Record], tuple[Any, ...]],
) -> list[Problem]:
    """Read the file whole and stage it; gives the warnings. Raises UnreadableFile with every error."""
    progress.step("reading", 0, 50)
    table = open_table(Path(job.file.path), sheet=job.options.get("sheet"))
    mapping = chosen_mapping(job, table)
    job.description = {**job.description, "columns": {name: c.header for name, c in mapping.columns.items()}}
    records, findings = read(table, mapping, currency=job.company.currency)
    with transaction.atomic(), connection.cursor() as cursor:
        drop_stage(job.pk)
        cursor.execute(f"CREATE UNLOGGED TABLE {table_name(job.pk)} ({columns})")
        staged = 0
        with cursor.copy(f"COPY {table_name(job.pk)} FROM STDIN") as copy:
            for record in records:
                copy.write_row(row(record))
                staged += 1
                progress.within(staged, job.size // _BYTES_OF_A_ROW)
        if findings.error_count:
            raise UnreadableFile(errors_of(findings.problems), findings.error_count)
        cursor.execute(f"ANALYZE {table_name(job.pk)}")
    job.staged_rows = staged
    return warnings_of(findings.problems)


def header_of(job: Import, field: str) -> str:
    """What the file that was read calls the column of a field; the field's own name where it has none."""
    found: str = job.description["columns"].get(field, field)
    return found


def chosen_mapping(job: Import, table: Table) -> Mapping:
    """The mapping that was chosen, else the one remembered for these columns, else the likeliest."""
    kind = cast("Kind", job.kind)
    if job.options.get("mapping"):
        return fitted(Mapping.from_dict(job.options["mapping"]), table.headers)
    remembered = remembered_mapping(job.company, kind, table.headers)
    return remembered[1] if remembered else guess_mapping(kind, table)


def fitted(mapping: Mapping, headers: list[str]) -> Mapping:
    """The mapping for a table whose columns may stand in another order: they are found by their names."""
    if mapping.fits(headers):
        return mapping
    places = {plain_name(header): at for at, header in reversed(list(enumerate(headers)))}
    columns = {
        field: replace(choice, column=places[plain_name(choice.header)])
        for field, choice in mapping.columns.items()
        if plain_name(choice.header) in places
    }
    return mapping_of(
        mapping.kind,
        columns,
        headers,
        decimal_mark=mapping.decimal_mark,
        date_order=mapping.date_order,
        credits_are_positive=mapping.credits_are_positive,
        credit_column_is_negative=mapping.credit_column_is_negative,
        default_type=mapping.default_type,
        debit_column_is_negative=mapping.debit_column_is_negative,
        outgoing_is_positive=mapping.outgoing_is_positive,
    )
