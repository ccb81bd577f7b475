"""A signature drawn on the screen: a PNG as the canvas gives it, looked at before it is believed."""

from __future__ import annotations

import base64
import binascii
import struct
import zlib
from collections.abc import Iterator
from typing import Final

from exigible.kernel.errors import UserMistake

PREFIX: Final = "data:image/png;base64,"
MAGIC: Final = b"\x89PNG\r\n\x1a\n"
LARGEST: Final = 150_000
WIDEST: Final = 1600
HIGHEST: Final = 800
_BITS: Final = {0: 1, 2: 3, 4: 2, 6: 4}
"""Samples a pixel by type of colour, of those with eight bits each that a canvas writes."""


def read_signature(text: str) -> bytes:
    """The PNG of a data URL; empty for none.

    Raises UserMistake("bad-signature") for what is no PNG of a screen: another kind, cut short, damaged, too
    large, or whose picture is not as large as it says.
    """
    if not text:
        return b""
    if not text.startswith(PREFIX) or len(text) > len(PREFIX) + LARGEST * 4 // 3 + 4:
        raise _bad()
    try:
        content = base64.b64decode(text[len(PREFIX) :], validate=True)
    except binascii.Error as error:
        raise _bad() from error
    _verify(content)
    return content


def _bad() -> UserMistake:
    return UserMistake("bad-signature", "The signature is not a picture drawn on the screen.")


def _verify(content: bytes) -> None:
    chunks = list(_chunks(content))
    kinds = [kind for kind, _body in chunks]
    if not kinds or kinds[0] != b"IHDR" or kinds[-1] != b"IEND" or len(chunks[0][1]) != 13:
        raise _bad()
    width, height, depth, colour, _packing, _filter, interlace = struct.unpack(">IIBBBBB", chunks[0][1])
    is_of_a_screen = 0 < width <= WIDEST and 0 < height <= HIGHEST
    if not is_of_a_screen or depth != 8 or colour not in _BITS or interlace:
        raise _bad()
    size = height * (1 + width * _BITS[colour])
    packed = b"".join(body for kind, body in chunks if kind == b"IDAT")
    inflater = zlib.decompressobj()
    try:
        pixels = inflater.decompress(packed, size + 1)  # never more than one line past what it says
    except zlib.error as error:
        raise _bad() from error
    if len(pixels) != size or not inflater.eof:
        raise _bad()


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG with their checksums verified (ISO/IEC 15948, 5.3)."""
    if not content.startswith(MAGIC):
        raise _bad()
    at = len(MAGIC)
    while at < len(content):
        if at + 12 > len(content):
            raise _bad()
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        end = at + 12 + length
        body, told = content[at + 8 : end - 4], content[end - 4 : end]
        if end > len(content) or struct.unpack(">I", told)[0] != zlib.crc32(kind + body):
            raise _bad()
        yield kind, body
        at = end
