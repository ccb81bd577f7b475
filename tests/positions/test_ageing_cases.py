"""Cases in which other programs got the aged balance wrong, each as a little book."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.books import balance, make_company, new_moment, write_books

from exigible.kernel.ageing import Buckets
from exigible.ledger.models import Company
from exigible.ledger.services import change_due_date, reverse_allocation, reverse_item
from exigible.positions.filters import Filters
from exigible.positions.queries import AgedRow, aged_balance, issue_moment
from exigible.positions.rules import Ageing

pytestmark = pytest.mark.django_db


def the_row(company: Company, as_of: date, **asked: object) -> AgedRow:
    """The one row of a company with one customer and one currency."""
    (row,) = aged_balance(company, as_of=as_of, **asked).rows  # type: ignore[arg-type]
    return row


def test_a_partial_payment_ages_what_is_left_of_the_invoice() -> None:
    books = write_books("""
        2026-03-01 invoice F-1 ACME 1000.00 due 2026-03-31
        2026-04-10 payment V-1 ACME -300.00
        2026-04-10 letter  F-1 V-1 300.00
    """)
    assert the_row(books.company, date(2026, 4, 30)).ageing == Ageing((0, 70000, 0, 0, 0), 0)


def test_a_payment_after_the_date_is_left_out_of_the_report() -> None:
    books = write_books("""
        2026-03-01 invoice F-1 ACME 1000.00 due 2026-03-31
        2026-05-02 payment V-1 ACME -1000.00
        2026-05-02 letter  F-1 V-1 1000.00
    """)
    assert the_row(books.company, date(2026, 5, 1)).ageing == Ageing((0, 0, 100000, 0, 0), 0)
    assert aged_balance(books.company, as_of=date(2026, 5, 2)).rows == []


def test_a_payment_lettered_later_was_unallocated_until_then() -> None:
    books = write_books("""
        2026-03-01 invoice F-1 ACME 1000.00 due 2026-03-31
        2026-04-05 payment V-1 ACME -1000.00
        2026-05-20 letter  F-1 V-1 1000.00
    """)
    assert the_row(books.company, date(2026, 4, 30)).ageing == Ageing((0, 100000, 0, 0, 0), -100000)
    assert aged_balance(books.company, as_of=date(2026, 5, 20)).rows == []


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(-5, "not_due"), (0, "not_due"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (60, "31-60"), (61, "61-90"),
     (90, "61-90"), (91, "90+"), (400, "90+")],
)  # fmt: skip
def test_an_invoice_that_many_days_late_is_in_that_bucket(days: int, bucket: str) -> None:
    books = write_books("2026-01-01 invoice F-1 ACME 10.00 due 2026-01-31")
    asked = aged_balance(books.company, as_of=date(2026, 1, 31) + timedelta(days=days))
    assert dict(zip(asked.asked.buckets.keys, asked.rows[0].ageing.amounts, strict=True))[bucket] == 1000


def test_what_is_not_yet_due_has_its_column_and_counts_in_the_total() -> None:
    books = write_books("""
        2026-03-01 invoice F-1 ACME 100.00 due 2026-03-31
        2026-03-20 invoice F-2 ACME 40.00 due 2026-04-30
    """)
    ageing = the_row(books.company, date(2026, 4, 10)).ageing
    assert (ageing.not_due, ageing.overdue, ageing.total) == (4000, 10000, 14000)


def test_a_credit_note_is_unallocated_counts_in_the_total_and_never_in_the_overdue() -> None:
    books = write_books("""
        2026-01-01 invoice     F-1 ACME 100.00 due 2026-01-31
        2026-01-05 credit_note A-1 ACME -30.00 due 2026-01-05
    """)
    ageing = the_row(books.company, date(2026, 3, 15)).ageing
    assert (ageing.unallocated, ageing.overdue, ageing.total) == (-3000, 10000, 7000)


def test_a_credit_note_set_against_its_invoice_lowers_what_is_late() -> None:
    books = write_books("""
        2026-01-01 invoice     F-1 ACME 100.00 due 2026-01-31
        2026-01-05 credit_note A-1 ACME -30.00 due 2026-01-05
        2026-02-05 letter      F-1 A-1 30.00
    """)
    assert the_row(books.company, date(2026, 3, 15)).ageing == Ageing((0, 0, 7000, 0, 0), 0)


def test_the_statement_at_30_april_is_149000_whatever_was_lettered_in_may() -> None:
    """OCA/account-financial-reporting#546 printed 140,000 for this book."""
    books = write_books("""
        2019-02-15 payment V-1 ACME -1000.00
        2019-03-10 invoice F-1 ACME 10000.00
        2019-03-11 invoice F-2 ACME 10000.00
        2019-03-12 invoice F-3 ACME 10000.00
        2019-03-13 invoice F-4 ACME 10000.00
        2019-03-14 invoice F-5 ACME 10000.00
        2019-04-15 invoice F-6 ACME 100000.00
        2019-05-10 payment V-2 ACME -49000.00
        2019-05-10 letter  F-1 V-1 1000.00
        2019-05-10 letter  F-1 V-2 9000.00
        2019-05-10 letter  F-2 V-2 10000.00
        2019-05-10 letter  F-3 V-2 10000.00
        2019-05-10 letter  F-4 V-2 10000.00
        2019-05-10 letter  F-5 V-2 10000.00
    """)
    in_april = the_row(books.company, date(2019, 4, 30)).ageing
    assert in_april == Ageing((0, 100_000_00, 50_000_00, 0, 0), -1_000_00)
    assert in_april.total == 149_000_00
    assert the_row(books.company, date(2019, 5, 31)).ageing == Ageing((0, 0, 100_000_00, 0, 0), 0)


def test_an_allocation_undone_leaves_the_dates_before_and_after_it_as_they_were() -> None:
    books = write_books("""
        2026-01-01 invoice F-1 ACME 100.00 due 2026-01-31
        2026-02-01 payment V-1 ACME -100.00
    """)
    days = [date(2026, 1, 15), date(2026, 2, 1), date(2026, 2, 20), date(2026, 6, 1)]
    before = [aged_balance(books.company, as_of=day).rows for day in days]
    again = write_books("2026-02-05 letter F-1 V-1 100.00", company=books.company)
    reverse_allocation(allocation=again.allocations[0], by=None)
    assert [aged_balance(books.company, as_of=day).rows for day in days] == before


def test_an_allocation_undone_from_a_later_day_still_counts_until_then() -> None:
    books = write_books("""
        2026-01-01 invoice F-1 ACME 100.00 due 2026-01-31
        2026-02-01 payment V-1 ACME -100.00
        2026-02-01 letter  F-1 V-1 100.00
    """)
    reverse_allocation(allocation=books.allocations[0], effective_on=date(2026, 3, 1), by=None)
    assert aged_balance(books.company, as_of=date(2026, 2, 28)).rows == []
    assert the_row(books.company, date(2026, 3, 1)).ageing == Ageing((0, 10000, 0, 0, 0), -10000)


def test_a_report_known_on_a_past_day_is_the_one_that_was_issued_that_day() -> None:
    books = write_books("2026-01-01 invoice F-1 ACME 100.00 due 2026-01-31")
    issued_at = issue_moment(books.company)
    issued = aged_balance(books.company, as_of=date(2026, 2, 15), known_at=issued_at).rows
    new_moment()
    write_books(
        """
        2026-01-15 invoice F-0 ACME 55.00 due 2026-01-20
        2026-02-01 payment V-1 ACME -100.00
        2026-02-01 letter  F-1 V-1 100.00
        """,
        company=books.company,
    )
    assert aged_balance(books.company, as_of=date(2026, 2, 15), known_at=issued_at).rows == issued
    assert the_row(books.company, date(2026, 2, 15)).ageing == Ageing((0, 5500, 0, 0, 0), 0)


def test_a_true_due_date_moves_the_item_from_now_on_and_not_in_what_was_issued() -> None:
    books = write_books("2026-01-01 invoice F-1 ACME 100.00 due 2026-01-31")
    issued_at = issue_moment(books.company)
    new_moment()
    change_due_date(item=books["F-1"], due_on=date(2026, 2, 28), by=None)
    day = date(2026, 2, 15)
    assert the_row(books.company, day).ageing.not_due == 10000
    assert the_row(books.company, day, known_at=issued_at).ageing.overdue == 10000


def test_a_reversed_item_is_in_no_report() -> None:
    books = write_books("2026-01-01 invoice F-1 ACME 100.00 due 2026-01-31")
    reverse_item(item=books["F-1"], reason="entered twice", by=None)
    assert aged_balance(books.company, as_of=date(2026, 3, 1)).rows == []


def test_ageing_by_date_of_issue_has_the_same_total() -> None:
    books = write_books("""
        2026-01-01 invoice F-1 ACME 100.00 due 2026-03-31
        2026-02-01 invoice F-2 ACME 50.00 due 2026-02-15
    """)
    by_issue = the_row(books.company, date(2026, 2, 20), basis="issue").ageing
    assert by_issue == Ageing((0, 5000, 10000, 0, 0), 0)
    assert by_issue.total == the_row(books.company, date(2026, 2, 20)).ageing.total


def test_the_buckets_are_the_companys_unless_others_are_asked_for() -> None:
    books = write_books("2026-01-01 invoice F-1 ACME 100.00 due 2026-01-31")
    Company.objects.filter(pk=books.company.pk).update(bucket_bounds=[10, 20])
    books.company.refresh_from_db()
    day = date(2026, 2, 15)
    assert the_row(books.company, day).ageing.amounts == (0, 0, 10000, 0)
    assert the_row(books.company, day, buckets=Buckets((15,))).ageing.amounts == (0, 10000, 0)


def test_two_currencies_are_two_rows_and_two_totals() -> None:
    company = make_company()
    write_books("2026-01-01 invoice F-1 ACME 100.00 due 2026-01-31", company=company)
    Company.objects.filter(pk=company.pk).update(currency="USD")
    company.refresh_from_db()
    write_books("2026-01-01 invoice F-2 ACME 30.00 due 2026-01-31", company=company)
    found = aged_balance(company, as_of=date(2026, 2, 15))
    assert [(row.key, row.currency, row.ageing.total) for row in found.rows] == [
        ("ACME", "EUR", 10000),
        ("ACME", "USD", 3000),
    ]
    assert {currency: sums.total for currency, sums in found.totals.items()} == {"EUR": 10000, "USD": 3000}
    only = aged_balance(company, as_of=date(2026, 2, 15), filters=Filters(currency="USD"))
    assert [row.ageing.total for row in only.rows] == [3000]


def test_the_balance_is_the_sum_of_the_movements() -> None:
    books = write_books("""
        2026-01-01 invoice F-1 ACME 100.00 due 2026-01-31
        2026-01-20 payment V-1 BETA -20.00
        2026-02-01 payment V-2 ACME -60.00
        2026-02-03 letter  F-1 V-2 60.00
    """)
    for day in (date(2025, 12, 31), date(2026, 1, 10), date(2026, 1, 25), date(2026, 2, 2), date(2027, 1, 1)):
        found = aged_balance(books.company, as_of=day)
        assert sum(row.ageing.total for row in found.rows) == balance(books.company, as_of=day)
