"""HTML of mail programs as lines of text, with what they quote marked as quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

_LONGEST: Final = 1_000_000
_BREAKS: Final = frozenset(
    (
        "p",
        "div",
        "br",
        "tr",
        "li",
        "ul",
        "ol",
        "table",
        "blockquote",
        "hr",
        "section",
        "article",
        "pre",
        "body",
        *tuple(f"h{level}" for level in range(1, 7)),
    )
)
_NOT_READ: Final = frozenset(("script", "style", "head", "title", "template", "svg", "object"))
_QUOTE_CLASSES: Final = re.compile(
    r"gmail_quote|yahoo_quoted|moz-cite-prefix|protonmail_quote|zmail_extra", re.IGNORECASE
)
_QUOTE_IDS: Final = re.compile(
    r"divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION|mail-editor-reference|x?_?replySplit", re.IGNORECASE
)
_HIDDEN: Final = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)

ORIGINAL: Final = "-----Original Message-----"


def text_of_html(html: str) -> str:
    """The text that a reader sees. Quotations begin with ">", and what a mail program marks as the original
    message comes after the line `ORIGINAL`."""
    parser = etree.HTMLParser(encoding="utf-8", recover=True, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(html[:_LONGEST].encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return ""
    if root is None:
        return ""
    lines = _lines("".join(_pieces(root)))
    return "\n".join(lines).strip()


# A quotation is opened and closed in the stream of text by characters that no e-mail holds.
_OPEN, _CLOSE = "\ue000", "\ue001"


def _pieces(root: Any) -> Iterator[str]:
    """Walks without recursion: a message can nest its tables as deep as it likes."""
    skipped = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        tag = node.tag if isinstance(node.tag, str) else ""
        is_skipped = tag in _NOT_READ or not tag or _HIDDEN.search(node.get("style") or "") is not None
        if event == "start":
            skipped += is_skipped
            if not skipped:
                yield _before(node, tag) + _flowed(node.text, is_kept=tag == "pre")
            continue
        if not skipped:
            yield _CLOSE if _is_quote(node, tag) else "\n" if tag in _BREAKS and tag != "br" else ""
        skipped -= is_skipped
        if not skipped:
            yield _tail(node, tag)


def _flowed(text: str | None, *, is_kept: bool) -> str:
    """Line ends of the source are spaces, but in preformatted text."""
    plain = (text or "").replace("\xa0", " ").replace(_OPEN, "").replace(_CLOSE, "")
    return plain if is_kept else plain.replace("\n", " ")


def _tail(node: Any, tag: str) -> str:
    return ("  " if tag == "td" else "") + _flowed(node.tail, is_kept=False)


def _before(node: Any, tag: str) -> str:
    if _QUOTE_IDS.search(node.get("id") or ""):
        return f"\n{ORIGINAL}\n"
    if _is_quote(node, tag):
        return _OPEN
    if tag == "li":
        return "\n- "
    return "\n" if tag in _BREAKS else ""


def _is_quote(node: Any, tag: str) -> bool:
    if tag == "blockquote":
        # A reply indented by its writer is a blockquote as well; mail programs mark theirs.
        return bool(
            node.get("type") == "cite" or node.get("class") or "border-left" in (node.get("style") or "")
        )
    return tag == "div" and _QUOTE_CLASSES.search(node.get("class") or "") is not None


def _lines(stream: str) -> Iterator[str]:
    depth, blanks = 0, 0
    for piece in re.split(f"([\n{_OPEN}{_CLOSE}])", stream):
        if piece == _OPEN:
            depth += 1
        elif piece == _CLOSE:
            depth = max(0, depth - 1)
        else:
            line = " ".join(piece.split())
            blanks = 0 if line else blanks + 1
            if line or blanks == 4:
                yield ("> " if depth else "") + line
