"""A first look at a FEC: which accounts could be customers', so that the user confirms before the import."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from exigible.intake.readers.fec.entries import is_opening_journal
from exigible.intake.readers.fec.reader import FecFile, open_fec
from exigible.intake.readers.fec.rows import CellReaders, Rows
from exigible.intake.readers.fec.values import tidy
from exigible.intake.readers.problems import Findings
from exigible.intake.readers.textfile import open_text
from exigible.kernel.errors import Problem

DEFAULT_CUSTOMER_ACCOUNTS: Final = ("411", "413", "416", "4191")
"""Customers, bills receivable, doubtful customers, advances received (PCG)."""


def customer_account_test(prefixes: Iterable[str]) -> Callable[[str], bool]:
    """The predicate of `batches` for accounts that begin with one of these."""
    wanted = tuple(prefixes)
    return lambda account: account.startswith(wanted)


@dataclass(slots=True)
class AccountSummary:
    """`customers` is the number of different auxiliary accounts; 0 when the account has none."""

    account: str
    label: str
    lines: int = 0
    debit_minor: int = 0
    credit_minor: int = 0
    customers: int = 0
    is_default: bool = False


@dataclass(slots=True)
class JournalSummary:
    code: str
    label: str
    lines: int
    is_opening: bool


@dataclass(slots=True)
class FecSummary:
    """What a FEC holds. `lines` counts those that could be read, `unusable_lines` the others."""

    file: FecFile
    lines: int = 0
    unusable_lines: int = 0
    first_date: date | None = None
    last_date: date | None = None
    accounts: list[AccountSummary] = field(default_factory=list)
    journals: list[JournalSummary] = field(default_factory=list)

    @property
    def problems(self) -> list[Problem]:
        return self.file.problems


def describe(path: Path, *, currency: str, name: str | None = None) -> FecSummary:
    """Reads the file once, quickly: period, journals, and the accounts of class 41 with their totals.

    Raises what `open_fec` raises. Does not check the lines as `FecFile.batches` does.
    """
    file = open_fec(path, currency=currency, name=name)
    summary = FecSummary(file)
    tally = _Tally(file)
    rows = Rows(file.layout, file.facts, Findings())
    with open_text(path, file.facts) as stream:
        for _, cells in rows.read(stream):
            tally.add(cells)
    tally.report(summary)
    return summary


class _Tally:
    def __init__(self, file: FecFile) -> None:
        self.layout = file.layout
        self.readers: CellReaders = file.cell_readers(lambda account: account.startswith("41"))
        self.is_default = customer_account_test(DEFAULT_CUSTOMER_ACCOUNTS)
        self.days: dict[str, int] = {}
        self.journals: dict[tuple[str, str], int] = {}
        self.accounts: dict[str, AccountSummary] = {}
        self.customers: dict[str, set[str]] = {}
        self.at = file.layout.at("EcritureDate", "CompteNum", "JournalCode", "JournalLib")

    def add(self, cells: list[str]) -> None:
        at_day, at_account, at_code, at_label = self.at
        day, account = cells[at_day], cells[at_account]
        self.days[day] = self.days.get(day, 0) + 1
        journal = cells[at_code], cells[at_label]
        self.journals[journal] = self.journals.get(journal, 0) + 1
        if account.startswith(("41", " ", '"')):
            self._add_to_account(account, cells)

    def _add_to_account(self, raw: str, cells: list[str]) -> None:
        account = tidy(raw, 20)
        if not account.startswith("41"):
            return
        found = self.accounts.get(account)
        if found is None:
            label = tidy(cells[self.layout.position["CompteLib"]], 200)
            found = AccountSummary(account, label, is_default=self.is_default(account))
            self.accounts[account] = found
            self.customers[account] = set()
        found.lines += 1
        found.debit_minor += self.readers.amounts[cells[self.layout.debit]] or 0
        found.credit_minor += self.readers.amounts[cells[self.layout.credit]] or 0
        customer = cells[self.layout.position["CompAuxNum"]]
        if customer:
            self.customers[account].add(customer)

    def report(self, summary: FecSummary) -> None:
        dated = {text: self.readers.dates[text] for text in self.days}
        days = [day for day in dated.values() if day is not None]
        summary.lines = sum(count for text, count in self.days.items() if dated[text])
        summary.unusable_lines = summary.file.line_count - summary.lines
        summary.first_date, summary.last_date = min(days, default=None), max(days, default=None)
        for account, found in sorted(self.accounts.items()):
            found.customers = len(self.customers[account])
            summary.accounts.append(found)
        for (code, label), lines in self.journals.items():
            summary.journals.append(
                JournalSummary(tidy(code, 80), tidy(label, 200), lines, is_opening_journal(code, label))
            )
