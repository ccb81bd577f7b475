"""Reading a CFONB 120 file into statements: the order of its records is checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from stdnum import iban

from exigible.intake.readers.bank.cfonb.lines import Completion, bank_line
from exigible.intake.readers.bank.cfonb.records import Record, booking_day, cut_records, signed_minor
from exigible.intake.readers.bank.model import BankFile, BankLine, BankStatement
from exigible.intake.readers.bank.parts import check_statement
from exigible.intake.readers.problems import Findings, UnreadableFile, refuse
from exigible.intake.readers.textfile import inspect_text, open_text
from exigible.kernel.currencies import EXPONENTS

_HEAD: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*0[147][0-9]{5}.{4}[0-9 ]{5}(?:[A-Z]{3}|   )[0-9 ].[0-9A-Z ]{11}", re.DOTALL
)
_RIB: Final = re.compile(r"[0-9]{10}[0-9A-Z]{11}")
_RIB_FIGURES: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")
_MALAGASY: Final = "MGA"


def is_cfonb(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a CFONB 120 record of a statement."""
    return _HEAD.match(head) is not None


def read_cfonb(path: Path, *, currency: str = "EUR") -> BankFile:
    """The statements of a file; `currency` is that of statements whose records name none.

    Raises UnreadableFile naming each error with its line.
    """
    facts = inspect_text(path)
    findings = Findings()
    findings.extend(facts.problems)
    with open_text(path, facts) as stream:
        records = cut_records([row.rstrip("\r\n") for row in stream], findings)
    drafts = _drafts(records, findings)
    statements = [each for draft in drafts if (each := _statement(draft, currency, findings)) is not None]
    if findings.error_count:
        errors = sorted(findings.errors, key=lambda problem: problem.line or 0)
        raise UnreadableFile(errors, findings.error_count)
    if not statements:
        raise refuse("no-statement", expected="CFONB 120")
    for statement in statements:
        check_statement(statement, findings)
    return BankFile("cfonb120", statements, findings)


@dataclass
class _Draft:
    """The records of a statement. `movements` are pairs of a 04 and its 05."""

    opening: Record
    movements: list[tuple[Record, list[Record]]] = field(default_factory=list)
    closing: Record | None = None

    def take(self, record: Record, findings: Findings) -> None:
        self._check_account(record, findings)
        if record.code == "04":
            self.movements.append((record, []))
        elif record.code == "07":
            self.closing = record
        elif self.movements:
            self.movements[-1][1].append(record)
        else:
            findings.error("field-out-of-place", record.line, record.code, record.at(46, 3), "04")

    def _check_account(self, record: Record, findings: Findings) -> None:
        if record.account != self.opening.account:
            findings.error("account-differs", record.line, None, record.account, self.opening.account)
        elif (
            record.bank != self.opening.bank
        ):  # the account decides: some banks write the old code of one merged
            findings.warn("account-differs", record.line, None, record.bank, self.opening.bank)

    @property
    def currency(self) -> str:
        """The first that a record names: some banks leave it out of the balances."""
        records = [self.opening, *(record for record, _ in self.movements)]
        return next((record.currency for record in records if record.currency), "")


def _drafts(records: Sequence[Record], findings: Findings) -> list[_Draft]:
    drafts: list[_Draft] = []
    is_open, is_lost = False, False
    for record in records:
        if record.code == "01":
            _check_closed(drafts, findings)
            drafts.append(_Draft(record))
            is_open, is_lost = True, False
        elif is_open:
            drafts[-1].take(record, findings)
            is_open = record.code != "07"
        elif not is_lost:  # of several one after the other the first is told
            is_lost = True
            findings.error("no-beginning", record.line, record.code, record.text[:32].strip(), "01")
    _check_closed(drafts, findings)
    return drafts


def _check_closed(drafts: list[_Draft], findings: Findings) -> None:
    if drafts and drafts[-1].closing is None:
        findings.error("missing-field", drafts[-1].opening.line, "07", "", "07")


def _statement(draft: _Draft, default_currency: str, findings: Findings) -> BankStatement | None:
    """None with an error."""
    opening, closing = draft.opening, draft.closing
    currency = draft.currency or default_currency
    if currency not in EXPONENTS:
        findings.error("unknown-currency", opening.line, "17-19", currency)
        return None
    if closing is None:
        return None
    balances = [signed_minor(record, currency, findings) for record in (opening, closing)]
    days = [booking_day(record, findings) for record in (opening, closing)]
    lines = _lines(draft, currency, findings)
    _check_currency([opening, *(record for record, _ in draft.movements), closing], currency, findings)
    starts_on, ends_on = days
    if starts_on is not None and ends_on is not None and starts_on < ends_on:
        starts_on += timedelta(days=1)  # the balance before is that of the evening
    return BankStatement(
        opening.line,
        account_of(opening, currency),
        currency,
        lines,
        starts_on=starts_on,
        ends_on=ends_on,
        opening_minor=balances[0],
        closing_minor=balances[1],
        bank=opening.bank,
    )


def _lines(draft: _Draft, currency: str, findings: Findings) -> tuple[BankLine, ...]:
    lines = (
        bank_line(record, Completion(details), currency, findings) for record, details in draft.movements
    )
    return tuple(line for line in lines if line is not None)


def _check_currency(records: Sequence[Record], currency: str, findings: Findings) -> None:
    for record in records:
        if record.currency not in ("", currency):
            findings.error(
                "currency-conflict", record.line, f"{record.code} 17-19", record.currency, currency
            )


def account_of(record: Record, currency: str) -> str:
    """The IBAN of bank, branch and account: that of France, or of Madagascar for an account in ariary.

    Without their figures it is the number of the account. Monaco's banks cannot be told from French ones.
    """
    account = record.bank + record.branch + record.account
    if not _RIB.fullmatch(account):
        return record.account
    figures = account.translate(_RIB_FIGURES)
    rib = f"{account}{97 - int(figures) * 100 % 97:02d}"
    country = "MG" if currency == _MALAGASY else "FR"
    return f"{country}{iban.calc_check_digits(f'{country}00{rib}')}{rib}"
