"""One pass over the lines of a FEC: every line is checked, the wanted ones come out with their nature."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Final, TextIO

from exigible.intake.readers.cells import currency_of
from exigible.intake.readers.fec.columns import Layout
from exigible.intake.readers.fec.entries import (
    Entry,
    EntryKey,
    Held,
    is_opening_journal,
    nature_of,
    number_of,
    says_opening,
)
from exigible.intake.readers.fec.line import FecLine
from exigible.intake.readers.fec.rows import CellReaders, FaultFinder, Rows
from exigible.intake.readers.fec.values import BANK, WANTED, AmountCells, TextCells, tidy
from exigible.intake.readers.problems import Findings
from exigible.intake.readers.textfile import TextFacts, open_text
from exigible.kernel.currencies import EXPONENTS
from exigible.kernel.money import to_decimal_string

_AMOUNT: Final = FecLine._fields.index("amount_minor")


@dataclass(slots=True)
class FecTotals:
    """Sums over all the lines that could be read, customers' or not, in minor units of the books."""

    lines: int = 0
    entries: int = 0
    unbalanced_entries: int = 0
    debit_minor: int = 0
    credit_minor: int = 0
    first_date: date | None = None
    last_date: date | None = None


class Reading:
    """The state of one pass. `totals` grows as the batches are taken."""

    def __init__(
        self,
        path: Path,
        facts: TextFacts,
        layout: Layout,
        readers: CellReaders,
        findings: Findings,
        currency: str,
    ) -> None:
        self.path = path
        self.facts = facts
        self.layout = layout
        self.readers = readers
        self.findings = findings
        self.currency = currency
        self.totals = FecTotals()
        self.rows = Rows(layout, facts, findings)
        self.finder = FaultFinder(layout, readers, findings)
        self.pending: dict[EntryKey, Entry] = {}
        self.ready: list[FecLine] = []
        self._opening: dict[tuple[str, str], bool] = {}
        self._codes, self._names = TextCells(80), TextCells(200)
        self._at_opening = layout.at("JournalCode", "JournalLib", "EcritureNum", "EcritureLib")
        self._foreign: dict[str, AmountCells] = {}

    def batches(self, size: int) -> Iterator[list[FecLine]]:
        """The wanted lines, about `size` at a time, in the order in which their entries are complete."""
        at_journal, at_number, at_day = self.layout.at("JournalCode", "EcritureNum", "EcritureDate")
        totals = self.totals
        journal = number = day_text = ""
        entry = Entry(("", "", date.min), 0, False)
        with open_text(self.path, self.facts) as stream:
            for line, cells, day, debit, credit, flags in self._checked(stream):
                if cells[at_number] != number or cells[at_day] != day_text or cells[at_journal] != journal:
                    self._close(entry)
                    if len(self.ready) >= size:
                        yield self._take_ready()
                    entry = self._open(line, cells, day)
                    journal, number, day_text = cells[at_journal], cells[at_number], cells[at_day]
                totals.lines += 1
                totals.debit_minor += debit
                totals.credit_minor += credit
                amount = debit - credit
                entry.balance += amount
                entry.flags |= flags
                if flags & BANK:
                    entry.bank += amount
                if flags & WANTED:
                    entry.held.append(self._held(line, cells, amount, day))
                if not entry.balance and not entry.key[1]:
                    # Without numbers an entry ends where debits meet credits.
                    self._close(entry)
                    entry = self._open(line + 1, cells, day)
        self._close(entry)
        self._finish()
        if self.ready:
            yield self._take_ready()

    def _checked(self, stream: TextIO) -> Iterator[tuple[int, list[str], date, int, int, int]]:
        """The lines that can be used: number, cells, date, debit, credit, flags of the account."""
        at_account, at_day, at_piece_day, at_lettered, at_validated, at_foreign = self.layout.at(
            "CompteNum", "EcritureDate", "PieceDate", "DateLet", "ValidDate", "Montantdevise"
        )
        at_debit, at_credit = self.layout.debit, self.layout.credit
        dates, amounts, accounts = self.readers.dates, self.readers.amounts, self.readers.accounts
        good_piece_dates, good_dates = self.finder.good_piece_dates, self.finder.good_other_dates
        accepts, spoil = self.finder.accepts, self.rows.spoil
        for line, cells in self.rows.read(stream):
            debit, credit = amounts[cells[at_debit]], amounts[cells[at_credit]]
            flags, day = accounts[cells[at_account]], dates[cells[at_day]]
            if debit is None or credit is None or day is None or not flags:
                accepts(line, cells)
                spoil(cells)
                continue
            is_plain = (
                (not debit) != (not credit)
                and cells[at_piece_day] in good_piece_dates
                and cells[at_lettered] in good_dates
                and cells[at_validated] in good_dates
                and not cells[at_foreign]
            )
            if is_plain or accepts(line, cells):
                yield line, cells, day, debit, credit, flags
            else:
                spoil(cells)

    def _open(self, line: int, cells: list[str], day: date) -> Entry:
        """Starts the entry that this line belongs to."""
        at_journal, at_label, at_number, at_wording = self._at_opening
        journal = cells[at_journal], cells[at_label]
        if journal not in self._opening:
            self._opening[journal] = is_opening_journal(*journal)
        key = cells[at_journal].strip(), number_of(cells[at_number]), day
        totals = self.totals
        if totals.first_date is None or day < totals.first_date:
            totals.first_date = day
        if totals.last_date is None or day > totals.last_date:
            totals.last_date = day
        worded = day.day == 1 and day == totals.first_date and says_opening(cells[at_wording])
        return Entry(key, line, self._opening[journal], worded)

    def _close(self, entry: Entry) -> None:
        """Lets an entry's lines go if it balances, else keeps it for the lines that may still come."""
        if self.pending:
            earlier = self.pending.pop(entry.key, None)
            if earlier is not None:
                earlier.absorb(entry)
                entry = earlier
        if entry.balance:
            self.pending[entry.key] = entry
        elif entry.flags:
            self.totals.entries += 1
            self._let_go(entry)

    def _finish(self) -> None:
        """Reports the entries that never balanced, and lets their lines go all the same."""

        def journal_and_number(entry: Entry) -> tuple[str, str]:
            return entry.key[:2]

        left = sorted(self.pending.values(), key=journal_and_number)
        for _, group in groupby(left, journal_and_number):
            parts = list(group)
            if not sum(part.balance for part in parts):
                self._join(parts)
        left.sort(key=lambda entry: entry.first_line)
        for entry in left:
            if entry.balance:
                self._report_unbalanced(entry)
            self.totals.entries += 1
            self._let_go(entry)
        self.pending.clear()

    def _join(self, parts: list[Entry]) -> None:
        """One entry whose lines bear several dates: its parts balance together, and share their nature."""
        journal, number, _ = parts[0].key
        self.findings.warn_once("entry-dates-differ", parts[0].first_line, "EcritureDate", number, "one date",
                           journal=journal, number=number)  # fmt: skip
        flags, bank = 0, sum(part.bank for part in parts)
        for part in parts:
            flags |= part.flags
        for part in parts:
            part.balance, part.flags, part.bank = 0, flags, bank

    def _report_unbalanced(self, entry: Entry) -> None:
        journal, number, day = entry.key
        if (journal, number) in self.rows.spoiled:
            return
        self.totals.unbalanced_entries += 1
        self.findings.error("unbalanced-entry", entry.first_line, None,
                       to_decimal_string(entry.balance, self.currency), "0",
                       journal=journal, number=number, date=day)  # fmt: skip

    def _let_go(self, entry: Entry) -> None:
        for held in entry.held:
            self.ready.append(FecLine._make((*held, nature_of(entry, held[_AMOUNT]))))

    def _take_ready(self) -> list[FecLine]:
        ready, self.ready = self.ready, []
        return ready

    def _held(self, line: int, cells: list[str], amount: int, day: date) -> Held:
        position, codes, names, dates = self.layout.position, self._codes, self._names, self.readers.dates
        foreign, currency = self._foreign_of(cells, amount)
        return (
            line,
            codes[cells[position["JournalCode"]]],
            names[cells[position["JournalLib"]]],
            tidy(cells[position["EcritureNum"]], 80),
            day,
            codes[cells[position["CompteNum"]]],
            names[cells[position["CompteLib"]]],
            codes[cells[position["CompAuxNum"]]],
            names[cells[position["CompAuxLib"]]],
            tidy(cells[position["PieceRef"]], 80),
            dates[cells[position["PieceDate"]]],
            tidy(cells[position["EcritureLib"]], 200),
            amount,
            codes[cells[position["EcritureLet"]]],
            dates[cells[position["DateLet"]]],
            dates[cells[position["ValidDate"]]],
            foreign,
            currency,
        )

    def _foreign_of(self, cells: list[str], amount: int) -> tuple[int | None, str | None]:
        """The amount in the currency of the document, with the sign of the line: programs differ on it."""
        text, code = cells[self.layout.position["Montantdevise"]], cells[self.layout.position["Idevise"]]
        currency = currency_of(code) if text and code else ""
        if currency not in EXPONENTS or currency == self.currency:
            return None, None
        readers = self._foreign.get(currency)
        if readers is None:
            readers = AmountCells(EXPONENTS[currency], self.readers.amounts.decimal_mark)
            self._foreign[currency] = readers
        foreign = readers[text]
        if not foreign:
            return None, None
        return (-abs(foreign) if amount < 0 else abs(foreign)), currency
