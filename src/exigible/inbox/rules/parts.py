"""The parts of an e-mail, taken apart with patience: any nesting, any charset, any size, bounded."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.charset import ALIASES
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from email.utils import collapse_rfc2231_value
from typing import Any, Final

MOST_PARTS: Final = 200
DEEPEST: Final = 30
LONGEST_HEADER: Final = 2_000
LONGEST_PART: Final = 2_000_000
"""Characters of one part before it is decoded; what is beyond is not read."""
LONGEST_TEXT: Final = 60_000
"""Characters of one text after it is decoded: ten times what a person writes in a day."""

_UNSEEN: Final = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]"
)
_LONE_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_TWICE_ENCODED: Final = re.compile(r"Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the message: a text, an attachment, or a message that is attached whole."""

    content_type: str
    parents: tuple[str, ...]
    """The multipart types that it stands in, the outermost first."""
    filename: str
    is_attachment: bool
    body: Message[Any, Any]
    """Under the tolerant policy, so that reading its headers raises nothing."""

    def text(self) -> str:
        return text_of(self.body)


def header(message: Message[Any, Any], name: str) -> str:
    """The first header of that name, decoded, on one line, "" when there is none.

    Read raw: the parser of modern policies raises on some broken headers.
    """
    return next(headers(message, name), "")


def headers(message: Message[Any, Any], name: str) -> Iterator[str]:
    for found, value in message.raw_items():
        if found.lower() == name.lower():
            yield _decoded(str(value)[:LONGEST_HEADER])


def _decoded(raw: str) -> str:
    if "=?" in raw:
        try:
            words = decode_header(raw)
        except (HeaderParseError, ValueError):
            words = [(raw, None)]
        raw = "".join(
            w if isinstance(w, str) else decode_bytes(w, charset or "utf-8") for w, charset in words
        )
    elif _LONE_SURROGATE.search(raw):
        raw = decode_bytes(raw.encode("utf-8", "surrogateescape"), "utf-8")
    return " ".join(visible(raw).split())


def visible(text: str) -> str:
    """The text without what no one sees in it and no database stores."""
    return _LONE_SURROGATE.sub("\ufffd", _UNSEEN.sub("", text))


def decode_bytes(raw: bytes, charset: str) -> str:
    """The text in the charset that is declared, if it fits; else in UTF-8, else in that of Windows."""
    for name in dict.fromkeys((ALIASES.get(charset.lower(), charset), "utf-8", "cp1252")):
        try:
            return _once(raw.decode(name))
        except (LookupError, UnicodeError, ValueError):
            continue
    return raw.decode("latin-1")


def _once(text: str) -> str:
    """UTF-8 read as Windows text somewhere on the way ("rÃ©glÃ©"), put right where all of it can be."""
    if not _TWICE_ENCODED.search(text):
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def parts_of(message: Message[Any, Any]) -> tuple[list[Part], bool]:
    """The leaves in their order, and whether there were more, or deeper ones, than are read."""
    found: list[Part] = []
    waiting: list[tuple[Message[Any, Any], tuple[str, ...]]] = [(message, ())]
    is_cut = False
    while waiting:
        node, parents = waiting.pop()
        bare = _bare(node)
        kind = _shape(bare).get_content_type()
        inner = bare.get_payload() if bare.is_multipart() else None
        if kind.startswith("multipart/") and isinstance(inner, list):
            if len(parents) >= DEEPEST:
                is_cut = True
                continue
            children = [child for child in reversed(inner[:MOST_PARTS]) if isinstance(child, Message)]
            waiting += [(child, (*parents, kind)) for child in children]
            is_cut = is_cut or len(inner) > MOST_PARTS
        elif len(found) >= MOST_PARTS:
            return found, True
        else:
            found.append(_part(bare, kind, parents))
    return found, is_cut


def _bare(node: Message[Any, Any]) -> Message[Any, Any]:
    bare = copy.copy(node)
    bare.policy = compat32
    return bare


def _shape(bare: Message[Any, Any]) -> Message[str, str]:
    """The headers that say what a part is, shortened: long parameter lists take quadratic time to read."""
    shape: Message[str, str] = Message(policy=compat32)
    for name in ("Content-Type", "Content-Disposition", "Content-Transfer-Encoding"):
        value = next((str(v) for n, v in bare.raw_items() if n.lower() == name.lower()), None)
        if value is not None:
            shape[name] = value[:LONGEST_HEADER]
    return shape


def _part(bare: Message[Any, Any], kind: str, parents: tuple[str, ...]) -> Part:
    shape = _shape(bare)
    name = _decoded(_parameter(shape, "filename", "content-disposition") or _parameter(shape, "name"))
    is_attachment = shape.get_content_disposition() == "attachment" or (
        bool(name) and not kind.startswith("text/")
    )
    return Part(kind, parents, name[:200], is_attachment, bare)


def _parameter(shape: Message[str, str], name: str, of: str = "content-type") -> str:
    """A parameter of a header, "" where it is missing or so malformed that the library raises."""
    try:
        value = shape.get_param(name, "", header=of)
        return collapse_rfc2231_value(value) if value else ""
    except (TypeError, ValueError, LookupError):
        return ""


def text_of(bare: Message[Any, Any]) -> str:
    """The text of a leaf, decoded, shortened, with one kind of line end."""
    shape = _shape(bare)
    payload = bare.get_payload()
    if not isinstance(payload, str):
        return ""
    if len(payload) > LONGEST_PART or len(bare.items()) > 100:
        bare = copy.copy(bare)
        bare.set_payload(payload[:LONGEST_PART])
    try:
        raw = bare.get_payload(decode=True)
    except (ValueError, LookupError):
        return ""
    charset = _parameter(shape, "charset") or "utf-8"
    text = decode_bytes(raw, charset) if isinstance(raw, bytes) else str(raw)
    return visible(text.replace("\r\n", "\n").replace("\r", "\n"))[:LONGEST_TEXT]
