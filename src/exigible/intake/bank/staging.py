"""A bank file, read whole and streamed with the keys of its lines into a table that waits for the plan."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction

from exigible.intake.bank.accounts import account_number, assumed_accounts
from exigible.intake.bank.keys import KeyedLine, keyed, without_twice
from exigible.intake.books.staging import drop_stage, table_name
from exigible.intake.mappings import remembered_mapping
from exigible.intake.models import Import
from exigible.intake.progress import Progress
from exigible.intake.readers.bank.detect import bank_format, open_bank_table, read_bank_file
from exigible.intake.readers.bank.model import BankFile, BankStatement
from exigible.intake.readers.mapping import Mapping, fingerprint
from exigible.intake.rules import warnings_of
from exigible.intake.tables.staging import fitted
from exigible.kernel.errors import Problem, Refused, UserMistake

_COLUMNS: Final = (
    "is_statement boolean, stretch int, nth int, place int, account text, currency text, number text,"
    " starts_on date, ends_on date, opening_minor bigint, closing_minor bigint, bank text, base text,"
    " rank int, key uuid,"
    " has_reference boolean, reference text, booked_on date, value_on date, amount_minor bigint, nature text,"
    " bank_code text, payer_name text, payer_iban text, payer_bic text, ultimate_name text, text text,"
    " bank_text text, end_to_end text, mandate text, creditor_reference text, advice jsonb,"
    " is_return boolean, return_reason text, returned_reference text, instructed_minor bigint,"
    " instructed_currency text, exchange_rate text, charges_minor bigint,"
    " entry_reference text, entry_minor bigint"
)
_LINE_WIDTH: Final = 29
_NOTICE: Final = "camt.054"


def stage_statements(job: Import, progress: Progress) -> list[Problem]:
    """Read the file and stage its statements and lines; gives the warnings.

    Raises UnreadableFile with every error of the reader, Refused("interim-statement") where the bank may
    still change all that the file tells, UserMistake("which-account") where a person must tell the account.
    """
    progress.step("reading", 0, 40)
    path = Path(job.file.path)
    mapping, source = _mapping_and_source(job, path)
    file = read_bank_file(
        path, currency=job.company.currency, mapping=mapping, sheet=job.options.get("sheet")
    )
    warnings = warnings_of(file.findings.problems)
    statements, assumed = _settled(job, file, source, warnings)
    statements, twice = without_twice(statements)
    warnings += [
        _warning("statement-twice", one.place, one.number or str(one.ends_on or "")) for one in twice
    ]
    job.description = {**job.description, "source": source, "format": file.format}
    if assumed is not None:
        job.description["assumed_account"] = assumed
    _copy(job, statements, progress)
    days = [line.booked_on for one in statements for line in one.lines]
    job.period_start, job.period_end = min(days, default=None), max(days, default=None)
    return warnings


def _mapping_and_source(job: Import, path: Path) -> tuple[Mapping | None, str]:
    """The mapping that was chosen or is remembered for a table, and what files of the same source share."""
    kind = bank_format(path)
    if kind != "table":
        return None, kind
    headers = open_bank_table(path, sheet=job.options.get("sheet")).headers
    if chosen := job.options.get("mapping"):
        return fitted(Mapping.from_dict(chosen), headers), fingerprint(headers)
    remembered = remembered_mapping(job.company, "bank", headers)
    return (remembered[1] if remembered else None), fingerprint(headers)


def _settled(
    job: Import, file: BankFile, source: str, warnings: list[Problem]
) -> tuple[list[BankStatement], str | None]:
    """The statements to be kept, each with its account; and the account assumed where the file tells none.

    An interim report (CAMT.052, MT942) is left out: what it tells comes again in the statement, where the
    bank may tell it otherwise. A notice (CAMT.054) tells what is booked.
    """
    is_notice = file.format.startswith(_NOTICE)
    kept = [one for one in file.statements if one.is_final or is_notice]
    if not kept:
        raise Refused(
            "interim-statement",
            "This is an interim report ({format}): the bank may still change what it says. Import the "
            "statement that follows it.",
            format=file.format,
        )
    if left := len(file.statements) - len(kept):
        warnings.append(_warning("interim-left-out", None, str(left)))
    kept = [_with_plain_account(job, one) for one in kept]
    if all(one.account for one in kept):
        return kept, None
    number = _assumed(job, source, warnings)
    return [one if one.account else replace(one, account=number) for one in kept], number


def _with_plain_account(job: Import, statement: BankStatement) -> BankStatement:
    return replace(
        statement,
        account=account_number(statement.account),
        currency=statement.currency or job.company.currency,
    )


def _assumed(job: Import, source: str, warnings: list[Problem]) -> str:
    numbers = assumed_accounts(job, source)
    if len(numbers) > 1:
        raise UserMistake(
            "which-account",
            "The file does not say of which account it is, and files like it were of several ({accounts}): "
            "say which one it is.",
            accounts=", ".join(numbers),
        )
    if not job.options.get("account"):
        code = "account-assumed" if numbers[0] else "account-without-number"
        warnings.append(_warning(code, None, numbers[0]))
    return numbers[0]


def _warning(code: str, line: int | None, found: str) -> Problem:
    return Problem(code, line, None, found, "", {}, "warning")


def _copy(job: Import, statements: Sequence[BankStatement], progress: Progress) -> None:
    total = sum(len(one.lines) for one in statements)
    staged = 0
    with transaction.atomic(), connection.cursor() as cursor:
        drop_stage(job.pk)
        cursor.execute(f"CREATE UNLOGGED TABLE {table_name(job.pk)} ({_COLUMNS})")
        with cursor.copy(f"COPY {table_name(job.pk)} FROM STDIN") as copy:
            for row in _rows(statements):
                copy.write_row(row)
                staged += 1
                progress.within(staged, total)
        cursor.execute(f"ANALYZE {table_name(job.pk)}")
    job.staged_rows = staged


def _rows(statements: Sequence[BankStatement]) -> Iterator[tuple[Any, ...]]:
    """Each statement as a row, then its lines. Texts are cut to what the ledger keeps of them."""
    for stretch, (statement, lines) in enumerate(keyed(statements)):
        days = [line.line.booked_on for line in lines]
        head = (statement.account, statement.currency)
        yield (
            True, stretch, 0, statement.place, *head, statement.number[:80],
            statement.starts_on or min(days, default=None), statement.ends_on or max(days, default=None),
            statement.opening_minor, statement.closing_minor, statement.bank[:11],
            *[None] * _LINE_WIDTH,
        )  # fmt: skip
        for nth, one in enumerate(lines):
            yield (False, stretch, nth, one.line.place, *head, *[None] * 6, *_line_row(one))


def _line_row(one: KeyedLine) -> tuple[Any, ...]:
    line = one.line
    return (
        one.base, one.rank, one.key, bool(one.reference), one.reference[:140] or _own_reference(one),
        line.booked_on, line.value_on, line.amount_minor, line.nature, line.bank_code[:40],
        line.payer_name[:140], line.payer_iban[:40], line.payer_bic[:11], line.ultimate_name[:140],
        line.text, line.bank_text, line.end_to_end[:40], line.mandate[:40], line.creditor_reference[:40],
        _advice(one), line.is_return, line.return_reason[:140], line.returned_reference[:140],
        line.instructed_minor, line.instructed_currency, line.exchange_rate[:20], line.charges_minor,
        line.entry_reference[:140], line.entry_minor,
    )  # fmt: skip


def _own_reference(one: KeyedLine) -> str:
    """A reference for a line to which the bank gave none: its day, and the beginning of its key."""
    return f"{one.line.booked_on:%Y%m%d}-{one.key.hex[:8]}"


def _advice(one: KeyedLine) -> str:
    if not one.line.advice:
        return "[]"
    return json.dumps(
        [
            {
                "number": document.number,
                "amount_minor": document.amount_minor,
                "currency": document.currency,
                "discount_minor": document.discount_minor,
            }
            for document in one.line.advice
        ]
    )
