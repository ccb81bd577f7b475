"""A first look at a file that came in: what it is, and what a person chooses from before it is read whole.

What is found stands in the import's `description["look"]`: until it is there, the look is still to come.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, cast

import structlog

from exigible.intake.accounts import group_accounts
from exigible.intake.asking import ask_for_preview
from exigible.intake.mappings import remembered_mapping
from exigible.intake.models import FileKind, Import
from exigible.intake.readers.bank.detect import bank_format, open_bank_table
from exigible.intake.readers.fec import describe
from exigible.intake.readers.guessing import guess_mapping
from exigible.intake.readers.kinds import likeliest_kind
from exigible.intake.readers.problems import Findings, UnreadableFile
from exigible.intake.readers.table.model import Cell, Row, Table, TableFacts
from exigible.intake.readers.table.opening import open_table
from exigible.intake.readers.vocabulary import Kind
from exigible.intake.services import choose_options, preview
from exigible.intake.wording import as_json
from exigible.kernel.errors import Refused
from exigible.kernel.text import fold

AT_ONCE: Final = 1_000_000  # bytes that are looked at within a fraction of a second
_BOOKS_ONLY: Final = frozenset({"journalcode", "ecriturenum", "ecrituredate", "comptenum", "ecriturelib"})
_LEGAL_NAME: Final = re.compile(r"[0-9]{9}FEC[0-9]{8}", re.IGNORECASE)
_KEPT_ROWS: Final = 30
_MOST_JOURNALS: Final = 60
_LONGEST_CELL: Final = 200


def is_looked_at(job: Import) -> bool:
    return "look" in job.description


def look(job: Import) -> None:
    """Look at the file. One that cannot be read at all is refused with every reason, as reading it would."""
    if job.state != Import.State.RECEIVED or is_looked_at(job):
        return
    try:
        found = _look_at_books(job) if job.kind == FileKind.FEC else _look_at_rest(job)
    except UnreadableFile:
        preview(job)
        return
    except Exception as error:  # noqa: BLE001  a fault is told on the import's own page
        structlog.get_logger("exigible").error("first look failed", import_id=job.pk, exc_info=error)
        _update(job, state=Import.State.FAILED, note="failed")
        return
    _update(job, kind=job.kind, options=job.options, description={"look": found})
    if is_statement(job):  # it leaves nothing to choose
        with suppress(Refused):
            ask_for_preview(job)


def is_statement(job: Import) -> bool:
    """Whether the file is a bank statement in a bank's own format, so that nobody has to say what is what."""
    read_as = job.description.get("format", "table")  # of one that was read without a look, by the command
    return "statement_format" in job.description.get("look", {}) or read_as != "table"


def forget_look(job: Import, *, kind: str = "", options: dict[str, Any] | None = None) -> None:
    """Have the file looked at anew, perhaps as another kind of file; what was read of it is forgotten."""
    choose_options(job=job, options=options or {})
    if kind == FileKind.FEC and "receivable_accounts" not in job.options:
        job.options["receivable_accounts"] = job.company.receivable_accounts
    job.kind = kind or job.kind
    for name in ("mapping", "account", "guess_kind", *(() if options else ("sheet",))):
        job.options.pop(name, None)
    job.description, job.note = {}, ""
    job.save(update_fields=["kind", "options", "description", "note"])


def _update(job: Import, **fields: Any) -> None:
    """Only if nobody has gone on with the file meanwhile."""
    Import.objects.filter(pk=job.pk, state=Import.State.RECEIVED).update(**fields)
    for name, value in fields.items():
        setattr(job, name, value)


def _look_at_books(job: Import) -> dict[str, Any]:
    summary = describe(Path(job.file.path), currency=job.company.currency, name=job.file_name)
    file = summary.file
    return {
        "encoding": file.encoding,
        "separator": file.layout.separator,
        "columns": len(file.layout.headers),
        "lines": summary.lines,
        "unusable_lines": summary.unusable_lines,
        "start": _iso(summary.first_date),
        "end": _iso(summary.last_date),
        "siren": file.siren,
        "closing_on": _iso(file.closing_on),
        "journal_count": len(summary.journals),
        "journals": [
            {"code": one.code, "label": one.label, "lines": one.lines, "is_opening": one.is_opening}
            for one in sorted(summary.journals, key=lambda one: -one.lines)[:_MOST_JOURNALS]
        ],
        "accounts": group_accounts(summary.accounts, job.options["receivable_accounts"]),
        "problems": [as_json(problem) for problem in summary.problems],
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _look_at_rest(job: Import) -> dict[str, Any]:
    found = _statement_format(job)
    if found in ("", "table"):
        return _look_at_table(job)
    job.kind = FileKind.BANK
    job.options.pop("guess_kind", None)
    return {"statement_format": found, "problems": []}


def _statement_format(job: Import) -> str:
    """The format of a bank statement, "" for what is none; one that is said to be one must be."""
    path = Path(job.file.path)
    if job.kind == FileKind.BANK:
        return bank_format(path)
    try:
        return bank_format(path) if job.options.get("guess_kind") else ""
    except UnreadableFile:
        return ""


def _look_at_table(job: Import) -> dict[str, Any]:
    opened = open_bank_table if job.kind == FileKind.BANK else open_table
    table = opened(Path(job.file.path), sheet=job.options.get("sheet"))
    if job.options.pop("guess_kind", False):
        job.kind = likeliest_kind(table)
    kind = cast("Kind", job.kind)
    remembered = remembered_mapping(job.company, kind, table.headers)
    return {
        "headers": table.headers,
        "rows": [[line, [_kept(cell) for cell in cells]] for line, cells in _first_rows(table)],
        "file_kind": table.facts.kind,
        "header_line": table.facts.header_line,
        "titles": list(table.facts.titles),
        "encoding": table.facts.encoding,
        "separator": table.facts.delimiter,
        "sheet": table.facts.sheet,
        "sheets": list(table.facts.sheets),
        "mapping": (remembered[1] if remembered else guess_mapping(kind, table)).to_dict(),
        "remembered": remembered[0] if remembered else "",
        "problems": [as_json(problem) for problem in table.findings.problems],
    }


def looks_like_books(head: bytes, name: str) -> bool:
    """Whether a file, by its first bytes or by its name, is a FEC."""
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "latin-1"
    first_line = head.decode(encoding, "replace").splitlines()[:1]
    words = set(re.findall(r"[a-z]+", fold(first_line[0]))) if first_line else set()
    return len(words & _BOOKS_ONLY) >= 3 or _LEGAL_NAME.match(name) is not None


def _first_rows(table: Table) -> list[Row]:
    rows = table.rows()
    return [row for _, row in zip(range(_KEPT_ROWS), rows, strict=False)]


def _kept(cell: Cell) -> Any:
    """A cell as JSON: a text as it is, anything else with its type."""
    if cell is None:
        return None
    if isinstance(cell, str):
        return cell[:_LONGEST_CELL]
    return {"date": cell.isoformat()} if isinstance(cell, date) else {"number": str(cell)}


def kept_cell(kept: Any) -> Cell:
    """The cell that was kept."""
    if not isinstance(kept, dict):
        return cast("Cell", kept)
    return date.fromisoformat(kept["date"]) if "date" in kept else Decimal(kept["number"])


def kept_table(job: Import) -> Table:
    """The first lines of the table, as they were seen at the first look, without opening the file again."""
    found = job.description["look"]
    rows: list[Row] = [(line, [kept_cell(cell) for cell in cells]) for line, cells in found["rows"]]
    facts = TableFacts(found["file_kind"], found["header_line"], sheet=found["sheet"])
    return Table(found["headers"], facts, lambda _findings: iter(rows), Findings())
