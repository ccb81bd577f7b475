"""Logos and scanned signatures: what kind of file they are, and the form in which the templates take them."""

from __future__ import annotations

import base64
import struct
from typing import Final

from exigible.kernel.errors import UserMistake

_STARTS: Final = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"), (b"<", "svg"))
_JPEG_SIZES: Final = frozenset(
    (*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0))
)
_JPEG_WITHOUT_LENGTH: Final = frozenset((0x01, *range(0xD0, 0xD9)))


def picture_kind(content: bytes) -> str | None:
    """ "png", "jpeg" or "svg", told from the first bytes; None for anything else."""
    start = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    return next((kind for mark, kind in _STARTS if start.startswith(mark)), None)


def as_svg(content: bytes) -> bytes:
    """The picture as SVG: Typst takes files in memory as text only, so a PNG or JPEG is put inside one.

    Raises UserMistake("unusable-picture") for what is neither PNG, JPEG nor SVG, or is cut short.
    """
    kind = picture_kind(content)
    if kind == "svg":
        return content
    size = _png_size(content) if kind == "png" else _jpeg_size(content) if kind == "jpeg" else None
    if size is None or 0 in size:
        raise UserMistake("unusable-picture", "This picture is neither a PNG, a JPEG nor an SVG file.")
    width, height = size
    data = base64.b64encode(content).decode("ascii")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/{kind};base64,{data}"/></svg>'
    ).encode("ascii")


def _png_size(content: bytes) -> tuple[int, int] | None:
    if len(content) < 24:
        return None
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Width and height from the start-of-frame segment (ITU-T T.81, B.2.2)."""
    position = 2
    while position + 9 <= len(content):
        if content[position] != 0xFF:
            return None
        marker = content[position + 1]
        if marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return width, height
        if marker in _JPEG_WITHOUT_LENGTH:
            position += 2
        else:
            position += 2 + struct.unpack(">H", content[position + 2 : position + 4])[0]
    return None
