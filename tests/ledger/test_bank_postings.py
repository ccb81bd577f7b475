"""A bank line is a fact; postings say which open item it is, never for more than there is."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from tests.books import Books, write_books

from exigible.ledger.check import run_checks
from exigible.ledger.models import BankAccount, BankLine, BankPosting, BankStatement
from exigible.ledger.services import lock_books, reverse_item

pytestmark = pytest.mark.django_db


def _line(books: Books, amount_minor: int) -> BankLine:
    company = books.company
    account, _ = BankAccount.objects.get_or_create(company=company, number="FR76", currency="EUR")
    lock_books(company.pk)
    statement = BankStatement.objects.create(company=company, account=account)
    return BankLine.objects.create(
        company=company, account=account, statement=statement, line_key=uuid.uuid4(), reference="R1",
        booked_on=date(2026, 4, 10), amount_minor=amount_minor, left_minor=amount_minor, currency="EUR",
    )  # fmt: skip


def _post(line: BankLine, books: Books, number: str, amount_minor: int, **more: object) -> BankPosting:
    with transaction.atomic():
        lock_books(books.company.pk)
        return BankPosting.objects.create(
            company=books.company, line=line, item=books[number], amount_minor=amount_minor, **more
        )


@pytest.fixture
def books() -> Books:
    return write_books("""
        2026-03-01 invoice  F-101 ACME 1200.00 due 2026-03-31
        2026-04-10 payment  V-7   ACME -500.00
        2026-04-10 payment  V-8   ACME -300.00
    """)


def test_a_line_is_posted_to_the_items_that_it_is(books: Books) -> None:
    line = _line(books, 800_00)
    _post(line, books, "V-7", 500_00)
    _post(line, books, "V-8", 300_00)
    line.refresh_from_db()
    assert line.left_minor == 0
    assert not any(finding.broken for finding in run_checks())


def test_no_more_than_the_line_is_posted(books: Books) -> None:
    line = _line(books, 400_00)
    with pytest.raises(IntegrityError, match="never_over_posted"):
        _post(line, books, "V-7", 500_00)


def test_an_item_stands_for_no_more_of_the_bank_than_its_amount(books: Books) -> None:
    with pytest.raises(IntegrityError, match="no more of the bank"):
        _post(_line(books, 900_00), books, "V-7", 600_00)


def test_what_came_in_is_a_credit(books: Books) -> None:
    with pytest.raises(IntegrityError, match="what came in is a credit"):
        _post(_line(books, 900_00), books, "F-101", 900_00)


def test_an_item_that_is_reversed_frees_its_line(books: Books) -> None:
    line = _line(books, 500_00)
    _post(line, books, "V-7", 500_00)
    reverse_item(item=books["V-7"], by=None, reason="wrong customer")
    line.refresh_from_db()
    assert line.left_minor == 500_00
    assert not any(finding.broken for finding in run_checks())


def test_a_posting_is_undone_once(books: Books) -> None:
    line = _line(books, 500_00)
    posting = _post(line, books, "V-7", 500_00)
    _post(line, books, "V-7", 500_00, reverses=posting)
    line.refresh_from_db()
    assert line.left_minor == 500_00
    with pytest.raises(IntegrityError):
        _post(line, books, "V-7", 500_00, reverses=posting)


@pytest.mark.parametrize(
    "fields", [{"amount_minor": 1}, {"reference": "other"}, {"booked_on": date(2026, 1, 1)}]
)
def test_what_the_bank_said_does_not_change(books: Books, fields: dict[str, object]) -> None:
    line = _line(books, 500_00)
    with pytest.raises(IntegrityError, match="what the bank said"):
        BankLine.objects.filter(pk=line.pk).update(**fields)


def test_what_is_left_is_kept_by_the_database(books: Books) -> None:
    line = _line(books, 500_00)
    with pytest.raises(IntegrityError, match="kept by the database"):
        BankLine.objects.filter(pk=line.pk).update(left_minor=0)
