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
_UNKNOWN: Final = 1000
"""Of a character that another typeface shows: an em is room enough."""
BOLD: Final = ("head", "net", "subtotal")
"""The kinds of rows that are set in bold."""


def table_data(columns: str, head: Sequence[str], rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A table as the templates take it. `columns` has a letter a column: w wide, t text, l left, r right.

    `widths` are in points, nothing for the wide column, which takes what is left. It and the texts share what
    there is where they need more: they break over lines, dates and amounts do not. `has_low_rows`: nothing
    breaks, so that every row is one line high, which need not be found out by setting it once more.
    """
    needs = [_need(position, head, rows) for position in range(len(columns))]
    return {
        "columns": columns,
        "head": head,
        "rows": rows,
        "widths": _widths(columns, needs),
        "has_low_rows": sum(needs) <= _TEXT_WIDTH and _labels_fit(rows, _TEXT_WIDTH - needs[-1]),
    }


def _widths(columns: str, needs: Sequence[float]) -> list[float | None]:
    most = max(needs)
    if "t" in columns:
        held = sum(need for kind, need in zip(columns, needs, strict=True) if kind not in "wt")
        breakable = [need for kind, need in zip(columns, needs, strict=True) if kind in "wt"]
        most = _fair_share(_TEXT_WIDTH - held, breakable)
    return [
        None if kind == "w" else min(need, most) if kind == "t" else need
        for kind, need in zip(columns, needs, strict=True)
    ]


def _labels_fit(rows: Sequence[dict[str, Any]], room: float) -> bool:
    """Whether the labels that span all columns but the last are one line each."""
    labels = [row for row in rows if row["cells"][0][1] > 1]
    return all(
        _PADDING + _KERNING + _width(row["cells"][0][0], _BODY, is_bold=row["kind"] in BOLD) <= room
        for row in labels
    )


def _fair_share(room: float, needs: Sequence[float]) -> float:
    """The most that one may have, so that all fit in the room and none that needs less gives way."""
    ordered = sorted(needs)
    for place, need in enumerate(ordered):
        share = room / (len(ordered) - place)
        if need > share:
            return share
        room -= need
    return ordered[-1]


def _need(position: int, head: Sequence[str], rows: Sequence[dict[str, Any]]) -> float:
    return _PADDING + _KERNING + max(_width_of_cells(position, head, rows))


def _width_of_cells(position: int, head: Sequence[str], rows: Sequence[dict[str, Any]]) -> Iterable[float]:
    """Of the name of a column and of each cell in it that does not span others."""
    yield _width(head[position], _SMALL, is_bold=False)
    for row in rows:
        cells = row["cells"]
        is_last = position == len(head) - 1
        if len(cells) != len(head) and not is_last:
            continue
        text, _span = cells[-1] if is_last else cells[position]
        width = _width(text, _BODY, is_bold=row["kind"] in BOLD)
        if position == 0 and row["detail"]:
            width += _BEFORE_DETAIL + _width(row["detail"], _SMALL, is_bold=False)
        yield width


def _width(text: str, size: float, *, is_bold: bool) -> float:
    return sum(map(_advances(is_bold=is_bold).__getitem__, text)) * size / 1000


class _Advances(dict[str, int]):
    def __missing__(self, character: str) -> int:
        return _UNKNOWN


@lru_cache(maxsize=2)
def _advances(*, is_bold: bool) -> _Advances:
    """Thousandths of an em by character, with tabular figures: see scripts/font-advances."""
    found = json.loads(_ADVANCES.read_text(encoding="ascii"))
    return _Advances(found["semibold" if is_bold else "regular"])
