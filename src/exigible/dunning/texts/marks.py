"""The few marks of a template, and how what was typed is read.

An empty line ends a paragraph. `{total}` stands for a value. A paragraph of which a value is not known for a
customer is left out, and `{else}` begins the one that is said instead. `{items}`, a paragraph by itself, is
the place of the table of items. A brace that is meant is typed twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from exigible.dunning.wording import Alternatives, Wording

ITEMS: Final = "{items}"
ELSE: Final = "{else}"
_TOKEN: Final = re.compile(r"\{\{|\}\}|\{[^{}\n]*\}|[{}]")


class Paragraph(NamedTuple):
    """A paragraph and where it begins in what was typed."""

    text: str
    start: int


class Token(NamedTuple):
    """Something in braces: the name of a value, or None for a brace that has no fellow."""

    name: str | None
    start: int
    end: int


def paragraphs(text: str) -> list[Paragraph]:
    """The paragraphs of a text; lines that hold nothing but spaces separate them."""
    found, start = [], 0
    for part in re.split(r"(\n[^\S\n]*\n\s*)", text):
        if part.strip():
            lead = len(part) - len(part.lstrip())
            found.append(Paragraph(part.strip(), start + lead))
        start += len(part)
    return found


def tokens(text: str) -> Iterator[Token]:
    """What stands in braces, in order; braces typed twice are letters and not told."""
    for match in _TOKEN.finditer(text):
        found = match.group()
        if found in ("{{", "}}"):
            continue
        yield Token(found[1:-1] if len(found) > 1 else None, match.start(), match.end())


def read_body(text: str) -> tuple[tuple[Alternatives, ...], tuple[Alternatives, ...]]:
    """What stands before the table and after it, each paragraph with those said in its stead."""
    sides: list[list[Alternatives]] = [[]]
    for text_of in (paragraph.text for paragraph in paragraphs(text)):
        if text_of == ITEMS:
            sides.append([])
        elif text_of.startswith(ELSE) and sides[-1]:
            sides[-1][-1] += (text_of.removeprefix(ELSE).lstrip(),)
        else:
            sides[-1].append((text_of.removeprefix(ELSE).lstrip(),))
    body, *after = sides
    return tuple(body), tuple(paragraph for side in after for paragraph in side)


def as_text(wording: Wording) -> str:
    """The body and closing of a wording as they would be typed."""
    before, after = _typed(wording.body), _typed(wording.closing)
    return "\n\n".join([*before, *([ITEMS, *after] if after else [])])


def _typed(choices: tuple[Alternatives, ...]) -> list[str]:
    return [(ELSE if rank else "") + text for choice in choices for rank, text in enumerate(choice)]
