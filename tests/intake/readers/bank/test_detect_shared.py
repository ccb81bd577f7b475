"""Every file of others that banks and programs made: what it is, and whether it is read."""

from __future__ import annotations

import pytest
from tests.intake.readers.samples import shared_data

from exigible.intake.readers.bank.detect import bank_format, read_bank_file
from exigible.intake.readers.problems import UnreadableFile

MIXED = "mixed_sebastienrousseau"
_FRAGMENTS = {"mt940": {"empty_86.sta", "empty_non_swift.sta", "invalid_statement.sta"}}


@pytest.mark.parametrize(
    ("name", "kind", "lines"),
    [
        (f"{MIXED}/camt.053.001.02.xml", "camt", 3),
        (f"{MIXED}/sample.mt940", "mt940", 2),
        (f"{MIXED}/sample.ofx", "ofx", 2),
        (f"{MIXED}/sample.qfx", "ofx", 1),
        (f"{MIXED}/sample_split_amounts.csv", "table", 2),
        (f"{MIXED}/sample_statement.csv", "table", 2),
        (f"{MIXED}/golden/camt053_duplicate_same_day.xml", "camt", 2),
        (f"{MIXED}/golden/camt053_multicurrency.xml", "camt", 3),
        (f"{MIXED}/golden/camt053_no_namespace.xml", "camt", 1),
        (f"{MIXED}/golden/csv_french_headers.csv", "table", 3),
        ("csv_xlsx/oca16/sample_statement_en.xlsx", "table", 2),
        ("csv_xlsx/oca16/meta_data_separated_credit_debit.xlsx", "table", 4),
        ("ofx/bpaca_fr_pseudonymised/BPACA_OP_20220717.ofx", "ofx", 63),
        ("ofx/ofxstatement/ofx_spec201_stmtrs_example.xml", "ofx", 2),
    ],
)
def test_what_is_read(name: str, kind: str, lines: int) -> None:
    path = shared_data("bank", *name.split("/"))
    assert bank_format(path) == kind
    assert len(list(read_bank_file(path, currency="EUR").lines())) == lines


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (f"{MIXED}/invalid.xml", "unknown-xml"),
        (f"{MIXED}/pain.001.001.03.xml", "payment-order"),
        (f"{MIXED}/camt_file.csv", "guess-unsure"),
        (f"{MIXED}/pain_file.csv", "unmapped-field"),
        (f"{MIXED}/eval/european_format.json", "unmapped-field"),
        (f"{MIXED}/eval/same_day_duplicates.json", "unmapped-field"),
        (f"{MIXED}/eval/single_currency_checking.json", "unmapped-field"),
        (f"{MIXED}/golden/camt053_garbled_amount.xml", "bad-amount"),
        (f"{MIXED}/golden/csv_garbled_amount.csv", "bad-amount"),
        ("csv_xlsx/oca16/original_currency_no_header.csv", "guess-unsure"),
        ("cfonb/silarhi/CFONB - Structure des fichiers ETEBAC3.pdf", "not-a-bank-statement"),
        ("cfonb/silarhi/error_codes.csv", "unmapped-field"),
    ],
)
def test_what_is_refused(name: str, code: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read_bank_file(shared_data("bank", *name.split("/")), currency="EUR")
    assert refusal.value.code == code


@pytest.mark.parametrize("kind", ["camt", "mt940", "cfonb", "ofx"])
def test_the_files_of_each_format_are_known_by_their_content(kind: str) -> None:
    """Beside the banks' files lie expected values, licences and descriptions of the format."""
    others = (".json", ".yml", ".pdf", ".csv", "LICENSE")
    files = [path for path in sorted(shared_data("bank", kind).rglob("*")) if path.is_file()]
    kept = [path for path in files if not path.name.endswith(others)]
    assert kept
    assert {path.name for path in kept if bank_format(path) != kind} == _FRAGMENTS.get(kind, set())
