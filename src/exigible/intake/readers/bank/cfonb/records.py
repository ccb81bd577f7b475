"""The records of a CFONB 120 file, and the figures in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from exigible.intake.readers.bank.parts import day_of, value_day
from exigible.intake.readers.problems import Findings
from exigible.kernel.currencies import exponent
from exigible.kernel.money import LARGEST_MINOR

WIDTH: Final = 120
CODES: Final = ("01", "04", "05", "07")
_LAST_NEEDED: Final = {"01": 104, "04": 104, "05": 48, "07": 104}

# The last figure and the sign in one character: { and A to I are +0 to +9, } and J to R are -0 to -9. In the
# French national set of 7 bits, é and è stand where { and } are.
_SIGNED: Final = {
    letter: (sign, str(figure))
    for sign, letters in ((1, "{ABCDEFGHI"), (-1, "}JKLMNOPQR"))
    for figure, letter in enumerate(letters)
} | {"é": (1, "0"), "è": (-1, "0")}


@dataclass(frozen=True, slots=True)
class Record:
    """A record, filled to its width. Positions are those of the CFONB's brochure, from 1."""

    line: int
    text: str

    def at(self, position: int, length: int) -> str:
        return self.text[position - 1 : position - 1 + length]

    @property
    def code(self) -> str:
        return self.at(1, 2)

    @property
    def bank(self) -> str:
        return self.at(3, 5)

    @property
    def branch(self) -> str:
        return self.at(12, 5)

    @property
    def currency(self) -> str:
        return self.at(17, 3).strip()

    @property
    def account(self) -> str:
        return self.at(22, 11).strip()


def cut_records(rows: Sequence[str], findings: Findings) -> list[Record]:
    """The records of a file, one on a line, or glued to each other; spaces at their ends may be missing.

    Where all are on one line, `line` is the rank of the record.
    """
    is_glued = len(rows) == 1
    records = []
    for number, row in enumerate(rows, 1):
        for rank, start in enumerate(range(0, len(row), WIDTH)):
            text = row[start : start + WIDTH]
            if text.strip(" \x1a"):
                record = _record(number + rank if is_glued else number, text, findings)
                records += [record] if record is not None else []
    return records


def _record(line: int, text: str, findings: Findings) -> Record | None:
    code = text[:2]
    if code not in CODES:
        findings.error("unknown-record", line, None, text[:20], ", ".join(CODES))
        return None
    if len(text) < _LAST_NEEDED[code]:
        findings.error("record-too-short", line, code, str(len(text)), str(WIDTH))
        return None
    return Record(line, text.ljust(WIDTH))


def scaled(figures: str, decimals: str, currency: str) -> int | None:
    """An amount without decimal mark in minor units; None where it is none, or finer than the currency.

    Without its number of decimals it has those of the currency.
    """
    places = str(exponent(currency)) if decimals == " " else decimals
    if not figures.isdecimal() or not places.isdecimal():
        return None
    amount, rest = divmod(int(figures) * 10 ** exponent(currency), 10 ** int(places))
    return None if rest or amount > LARGEST_MINOR else amount


def signed_minor(record: Record, currency: str, findings: Findings) -> int | None:
    """The amount of a 01, 04 or 07 in minor units, credit positive. None with an error."""
    text = record.at(91, 14)
    sign, last = _SIGNED.get(text[-1], (0, ""))
    amount = scaled(text[:-1].lstrip() + last, record.at(20, 1), currency) if sign else None
    if amount is None:
        findings.error("bad-amount", record.line, f"{record.code} 91-104", text.strip())
        return None
    return sign * amount


def booking_day(record: Record, findings: Findings) -> date | None:
    """The date of a balance, or the day on which a movement was booked. None with an error."""
    figures = record.at(35, 6)
    try:
        return day_of(figures[4:], figures[2:4], figures[:2])
    except ValueError:
        findings.error("bad-date", record.line, f"{record.code} 35-40", figures.strip())
        return None


def valued_on(record: Record, findings: Findings) -> date | None:
    """The value date of a movement; None where the bank gives none, or with an error."""
    figures = record.at(43, 6)
    if not figures.strip(" 0"):
        return None
    return value_day((figures[4:], figures[2:4], figures[:2]), record.line, f"{record.code} 43-48", findings)
