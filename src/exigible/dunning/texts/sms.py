"""How long a text message is, as networks count it.

3GPP TS 23.038: the GSM alphabet holds 160 characters in one message and 153 in each part of a longer one, a
few of them (€, brackets) counting twice; one character outside of it makes the whole message UCS-2, 70 and
67. A pair is never cut in two between two parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED: Final = frozenset("\f^{}\\[~]|€")
MOST_SEGMENTS: Final = 4

_TYPED_ON_A_TELEPHONE: Final = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'"})


@dataclass(frozen=True, slots=True)
class Length:
    """`units` used of `room` in `segments` parts; `outside`: the characters that make it UCS-2."""

    units: int
    segments: int
    room: int
    outside: tuple[str, ...]

    @property
    def is_unicode(self) -> bool:
        return bool(self.outside)


def plain(text: str) -> str:
    """A text with the spaces and apostrophes of a telephone, which keep it in the GSM alphabet."""
    return text.translate(_TYPED_ON_A_TELEPHONE)


def length_of(text: str) -> Length:
    """How many parts a message takes; 0 for an empty one."""
    outside = tuple(dict.fromkeys(sign for sign in text if sign not in BASIC and sign not in EXTENDED))
    if outside:
        widths, alone, part = [len(sign.encode("utf-16-be")) // 2 for sign in text], 70, 67
    else:
        widths, alone, part = [2 if sign in EXTENDED else 1 for sign in text], 160, 153
    units = sum(widths)
    if units <= alone:
        return Length(units, 1 if text else 0, alone, outside)
    segments = _filled(widths, part)
    return Length(units, segments, segments * part, outside)


def _filled(widths: list[int], part: int) -> int:
    """How many parts of that width the characters fill, in order, none of them cut."""
    segments, used = 1, 0
    for width in widths:
        if used + width > part:
            segments, used = segments + 1, 0
        used += width
    return segments
