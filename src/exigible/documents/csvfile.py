"""Any table as CSV: for programs, in one form that does not change; for a reader, in that of his own Excel.

Text never runs as a formula, whoever opens the file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from exigible.documents.spreadsheet import Cell, Column, machine_text
from exigible.kernel.text import guard_formula

MARK: Final = "\ufeff"
"""By which Excel knows that a file is UTF-8, and shows the accents."""


def csv_text(columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, delimiter: str = ",") -> str:
    """The table as CSV text: see `csv_lines`."""
    return "".join(csv_lines(columns, rows, delimiter=delimiter))


def csv_lines(
    columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, delimiter: str = ","
) -> Iterator[str]:
    """The table as programs read it, line by line: ISO dates, amounts with a dot, the columns' keys as heads.

    Encode as "utf-8-sig" for Excel to see the accents.
    """
    heads = [column.key or column.head for column in columns]
    return _lines(heads, columns, rows, delimiter, _for_programs)


def csv_for_reader(
    columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, language: str
) -> Iterator[str]:
    """The table as the reader's Excel opens it by a double click, line by line, the mark of UTF-8 first.

    French: semicolons, decimal commas, dd/mm/yyyy. English: commas, dots, ISO dates, which every English
    Excel takes for dates. The heads are the columns', in words.
    """
    is_french = language == "fr"
    heads = [column.head for column in columns]
    yield MARK
    yield from _lines(
        heads, columns, rows, ";" if is_french else ",", _french if is_french else _for_programs
    )


def _lines(
    heads: Iterable[str],
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    delimiter: str,
    form: Callable[[Column, date | int], str],
) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")

    def line(cells: Iterable[str]) -> str:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow(cells)
        return buffer.getvalue()

    def text(column: Column, cell: Cell) -> str:
        if cell is None:
            return ""
        return guard_formula(cell) if isinstance(cell, str) else form(column, cell)

    yield line(guard_formula(head) for head in heads)
    for row in rows:
        yield line(text(column, cell) for column, cell in zip(columns, row, strict=True))


def _for_programs(column: Column, cell: date | int) -> str:
    return cell.isoformat() if isinstance(cell, date) else machine_text(column, cell)


def _french(column: Column, cell: date | int) -> str:
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else machine_text(column, cell).replace(".", ",")
