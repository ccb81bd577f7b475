"""Remittance advice: what a payer lists is found in sheets, in PDF and in plain words."""

from __future__ import annotations

import io
from datetime import date

import pikepdf
import pytest
import typst
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from exigible.intake.readers.advice import Advice, read_advice
from exigible.intake.readers.bank.model import AdvisedDocument
from exigible.intake.readers.problems import UnreadableFile
from exigible.kernel.errors import UserMistake
from exigible.kernel.money import to_decimal_string

LETTER = """Bonjour,

De : Durand SA
Nous réglons ce jour par virement :

Facture n° 2024-001 du 15/01/2024     1 234,56 €
Facture n° 2024-002 du 16/01/2024       100,00 €
Avoir AV12                              -34,56 €
Montant du virement : 1 300,00 €

IBAN FR76 3000 6000 0112 3456 7890 189 - SIREN 303 265 045
"""
LISTED = [("2024-001", 123456), ("2024-002", 10000), ("AV12", -3456)]


def read(content: str | bytes, currency: str = "EUR", **options: str) -> Advice:
    raw = content.encode() if isinstance(content, str) else content
    return read_advice(raw, "avis.txt", currency=currency, **options)


def listed(advice: Advice) -> list[tuple[str, int | None]]:
    return [(one.number, one.amount_minor) for one in advice.documents]


def refusal(content: str | bytes) -> str:
    with pytest.raises(UnreadableFile) as refused:
        read(content)
    return refused.value.code


def pdf(text: str) -> bytes:
    rows = text.replace("\\", "\\\\").replace('"', '\\"')
    return bytes(typst.compile(f'#set text(font: "DejaVu Sans Mono", size: 8pt)\n#raw("{rows}")'.encode()))


def test_a_letter_with_numbers_and_amounts() -> None:
    advice = read(LETTER)
    assert listed(advice) == LISTED
    assert advice.documents[0].issued_on == date(2024, 1, 15)
    assert (advice.total_minor, advice.currency, advice.name) == (130000, "EUR", "avis.txt")
    assert advice.payer_name == "Durand SA"
    assert advice.identifiers == ("FR7630006000011234567890189", "303265045")
    assert advice.findings.problems == []


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_letter_in_any_encoding(encoding: str) -> None:
    assert listed(read(LETTER.encode(encoding))) == LISTED


def test_a_letter_that_cites_someone_is_no_table() -> None:
    assert listed(read(LETTER + "\n; \"comme convenu avec M. Petit, nous déduisons l'avoir")) == LISTED


def test_the_text_of_a_pdf() -> None:
    advice = read(pdf(LETTER))
    assert (listed(advice), advice.total_minor) == (LISTED, 130000)


def test_a_csv_file_with_gross_discount_and_net() -> None:
    advice = read(
        "Facture;Date;Montant TTC;Escompte;Net payé\n"
        "FA1;15/01/2024;100,00;2,00;98,00\n"
        "FA2;29/02/2024;1 050,00;;1 050,00\n"
        "AV3;16/01/2024;10,00;;10,00\n"
        "Total;;1 140,00;2,00;1 138,00\n"
    )
    assert advice.documents == (
        AdvisedDocument("FA1", 9800, "EUR", 200, date(2024, 1, 15)),
        AdvisedDocument("FA2", 105000, "EUR", None, date(2024, 2, 29)),
        AdvisedDocument("AV3", -1000, "EUR", None, date(2024, 1, 16)),
    )
    assert (advice.total_minor, advice.findings.problems) == (113800, [])


def test_what_is_paid_is_the_amount_less_the_discount_where_no_column_says_it() -> None:
    advice = read("Invoice,Amount,Discount\nINV-1,100.00,2.00\nINV-2,50.00,\n")
    assert [(one.amount_minor, one.discount_minor) for one in advice.documents] == [(9800, 200), (5000, None)]


def test_a_workbook_with_real_dates_and_a_total() -> None:
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Avis de paiement Durand SA"])
    sheet.write_row(2, 0, ["N° facture", "Date facture", "Montant"])
    for row, (number, day, amount) in enumerate([("FA1", 29, 100.1), ("FA2", 28, 50)], 3):
        sheet.write(row, 0, number)
        sheet.write_datetime(row, 1, date(2024, 2, day), book.add_format({"num_format": "dd/mm/yyyy"}))
        sheet.write(row, 2, amount)
    sheet.write_row(5, 0, ["Total", None, 150.1])
    book.close()
    advice = read(memory.getvalue())
    assert (listed(advice), advice.total_minor) == ([("FA1", 10010), ("FA2", 5000)], 15010)
    assert advice.documents[0].issued_on == date(2024, 2, 29)


def test_a_wrong_amount_loses_its_line_and_a_wrong_date_does_not() -> None:
    advice = read("Facture;Date;Montant\nFA1;30/02/2024;10,00\nFA2;15/01/2024;12..3\n;15/01/2024;5,00\n")
    assert advice.documents == (AdvisedDocument("FA1", 1000, "EUR"),)
    assert [(one.code, one.line, one.severity) for one in advice.findings.problems] == [
        ("bad-amount", 3, "error"),
        ("missing-value", 4, "warning"),
    ]


def test_a_total_that_the_documents_do_not_reach_is_told() -> None:
    advice = read("FA001  100,00\nFA002  50,00\nTotal  149,00\n")
    (problem,) = advice.findings.problems
    assert (problem.code, problem.found, problem.expected) == ("advice-total-differs", "150.00", "149.00")


def test_documents_named_in_a_sentence_have_no_amounts() -> None:
    assert listed(read("Règlement de vos factures FA001, FA002 et FA003. Cordialement")) == [
        ("FA001", None),
        ("FA002", None),
        ("FA003", None),
    ]


def test_the_number_is_what_differs_from_line_to_line() -> None:
    advice = read("C00123  FA0012  15/01/2024  100,00\nC00123  FA0013  16/01/2024  200,00\n")
    assert listed(advice) == [("FA0012", 10000), ("FA0013", 20000)]


@pytest.mark.parametrize(
    ("text", "expected", "discounts"),
    [
        ("FA001  100,00  2,00  98,00\nFA002  50,00  0,00  50,00\nTotal 148,00", [9800, 5000], [200, None]),
        ("FA001  100,00  100,00\nFA002  50,00  150,00\nTotal 150,00", [10000, 5000], [None, None]),
        ("FA001  100,00  2,00\nFA002  50,00  1,00\nTotal 147,00", [9800, 4900], [200, 100]),
        ("FA001  120,00  100,00\nFA002  60,00  50,00", [10000, 5000], [None, None]),
    ],
)
def test_several_amounts_on_a_line_are_read_as_the_total_has_them(
    text: str, expected: list[int], discounts: list[int | None]
) -> None:
    advice = read(text)
    assert [one.amount_minor for one in advice.documents] == expected
    assert [one.discount_minor for one in advice.documents] == discounts


@pytest.mark.parametrize(
    ("text", "number", "minor"),
    [
        ("FA 2024001 : 1 234,56", "FA 2024001", 123456),
        ("Facture 12 45,00 EUR", "12", 4500),
        ("INV/2024/0007   1,234.56", "INV/2024/0007", 123456),
        ("00012345   (34,50)", "00012345", -3450),
        ("F2024-17 du 15.01.2024 (escompte 2,00 %)  98,00", "F2024-17", 9800),
        ("Note de crédit 77  12,00", "77", -1200),
        ("FA123 456,00", "FA123", 45600),
    ],
)
def test_numbers_and_amounts_as_people_write_them(text: str, number: str, minor: int) -> None:
    assert listed(read(text)) == [(number, minor)]


def test_amounts_in_a_currency_that_is_used_in_whole_units() -> None:
    advice = read("Facture 1234   5 000\nFacture 1235   6 000\nTotal   11 000\n", "MGA")
    assert (listed(advice), advice.total_minor) == ([("1234", 500000), ("1235", 600000)], 1100000)


def test_the_mark_of_the_decimals_may_be_given() -> None:
    assert listed(read("Facture;Montant\nFA1;1,234\n", "TND", decimal_mark=",")) == [("FA1", 1234)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "empty-file"),
        ("Bonjour, merci de votre patience.", "no-documents"),
        (b"\x89PNG\r\n\x1a\n\0", "not-a-spreadsheet"),
        (b"%PDF-1.7 broken", "damaged-file"),
    ],
)
def test_what_is_no_advice_is_refused(content: str | bytes, code: str) -> None:
    assert refusal(content) == code


def test_a_pdf_of_a_picture_and_one_with_a_password() -> None:
    scan, locked = io.BytesIO(), io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(scan)
    with pikepdf.open(io.BytesIO(pdf(LETTER))) as document:
        document.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert refusal(scan.getvalue()) == "no-text"
    assert refusal(locked.getvalue()) == "encrypted-file"


def test_an_unknown_currency_is_a_mistake() -> None:
    with pytest.raises(UserMistake):
        read(LETTER, "EUX")


@given(amounts=st.lists(st.integers(1, 10**9), min_size=1, max_size=20))
def test_a_list_written_out_is_read_back(amounts: list[int]) -> None:
    figures = [f"{minor // 100:,}".replace(",", " ") + f",{minor % 100:02d}" for minor in amounts]
    lines = [f"FA{n:05d}  {figure}" for n, figure in enumerate(figures)]
    advice = read("\n".join([*lines, f"Total  {to_decimal_string(sum(amounts), 'EUR').replace('.', ',')}"]))
    assert [one.amount_minor for one in advice.documents] == amounts
    assert (advice.total_minor, advice.findings.problems) == (sum(amounts), [])
