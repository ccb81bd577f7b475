"""Spreadsheets: the values that were last computed, exact numbers, and no harm from hostile files."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from exigible.intake.readers.problems import UnreadableFile
from exigible.intake.readers.table import open_table
from exigible.intake.readers.table.workbook import check_archive

CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet.main+xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def nothing(sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
    """Leaves the sheet empty."""


def workbook(folder: Path, **sheets: Callable[[Worksheet, xlsxwriter.Workbook], None]) -> Path:
    path = folder / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, fill in sheets.items():
            fill(book.add_worksheet(name), book)
    return path


def bare_workbook(folder: Path, rows: str, padding: int = 0) -> Path:
    """The least that a spreadsheet program opens, with these rows of XML and so much blank after them."""
    path = folder / "bare.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        targets = {"_rels/.rels": "xl/workbook.xml", "xl/_rels/workbook.xml.rels": "sheet1.xml"}
        for name, target in targets.items():
            kind = "officeDocument" if name == "_rels/.rels" else "worksheet"
            archive.writestr(
                name,
                f'<?xml version="1.0"?><Relationships xmlns="{RELATIONSHIPS}"><Relationship Id="rId1" '
                f'Type="{OFFICE}/{kind}" Target="{target}"/></Relationships>',
            )
        archive.writestr(
            "xl/workbook.xml",
            f'<?xml version="1.0"?><workbook xmlns="{SPREADSHEET}" xmlns:r="{OFFICE}"><sheets>'
            '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/sheet1.xml",
            f'<?xml version="1.0"?><worksheet xmlns="{SPREADSHEET}"><sheetData>{rows}</sheetData></worksheet>'
            + " " * padding,
        )
    return path


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableFile) as caught:
        open_table(path)
    return caught.value.code


def test_dates_numbers_and_results_of_formulas(tmp_path: Path) -> None:
    def fill(sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, ["Code client", "Date", "Montant", "Solde", "Échéance", "Note"])
        sheet.write_row(1, 0, ["C1", None, 1234.56])
        sheet.write_datetime(1, 1, date(2024, 1, 31), day)
        sheet.write_formula(1, 3, "=C2/3", None, 411.52)
        sheet.write_number(1, 4, 45351.5625, day)
        sheet.write_formula(1, 5, '=HYPERLINK("http://x")', None, "x")

    table = open_table(workbook(tmp_path, Feuil1=fill))
    assert list(table.rows()) == [
        (2, ["C1", date(2024, 1, 31), Decimal("1234.56"), Decimal("411.52"), date(2024, 2, 29), "x"])
    ]
    assert table.facts.kind == "xlsx"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (0.1 + 0.2, Decimal("0.3")),
        (1.1 * 3, Decimal("3.3")),
        (100.0, 100),
        (-0.07, Decimal("-0.07")),
        (123456789012.34, Decimal("123456789012.34")),
        (1e20, Decimal("1e20")),
    ],
)
def test_numbers_have_the_figures_that_the_sheet_shows(tmp_path: Path, value: float, cell: Decimal) -> None:
    def fill(sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
        sheet.write_row(0, 0, ["Code", "Montant"])
        sheet.write_row(1, 0, ["C1", value])

    assert list(open_table(workbook(tmp_path, Feuil1=fill)).rows()) == [(2, ["C1", cell])]


def test_a_table_that_does_not_start_in_the_corner(tmp_path: Path) -> None:
    def fill(sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
        sheet.write(0, 2, "Balance âgée")
        sheet.write_row(3, 2, ["Code client", "Montant"])
        sheet.write_row(4, 2, ["C1", 5])
        sheet.write_row(5, 2, ["Total", 5])

    table = open_table(workbook(tmp_path, Feuil1=fill))
    assert table.headers == ["A", "B", "Code client", "Montant"]
    assert list(table.rows()) == [(5, [None, None, "C1", 5])]
    assert table.facts.titles == ("Balance âgée",)


def test_the_sheet_with_the_known_columns_is_taken_and_told(tmp_path: Path) -> None:
    def notes(sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
        sheet.write_column(0, 0, ["Lisez-moi", "Ceci est un export", "du 3 mai"])

    def data(sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
        sheet.write_row(0, 0, ["Code client", "Raison sociale"])
        sheet.write_row(1, 0, ["C1", "Durand"])

    def hidden(sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
        data(sheet, book)
        sheet.hide()

    path = workbook(tmp_path, Notes=notes, Clients=data, Vide=nothing, Ancien=hidden)
    table = open_table(path)
    assert (table.facts.sheet, table.facts.sheets) == ("Clients", ("Notes", "Clients"))
    assert [problem.code for problem in table.findings.problems] == ["several-sheets"]
    assert open_table(path, sheet="Notes").facts.sheet == "Notes"
    with pytest.raises(UnreadableFile, match="Vide"):
        open_table(path, sheet="Vide")


def test_a_workbook_is_known_by_its_content_and_not_by_its_name(tmp_path: Path) -> None:
    def fill(sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
        sheet.write_row(0, 0, ["Code", "Nom"])
        sheet.write_row(1, 0, ["C1", "Durand"])

    path = workbook(tmp_path, Feuil1=fill).rename(tmp_path / "clients.csv")
    assert open_table(path).facts.kind == "xlsx"


def test_an_open_document_sheet(tmp_path: Path) -> None:
    path = tmp_path / "clients.ods"
    names = "".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0" '
        for short in ("office", "table", "text")
    )
    text = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    number = '<table:table-cell office:value-type="float" office:value="{}"/>'
    rows = (
        f"<table:table-row>{text.format('Code')}{text.format('Montant')}</table:table-row>"
        f"<table:table-row>{text.format('C1')}{number.format('12.5')}</table:table-row>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest:manifest xmlns:manifest='m'/>")
        archive.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:spreadsheet>"
            f'<table:table table:name="Feuille1">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    table = open_table(path)
    assert (table.facts.kind, list(table.rows())) == ("ods", [(2, ["C1", Decimal("12.5")])])


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = bare_workbook(tmp_path, "", padding=64 << 20)
    assert path.stat().st_size < 200_000
    assert refusal(path) == "zip-bomb"


def test_many_members_make_a_bomb_as_well(tmp_path: Path) -> None:
    path = tmp_path / "many.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(10_001):
            archive.writestr(f"xl/{number}", b"")
    with pytest.raises(UnreadableFile) as caught:
        check_archive(path)
    assert caught.value.code == "zip-bomb"


def test_one_cell_in_the_farthest_corner_does_not_take_the_program_down(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert refusal(bare_workbook(tmp_path, rows)) == "too-many-cells"


def test_a_sheet_without_cells(tmp_path: Path) -> None:
    assert refusal(bare_workbook(tmp_path, "")) == "empty-file"


def test_a_zip_of_something_else(tmp_path: Path) -> None:
    path = tmp_path / "photos.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photo.jpg", b"")
    assert refusal(path) == "not-a-spreadsheet"


def test_damaged_sheets_are_said_to_be_so(tmp_path: Path) -> None:
    path = bare_workbook(tmp_path, '<row r="1"><c r="A1"><v>1</v></c></row>')
    path.write_bytes(path.read_bytes()[:-200])
    assert refusal(path) == "damaged-file"
    old = tmp_path / "old.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert refusal(old) == "damaged-file"


def test_a_protected_workbook(tmp_path: Path) -> None:
    path = tmp_path / "protected.xlsx"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    )
    assert refusal(path) == "encrypted-file"
