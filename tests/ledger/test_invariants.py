"""What must never be false in the ledger, and that the database itself refuses the contrary."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from tests.books import balance, make_company, new_moment, write_books

from exigible.kernel.errors import Refused, UserMistake
from exigible.ledger.check import run_checks
from exigible.ledger.models import Allocation, Customer, ItemReversal, Movement, OpenItem
from exigible.ledger.services import (
    add_company,
    add_item,
    allocate,
    change_due_date,
    lock_books,
    reverse_allocation,
    reverse_item,
)

pytestmark = pytest.mark.django_db

PART_PAID = """
    2026-03-01 invoice F-101 ACME 1200.00 due 2026-03-31
    2026-04-10 payment V-7   ACME -500.00
    2026-04-10 letter  F-101 V-7   500.00
"""


def test_a_part_payment_leaves_the_rest_open():
    books = write_books(PART_PAID)
    assert books["F-101"].open_minor == 70000
    assert books["V-7"].open_minor == 0


def test_a_balance_as_of_a_past_date_is_what_it_was():
    books = write_books(PART_PAID)
    assert balance(books.company, as_of=date(2026, 2, 28)) == 0
    assert balance(books.company, as_of=date(2026, 4, 9)) == 120000
    assert balance(books.company, as_of=date(2026, 4, 10)) == 70000


def test_allocating_more_than_is_left_is_refused_by_the_service():
    books = write_books(PART_PAID + "2026-05-01 payment V-8 ACME -900.00")
    with pytest.raises(Refused, match="is left to letter"):
        allocate(debit_item=books["F-101"], credit_item=books["V-8"], amount_minor=70001, by=None)


def test_allocating_more_than_is_left_is_refused_by_the_database():
    books = write_books(PART_PAID + "2026-05-01 payment V-8 ACME -900.00")
    with pytest.raises(IntegrityError, match="never_over_allocated"), transaction.atomic():
        _allocate_raw(books, "F-101", "V-8", 70001, date(2026, 5, 1))


@pytest.mark.parametrize(
    ("debit", "credit", "day", "sentence"),
    [
        ("V-7", "F-101", date(2026, 5, 1), "links a debit item and a credit item"),
        ("F-101", "V-9", date(2026, 5, 1), "stays with one customer"),
        ("F-101", "V-8", date(2026, 4, 30), "does not count before the items"),
    ],
)
def test_the_database_refuses_a_wrong_allocation(debit, credit, day, sentence):
    books = write_books(
        PART_PAID
        + """
        2026-05-01 payment V-8 ACME  -10.00
        2026-05-01 payment V-9 OTHER -10.00
        """
    )
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
        _allocate_raw(books, debit, credit, 1, day)


def test_a_parent_pays_for_its_subsidiary():
    books = write_books(
        """
        2026-03-01 invoice F-1 CHILD  100.00
        2026-03-05 payment V-1 PARENT -100.00
        """
    )
    Customer.objects.filter(pk=books.customer("CHILD").pk).update(parent=books.customer("PARENT"))
    allocate(debit_item=books["F-1"], credit_item=books["V-1"], amount_minor=10000, by=None)
    assert books["F-1"].open_minor == 0


def test_two_companies_are_never_allocated_together():
    one = write_books("2026-03-01 invoice F-1 ACME 100.00", company=make_company("ONE"))
    two = write_books("2026-03-01 payment V-1 ACME -100.00", company=make_company("TWO"))
    with pytest.raises(IntegrityError, match="one company"), transaction.atomic():
        lock_books(one.company.pk)
        Allocation.objects.create(
            company=one.company, debit_item=one["F-1"], credit_item=two["V-1"], amount_minor=1,
            effective_on=date(2026, 3, 1),
        )  # fmt: skip


def test_an_item_of_another_companys_customer_is_refused():
    one, two = make_company("ONE"), write_books("", company=make_company("TWO"))
    with pytest.raises(IntegrityError, match="customer of its company"), transaction.atomic():
        lock_books(one.pk)
        OpenItem.objects.create(
            company=one, customer=two.customer("ACME"), document_type="invoice", document_number="F",
            issued_on=date(2026, 1, 1), due_on=date(2026, 1, 1), effective_on=date(2026, 1, 1),
            currency="EUR", amount_minor=1,
        )  # fmt: skip


def test_nothing_is_written_in_books_that_are_not_locked():
    company = make_company()
    customer = Customer.objects.create(company=company, code="A", name="A")
    with pytest.raises(IntegrityError, match="not locked"), transaction.atomic():
        OpenItem.objects.create(
            company=company, customer=customer, document_type="invoice", document_number="F", currency="EUR",
            issued_on=date(2026, 1, 1), due_on=date(2026, 1, 1), effective_on=date(2026, 1, 1),
            amount_minor=1,
        )  # fmt: skip


@pytest.mark.parametrize("statement", [
    "DELETE FROM ledger_openitem",
    "DELETE FROM ledger_allocation",
    "UPDATE ledger_allocation SET amount_minor = 1",
    "DELETE FROM ledger_movement",
    "UPDATE ledger_movement SET amount_minor = 1",
    "INSERT INTO ledger_movement SELECT * FROM ledger_movement",
    "UPDATE ledger_openitem SET amount_minor = amount_minor + 1",
    "UPDATE ledger_openitem SET open_minor = 0 WHERE open_minor <> 0",
    "UPDATE ledger_openitem SET effective_on = effective_on - 1",
    "DELETE FROM timeline_event",
    "UPDATE timeline_event SET text = 'another'",
    "DELETE FROM ledger_customer",
])  # fmt: skip
def test_the_past_cannot_be_rewritten(statement):
    write_books(PART_PAID)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_reversed_allocation_leaves_every_earlier_date_as_it_was():
    books = write_books(PART_PAID)
    reverse_allocation(
        allocation=books.allocations[0], by=None, effective_on=date(2026, 6, 1), reason="bounced"
    )
    assert books["F-101"].open_minor == 120000
    assert _remainder(books, "F-101", date(2026, 5, 31)) == 70000
    assert _remainder(books, "F-101", date(2026, 6, 1)) == 120000


def test_an_allocation_is_reversed_once():
    books = write_books(PART_PAID)
    reverse_allocation(allocation=books.allocations[0], by=None)
    with pytest.raises(Refused):
        reverse_allocation(allocation=books.allocations[0], by=None)


def test_between_an_allocation_and_its_later_reversal_nothing_more_is_allocated():
    """500 lettered in April, undone in June: in May only 700 of 1,200 are left, whoever asks today."""
    books = write_books(PART_PAID + "2026-05-01 payment V-8 ACME -900.00")
    reverse_allocation(allocation=books.allocations[0], by=None, effective_on=date(2026, 6, 1))
    with pytest.raises(IntegrityError, match="beyond its amount"), transaction.atomic():
        _allocate_raw(books, "F-101", "V-8", 90000, date(2026, 5, 1))
    _allocate_raw(books, "F-101", "V-8", 90000, date(2026, 6, 1))
    assert books["F-101"].open_minor == 30000


def test_a_reversed_item_counts_no_more_and_its_past_is_kept():
    books = write_books("2026-03-01 invoice F-1 ACME 100.00")
    known_before = OpenItem.objects.get().recorded_at
    new_moment()
    reverse_item(item=books["F-1"], reason="entered twice", by=None)
    today = date(2026, 12, 31)
    assert balance(books.company, as_of=today) == 0
    assert balance(books.company, as_of=today, known_at=known_before) == 10000
    assert books["F-1"].is_reversed


def test_an_item_that_is_lettered_is_not_reversed():
    books = write_books(PART_PAID)
    with pytest.raises(Refused):
        reverse_item(item=books["F-101"], reason="wrong", by=None)
    with pytest.raises(IntegrityError, match="free of allocations"), transaction.atomic():
        lock_books(books.company.pk)
        ItemReversal.objects.create(
            company=books.company, item=books["F-101"], effective_on=date(2026, 6, 1), reason="wrong"
        )


def test_a_true_due_date_moves_the_item_from_now_on_and_not_in_what_was_issued():
    books = write_books(PART_PAID)
    issued = OpenItem.objects.get(document_number="F-101").recorded_at
    new_moment()
    change_due_date(item=books["F-101"], due_on=date(2026, 4, 30), by=None)

    def due_dates(known_at) -> dict[date, int]:
        totals: dict[date, int] = {}
        item_movements = Movement.objects.filter(item=books["F-101"], recorded_at__lte=known_at)
        for movement in item_movements:
            totals[movement.due_on] = totals.get(movement.due_on, 0) + movement.amount_minor
        return {due: total for due, total in totals.items() if total}

    assert due_dates(issued) == {date(2026, 3, 31): 70000}
    assert due_dates(Movement.objects.latest("recorded_at").recorded_at) == {date(2026, 4, 30): 70000}
    assert all(finding.broken == 0 for finding in run_checks())


def test_each_act_leaves_one_line_on_the_timeline():
    company = add_company(code="X", name="X", country="MC", currency="EUR", by=None)
    customer = Customer.objects.create(company=company, code="A", name="A")
    item = add_item(
        customer=customer, document_type="invoice", document_number="F-1", issued_on=date(2026, 1, 1),
        due_on=date(2026, 1, 31), amount_minor=5000, currency="EUR", by=None,
    )  # fmt: skip
    reverse_item(item=item, reason="wrong customer", by=None)
    assert [event.kind for event in customer.events.order_by("sequence")] == ["item-added", "item-reversed"]


def test_the_check_holds_on_sound_books():
    write_books(PART_PAID)
    assert [finding.name for finding in run_checks() if finding.broken] == []


def test_the_check_finds_what_was_forced_into_the_database():
    books = write_books(PART_PAID)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # a superuser past every trigger
        cursor.execute("UPDATE ledger_openitem SET open_minor = 1 WHERE document_number = 'F-101'")
        cursor.execute("UPDATE timeline_event SET text = 'never happened'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    broken = {finding.name for finding in run_checks() if finding.broken}
    assert broken == {"remainder", "timeline"}
    assert books.company


def _allocate_raw(books, debit, credit, amount, day) -> None:
    lock_books(books.company.pk)
    Allocation.objects.create(
        company=books.company, debit_item=books[debit], credit_item=books[credit], amount_minor=amount,
        effective_on=day,
    )  # fmt: skip


def _remainder(books, number, as_of) -> int:
    return sum(m.amount_minor for m in Movement.objects.filter(item=books[number], effective_on__lte=as_of))


@pytest.mark.parametrize("code", ["sign-in", "Static", "a/b", "", "é"])
def test_a_company_is_not_called_like_an_address_of_the_site(code):
    with pytest.raises(UserMistake):
        add_company(code=code, name="X", country="FR", currency="EUR", by=None)
