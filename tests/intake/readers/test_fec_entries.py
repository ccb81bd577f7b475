"""What an entry says of its lines: a sale, a payment, a balance brought forward, or something else."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.intake.readers.samples import fec_line, payment, sale, write_fec

from exigible.intake.readers.fec import customer_account_test, open_fec
from exigible.intake.readers.fec.entries import is_opening_journal
from exigible.intake.readers.fec.line import FecLine


def customer_lines(path: Path) -> list[FecLine]:
    file = open_fec(path, currency="EUR")
    found = [line for batch in file.batches(100, customer_account_test(["411", "416"])) for line in batch]
    assert not file.has_errors
    return found


def natures(path: Path) -> list[str]:
    return [line.nature for line in customer_lines(path)]


def test_a_sale_and_its_payment(tmp_path: Path) -> None:
    assert natures(write_fec(tmp_path, sale() + payment())) == ["sale", "bank"]


def test_a_credit_note_is_of_the_sales(tmp_path: Path) -> None:
    assert natures(write_fec(tmp_path, sale("-120,00", "-100,00", "-20,00"))) == ["sale"]


def test_bank_charges_with_their_vat_do_not_make_a_payment_a_sale(tmp_path: Path) -> None:
    entry = [
        fec_line("51200000", debit="117,60"),
        fec_line("62700000", debit="2,00"),
        fec_line("44566000", debit="0,40"),
        fec_line("41100000", credit="120,00"),
    ]
    assert natures(write_fec(tmp_path, entry)) == ["bank"]


def test_a_cash_sale_in_one_entry_is_a_sale_and_a_payment(tmp_path: Path) -> None:
    entry = [*sale(), fec_line("41100000", credit="120,00"), fec_line("53100000", debit="120,00")]
    assert natures(write_fec(tmp_path, entry)) == ["sale", "bank"]


def test_a_refund_with_its_credit_note_in_one_entry(tmp_path: Path) -> None:
    entry = [
        fec_line("41100000", credit="120,00"),
        fec_line("70700000", debit="100,00"),
        fec_line("44571000", debit="20,00"),
        fec_line("41100000", debit="120,00"),
        fec_line("51200000", credit="120,00"),
    ]
    assert natures(write_fec(tmp_path, entry)) == ["sale", "bank"]


def test_transfers_and_losses_are_neither(tmp_path: Path) -> None:
    doubtful = [fec_line("41600000", debit="120,00"), fec_line("41100000", credit="120,00")]
    loss = [
        fec_line("65400000", debit="100,00", EcritureNum="2"),
        fec_line("44571000", debit="20,00", EcritureNum="2"),
        fec_line("41600000", credit="120,00", EcritureNum="2"),
    ]
    assert natures(write_fec(tmp_path, doubtful + loss)) == ["other", "other", "other"]


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("AN", "a nouveau"),
        ("AD", "A Nouveaux Détaillés"),
        ("RAN", "Report à nouveau"),
        ("ANO", ""),
        ("OUV", "Balance Initiale"),
        ("X", "JOURNAL D'OUVERTURE"),
        ("an", "Journal AN"),
        ("OB", "Opening balances"),
    ],
)
def test_a_journal_of_balances_brought_forward(tmp_path: Path, code: str, label: str) -> None:
    lines = sale(JournalCode=code, JournalLib=label)
    assert natures(write_fec(tmp_path, lines)) == ["opening"]


@pytest.mark.parametrize(
    ("code", "label"), [("AN", "Analytique"), ("VE", "Ventes nouveaux clients"), ("BQ", "Banque")]
)
def test_other_journals_are_not_taken_for_it(code: str, label: str) -> None:
    assert not is_opening_journal(code, label)


def test_an_opening_entry_in_an_ordinary_journal_is_told_by_its_words_and_its_date(tmp_path: Path) -> None:
    cells = {"JournalCode": "OD", "JournalLib": "Opérations diverses", "EcritureLib": "A nouveaux 2024"}
    opening = [
        fec_line("41100000", debit="50,00", EcritureDate="20240101", **cells),
        fec_line("10100000", credit="50,00", EcritureDate="20240101", **cells),
    ]
    later = [
        fec_line("41100000", debit="50,00", EcritureDate="20240201", **cells),
        fec_line("10100000", credit="50,00", EcritureDate="20240201", **cells),
    ]
    assert natures(write_fec(tmp_path, opening + later)) == ["opening", "other"]


def test_books_without_entry_numbers_are_cut_where_debits_meet_credits(tmp_path: Path) -> None:
    lines = sale(EcritureNum="0", JournalCode="OD") + payment(EcritureNum="0", JournalCode="OD")
    assert natures(write_fec(tmp_path, lines)) == ["sale", "bank"]


def test_an_entry_whose_lines_bear_several_dates_is_one_entry(tmp_path: Path) -> None:
    lines = payment()
    lines[1]["EcritureDate"] = "20240116"
    file = open_fec(write_fec(tmp_path, lines), currency="EUR")
    found = [line for batch in file.batches(100, customer_account_test(["411"])) for line in batch]
    assert [line.nature for line in found] == ["bank"]
    assert [problem.code for problem in file.problems] == ["entry-dates-differ"]


@given(seed=st.integers(0, 10_000))
def test_the_order_of_the_lines_changes_nothing(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """A file may be sorted by account, or not at all: each line has the nature its whole entry gives it."""
    lines = [
        line
        for number in range(1, 6)
        for line in sale(EcritureNum=str(number)) + payment(EcritureNum=str(number))
    ]
    Random(seed).shuffle(lines)
    found = customer_lines(write_fec(tmp_path_factory.mktemp("fec"), lines))
    assert (
        sorted((line.amount_minor, line.nature) for line in found)
        == [(-12000, "bank")] * 5 + [(12000, "sale")] * 5
    )


@given(amounts=st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=20))
def test_the_sum_of_the_lines_is_debit_less_credit(
    tmp_path_factory: pytest.TempPathFactory, amounts: list[int]
) -> None:
    """Whatever the signs, and on whichever side a program writes a negative amount."""
    lines = []
    for number, minor in enumerate(amounts, 1):
        text = f"{'-' if minor < 0 else ''}{abs(minor) // 100},{abs(minor) % 100:02d}"
        lines += [
            fec_line("41100000", debit=text, EcritureNum=str(number)),
            fec_line("70700000", credit=text, EcritureNum=str(number)),
        ]
    file = open_fec(write_fec(tmp_path_factory.mktemp("fec"), lines), currency="EUR")
    read = [line.amount_minor for batch in file.batches() for line in batch if line.account == "41100000"]
    assert read == amounts
    assert file.totals.debit_minor == file.totals.credit_minor == sum(amounts)
