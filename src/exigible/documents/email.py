"""A letter as an e-mail: the same words and figures, as HTML that looks like the company's and as text.

The HTML is one file with inline styles, reads on a phone and in dark mode, and loads nothing from outside;
the logo travels with the message (`inline_logo`).
"""

from __future__ import annotations

import colorsys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from exigible.documents import layout
from exigible.documents.letters import Table, to_pay
from exigible.documents.model import Letter, Sender
from exigible.documents.pictures import picture_kind
from exigible.documents.wording import words

LOGO_ID: Final = "logo"
_WIDE: Final = "wide"
"""The class of what a narrow screen leaves out."""
_COLUMNS_OF_A_PHONE: Final = 3
_SHORT: Final = 18
_WIDEST_TEXT: Final = 84
"""Characters of a line of text that a window shows without breaking it."""
_MIME_TYPES: Final = {"png": "image/png", "jpeg": "image/jpeg"}


class EmailBody(NamedTuple):
    """What goes into a message; the subject is one line."""

    subject: str
    text: str
    html: str


class InlinePicture(NamedTuple):
    """A picture to attach inline under `Content-ID: <content_id>`."""

    content_id: str
    mime_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    align: str
    kind: str
    span: int = 1

    @property
    def attributes(self) -> SafeString:
        """How it is shown. A template that asks each cell these questions takes twice the time."""
        style = f"padding:7px 4px;text-align:{self.align};vertical-align:top;border-bottom:1px solid #cfd5dc;"
        if len(self.text) <= _SHORT:  # it can be kept on one line even on a phone
            style += "white-space:nowrap;"
        if self.align == "right":
            style += "font-variant-numeric:tabular-nums;"
        span = f' colspan="{self.span}"' if self.span > 1 else ""
        return mark_safe(f'class="hair {self.kind}" align="{self.align}"{span} style="{style}"')  # noqa: S308  ours


def inline_logo(sender: Sender) -> InlinePicture | None:
    """The logo to send along if mail programs show it (PNG, JPEG); else the name stands in its place."""
    kind = picture_kind(sender.logo) if sender.logo else None
    if not sender.logo or kind not in _MIME_TYPES:
        return None
    return InlinePicture(LOGO_ID, _MIME_TYPES[kind], sender.logo)


def render_email(letter: Letter) -> EmailBody:
    """Subject, text and HTML of the letter; place, date and window address are left to paper."""
    context = _context(letter)
    text = render_to_string("documents/email.txt", context).replace(layout.BREAK_HERE, "")
    html = render_to_string("documents/email.html", context).replace(layout.BREAK_HERE, "<wbr>")
    return EmailBody(context["subject"], _without_gaps(text), html)


def _context(letter: Letter) -> dict[str, Any]:
    table = Table.of(letter)
    rows = table.rows(letter)
    asked = to_pay(letter)
    other_ways = layout.lines(letter.payment_lines)
    is_payable = asked.amount_minor > 0 and bool(letter.sender.iban or other_ways)
    sender = letter.sender
    return {
        "language": letter.language,
        "subject": layout.line(letter.subject).replace(layout.BREAK_HERE, ""),
        "sender": sender,
        "colour": layout.readable(sender.colour),
        "bright_colour": _bright(sender.colour),
        "has_logo": inline_logo(sender) is not None,
        "logo_id": LOGO_ID,
        "body": layout.paragraphs(letter.body),
        "head": _head(table, letter),
        "rows": list(_html_rows(rows, table.columns)),
        "text_rows": _text_rows(table, letter, rows),
        "account": layout.account_lines(asked) if is_payable else [],
        "other_ways": other_ways,
        "closing": layout.paragraphs(letter.closing),
        "signature": layout.lines(sender.signature),
        "mentions": layout.paragraphs(letter.mentions),
        "foot": layout.lines((sender.name, *sender.address, sender.phone, *sender.legal_lines)),
        "words": words(letter.language),
    }


def _bright(colour: str) -> str:
    """The company's colour made light enough to read on a dark page."""
    red, green, blue = (int(layout.readable(colour)[start : start + 2], 16) / 255 for start in (1, 3, 5))
    hue, _, saturation = colorsys.rgb_to_hls(red, green, blue)
    channels = colorsys.hls_to_rgb(hue, 0.78, min(saturation, 0.7))
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _kinds(columns: str) -> list[str]:
    """Which columns a narrow screen leaves out: all but the document, the due date and what is left."""
    due = 1 + (columns[1:3] == "ll")
    kept = {0, due, len(columns) - 1}
    return ["" if position in kept else _WIDE for position in range(len(columns))]


def _sides(columns: str) -> list[str]:
    return ["right" if column == "r" else "left" for column in columns]


def _head(table: Table, letter: Letter) -> list[tuple[str, str, str]]:
    return list(zip(table.head(letter), _sides(table.columns), _kinds(table.columns), strict=True))


def _html_rows(rows: Sequence[dict[str, Any]], columns: str) -> Iterator[dict[str, Any]]:
    kinds, sides = _kinds(columns), _sides(columns)
    for row in rows:
        texts = [text for text, _ in row["cells"]]
        if len(texts) == len(columns):
            cells = [_Cell(*values) for values in zip(texts, sides, kinds, strict=True)]
        else:
            cells = _sum_cells(*texts, fillers=len(columns) - _COLUMNS_OF_A_PHONE)
        is_sum, is_head = row["kind"] in ("subtotal", "net"), row["kind"] == "head"
        yield {"cells": cells, "detail": row["detail"], "is_sum": is_sum, "is_head": is_head}


def _sum_cells(label: str, amount: str, *, fillers: int) -> list[_Cell]:
    """A label over the columns that a phone keeps before the amount, so that it fits both widths."""
    empty = _Cell("", "left", _WIDE)
    return [_Cell(label, "left", "", _COLUMNS_OF_A_PHONE - 1), *[empty] * fillers, _Cell(amount, "right", "")]


def _text_rows(table: Table, letter: Letter, rows: Sequence[dict[str, Any]]) -> list[str]:
    """The table in columns of letters, amounts at the right; where it is too wide, the columns of a phone."""
    if not rows:
        return []
    whole = [[text.replace(layout.BREAK_HERE, "") for text, _ in row["cells"]] for row in rows]
    details, head = [row["detail"] for row in rows], table.head(letter)
    lines = _text_table(head, whole, details)
    if max(map(len, lines[:2])) <= _WIDEST_TEXT:
        return lines
    kept = [position for position, kind in enumerate(_kinds(table.columns)) if not kind]
    narrow = [[texts[n] for n in kept] if len(texts) == len(head) else texts for texts in whole]
    return _text_table([head[n] for n in kept], narrow, details)


def _text_table(head: list[str], rows: Sequence[list[str]], details: Sequence[str]) -> list[str]:
    """Its head, a rule, its rows, each with what there is to say under it."""
    singles = [head, *(texts for texts in rows if len(texts) == len(head))]
    widths = [max(map(len, column)) for column in zip(*singles, strict=True)]
    total = sum(widths) + 2 * (len(widths) - 1)
    lines = [_text_line(head, widths), "-" * total]
    for texts, detail in zip(rows, details, strict=True):
        if len(texts) == len(head):
            lines.append(_text_line(texts, widths))
            lines += [f"  {detail}"] if detail else []
        else:
            label, amount = texts
            lines.append(f"{label}{amount:>{max(total - len(label), len(amount) + 2)}}")
    return lines


def _text_line(texts: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (
        text.ljust(width) if position == 0 else text.rjust(width)
        for position, (text, width) in enumerate(zip(texts, widths, strict=True))
    )
    return "  ".join((first, *others))


def _without_gaps(text: str) -> str:
    """No more than one empty line in a row, and none at the ends."""
    lines: list[str] = []
    for line in text.strip().split("\n"):
        if line.strip() or (lines and lines[-1]):
            lines.append(line if line == "-- " else line.rstrip())
    return "\n".join(lines) + "\n"
