"""Books of account (FEC) into open items and allocations."""

from __future__ import annotations

from datetime import date

import pytest
from tests.books import balance, write_books
from tests.intake.fec_text import (
    codes,
    import_books,
    item,
    nothing_changed,
    open_amounts,
    parse_line,
    parse_lines,
    preview_books,
)

from exigible.intake.models import BookBalance
from exigible.intake.services import apply
from exigible.ledger.models import Allocation, Customer, ItemReversal, OpenItem
from exigible.timeline.models import Event

pytestmark = pytest.mark.django_db


YEAR = """
    2025-01-10 sale  F-1 ACME  120.00 A 2025-02-20
    2025-02-18 bank  V-1 ACME -120.00 A 2025-02-20
    2025-03-01 sale  F-2 ACME  300.00
    2025-03-05 sale  AV-1 BETA -50.00
"""


class TestFirstImport:
    def test_makes_an_open_item_of_each_customer_line(self, company):
        job = import_books(company, YEAR)
        assert job.state == "applied"
        assert job.result["created"] == {"customers": 2, "items": 4, "allocations": 1}
        invoice = item(company, "F-2")
        assert (invoice.document_type, invoice.amount_minor, invoice.account) == ("invoice", 30000, "411000")
        assert (invoice.issued_on, invoice.effective_on) == (date(2025, 3, 1), date(2025, 3, 1))
        assert invoice.source == "fec"
        assert invoice.import_id == job.pk
        assert item(company, "V-1").document_type == "payment"
        assert item(company, "AV-1").document_type == "credit_note"

    def test_derives_the_due_date_of_debits_and_says_so(self, company):
        import_books(company, YEAR)
        assert (item(company, "F-2").due_on, item(company, "F-2").due_derived) == (date(2025, 3, 31), True)
        assert (item(company, "V-1").due_on, item(company, "V-1").due_derived) == (date(2025, 2, 18), False)

    def test_takes_the_terms_of_the_customer_before_those_of_the_company(self, company):
        Customer.objects.create(company=company, code="ACME", name="Acme", payment_terms="45EOM")
        import_books(company, YEAR)
        assert item(company, "F-2").due_on == date(2025, 4, 30)

    def test_letters_what_the_books_letter_from_the_day_of_the_lettering(self, company):
        import_books(company, YEAR)
        allocation = Allocation.objects.get()
        assert (allocation.amount_minor, allocation.group_code) == (12000, "A")
        assert (allocation.effective_on, allocation.source) == (date(2025, 2, 20), "fec")
        assert open_amounts(company) == {"F-2": 30000, "AV-1": -5000}

    def test_compares_with_the_balance_of_the_books(self, company):
        job = import_books(company, YEAR)
        control = job.result["control"]
        assert (control["books"], control["items"], control["difference"]) == ("250.00", "250.00", "0.00")
        assert control["as_of"] == "2025-03-05"
        kept = BookBalance.objects.filter(import_file=job).order_by("auxiliary")
        assert [(b.auxiliary, b.debit_minor, b.credit_minor, b.closing_minor) for b in kept] == [
            ("ACME", 42000, 12000, 30000),
            ("BETA", 0, 5000, -5000),
        ]

    def test_leaves_one_line_on_the_timeline_of_the_company(self, company):
        import_books(company, YEAR)
        event = Event.objects.get(company=company)
        assert (event.kind, event.customer_id, event.data["created"]["items"]) == ("import-applied", None, 4)

    def test_names_a_customer_by_its_account_where_there_is_no_auxiliary(self, company):
        import_books(company, "2025-01-10 sale F-1 - 10.00 account 411DUPONT")
        assert Customer.objects.get().code == "411DUPONT"

    def test_takes_only_the_accounts_that_are_customers_for_this_company(self, company):
        company.receivable_accounts = ["411"]
        company.save()
        job = import_books(company, YEAR + "2025-02-02 sale F-9 ACME 5.00 account 416000")
        assert not OpenItem.objects.filter(document_number="F-9").exists()
        assert job.result["control"]["difference"] == "0.00"

    def test_never_changes_the_name_of_a_customer_but_fills_an_empty_one(self, company):
        Customer.objects.create(company=company, code="ACME", name="Acme & fils")
        Customer.objects.create(company=company, code="BETA", name="")
        job = import_books(company, YEAR)
        assert job.result["changed"]["customers"] == 1
        assert list(Customer.objects.order_by("code").values_list("name", "sort_name")) == [
            ("Acme & fils", "acme & fils"),
            ("Customer BETA", "customer beta"),
        ]

    def test_keeps_a_foreign_amount_beside_that_of_the_books(self, company):
        import_books(company, "2025-01-10 sale F-1 ACME 92.50 foreign 100,00 USD")
        invoice = item(company, "F-1")
        assert (invoice.currency, invoice.amount_minor) == ("EUR", 9250)
        assert (invoice.foreign_currency, invoice.foreign_minor) == ("USD", 10000)

    def test_numbers_the_due_dates_of_one_document(self, company):
        import_books(company, "2025-01-10 sale F-1 ACME 60.00\n2025-01-10 sale F-1 ACME 40.00")
        found = OpenItem.objects.filter(document_number="F-1").order_by("installment")
        assert list(found.values_list("installment", "amount_minor")) == [(1, 6000), (2, 4000)]

    def test_takes_a_payment_returned_as_due_at_once(self, company):
        import_books(company, "2025-01-10 bank R-1 ACME 60.00")
        returned = item(company, "R-1")
        assert (returned.document_type, returned.due_on) == ("payment", date(2025, 1, 10))

    def test_takes_balances_brought_forward_of_the_first_year_as_items_of_their_own_date(self, company):
        import_books(company, "2025-01-01 opening F-0 ACME 80.00 issued 2024-11-30\n" + YEAR)
        brought = item(company, "F-0")
        assert (brought.document_type, brought.issued_on) == ("invoice", date(2024, 11, 30))
        assert (brought.effective_on, brought.due_on) == (date(2025, 1, 1), date(2024, 12, 30))


class TestPreview:
    def test_shows_what_would_be_done_and_writes_nothing(self, company):
        job = preview_books(company, YEAR)
        assert job.state == "ready"
        assert job.result["created"] == {"customers": 2, "items": 4, "allocations": 1}
        assert job.result["control"]["difference"] == "0.00"
        assert not OpenItem.objects.exists()
        assert not Customer.objects.exists()
        assert not Event.objects.exists()

    def test_tells_when_the_ledger_changed_between_preview_and_import(self, company):
        first, second = preview_books(company, YEAR), preview_books(company, YEAR)
        apply(first)
        apply(second)
        assert "differs_from_preview" not in first.result
        assert second.result["differs_from_preview"]["created"]["items"] == 4
        assert second.result["created"]["items"] == 0


class TestTheSameBooksAgain:
    def test_change_nothing(self, company):
        import_books(company, YEAR)
        before = list(OpenItem.objects.values()), list(Allocation.objects.values())
        again = import_books(company, YEAR)
        assert nothing_changed(again)
        assert again.result["unchanged"] == 4
        assert (list(OpenItem.objects.values()), list(Allocation.objects.values())) == before

    def test_change_nothing_in_another_order_of_lines(self, company):
        import_books(company, YEAR)
        assert nothing_changed(import_books(company, parse_lines(YEAR)[::-1]))

    def test_tell_two_identical_lines_apart(self, company):
        twice = [parse_line("2025-01-10 bank CB - -10.00")] * 2
        assert import_books(company, twice).result["created"]["items"] == 2
        assert nothing_changed(import_books(company, twice))

    def test_export_that_goes_further_only_adds(self, company):
        import_books(company, YEAR)
        job = import_books(company, YEAR + "2025-04-01 bank V-2 ACME -300.00")
        assert job.result["created"] == {"customers": 0, "items": 1, "allocations": 0}
        assert job.result["changed"] == {"customers": 0, "items": 0, "allocations": 0}

    def test_older_export_of_the_year_undoes_nothing(self, company):
        import_books(company, YEAR)
        older = "2025-01-10 sale F-1 ACME 120.00\n2025-02-18 bank V-1 ACME -120.00"
        job = import_books(company, older)
        assert nothing_changed(job)
        assert codes(job) == ["older-books"]
        assert open_amounts(company) == {"F-2": 30000, "AV-1": -5000}


class TestCorrectedBooks:
    def test_reverse_the_line_that_is_no_longer_there(self, company):
        import_books(company, YEAR, "2025-03-31")
        without = "\n".join(line for line in YEAR.splitlines() if "AV-1" not in line)
        job = import_books(company, without, "2025-03-31")
        assert job.result["changed"]["items"] == 1
        assert job.result["created"]["items"] == 0
        assert job.result["detail"]["items_removed"] == 1
        reversal = ItemReversal.objects.get()
        assert (reversal.item.document_number, reversal.effective_on) == ("AV-1", date(2025, 3, 5))
        assert job.result["control"]["difference"] == "0.00"

    def test_put_the_corrected_amount_in_place_of_the_wrong_one(self, company):
        import_books(company, YEAR)
        job = import_books(company, YEAR.replace("300.00", "330.00"))
        assert job.result["changed"]["items"] == 1
        assert job.result["detail"]["items_corrected"] == 1
        assert job.result["created"]["items"] == 0
        assert open_amounts(company) == {"F-2": 33000, "AV-1": -5000}

    def test_keep_what_was_known_before(self, company):
        first = import_books(company, YEAR)
        import_books(company, YEAR.replace("300.00", "330.00"))
        assert balance(company, as_of=date(2025, 12, 31)) == 28000
        assert balance(company, as_of=date(2025, 12, 31), known_at=first.applied_at) == 25000

    def test_undo_the_lettering_of_a_line_first(self, company):
        import_books(company, YEAR)
        import_books(company, YEAR.replace("120.00", "150.00"))
        assert Allocation.objects.filter(reverses__isnull=False).count() == 1
        assert open_amounts(company) == {"F-2": 30000, "AV-1": -5000}

    def test_keep_the_true_due_date_learnt_of_a_line(self, company):
        import_books(company, YEAR)
        OpenItem.objects.filter(document_number="F-2").update(due_on=date(2025, 5, 15), due_derived=False)
        import_books(company, YEAR.replace("300.00", "330.00"))
        assert (item(company, "F-2").due_on, item(company, "F-2").due_derived) == (date(2025, 5, 15), False)

    def test_leave_what_people_entered_by_hand(self, company):
        write_books("2025-02-01 invoice HAND ACME 10.00", company=company)
        import_books(company, YEAR)
        import_books(company, YEAR.replace("300.00", "330.00"))
        assert item(company, "HAND").open_minor == 1000
