"""CSV files of any program are read as one form of table."""

from __future__ import annotations

from pathlib import Path

import pytest

from exigible.intake.readers.problems import Findings, UnreadableFile, english
from exigible.intake.readers.table import Cell, Table, open_table

LINES = "Code;Nom;Ville\nC1;Durand SA;Nice\nC2;Société Œuvre;Monaco\n"
ROWS: list[list[Cell]] = [["C1", "Durand SA", "Nice"], ["C2", "Société Œuvre", "Monaco"]]


def table_of(folder: Path, content: str | bytes, name: str = "file.csv") -> Table:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return open_table(path)


def cells(table: Table) -> list[list[Cell]]:
    return [row for _, row in table.rows()]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r\r\n"])
def test_any_delimiter_and_line_ending(tmp_path: Path, delimiter: str, newline: str) -> None:
    table = table_of(tmp_path, LINES.replace(";", delimiter).replace("\n", newline))
    assert table.headers == ["Code", "Nom", "Ville"]
    assert cells(table) == ROWS
    assert table.facts.delimiter == delimiter


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso8859-15"])
def test_any_encoding(tmp_path: Path, encoding: str) -> None:
    table = table_of(tmp_path, LINES.encode(encoding))
    assert cells(table) == ROWS
    assert table.facts.encoding == encoding


def test_decimal_commas_do_not_pass_for_delimiters(tmp_path: Path) -> None:
    table = table_of(tmp_path, "Code;Montant\n" + "C1;1,50\n" * 5)
    assert table.facts.delimiter == ";"


def test_the_delimiter_that_excel_declares(tmp_path: Path) -> None:
    table = table_of(tmp_path, "sep=;\n" + LINES)
    assert [line for line, _ in table.rows()] == [3, 4]
    assert table.headers == ["Code", "Nom", "Ville"]


def test_quotes_delimiters_and_line_breaks_in_a_cell(tmp_path: Path) -> None:
    table = table_of(tmp_path, 'Code;Nom;Adresse\nC1;"Durand; ""fils""";"1 rue X\n06000 Nice"\nC2;B;C\n')
    assert list(table.rows()) == [
        (2, ["C1", 'Durand; "fils"', "1 rue X\n06000 Nice"]),
        (4, ["C2", "B", "C"]),
    ]


def test_zeros_that_excel_is_kept_from_dropping(tmp_path: Path) -> None:
    assert cells(table_of(tmp_path, 'Code;Nom\n="0012";A\n')) == [["0012", "A"]]


def test_titles_above_the_names_of_the_columns_are_kept_apart(tmp_path: Path) -> None:
    table = table_of(tmp_path, "Balance âgée;;\nau 31/12/2024;;\n;;\n" + LINES)
    assert table.facts.titles == ("Balance âgée", "au 31/12/2024")
    assert table.facts.header_line == 4
    assert cells(table) == ROWS


def test_lines_of_totals_are_skipped_and_told(tmp_path: Path) -> None:
    table = table_of(
        tmp_path,
        "Client;Facture;Solde\nTotal Énergies;FA1;10,00\nDurand;FA2;5,00\nTotal Durand;;5,00\n"
        "Total général;;15,00\n",
    )
    findings = Findings()
    assert [line for line, _ in table.rows(findings)] == [2, 3]
    assert [english(problem) for problem in findings.problems] == [
        "Line 4: a total (“Total Durand”), which was skipped.",
        "Line 5: a total (“Total général”), which was skipped.",
    ]


def test_headers_repeated_on_each_printed_page_are_skipped(tmp_path: Path) -> None:
    table = table_of(tmp_path, LINES + "\n" + LINES)
    findings = Findings()
    assert [line for line, _ in table.rows(findings)] == [2, 3, 6, 7]
    assert findings.counts["warning", "repeated-header"] == 1


def test_columns_without_a_name_or_with_the_same_have_their_letters(tmp_path: Path) -> None:
    table = table_of(tmp_path, "Code;Nom;Nom;\nC1;A;B;C\n")
    assert table.headers == ["Code", "Nom", "Nom (C)", "D"]


def test_lines_shorter_or_longer_than_the_header(tmp_path: Path) -> None:
    table = table_of(tmp_path, "Code;Nom;Ville\nC1\nC2;A;B;;\n")
    assert cells(table) == [["C1", None, None], ["C2", "A", "B"]]


def test_a_table_without_names_has_letters(tmp_path: Path) -> None:
    table = table_of(tmp_path, "C1;12/01/2024;100,00\nC2;13/01/2024;50,00\n")
    assert table.headers == ["A", "B", "C"]
    assert len(cells(table)) == 2
    assert [problem.code for problem in table.findings.problems] == ["header-guessed"]


def test_a_header_and_nothing_else(tmp_path: Path) -> None:
    table = table_of(tmp_path, "Code;Nom\n")
    assert [problem.code for problem in table.findings.errors] == ["no-lines"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"\n\n;;\n", "empty-file"),
        (b"%PDF-1.4\n", "not-a-spreadsheet"),
        (b"<html><table><tr><td>Code", "not-a-spreadsheet"),
        (b"Code;Nom\n\x00\x01", "not-a-text-file"),
        (b'Code;Nom\nC1;"Durand\nC2;Martin\n', "bad-quotes"),
        (b"PK\x03\x04 not a zip", "damaged-file"),
        (b"PK\x05\x06" + b"\0" * 18, "not-a-spreadsheet"),
    ],
)
def test_what_is_no_table(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        table_of(tmp_path, content)
    assert refusal.value.code == code


def test_unpaired_quotes_far_down_are_an_error_with_their_line(tmp_path: Path) -> None:
    table = table_of(tmp_path, "Code;Nom\n" + "C1;A\n" * 100 + 'C2;"B\n' + "C3;C\n" * 3)
    findings = Findings()
    assert len(list(table.rows(findings))) == 100
    assert [(problem.code, problem.line) for problem in findings.errors] == [("bad-quotes", 102)]


def test_mixed_encodings_are_an_error(tmp_path: Path) -> None:
    table = table_of(tmp_path, LINES.encode() * 3 + "C3;Évian;Évian\n".encode("cp1252"))
    assert [(problem.code, problem.line) for problem in table.findings.errors] == [("bad-encoding", 10)]
