"""One line of a table under a mapping: its fields, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from exigible.intake.readers.cells import amount_of, date_of, split_currency, text_of
from exigible.intake.readers.mapping import Mapping
from exigible.intake.readers.problems import Findings, UnreadableFile, problem_of
from exigible.intake.readers.table.model import Cell, Table
from exigible.kernel.errors import UserMistake

LARGEST_UNITS: Final = 10**15
"""No amount of a document reaches this, in whole units: past it a column holds something else."""

_OPEN_TO_INTERPRETATION: Final = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](?:\d{4}|\d{2})\b")


@dataclass(frozen=True, slots=True)
class Line:
    """The fields of one line by name. Reading a field reports what is wrong with it, once."""

    number: int
    cells: list[Cell]
    mapping: Mapping
    findings: Findings

    def cell(self, name: str) -> Cell:
        choice = self.mapping.columns.get(name)
        return self.cells[choice.column] if choice else None

    def header(self, name: str) -> str:
        choice = self.mapping.columns.get(name)
        return choice.header if choice else name

    def text(self, name: str, longest: int) -> str:
        """The text, cut where it is too long."""
        return text_of(self.cell(name), longest)

    def code(self, name: str, longest: int, *, required: bool = False) -> str:
        """A text that identifies something: cutting it would make two into one, so too long is an error."""
        code = text_of(self.cell(name), 1000)
        if len(code) > longest:
            self.error("text-too-long", name, code, str(longest))
        if required and not code:
            self.error("missing-value", name, "", name)
        return code

    def date(self, name: str, *, required: bool = False) -> date | None:
        cell = self.cell(name)
        if cell is None:
            if required:
                self.error("missing-value", name, "", "date")
            return None
        try:
            found = date_of(cell, self.mapping.date_order)
        except UserMistake:
            self.error("bad-date", name, text_of(cell), "date")
            return None
        if found.year > 2100:
            self.error("date-out-of-range", name, found.isoformat(), "date")
            return None
        return found

    def warn_if_order_assumed(self, name: str) -> None:
        """Says once that a date was read day first where nothing in the file tells."""
        if self.mapping.date_order is None:
            text = self.text(name, 40)
            parts = _OPEN_TO_INTERPRETATION.match(text)
            if parts and parts[1] != parts[2] and max(int(parts[1]), int(parts[2])) <= 12:
                self.warn_once("date-order-assumed", name, text, "day first")

    def amount(self, name: str, exponent: int) -> int | None:
        """Minor units; None for an empty cell and, reported, for what is no amount."""
        cell = self.cell(name)
        if cell is None:
            return None
        try:
            minor = amount_of(cell, exponent, self.mapping.decimal_mark)
        except UserMistake as error:
            self.error(error.code, name, text_of(cell), "amount")
            return None
        if abs(minor) >= LARGEST_UNITS * 10**exponent:
            self.error("amount-too-large", name, text_of(cell), "amount")
            return None
        return minor

    def currency_in(self, name: str) -> str:
        """The currency written in an amount's own cell, "" without one."""
        cell = self.cell(name)
        return split_currency(cell)[1] if isinstance(cell, str) else ""

    def error(self, code: str, name: str, found: str, expected: str, **case: object) -> None:
        self.findings.error(code, self.number, self.header(name), found, expected, **case)

    def warn(self, code: str, name: str, found: str, expected: str, **case: object) -> None:
        self.findings.warn(code, self.number, self.header(name), found, expected, **case)

    def warn_once(self, code: str, name: str, found: str, expected: str, **case: object) -> None:
        self.findings.warn_once(code, self.number, self.header(name), found, expected, **case)


def lines_of(table: Table, mapping: Mapping, findings: Findings) -> Iterator[Line]:
    for number, cells in table.rows(findings):
        yield Line(number, cells, mapping, findings)


def require_fields(table: Table, mapping: Mapping) -> None:
    """Raises UnreadableFile naming every required field without a column."""
    if mapping.missing:
        found = ", ".join(table.headers)
        raise UnreadableFile(
            [problem_of("unmapped-field", None, name, found, name) for name in mapping.missing]
        )
