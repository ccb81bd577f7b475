"""Entries: what a line's counterparts say of it, and which entries balance.

The lines of an entry normally follow one another, but a file sorted by account scatters them: an entry that
does not balance yet is kept until the rest of it comes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from exigible.intake.readers.fec.line import Nature
from exigible.intake.readers.fec.values import BANK, INCOME, LOSS, OPENING_BALANCE, SALES, VAT
from exigible.kernel.text import fold

_OPENING_CODES: Final = frozenset({"an", "ran", "ano", "anv", "anx", "a-n", "ouv", "nouv"})
_OPENING_WORDS: Final = re.compile(
    r"\ba ?-?nouveaux?\b|\bouverture\b|\bbalance initiale\b|\bsoldes? initia|\bopening\b"
    r"|\breprises? (de |des )?(balance|solde)"
)

EntryKey = tuple[str, str, date]
Held = tuple[Any, ...]  # the fields of a FecLine but for its nature, which the entry will tell


def number_of(text: str) -> str:
    """The number of an entry; "" where a program writes none, or 0 on every line."""
    number = text.strip()
    return number if number.strip("0") else ""


@dataclass(slots=True)
class Entry:
    """What is known so far of one entry: journal, number, date; and its lines that the caller wants."""

    key: EntryKey
    first_line: int
    in_opening_journal: bool
    worded_opening: bool = False
    balance: int = 0
    flags: int = 0
    bank: int = 0  # the sum of its lines on class 5
    held: list[Held] = field(default_factory=list)

    def absorb(self, other: Entry) -> None:
        """Takes in another part of the same entry."""
        self.balance += other.balance
        self.flags |= other.flags
        self.bank += other.bank
        self.held += other.held


def nature_of(entry: Entry, amount: int) -> Nature:
    """The nature of a customer's line in this entry.

    A cash sale posted in one entry holds both the sale and the payment: money in settles the credit lines,
    money out the debit ones, and the other lines are the sale. A loss recovers its VAT (445) without being
    a sale.
    """
    flags = entry.flags
    if entry.in_opening_journal or flags & OPENING_BALANCE:
        return "opening"
    if entry.worded_opening and not flags & INCOME:  # balances brought forward are of classes 1 to 5
        return "opening"
    if flags & BANK:
        settles = not flags & SALES or not entry.bank or (amount < 0) == (entry.bank > 0)
        return "bank" if settles else "sale"
    return "sale" if flags & (INCOME | VAT) and not flags & LOSS else "other"


def says_opening(label: str) -> bool:
    return _OPENING_WORDS.search(fold(label)) is not None


def is_opening_journal(code: str, label: str) -> bool:
    """Whether a journal holds the balances brought forward (à-nouveaux).

    The label decides; a usual code such as AN does when the label says nothing else than the code.
    """
    if says_opening(label):
        return True
    plain = fold(code).strip()
    return plain in _OPENING_CODES and (not label.strip() or plain in fold(label).split())
