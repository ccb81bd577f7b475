"""Reading CAMT: the file is walked through once, and of its XML no more than one transaction is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from exigible.intake.readers.bank.camt.details import Details, details_of
from exigible.intake.readers.bank.camt.entries import BOOKED, Entry, entry_of, lines_of, status_of
from exigible.intake.readers.bank.camt.message import STATEMENT, Message, message_of
from exigible.intake.readers.bank.camt.statements import OpenStatement
from exigible.intake.readers.bank.camt.xml import (
    Element,
    drop_before,
    drop_twin_before,
    local_name,
    node_of,
    pull,
)
from exigible.intake.readers.bank.model import BankFile, BankStatement
from exigible.intake.readers.problems import Findings, UnreadableFile, refuse

MOST_LINES: Final = 1_000_000  # about 0.9 GB of memory
_STATEMENTS: Final = ("Stmt", "Rpt", "Ntfctn")
_COUNTER_DIGITS: Final = 6


def read_camt(path: Path, *, most_lines: int = MOST_LINES) -> BankFile:
    """The statements of a CAMT file, with warnings in `findings`.

    Lines are booked entries, or the transactions of a batch where they add up to it. A statement in several
    currencies gives one for each. Where the bank gives an entry nothing but a counter for a reference (1, 2,
    3 in NtryRef), the statement's number and the day come before it.

    Raises UnreadableFile with every error found: an entry that cannot be read refuses the file, for half a
    statement would be taken for a whole one. Over `most_lines` lines are refused.
    """
    findings = Findings()
    message = message_of(path, findings)
    reading = _Reading(message, findings, most_lines)
    for _, element in pull(path, ("end",), (*_STATEMENTS, "Ntry", "NtryDtls", "TxDtls")):
        reading.take(element)
    if findings.error_count:
        raise UnreadableFile(findings.errors, findings.error_count)
    if not reading.statements:
        raise refuse("no-statement", message.format, STATEMENT)
    return BankFile(message.format, reading.statements, findings)


class _Reading:
    """One pass. Elements come at their end, hence the transactions of an entry before the entry."""

    def __init__(self, message: Message, findings: Findings, most_lines: int) -> None:
        self.message = message
        self.findings = findings
        self.most_lines = most_lines
        self.statements: list[BankStatement] = []
        self._open: OpenStatement | None = None
        self._transactions: list[Details] = []
        self._line_count = 0
        self._takers: Final[dict[str, Callable[[Element], None]]] = {
            "TxDtls": self._take_transaction,
            "NtryDtls": drop_twin_before,
            "Ntry": self._take_entry,
            **dict.fromkeys(_STATEMENTS, self._close),
        }

    def take(self, element: Element) -> None:
        self._takers[local_name(element.tag)](element)
        element.clear(keep_tail=True)

    def _take_transaction(self, element: Element) -> None:
        if _parent_name(element) not in ("NtryDtls", "Ntry"):  # a bank's own addition (SplmtryData)
            return
        self._transactions.append(details_of(node_of(element), self.findings))
        drop_twin_before(element)
        self._bound(len(self._transactions))

    def _take_entry(self, element: Element) -> None:
        transactions, self._transactions = self._transactions, []
        if _parent_name(element) not in _STATEMENTS:
            self.findings.error("misplaced-element", element.sourceline, "Ntry", _parent_name(element))
            return
        statement = self._statement_around(element)
        node = node_of(element)
        status = status_of(node)
        if status not in (BOOKED, ""):
            statement.count_not_booked(status)
            return
        entry = entry_of(node, self.findings)
        if entry is None:
            return
        entry = _beyond_counter(entry, statement.number)
        lines = list(lines_of(entry, transactions, statement.account, self.findings))
        statement.lines.setdefault(entry.currency, []).extend(lines)
        self._line_count += len(lines)
        self._bound(0)

    def _bound(self, pending: int) -> None:
        if self._line_count + pending > self.most_lines:
            raise refuse("too-many-movements", expected=str(self.most_lines))

    def _statement_around(self, element: Element) -> OpenStatement:
        """The statement, with what stands above this element in it taken in and dropped."""
        if self._open is None:
            place = element.getparent().sourceline
            self._open = OpenStatement(place, self.message.kind == STATEMENT, self.findings)
        for above in drop_before(element):
            self._open.take(node_of(above))
        return self._open

    def _close(self, element: Element) -> None:
        if _parent_name(element) != self.message.name:
            return
        statement = self._open
        if statement is None:
            statement = OpenStatement(element.sourceline, self.message.kind == STATEMENT, self.findings)
        for child in element:
            statement.take(node_of(child))
        self.statements.extend(statement.close())
        self._open = None
        drop_twin_before(element)


def _parent_name(element: Element) -> str:
    parent = element.getparent()
    return "" if parent is None else local_name(parent.tag)


def _beyond_counter(entry: Entry, number: str) -> Entry:
    """The entry; a reference that only counts the entries of a statement is told with statement and day."""
    counter = entry.entry_reference
    if not counter.isdigit() or len(counter) > _COUNTER_DIGITS:
        return entry
    return replace(entry, entry_reference=f"{number}/{entry.booked_on:%Y%m%d}/{counter}")
