"""A table: names of columns, and lines of cells, whatever file it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Final

from exigible.intake.readers.problems import Findings
from exigible.intake.readers.table.shape import is_total

Cell = str | date | Decimal | int | None
Row = tuple[int, list[Cell]]

_SAMPLE_ROWS: Final = 300


@dataclass(frozen=True, slots=True)
class TableFacts:
    """Where a table came from. `kind` is "csv", "xlsx", "xls", "xlsb" or "ods"; `titles` are the lines above
    the names of the columns."""

    kind: str
    header_line: int | None
    titles: tuple[str, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()


@dataclass
class Table:
    """`findings` holds what opening the file showed; those who read its rows collect their own.

    Cells of text files are texts; those of spreadsheets may be dates and numbers. Empty cells are None.
    """

    headers: list[str]
    facts: TableFacts
    raw_rows: Callable[[Findings], Iterator[Row]]
    findings: Findings = field(default_factory=Findings)

    def rows(self, findings: Findings | None = None) -> Iterator[Row]:
        """The lines under the header with their line numbers: as many cells as there are columns.

        Empty lines, repeated headers and lines of totals are left out; the last two go to `findings` as
        warnings. So are the lines of a text that have more cells than columns, as errors: which cell is whose
        cannot be told. May be called again for another pass.
        """
        found = findings if findings is not None else Findings()
        width, header_line = len(self.headers), self.facts.header_line or 0
        above: list[Cell] = []
        for line, cells in self.raw_rows(found):
            if line <= header_line or all(cell is None for cell in cells):
                continue
            if [cell for cell in cells if cell is not None] == [name for name in self.headers if name]:
                found.warn_once("repeated-header", line, None, "")
            elif (total := is_total(cells, above)) is not None:
                found.warn("total-line", line, None, total)
            elif self.facts.delimiter and len(cells) > width and any(cells[width:]):
                found.error("too-many-columns", line, None, str(len(cells)), str(width))
            else:
                above = cells
                yield line, (cells + [None] * (width - len(cells)))[:width]

    def sample(self, count: int = _SAMPLE_ROWS) -> list[list[Cell]]:
        """The first lines, to show and to guess from."""
        return [cells for _, cells in islice(self.rows(), count)]
