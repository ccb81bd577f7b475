"""What is wrong in a FEC is said with its line, its column, what was found and what was expected."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest
from tests.intake.readers.samples import HEADER, fec_line, fec_text, payment, sale, write_fec

from exigible.intake.readers.fec import FecFile, open_fec
from exigible.intake.readers.problems import UnreadableFile, english
from exigible.kernel.errors import Problem


def problems_of(path: Path) -> list[Problem]:
    file = open_fec(path, currency="EUR")
    for _ in file.batches():
        pass
    return file.problems


def found(path: Path) -> list[tuple[str, int | None, str | None, str]]:
    return [(problem.code, problem.line, problem.column, problem.found) for problem in problems_of(path)]


def refusal(path: Path) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        open_fec(path, currency="EUR")
    return caught.value


@pytest.mark.parametrize("text", ["20240230", "15/01/2024", "2024-13-01", "20241", "demain", "00010101"])
def test_an_impossible_date(tmp_path: Path, text: str) -> None:
    lines = sale() + payment(EcritureDate=text)
    assert found(write_fec(tmp_path, lines)) == [
        ("bad-date", 5, "EcritureDate", text),
        ("bad-date", 6, "EcritureDate", text),
    ]


def test_an_impossible_date_of_a_document(tmp_path: Path) -> None:
    assert found(write_fec(tmp_path, sale(PieceDate="20240230")))[0] == (
        "bad-date", 2, "PieceDate", "20240230",
    )  # fmt: skip


def test_dates_that_are_not_needed_are_left_out_with_one_warning(tmp_path: Path) -> None:
    file = open_fec(write_fec(tmp_path, sale(DateLet="{current_date}", ValidDate="20240230")), currency="EUR")
    line = next(file.batches())[0]
    assert (line.lettered_on, line.validated_on, file.has_errors) == (None, None, False)
    assert [(problem.severity, problem.column) for problem in file.problems] == [
        ("warning", "DateLet"),
        ("warning", "ValidDate"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("N/A", "bad-amount"),
        ("12,34,56", "bad-amount"),
        ("1 23,45", "bad-amount"),
        ("#REF!", "bad-amount"),
        ("1_000,00", "bad-amount"),
        ("12,345", "too-many-decimals"),
        ("1000000000000000", "amount-too-large"),
        ("1000000000000000,00", "amount-too-large"),
        ("9" * 400, "amount-too-large"),
    ],
)
def test_what_is_no_amount(tmp_path: Path, text: str, code: str) -> None:
    lines = [*sale(), fec_line("41100000", debit=text, EcritureNum="2")]
    problem = problems_of(write_fec(tmp_path, lines))[0]
    assert (problem.code, problem.line, problem.column) == (code, 5, "Debit")


def test_a_thousand_separator_is_not_taken_for_decimals(tmp_path: Path) -> None:
    """In a file with decimal commas, 12.50 is nothing, and 1.234 is 1234."""
    assert found(write_fec(tmp_path, sale() + payment("12.50")))[0] == ("bad-amount", 5, "Debit", "12.50")
    file = open_fec(write_fec(tmp_path, sale() + payment("1.234")), currency="EUR")
    assert [line.amount_minor for batch in file.batches() for line in batch][3:] == [123400, -123400]


def test_a_line_without_any_amount(tmp_path: Path) -> None:
    lines = [*sale(), fec_line("62600000", debit="", credit="")]
    assert found(write_fec(tmp_path, lines)) == [("missing-amount", 5, "Debit", "")]


def test_a_debit_and_a_credit_on_one_line_is_worth_a_warning(tmp_path: Path) -> None:
    lines = [*sale(), fec_line("91200000", debit="15,00", credit="15,00")]
    assert found(write_fec(tmp_path, lines)) == [("debit-and-credit", 5, "Debit", "15,00 / 15,00")]


@pytest.mark.parametrize("account", ["ACH001", "41", "4110 000 000 000 000 000 000", "4é1"])
def test_what_is_no_account(tmp_path: Path, account: str) -> None:
    lines = [*sale(), fec_line(account, EcritureNum="2", debit="1,00")]
    assert found(write_fec(tmp_path, lines)) == [("bad-account", 5, "CompteNum", account)]


@pytest.mark.parametrize("sense", ["X", "", "2", "0"])
def test_an_unknown_sense(tmp_path: Path, sense: str) -> None:
    header = [{"Debit": "Montant", "Credit": "Sens"}.get(name, name) for name in HEADER]
    lines = [fec_line("41100000") | {"Montant": "120,00", "Sens": sense}]
    assert found(write_fec(tmp_path, lines, header=header)) == [("bad-sense", 2, "Sens", sense)]


def test_empty_date_and_account(tmp_path: Path) -> None:
    lines = [*sale(), fec_line("", EcritureNum="2", EcritureDate="", debit="1,00")]
    assert found(write_fec(tmp_path, lines)) == [
        ("missing-value", 5, "EcritureDate", ""),
        ("missing-value", 5, "CompteNum", ""),
    ]


def test_an_unknown_currency_leaves_the_foreign_amount_out(tmp_path: Path) -> None:
    assert found(write_fec(tmp_path, payment(Montantdevise="10,00", Idevise="XYZ"))) == [
        ("unknown-currency", 2, "Idevise", "XYZ")
    ]
    assert found(write_fec(tmp_path, payment(Montantdevise="10,00"))) == [
        ("foreign-amount-ignored", 2, "Idevise", "10,00")
    ]


def test_an_unbalanced_entry_is_named(tmp_path: Path) -> None:
    problem = problems_of(write_fec(tmp_path, payment() + sale(net="99,99")))[0]
    assert (problem.code, problem.line, problem.found) == ("unbalanced-entry", 4, "0.01")
    assert english(problem) == "The entry 1 of 2024-01-15 in journal VE is out of balance by 0.01."


def test_an_entry_with_an_unreadable_line_is_not_said_to_be_unbalanced_as_well(tmp_path: Path) -> None:
    lines = sale()
    lines[1]["Credit"] = "cent"
    assert [problem.code for problem in problems_of(write_fec(tmp_path, lines))] == ["bad-amount"]


def test_an_unreadable_line_excuses_no_other_entry(tmp_path: Path) -> None:
    lines = sale(EcritureNum="10") + sale(net="99,99", EcritureNum="1")
    lines[1]["Credit"] = "cent"
    found_codes = [problem.code for problem in problems_of(write_fec(tmp_path, lines))]
    assert found_codes == ["bad-amount", "unbalanced-entry"]


def test_two_unbalanced_entries_that_make_up_for_each_other_are_both_named(tmp_path: Path) -> None:
    lines = sale(net="99,00") + sale(net="101,00", EcritureNum="2")
    assert [problem.params["number"] for problem in problems_of(write_fec(tmp_path, lines))] == ["1", "2"]


def test_every_error_is_counted_but_not_all_are_listed(tmp_path: Path) -> None:
    file = open_fec(write_fec(tmp_path, sale(EcritureDate="hier") * 100 + payment()), currency="EUR")
    assert sum(len(batch) for batch in file.batches()) == 2
    assert (len(file.problems), file.findings.error_count) == (200, 300)
    assert file.findings.counts["error", "bad-date"] == 300


def test_a_line_with_too_few_or_too_many_columns(tmp_path: Path) -> None:
    text = fec_text(sale()) + "VE\tVentes\t2\n" + fec_text(payment()).splitlines()[1] + "\tx\n"
    path = tmp_path / "fec.txt"
    path.write_text(text, encoding="utf-8")
    assert found(path) == [("too-few-columns", 5, None, "3"), ("too-many-columns", 6, None, "19")]


def test_a_file_cut_in_its_last_line(tmp_path: Path) -> None:
    path = tmp_path / "fec.txt"
    path.write_text(fec_text(sale() + payment())[:-50], encoding="utf-8")
    assert found(path)[0] == ("truncated-line", 6, None, "8")


def test_a_last_line_without_its_line_break_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "fec.txt"
    path.write_text(fec_text(sale()).rstrip("\n"), encoding="utf-8")
    assert found(path) == []


def test_blank_lines_and_the_end_mark_of_dos_are_nothing(tmp_path: Path) -> None:
    path = tmp_path / "fec.txt"
    path.write_text(fec_text(sale()) + "\n" + "\t" * 17 + "\n\x1a", encoding="utf-8")
    assert found(path) == []


def test_all_missing_columns_are_named_at_once(tmp_path: Path) -> None:
    header = [name for name in HEADER if name not in ("CompteNum", "Credit", "EcritureLet")]
    error = refusal(write_fec(tmp_path, sale(), header=header))
    assert [(problem.code, problem.column) for problem in error.problems] == [
        ("missing-column", "CompteNum"),
        ("missing-column", "Credit"),
    ]
    assert "CompteNum" in str(error)


def test_a_column_twice_is_ambiguous(tmp_path: Path) -> None:
    assert refusal(write_fec(tmp_path, sale(), header=[*HEADER, "debit"])).code == "duplicate-column"


def test_a_file_without_column_names(tmp_path: Path) -> None:
    path = tmp_path / "fec.txt"
    path.write_text(fec_text(sale()).split("\n", 1)[1], encoding="utf-8")
    assert refusal(path).code == "missing-header"


def test_mixed_encodings_are_an_error_at_their_first_line(tmp_path: Path) -> None:
    path = tmp_path / "fec.txt"
    good = fec_text(sale(EcritureLib="Réglée à échéance")).encode()
    path.write_bytes(good + fec_text(payment(EcritureLib="Réglé")).split("\n", 1)[1].encode("cp1252"))
    problem = problems_of(path)[0]
    assert (problem.code, problem.line, problem.expected) == ("bad-encoding", 5, "UTF-8")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"%PDF-1.7\n...", "not-a-text-file"),
        (b"\x89PNG\r\n", "not-a-text-file"),
        (b"<?xml version='1.0'?><comptabilite/>", "not-a-text-file"),
        (gzip.compress(b"JournalCode", mtime=0), "not-a-text-file"),
        (b"JournalCode\tJournalLib\x00\x01\n", "not-a-text-file"),
        (b"a" * 3_000_000, "line-too-long"),
        (("\t".join(HEADER) + "\n").encode(), "no-lines"),
        (("\t".join(HEADER) + "\n\n\n").encode(), "no-lines"),
        (b"Bonjour\n", "missing-header"),
        ("Bonjour".encode("utf-16"), "missing-header"),
        (b"\xff\xfeJ\x00o", "bad-encoding"),
    ],
)
def test_what_is_no_fec_at_all(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "fec.txt"
    path.write_bytes(content)
    assert refusal(path).code == code


def test_a_spreadsheet_named_txt(tmp_path: Path) -> None:
    path = tmp_path / "fec.txt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    error = refusal(path)
    assert (error.code, error.params["found"]) == ("not-a-text-file", "a spreadsheet or another zip archive")


def test_a_line_too_long_far_into_the_file_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "fec.txt"
    path.write_bytes(fec_text(sale()).encode() + b"x" * 3_000_000 + b"\n")
    assert refusal(path).params["line"] == 5


def test_a_caller_may_stop_early(tmp_path: Path) -> None:
    file: FecFile = open_fec(write_fec(tmp_path, (sale() + payment()) * 6), currency="EUR")
    batches = file.batches(3)
    next(batches)
    del batches
    assert file.totals.lines < 30
