"""Nobody is asked for what came in on the bank yesterday, lettered or not."""

from __future__ import annotations

from datetime import date

import pytest

from exigible.dunning.facts import open_reading
from exigible.ledger.models import Company
from tests.books import write_books
from tests.cash.bank import Bank

pytestmark = pytest.mark.django_db
TODAY = date(2026, 4, 11)


def _seen(company: Company, on: date = TODAY) -> int:
    reading = open_reading(company, on, [], today=TODAY)
    customer = company.customers.get(code="ACME").pk
    (facts, _policy), *_ = reading.facts([customer])
    return facts.seen_minor


def test_a_payment_seen_but_not_lettered_holds_the_reminder_back() -> None:
    books = write_books("""
        2026-01-05 invoice F-10412 ACME 1000.00 due 2026-02-05
        2026-01-05 invoice F-10455 ACME 1000.00 due 2026-02-05
    """)
    bank = Bank(books)
    bank.receives("1000.00", "ACME", "")
    assert bank.match() == {"ambiguous": 1}
    assert _seen(books.company) == 1000_00


def test_a_payment_that_is_lettered_is_not_counted_again() -> None:
    books = write_books("2026-01-05 invoice F-10412 ACME 1000.00 due 2026-02-05")
    bank = Bank(books)
    bank.receives("400.00", "ACME", "acompte F-10412")
    assert bank.match() == {"posted": 1}
    assert _seen(books.company) == 0


def test_a_past_day_is_read_as_it_was() -> None:
    books = write_books("2026-01-05 invoice F-10412 ACME 1000.00 due 2026-02-05")
    bank = Bank(books)
    bank.receives("77.00", "ACME", "")
    bank.match()
    assert _seen(books.company, date(2026, 4, 1)) == 0
