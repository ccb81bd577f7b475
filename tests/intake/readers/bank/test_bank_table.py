"""Bank statements in CSV and Excel: the columns are guessed, every cell and every balance is checked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from exigible.intake.readers.bank.model import BankFile, BankLine
from exigible.intake.readers.guessing import guess_mapping
from exigible.intake.readers.mapping import Mapping
from exigible.intake.readers.problems import Findings, UnreadableFile
from exigible.intake.readers.records.bank import read_bank_statements, read_bank_table
from exigible.intake.readers.table import Table, open_table
from exigible.kernel.money import to_decimal_string

HEADER = "Date;Libellé;Montant"


def table_of(folder: Path, text: str, encoding: str = "utf-8") -> Table:
    path = folder / "statement.csv"
    path.write_bytes(text.encode(encoding))
    return open_table(path)


def read(folder: Path, rows: str, header: str = HEADER, currency: str = "EUR", **changes: object) -> BankFile:
    table = table_of(folder, f"{header}\n{rows}\n")
    mapping = replace(guess_mapping("bank", table), **changes)  # type: ignore[arg-type]
    return read_bank_statements(table, mapping, currency=currency)


def lines(folder: Path, rows: str, header: str = HEADER, **changes: object) -> list[BankLine]:
    return [line for _, line in read(folder, rows, header, **changes).lines()]


def refusal(folder: Path, rows: str, header: str = HEADER) -> list[tuple[str, int | None, str | None, str]]:
    with pytest.raises(UnreadableFile) as refused:
        read(folder, rows, header)
    return [(one.code, one.line, one.column, one.found) for one in refused.value.problems]


def warnings(findings: Findings) -> list[tuple[str, int | None, str]]:
    assert findings.error_count == 0
    return [(one.code, one.line, one.found) for one in findings.problems]


def headers(mapping: Mapping) -> dict[str, str]:
    return {name: choice.header for name, choice in mapping.columns.items()}


def test_a_french_bank_s_file_with_lines_about_the_account_above(tmp_path: Path) -> None:
    """As several French banks write it: cp1252, semicolons, newest first, balances above the columns."""
    text = (
        "Titulaire;SARL Forêt & Fils;\n"
        "Compte courant n° ;00012345678;\n"
        "IBAN ;FR76 1090 7000 0100 0123 4567 829;\n"
        "Solde au 31/01/2024;1 150,50 €;\n"
        "\n"
        "Date;Date de valeur;Libellé;Débit euros;Crédit euros;\n"
        '31/01/2024;31/01/2024;"VIR RECU\nDURAND SA\nFA12";;1 234,50;\n'
        "30/01/2024;29/01/2024;PRLV ÉLECTRICITÉ;84,00;;\n"
    )
    table = table_of(tmp_path, text, "cp1252")
    mapping = guess_mapping("bank", table)
    assert headers(mapping) == {
        "booked_on": "Date",
        "value_on": "Date de valeur",
        "text": "Libellé",
        "debit": "Débit euros",
        "credit": "Crédit euros",
    }
    (found,) = read_bank_statements(table, mapping, currency="EUR").statements
    assert (found.account, found.currency) == ("FR7610907000010001234567829", "EUR")
    assert (found.starts_on, found.ends_on) == (date(2024, 1, 30), date(2024, 1, 31))
    assert (found.opening_minor, found.closing_minor) == (None, 115050)
    assert found.lines == (
        BankLine(
            place=7,
            reference="",
            booked_on=date(2024, 1, 31),
            value_on=date(2024, 1, 31),
            amount_minor=123450,
            currency="EUR",
            text="VIR RECU DURAND SA FA12",
        ),
        BankLine(
            place=10,
            reference="",
            booked_on=date(2024, 1, 30),
            value_on=date(2024, 1, 29),
            amount_minor=-8400,
            currency="EUR",
            text="PRLV ÉLECTRICITÉ",
        ),
    )


def test_a_workbook_with_real_dates_and_numbers(tmp_path: Path) -> None:
    path = tmp_path / "statement.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, ["Compte 00012345678"])
    sheet.write_row(2, 0, ["Date", "Libellé", "Débit", "Crédit", "Solde"])
    for row, (on, text, debit, credit, balance) in enumerate(
        [
            (date(2024, 2, 29), "Virement", None, 0.1 + 0.2, 100.3),
            (date(2024, 3, 1), "Frais", 12.5, None, 87.8),
        ],
        3,
    ):
        sheet.write_datetime(row, 0, on, day)
        sheet.write_row(row, 1, [text, debit, credit, balance])
    book.close()
    table = open_table(path)
    file = read_bank_statements(table, guess_mapping("bank", table), currency="EUR")
    (found,) = file.statements
    assert [(line.booked_on, line.amount_minor) for line in found.lines] == [
        (date(2024, 2, 29), 30),
        (date(2024, 3, 1), -1250),
    ]
    assert (found.account, found.opening_minor, found.closing_minor) == ("00012345678", 10000, 8780)
    assert (found.difference_minor, file.findings.problems) == (0, [])


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Buchungstag;Valutadatum;Auftraggeber / Empfänger;Verwendungszweck;Betrag;Währung;Kontonummer IBAN",
         "31.01.2024;30.01.2024;Durand SA;RE 12;1.234,50;EUR;FR7610907000010001234567829"),
        ("Booking date,Value date,Counterparty,Description,Amount,Currency,Counterparty IBAN",
         '2024-01-31,2024-01-30,Durand SA,RE 12,"1,234.50",EUR,FR7610907000010001234567829'),
        ("Fecha operación;Fecha valor;Ordenante;Concepto;Importe;Divisa;IBAN contrepartie",
         "31/01/2024;30/01/2024;Durand SA;RE 12;1.234,50;EUR;FR7610907000010001234567829"),
        ("Date comptable\tDate valeur\tDonneur d'ordre\tMotif\tMontant\tDevise\tIBAN débiteur",
         "31/01/2024\t30/01/2024\tDurand SA\tRE 12\t1 234,50\tEUR\tFR7610907000010001234567829"),
    ],
)  # fmt: skip
def test_the_columns_of_four_languages(tmp_path: Path, header: str, row: str) -> None:
    (found,) = lines(tmp_path, row, header)
    assert found == BankLine(
        place=2,
        reference="",
        booked_on=date(2024, 1, 31),
        value_on=date(2024, 1, 30),
        amount_minor=123450,
        currency="EUR",
        payer_name="Durand SA",
        payer_iban="FR7610907000010001234567829",
        text="RE 12",
    )


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1 234,56", 123456), ("1\u202f234,56", 123456), ("(1 234,56)", -123456), ("-1.234,56", -123456),
        ("1234,56-", -123456), ("+1 234,56 €", 123456), ("EUR -1 234,56", -123456),
    ],
)  # fmt: skip
def test_amounts_in_every_spelling(tmp_path: Path, text: str, minor: int) -> None:
    assert [line.amount_minor for line in lines(tmp_path, f"15/01/2024;Virement;{text}")] == [minor]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("30/02/2024;Virement;1,00", ("bad-date", 2, "Date", "30/02/2024")),
        ("29/02/2023;Virement;1,00", ("bad-date", 2, "Date", "29/02/2023")),
        (";Virement;1,00", ("missing-value", 2, "Date", "")),
        ("15/01/2024;Virement;12..3", ("bad-amount", 2, "Montant", "12..3")),
        ("15/01/2024;Virement;", ("missing-amount", 2, "Montant", "")),
        ("15/01/2024;Virement;1,234", ("too-many-decimals", 2, "Montant", "1,234")),
    ],
)
def test_one_wrong_cell_refuses_the_file_with_its_line(
    tmp_path: Path, row: str, fault: tuple[str, int, str, str]
) -> None:
    assert refusal(tmp_path, f"{row}\n15/01/2024;Virement;2,50\n31/01/2024;Virement;2,50") == [fault]


def test_two_honest_payments_of_the_same_day_and_amount_are_two(tmp_path: Path) -> None:
    twins = "15/01/2024;VIR DURAND;500,00\n15/01/2024;VIR DURAND;500,00"
    assert [(line.place, line.amount_minor) for line in lines(tmp_path, twins)] == [(2, 50000), (3, 50000)]


def test_a_reference_that_is_not_the_line_s_own_is_no_reference(tmp_path: Path) -> None:
    rows = "15/01/2024;NONREF;5,00\n15/01/2024;NONREF;5,00"
    assert [line.reference for line in lines(tmp_path, rows, "Date;Référence;Montant")] == ["", ""]


def test_a_reference_that_comes_twice_after_all_loses_no_payment(tmp_path: Path) -> None:
    header = "Date;Référence;Montant"
    unique = guess_mapping("bank", table_of(tmp_path, f"{header}\n15/01/2024;A1;5,00\n"))
    rows = "15/01/2024;A1;5,00\n16/01/2024;A1;6,00"
    file = read(tmp_path, rows, header, columns=unique.columns)
    assert [line.reference for _, line in file.lines()] == ["A1", "A1/2"]
    assert ("duplicate-reference", 3, "A1") in warnings(file.findings)


@pytest.mark.parametrize(
    ("debit", "credit", "minor"), [("50,00", "", -5000), ("", "50,00", 5000), ("-50,00", "", 5000)]
)
def test_debit_and_credit_columns(tmp_path: Path, debit: str, credit: str, minor: int) -> None:
    rows = f"15/01/2024;a;{debit};{credit}\n16/01/2024;b;1,00;"
    found = lines(tmp_path, rows, "Date;Libellé;Débit;Crédit")
    assert [line.amount_minor for line in found] == [minor, -100]


def test_a_debit_column_with_its_own_minus_signs(tmp_path: Path) -> None:
    rows = "15/01/2024;a;-50,00;\n16/01/2024;b;;1,00"
    found = lines(tmp_path, rows, "Date;Libellé;Débit;Crédit")
    assert [line.amount_minor for line in found] == [-5000, 100]


@pytest.mark.parametrize(("sense", "minor"), [("C", 5000), ("Crédit", 5000), ("D", -5000), ("Débit", -5000)])
def test_amount_and_sense(tmp_path: Path, sense: str, minor: int) -> None:
    found = lines(tmp_path, f"15/01/2024;a;50,00;{sense}", "Date;Libellé;Montant;Sens")
    assert [line.amount_minor for line in found] == [minor]


def test_a_card_s_statement_that_the_user_says_to_be_one(tmp_path: Path) -> None:
    found = lines(tmp_path, "15/01/2024;a;50,00\n16/01/2024;b;-1,00", outgoing_is_positive=True)
    assert [line.amount_minor for line in found] == [-5000, 100]


def test_a_balance_tells_a_card_s_statement(tmp_path: Path) -> None:
    rows = "15/01/2024;a;50,00;-50,00\n16/01/2024;b;7,00;-57,00\n17/01/2024;c;-9,00;-48,00"
    file = read(tmp_path, rows, "Date;Libellé;Montant;Solde")
    assert [line.amount_minor for _, line in file.lines()] == [-5000, -700, 900]
    assert (file.statements[0].opening_minor, warnings(file.findings)) == (0, [])


OLDEST_FIRST = ["15/01/2024;a;50,00;150,00", "15/01/2024;b;-20,00;130,00", "17/01/2024;c;5,00;135,00"]


@pytest.mark.parametrize("rows", [OLDEST_FIRST, OLDEST_FIRST[::-1]])
def test_the_running_balance_gives_both_ends_whichever_way_the_file_goes(
    tmp_path: Path, rows: list[str]
) -> None:
    file = read(tmp_path, "\n".join(rows), "Date;Libellé;Montant;Solde")
    (found,) = file.statements
    assert (found.opening_minor, found.closing_minor, found.difference_minor) == (10000, 13500, 0)
    assert [line.text for line in found.lines] == [row.split(";")[1] for row in rows]
    assert "balance-differs" not in file.findings.counts


def test_a_balance_on_the_last_line_of_each_day_only(tmp_path: Path) -> None:
    rows = "15/01/2024;a;50,00;\n15/01/2024;b;-20,00;130,00\n17/01/2024;c;5,00;\n17/01/2024;d;1,00;136,00"
    (found,) = read(tmp_path, rows, "Date;Libellé;Montant;Solde").statements
    assert (found.opening_minor, found.closing_minor) == (10000, 13600)


@pytest.mark.parametrize(("step", "line"), [(1, 4), (-1, 3)])
def test_where_the_balance_and_the_movements_part(tmp_path: Path, step: int, line: int) -> None:
    rows = [*OLDEST_FIRST[:2], "17/01/2024;c;5,00;140,00", "31/01/2024;d;1,00;141,00"]
    file = read(tmp_path, "\n".join(rows[::step]), "Date;Libellé;Montant;Solde")
    assert ("balance-differs", line, "140.00") in warnings(file.findings)
    assert file.findings.problems[0].expected == "135.00"
    assert file.statements[0].difference_minor == 500


def test_lines_that_only_give_a_balance_move_nothing(tmp_path: Path) -> None:
    rows = (
        "Solde en fin de période;;;135,00\n15/01/2024;Solde facture 12;;35,00\n"
        "Solde en début de période;;;100,00"
    )
    file = read(tmp_path, rows, "Date;Libellé;Débit;Crédit")
    (found,) = file.statements
    assert [line.text for line in found.lines] == ["Solde facture 12"]
    assert (found.opening_minor, found.closing_minor, found.difference_minor) == (10000, 13500, 0)


def test_a_dated_line_of_balance(tmp_path: Path) -> None:
    rows = (
        "01/01/2024;ANCIEN SOLDE;100,00;\n15/01/2024;VIR;;35,00\n"
        "31/01/2024;NOUVEAU SOLDE AU 31/01/2024;65,00;"
    )
    (found,) = read(tmp_path, rows, "Date;Libellé;Débit;Crédit").statements
    assert (len(found.lines), found.opening_minor, found.closing_minor) == (1, -10000, -6500)


def test_balances_that_do_not_meet_are_told(tmp_path: Path) -> None:
    rows = "Solde initial;;100,00\n15/01/2024;VIR;35,00\nSolde final;;135,02"
    assert ("balance-gap", 3, "0.02 EUR") in warnings(read(tmp_path, rows).findings)


def test_today_s_balance_on_every_line_is_no_running_balance(tmp_path: Path) -> None:
    rows = "15/01/2024;a;50,00;99,00\n16/01/2024;b;-20,00;99,00"
    file = read(tmp_path, rows, "dateOp;label;amount;accountbalance")
    assert (file.statements[0].closing_minor, file.findings.warning_count) == (None, 0)


def test_a_statement_for_each_account_and_currency(tmp_path: Path) -> None:
    rows = (
        "15/01/2024;a;1,00;EUR;A1\n15/01/2024;b;2,00;USD;A1\n16/01/2024;c;3,00;EUR;A2\n"
        "17/01/2024;d;4,00;EUR;A1"
    )
    file = read(tmp_path, rows, "Date;Libellé;Montant;Devise;Compte")
    assert [(one.account, one.currency, [line.text for line in one.lines]) for one in file.statements] == [
        ("A1", "EUR", ["a", "d"]),
        ("A1", "USD", ["b"]),
        ("A2", "EUR", ["c"]),
    ]


@pytest.mark.parametrize(
    ("ibans", "account", "payer"),
    [
        (("DE89370400440532013000",) * 2, "DE89370400440532013000", ""),
        (("DE89370400440532013000", "FR7610907000010001234567829"), "", "DE89370400440532013000"),
    ],
)
def test_a_column_of_ibans_is_of_the_account_or_of_the_payers(
    tmp_path: Path, ibans: tuple[str, str], account: str, payer: str
) -> None:
    rows = "\n".join(f"15/01/2024;a;1,00;{iban}" for iban in ibans)
    ((found, line), _) = read(tmp_path, rows, "Date;Libellé;Montant;IBAN").lines()
    assert (found.account, line.payer_iban) == (account, payer)


def test_what_the_payer_ordered_in_another_currency_and_what_was_kept_back(tmp_path: Path) -> None:
    header = "Date;Libellé;Net;Fee;Montant devise;Devise origine"
    (found,) = lines(tmp_path, "15/01/2024;a;90,00;-2,50;100,00;USD", header)
    assert (found.amount_minor, found.charges_minor) == (9000, 250)
    assert (found.instructed_minor, found.instructed_currency) == (10000, "USD")


def test_month_first_dates_are_told_by_the_column(tmp_path: Path) -> None:
    found = lines(tmp_path, "01/02/2024;a;1\n01/31/2024;b;1")
    assert [line.booked_on for line in found] == [date(2024, 1, 2), date(2024, 1, 31)]


def test_days_first_is_assumed_where_nothing_tells(tmp_path: Path) -> None:
    file = read(tmp_path, "01/02/2024;a;1,00")
    assert warnings(file.findings) == [("date-order-assumed", 2, "01/02/2024")]


def test_a_file_without_names_of_columns_is_guessed_by_its_cells(tmp_path: Path) -> None:
    table = table_of(tmp_path, "15/01/2024;Virement Durand;1 234,50\n31/01/2024;Frais du mois;-4,00\n")
    mapping = guess_mapping("bank", table)
    assert headers(mapping) == {"booked_on": "A", "text": "B", "amount": "C"}
    assert {reason for choice in mapping.columns.values() for reason in choice.reasons} == {
        "content-date",
        "content-letters",
        "content-amount",
    }


def test_the_guess_is_remembered_with_its_signs(tmp_path: Path) -> None:
    mapping = guess_mapping("bank", table_of(tmp_path, "Date;Débit;Crédit\n15/01/2024;-5,00;\n"))
    assert mapping.debit_column_is_negative
    assert Mapping.from_dict(mapping.to_dict()) == mapping


def test_what_a_table_lacks_to_be_a_statement(tmp_path: Path) -> None:
    assert guess_mapping("bank", table_of(tmp_path, "Ville;Nom\nNice;Durand\n")).missing == (
        "booked_on",
        "amount",
    )


def test_lines_are_given_one_by_one_and_a_wrong_one_is_left_out(tmp_path: Path) -> None:
    table = table_of(tmp_path, f"{HEADER}\nhier;a;1,00\n31/01/2024;b;2,00\n")
    found, findings = read_bank_table(table, guess_mapping("bank", table), currency="EUR")
    assert [line.text for line in found] == ["b"]
    assert [(one.code, one.line) for one in findings.errors] == [("bad-date", 2)]


@given(
    amounts=st.lists(st.integers(-(10**11), 10**11), min_size=1, max_size=20),
    start=st.integers(-(10**9), 10**9),
)
def test_a_statement_written_out_foots_both_ways(
    tmp_path_factory: pytest.TempPathFactory, amounts: list[int], start: int
) -> None:
    rows, balance = [], start
    for rank, minor in enumerate(amounts):
        balance += minor
        figures = (to_decimal_string(one, "EUR").replace(".", ",") for one in (minor, balance))
        rows.append(f"{rank + 1:02d}/01/2024;a;{';'.join(figures)}")
    for ordered in (rows, rows[::-1]):
        table = table_of(tmp_path_factory.mktemp("bank"), "\n".join(["Date;Libellé;Montant;Solde", *ordered]))
        mapping = replace(guess_mapping("bank", table), outgoing_is_positive=False)
        (found,) = read_bank_statements(table, mapping, currency="EUR").statements
        assert sum(line.amount_minor for line in found.lines) == sum(amounts)
        if "balance" in mapping.columns:
            assert (found.opening_minor, found.closing_minor, found.difference_minor) == (start, balance, 0)
