"""Opening a table: what kind of file it is, by its first bytes and not by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from exigible.intake.readers.problems import Findings, UnreadableFile, refuse
from exigible.intake.readers.table.delimited import delimited_rows, find_delimiter
from exigible.intake.readers.table.model import Row, Table, TableFacts
from exigible.intake.readers.table.shape import find_header
from exigible.intake.readers.table.workbook import Sheet, filled_sheets, kind_of_workbook
from exigible.intake.readers.textfile import inspect_text, kind_by_first_bytes
from exigible.intake.readers.vocabulary import is_known_name

_HEADER_WITHIN: Final = 40
_MOST: Final = 0.5


def open_table(path: Path, *, sheet: str | None = None) -> Table:
    """A CSV file or a spreadsheet as a table. `sheet` names the sheet to read; else the likeliest is taken.

    Raises UnreadableFile: neither text nor spreadsheet, empty, damaged, encrypted, too large.
    """
    kind = kind_of_workbook(path) if path.stat().st_size else None
    if kind is not None:
        return _open_workbook(path, kind, sheet)
    other = kind_by_first_bytes(path)
    if other is not None:
        raise refuse("not-a-spreadsheet", other, "CSV, XLSX, XLS, XLSB, ODS")
    return _open_text(path)


def _open_text(path: Path) -> Table:
    text = inspect_text(path)
    findings = Findings()
    findings.extend(text.problems)
    delimiter = find_delimiter(path, text)
    head = Findings()
    first = list(islice(delimited_rows(path, text, delimiter, head), _HEADER_WITHIN))
    if head.errors:
        raise UnreadableFile(head.errors)
    facts = TableFacts("csv", None, encoding=text.encoding, delimiter=delimiter)
    return _table(facts, first, partial(delimited_rows, path, text, delimiter), findings)


def _open_workbook(path: Path, kind: str, wanted: str | None) -> Table:
    names = filled_sheets(path)
    findings = Findings()
    if not names:
        raise refuse("empty-file", expected="cells")
    if wanted is not None and wanted not in names:
        raise refuse("unknown-sheet", wanted, ", ".join(names))
    wanted_names = [wanted] if wanted else names
    best = max((_open_sheet(path, kind, name, names) for name in wanted_names), key=_likelihood)
    if len(wanted_names) > 1:
        findings.warn("several-sheets", None, None, best.facts.sheet or "", ", ".join(names))
    findings.extend(best.findings.problems)
    best.findings = findings
    return best


def _open_sheet(path: Path, kind: str, name: str, names: list[str]) -> Table:
    sheet = Sheet(path, name)
    first = list(islice(sheet.rows(), _HEADER_WITHIN))
    return _table(TableFacts(kind, None, sheet=name, sheets=tuple(names)), first, sheet.rows, Findings())


def _likelihood(table: Table) -> tuple[int, int]:
    """How many of a sheet's columns have names that are known, then how many lines it has."""
    return sum(is_known_name(header) for header in table.headers), len(table.sample())


def _table(
    facts: TableFacts, first: list[Row], rows: Callable[[Findings], Iterator[Row]], findings: Findings
) -> Table:
    filled = [(line, cells) for line, cells in first if any(cell is not None for cell in cells)]
    if not filled:
        raise refuse("empty-file", expected="cells")
    # In a text a cell too many has moved the others; in a sheet it is a note beside the table.
    least_share = _MOST if facts.delimiter else 0
    shape = find_header([cells for _, cells in filled], is_known_name, least_share=least_share)
    header_line = filled[shape.index][0] if shape.index is not None else None
    titles = tuple(
        " ".join(str(cell) for cell in cells if cell is not None) for _, cells in filled[: shape.index or 0]
    )
    if header_line is None:
        findings.warn("header-guessed", filled[0][0], None, str(filled[0][1][0]))
    table = Table(shape.headers, replace(facts, header_line=header_line, titles=titles), rows, findings)
    if next(table.rows(), None) is None:
        findings.error("no-lines", (header_line or 0) + 1, None, "", "")
    return table
