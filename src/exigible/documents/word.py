"""One letter as a Word file (Office Open XML, ECMA-376), to be retouched by hand before it leaves.

The same words and figures as the PDF, in plain styles: what a person changes is left to Word. The address
stands where the window of a French envelope shows it (right, 100 mm from the left edge).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

from exigible.documents import layout
from exigible.documents.columns import BOLD, table_data
from exigible.documents.letters import Table, annex_data, to_pay
from exigible.documents.model import InterestAnnex, Letter
from exigible.documents.wording import long_date, words

MIME_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MARGIN: Final = 1134  # twentieths of a point: 20 mm
_WINDOW: Final = 4536  # from the left margin: 100 mm from the edge of the sheet
_WIDTH: Final = 9638  # between the margins of an A4 sheet
_TWENTIETHS: Final = 20 * 1.05  # of a point of our typeface, in Word's

_TYPES: Final = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{MIME_TYPE}.main+xml"/>'
    '<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.styles+xml"/></Types>'
)
_RELATIONS: Final = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
    f' Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)
_RELATIONS_OF_DOCUMENT: Final = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
    f' Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
)


def letter_docx(letter: Letter) -> bytes:
    """The letter as the bytes of a .docx; the same letter gives the same bytes."""
    output = io.BytesIO()
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "word/_rels/document.xml.rels": _RELATIONS_OF_DOCUMENT,
        "word/styles.xml": _styles(letter.language),
        "word/document.xml": _document(letter),
    }
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return output.getvalue()


def _document(letter: Letter) -> str:
    return (
        f'{_HEAD}<w:document xmlns:w="{_W}"><w:body>{"".join(_content(letter))}'
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
        f'<w:pgMar w:top="{_MARGIN}" w:right="{_MARGIN}" w:bottom="{_MARGIN}" w:left="{_MARGIN}"'
        ' w:header="567" w:footer="567" w:gutter="0"/></w:sectPr></w:body></w:document>'
    )


def _content(letter: Letter) -> Iterable[str]:
    said, sender = words(letter.language), letter.sender
    yield _paragraph([sender.name], style="Sender")
    yield _paragraph([*sender.address, sender.phone, sender.email], style="Small")
    yield _paragraph(letter.recipient, style="Recipient")
    day = long_date(letter.dated, letter.language)
    where = said["place_and_date"] if letter.place else "{date}"
    yield _paragraph([where.format(place=letter.place, date=day)], style="Recipient")
    pairs = layout.particulars(sender, letter.customer_code, letter.reference, letter.language)
    yield _paragraph([f"{name}{said['colon']}{value}" for name, value in pairs[:2]], style="Small")
    yield _paragraph([letter.dispatch, said["subject"] + letter.subject], style="Subject")
    yield from (_paragraph(text.split("\n")) for text in layout.paragraphs(letter.body))
    table = Table.of(letter)
    yield _table(table.columns, table.head(letter), table.rows(letter))
    yield from _how_to_pay(letter)
    yield from (_paragraph(text.split("\n")) for text in layout.paragraphs(letter.closing))
    yield _paragraph(sender.signature or (sender.name,))
    yield from (_paragraph([text], style="Small") for text in (*letter.mentions, *sender.legal_lines))
    if letter.annex is not None:
        yield from _annex(letter.annex, letter)


def _how_to_pay(letter: Letter) -> Iterable[str]:
    asked = to_pay(letter)
    if asked.amount_minor <= 0 or not (letter.sender.iban or letter.payment_lines):
        return
    said = words(letter.language)
    pairs = [f"{name}{said['colon']}{value}" for name, value in layout.account_lines(asked)]
    yield _paragraph([said["how_to_pay"], *pairs, *letter.payment_lines])


def _annex(annex: InterestAnnex, letter: Letter) -> Iterable[str]:
    data = annex_data(annex, letter)
    yield '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
    yield _paragraph([data["title"]], style="Subject")
    yield from (_paragraph(text.split("\n")) for text in data["notes"])
    table = data["table"]
    yield _table(table["columns"], table["head"], table["rows"])


# --- the elements ---


def _paragraph(lines: Iterable[str], style: str = "Normal") -> str:
    """A paragraph of lines; nothing for none."""
    shown = layout.lines(lines)
    if not shown:
        return ""
    runs = "<w:r><w:br/></w:r>".join(map(_run, shown))
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text.replace(layout.BREAK_HERE, ""))}</w:t></w:r>'


def _table(columns: str, head: Sequence[str], rows: Sequence[dict[str, Any]]) -> str:
    """A table whose head is repeated on each page and whose rows are not cut."""
    if not rows:
        return ""
    widths = _widths(columns, head, rows)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    top = _row([(text, 1) for text in head], columns, widths, is_bold=True, is_head=True)
    body = (
        _row(row["cells"], columns, widths, is_bold=row["kind"] in BOLD, detail=row["detail"]) for row in rows
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{_WIDTH}" w:type="dxa"/><w:tblBorders>'
        '<w:bottom w:val="single" w:sz="4" w:color="8B95A1"/>'
        '<w:insideH w:val="single" w:sz="4" w:color="CFD5DC"/></w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{top}{"".join(body)}</w:tbl>'
        '<w:p><w:pPr><w:pStyle w:val="Small"/></w:pPr></w:p>'
    )


def _widths(columns: str, head: Sequence[str], rows: Sequence[dict[str, Any]]) -> list[int]:
    """As wide as on our own pages, and a little more for Word's typeface; the rest is for the wide column."""
    printed = table_data(columns, head, rows)["widths"]
    widths = [0 if width is None else round(width * _TWENTIETHS) for width in printed]
    return [width or _WIDTH - sum(widths) for width in widths]


def _row(
    cells: Sequence[tuple[str, int]],
    columns: str,
    widths: Sequence[int],
    *,
    is_bold: bool = False,
    is_head: bool = False,
    detail: str = "",
) -> str:
    made, at = [], 0
    for text, span in cells:
        is_right = columns[at] == "r" or (span > 1 and at > 0)
        extra = detail if at == 0 else ""
        made.append(_cell(text, sum(widths[at : at + span]), span, is_right, is_bold, extra))
        at += span
    head = "<w:tblHeader/>" if is_head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{''.join(made)}</w:tr>"


def _cell(text: str, width: int, span: int, is_right: bool, is_bold: bool, detail: str) -> str:
    grid = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    side = '<w:jc w:val="right"/>' if is_right else ""
    bold = "<w:rPr><w:b/></w:rPr>" if is_bold else ""
    shown = escape(text.replace(layout.BREAK_HERE, ""))
    below = f"<w:r><w:br/></w:r>{_run(detail)}" if detail else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{grid}</w:tcPr><w:p><w:pPr>'
        f'<w:pStyle w:val="Cell"/>{side}</w:pPr><w:r>{bold}<w:t xml:space="preserve">{shown}</w:t></w:r>'
        f"{below}</w:p></w:tc>"
    )


def _styles(language: str) -> str:
    region = {"fr": "fr-FR", "en": "en-GB"}[language]
    kinds = (
        ("Normal", 'w:after="160"', "", 21, False),
        ("Sender", 'w:after="0"', "", 28, True),
        ("Small", 'w:after="160"', "", 17, False),
        ("Recipient", 'w:before="240" w:after="240"', f'<w:ind w:left="{_WINDOW}"/>', 21, False),
        ("Subject", 'w:before="240" w:after="240"', "", 21, True),
        ("Cell", 'w:before="30" w:after="30"', "", 18, False),
    )
    styles = "".join(
        f'<w:style w:type="paragraph" w:default="{int(name == "Normal")}" w:styleId="{name}">'
        f'<w:name w:val="{name}"/><w:pPr><w:spacing {spacing}/>{indent}</w:pPr>'
        f'<w:rPr>{"<w:b/>" if is_bold else ""}<w:sz w:val="{size}"/></w:rPr></w:style>'
        for name, spacing, indent, size, is_bold in kinds
    )
    return (
        f'{_HEAD}<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr>'
        '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri"/>'
        f'<w:lang w:val="{region}"/></w:rPr></w:rPrDefault></w:docDefaults>{styles}</w:styles>'
    )
