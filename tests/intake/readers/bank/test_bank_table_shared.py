"""Bank sheets of others: what their columns are taken for, and whether they foot."""

from __future__ import annotations

import pytest
from tests.intake.readers.samples import shared_data

from exigible.intake.readers.bank.model import BankFile
from exigible.intake.readers.guessing import guess_mapping
from exigible.intake.readers.problems import UnreadableFile
from exigible.intake.readers.records.bank import read_bank_statements
from exigible.intake.readers.table import open_table

Verdict = list[tuple[str, str, int, int, int | None, int | None]]


def read(name: str) -> BankFile:
    table = open_table(shared_data("bank", *name.split("/")))
    return read_bank_statements(table, guess_mapping("bank", table), currency="EUR")


@pytest.mark.parametrize(
    ("name", "statements", "warnings"),
    [
        (
            "csv_xlsx/oca13_psp/activity_en.csv",
            [("", "USD", 45, 190, 0, 190), ("", "EUR", 29, 4334, 0, 4334), ("", "AUD", 2, 0, 0, 0)],
            [],
        ),
        (
            "csv_xlsx/oca13_psp/statement_en.csv",
            [("", "EUR", 8, 0, 75, 75), ("", "USD", 11, 28030, 89, 28119)],
            [],
        ),
        (
            "csv_xlsx/oca13_psp/settlement_detail_report_batch_380.csv",
            [("CompanyNL", "USD", 228, 0, None, None)],
            [],
        ),
        ("csv_xlsx/oca16/balance.csv", [("", "EUR", 2, 150000, 1000, 151000)], []),
        (
            "csv_xlsx/oca16/meta_data_separated_credit_debit.csv",
            [("08088804068", "EUR", 4, 106932, 3000077, 3107011)],
            ["date-order-assumed", "balance-gap"],
        ),
        (
            "csv_xlsx/oca16/meta_data_separated_credit_debit.xlsx",
            [("08088804068", "EUR", 4, 106932, 3000077, 3107011)],
            ["date-order-assumed", "balance-gap"],
        ),
        ("csv_xlsx/oca16/original_currency_empty.csv", [("", "EUR", 1, 152500, None, None)], []),
        (
            "csv_xlsx/oca16/original_currency_no_header.csv",
            [("", "EUR", 1, 152500, None, None)],
            ["header-guessed"],
        ),
        ("csv_xlsx/oca16/sample_statement_en.csv", [("", "EUR", 2, 149150, None, None)], []),
        ("csv_xlsx/oca16/sample_statement_en.xlsx", [("", "EUR", 2, 149150, None, None)], []),
        (
            "csv_xlsx/oca16/sample_statement_credit_card_inverse_sign_en.csv",
            [("", "EUR", 2, -149150, None, None)],
            [],
        ),
        (
            "mixed_sebastienrousseau/sample_split_amounts.csv",
            [("DE4455667788", "EUR", 2, 105025, 100000, 205025)],
            [],
        ),
        (
            "mixed_sebastienrousseau/sample_statement.csv",
            [("DE123456789", "EUR", 2, 130000, 250000, 380000)],
            [],
        ),
        (
            "mixed_sebastienrousseau/golden/csv_european_decimals.csv",
            [("DE89370400440532013000", "EUR", 3, 226094, None, None)],
            [],
        ),
        (
            "mixed_sebastienrousseau/golden/csv_french_headers.csv",
            [("", "EUR", 3, 226094, None, None)],
            [],
        ),
        (
            "mixed_sebastienrousseau/golden/csv_spanish_headers.csv",
            [("ES9121000418450200051332", "EUR", 3, 226094, None, None)],
            [],
        ),
    ],
)
def test_what_is_read(name: str, statements: Verdict, warnings: list[str]) -> None:
    file = read(name)
    sums = [sum(line.amount_minor for line in one.lines) for one in file.statements]
    assert [
        (one.account, one.currency, len(one.lines), total, one.opening_minor, one.closing_minor)
        for one, total in zip(file.statements, sums, strict=True)
    ] == statements
    assert [problem.code for problem in file.findings.problems] == warnings


@pytest.mark.parametrize(
    ("name", "faults"),
    [
        ("csv_xlsx/oca13_psp/empty_activity.csv", [("no-lines", 2)]),
        ("csv_xlsx/oca16/empty_statement_en.csv", [("no-lines", 2)]),
        ("csv_xlsx/oca16/empty_statement_en.xlsx", [("no-lines", 2)]),
        ("csv_xlsx/oca16/sample_statement_en_empty_values.xlsx", [("bad-amount", 3), ("bad-amount", 3)]),
        ("mixed_sebastienrousseau/golden/csv_garbled_amount.csv", [("bad-amount", 3)]),
        ("mixed_sebastienrousseau/pain_file.csv", [("unmapped-field", None), ("unmapped-field", None)]),
    ],
)
def test_what_is_refused(name: str, faults: list[tuple[str, int | None]]) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read(name)
    assert [(problem.code, problem.line) for problem in refusal.value.problems] == faults
