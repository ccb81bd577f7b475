"""Where the table is in a sheet: the line of column names under the titles, and the totals at the end."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from exigible.kernel.text import fold

_VALUE: Final = re.compile(r"[-+(]?[\d][\d\s.,/:'’%€$-]*\)?\Z|[-+]?[.,]\d+\Z")
_TOTAL: Final = re.compile(
    r"(grand |sous[- ]?|sub[- ]?)?(total|totaux)"
    r"( (general|generaux|generale|clients?|tiers|comptes?|des?|du|eur|euros|ttc|ht|balance|page)\b.*)?"
    r"[ :.€=]*\Z"
)
_TOTAL_OF: Final = re.compile(r"(?:sous[- ]?|sub[- ]?)?(?:total|totaux)[ :]+(.*\S)")


@dataclass(frozen=True, slots=True)
class Shape:
    """`index` of the line of names among the first lines, None when there is none; and the names."""

    index: int | None
    headers: list[str]


def looks_like_value(cell: object) -> bool:
    """A number or a date, which no name of a column looks like."""
    if isinstance(cell, str):
        return _VALUE.match(cell.strip()) is not None
    return isinstance(cell, (date, Decimal, int))


def find_header(
    rows: Sequence[Sequence[object]], is_known: Callable[[str], bool], *, least_share: float = 0
) -> Shape:
    """The line that names the columns: the one with most known names, else the first wide line of texts.

    A column without a name counts as one if more than `least_share` of the lines under the names reach it.
    """
    weights = [_header_weight(row, is_known) for row in rows]
    best = max(range(len(rows)), key=lambda at: (weights[at], -at), default=None)
    width = max((len(_trimmed(row)) for row in rows), default=0)
    if best is None or not weights[best]:
        return Shape(None, [column_letters(at) for at in range(width)])
    width = _width(len(_trimmed(rows[best])), [len(_trimmed(row)) for row in rows[best + 1 :]], least_share)
    return Shape(best, _unique_names(list(rows[best]), width))


def _width(named: int, widths: Sequence[int], least_share: float) -> int:
    """How many columns there are, the named ones and those that enough lines have beyond them."""
    widest = max(widths, default=named)
    for width in range(widest, named, -1):
        if sum(one >= width for one in widths) > least_share * len(widths):
            return width
    return named


def _header_weight(row: Sequence[object], is_known: Callable[[str], bool]) -> int:
    names = [cell for cell in row if isinstance(cell, str) and not looks_like_value(cell)]
    values = sum(looks_like_value(cell) for cell in row)
    known = sum(is_known(name) for name in names)
    if known:
        return 100 * known + len(names) - values
    return len(names) if len(names) >= 2 and not values else 0


def _trimmed(row: Sequence[object]) -> list[object]:
    """The row without the empty cells at its end."""
    cells = list(row)
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _unique_names(row: list[object], width: int) -> list[str]:
    """The names of the columns; one that lacks a name, or has another's, is told by its letters."""
    names: list[str] = []
    for at in range(width):
        cell = row[at] if at < len(row) else None
        name = " ".join(str(cell).split()) if cell is not None else column_letters(at)
        names.append(f"{name} ({column_letters(at)})" if name in names else name)
    return names


def column_letters(at: int) -> str:
    """A, B… Z, AA: the name of a column in a spreadsheet, from its position."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def is_total(cells: Sequence[object], above: Sequence[object]) -> str | None:
    """The words of a line that sums others, None for any other line.

    It has one text, "Total général" or "Total" and a cell of the line above, and else only numbers: a
    customer called Total Énergies has other words.
    """
    if not any(isinstance(cell, str) and "tota" in cell.casefold() for cell in cells):
        return None
    texts = [cell for cell in cells if isinstance(cell, str) and not looks_like_value(cell)]
    if len(texts) != 1 or not any(looks_like_value(cell) for cell in cells):
        return None
    words = fold(texts[0])
    if _TOTAL.match(words):
        return texts[0]
    of_what = _TOTAL_OF.match(words)
    names_above = {fold(str(cell)) for cell in above if cell is not None}
    return texts[0] if of_what and of_what[1] in names_above else None
