"""XML from strangers, read piece by piece: what is done with is dropped, what is hostile is refused.

No statement needs a document type or entities, so a file that declares any is refused before they are used.
Depth and single texts are bounded by libxml2 itself (256 levels, 10 MB); what is kept at one time is bounded
here, by the elements that are alive after each block.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from os import SEEK_END
from pathlib import Path
from typing import Any, Final

from lxml import etree

from exigible.intake.readers.problems import UnreadableFile, refuse

Element = Any  # lxml has no types
BLOCK: Final = 1 << 18
_UNUSED: Final = frozenset({"PstlAdr", "CtctDtls", "SplmtryData"})  # long, and nothing is taken from them
_LAST_BYTES: Final = 4096
_LONGEST_PROLOG: Final = 1 << 20
_MOST_ALIVE: Final = 200_000  # a payment may list some ten thousand documents
_MOST_LETTERS_ALIVE: Final = 16 << 20
_ENCODING: Final = re.compile(rb"""[^<]*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_SKIPPED: Final = ((b"<!--", b"-->"), (b"<?", b"?>"))


@dataclass(slots=True)
class Node:
    """An element, free of the parser: `text` is its own, without spaces around; `currency` its Ccy."""

    name: str
    line: int
    text: str = ""
    currency: str = ""
    children: list[Node] = field(default_factory=list)

    def find(self, *path: str) -> Node | None:
        """The first element down this path of names."""
        node = self
        for name in path:
            for child in node.children:
                if child.name == name:
                    node = child
                    break
            else:
                return None
        return node

    def all(self, name: str) -> list[Node]:
        return [child for child in self.children if child.name == name]

    def text_at(self, *path: str) -> str:
        """The text of the element down this path, "" where there is none."""
        node = self.find(*path)
        return node.text if node is not None else ""

    def first_text(self, *paths: Sequence[str]) -> str:
        """The first text that is not empty among several paths."""
        for path in paths:
            text = self.text_at(*path)
            if text:
                return text
        return ""


@lru_cache(maxsize=2_000)
def local_name(tag: str) -> str:
    return tag.rpartition("}")[2]


def node_of(element: Element) -> Node:
    text = element.text
    return Node(
        local_name(element.tag),
        element.sourceline,
        text.strip() if text else "",
        element.get("Ccy", ""),
        [node_of(child) for child in element if local_name(child.tag) not in _UNUSED] if len(element) else [],
    )


def drop_before(element: Element) -> Iterator[Element]:
    """The elements before this one in its parent, each dropped once it was looked at."""
    parent = element.getparent()
    while parent is not None and parent[0] is not element:
        yield parent[0]
        del parent[0]


def drop_twin_before(element: Element) -> None:
    """Drops the element before this one if it bears the same name: it was looked at when it ended."""
    before = element.getprevious()
    if before is not None and before.tag == element.tag:
        element.getparent().remove(before)


def pull(path: Path, events: Sequence[str], names: Sequence[str] | None) -> Iterator[tuple[str, Element]]:
    """The events ("start", "end") of the elements with these local names, of all without `names`.

    Raises UnreadableFile, with the line: XML that is broken, hostile, out of all measure, or in another
    encoding than it says.
    """
    tags = [f"{{*}}{name}" for name in names] if names else None
    parser = etree.XMLPullParser(
        events=events,
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        yield from _fed(parser, path)
    except etree.XMLSyntaxError as error:
        raise _refusal(error, path) from error


def _fed(parser: Element, path: Path) -> Iterator[tuple[str, Element]]:
    root = None
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            parser.feed(block)
            for event, element in parser.read_events():
                if root is None:
                    root = element.getroottree().getroot()
                    _check_document_type(root)
                yield event, element
            if root is not None:
                _check_measure(root)
            elif stream.tell() > _LONGEST_PROLOG:
                raise refuse("outsized-xml", f"{stream.tell()} bytes", line=1)
    parser.close()
    yield from parser.read_events()


def check_prolog(head: bytes) -> None:
    """Refuses a document type by the first bytes, before the parser sees it, whatever the encoding."""
    plain = head.replace(b"\0", b"")
    at = plain.find(b"<")
    while end := next((end for start, end in _SKIPPED if plain.startswith(start, at)), b""):
        closed = plain.find(end, at)
        at = plain.find(b"<", closed) if closed >= 0 else -1
        if at < 0:
            return
    if plain.startswith(b"<!", at) and plain[at + 2 : at + 3].isalpha():
        raise refuse("hostile-xml", line=plain.count(b"\n", 0, at) + 1)


def _check_document_type(root: Element) -> None:
    information = root.getroottree().docinfo
    if information.internalDTD is not None or information.externalDTD is not None or information.doctype:
        raise refuse("hostile-xml", line=1)


def _check_measure(root: Element) -> None:
    letters = 0
    for alive, element in enumerate(root.iter()):
        letters += len(element.text or "") + len(element.tail or "") + sum(map(len, element.attrib.values()))
        if alive > _MOST_ALIVE or letters > _MOST_LETTERS_ALIVE:
            raise refuse("outsized-xml", local_name(element.tag), line=element.sourceline)


def _refusal(error: Any, path: Path) -> UnreadableFile:
    types = etree.ErrorTypes
    if error.code in (types.ERR_INVALID_ENCODING, types.IO_ENCODER):
        misplaced = _first_bad_letter(path)
        if misplaced is not None:
            line, found, encoding = misplaced
            return refuse("bad-encoding", found, encoding, line=line)
    message = re.sub(r", line \d+, column \d+$", "", error.msg)
    if error.code == types.ERR_RESOURCE_LIMIT or "XML_PARSE_HUGE" in message:
        return refuse("outsized-xml", message.split(",")[0].split(":")[0], line=error.lineno)
    if error.code in (types.ERR_UNSUPPORTED_ENCODING, types.ERR_UNKNOWN_ENCODING):
        return refuse("unknown-encoding", message.rpartition(": ")[2], line=error.lineno)
    line, position = error.position
    code = "cut-xml" if error.code == types.ERR_TAG_NOT_FINISHED or _is_cut(path) else "broken-xml"
    return refuse(code, line=max(line, 1), position=position)


def _is_cut(path: Path) -> bool:
    """Whether the file ends elsewhere than after a tag."""
    with path.open("rb") as stream:
        stream.seek(-min(path.stat().st_size, _LAST_BYTES), SEEK_END)
        return not stream.read().replace(b"\0", b"").rstrip().endswith(b">")


def _first_bad_letter(path: Path) -> tuple[int, str, str] | None:
    """Line, surroundings and declared encoding of the first bytes that are none of its letters."""
    line = 1
    with path.open("rb") as stream:
        name = _declared_encoding(stream.read(BLOCK))
        stream.seek(0)
        decoder = codecs.getincrementaldecoder(name)()
        for block in iter(lambda: stream.read(BLOCK), b""):
            try:
                line += decoder.decode(block).count("\n")
            except UnicodeDecodeError as error:
                before = error.object[: error.start].decode(name, "replace").count("\n")
                around = error.object[max(error.start - 10, 0) : error.start + 10]
                return line + before, " ".join(around.decode("cp1252", "replace").split()), name.upper()
    return None


def _declared_encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    declared = _ENCODING.match(head)
    try:
        return codecs.lookup(declared[1].decode()).name if declared else "utf-8"
    except LookupError:
        return "utf-8"
