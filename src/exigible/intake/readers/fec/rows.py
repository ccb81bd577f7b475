"""The lines of a FEC cut into cells, and what is wrong with a line, cell by cell."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TextIO

from exigible.intake.readers.cells import currency_of
from exigible.intake.readers.fec.columns import Layout
from exigible.intake.readers.fec.entries import number_of
from exigible.intake.readers.fec.values import AccountCells, AmountCells, DateCells
from exigible.intake.readers.problems import Findings
from exigible.intake.readers.textfile import TextFacts, csv_lines
from exigible.kernel.currencies import EXPONENTS

Row = tuple[int, list[str]]

_DEBIT_SENSES: Final = frozenset({"D", "d", "+1", "1", "+"})
_CREDIT_SENSES: Final = frozenset({"C", "c", "-1", "-"})
_BAD_SENSE: Final = "?"  # before a sense that is none, so that it cannot pass for an amount
_NO_DATE: Final = "00000000"
_END_OF_DOS_FILE: Final = "\x1a"


@dataclass(frozen=True, slots=True)
class CellReaders:
    dates: DateCells
    amounts: AmountCells
    accounts: AccountCells


class Rows:
    """Iterates over the lines after the header. Each has one cell per column of the layout, and an empty one
    after them for the columns that the file lacks; Montant and Sens come as Debit and Credit.

    Lines that cannot be cut are reported and left out, and their entries are `spoiled`.
    """

    def __init__(self, layout: Layout, facts: TextFacts, findings: Findings) -> None:
        self.layout = layout
        self.facts = facts
        self.findings = findings
        self.spoiled: set[tuple[str, str]] = set()
        self._usual_width = 0

    def read(self, stream: TextIO) -> Iterator[Row]:
        layout, width = self.layout, self.layout.width
        by_sense, has_all = layout.by_sense, layout.has_all
        next(stream)
        for line, cells in self._quoted(stream) if layout.quoted else self._split(stream):
            if not self._usual_width:
                self._usual_width = len(cells)
            if len(cells) != width:
                fitted = self._fit(line, cells)
                if fitted is None:
                    continue
                cells[:] = fitted
            if by_sense:
                self._sort_by_sense(cells)
            if not has_all:
                cells.append("")
            yield line, cells

    def spoil(self, cells: list[str]) -> None:
        """Marks the entry of a line that could not be used: that it does not balance is then no news."""
        journal, number = self.layout.position["JournalCode"], self.layout.position["EcritureNum"]
        if len(cells) > max(journal, number):
            self.spoiled.add((cells[journal].strip(), number_of(cells[number])))

    def _split(self, stream: TextIO) -> Iterator[Row]:
        separator = self.layout.separator
        for line, text in enumerate(stream, 2):
            yield line, text.rstrip("\r\n").split(separator)

    def _quoted(self, stream: TextIO) -> Iterator[Row]:
        reader = csv.reader(csv_lines(stream), delimiter=self.layout.separator, strict=True)
        try:
            for cells in reader:
                yield reader.line_num + 1, cells
        except csv.Error:
            self.findings.error("bad-quotes", reader.line_num + 1, None, "", "quoted cells")

    def _fit(self, line: int, cells: list[str]) -> list[str] | None:
        width = self.layout.width
        if not any(cell.strip(f' "{_END_OF_DOS_FILE}') for cell in cells):
            return None
        if len(cells) == self._usual_width > width and self._surplus_is_empty(cells):
            return cells[:width]
        is_cut = line == self.facts.lines and not self.facts.ends_with_newline
        if self.layout.last_needed < len(cells) < width and not is_cut:
            self.findings.warn_once("short-lines", line, None, str(len(cells)), str(width))
            return cells + [""] * (width - len(cells))
        code = "too-many-columns" if len(cells) > width else "truncated-line" if is_cut else "too-few-columns"
        self.findings.error(code, line, None, str(len(cells)), str(width))
        self.spoil(cells)
        return None

    def _surplus_is_empty(self, cells: list[str]) -> bool:
        """Some programs end every line, but not the header, with separators.

        Never so with commas, where the surplus comes from the decimals and shifts what follows.
        """
        return self.layout.separator != "," and not any(cells[self.layout.width :])

    def _sort_by_sense(self, cells: list[str]) -> None:
        amount, sense = self.layout.debit, self.layout.credit
        word = cells[sense].strip().strip('"')
        if word in _DEBIT_SENSES:
            cells[sense] = ""
        elif word in _CREDIT_SENSES:
            cells[amount], cells[sense] = "", cells[amount]
        else:
            cells[sense] = _BAD_SENSE + word


class FaultFinder:
    """Looks closely at the few lines that are not plainly right."""

    def __init__(self, layout: Layout, readers: CellReaders, findings: Findings) -> None:
        self.layout = layout
        self.readers = readers
        self.findings = findings
        self.good_piece_dates = {"", _NO_DATE}
        self.good_other_dates = {"", _NO_DATE}

    def accepts(self, line: int, cells: list[str]) -> bool:
        """Reports all that is wrong with a line; False if it cannot be used."""
        if not any(cell.strip() for cell in cells):
            return False
        before = self.findings.error_count
        self._check_entry_date(line, cells)
        self._check_account(line, cells)
        self._check_amounts(line, cells)
        self._check_other_dates(line, cells)
        self._check_foreign(line, cells)
        return self.findings.error_count == before

    def _check_entry_date(self, line: int, cells: list[str]) -> None:
        text = cells[self.layout.position["EcritureDate"]]
        if not text.strip():
            self.findings.error("missing-value", line, "EcritureDate", "", "AAAAMMJJ")
        elif self.readers.dates[text] is None:
            self.findings.error("bad-date", line, "EcritureDate", text, "AAAAMMJJ")

    def _check_account(self, line: int, cells: list[str]) -> None:
        text = cells[self.layout.position["CompteNum"]]
        if not text.strip():
            self.findings.error("missing-value", line, "CompteNum", "", "account")
        elif not self.readers.accounts[text]:
            self.findings.error("bad-account", line, "CompteNum", text, "account")

    def _check_amounts(self, line: int, cells: list[str]) -> None:
        debit, credit = cells[self.layout.debit], cells[self.layout.credit]
        names = self.layout.amount_names
        if credit.startswith(_BAD_SENSE) and self.layout.by_sense:
            self.findings.error("bad-sense", line, "Sens", credit.removeprefix(_BAD_SENSE), "D or C")
            credit = ""
        bad = False
        for name, text in ((names[0], debit), (names[0 if self.layout.by_sense else 1], credit)):
            if self.readers.amounts[text] is None:
                self.findings.error(self.readers.amounts.why(text), line, name, text, "amount")
                bad = True
        if not bad:
            self._check_sides(line, debit, credit)

    def _check_sides(self, line: int, debit: str, credit: str) -> None:
        if not debit.strip() and not credit.strip():
            self.findings.error("missing-amount", line, self.layout.amount_names[0], "", "amount")
            return
        on_debit, on_credit = self.readers.amounts[debit], self.readers.amounts[credit]
        if on_debit and on_credit:
            both = f"{debit.strip()} / {credit.strip()}"
            self.findings.warn_once("debit-and-credit", line, "Debit", both, "one of them")
        elif not on_debit and not on_credit:
            self.findings.warn_once("zero-amount", line, self.layout.amount_names[0], "0", "amount")

    def _check_other_dates(self, line: int, cells: list[str]) -> None:
        """The date of the document is needed; an unreadable one of lettering or validation is left out."""
        position = self.layout.position
        text = cells[position["PieceDate"]]
        if not text.strip() or self.readers.dates[text] is not None:
            self.good_piece_dates.add(text)
        elif text not in self.good_piece_dates:
            self.findings.error("bad-date", line, "PieceDate", text, "AAAAMMJJ")
        for name in ("DateLet", "ValidDate"):
            text = cells[position[name]]
            if text.strip() and text not in self.good_other_dates and self.readers.dates[text] is None:
                self.findings.warn_once("bad-date", line, name, text, "AAAAMMJJ")
            self.good_other_dates.add(text)

    def _check_foreign(self, line: int, cells: list[str]) -> None:
        text = cells[self.layout.position["Montantdevise"]].strip()
        code = currency_of(cells[self.layout.position["Idevise"]])
        if not text:
            return
        if code not in EXPONENTS:
            self.findings.warn_once("unknown-currency" if code else "foreign-amount-ignored", line, "Idevise",
                               code or text, "ISO 4217")  # fmt: skip
