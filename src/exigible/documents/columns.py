"""How wide the columns of a printed table are. Typst would find out by setting every cell several times."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

_ADVANCES: Final = Path(__file__).parent / "fonts" / "advances.json"
_TEXT_WIDTH: Final = 168 * 72 / 25.4
"""Of the page, in points (210 mm less the margins of common.typ), as all that follows."""
_BODY, _SMALL, _PADDING, _BEFORE_DETAIL = 8.5, 7.5, 2 * 1.6 * 72 / 25.4, 2 * 72 / 25.4
_KERNING: Final = 1
"""Pairs of letters may stand a little wider than each alone."""
_LEAST_FOR_THE_WIDE_ONE: Final = 100
_BOLD: Final = ("net", "subtotal")


def table_data(columns: str, head: Sequence[str], rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A table as the templates take it. `columns` has a letter a column: w wide, l left, r right.

    `widths` are in points, nothing for the wide column, and nothing at all where the columns would leave it
    too little room or a character is not of our typeface: Typst then finds them itself.
    """
    return {"columns": columns, "head": head, "rows": rows, "widths": _widths(columns, head, rows)}


def _widths(columns: str, head: Sequence[str], rows: Sequence[dict[str, Any]]) -> list[float | None] | None:
    try:
        widths = [
            None if kind == "w" else _PADDING + _KERNING + max(_width_of_cells(position, head, rows))
            for position, kind in enumerate(columns)
        ]
    except KeyError:
        return None
    taken = sum(filter(None, widths))
    return widths if taken <= _TEXT_WIDTH - _LEAST_FOR_THE_WIDE_ONE else None


def _width_of_cells(position: int, head: Sequence[str], rows: Sequence[dict[str, Any]]) -> Iterable[float]:
    """Of the name of a column and of each cell in it that does not span others. Raises KeyError."""
    yield _width(head[position], _SMALL, is_bold=False)
    for row in rows:
        cells = row["cells"]
        is_last = position == len(head) - 1
        if len(cells) != len(head) and not is_last:
            continue
        text, _span = cells[-1] if is_last else cells[position]
        width = _width(text, _BODY, is_bold=row["kind"] in _BOLD)
        if position == 0 and row["detail"]:
            width += _BEFORE_DETAIL + _width(row["detail"], _SMALL, is_bold=False)
        yield width


def _width(text: str, size: float, *, is_bold: bool) -> float:
    advances = _advances()["semibold" if is_bold else "regular"]
    return sum(advances[character] for character in text) * size / 1000


@lru_cache(maxsize=1)
def _advances() -> dict[str, dict[str, int]]:
    """Thousandths of an em by weight and character, with tabular figures: see scripts/font-advances."""
    found: dict[str, dict[str, int]] = json.loads(_ADVANCES.read_text(encoding="ascii"))
    return found
