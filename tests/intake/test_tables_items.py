"""Open items and their due dates from CSV and Excel, alone and beside the books."""

from __future__ import annotations

from datetime import date

import pytest
from tests.books import balance
from tests.intake.fec_text import codes, import_books, item, nothing_changed, open_amounts
from tests.intake.tables import import_items, import_table

from exigible.intake.models import BookLine
from exigible.ledger.models import Allocation, Customer, ItemReversal, OpenItem

pytestmark = pytest.mark.django_db

BOOKS = """
    2025-01-10 sale F-1 ACME  100.00 A 2025-02-20
    2025-02-20 bank V-1 ACME  -60.00 A 2025-02-20
    2025-03-01 sale F-2 ACME  300.00
    2025-03-05 sale A-1 ACME  -20.00
"""
IN_TWO = """
    ACME,invoice,F-1,2025-01-10,2025-04-10,EUR,50.00,,,
    ACME,invoice,F-1,2025-01-10,2025-03-10,EUR,50.00,,,
"""


def due_dates(company, number):
    items = OpenItem.objects.filter(company=company, document_number=number, is_reversed=False)
    return list(items.order_by("due_on").values_list("due_on", "amount_minor", "open_minor", "installment"))


class TestBesideTheBooks:
    def test_an_item_takes_its_true_due_date(self, company):
        import_books(company, BOOKS)
        job = import_items(company, "ACME,invoice,F-2,2025-03-01,2025-05-15,EUR,300.00,,Ref 9,PO-7")
        assert job.result["changed"] == {"items": 1}
        assert job.result["created"] == {"customers": 0, "items": 0}
        found = item(company, "F-2")
        assert (found.due_on, found.due_derived) == (date(2025, 5, 15), False)
        assert (found.reference, found.order_number) == ("Ref 9", "PO-7")

    def test_a_derived_date_that_proves_true_is_derived_no_more(self, company):
        import_books(company, BOOKS)
        import_items(company, "ACME,invoice,F-2,2025-03-01,2025-03-31,EUR,300.00,,,")
        assert item(company, "F-2").due_derived is False

    def test_the_same_file_again_changes_nothing(self, company):
        import_books(company, BOOKS)
        import_items(company, IN_TWO)
        again = import_items(company, IN_TWO)
        assert nothing_changed(again)
        assert again.result["unchanged"] == 2

    def test_another_due_date_later_is_a_change(self, company):
        import_books(company, BOOKS)
        import_items(company, IN_TWO)
        job = import_items(company, IN_TWO.replace("2025-04-10", "2025-06-30"))
        assert (job.result["changed"], job.result["unchanged"]) == ({"items": 1}, 1)
        assert [day for day, *_ in due_dates(company, "F-1")] == [date(2025, 3, 10), date(2025, 6, 30)]

    def test_a_document_of_another_amount_is_left_with_a_warning(self, company):
        import_books(company, BOOKS)
        job = import_items(company, "ACME,invoice,F-2,2025-03-01,2025-05-15,EUR,310.00,,,")
        assert codes(job) == ["amount-differs"]
        assert job.problems[0]["found"] == "310.00"
        assert nothing_changed(job)

    def test_the_document_date_may_differ_where_the_number_is_used_once(self, company):
        import_books(company, BOOKS)
        job = import_items(company, "ACME,invoice,F-2,2025-02-28,2025-05-15,EUR,300.00,,,")
        assert job.result["changed"] == {"items": 1}

    def test_a_document_known_in_another_currency_is_left_with_a_warning(self, company):
        import_books(company, BOOKS)
        job = import_items(company, "ACME,invoice,F-2,2025-03-01,2025-05-15,USD,330.00,,,")
        assert codes(job) == ["other-currency"]
        assert nothing_changed(job)


class TestSeveralDueDates:
    def test_replace_the_item_and_what_was_settled_settles_the_oldest_first(self, company):
        import_books(company, BOOKS)
        before = balance(company, as_of=date(2025, 2, 28))
        job = import_items(company, IN_TWO)
        assert job.result["changed"] == {"items": 1}
        assert job.result["detail"]["due_dates_of_split"] == 2
        assert due_dates(company, "F-1") == [
            (date(2025, 3, 10), 5000, 0, 1),
            (date(2025, 4, 10), 5000, 4000, 2),
        ]
        assert ItemReversal.objects.get(company=company).item.document_number == "F-1"
        assert balance(company, as_of=date(2025, 2, 28)) == before

    def test_the_lettering_keeps_its_day_and_its_code(self, company):
        import_books(company, BOOKS)
        import_items(company, IN_TWO)
        carried = Allocation.objects.filter(company=company, debit_item__source="items")
        assert set(carried.values_list("effective_on", "group_code")) == {(date(2025, 2, 20), "A")}
        assert sorted(carried.values_list("amount_minor", flat=True)) == [1000, 5000]

    def test_the_books_recognise_their_line_in_its_due_dates(self, company):
        import_books(company, BOOKS)
        import_items(company, IN_TWO)
        assert BookLine.objects.filter(company=company).values("line_key").distinct().count() == 1
        again = import_books(company, BOOKS)
        assert nothing_changed(again)
        assert again.result["control"]["difference"] == "0.00"

    def test_more_money_in_newer_books_settles_what_is_left(self, company):
        import_books(company, BOOKS)
        import_items(company, IN_TWO)
        more = BOOKS + "2025-04-01 bank V-2 ACME -40.00 A 2025-04-01"
        import_books(company, more.replace("A 2025-02-20", "A 2025-04-01"))
        assert "F-1" not in open_amounts(company)


class TestAlone:
    FILE = """
        ACME,invoice,F-1,2025-01-10,2025-02-10,EUR,100.00,40.00,,
        ACME,invoice,F-2,2025-01-20,,EUR,50.00,,,
        ACME,payment,VIR,2025-01-25,,EUR,-30.00,,,
        ACME,payment,VIR,2025-01-25,,EUR,-20.00,,,
    """

    def test_makes_the_items_and_the_customer_that_is_not_known(self, company):
        job = import_items(company, self.FILE)
        assert job.result["created"] == {"customers": 1, "items": 4}
        assert codes(job) == ["customer-created"]
        assert Customer.objects.get(company=company).name == "ACME"
        assert (item(company, "F-2").due_on, item(company, "F-2").due_derived) == (date(2025, 2, 19), True)
        assert sorted(open_amounts(company)) == ["F-1", "F-2", "VIR"]

    def test_what_was_settled_before_is_one_credit_on_the_day_of_issue(self, company):
        job = import_items(company, self.FILE)
        invoice = OpenItem.objects.get(company=company, document_number="F-1", source="items")
        assert (invoice.amount_minor, invoice.open_minor) == (10000, 4000)
        settled = OpenItem.objects.get(company=company, source="settlement")
        assert (settled.amount_minor, settled.open_minor, settled.document_type) == (-6000, 0, "other")
        assert Allocation.objects.get(company=company).effective_on == date(2025, 1, 10)
        assert job.result["control"]["difference"] == "0.00"

    def test_the_same_file_again_changes_nothing(self, company):
        import_items(company, self.FILE)
        assert nothing_changed(import_items(company, self.FILE))

    def test_the_control_tells_what_is_open_otherwise(self, company):
        import_items(company, self.FILE)
        job = import_items(company, "ACME,invoice,F-1,2025-01-10,2025-02-10,EUR,100.00,15.00,,")
        assert job.result["control"]["difference"] == "25.00"
        assert codes(job) == ["open-amount-differs"]

    def test_a_customer_given_by_name_alone_is_found_by_it(self, company):
        known = Customer.objects.create(company=company, code="C7", name="Hôtel Métropole")
        table = "customer_name,document_number,issue_date,amount\nHOTEL METROPOLE,F-1,2025-01-10,100.00"
        import_table(company, "items", table)
        assert item(company, "F-1").customer == known

    def test_a_name_that_two_customers_bear_refuses_the_file(self, company):
        for code in ("C7", "C8"):
            Customer.objects.create(company=company, code=code, name="Durand")
        table = "customer_name,document_number,issue_date,amount\nDurand,F-1,2025-01-10,100.00"
        job = import_table(company, "items", table)
        assert (job.state, codes(job)) == ("refused", ["ambiguous-customer"])

    def test_books_that_come_later_recognise_an_item_with_one_due_date(self, company):
        import_items(company, "ACME,invoice,F-2,2025-03-01,2025-05-15,EUR,300.00,,,")
        job = import_books(company, BOOKS)
        assert job.result["detail"]["items_recognised"] == 1
        assert item(company, "F-2").due_on == date(2025, 5, 15)
