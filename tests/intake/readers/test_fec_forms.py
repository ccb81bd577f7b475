"""A FEC is read in every form that the law allows and programs give it."""

from __future__ import annotations

import codecs
from datetime import date
from pathlib import Path

import pytest
from tests.intake.readers.samples import HEADER, fec_line, fec_text, payment, sale, write_fec

from exigible.intake.readers.fec import FecFile, FecLine, open_fec
from exigible.intake.readers.problems import UnreadableFile

AMOUNT_SENSE = [{"Debit": "Montant", "Credit": "Sens"}.get(name, name) for name in HEADER]


def read(path: Path, currency: str = "EUR") -> tuple[FecFile, list[FecLine]]:
    file = open_fec(path, currency=currency)
    return file, [line for batch in file.batches() for line in batch]


def codes(file: FecFile) -> list[str]:
    return [problem.code for problem in file.problems]


def test_a_line_comes_with_its_amount_signed_and_its_dates(tmp_path: Path) -> None:
    cells = {"EcritureLet": "AA", "DateLet": "20240301"}
    file, lines = read(write_fec(tmp_path, sale(**cells)))
    assert lines[0] == FecLine(
        line=2,
        journal_code="VE",
        journal_label="Ventes",
        entry_number="1",
        entry_date=date(2024, 1, 15),
        account="41100000",
        account_label="Compte",
        aux="C1",
        aux_label="Durand SA",
        piece_ref="FA1",
        piece_date=date(2024, 1, 10),
        label="Facture",
        amount_minor=12000,
        lettering="AA",
        lettered_on=date(2024, 3, 1),
        validated_on=date(2024, 1, 31),
        foreign_minor=None,
        foreign_currency=None,
        nature="sale",
    )
    assert [line.amount_minor for line in lines] == [12000, -10000, -2000]
    assert file.problems == []


def test_totals_are_those_of_the_whole_file(tmp_path: Path) -> None:
    file = open_fec(write_fec(tmp_path, sale() + payment()), currency="EUR")
    customers = [
        line for batch in file.batches(1, lambda account: account.startswith("411")) for line in batch
    ]
    assert [line.amount_minor for line in customers] == [12000, -12000]
    totals = file.totals
    assert (totals.lines, totals.entries, totals.debit_minor, totals.credit_minor) == (5, 2, 24000, 24000)
    assert (totals.first_date, totals.last_date) == (date(2024, 1, 15), date(2024, 1, 15))


@pytest.mark.parametrize("separator", ["\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r\r\n"])
def test_tab_or_pipe_and_any_line_ending(tmp_path: Path, separator: str, newline: str) -> None:
    path = write_fec(tmp_path, sale(), separator=separator, newline=newline)
    file, lines = read(path)
    assert len(lines) == 3
    assert file.problems == []


@pytest.mark.parametrize("separator", [";", ","])
def test_another_separator_is_told(tmp_path: Path, separator: str) -> None:
    lines = [line | {"Debit": line["Debit"].replace(",", "."), "Credit": line["Credit"].replace(",", ".")}
             for line in sale()]  # fmt: skip
    file, read_lines = read(write_fec(tmp_path, lines, separator=separator))
    assert [line.amount_minor for line in read_lines] == [12000, -10000, -2000]
    assert codes(file) == ["unusual-separator"]


def test_commas_that_separate_both_columns_and_decimals_are_not_guessed_at(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        open_fec(write_fec(tmp_path, sale(), separator=","), currency="EUR")
    assert [problem.code for problem in refusal.value.problems] == ["too-many-columns"] * 3


def test_separators_at_the_end_of_every_line_but_the_header_are_nothing(tmp_path: Path) -> None:
    header, rest = fec_text(sale()).split("\n", 1)
    path = tmp_path / "fec.txt"
    path.write_text(header + "\n" + rest.replace("\n", "\t\n"), encoding="utf-8")
    file, lines = read(path)
    assert len(lines) == 3
    assert file.problems == []


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("iso8859-15", "iso8859-15"),
    ],
)
def test_encodings_of_the_law(tmp_path: Path, encoding: str, found: str) -> None:
    lines = sale(CompteLib="Société Œuvre €", EcritureLib="Réglée à échéance")
    file, read_lines = read(write_fec(tmp_path, lines, encoding=encoding))
    assert file.encoding == found
    assert read_lines[0].account_label == "Société Œuvre €"
    assert file.problems == []


def test_windows_1252_is_told_by_its_quotes_and_euro(tmp_path: Path) -> None:
    file, lines = read(write_fec(tmp_path, sale(EcritureLib="L’été à 5 €"), encoding="cp1252"))
    assert (file.encoding, lines[0].label) == ("cp1252", "L’été à 5 €")


def test_an_old_dos_encoding_is_guessed_with_a_warning(tmp_path: Path) -> None:
    file, lines = read(write_fec(tmp_path, sale(EcritureLib="Réglée à échéance"), encoding="cp850"))
    assert (file.encoding, lines[0].label) == ("cp850", "Réglée à échéance")
    assert codes(file) == ["encoding-guessed"]


def test_an_accent_on_the_last_line_decides_the_encoding(tmp_path: Path) -> None:
    lines = sale() * 4000 + sale(EcritureLib="Réglée")
    _, read_lines = read(write_fec(tmp_path, lines, encoding="iso8859-15"))
    assert read_lines[-1].label == "Réglée"


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1234,56", 123456),
        ("1234.56", 123456),
        ("-1234,56", -123456),
        ("1234,56-", -123456),
        ("+1234,56", 123456),
        ("1.234,56", 123456),
        ("1 234,56", 123456),
        ("1\u00a0234,56", 123456),
        ("1\u202f234,56", 123456),
        ("1\u2009234,56", 123456),
        ("1234", 123400),
        ("1234,5", 123450),
        ("1234,5600", 123456),
        ('"1234,56"', 123456),
    ],
)
def test_amounts_in_every_spelling(tmp_path: Path, text: str, minor: int) -> None:
    lines = [fec_line("41100000", text, ""), fec_line("70700000", "", text)]
    file, read_lines = read(write_fec(tmp_path, lines))
    assert [line.amount_minor for line in read_lines] == [minor, -minor]
    assert not file.has_errors


def test_a_currency_without_minor_units_has_none(tmp_path: Path) -> None:
    _, lines = read(write_fec(tmp_path, sale("120", "100", "20")), currency="XPF")
    assert lines[0].amount_minor == 120


@pytest.mark.parametrize(("debit", "credit"), [("D", "C"), ("d", "c"), ("+1", "-1"), ("1", "-1")])
def test_amount_and_sense(tmp_path: Path, debit: str, credit: str) -> None:
    lines = [
        fec_line("41100000") | {"Montant": "120,00", "Sens": debit},
        fec_line("70700000") | {"Montant": "120,00", "Sens": credit},
        fec_line("41100000", EcritureNum="2") | {"Montant": "-50,00", "Sens": debit},
        fec_line("70700000", EcritureNum="2") | {"Montant": "-50,00", "Sens": credit},
    ]
    file, read_lines = read(write_fec(tmp_path, lines, header=AMOUNT_SENSE))
    assert [line.amount_minor for line in read_lines] == [12000, -12000, -5000, 5000]
    assert (file.totals.debit_minor, file.totals.credit_minor) == (7000, 7000)
    assert file.problems == []


def test_column_names_in_any_case_with_spaces_and_accents(tmp_path: Path) -> None:
    header = ["journal code", "JOURNALLIB", "Écriture Num", *HEADER[3:11], "Débit", "Crédit", *HEADER[13:]]
    text = fec_text(sale()).split("\n", 1)[1]
    path = tmp_path / "fec.txt"
    path.write_text("\t".join(header) + "\n" + text, encoding="utf-8")
    file, lines = read(path)
    assert lines[0].amount_minor == 12000
    assert file.problems == []


def test_columns_after_the_eighteenth_are_left_alone(tmp_path: Path) -> None:
    path = write_fec(tmp_path, sale(), header=[*HEADER, "DateRglt", "ModeRglt", "NatOp", "IdClient"])
    file, lines = read(path)
    assert len(lines) == 3
    assert file.layout.extra == ("DateRglt", "ModeRglt", "NatOp", "IdClient")
    assert file.problems == []


def test_columns_in_another_order_are_read_by_name(tmp_path: Path) -> None:
    file, lines = read(write_fec(tmp_path, sale(), header=HEADER[::-1]))
    assert lines[0].aux_label == "Durand SA"
    assert codes(file) == ["columns-reordered"]


def test_a_file_without_the_optional_columns_is_read_and_says_what_lacks(tmp_path: Path) -> None:
    header = ["JournalCode", "EcritureNum", "EcritureDate", "CompteNum", "PieceRef", "Debit", "Credit"]
    file, lines = read(write_fec(tmp_path, sale(), header=header))
    assert (lines[0].aux, lines[0].piece_date, lines[0].lettering) == ("", None, "")
    assert codes(file) == ["missing-optional-column"]
    assert "CompAuxNum" in (file.problems[0].column or "")


def test_cells_in_quotes(tmp_path: Path) -> None:
    lines = sale(EcritureLib='Pose ""sur place""')
    text = fec_text([{name: f'"{cell}"' for name, cell in line.items()} for line in lines])
    header = "\t".join(f'"{name}"' for name in HEADER)
    path = tmp_path / "fec.txt"
    path.write_text(header + "\n" + text.split("\n", 1)[1], encoding="utf-8")
    _, read_lines = read(path)
    assert (read_lines[0].label, read_lines[0].amount_minor) == ('Pose "sur place"', 12000)


def test_an_editor_that_strips_the_empty_cells_at_the_end_harms_nothing(tmp_path: Path) -> None:
    path = tmp_path / "fec.txt"
    path.write_text("\n".join(line.rstrip() for line in fec_text(sale()).split("\n")), encoding="utf-8")
    file, lines = read(path)
    assert len(lines) == 3
    assert codes(file) == ["short-lines"]


def test_iso_dates_are_read_and_told_once(tmp_path: Path) -> None:
    lines = sale(EcritureDate="2024-01-15", PieceDate="2024-01-10", ValidDate="2024-01-31")
    file, read_lines = read(write_fec(tmp_path, lines))
    assert (read_lines[0].entry_date, read_lines[0].piece_date) == (date(2024, 1, 15), date(2024, 1, 10))
    assert codes(file) == ["date-form"]


def test_a_whole_file_with_the_day_first_is_read_and_told_once(tmp_path: Path) -> None:
    lines = sale(EcritureDate="03/01/2024", PieceDate="02/01/2024", ValidDate="")
    file, read_lines = read(write_fec(tmp_path, lines))
    assert (read_lines[0].entry_date, read_lines[0].piece_date) == (date(2024, 1, 3), date(2024, 1, 2))
    assert codes(file) == ["date-form"]


def test_the_amount_in_foreign_currency_has_the_sign_of_the_line(tmp_path: Path) -> None:
    lines = payment("92,00", Montantdevise="100,00", Idevise="USD")
    _, read_lines = read(write_fec(tmp_path, lines))
    assert [(line.foreign_minor, line.foreign_currency) for line in read_lines] == [
        (10000, "USD"),
        (-10000, "USD"),
    ]


def test_the_currency_of_the_books_is_not_a_foreign_one(tmp_path: Path) -> None:
    file, lines = read(write_fec(tmp_path, payment(Montantdevise="120,00", Idevise="€")))
    assert (lines[0].foreign_minor, lines[0].foreign_currency) == (None, None)
    assert file.problems == []


def test_the_legal_file_name_hints_at_siren_and_closing_date(tmp_path: Path) -> None:
    path = write_fec(tmp_path, sale(), name="upload-17")
    file = open_fec(path, currency="EUR", name="732829320FEC20241231.txt")
    assert (file.siren, file.closing_on) == ("732829320", date(2024, 12, 31))
    assert open_fec(path, currency="EUR", name="732829320FEC20241399.txt").closing_on is None
    assert open_fec(path, currency="EUR").siren is None


def test_batches_are_about_the_size_asked_for(tmp_path: Path) -> None:
    lines = [line for number in range(100) for line in sale(EcritureNum=str(number + 1))]
    file = open_fec(write_fec(tmp_path, lines), currency="EUR")
    sizes = [len(batch) for batch in file.batches(30)]
    assert sum(sizes) == 300
    assert max(sizes) < 36


def test_a_second_pass_gives_the_same(tmp_path: Path) -> None:
    file = open_fec(write_fec(tmp_path, sale()[:2], separator=";"), currency="EUR")
    passes = [(list(file.batches()), list(file.problems), file.totals) for _ in range(2)]
    assert passes[0] == passes[1]


def test_a_byte_order_mark_is_no_letter_of_the_first_name(tmp_path: Path) -> None:
    path = tmp_path / "fec.txt"
    path.write_bytes(codecs.BOM_UTF8 + fec_text(sale()).encode())
    assert read(path)[0].layout.headers[0] == "JournalCode"


def test_old_macintosh_line_ends(tmp_path: Path) -> None:
    file, lines = read(write_fec(tmp_path, sale(), newline="\r"))
    assert len(lines) == 3
    assert file.line_count == 3


def test_an_unknown_currency_of_the_books_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="XYZ") as refusal:
        open_fec(write_fec(tmp_path, sale()), currency="XYZ")
    assert not isinstance(refusal.value, UnreadableFile)
