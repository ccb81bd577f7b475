"""Balances in a table of bank movements: a column that runs with them, or lines that give nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Final, Literal

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from exigible.intake.readers.bank.model import BankLine
from exigible.intake.readers.cells import amount_of
from exigible.intake.readers.mapping import ColumnChoice
from exigible.intake.readers.problems import Findings
from exigible.intake.readers.table.model import Cell
from exigible.kernel.dates import parse_date
from exigible.kernel.errors import UserMistake
from exigible.kernel.money import to_decimal_string
from exigible.kernel.text import fold

End = Literal["opening", "closing"]
Running = Sequence[tuple[BankLine, int | None]]

_OPENING: Final = (
    r"ancien solde|solde (?:initial|precedent|anterieur|reporte|d'ouverture|(?:en |de )?debut(?: de \w+)?)"
    r"|(?:opening|previous|starting) balance|balance (?:brought forward|at (?:the )?start(?: of \w+)?)"
    r"|anfangssaldo|alter kontostand|saldo (?:inicial|anterior)"
)
_CLOSING: Final = (
    r"nouveau solde|solde (?:final|de cloture|(?:en |de )?fin(?: de \w+)?)"
    r"|(?:closing|ending|final) balance|balance (?:carried forward|at (?:the )?end(?: of \w+)?)"
    r"|endsaldo|neuer kontostand|saldo final"
)
_DAY: Final = r"(?: (?:au|du|le|on|at|as of|am|al))? (?P<day>\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d-\d\d)"
_BALANCE: Final = re.compile(
    rf"(?:(?P<opening>{_OPENING})|(?P<closing>{_CLOSING})"
    r"|(?P<dated>solde(?: crediteur| debiteur)?|balance|saldo)(?= (?:\D{1,6} )?\d+[./-]\d+[./-]\d))"
    rf"(?:{_DAY})?(?: en (?:eur|euros?))?[ :=]*(?P<rest>[-+(]?\d[\d .,']*\)?-?(?: ?(?:€|[a-z]{{3,5}}))?)?\Z"
)
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_NUMBER: Final = re.compile(r"\b(?:compte|account|konto|cuenta)[^\d]{0,30}(\d[\d ]{3,}\d[a-z]?)\b")


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance that is told in words; `end` is None where only its day says which end it is."""

    minor: int
    end: End | None
    on: date | None

    def end_between(self, first: date, last: date) -> End | None:
        """Which end of the movements from `first` to `last` it is the balance of, None for neither."""
        if self.end is not None or self.on is None:
            return self.end
        return "closing" if self.on >= last else "opening" if self.on < first else None


def balance_in(
    texts: Sequence[str], exponent: int, mark: str | None, amounts: Sequence[Cell] = ()
) -> Balance | None:
    """The balance that a line tells: "Solde au 31/01/2024", with its amount after it or among `amounts`.

    A payment's text may begin so ("Solde facture 12"): all the words of one text must be those of a balance.
    """
    for text in texts:
        found = _BALANCE.match(fold(text))
        if found is None:
            continue
        written: Sequence[Cell] = [found["rest"].upper()] if found["rest"] else amounts
        for cell in written:
            minor = _amount(cell, exponent, mark)
            if minor is not None:
                end: End | None = "opening" if found["opening"] else "closing" if found["closing"] else None
                return Balance(minor, end, _day(found["day"]))
    return None


def _amount(cell: Cell, exponent: int, mark: str | None) -> int | None:
    try:
        return amount_of(cell, exponent, mark) if cell is not None else None
    except UserMistake:
        return None


def _day(text: str | None) -> date | None:
    try:
        return parse_date(text) if text else None
    except UserMistake:
        return None


def account_in(titles: Sequence[str]) -> str:
    """The account that the lines above a table name: an IBAN, else the number after "compte"."""
    for title in titles:
        for written in _IBAN.findall(title):
            try:
                return str(IBAN(written).compact)
            except SchwiftyException:
                continue
    numbers = (_NUMBER.search(fold(title)) for title in titles)
    return next((found[1].replace(" ", "").upper() for found in numbers if found), "")


def ends_of(movements: Running) -> tuple[int | None, int | None]:
    """The balances before the oldest and after the newest movement, by the column that runs with them."""
    ordered = _oldest_first(movements)
    sums = list(accumulate(line.amount_minor for line, _ in ordered))
    told = [
        (balance, total) for (_, balance), total in zip(ordered, sums, strict=True) if balance is not None
    ]
    if not told:
        return None, None
    (first, before), (last, until) = told[0], told[-1]
    return first - before, last + sums[-1] - until


def check_running(movements: Running, column: ColumnChoice | None, findings: Findings) -> None:
    """Warns of every line whose balance is not the one before it plus what moved since."""
    expected: int | None = None
    for line, balance in _oldest_first(movements):
        if expected is not None:
            expected += line.amount_minor
        if balance is None:
            continue
        if expected is not None and balance != expected:
            found, led_to = (to_decimal_string(minor, line.currency) for minor in (balance, expected))
            findings.warn("balance-differs", line.place, column.header if column else None, found, led_to)
        expected = balance


def _oldest_first(movements: Running) -> Running:
    """The movements in the order in which their balances agree most; by their dates where both agree."""
    backwards = movements[::-1]
    forth, back = _disagreements(movements), _disagreements(backwards)
    if forth != back:
        return movements if forth < back else backwards
    return backwards if movements[0][0].booked_on > movements[-1][0].booked_on else movements


def _disagreements(movements: Running) -> int:
    count, expected = 0, None
    for line, balance in movements:
        expected = None if expected is None else expected + line.amount_minor
        if balance is not None:
            count += expected is not None and balance != expected
            expected = balance
    return count
