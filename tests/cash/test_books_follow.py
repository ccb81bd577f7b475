"""The books come after the bank: what it told of is recognised, nothing counts twice, lettering agrees."""

from __future__ import annotations

from datetime import date

import pytest
from tests.books import Books, balance, make_company
from tests.cash.bank import Bank
from tests.intake.fec_text import import_books

from exigible.ledger.check import run_checks
from exigible.ledger.models import Allocation, OpenItem

pytestmark = pytest.mark.django_db
SALES = """
    2026-01-05 sale FA26-10412 ACME 1000.00
    2026-02-05 sale FA26-10455 ACME  733.40
"""
LATER = date(2026, 12, 31)


@pytest.fixture
def bank() -> Bank:
    company = make_company()
    import_books(company, SALES)
    return Bank(Books(company))


def _standing() -> int:
    return Allocation.objects.filter(reverses=None, reversed_by=None).count()


def test_a_payment_told_by_the_bank_is_recognised_in_the_books(bank: Bank) -> None:
    company = bank.books.company
    bank.receives("1000.00", "ACME", "FACTURE 10412")
    bank.match()
    before = balance(company, as_of=LATER)
    job = import_books(company, SALES + "2026-04-12 bank BQ-55 ACME -1000.00")
    assert balance(company, as_of=LATER) == before == 733_40
    assert job.result["control"]["difference"] == "0.00"
    assert OpenItem.objects.filter(document_type="payment").count() == 1
    assert not any(finding.broken for finding in run_checks())


def test_lettering_of_the_books_that_agrees_changes_nothing(bank: Bank) -> None:
    bank.receives("1000.00", "ACME", "FACTURE 10412")
    bank.match()
    letterd = SALES.replace("ACME 1000.00", "ACME 1000.00 A 2026-04-12")
    import_books(bank.books.company, letterd + "2026-04-12 bank BQ-55 ACME -1000.00 A 2026-04-12")
    assert bank.books["FA26-10412"].open_minor == 0
    assert _standing() == 1


def test_two_payments_of_one_amount_are_two_in_the_books(bank: Bank) -> None:
    company = bank.books.company
    bank.receives("1000.00", "ACME", "FACTURE 10412")
    bank.receives("1000.00", "ACME", "FACTURE 10412")
    bank.match()
    import_books(company, SALES + "2026-04-12 bank BQ-55 ACME -1000.00\n2026-04-13 bank BQ-56 ACME -1000.00")
    payments = OpenItem.objects.filter(amount_minor=-1000_00, is_reversed=False)
    assert payments.count() == 2
    assert balance(company, as_of=LATER) == 733_40 - 1000_00


def test_what_was_waived_is_recognised_when_the_books_write_it_off(bank: Bank) -> None:
    company = bank.books.company
    bank.receives("990.00", "ACME", "FA26-10412", charges_minor=10_00)
    bank.match()
    job = import_books(
        company, SALES + "2026-04-12 bank BQ-55 ACME -990.00\n2026-04-30 other OD-7 ACME -10.00"
    )
    assert balance(company, as_of=LATER) == 733_40
    assert job.result["control"]["difference"] == "0.00"


def test_a_payment_that_the_books_credit_before_charges_is_the_same(bank: Bank) -> None:
    company = bank.books.company
    import_books(company, SALES + "2026-04-09 bank BQ-55 ACME -1000.00")
    line = bank.receives("990.00", "CUSTOMER ACME", "VIREMENT")
    bank.match()
    line.refresh_from_db()
    assert line.left_minor == 0
    assert balance(company, as_of=LATER) == 733_40
    assert not any(finding.broken for finding in run_checks())


def test_a_payment_missing_from_books_that_go_further_waits_for_a_person(bank: Bank) -> None:
    import_books(bank.books.company, SALES + "2026-04-30 bank BQ-60 ACME -1.00")
    bank.receives("1000.00", "CUSTOMER ACME", "FACTURE 10412", on=date(2026, 4, 10))
    assert bank.match() == {"proposed": 1}
