"""Sheets of others: what can be items is read, the rest says what it lacks."""

from __future__ import annotations

import pytest
from tests.intake.readers.samples import shared_data

from exigible.intake.readers.guessing import guess_mapping
from exigible.intake.readers.records import read_items
from exigible.intake.readers.table import open_table


def test_an_ageing_sheet_of_xero_is_read_as_items() -> None:
    table = open_table(shared_data("aged_balance", "saurav", "sample_AR_aging_report.xlsx"))
    mapping = guess_mapping("items", table)
    assert mapping.columns["customer_name"].header == "Contact"
    items, findings = read_items(table, mapping, currency="EUR")
    assert sum(item.amount_minor for item in items) == 2217000
    assert findings.problems == []


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("d0337b/customer_aging_summary.csv", ("document_number", "issue_date")),
        ("d0337b/high_risk_customers.csv", ("document_number", "issue_date")),
        ("d0337b/grade_risk_summary.csv", ("customer_code", "document_number", "issue_date")),
        ("saurav/invoices_sample.csv", ("issue_date",)),
        ("remittance_shubhamjain/DataSet.csv", ("document_number",)),
    ],
)
def test_what_a_sheet_lacks_to_be_items(name: str, missing: tuple[str, ...]) -> None:
    table = open_table(shared_data("aged_balance", *name.split("/")))
    assert guess_mapping("items", table).missing == missing
