"""Open items from a table: every cell is checked, every fault has its line and its column."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exigible.intake.readers.guessing import guess_mapping
from exigible.intake.readers.problems import Findings, UnreadableFile
from exigible.intake.readers.records import ItemRecord, read_items
from exigible.intake.readers.table import open_table
from exigible.kernel.money import to_decimal_string

HEADER = "Client;Facture;Date facture;Échéance;Montant TTC"


def read(
    folder: Path, rows: str, header: str = HEADER, currency: str = "EUR", **changes: object
) -> tuple[list[ItemRecord], Findings]:
    path = folder / "items.csv"
    path.write_text(f"{header}\n{rows}\n", encoding="utf-8")
    table = open_table(path)
    mapping = replace(guess_mapping("items", table), **changes)  # type: ignore[arg-type]
    items, findings = read_items(table, mapping, currency=currency)
    return list(items), findings


def faults(findings: Findings) -> list[tuple[str, int | None, str | None, str]]:
    return [(problem.code, problem.line, problem.column, problem.found) for problem in findings.problems]


def test_an_invoice(tmp_path: Path) -> None:
    items, findings = read(tmp_path, "C1;FA1;15/01/2024;14/02/2024;1 234,56")
    assert items == [
        ItemRecord(
            line=2,
            customer_code="C1",
            customer_name="",
            document_type="invoice",
            document_number="FA1",
            issue_date=date(2024, 1, 15),
            due_date=date(2024, 2, 14),
            currency="EUR",
            amount_minor=123456,
            open_minor=None,
            reference="",
            order_number="",
        )
    ]
    assert findings.problems == []


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1.234,56", 123456),
        ("1 234,56", 123456),
        ("1\u00a0234,56", 123456),
        ("1\u202f234,56", 123456),
        ("1\u2009234,56", 123456),
        ("1'234.56", 123456),
        ("1,234.56", 123456),
        ("-1234,56", -123456),
        ("1234,56-", -123456),
        ("(1234,56)", -123456),
        ("1 234,56 €", 123456),
        ("EUR 1 234,56", 123456),
        ("1234", 123400),
    ],
)
def test_amounts_in_every_spelling(tmp_path: Path, text: str, minor: int) -> None:
    items, _ = read(tmp_path, f"C1;FA1;15/01/2024;14/02/2024;{text}")
    assert [item.amount_minor for item in items] == [minor]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("N/A", "bad-amount"),
        ("=1+1", "bad-amount"),
        ("#REF!", "bad-amount"),
        ("12,345", "ambiguous-amount"),
        ("12,3456", "too-many-decimals"),
        ("1000000000000000", "amount-too-large"),
        ("", "missing-amount"),
    ],
)
def test_what_is_no_amount(tmp_path: Path, text: str, code: str) -> None:
    items, findings = read(tmp_path, f"C1;FA1;15/01/2024;14/02/2024;{text}")
    assert items == []
    assert faults(findings) == [(code, 2, "Montant TTC", text)]


@pytest.mark.parametrize("text", ["30/02/2024", "hier", "2024", "31/12/2199"])
def test_an_impossible_date(tmp_path: Path, text: str) -> None:
    _, findings = read(tmp_path, f"C1;FA1;{text};14/02/2024;10,00")
    code = "date-out-of-range" if text.endswith("2199") else "bad-date"
    assert [fault[:3] for fault in faults(findings)] == [(code, 2, "Date facture")]


def test_empty_cells_that_are_needed(tmp_path: Path) -> None:
    _, findings = read(tmp_path, ";;;;10,00\nC1;FA1;01/01/2024;;10,00")
    assert [fault[:3] for fault in faults(findings)] == [
        ("missing-value", 2, "Facture"),
        ("missing-value", 2, "Date facture"),
        ("missing-value", 2, "Client"),
    ]


def test_a_line_with_a_fault_is_left_out_and_the_others_are_read(tmp_path: Path) -> None:
    items, findings = read(tmp_path, "C1;FA1;hier;;1,00\nC1;FA2;15/01/2024;;2,00")
    assert [item.document_number for item in items] == ["FA2"]
    assert findings.error_count == 1


def test_a_document_may_have_several_due_dates_but_not_twice_the_same(tmp_path: Path) -> None:
    items, findings = read(
        tmp_path,
        "C1;FA1;15/01/2024;15/02/2024;10,00\nC1;FA1;15/01/2024;15/03/2024;10,00\n"
        "C2;FA1;15/01/2024;15/02/2024;10,00\nC1;FA1;15/01/2024;15/02/2024;99,00",
    )
    assert [item.line for item in items] == [2, 3, 4]
    assert faults(findings) == [("duplicate-document", 5, "Facture", "FA1")]
    assert findings.problems[0].params == {"first_line": 2}


def test_payments_may_share_a_number(tmp_path: Path) -> None:
    header = "Client;Type;Pièce;Date;Montant"
    rows = "\n".join(f"C1;Règlement;VIR;{day}/01/2024;-10,00" for day in (15, 16, 16))
    items, findings = read(tmp_path, rows, header)
    assert len(items) == 3
    assert [(problem.severity, problem.code) for problem in findings.problems] == [
        ("warning", "duplicate-document")
    ]


def test_debit_and_credit_columns(tmp_path: Path) -> None:
    header = "Client;Pièce;Date;Débit;Crédit"
    rows = "C1;FA1;15/01/2024;10,00;\nC1;VIR1;16/01/2024;0,00;4,00\nC1;X;17/01/2024;;"
    items, findings = read(tmp_path, rows, header)
    assert [item.amount_minor for item in items] == [1000, -400]
    assert faults(findings) == [("missing-amount", 4, "Débit", "")]


def test_a_credit_column_with_its_own_minus_signs(tmp_path: Path) -> None:
    items, _ = read(tmp_path, "C1;V1;16/01/2024;;-4,00", "Client;Pièce;Date;Débit;Crédit")
    assert [item.amount_minor for item in items] == [-400]


@pytest.mark.parametrize(("sense", "minor"), [("D", 1000), ("C", -1000), ("S", 1000), ("H", -1000)])
def test_amount_and_sense(tmp_path: Path, sense: str, minor: int) -> None:
    items, _ = read(tmp_path, f"C1;FA1;15/01/2024;10,00;{sense}", "Client;Pièce;Date;Montant;Sens")
    assert [item.amount_minor for item in items] == [minor]


def test_an_unknown_sense(tmp_path: Path) -> None:
    rows = "C1;FA1;15/01/2024;10,00;D\nC1;FA2;15/01/2024;10,00;X"
    _, findings = read(tmp_path, rows, "Client;Pièce;Date;Montant;Sens")
    assert faults(findings) == [("bad-sense", 3, "Sens", "X")]


def test_a_list_of_what_is_open_only(tmp_path: Path) -> None:
    items, _ = read(tmp_path, "C1;FA1;15/01/2024;10,00", "Client;Facture;Date;Reste dû")
    assert [(item.amount_minor, item.open_minor) for item in items] == [(1000, 1000)]


@pytest.mark.parametrize(
    ("amount", "still_open", "expected"),
    [("10,00", "4,00", 400), ("-10,00", "-4,00", -400), ("-10,00", "4,00", -400), ("10,00", "0,00", 0)],
)
def test_what_is_still_open(tmp_path: Path, amount: str, still_open: str, expected: int) -> None:
    rows = f"C1;FA1;15/01/2024;{amount};{still_open}"
    items, _ = read(tmp_path, rows, "Client;Facture;Date;Montant;Reste dû")
    assert [item.open_minor for item in items] == [expected]


@pytest.mark.parametrize(("amount", "still_open"), [("10,00", "10,01"), ("10,00", "-4,00")])
def test_more_open_than_the_amount(tmp_path: Path, amount: str, still_open: str) -> None:
    rows = f"C1;FA1;15/01/2024;{amount};{still_open}"
    items, findings = read(tmp_path, rows, "Client;Facture;Date;Montant;Reste dû")
    assert items == []
    assert faults(findings)[0][:3] == ("open-exceeds-amount", 2, "Reste dû")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Facture", "invoice"),
        ("FA", "invoice"),
        ("RV", "invoice"),
        ("Customer Invoice", "invoice"),
        ("Avoir client", "credit_note"),
        ("Facture d'avoir", "credit_note"),
        ("credit_note", "credit_note"),
        ("Note de crédit", "credit_note"),
        ("DG", "credit_note"),
        ("Règlement", "payment"),
        ("Virement reçu", "payment"),
        ("DZ", "payment"),
        ("OD", "other"),
        ("Ristourne", "other"),
    ],
)
def test_types_as_programs_write_them(tmp_path: Path, text: str, kind: str) -> None:
    items, _ = read(tmp_path, f"C1;{text};X1;15/01/2024;0,00", "Client;Type;Pièce;Date;Montant")
    assert [item.document_type for item in items] == [kind]


@pytest.mark.parametrize(
    ("number", "amount", "kind"),
    [
        ("12", "10,00", "invoice"),
        ("AV12", "-10,00", "credit_note"),
        ("VIR 3", "-1,00", "payment"),
        ("12", "-1,00", "other"),
    ],
)
def test_without_a_type_sign_and_words_tell_it(tmp_path: Path, number: str, amount: str, kind: str) -> None:
    items, _ = read(tmp_path, f"C1;{number};15/01/2024;;{amount}")
    assert [item.document_type for item in items] == [kind]


def test_a_list_of_payments_that_the_user_says_to_be_one(tmp_path: Path) -> None:
    items, _ = read(tmp_path, "C1;VIR1;15/01/2024;;10,00", default_type="payment", credits_are_positive=True)
    assert [(item.document_type, item.amount_minor) for item in items] == [("payment", -1000)]


def test_credit_notes_without_a_sign_are_credits(tmp_path: Path) -> None:
    rows = "C1;Facture;FA1;15/01/2024;10,00;3,00\nC1;Avoir;AV1;16/01/2024;4,00;4,00"
    items, _ = read(tmp_path, rows, "Client;Type;Pièce;Date;Montant;Reste dû")
    assert [(item.amount_minor, item.open_minor) for item in items] == [(1000, 300), (-400, -400)]


def test_an_unexpected_sign_is_worth_a_warning(tmp_path: Path) -> None:
    rows = "C1;Facture;FA1;15/01/2024;-10,00"
    _, findings = read(tmp_path, rows, "Client;Type;Pièce;Date;Montant")
    assert faults(findings) == [("sign-unexpected", 2, "Montant", "-10.00")]


def test_currencies_by_column_by_symbol_or_by_default(tmp_path: Path) -> None:
    header = "Client;Facture;Date;Montant;Devise"
    rows = "C1;F1;15/01/2024;10;USD\nC1;F2;15/01/2024;10;€\nC1;F3;15/01/2024;10 Ar;\nC1;F4;15/01/2024;10;"
    items, _ = read(tmp_path, rows, header, currency="EUR")
    assert [item.currency for item in items] == ["USD", "EUR", "MGA", "EUR"]


def test_an_unknown_currency_or_two_of_them(tmp_path: Path) -> None:
    header = "Client;Facture;Date;Montant;Devise"
    _, findings = read(tmp_path, "C1;F1;15/01/2024;10;EUX\nC1;F2;15/01/2024;10 €;USD", header)
    assert faults(findings) == [
        ("unknown-currency", 2, "Devise", "EUX"),
        ("currency-conflict", 3, "Montant", "EUR"),
    ]


def test_a_currency_without_minor_units(tmp_path: Path) -> None:
    items, _ = read(tmp_path, "C1;F1;15/01/2024;;1000", currency="XPF")
    assert [item.amount_minor for item in items] == [1000]


def test_month_first_dates_are_told_by_the_column(tmp_path: Path) -> None:
    items, _ = read(tmp_path, "C1;F1;01/02/2024;;1\nC1;F2;01/31/2024;;1")
    assert [item.issue_date for item in items] == [date(2024, 1, 2), date(2024, 1, 31)]


def test_days_first_is_assumed_where_nothing_tells(tmp_path: Path) -> None:
    items, findings = read(tmp_path, "C1;F1;01/02/2024;;1\nC1;F2;03/04/2024;;1")
    assert items[0].issue_date == date(2024, 2, 1)
    assert faults(findings) == [("date-order-assumed", 2, "Date facture", "01/02/2024")]


def test_a_due_date_before_the_issue_is_worth_a_warning(tmp_path: Path) -> None:
    items, findings = read(tmp_path, "C1;F1;15/02/2024;14/02/2024;1")
    assert (len(items), findings.error_count, findings.warning_count) == (1, 0, 1)


def test_codes_that_are_too_long_are_not_cut(tmp_path: Path) -> None:
    items, findings = read(tmp_path, f"{'C1' * 21};{'F' * 81};15/01/2024;;1")
    assert items == []
    assert [fault[0] for fault in faults(findings)] == ["text-too-long", "text-too-long"]


def test_a_mapping_without_a_needed_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read(tmp_path, "C1;10,00", "Client;Montant")
    assert [problem.column for problem in refusal.value.problems] == ["document_number", "issue_date"]


@given(amounts=st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=30))
def test_amounts_written_out_are_read_back(
    tmp_path_factory: pytest.TempPathFactory, amounts: list[int]
) -> None:
    rows = "\n".join(
        f"C1;F{n};2024-01-15;;{to_decimal_string(minor, 'EUR')}" for n, minor in enumerate(amounts)
    )
    items, findings = read(tmp_path_factory.mktemp("items"), rows)
    assert [item.amount_minor for item in items] == amounts
    assert findings.error_count == 0
