"""Opening a FEC: what it is made of is found out once, then its lines are streamed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Final

from exigible.intake.readers.fec.columns import Layout, read_header
from exigible.intake.readers.fec.line import FecLine
from exigible.intake.readers.fec.reading import FecTotals, Reading
from exigible.intake.readers.fec.rows import CellReaders, Rows
from exigible.intake.readers.fec.values import AccountCells, AmountCells, DateCells, is_day_first
from exigible.intake.readers.problems import Findings, UnreadableFile, refuse
from exigible.intake.readers.textfile import TextFacts, inspect_text, open_text
from exigible.kernel.errors import Problem
from exigible.kernel.money import detect_decimal_mark, exponent, to_decimal_string

_SAMPLE_LINES: Final = 5_000
_LEGAL_NAME: Final = re.compile(r"([0-9]{9})FEC([0-9]{8})", re.IGNORECASE)


@dataclass
class FecFile:
    """An opened FEC. What the sniffing found is in the fields; `batches` reads the lines.

    `siren` and `closing_on` are what a file name by the law's pattern says, and no more than a hint.
    `problems`, `totals` belong to the last pass and are complete once its batches are exhausted.
    """

    path: Path
    currency: str
    facts: TextFacts
    layout: Layout
    decimal_mark: str | None
    day_first: bool
    siren: str | None
    closing_on: date | None
    findings: Findings
    totals: FecTotals = field(default_factory=FecTotals)
    _at_opening: tuple[Problem, ...] = ()

    @property
    def problems(self) -> list[Problem]:
        """Errors and warnings, the first 200 of each; `findings.counts` counts them all by code."""
        return self.findings.problems

    @property
    def has_errors(self) -> bool:
        return self.findings.error_count > 0

    @property
    def encoding(self) -> str:
        return self.facts.encoding

    @property
    def line_count(self) -> int:
        """Lines in the file, the header not counted: the whole of a progress bar."""
        return self.facts.lines - 1

    def batches(
        self, size: int = 5_000, is_customer_account: Callable[[str], bool] | None = None
    ) -> Iterator[list[FecLine]]:
        """Streams the lines on customers' accounts, about `size` at a time; all lines without the predicate.

        Every line of the file is checked. Errors do not stop the reading, so that all of them are seen: look
        at `has_errors` after the last batch before keeping anything.
        """
        self.findings = Findings()
        self.findings.extend(self._at_opening)
        readers = self.cell_readers(is_customer_account or _any_account)
        reading = Reading(self.path, self.facts, self.layout, readers, self.findings, self.currency)
        self.totals = reading.totals
        yield from reading.batches(size)
        self._conclude()

    def cell_readers(self, is_wanted: Callable[[str], bool]) -> CellReaders:
        return CellReaders(
            DateCells(self.day_first),
            AmountCells(exponent(self.currency), self.decimal_mark),
            AccountCells(is_wanted),
        )

    def _conclude(self) -> None:
        totals = self.totals
        difference = totals.debit_minor - totals.credit_minor
        if not totals.lines and not self.has_errors:
            self.findings.error("no-lines", 2, None, "", "entries")
        if difference and not self.has_errors:
            self.findings.error(
                "unbalanced-file", None, None, to_decimal_string(difference, self.currency), "0"
            )


def _any_account(_account: str) -> bool:
    return True


def open_fec(path: Path, *, currency: str, name: str | None = None) -> FecFile:
    """Finds out encoding, separator, columns, decimal mark and form of dates of a FEC in `currency`.

    `name` is the file's own name where `path` is a temporary one. Raises UnreadableFile (its `problems` name
    every reason) when it is no FEC, and UserMistake("unknown-currency").
    """
    exponent(currency)
    facts = inspect_text(path)
    findings = Findings()
    findings.extend(facts.problems)
    with open_text(path, facts) as stream:
        layout = read_header(stream.readline().rstrip("\r\n"), findings)
    samples = _sample(path, facts, layout)
    day_first = _choose_date_form(samples, layout, findings)
    mark = _usual_decimal_mark(samples, layout)
    siren, closing_on = _hints(name or path.name)
    return FecFile(
        path,
        currency,
        facts,
        layout,
        mark,
        day_first,
        siren,
        closing_on,
        findings,
        _at_opening=tuple(findings.problems),
    )


def _sample(path: Path, facts: TextFacts, layout: Layout) -> list[list[str]]:
    findings = Findings()
    with open_text(path, facts) as stream:
        samples = [cells for _, cells in islice(Rows(layout, facts, findings).read(stream), _SAMPLE_LINES)]
    if samples:
        return samples
    raise UnreadableFile(findings.errors) if findings.errors else refuse("no-lines", "", "entries", line=2)


def _usual_decimal_mark(samples: list[list[str]], layout: Layout) -> str | None:
    """The mark of most amounts that show one: one wrong amount in a file does not put the others in doubt."""
    columns = (layout.debit, layout.credit)
    marks = Counter(detect_decimal_mark([cells[at].strip('" ')]) for cells in samples for at in columns)
    del marks[None]
    return max(marks, key=marks.__getitem__, default=None)


def _choose_date_form(samples: list[list[str]], layout: Layout, findings: Findings) -> bool:
    """Whether the dates of the file are written 31/01/2024. One such date among legal ones is a mistake."""
    at = layout.position["EcritureDate"]
    texts = [cells[at].strip().strip('"') for cells in samples]
    day_first = sum(is_day_first(text) for text in texts) > len(texts) / 2
    if day_first or sum("-" in text for text in texts) > len(texts) / 2:
        findings.warn("date-form", 2, "EcritureDate", texts[0], "AAAAMMJJ")
    return day_first


def siren_in_name(name: str) -> str:
    """The SIREN with which the law has the name of a FEC begin; "" for any other name."""
    return _hints(name)[0] or ""


def _hints(name: str) -> tuple[str | None, date | None]:
    """SIREN and closing date of a name by the law's pattern, SirenFECAAAAMMJJ (A47 A-1, X)."""
    found = _LEGAL_NAME.search(name)
    if found is None:
        return None, None
    try:
        return found[1], date.fromisoformat(found[2])
    except ValueError:
        return found[1], None
