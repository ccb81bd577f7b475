"""Any table as .xlsx: real dates, real numbers, live totals, and no text that could run as a formula.

Excel keeps 15 significant digits. An amount of 10^15 minor units or more (10,000,000,000,000.00) is therefore
written as text, exactly, and is not in the sums that Excel works out. All smaller ones are exact: the float
nearest to the decimal is what Excel itself keeps for it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any, Final, Literal

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import override
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from exigible.documents.ages import tint
from exigible.documents.wording import rate
from exigible.kernel.currencies import USED_IN_WHOLE_UNITS
from exigible.kernel.errors import UserMistake
from exigible.kernel.money import exponent, to_decimal_string

Kind = Literal["text", "date", "money", "integer", "percent"]
Cell = str | int | date | None
Target = Path | IO[bytes]

LARGEST_EXACT_MINOR: Final = 10**15 - 1
ROWS_OF_EXCEL: Final = 1_048_576
_CHARACTERS_OF_A_CELL: Final = 32_767
_WIDTHS: Final[Mapping[Kind, float]] = {"text": 22, "date": 11.5, "money": 15, "integer": 9, "percent": 9}
_SHORT_DATE: Final = 14  # the built-in format that Excel shows in the reader's own way
_FIRST_YEAR_OF_EXCEL: Final = 1900
_BAD_IN_NAMES: Final = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. A money cell is an int of minor units of `currency`, a percent one hundredths of a
    percent, None an empty cell.

    `key` is the name in CSV, `width` in characters (0: by its kind), `has_total` puts a live SUBTOTAL over
    it, `formula` gives the formula of a cell from its Excel row (the cell itself is then the value that
    programs which do not calculate show), `colour` tints the head, `tints` the cells with these texts.
    """

    head: str
    kind: Kind = "text"
    key: str = ""
    currency: str = ""
    width: float = 0
    has_total: bool = False
    formula: Callable[[int], str] | None = None
    colour: str = ""
    tints: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: title, lines that say what it shows, the table. `frozen` columns stay at the left.

    `rows` may be an iterator, of which no more than a row is held; `totals` then gives the sums by column
    that stand until Excel works them out (those of a list are added up here).
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    notes: tuple[str, ...] = ()
    frozen: int = 1
    totals: Mapping[int, int] | None = None


def table_workbook(
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    *,
    title: str,
    language: str,
    name: str = "",
    notes: tuple[str, ...] = (),
) -> bytes:
    """One table as an .xlsx file. Raises UserMistake("too-many-rows") over what a sheet of Excel holds."""
    return workbook([Sheet(name or title, title, columns, rows, notes)], language=language)


def workbook(sheets: Iterable[Sheet], *, language: str, author: str = "") -> bytes:
    """Sheets as an .xlsx file in memory. Raises UserMistake("too-many-rows")."""
    target = io.BytesIO()
    write_workbook(target, sheets, language=language, author=author)
    return target.getvalue()


def write_workbook(target: Target, sheets: Iterable[Sheet], *, language: str, author: str = "") -> None:
    """Write sheets as an .xlsx file to a path or an open file; rows go through temporary files, not memory.

    Raises UserMistake("too-many-rows") over what a sheet of Excel holds.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with override(language), xlsxwriter.Workbook(target, options) as book:
        names: set[str] = set()
        for sheet in sheets:
            if not names:
                book.set_properties({"title": sheet.title, "author": author, "company": author})
            page = book.add_worksheet(_sheet_name(sheet.name, names))
            _SheetWriter(book, page, sheet).write()


def _sheet_name(wanted: str, taken: set[str]) -> str:
    """A name that Excel takes (31 characters, some signs left out), and that no other sheet has."""
    base = " ".join(wanted.translate(_BAD_IN_NAMES).strip("' ").split())[:31] or "1"
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        name = f"{base[: 30 - len(str(number))]} {number}"
    taken.add(name.casefold())
    return name


class _SheetWriter:
    """Writes one sheet from top to bottom, for rows that are written cannot be changed any more."""

    def __init__(self, book: xlsxwriter.Workbook, page: Worksheet, sheet: Sheet) -> None:
        self._book = book
        self._page = page
        self._sheet = sheet
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._head_row = len(sheet.notes) + 2
        self._has_totals = any(column.has_total for column in sheet.columns)

    def _format(self, **properties: Any) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(
                {"font_name": "Calibri", "font_size": 10, **properties}
            )
        return self._formats[key]

    def write(self) -> None:
        self._set_up()
        self._write_title()
        if self._has_totals:
            self._write_totals()
        self._write_head()
        writers = [self._writer(column) for column in self._sheet.columns]
        row = self._head_row
        for row, cells in enumerate(self._sheet.rows, self._head_row + 1):
            if row >= ROWS_OF_EXCEL:
                raise UserMistake(
                    "too-many-rows",
                    "A sheet of Excel holds {rows} rows: narrow the choice, or take the CSV file.",
                    rows=ROWS_OF_EXCEL,
                )
            for position, (write, cell) in enumerate(zip(writers, cells, strict=True)):
                if cell is not None:
                    write(row, position, cell)
        self._page.autofilter(self._head_row, 0, max(row, self._head_row + 1), len(writers) - 1)

    def _set_up(self) -> None:
        for position, column in enumerate(self._sheet.columns):
            width = column.width or max(_WIDTHS[column.kind], min(len(column.head) + 3, 40))
            self._page.set_column(position, position, width)
        self._page.freeze_panes(self._head_row + 1, self._sheet.frozen)
        self._page.hide_gridlines(2)
        self._page.set_landscape()
        self._page.set_paper(9)
        self._page.fit_to_pages(1, 0)
        self._page.repeat_rows(self._head_row)
        self._page.set_footer("&L&F&R&P / &N")

    def _write_title(self) -> None:
        self._page.write_string(0, 0, self._sheet.title, self._format(bold=True, font_size=14))
        for row, note in enumerate(self._sheet.notes, 1):
            self._page.write_string(row, 0, note, self._format(font_color="#59626d"))

    def _write_totals(self) -> None:
        row = self._head_row - 1
        sums = self._sums()
        self._page.write_string(row, 0, _("Total of the lines shown"), self._format(bold=True))
        for position, column in enumerate(self._sheet.columns):
            if column.has_total:
                name = xl_col_to_name(position)
                formula = f"=SUBTOTAL(109,{name}{self._head_row + 2}:{name}{ROWS_OF_EXCEL})"
                minor = sums.get(position, 0)
                style = self._format(bold=True, num_format=_number_format(column, minor))
                self._page.write_formula(row, position, formula, style, minor / _unit(column))

    def _sums(self) -> Mapping[int, int]:
        if self._sheet.totals is not None or not isinstance(self._sheet.rows, Sequence):
            return self._sheet.totals or {}
        wanted = [position for position, column in enumerate(self._sheet.columns) if column.has_total]
        return {
            position: sum(cell for row in self._sheet.rows if isinstance(cell := row[position], int))
            for position in wanted
        }

    def _write_head(self) -> None:
        for position, column in enumerate(self._sheet.columns):
            style = self._format(
                bold=True,
                bottom=1,
                text_wrap=True,
                valign="vcenter",
                bg_color=tint(column.colour) if column.colour else "#f3f5f7",
                align="left" if column.kind in ("text", "date") else "right",
            )
            self._page.write_string(self._head_row, position, column.head, style)

    def _writer(self, column: Column) -> Callable[[int, int, Any], object]:
        if column.kind == "date":
            return self._date_writer()
        return self._text_writer(column) if column.kind == "text" else self._number_writer(column)

    def _date_writer(self) -> Callable[[int, int, date], object]:
        shown, too_old = self._format(num_format=_SHORT_DATE, align="left"), self._format()

        def write(row: int, position: int, day: date) -> object:
            if day.year < _FIRST_YEAR_OF_EXCEL:
                return self._page.write_string(row, position, day.isoformat(), too_old)
            return self._page.write_datetime(row, position, day, shown)

        return write

    def _text_writer(self, column: Column) -> Callable[[int, int, str], object]:
        plain = self._format()
        tinted = {text: self._format(bg_color=tint(colour)) for text, colour in column.tints.items()}
        return lambda row, position, text: self._page.write_string(
            row, position, text[:_CHARACTERS_OF_A_CELL], tinted.get(text, plain)
        )

    def _number_writer(self, column: Column) -> Callable[[int, int, int], object]:
        with_parts, whole, exact_text = (
            self._format(num_format=_number_format(column, 1)),
            self._format(num_format=_number_format(column, 0)),
            self._format(align="right"),
        )
        unit = _unit(column)

        def write(row: int, position: int, value: int) -> object:
            style = with_parts if value % unit else whole
            if column.formula is not None:
                return self._page.write_formula(row, position, column.formula(row + 1), style, value / unit)
            if abs(value) > LARGEST_EXACT_MINOR:
                return self._page.write_string(row, position, machine_text(column, value), exact_text)
            return self._page.write_number(row, position, value / unit, style)

        return write


def _unit(column: Column) -> int:
    """What a cell is divided by.

    Python divides two ints into the nearest float, which is what Excel keeps for the decimal: the only place
    where an amount becomes a float, on its way out.
    """
    if column.kind == "money":
        return 10 ** exponent(column.currency)
    return 10_000 if column.kind == "percent" else 1


def _number_format(column: Column, value: int) -> str:
    """Excel's neutral notation, which each reader sees with the marks of his own language."""
    if column.kind == "percent":
        return "0.00%"
    digits = exponent(column.currency) if column.kind == "money" else 0
    if column.currency in USED_IN_WHOLE_UNITS and value % 10**digits == 0:
        digits = 0
    return "#,##0" + (f".{'0' * digits}" if digits else "")


def machine_text(column: Column, value: int) -> str:
    """A number as programs read it: a dot, no groups, the currency's number of decimals."""
    if column.kind == "money":
        return to_decimal_string(value, column.currency)
    return rate(value, "en").rstrip("%") if column.kind == "percent" else str(value)
