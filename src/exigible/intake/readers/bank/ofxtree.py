"""The elements of an OFX file, with their lines.

OFX 1 is SGML whose values have no closing tag, OFX 2 is XML, and banks mix the two: one scan reads both. Of
XML it knows tags, comments, CDATA and the five predefined entities and no more, so nothing in a file can make
it grow: a document type or an entity of the file's own is refused.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from exigible.intake.readers.problems import refuse

_MARK: Final = re.compile(r"<!--|<!\[CDATA\[|<!|<(/?)([A-Z][A-Z0-9_.]*)(?:\s[^<>]*)?(/?)>")
_ENTITY: Final = re.compile(r"&(?:(amp|lt|gt|quot|apos|nbsp)|#(\d{1,7})|#x([0-9A-Fa-f]{1,6}));")
_ENTITIES: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " "}
_DEEPEST: Final = 40
# Values that banks leave empty without closing them: what follows is not inside them.
_VALUES: Final = frozenset(
    {
        "NAME", "EXTDNAME", "MEMO", "CHECKNUM", "REFNUM", "FITID", "SRVRTID", "PAYEEID", "SIC", "DTUSER",
        "DTAVAIL", "DTPOSTED", "DTSTART", "DTEND", "DTASOF", "TRNTYPE", "TRNAMT", "BALAMT", "BANKID",
        "BRANCHID", "ACCTID", "ACCTTYPE", "ACCTKEY", "CURDEF", "CURSYM", "CURRATE", "CORRECTFITID",
        "CORRECTACTION", "CODE", "SEVERITY", "MESSAGE", "LANGUAGE", "TRNUID", "DTSERVER", "ORG", "FID",
    }
)  # fmt: skip


@dataclass(slots=True)
class Element:
    """A tag with its value, or with the elements in it; `line` is the one that it stands on."""

    tag: str
    line: int
    value: str = ""
    children: list[Element] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        """What is inside, however deep, in the order of the file."""
        for child in self.children:
            yield child
            if child.children:
                yield from child.walk()

    def all(self, tag: str) -> list[Element]:
        return [element for element in self.walk() if element.tag == tag]

    def first(self, *tags: str) -> Element | None:
        """The first element with one of the tags, those directly inside before those further in."""
        for child in self.children:
            if child.tag in tags:
                return child
        for child in self.children:
            found = child.first(*tags) if child.children else None
            if found is not None:
                return found
        return None

    def text(self, tag: str) -> str:
        """The value of a tag, "" where there is none."""
        found = self.first(tag)
        return found.value if found else ""


class _Lines:
    """The line of a place in the text."""

    def __init__(self, text: str) -> None:
        self._ends = [match.end() for match in re.finditer(r"\r\n|\n|\r", text)]

    def at(self, place: int) -> int:
        return bisect_right(self._ends, place) + 1


def parse_ofx(text: str) -> Element:
    """The OFX element of a file.

    Raises UnreadableFile: "hostile-xml", "damaged-file" (elements too deep, a comment that does not end),
    "cut-statement" (the end of the file is missing).
    """
    root = Element("", 1)
    open_elements = [root]
    last_tag = ""
    for element, is_end in _tags(text):
        last_tag = f"{'/' * is_end}{element.tag}"
        if is_end:
            _close(open_elements, element.tag)
            continue
        _close(open_elements, element.tag)  # of an element in one of its own name, the first was not closed
        open_elements[-1].children.append(element)
        if not element.value and element.tag not in _VALUES:
            open_elements.append(element)
        if len(open_elements) > _DEEPEST:
            raise refuse("damaged-file", f"<{element.tag}>", line=element.line)
    if last_tag != "/OFX":
        raise refuse("cut-statement", "</OFX>")
    return root


def _close(open_elements: list[Element], tag: str) -> None:
    """Ends the innermost open element of this name and all that is open in it; nothing if there is none."""
    for at in range(len(open_elements) - 1, 0, -1):
        if open_elements[at].tag == tag:
            del open_elements[at:]
            return


def _tags(text: str) -> Iterator[tuple[Element, bool]]:
    """Every tag with the value after it, and whether it is a closing one."""
    lines = _Lines(text)
    element, is_end, parts = Element("", 1), True, list[str]()
    at = 0
    while mark := _MARK.search(text, at):
        parts.append(_decoded(text[at : mark.start()]))
        at = mark.end()
        if mark[2] is None:
            literal, at = _skip(text, mark, lines)
            parts.append(literal)
            continue
        if element.tag:
            element.value = "" if is_end else " ".join("".join(parts).split())
            yield element, is_end
        element, is_end, parts = Element(mark[2], lines.at(mark.start())), mark[1] == "/", []
        if mark[3]:
            yield element, False
            is_end = True
    if element.tag:
        yield element, is_end


def _skip(text: str, mark: re.Match[str], lines: _Lines) -> tuple[str, int]:
    """What a comment (nothing) or CDATA (its text) stands for, and where it ends."""
    if mark[0] == "<!":
        raise refuse("hostile-xml", line=lines.at(mark.start()))
    end = "-->" if mark[0] == "<!--" else "]]>"
    stop = text.find(end, mark.end())
    if stop < 0:
        raise refuse("damaged-file", mark[0], line=lines.at(mark.start()))
    return ("" if end == "-->" else text[mark.end() : stop]), stop + len(end)


def _decoded(text: str) -> str:
    return _ENTITY.sub(_letter, text) if "&" in text else text


def _letter(entity: re.Match[str]) -> str:
    if entity[1]:
        return _ENTITIES[entity[1]]
    code = int(entity[2]) if entity[2] else int(entity[3], 16)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else ""
