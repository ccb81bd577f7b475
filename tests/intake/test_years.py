"""Several years of books, one after another: what was brought forward is not counted twice."""

from __future__ import annotations

from datetime import date

import pytest
from tests.books import balance
from tests.intake.fec_text import codes, import_books, item, nothing_changed, open_amounts
from tests.intake.test_lettering import pairs

from exigible.ledger.models import OpenItem

pytestmark = pytest.mark.django_db

YEAR_1 = """
    2024-03-10 sale F-1 ACME  100.00 A 2024-04-15
    2024-04-10 bank V-1 ACME -100.00 A 2024-04-15
    2024-10-10 sale F-2 ACME  200.00
    2024-11-10 sale F-3 ACME  300.00
    2024-12-10 bank V-3 BETA  -40.00
"""
YEAR_2 = """
    2025-01-01 opening F-2 ACME  200.00 issued 2024-10-10
    2025-01-01 opening F-3 ACME  300.00 issued 2024-11-10
    2025-01-01 opening V-3 BETA  -40.00 issued 2024-12-10
    2025-02-01 sale    F-4 ACME   50.00
"""
LETTERED_2 = """
    2025-01-01 opening F-2 ACME  200.00 AA 2025-02-10 issued 2024-10-10
    2025-01-01 opening F-3 ACME  300.00 issued 2024-11-10
    2025-01-01 opening V-3 BETA  -40.00 issued 2024-12-10
    2025-02-01 sale    F-4 ACME   50.00
    2025-02-05 bank    V-4 ACME -200.00 AA 2025-02-10
"""


class TestTheNextYear:
    def test_creates_nothing_of_what_it_brings_forward(self, company):
        import_books(company, YEAR_1, "2024-12-31")
        job = import_books(company, YEAR_2)
        assert job.result["created"] == {"customers": 0, "items": 1, "allocations": 0}
        assert job.result["detail"]["lines_brought_forward"] == 3
        assert job.result["control"] | {"as_of": ""} == {
            "books": "510.00", "items": "510.00", "difference": "0.00", "currency": "EUR", "as_of": "",
            "customers": [], "accounts": [],
        }  # fmt: skip
        assert nothing_changed(import_books(company, YEAR_2))
        assert nothing_changed(import_books(company, YEAR_1, "2024-12-31"))

    def test_letters_the_items_that_it_brings_forward(self, company):
        import_books(company, YEAR_1, "2024-12-31")
        import_books(company, LETTERED_2)
        assert pairs(company) == [("F-1", "V-1", 10000), ("F-2", "V-4", 20000)]
        assert open_amounts(company) == {"F-3": 30000, "F-4": 5000, "V-3": -4000}
        assert nothing_changed(import_books(company, LETTERED_2))
        assert balance(company, as_of=date(2024, 12, 31)) == 46000

    def test_lettering_that_changes_next_year_changes_here(self, company):
        import_books(company, YEAR_1, "2024-12-31")
        import_books(company, LETTERED_2)
        job = import_books(company, LETTERED_2.replace("AA 2025-02-10 issued", "issued"))
        assert pairs(company) == [("F-1", "V-1", 10000)]
        assert codes(job) == ["lettering-one-side"]

    def test_finds_items_by_their_amounts_where_the_documents_changed_names(self, company):
        import_books(company, YEAR_1, "2024-12-31")
        import_books(company, LETTERED_2.replace("opening F-2", "opening SAN12"))
        assert ("F-2", "V-4", 20000) in pairs(company)

    def test_spreads_one_line_a_customer_over_its_oldest_items(self, company):
        import_books(company, YEAR_1, "2024-12-31")
        summary = """
            2025-01-01 opening AN ACME  500.00 AA 2025-03-10
            2025-01-01 opening AN BETA  -40.00
            2025-03-05 bank   V-4 ACME -350.00 AA 2025-03-10
        """
        job = import_books(company, summary)
        assert pairs(company) == [("F-1", "V-1", 10000), ("F-2", "V-4", 20000), ("F-3", "V-4", 15000)]
        assert codes(job) == ["lettering-unbalanced"]
        assert nothing_changed(import_books(company, summary))

    def test_may_bring_everything_forward_on_another_account(self, company):
        import_books(company, YEAR_1, "2024-12-31")
        job = import_books(company, YEAR_2.replace("issued 2024-11-10", "account 416000 issued 2024-11-10"))
        assert job.result["control"]["difference"] == "0.00"
        assert job.result["created"]["items"] == 1

    def test_takes_balances_of_a_customer_never_seen_as_items(self, company):
        import_books(company, YEAR_1, "2024-12-31")
        job = import_books(company, YEAR_2 + "2025-01-01 opening F-9 NEW 70.00 issued 2023-05-05")
        assert item(company, "F-9").issued_on == date(2023, 5, 5)
        assert job.result["control"]["difference"] == "0.00"

    def test_makes_up_the_difference_of_a_customer_by_one_item(self, company):
        import_books(company, YEAR_1, "2024-12-31")
        job = import_books(company, YEAR_2.replace("200.00", "190.00"))
        assert codes(job) == ["opening-difference"]
        assert job.result["control"]["difference"] == "0.00"
        made_up = OpenItem.objects.get(document_type="other")
        assert (made_up.amount_minor, made_up.effective_on) == (-1000, date(2025, 1, 1))
        assert made_up.customer.code == "ACME"
        assert nothing_changed(import_books(company, YEAR_2.replace("200.00", "190.00")))

    def test_takes_the_difference_back_when_the_books_are_corrected(self, company):
        import_books(company, YEAR_1, "2024-12-31")
        import_books(company, YEAR_2.replace("200.00", "190.00"))
        job = import_books(company, YEAR_2)
        assert job.result["detail"]["items_removed"] == 1
        assert job.result["control"]["difference"] == "0.00"
        assert not OpenItem.objects.filter(document_type="other", is_reversed=False).exists()

    def test_without_balances_brought_forward_is_added_to_what_is_here(self, company):
        import_books(company, YEAR_1, "2024-12-31")
        job = import_books(company, "2025-02-01 sale F-4 ACME 50.00")
        assert codes(job) == ["no-opening"]
        assert job.result["control"]["books"] == "510.00"
        assert job.result["control"]["difference"] == "0.00"


class TestAnEarlierYear:
    def test_is_refused_after_a_later_one(self, company):
        import_books(company, YEAR_2)
        job = import_books(company, YEAR_1)
        assert job.state == "refused"
        assert codes(job) == ["earlier-year"]
        assert not OpenItem.objects.filter(document_number="F-1").exists()

    def test_may_be_corrected_and_the_later_one_imported_again(self, company):
        import_books(company, YEAR_1, "2024-12-31")
        import_books(company, LETTERED_2)
        corrected = YEAR_1 + "2024-12-20 sale F-5 ACME 60.00"
        job = import_books(company, corrected, "2024-12-31")
        assert codes(job) == ["later-books"]
        assert job.result["changed"]["allocations"] == 0
        assert ("F-2", "V-4", 20000) in pairs(company)
        again = import_books(company, LETTERED_2 + "2025-01-01 opening F-5 ACME 60.00 issued 2024-12-20")
        assert again.result["control"]["difference"] == "0.00"
        assert again.result["created"]["items"] == 0

    def test_keeps_its_lettering_of_next_year_when_a_line_is_corrected(self, company):
        import_books(company, YEAR_1, "2024-12-31")
        import_books(company, LETTERED_2)
        import_books(company, YEAR_1.replace("2024-10-10 sale F-2", "2024-10-11 sale F-2"), "2024-12-31")
        assert ("F-2", "V-4", 20000) in pairs(company)


class TestWhatWasLetteredInPart:
    PART = """
        2024-10-10 sale F-1 ACME  100.00 A 2024-11-12
        2024-11-10 bank V-1 ACME  -60.00 A 2024-11-12
        2024-12-10 sale F-2 ACME   60.00
    """

    def test_is_found_where_both_sides_are_brought_forward_in_full(self, company):
        import_books(company, self.PART, "2024-12-31")
        job = import_books(
            company,
            """
            2025-01-01 opening F-1 ACME  100.00 B 2025-02-10 issued 2024-10-10
            2025-01-01 opening V-1 ACME  -60.00 B 2025-02-10 issued 2024-11-10
            2025-01-01 opening F-2 ACME   60.00 issued 2024-12-10
            2025-02-05 bank    V-2 ACME  -40.00 B 2025-02-10
            """,
        )
        assert pairs(company) == [("F-1", "V-1", 6000), ("F-1", "V-2", 4000)]
        assert codes(job) == []
        assert open_amounts(company) == {"F-2": 6000}

    def test_is_found_where_what_is_left_is_brought_forward(self, company):
        import_books(company, self.PART, "2024-12-31")
        import_books(
            company,
            """
            2025-01-01 opening F-1 ACME   40.00 B 2025-02-10 issued 2024-10-10
            2025-01-01 opening F-2 ACME   60.00 issued 2024-12-10
            2025-02-05 bank    V-2 ACME  -40.00 B 2025-02-10
            """,
        )
        assert pairs(company) == [("F-1", "V-1", 6000), ("F-1", "V-2", 4000)]

    def test_keeps_the_lines_of_one_document_together(self, company):
        import_books(
            company,
            """
            2024-10-10 sale F-1 ACME  60.00
            2024-10-10 sale F-1 ACME  40.00
            2024-12-10 sale F-2 ACME 100.00
            """,
            "2024-12-31",
        )
        import_books(
            company,
            """
            2025-01-01 opening F-1 ACME  100.00 B 2025-02-10 issued 2024-10-10
            2025-01-01 opening F-2 ACME  100.00 issued 2024-12-10
            2025-02-05 bank    V-2 ACME -100.00 B 2025-02-10
            """,
        )
        assert open_amounts(company) == {"F-2": 10000}
