"""Two people letter one payment at the same moment: one wins, the other is told, and nothing is double."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from tests.books import write_books
from tests.cash.bank import Bank

from exigible.cash.services import letter, match_company
from exigible.kernel.errors import Refused
from exigible.ledger.check import run_checks
from exigible.ledger.models import BankPosting, OpenItem

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bank() -> Bank:
    return Bank(
        write_books("""
        2026-01-05 invoice F-10412 ACME 1000.00 due 2026-02-05
        2026-01-05 invoice F-10413 ACME 1000.00 due 2026-02-05
    """)
    )


def _at_once(*acts) -> list[str]:
    gate = Barrier(len(acts))

    def run(act) -> str:
        try:
            gate.wait()
            act()
        except Refused as refusal:
            return refusal.code
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as people:
        return sorted(people.map(run, acts))


def test_one_wins_and_the_other_is_told(bank: Bank) -> None:
    company = bank.books.company.pk
    line = bank.receives("1000.00", "ACME").pk

    def lettering(number: str):
        item = bank.books[number]
        return lambda: letter(
            company_id=company, line_id=line, customer_id=item.customer_id,
            allocations=[(item.pk, 1000_00)], by=None,
        )  # fmt: skip

    assert _at_once(lettering("F-10412"), lettering("F-10413")) == ["already-lettered", "done"]
    assert OpenItem.objects.filter(source="bank").count() == BankPosting.objects.count() == 1
    assert not any(finding.broken for finding in run_checks())


def test_two_runs_at_once_post_each_payment_once(bank: Bank) -> None:
    company = bank.books.company.pk
    bank.receives("1000.00", "ACME", "FACTURE 10412")
    bank.receives("1000.00", "ACME", "FACTURE 10413")
    assert _at_once(lambda: match_company(company), lambda: match_company(company)) == ["done", "done"]
    assert OpenItem.objects.filter(source="bank").count() == 2
    assert not any(finding.broken for finding in run_checks())
