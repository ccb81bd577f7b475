"""What a bank's file is, is told by its content: its name may say anything."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from exigible.intake.readers.bank import detect
from exigible.intake.readers.bank.detect import bank_format, open_bank_table, read_bank_file
from exigible.intake.readers.guessing import guess_mapping
from exigible.intake.readers.problems import UnreadableFile
from exigible.kernel.errors import UserMistake

OFX = (
    "OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><BANKMSGSRSV1><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>42"
    "</BANKACCTFROM><BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20240115<TRNAMT>12.00<FITID>A1"
    "</STMTTRN></BANKTRANLIST></STMTRS></BANKMSGSRSV1></OFX>\n"
)
MT940 = (
    ":20:STARTUMS\n:25:NL91ABNA0417164300\n:28C:00001\n:60F:C240114EUR1000,00\n"
    ":61:240115C12,00NTRFNONREF//A1\n:86:FA12\n:62F:C240115EUR1012,00\n"
)
CAMT = (
    '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
    "<GrpHdr><MsgId>1</MsgId><CreDtTm>2024-01-15T00:00:00</CreDtTm></GrpHdr><Stmt><Id>1</Id>"
    "<Acct><Id><IBAN>FR7630006000011234567890189</IBAN></Id><Ccy>EUR</Ccy></Acct>"
    '<Ntry><Amt Ccy="EUR">12.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
    "<BookgDt><Dt>2024-01-15</Dt></BookgDt><AcctSvcrRef>A1</AcctSvcrRef></Ntry></Stmt></BkToCstmrStmt></Document>"
)
CSV = "Date;Libellé;Montant\n15/01/2024;FA12;12,00\n"


def written(folder: Path, content: str | bytes, name: str = "statement.xml") -> Path:
    path = folder / name
    path.write_bytes(content.encode("cp1252") if isinstance(content, str) else content)
    return path


def archived(folder: Path, files: dict[str, str | bytes], name: str = "statement.csv") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, content in files.items():
            archive.writestr(inside, content)
    return path


def refusal(path: Path) -> tuple[str, str]:
    with pytest.raises(UnreadableFile) as refused:
        read_bank_file(path, currency="EUR")
    return refused.value.code, refused.value.problems[0].found


@pytest.mark.parametrize(
    ("content", "kind", "form"),
    [
        (OFX, "ofx", "ofx1"),
        (MT940, "mt940", "mt940"),
        (CAMT, "camt", "camt.053.001.08"),
        (CSV, "table", "table"),
    ],
)
@pytest.mark.parametrize("name", ["statement", "statement.pdf", "RELEVE.XLSX"])
def test_every_format_under_any_name(tmp_path: Path, content: str, kind: str, form: str, name: str) -> None:
    path = written(tmp_path, content, name)
    file = read_bank_file(path, currency="EUR")
    assert (bank_format(path), file.format) == (kind, form)
    assert [line.amount_minor for _, line in file.lines()] == [1200]


def test_a_workbook_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "statement.txt"
    book = xlsxwriter.Workbook(path)
    for name, text in (("Aide", "Lisez-moi"), ("Relevé", "Virement"), ("Autre", "Frais")):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["Date", "Libellé", "Montant"])
        sheet.write_row(1, 0, ["15/01/2024", text, 12])
    book.close()
    assert bank_format(path) == "table"
    file = read_bank_file(path, currency="EUR", sheet="Autre")
    assert [line.text for _, line in file.lines()] == ["Frais"]


@pytest.mark.parametrize("content", [OFX, MT940, CAMT, CSV])
def test_one_file_in_an_archive(tmp_path: Path, content: str) -> None:
    path = archived(tmp_path, {"2024/": "", "2024/releve.txt": content, "__MACOSX/._releve.txt": "x"})
    assert bank_format(path) == bank_format(written(tmp_path, content))
    assert [line.amount_minor for _, line in read_bank_file(path, currency="EUR").lines()] == [1200]


def test_a_table_in_an_archive_can_be_shown(tmp_path: Path) -> None:
    table = open_bank_table(archived(tmp_path, {"releve.csv": CSV}))
    assert (table.headers, table.sample()) == (
        ["Date", "Libellé", "Montant"],
        [["15/01/2024", "FA12", "12,00"]],
    )


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (b"", ("empty-file", "")),
        (b" \n\n ", ("empty-file", "")),
        (b"%PDF-1.7\n%\xe2\xe3", ("not-a-bank-statement", "a PDF")),
        (b"\x89PNG\r\n\x1a\n\0\0", ("not-a-bank-statement", "a picture")),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", ("not-a-bank-statement", "a picture")),
        (b"\x1f\x8b\x08\0", ("not-a-bank-statement", "a gzip archive")),
        (b"<!DOCTYPE html><html></html>", ("not-a-bank-statement", "a web page")),
        (b"<html><body>Session expired", ("not-a-bank-statement", "a web page")),
        (b"\x01\x02\0\x03 binary", ("not-a-bank-statement", "a file of binary data")),
        (b"PK\x05\x06" + bytes(18), ("empty-file", "")),
        (b"PK\x03\x04 cut", ("damaged-file", "File is not a zip file")),
        (b'<?xml version="1.0"?><!-- x --><Invoice xmlns="urn:x"/>', ("unknown-xml", "Invoice")),
        (b"<rsm:CrossIndustryInvoice/>", ("unknown-xml", "rsm:CrossIndustryInvoice")),
    ],
)
def test_what_is_no_statement_is_called_what_it_is(
    tmp_path: Path, content: bytes, verdict: tuple[str, str]
) -> None:
    assert refusal(written(tmp_path, content)) == verdict


@pytest.mark.parametrize(
    ("files", "verdict"),
    [
        ({}, ("empty-file", "")),
        ({"a.csv": CSV, "b.csv": CSV}, ("several-files", "2")),
        ({"releve.pdf": b"%PDF-1.7"}, ("not-a-bank-statement", "a PDF")),
        ({"a.csv": ""}, ("empty-file", "")),
    ],
)
def test_archives_that_hold_no_single_statement(
    tmp_path: Path, files: dict[str, str | bytes], verdict: tuple[str, str]
) -> None:
    assert refusal(archived(tmp_path, files)) == verdict


def test_an_archive_in_an_archive(tmp_path: Path) -> None:
    inner = archived(tmp_path, {"a.csv": CSV}, "inner.zip").read_bytes()
    assert refusal(archived(tmp_path, {"inner.zip": inner}))[0] == "not-a-bank-statement"


def test_an_archive_that_unpacks_to_far_more(tmp_path: Path) -> None:
    assert refusal(archived(tmp_path, {"a.csv": bytes(40 << 20)}))[0] == "zip-bomb"


def test_an_archive_whose_directory_lies_about_sizes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detect, "MOST_UNPACKED", 10)
    monkeypatch.setattr(detect, "check_archive", lambda _path: None)
    assert refusal(archived(tmp_path, {"a.csv": CSV}))[0] == "zip-bomb"


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-30], lambda data: data.replace(b"PK\x01\x02", b"PK\x01\x09")]
)
def test_a_damaged_archive(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = archived(tmp_path, {"a.csv": CSV})
    path.write_bytes(damage(path.read_bytes()))
    assert refusal(path)[0] == "damaged-file"


@pytest.mark.parametrize("content", [CAMT.replace("?>", "?><!DOCTYPE d [<!ENTITY a 'x'>]>", 1)])
def test_hostile_xml_is_refused(tmp_path: Path, content: str) -> None:
    assert refusal(written(tmp_path, content))[0] == "hostile-xml"


def test_columns_that_no_name_tells_must_be_confirmed(tmp_path: Path) -> None:
    """A report of sums has a date and an amount on each line, as a statement has."""
    path = written(tmp_path, "AccountId;Created;Sum\n1;2024-01-15;12,00\n")
    assert refusal(path) == ("guess-unsure", "Created")
    confirmed = guess_mapping("bank", open_bank_table(path))
    assert len(list(read_bank_file(path, currency="EUR", mapping=confirmed).lines())) == 1


def test_a_mapping_of_other_columns_is_refused(tmp_path: Path) -> None:
    mapping = guess_mapping("bank", open_bank_table(written(tmp_path, CSV)))
    path = written(tmp_path, CSV.replace("Montant", "Somme"))
    with pytest.raises(UserMistake) as refused:
        read_bank_file(path, currency="EUR", mapping=mapping)
    assert refused.value.code == "bad-mapping"


def test_a_text_that_is_no_table_lacks_its_columns(tmp_path: Path) -> None:
    assert refusal(written(tmp_path, "Bonjour,\nveuillez trouver le relevé.\n"))[0] == "unmapped-field"
