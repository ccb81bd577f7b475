"""CSV and its relatives: the delimiter is found, and Excel's habits are undone."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from exigible.intake.readers.problems import Findings
from exigible.intake.readers.table.model import Cell, Row
from exigible.intake.readers.textfile import TextFacts, csv_lines, open_text

_DELIMITERS: Final = (";", "\t", "|", ",")
_SAMPLE_CHARACTERS: Final = 200_000
_SAMPLE_ROWS: Final = 200
_DECLARED: Final = re.compile(r'"?sep=(.)"?\s*\Z', re.IGNORECASE)
_TEXT_FORMULA: Final = re.compile(r'="(.*)"\Z', re.DOTALL)


def find_delimiter(path: Path, facts: TextFacts) -> str:
    """The delimiter that cuts most lines into as many cells, or that a first line `sep=;` declares."""
    with open_text(path, facts) as stream:
        first = stream.readline()
        declared = _DECLARED.match(first.strip("\r\n"))
        if declared:
            return declared[1]
        sample = (first + stream.read(_SAMPLE_CHARACTERS)).splitlines()[:_SAMPLE_ROWS]
    return max(_DELIMITERS, key=lambda delimiter: _regularity(sample, delimiter))


def _regularity(sample: list[str], delimiter: str) -> tuple[int, int]:
    try:
        widths = Counter(len(row) for row in csv.reader(sample, delimiter=delimiter))
    except csv.Error:
        return 0, 0
    del widths[0], widths[1]
    if not widths:
        return 0, 0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return count, width


def delimited_rows(path: Path, facts: TextFacts, delimiter: str, findings: Findings) -> Iterator[Row]:
    """The lines, each with the number its first cell has in the file. Unpaired quotes end the reading."""
    with open_text(path, facts) as stream:
        reader = csv.reader(csv_lines(stream), delimiter=delimiter, strict=True)
        line = 1
        try:
            for cells in reader:
                if line > 1 or not _DECLARED.match(delimiter.join(cells)):
                    yield line, [_cell(text) for text in cells]
                line = reader.line_num + 1
        except csv.Error:
            findings.error("bad-quotes", line, None, "", "pairs of quotation marks")


def _cell(text: str) -> Cell:
    """The text; Excel's ="0012", which keeps zeros from being lost, is 0012."""
    bare = text.strip()
    formula = _TEXT_FORMULA.match(bare)
    return (formula[1] if formula else bare) or None
