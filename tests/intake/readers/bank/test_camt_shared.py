"""CAMT files of others: each is read and adds up as its bank says, or is refused for the true reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.intake.readers.samples import shared_data

from exigible.intake.readers.bank.camt import read_camt
from exigible.intake.readers.bank.model import BankFile
from exigible.intake.readers.problems import UnreadableFile

# Of each statement: its currency, its lines, their sum, and what its balances lack, None if one is missing.
READ = {
    "camt/genkgo/camt052.v2.other-account.xml": [("SEK", 1, -20000000, None)],
    "camt/genkgo/camt052.v2.xml": [("SEK", 1, -20000000, None)],
    "camt/genkgo/camt052.v4.xml": [("CHF", 0, 0, None)],
    "camt/genkgo/camt052.v6.Amt-zero.xml": [("CHF", 0, 0, None)],
    "camt/genkgo/camt052.v6.xml": [("CHF", 0, 0, None)],
    "camt/genkgo/camt052.v8.xml": [("SEK", 1, -20000000, None)],
    "camt/genkgo/camt053.v2.five.decimals.xml": [("EUR", 1, 885, 5)],
    "camt/genkgo/camt053.v2.minimal.ultimate.xml": [("EUR", 1, 885, None), ("SEK", 0, 0, None)],
    "camt/genkgo/camt053.v2.multi.statement.xml": [("EUR", 1, 885, 0), ("EUR", 1, -700, 0)],
    "camt/genkgo/camt053.v3.xml": [("EUR", 1, 885, None), ("SEK", 0, 0, None)],
    "camt/genkgo/camt053.v4.xml": [("EUR", 1, 885, None), ("SEK", 0, 0, None)],
    "camt/genkgo/camt053.v8.xml": [("EUR", 1, 885, None), ("SEK", 0, 0, None)],
    "camt/genkgo/camt054.v8.xml": [("SEK", 1, -20000000, None)],
    "camt/genkgo/camt53.only-Dt-with-DtTm.xml": [("RON", 0, 0, None)],
    "camt/newinnovations/error-camt053.xml": [("EUR", 2, -5000, -5000)],
    "camt/newinnovations/example-camt053-a.xml": [("EUR", 7, 45800, 0), ("EUR", 4, -19826, 0)],
    "camt/newinnovations/test-camt053.xml": [("EUR", 2, -5000, 0)],
    "camt/oca13/test-camt053-bookgdt-dttm": [("EUR", 1, -75425, 30710)],
    "camt/ofxstatement-iso20022/camt053.xml": [("CHF", 1, 128430, 0)],
    "camt/ofxstatement-iso20022/simple.xml": [("EUR", 4, -18101, 0)],
    "camt/prowide/camt.053.001.07.xml": [("USD", 0, 0, None)],
    "camt/resilio/sample_camt053.xml": [("EUR", 3, 225000, -100000)],
    "mixed_sebastienrousseau/camt.053.001.02.xml": [("SEK", 3, -6432150, 0)],
    "mixed_sebastienrousseau/golden/camt053_duplicate_same_day.xml": [("EUR", 2, -900, None)],
    "mixed_sebastienrousseau/golden/camt053_multicurrency.xml": [("EUR", 2, 75025, 0), ("USD", 1, -9999, 0)],
    "mixed_sebastienrousseau/golden/camt053_no_namespace.xml": [("GBP", 1, 25000, 0)],
    "sepa_returns/oca12/test-sepa-camt-unpaid-invalid.xml": [("EUR", 1, -10000, None)],
    "sepa_returns/oca12/test-sepa-camt-unpaid.xml": [("EUR", 1, -10000, None)],
    "sepa_returns/oca14/test-sepa-camt-unpaid-invalid.xml": [("EUR", 1, -10000, None)],
    "sepa_returns/oca14/test-sepa-camt-unpaid.xml": [("EUR", 1, -10000, None)],
}
REFUSED = {
    "camt/genkgo/camt053.v2.wrong.xml": ("no-statement", None),
    "camt/genkgo/camt054.v2.with-account-name.xml": ("missing-value", 17),
    "camt/genkgo/camt054.v8-with-UETR.xml": ("missing-value", 16),
    "camt/ofxstatement-iso20022/gcamp6.xml": ("unknown-currency", 31),
    "camt/ofxstatement-iso20022/unsupported.xml": ("no-statement", None),
    "mixed_sebastienrousseau/golden/camt053_garbled_amount.xml": ("bad-amount", 17),
    "mixed_sebastienrousseau/invalid.xml": ("unknown-xml", None),
    "mixed_sebastienrousseau/pain.001.001.03.xml": ("payment-order", 5),
    "sepa_pain008/sepa_king/pain.001.001.03.ch.02.xml": ("payment-order", 10),
    "sepa_pain008/sepa_king/pain.001.001.03.xml": ("payment-order", 4),
    "sepa_pain008/sepa_king/pain.001.002.03.xml": ("payment-order", 4),
    "sepa_pain008/sepa_king/pain.001.003.03.xml": ("payment-order", 4),
    "sepa_pain008/sepa_king/pain.008.002.02.xml": ("collection-order", 3),
    "sepa_returns/oca12/test-sepa-pain-unpaid-invalid.xml": ("status-report", 7),
    "sepa_returns/oca12/test-sepa-pain-unpaid.xml": ("status-report", 7),
    "sepa_returns/oca14/test-sepa-pain-unpaid-invalid.xml": ("status-report", 10),
    "sepa_returns/oca14/test-sepa-pain-unpaid.xml": ("status-report", 10),
    "sepa_returns/oca8/test-sepa-unpaid.xml": ("status-report", 7),
    "sepa_returns/oca8/unpaid_reason_codes.xml": ("unknown-xml", None),
}
# The first has no dump beside it, and the dump of the second leaves out the entry of the first statement.
WITHOUT_ORACLE = ("camt/genkgo/camt054.v8.xml", "camt/genkgo/camt053.v2.multi.statement.xml")
ORACLES = [name for name in READ if name.startswith("camt/genkgo") and name not in WITHOUT_ORACLE]


def read(name: str) -> BankFile:
    return read_camt(shared_data("bank", name))


@pytest.mark.parametrize("name", READ)
def test_a_file_is_read_and_its_balances_are_checked(name: str) -> None:
    file = read(name)
    found = [
        (each.currency, len(each.lines), sum(line.amount_minor for line in each.lines), each.difference_minor)
        for each in file.statements
    ]
    assert found == READ[name]
    assert file.findings.counts["warning", "balance-gap"] == sum(bool(each[3]) for each in found)


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_is_refused_for_its_true_reason(name: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read(name)
    assert (caught.value.code, caught.value.problems[0].line) == REFUSED[name]


def test_no_file_was_forgotten() -> None:
    root = shared_data("bank")
    folders = ("camt", "sepa_returns", "mixed_sebastienrousseau", "sepa_pain008")
    found = {
        str(path.relative_to(root))
        for folder in folders
        for path in (root / folder).rglob("*")
        if path.is_file() and path.suffix in (".xml", "")
    }
    assert found == READ.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", ORACLES)
def test_another_reader_found_the_same_booked_entries(name: str) -> None:
    path = shared_data("bank", Path(name).with_suffix(".json").as_posix())
    expected = [
        (int(entry["getAmount"]["getAmount"]), entry["getAmount"]["getCurrency"]["getCode"])
        for entry in _entries(json.loads(path.read_text()))
        if entry["getStatus"] == "BOOK"
    ]
    found = [(line.amount_minor, line.currency) for _, line in read(name).lines()]
    assert sorted(found) == sorted(expected)


def _entries(told: Any) -> Iterator[dict[str, Any]]:
    """The entries, wherever the other reader's dump of objects has them: each is written out once."""
    if isinstance(told, dict) and str(told.get("__CLASS__", "")).endswith("\\Entry"):
        yield told
    for part in told.values() if isinstance(told, dict) else told if isinstance(told, list) else ():
        yield from _entries(part)


def test_a_returned_direct_debit_of_a_real_bank_names_the_customer_and_the_reason() -> None:
    (line,) = read("sepa_returns/oca14/test-sepa-camt-unpaid.xml").statements[0].lines
    assert (line.is_return, line.return_reason, line.end_to_end, line.mandate) == (
        True,
        "AC06",
        "E2EID1",
        "MANDATEID2",
    )
    assert (line.payer_name, line.payer_iban) == ("DEBTOR4", "IE16AIBK93110187654321")


def test_two_honest_identical_payments_are_two() -> None:
    first, second = read("mixed_sebastienrousseau/golden/camt053_duplicate_same_day.xml").statements[0].lines
    assert (first.amount_minor, first.booked_on) == (second.amount_minor, second.booked_on)
    assert first.place != second.place
