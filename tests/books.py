"""Little books for tests, written as an accountant would read them.

books = write_books('''
    2026-03-01 invoice  F-101 ACME 1200.00 due 2026-03-31
    2026-04-10 payment  V-7   ACME -500.00
    2026-04-10 letter   F-101 V-7   500.00
''')
books["F-101"].open_minor == 70000
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db import connection, transaction

from exigible.kernel.money import parse_amount
from exigible.ledger.models import Allocation, Company, Customer, OpenItem
from exigible.ledger.services import allocate, lock_books


@dataclass
class Books:
    """A company and what was written in its books, items by document number."""

    company: Company
    allocations: list[Allocation] = field(default_factory=list)

    def __getitem__(self, number: str) -> OpenItem:
        return OpenItem.objects.get(company=self.company, document_number=number)

    def customer(self, code: str) -> Customer:
        customer, _ = Customer.objects.get_or_create(company=self.company, code=code, defaults={"name": code})
        return customer


def make_company(code: str = "ACO", *, country: str = "FR", currency: str = "EUR") -> Company:
    return Company.objects.create(code=code, name=f"Company {code}", country=country, currency=currency)


def write_books(text: str, *, company: Company | None = None) -> Books:
    """Write each line of `text` through the ledger's own door."""
    books = Books(company or make_company())
    for line in filter(None, (raw.strip() for raw in text.splitlines())):
        _write(books, line.split())
    return books


def _write(books: Books, words: list[str]) -> None:
    day, kind, number, who = date.fromisoformat(words[0]), words[1], words[2], words[3]
    amount = parse_amount(words[4], exponent=2, decimal_mark=".")
    if kind == "letter":
        books.allocations.append(
            allocate(
                debit_item=books[number],
                credit_item=books[who],
                amount_minor=amount,
                effective_on=day,
                by=None,
            )
        )
        return
    due_on = date.fromisoformat(words[6]) if "due" in words else day
    with transaction.atomic():
        lock_books(books.company.pk)
        OpenItem.objects.create(
            company=books.company,
            customer=books.customer(who),
            document_type=kind,
            document_number=number,
            issued_on=day,
            due_on=due_on,
            effective_on=day,
            currency=books.company.currency,
            amount_minor=amount,
        )


def new_moment() -> None:
    """Within one test transaction, let the next act become known later than the last one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('exigible.recorded_at', '', true)")


def balance(company: Company, *, as_of: date, known_at: object = None) -> int:
    """What is owed to a company as of a date: the sum of its movements."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(amount_minor), 0)::bigint FROM ledger_movement"
            " WHERE company_id = %s AND effective_on <= %s"
            " AND recorded_at <= coalesce(%s, 'infinity'::timestamptz)",
            [company.pk, as_of, known_at],
        )
        return int(cursor.fetchone()[0])
