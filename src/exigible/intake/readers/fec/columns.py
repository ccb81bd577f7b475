"""Which column of a FEC is what.

The law fixes the order of the first 18 and their names; programs change the case, leave some out, or add
others after them. Columns are read by name, and a departure from the legal order is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from exigible.intake.readers.problems import Findings, UnreadableFile, problem_of
from exigible.kernel.text import fold

_BEFORE_AMOUNT: Final = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum",
    "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib",
)  # fmt: skip
_AFTER_AMOUNT: Final = ("EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise")
_DEBIT_CREDIT: Final = ("Debit", "Credit")
_AMOUNT_SENSE: Final = ("Montant", "Sens")
_NAMES: Final = (*_BEFORE_AMOUNT, *_DEBIT_CREDIT, *_AMOUNT_SENSE, *_AFTER_AMOUNT)
_REQUIRED: Final = ("JournalCode", "EcritureNum", "EcritureDate", "CompteNum", "PieceRef")
_OPTIONAL: Final = tuple(name for name in (*_BEFORE_AMOUNT, *_AFTER_AMOUNT) if name not in _REQUIRED)
SEPARATORS: Final = ("\t", "|", ";", ",")
LEGAL_SEPARATORS: Final = ("\t", "|")


def plain_name(header: str) -> str:
    """A column's name without case, accents, spaces, quotes or punctuation."""
    return "".join(letter for letter in fold(header) if letter.isalnum())


_BY_PLAIN_NAME: Final = {plain_name(name): name for name in _NAMES} | {"iddevise": "Idevise"}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each legal column stands. A column that the file lacks stands at `width`, past the last one."""

    separator: str
    quoted: bool
    headers: tuple[str, ...]
    position: dict[str, int]
    by_sense: bool
    extra: tuple[str, ...]

    @property
    def width(self) -> int:
        return len(self.headers)

    def at(self, *names: str) -> tuple[int, ...]:
        return tuple(self.position[name] for name in names)

    @property
    def has_all(self) -> bool:
        return self.width not in self.position.values()

    @property
    def last_needed(self) -> int:
        """Position of the last column without which a line says nothing."""
        amounts = _AMOUNT_SENSE if self.by_sense else _DEBIT_CREDIT
        return max(self.position[name] for name in (*_REQUIRED, *amounts))

    @property
    def debit(self) -> int:
        """Position of the debit, or of the amount."""
        return self.position["Montant" if self.by_sense else "Debit"]

    @property
    def credit(self) -> int:
        """Position of the credit, or of the sense."""
        return self.position["Sens" if self.by_sense else "Credit"]

    @property
    def amount_names(self) -> tuple[str, str]:
        return _AMOUNT_SENSE if self.by_sense else _DEBIT_CREDIT


def read_header(line: str, findings: Findings) -> Layout:
    """The layout that a first line declares. Raises UnreadableFile naming every missing or double column."""
    separator = max(SEPARATORS, key=lambda mark: len(_known(line.split(mark))))
    headers = tuple(cell.strip().strip('"').strip() for cell in line.split(separator))
    known = _known(headers)
    if len(known) < 3:
        raise UnreadableFile([problem_of("missing-header", 1, None, line.strip(), "JournalCode, …")])
    by_sense = not {"Debit", "Credit"} <= known.keys() and {"Montant", "Sens"} <= known.keys()
    amounts = _AMOUNT_SENSE if by_sense else _DEBIT_CREDIT
    _require(known, (*_REQUIRED, *amounts), headers)
    if separator not in LEGAL_SEPARATORS:
        findings.warn("unusual-separator", 1, None, separator, "tab")
    missing = ", ".join(name for name in _OPTIONAL if name not in known)
    if missing:
        findings.warn("missing-optional-column", 1, missing, ", ".join(headers), missing)
    order = [name for name in (*_BEFORE_AMOUNT, *amounts, *_AFTER_AMOUNT) if name in known]
    if [known[name][0] for name in order] != list(range(len(order))):
        findings.warn("columns-reordered", 1, None, ", ".join(headers), ", ".join(order))
    position = {name: known[name][0] if name in known else len(headers) for name in (*_OPTIONAL, *_REQUIRED)}
    position |= {name: known[name][0] for name in amounts}
    extra = tuple(header for header in headers if plain_name(header) not in _BY_PLAIN_NAME)
    return Layout(separator, line.startswith('"'), headers, position, by_sense, extra)


def _known(headers: Sequence[str]) -> dict[str, list[int]]:
    """The positions of each legal name among these headers."""
    found: dict[str, list[int]] = {}
    for position, header in enumerate(headers):
        name = _BY_PLAIN_NAME.get(plain_name(header)) if len(header) < 40 else None
        if name is not None:
            found.setdefault(name, []).append(position)
    return found


def _require(known: dict[str, list[int]], needed: Sequence[str], headers: Sequence[str]) -> None:
    found = ", ".join(headers)
    problems = [problem_of("missing-column", 1, name, found, name) for name in needed if name not in known]
    problems += [
        problem_of("duplicate-column", 1, name, found, name)
        for name, positions in known.items()
        if len(positions) > 1
    ]
    if problems:
        raise UnreadableFile(problems)
