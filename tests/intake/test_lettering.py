"""Lettering of the books (lettrage) into allocations: who settles whom, from when, and what is left alone."""

from __future__ import annotations

from datetime import date

import pytest
from tests.books import new_moment
from tests.intake.fec_text import codes, import_books, item, nothing_changed, open_amounts

from exigible.ledger.models import Allocation
from exigible.ledger.services import allocate, reverse_allocation

pytestmark = pytest.mark.django_db


def pairs(company, **which) -> list[tuple[str, str, int]]:
    """Allocations in force: debit document, credit document, amount."""
    standing = Allocation.objects.filter(
        company=company, reverses__isnull=True, reversed_by__isnull=True, **which
    )
    return sorted(
        standing.values_list("debit_item__document_number", "credit_item__document_number", "amount_minor")
    )


class TestGroups:
    def test_are_settled_oldest_first_and_keep_their_code(self, company):
        import_books(
            company,
            """
            2025-01-10 sale F-1 ACME  100.00 B 2025-03-20
            2025-02-10 sale F-2 ACME  200.00 B 2025-03-20
            2025-03-01 bank V-1 ACME -150.00 B 2025-03-20
            2025-03-15 bank V-2 ACME -150.00 B 2025-03-20
            """,
        )
        assert pairs(company) == [("F-1", "V-1", 10000), ("F-2", "V-1", 5000), ("F-2", "V-2", 15000)]
        assert set(Allocation.objects.values_list("group_code", "effective_on")) == {("B", date(2025, 3, 20))}

    def test_count_from_their_items_where_the_lettering_has_no_date(self, company):
        import_books(company, "2025-01-10 sale F-1 ACME 10.00 A\n2025-02-05 bank V-1 ACME -10.00 A")
        assert Allocation.objects.get().effective_on == date(2025, 2, 5)

    def test_dated_in_the_future_count_as_undated(self, company):
        import_books(
            company,
            "2025-01-10 sale F-1 ACME 10.00 A 2062-02-05\n2025-02-05 bank V-1 ACME -10.00 A 2062-02-05",
        )
        assert Allocation.objects.get().effective_on == date(2025, 2, 5)

    def test_of_one_code_are_one_by_customer_and_account(self, company):
        import_books(
            company,
            """
            2025-01-10 sale F-1 ACME  10.00 A
            2025-01-10 sale F-2 BETA  10.00 A
            2025-01-11 bank V-1 ACME -10.00 A
            2025-01-11 bank V-2 BETA -10.00 A
            """,
        )
        assert pairs(company) == [("F-1", "V-1", 1000), ("F-2", "V-2", 1000)]

    def test_of_a_code_used_again_are_told_apart_by_their_dates(self, company):
        job = import_books(
            company,
            """
            2025-01-10 sale F-1 ACME  10.00 A 2025-01-31
            2025-01-11 bank V-1 ACME -10.00 A 2025-01-31
            2025-05-10 sale F-2 ACME  70.00 A 2025-05-31
            2025-05-11 bank V-2 ACME -70.00 A 2025-05-31
            2025-06-10 sale F-3 ACME   5.00 A 2025-06-30
            """,
        )
        assert pairs(company) == [("F-1", "V-1", 1000), ("F-2", "V-2", 7000)]
        assert codes(job) == ["lettering-one-side"]

    def test_that_do_not_sum_to_zero_are_settled_up_to_the_smaller_side(self, company):
        job = import_books(
            company,
            """
            2025-01-10 sale F-1 ACME  100.00 A
            2025-02-10 sale F-2 ACME  100.00 A
            2025-03-01 bank V-1 ACME -130.00 A
            """,
        )
        assert pairs(company) == [("F-1", "V-1", 10000), ("F-2", "V-1", 3000)]
        assert codes(job) == ["lettering-unbalanced"]
        assert job.result["warnings"][0]["params"] == {
            "customer": "ACME",
            "account": "411000",
            "amount": "70.00",
        }

    def test_of_debits_only_are_left_open_with_a_warning(self, company):
        job = import_books(company, "2025-01-10 sale F-1 ACME 100.00 A\n2025-01-10 sale F-2 BETA 5.00")
        assert pairs(company) == []
        assert codes(job) == ["lettering-one-side"]

    def test_take_credit_notes_and_negative_lines_for_credits(self, company):
        import_books(company, "2025-01-10 sale F-1 ACME 100.00 A\n2025-01-20 sale AV-1 ACME -100.00 A")
        assert pairs(company) == [("F-1", "AV-1", 10000)]


OPEN = """
    2025-01-10 sale F-1 ACME  100.00{f1}
    2025-02-10 sale F-2 ACME  100.00{f2}
    2025-03-01 bank V-1 ACME -100.00{v1}
"""


class TestLetteringThatChanges:
    def test_is_added_when_it_comes(self, company):
        import_books(company, OPEN.format(f1="", f2="", v1=""))
        job = import_books(company, OPEN.format(f1=" A 2025-03-02", f2="", v1=" A 2025-03-02"))
        assert job.result["created"] == {"customers": 0, "items": 0, "allocations": 1}
        assert job.result["changed"] == {"customers": 0, "items": 0, "allocations": 0}
        assert open_amounts(company) == {"F-2": 10000}

    def test_goes_to_the_other_invoice_when_the_books_say_so(self, company):
        import_books(company, OPEN.format(f1=" A", f2="", v1=" A"))
        job = import_books(company, OPEN.format(f1="", f2=" A", v1=" A"))
        assert (job.result["created"]["allocations"], job.result["changed"]["allocations"]) == (1, 1)
        assert pairs(company) == [("F-2", "V-1", 10000)]
        undone = Allocation.objects.get(reverses__isnull=False)
        assert undone.effective_on == undone.reverses.effective_on

    def test_is_undone_when_it_is_taken_away(self, company):
        import_books(company, OPEN.format(f1=" A", f2="", v1=" A"))
        job = import_books(company, OPEN.format(f1="", f2="", v1=""))
        assert job.result["changed"]["allocations"] == 1
        assert pairs(company) == []

    def test_leaves_unchanged_groups_alone(self, company):
        other = "2025-01-10 sale F-9 BETA 7.00 A\n2025-01-12 bank V-9 BETA -7.00 A\n"
        import_books(company, other + OPEN.format(f1=" A", f2="", v1=" A"))
        before = Allocation.objects.get(debit_item__document_number="F-9")
        import_books(company, other + OPEN.format(f1="", f2=" A", v1=" A"))
        assert Allocation.objects.filter(debit_item__document_number="F-9").get() == before

    def test_under_another_code_is_the_same_lettering(self, company):
        import_books(company, OPEN.format(f1=" A", f2="", v1=" A"))
        assert nothing_changed(import_books(company, OPEN.format(f1=" ZZ", f2="", v1=" ZZ")))


class TestWhatPeopleAllocated:
    def test_stays_when_the_books_are_silent(self, company):
        import_books(company, OPEN.format(f1="", f2="", v1=""))
        new_moment()
        allocate(
            debit_item=item(company, "F-2"), credit_item=item(company, "V-1"), amount_minor=10000, by=None
        )
        assert nothing_changed(import_books(company, OPEN.format(f1="", f2="", v1="")))
        assert pairs(company, source="user") == [("F-2", "V-1", 10000)]

    def test_stays_when_the_books_say_otherwise_and_the_conflict_is_told(self, company):
        import_books(company, OPEN.format(f1="", f2="", v1=""))
        new_moment()
        allocate(
            debit_item=item(company, "F-2"), credit_item=item(company, "V-1"), amount_minor=4000, by=None
        )
        job = import_books(company, OPEN.format(f1=" A", f2="", v1=" A"))
        assert pairs(company, source="user") == [("F-2", "V-1", 4000)]
        assert pairs(company, source="fec") == [("F-1", "V-1", 6000)]
        assert codes(job) == ["lettering-conflict"]

    def test_stands_for_the_same_lettering_in_the_books(self, company):
        import_books(company, OPEN.format(f1="", f2="", v1=""))
        new_moment()
        allocate(
            debit_item=item(company, "F-1"), credit_item=item(company, "V-1"), amount_minor=10000, by=None
        )
        job = import_books(company, OPEN.format(f1=" A", f2="", v1=" A"))
        assert nothing_changed(job)
        assert codes(job) == []

    def test_goes_to_the_line_that_corrects_its_line(self, company):
        import_books(company, OPEN.format(f1="", f2="", v1=""))
        new_moment()
        allocate(
            debit_item=item(company, "F-1"), credit_item=item(company, "V-1"), amount_minor=10000, by=None
        )
        job = import_books(company, OPEN.format(f1="", f2="", v1="").replace("F-1 ACME  100", "F-1 ACME  80"))
        assert pairs(company, source="user") == [("F-1", "V-1", 8000)]
        assert job.result["control"]["difference"] == "0.00"

    def test_is_undone_with_a_warning_when_its_line_left_the_books(self, company):
        import_books(company, OPEN.format(f1="", f2="", v1=""))
        new_moment()
        allocate(
            debit_item=item(company, "F-1"), credit_item=item(company, "V-1"), amount_minor=10000, by=None
        )
        job = import_books(company, OPEN.format(f1="", f2="", v1="").replace("F-1 ACME", "X-1 NEW"))
        assert pairs(company) == []
        assert codes(job) == ["allocations-lost"]

    def test_that_was_undone_later_leaves_its_days_to_the_past(self, company):
        import_books(company, OPEN.format(f1="", f2="", v1=""))
        new_moment()
        held = allocate(
            debit_item=item(company, "F-2"), credit_item=item(company, "V-1"), amount_minor=10000, by=None
        )
        new_moment()
        reverse_allocation(allocation=held, by=None, effective_on=date(2025, 6, 1))
        lettered = OPEN.format(f1=" A 2025-03-01", f2="", v1=" A 2025-03-01")
        import_books(company, lettered)
        allocation = Allocation.objects.get(source="fec")
        assert allocation.effective_on == date(2025, 6, 1)
        assert nothing_changed(import_books(company, lettered))
