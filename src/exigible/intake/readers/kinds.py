"""What a table holds: customers, open items or bank lines, by how much of it each would explain."""

from __future__ import annotations

from typing import Final

from exigible.intake.readers.guessing import guess_mapping
from exigible.intake.readers.mapping import Mapping
from exigible.intake.readers.table.model import Table
from exigible.intake.readers.vocabulary import Kind

_KINDS: Final[tuple[Kind, ...]] = ("items", "customers", "bank")
_FIGURES: Final = frozenset(
    {"issue_date", "due_date", "booked_on", "value_on", "amount", "debit", "credit", "open_amount", "balance"}
)
_TELLING: Final = ("booked_on", "amount", "debit", "credit")


def likeliest_kind(table: Table) -> Kind:
    """The kind whose columns are all there, and which explains most of the table's columns by their names.

    Dates and amounts are what a table is about: each that a kind has no place for speaks against it, so that
    a statement with its debits and credits is no list of customers. On a par, items go before customers, and
    those before a bank's lines, whose columns are in many tables.
    """
    guesses = {kind: guess_mapping(kind, table) for kind in _KINDS}
    figures = {column for guess in guesses.values() for column in _named(guess, _FIGURES)}
    explained = {kind: _explained(guess, figures) for kind, guess in guesses.items()}
    whole = [kind for kind in _KINDS if _is_whole(guesses[kind]) and explained[kind] > 0]
    if whole:
        return max(whole, key=lambda kind: explained[kind])
    return max(_KINDS[:2], key=lambda kind: explained[kind] - len(guesses[kind].missing))


def _explained(guess: Mapping, figures: set[int]) -> int:
    named = _named(guess)
    return len(named) - len(figures - named)


def _named(guess: Mapping, fields: frozenset[str] | None = None) -> set[int]:
    """The columns that a name tells, of these fields or of all, and that hold nothing else."""
    return {
        choice.column
        for field, choice in guess.columns.items()
        if (fields is None or field in fields)
        and choice.reasons[0].startswith("name-")
        and "content-disagrees" not in choice.reasons
    }


def _is_whole(guess: Mapping) -> bool:
    """Whether no field is missing; of a bank's, the dates and amounts must be named so."""
    if guess.missing:
        return False
    needed = (guess.columns[name] for name in _TELLING if name in guess.columns)
    return guess.kind != "bank" or all(choice.reasons[0].startswith("name-") for choice in needed)
