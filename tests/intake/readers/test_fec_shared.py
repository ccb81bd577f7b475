"""Real and made-up FEC files of others: each is read to the cent, or refused for its true reasons."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal

import pytest
from tests.intake.readers.samples import shared_data

from exigible.intake.readers.fec import FecFile, FecLine, customer_account_test, open_fec

CLEAN = {
    "adams43360/fec_propre.txt": (25, 2156500),
    "adh-studio/123456782FEC20251231.txt": (10, 261200),
    "lasocietenouvelle/sample_pipe.txt": (4, 330000),
    "lasocietenouvelle/sample_tab.txt": (7, 314000),
    "olivedu13/fec-complete-test-2024.txt": (26, 6050000),
    "olivedu13/fec-simple-realistic-2024.txt": (16, 3500000),
    "olivedu13/test-import-2024.txt": (6, 650000),
    "pseudonymised/000000000FEC20231231.txt": (2102, 126535082),
    "pseudonymised/123456789FEC20500930.txt": (10756, 825808373),
    "pseudonymised/fec_2024_atc.txt": (11617, 2345888567),
    "tryton/FEC.csv": (8, 9900),
    "variants_derived/111222333FEC20241231.txt": (11617, 2345888567),
}
ORACLES = {
    "pseudonymised/000000000FEC20231231.txt": "000000000FEC20231231",
    "pseudonymised/123456789FEC20500930.txt": "123456789FEC20500930",
    "pseudonymised/fec_2024_atc.txt": "fec_2024_atc",
    "variants_derived/111222333FEC20241231.txt": "fec_2024_atc",
}


def read(name: str) -> tuple[FecFile, list[FecLine]]:
    file = open_fec(shared_data("fec", name), currency="EUR")
    return file, [line for batch in file.batches(1000, customer_account_test(["411"])) for line in batch]


@pytest.mark.parametrize("name", CLEAN)
def test_a_sound_file_is_read_whole_and_balances(name: str) -> None:
    file, _ = read(name)
    assert [problem for problem in file.problems if problem.severity == "error"] == []
    totals = file.totals
    assert (totals.lines, totals.debit_minor, totals.credit_minor) == (*CLEAN[name], CLEAN[name][1])


@pytest.mark.parametrize("name", ORACLES)
def test_each_customer_has_the_balance_that_others_worked_out(name: str) -> None:
    _, lines = read(name)
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for line in lines:
        unlettered = 0 if line.lettering else line.amount_minor
        found = sums[line.account, line.aux]
        sums[line.account, line.aux] = [found[0] + 1, found[1] + line.amount_minor, found[2] + unlettered]
    with shared_data("fec", "oracle_41x", f"{ORACLES[name]}.oracle.csv").open() as stream:
        expected = {
            (row["CompteNum"], row["CompAuxNum"]): [
                int(row["lines"]),
                int(Decimal(row["balance"]) * 100),
                int(Decimal(row["unlettered_balance"]) * 100),
            ]
            for row in csv.DictReader(stream, delimiter=";")
        }
    assert sums == expected


def test_the_same_books_in_both_layouts_give_the_same_lines() -> None:
    _, debit_credit = read("pseudonymised/fec_2024_atc.txt")
    file, amount_sense = read("variants_derived/111222333FEC20241231.txt")
    assert amount_sense == debit_credit
    assert (file.encoding, file.layout.by_sense) == ("cp1252", True)


def test_the_deliberately_dirty_file_is_refused_with_all_its_reasons() -> None:
    file, _ = read("adams43360/fec_sale.txt")
    assert [(problem.code, problem.line, problem.column) for problem in file.findings.errors] == [
        ("bad-date", 2, "EcritureDate"),
        ("bad-amount", 3, "Debit"),
        ("bad-account", 5, "CompteNum"),
        ("unbalanced-entry", 10, None),
        ("unbalanced-entry", 13, None),
    ]


def test_real_opening_balances_are_recognised() -> None:
    _, lines = read("pseudonymised/fec_2024_atc.txt")
    assert sum(line.nature == "opening" for line in lines) == 1784
    assert {line.nature for line in lines if line.journal_code == "AN"} == {"opening"}
