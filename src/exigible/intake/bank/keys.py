"""By what a bank line is known again in another file. No database.

A line that has the bank's reference is known by account, currency, reference, amount and booking day: banks
use a reference twice, and a reference with another amount or on another day is another movement. A line
without one is known by account, currency, both days, amount and all its words. Lines that are equal in this
are told apart by their rank: two identical payments stay two, and the same two in another file are the same.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from exigible.intake.readers.bank.model import BankLine, BankStatement

_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class KeyedLine:
    """A line, the bank's reference for it, and its key: made of `base` and its rank among its equals."""

    line: BankLine
    reference: str
    base: str
    rank: int

    @property
    def key(self) -> uuid.UUID:
        return key_of(self.base, self.rank)


def key_of(base: str, rank: int) -> uuid.UUID:
    """The same as `md5(base || ' ' || rank)::uuid` in the database."""
    return uuid.UUID(_digest(f"{base} {rank}"))


def keyed(statements: Iterable[BankStatement]) -> Iterator[tuple[BankStatement, list[KeyedLine]]]:
    """Each statement with its lines keyed. Accounts and currencies are those to be stored.

    Ranks go on from one statement of an account to the next where the second begins at the balance at which
    the first ends: both then tell of different movements. Where they do not follow each other, a reference
    that comes again is the same movement; without references nothing says so, and lines are counted on.
    """
    ranks: dict[tuple[str, str], _Ranks] = {}
    for statement in statements:
        account = ranks.setdefault((statement.account, statement.currency), _Ranks())
        yield statement, account.lines_of(statement)


class _Ranks:
    """Counts the equal lines of one account in a file."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._referenced: set[str] = set()
        self._before: BankStatement | None = None

    def lines_of(self, statement: BankStatement) -> list[KeyedLine]:
        if self._before is not None and not follow(self._before, statement):
            for base in self._referenced:
                del self._counts[base]
            self._referenced.clear()
        self._before = statement
        told = {line.reference for line in statement.lines}
        return [self._keyed(statement, line, told) for line in statement.lines]

    def _keyed(self, statement: BankStatement, line: BankLine, told: set[str]) -> KeyedLine:
        reference = line.reference if line.entry_reference else _told_reference(line.reference, told)
        base = _base(statement, line, reference)
        self._counts[base] += 1
        if reference:
            self._referenced.add(base)
        return KeyedLine(line, reference, base, self._counts[base])


def follow(one: BankStatement, other: BankStatement) -> bool:
    """Whether one of them begins at the balance at which the other ends, in either order."""
    ends = ((one.closing_minor, other.opening_minor), (other.closing_minor, one.opening_minor))
    return any(end is not None and end == start for end, start in ends)


def _told_reference(reference: str, told: set[str]) -> str:
    """The bank's reference without the rank that readers put behind one that a file has twice.

    Such a rank is of the file, so it says nothing in another one; ours is counted among equals instead.
    """
    stem, slash, rank = reference.rpartition("/")
    return stem if slash and rank.isdigit() and stem in told else reference


def _base(statement: BankStatement, line: BankLine, reference: str) -> str:
    parts = [statement.account, statement.currency, line.amount_minor, line.booked_on.isoformat()]
    if reference:
        return _digest(_SEPARATOR.join(map(str, ["reference", *parts, reference])))
    said = (
        line.value_on, line.payer_name, line.payer_iban, line.text, line.bank_text, line.end_to_end,
        line.mandate, line.creditor_reference, line.bank_code,
    )  # fmt: skip
    return _digest(_SEPARATOR.join(map(str, ["words", *parts, *said])))


def _digest(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def without_twice(statements: Iterable[BankStatement]) -> tuple[list[BankStatement], list[BankStatement]]:
    """The statements, and those left out because the file holds them twice, balances and lines alike.

    Without balances nothing proves that two are one: both are kept.
    """
    seen: set[str] = set()
    kept: list[BankStatement] = []
    twice: list[BankStatement] = []
    for statement in statements:
        said = _content(statement)
        (twice if said in seen else kept).append(statement)
        if None not in (statement.opening_minor, statement.closing_minor):
            seen.add(said)
    return kept, twice


def _content(statement: BankStatement) -> str:
    lines = [_base(statement, line, line.reference) for line in statement.lines]
    head = (
        statement.account, statement.currency, statement.number, statement.starts_on, statement.ends_on,
        statement.opening_minor, statement.closing_minor,
    )  # fmt: skip
    return _digest(_SEPARATOR.join(map(str, [*head, *lines])))
