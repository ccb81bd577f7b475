"""The customer lines of a FEC, streamed into a table of their own that waits for the plan.

The table is not logged: a crash of the server empties it, and the file is then read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction

from exigible.intake.models import Import
from exigible.intake.progress import Progress
from exigible.intake.readers.fec import FecFile, FecLine, customer_account_test, open_fec
from exigible.intake.readers.problems import UnreadableFile
from exigible.intake.rules import errors_of
from exigible.kernel.errors import UserMistake

CODE_LENGTH: Final = 40
ACCOUNT_LENGTH: Final = 20
_BATCH: Final = 10_000
_COLUMNS: Final = (
    "line int, customer_code text, customer_name text, account text, auxiliary text, journal text,"
    " entry_number text, entry_date date, piece_ref text, piece_date date, label text, amount_minor bigint,"
    " lettering text, lettered_on date, foreign_currency text, foreign_minor bigint, nature text"
)


def table_name(import_id: int) -> str:
    return f"intake_stage_{int(import_id)}"


def stage_books(job: Import, progress: Progress) -> FecFile:
    """Read the file whole and stage its customer lines; the file it gives tells totals and problems.

    Raises UnreadableFile, with every reason, when the file is no FEC or holds an error.
    """
    progress.step("reading", 0, 50)
    path = Path(job.file.path)
    file = open_fec(path, currency=job.company.currency, name=job.file_name)
    is_customers = customer_account_test(job.options["receivable_accounts"])
    with transaction.atomic(), connection.cursor() as cursor:
        drop_stage(job.pk)
        cursor.execute(f"CREATE UNLOGGED TABLE {table_name(job.pk)} ({_COLUMNS})")
        staged = 0
        with cursor.copy(f"COPY {table_name(job.pk)} FROM STDIN") as copy:
            for batch in file.batches(_BATCH, is_customers):
                for row in _rows(batch, file):
                    copy.write_row(row)
                staged += len(batch)
                progress.within(file.totals.lines, file.line_count)
        if file.has_errors:
            raise UnreadableFile(errors_of(file.problems), file.findings.error_count)
        if not staged:
            raise _no_customer_line(job)
        cursor.execute(f"ANALYZE {table_name(job.pk)}")
    job.staged_rows = staged
    job.period_start, job.period_end = file.totals.first_date, file.totals.last_date
    return file


def drop_stage(import_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [table_name(import_id)])
        if cursor.fetchone()[0]:
            cursor.execute(f"DROP TABLE {table_name(import_id)}")


def is_staged(job: Import) -> bool:
    """Whether all the rows are still there: a server that crashed has emptied the table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [table_name(job.pk)])
        if job.staged_rows is None or not cursor.fetchone()[0]:
            return False
        cursor.execute(f"SELECT count(*) FROM {table_name(job.pk)}")  # noqa: S608  the name holds a number
        return bool(cursor.fetchone()[0] == job.staged_rows)


def _rows(batch: list[FecLine], file: FecFile) -> Iterator[tuple[Any, ...]]:
    """A line as the staging table takes it; the customer is the auxiliary account, or else the account."""
    for line in batch:
        code, name = (line.aux, line.aux_label) if line.aux else (line.account, line.account_label)
        if len(code) > CODE_LENGTH:
            file.findings.error("text-too-long", line.line, "CompAuxNum", code, str(CODE_LENGTH))
        yield (
            line.line, code, name, line.account, line.aux, line.journal_code, line.entry_number,
            line.entry_date, line.piece_ref, line.piece_date, line.label, line.amount_minor, line.lettering,
            line.lettered_on, line.foreign_currency, line.foreign_minor, line.nature,
        )  # fmt: skip


def _no_customer_line(job: Import) -> UserMistake:
    return UserMistake(
        "no-customer-line",
        "No line of the file is on a customers' account ({accounts}).",
        accounts=", ".join(job.options["receivable_accounts"]),
    )
