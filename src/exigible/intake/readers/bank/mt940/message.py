"""The text of a file of SWIFT messages cut into its fields, with or without the envelope around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["940", "942", ""]

_TAG: Final = re.compile(
    r":(?P<tag>20|21|25P?|28C?|13D?|34F|60[FM]|61|62[FM]|64|65|86|90[CD]|NS):(?P<value>.*)\Z", re.DOTALL
)
_TIME: Final = re.compile(r":[0-5][0-9]:[0-5][0-9](?![0-9])")
_ENVELOPE: Final = re.compile(r"\{2:[IO](?P<kind>94[02])")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_TEXT_FIELDS: Final = frozenset({"86", "NS"})


@dataclass(frozen=True, slots=True)
class Field:
    """A field as it stands: `rows` are its lines without the tag. `kind` is the message that holds it."""

    line: int
    tag: str
    rows: tuple[str, ...]
    kind: Kind = ""

    @property
    def value(self) -> str:
        return self.rows[0].strip()


class Cutter:
    """Takes the lines of a file one after the other and keeps its fields.

    What stands between two messages (envelopes, the banks' own headings) is left out, but for the kind of
    message that it announces.
    """

    def __init__(self) -> None:
        self.fields: list[Field] = []
        self._open: list[str] | None = None
        self._start: tuple[int, str] = (0, "")
        self._kind: Kind = ""

    def take(self, number: int, row: str, after: str) -> None:
        """The row of a line; `after` is the next one that is not empty."""
        row = _CONTROLS.sub("", row)
        if "{4:" in row:
            self._announce(row)
            row = row[row.index("{4:") + 3 :]
        elif row.startswith("{"):
            self._announce(row)
            return
        tag = self._tag(row)
        if tag is not None:
            self._close()
            self._open, self._start = [tag["value"]], (number, tag["tag"])
        elif self._ends(row, after):
            self._close()
        elif self._open is not None:
            self._open.append(row)
        elif row.strip(": ") in ("940", "942"):
            self._kind = "940" if row.strip(": ") == "940" else "942"

    def finish(self) -> list[Field]:
        self._close()
        return self.fields

    def _tag(self, row: str) -> re.Match[str] | None:
        """The beginning of a field. A text may be cut before the minutes of a time: 16 | :26:37."""
        if self._open is not None and self._start[1] in _TEXT_FIELDS and _TIME.match(row):
            return None
        return _TAG.match(row)

    def _ends(self, row: str, after: str) -> bool:
        """Whether the line ends a message; a dash alone may also be a piece of a text that goes on."""
        bare = row.strip()
        if bare == "-" and self._open is not None and self._start[1] in _TEXT_FIELDS:
            return not after or after[0] in ":{}" or ord(after[0]) < ord(" ")
        return bare in ("-", "}", "-XXX") or bare.startswith("-}")

    def _announce(self, envelope: str) -> None:
        self._close()
        found = _ENVELOPE.search(envelope)
        if found is not None:
            self._kind = "940" if found["kind"] == "940" else "942"

    def _close(self) -> None:
        if self._open is not None:
            self.fields.append(Field(*self._start, tuple(self._open), self._kind))
        self._open = None


def cut_fields(rows: Sequence[str]) -> list[Field]:
    """The fields of all the messages in a file, in their order."""
    cutter = Cutter()
    after = ""
    ahead: list[str] = []
    for row in reversed(rows):
        ahead.append(after)
        after = row if row.strip() else after
    for number, (row, following) in enumerate(zip(rows, reversed(ahead), strict=True), 1):
        cutter.take(number, row, following)
    return cutter.finish()
