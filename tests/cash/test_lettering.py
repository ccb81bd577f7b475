"""From the bank line to the lettered account: what is posted, what a person does, and how it is undone."""

from __future__ import annotations

from datetime import date

import pytest
from tests.books import Books, balance, write_books
from tests.cash.bank import Bank

from exigible.cash.models import Adjustment, Match, PayerName
from exigible.cash.queries import answers_of
from exigible.cash.services import accept, letter, not_this_customer, put_aside, take_back, undo
from exigible.kernel.errors import Refused, UserMistake
from exigible.ledger.check import run_checks
from exigible.ledger.models import BankLine, OpenItem, PayerAccount
from exigible.timeline.models import Event

pytestmark = pytest.mark.django_db
LATER = date(2026, 12, 31)


@pytest.fixture
def books() -> Books:
    return write_books("""
        2026-01-05 invoice     FA26-10412 ACME   1000.00 due 2026-02-05
        2026-02-05 invoice     FA26-10455 ACME    733.40 due 2026-03-05
        2026-02-20 credit_note AV26-00031 ACME    -60.00
        2026-02-05 invoice     FA26-10501 RIVIERA 512.30 due 2026-03-05
    """)


@pytest.fixture
def bank(books: Books) -> Bank:
    return Bank(books)


def _sound() -> bool:
    return not any(finding.broken for finding in run_checks())


def _one_of_three() -> tuple[Books, BankLine]:
    """A payment that may be any of three invoices."""
    books = write_books("""
        2026-01-05 invoice 10501 RIVIERA 512.30 due 2026-02-05
        2026-02-05 invoice 10502 RIVIERA 512.30 due 2026-03-05
        2026-03-05 invoice 10503 RIVIERA 512.30 due 2026-04-05
    """)
    bank = Bank(books)
    line = bank.receives("512.30", "RIVIERA")
    bank.match()
    return books, line


class TestTheProgramAlone:
    def test_a_payment_that_names_its_invoice_is_lettered(self, books: Books, bank: Bank) -> None:
        line = bank.receives("1000.00", "ACME", "FACTURE 10412")
        assert bank.match() == {"posted": 1}
        assert books["FA26-10412"].open_minor == 0
        line.refresh_from_db()
        assert line.left_minor == 0
        assert Event.objects.filter(kind="payment-lettered").count() == 1
        assert _sound()

    def test_two_payments_of_one_run_do_not_take_the_same_invoice(self, books: Books, bank: Bank) -> None:
        first = bank.receives("1000.00", "ACME", "FACTURE 10412")
        second = bank.receives("1000.00", "ACME", "FACTURE 10412")
        bank.match()
        assert (bank.status(first), bank.status(second)) == ("posted", "proposed")
        assert _sound()

    def test_a_credit_note_is_deducted(self, books: Books, bank: Bank) -> None:
        bank.receives("940.00", "ACME", "10412 MOINS AV26-00031")
        assert bank.match() == {"posted": 1}
        assert books["FA26-10412"].open_minor == books["AV26-00031"].open_minor == 0
        assert _sound()

    def test_charges_that_the_bank_told_are_an_adjustment(self, books: Books, bank: Bank) -> None:
        bank.receives("990.00", "ACME", "FA26-10412", charges_minor=10_00)
        bank.match()
        assert books["FA26-10412"].open_minor == 0
        assert [(one.kind, one.item.amount_minor) for one in Adjustment.objects.all()] == [("charge", -10_00)]
        assert _sound()

    def test_no_more_is_written_off_in_a_day_than_the_company_allows(self, books: Books, bank: Bank) -> None:
        from exigible.cash.models import CashPolicy

        CashPolicy.objects.create(company=books.company, daily_write_off_minor=3)
        lines = [
            bank.receives("999.98", "ACME", "FA26-10412"),
            bank.receives("733.38", "ACME", "FA26-10455"),
        ]
        bank.match()
        assert [bank.status(line) for line in lines] == ["posted", "proposed"]

    def test_matching_again_changes_nothing(self, books: Books, bank: Bank) -> None:
        bank.receives("1000.00", "ACME", "FACTURE 10412")
        bank.receives("77.77", "NOBODY", "")
        bank.match()
        before = OpenItem.objects.count()
        assert bank.match() == {"unmatched": 1}
        assert OpenItem.objects.count() == before

    def test_what_goes_out_is_put_aside(self, books: Books, bank: Bank) -> None:
        line = bank.receives("-250.00", "LANDLORD", "LOYER")
        bank.match()
        line.refresh_from_db()
        assert line.set_aside == "outgoing"

    def test_a_payment_that_the_books_hold_already_is_not_counted_twice(
        self, books: Books, bank: Bank
    ) -> None:
        write_books("2026-04-08 payment BQ-9 ACME -1000.00", company=books.company)
        OpenItem.objects.filter(document_number="BQ-9").update(source="fec")
        before = balance(books.company, as_of=LATER)
        line = bank.receives("1000.00", "ACME", "FACTURE 10412")
        assert bank.match() == {"posted": 1}
        assert balance(books.company, as_of=LATER) == before
        assert Match.objects.get(line=line).explanations[0]["reasons"][0]["code"] == "in-the-books"
        assert books["FA26-10412"].open_minor == books["BQ-9"].open_minor == 0
        assert _sound()


class TestAPerson:
    def test_accepts_a_proposal(self, books: Books, bank: Bank) -> None:
        line = bank.receives("1200.00", "ACME", "10412 10455")
        bank.match()
        accept(company_id=books.company.pk, line_id=line.pk, by=None)
        assert (books["FA26-10412"].open_minor, books["FA26-10455"].open_minor) == (0, 533_40)
        assert _sound()

    def test_letters_what_the_program_did_not_find(self, books: Books, bank: Bank, django_user_model) -> None:
        by = django_user_model.objects.create(email="a@example.com").pk
        line = bank.receives("512.30", "SOMEBODY ELSE SA", payer_iban="FR7699")
        assert bank.match() == {"unmatched": 1}
        invoice = books["FA26-10501"]
        letter(
            company_id=books.company.pk, line_id=line.pk, customer_id=invoice.customer_id,
            allocations=[(invoice.pk, 512_30)], by=by,
        )  # fmt: skip
        assert books["FA26-10501"].open_minor == 0
        assert PayerAccount.objects.get().iban == "FR7699"
        assert PayerName.objects.get().customer_id == invoice.customer_id

    def test_closes_cents_too_much_as_a_small_difference_which_is_undone_with_the_rest(
        self, books: Books, bank: Bank
    ) -> None:
        line = bank.receives("512.70", "ACME")
        before = balance(books.company, as_of=LATER)
        invoice = books["FA26-10501"]
        letter(
            company_id=books.company.pk, line_id=line.pk, customer_id=invoice.customer_id,
            allocations=[(invoice.pk, 512_30)], remainder_minor=40, remainder_as="write_off", by=None,
        )  # fmt: skip
        assert [(one.kind, one.item.amount_minor) for one in Adjustment.objects.all()] == [("write_off", 40)]
        assert balance(books.company, as_of=LATER) == before - 512_30
        assert _sound()
        undo(company_id=books.company.pk, line_id=line.pk, by=None)
        assert balance(books.company, as_of=LATER) == before
        assert _sound()

    def test_letters_a_part_and_the_rest_of_the_line_is_still_there(self, books: Books, bank: Bank) -> None:
        line = bank.receives("1512.30", "FACTOR")
        invoice = books["FA26-10501"]
        letter(
            company_id=books.company.pk, line_id=line.pk, customer_id=invoice.customer_id,
            allocations=[(invoice.pk, 512_30)], amount_minor=512_30, by=None,
        )  # fmt: skip
        line.refresh_from_db()
        assert line.left_minor == 1000_00
        assert _sound()

    def test_leaves_what_is_paid_beyond_the_items_on_account(self, books: Books, bank: Bank) -> None:
        line = bank.receives("600.00", "RIVIERA")
        invoice = books["FA26-10501"]
        letter(
            company_id=books.company.pk, line_id=line.pk, customer_id=invoice.customer_id,
            allocations=[(invoice.pk, 512_30)], remainder_minor=87_70, remainder_as="on_account", by=None,
        )  # fmt: skip
        assert OpenItem.objects.get(source="bank").open_minor == -87_70

    def test_who_comes_second_is_told(self, books: Books, bank: Bank) -> None:
        line = bank.receives("1733.40", "ACME", "10412 10455")
        bank.match()
        with pytest.raises(Refused, match="meanwhile"):
            accept(company_id=books.company.pk, line_id=line.pk, by=None)
        assert _sound()

    def test_is_told_that_the_items_are_no_longer_open(self, books: Books, bank: Bank) -> None:
        first = bank.receives("1000.00", "ACME", "FA26-10412")
        bank.match()
        second = bank.receives("1000.00", "ACME", "?")
        with pytest.raises(Refused, match="look at the payment again"):
            letter(
                company_id=books.company.pk, line_id=second.pk,
                customer_id=books["FA26-10412"].customer_id,
                allocations=[(books["FA26-10412"].pk, 1000_00)], by=None,
            )  # fmt: skip
        assert first.pk != second.pk

    def test_may_not_letter_more_than_was_paid(self, books: Books, bank: Bank) -> None:
        line = bank.receives("500.00", "ACME")
        with pytest.raises(Refused, match="the payment is"):
            letter(
                company_id=books.company.pk, line_id=line.pk,
                customer_id=books["FA26-10412"].customer_id,
                allocations=[(books["FA26-10412"].pk, 1000_00)], by=None,
            )  # fmt: skip
        assert OpenItem.objects.filter(source="bank").count() == 0

    def test_may_not_reach_into_another_company(self, books: Books, bank: Bank) -> None:
        from tests.books import make_company

        other = make_company("OTHER")
        line = bank.receives("500.00", "ACME")
        with pytest.raises(BankLine.DoesNotExist):
            put_aside(company_id=other.pk, line_id=line.pk, why="other", by=None)
        with pytest.raises(UserMistake):
            accept(company_id=books.company.pk, line_id=line.pk, by=None)

    def test_says_that_it_was_not_this_customer(self, books: Books, bank: Bank) -> None:
        line = bank.receives("77.00", "ACME")
        bank.match()
        acme = books.customer("ACME").pk
        not_this_customer(company_id=books.company.pk, line_id=line.pk, customer_id=acme, by=None)
        assert bank.status(line) == "unmatched"
        assert bank.match() == {"unmatched": 1}

    def test_puts_aside_and_takes_back(self, books: Books, bank: Bank) -> None:
        line = bank.receives("77.00", "BANQUE")
        put_aside(company_id=books.company.pk, line_id=line.pk, why="internal", by=None)
        assert bank.match() == {}
        take_back(company_id=books.company.pk, line_id=line.pk, by=None)
        assert bank.match() == {"unmatched": 1}

    def test_may_not_letter_a_batch_beside_its_payments(self, books: Books, bank: Bank) -> None:
        line = bank.receives("77.00", "REMISE")
        put_aside(company_id=books.company.pk, line_id=line.pk, why="detailed", by=None)
        with pytest.raises(Refused, match="one by one"):
            take_back(company_id=books.company.pk, line_id=line.pk, by=None)


class TestUndoing:
    def test_balances_are_what_they_were_and_it_is_not_proposed_again(self, books: Books, bank: Bank) -> None:
        before = balance(books.company, as_of=LATER)
        line = bank.receives("1000.00", "ACME", "FACTURE 10412")
        bank.match()
        undo(company_id=books.company.pk, line_id=line.pk, by=None)
        assert balance(books.company, as_of=LATER) == before
        line.refresh_from_db()
        assert line.left_minor == 1000_00
        bank.match()
        assert bank.status(line) != "posted"
        match = Match.objects.get(line=line)
        assert all(books["FA26-10412"].pk not in dict(one["allocations"]) for one in match.explanations[:1])
        assert _sound()

    def test_a_credit_note_deducted_is_free_again(self, books: Books, bank: Bank) -> None:
        line = bank.receives("940.00", "ACME", "10412 MOINS AV26-00031")
        bank.match()
        undo(company_id=books.company.pk, line_id=line.pk, by=None)
        assert books["AV26-00031"].open_minor == -60_00
        assert books["FA26-10412"].open_minor == 1000_00
        assert _sound()

    def test_an_adjustment_is_taken_back(self, books: Books, bank: Bank) -> None:
        line = bank.receives("990.00", "ACME", "FA26-10412", charges_minor=10_00)
        bank.match()
        undo(company_id=books.company.pk, line_id=line.pk, by=None)
        assert books["FA26-10412"].open_minor == 1000_00
        assert _sound()

    def test_the_other_answers_are_there_at_once_each_with_its_reasons(self) -> None:
        books, line = _one_of_three()
        first, *others = Match.objects.get(line=line).explanations
        accept(company_id=books.company.pk, line_id=line.pk, by=None)
        undo(company_id=books.company.pk, line_id=line.pk, by=None)
        match = Match.objects.get(line=line)
        assert first["allocations"]
        assert len([one for one in others if one["allocations"]]) == 2
        assert (match.status, match.explanations) == ("ambiguous", others)
        accept(company_id=books.company.pk, line_id=line.pk, by=None)
        assert [number for number in ("10501", "10502", "10503") if not books[number].open_minor] == ["10502"]
        assert _sound()

    def test_but_none_whose_item_was_lettered_meanwhile(self) -> None:
        books, line = _one_of_three()
        accept(company_id=books.company.pk, line_id=line.pk, by=None)
        other = Bank(books).receives("512.30", "RIVIERA", "10502", reference="another")
        letter(
            company_id=books.company.pk, line_id=other.pk, customer_id=books.customer("RIVIERA").pk,
            allocations=[(books["10502"].pk, 512_30)], by=None,
        )  # fmt: skip
        undo(company_id=books.company.pk, line_id=line.pk, by=None)
        offered = [one for one in Match.objects.get(line=line).explanations if one["allocations"]]
        assert [one["allocations"] for one in offered] == [[[books["10503"].pk, 512_30]]]

    def test_a_split_brings_back_the_answers_to_the_whole_payment(self) -> None:
        books, line = _one_of_three()
        before = Match.objects.get(line=line).explanations
        letter(
            company_id=books.company.pk, line_id=line.pk, customer_id=books.customer("RIVIERA").pk,
            allocations=[(books["10501"].pk, 100_00)], amount_minor=100_00, by=None,
        )  # fmt: skip
        rest = BankLine.objects.select_related("match").get(pk=line.pk)
        assert answers_of(rest, {}) == []  # what explained the whole says nothing of the rest
        undo(company_id=books.company.pk, line_id=line.pk, by=None)
        again = [one["allocations"] for one in Match.objects.get(line=line).explanations]
        assert again == [
            one["allocations"] for one in before if one["allocations"] != [[books["10501"].pk, 512_30]]
        ]

    def test_nothing_is_undone_twice(self, books: Books, bank: Bank) -> None:
        line = bank.receives("1000.00", "ACME", "FACTURE 10412")
        bank.match()
        undo(company_id=books.company.pk, line_id=line.pk, by=None)
        with pytest.raises(Refused):
            undo(company_id=books.company.pk, line_id=line.pk, by=None)


class TestReturned:
    def test_a_returned_debit_reopens_what_it_had_closed_from_its_own_day(
        self, books: Books, bank: Bank
    ) -> None:
        bank.receives("1000.00", "ACME", "FACTURE 10412", end_to_end="E2E-1", on=date(2026, 4, 10))
        bank.match()
        owed = balance(books.company, as_of=date(2026, 4, 15))
        bank.receives(
            "-1000.00", "ACME", end_to_end="E2E-1", is_return=True, return_reason="AM04", on=date(2026, 4, 20)
        )
        bank.match()
        assert books["FA26-10412"].open_minor == 1000_00
        assert balance(books.company, as_of=date(2026, 4, 15)) == owed
        assert balance(books.company, as_of=date(2026, 4, 20)) == owed + 1000_00
        assert Event.objects.filter(kind="payment-returned").count() == 1
        assert _sound()

    def test_the_reversal_of_a_return_is_a_payment_again(self, books: Books, bank: Bank) -> None:
        bank.receives("1000.00", "ACME", "FACTURE 10412", end_to_end="E1")
        bank.match()
        bank.receives("-1000.00", "ACME", end_to_end="E1", is_return=True, on=date(2026, 4, 20))
        bank.match()
        bank.receives("1000.00", "ACME", "FACTURE 10412", is_return=True, on=date(2026, 4, 25))
        bank.match()
        assert books["FA26-10412"].open_minor == 0
        assert _sound()

    def test_an_invoice_paid_twice_is_lettered_anew_from_the_day_the_first_payment_came_back(
        self, books: Books, bank: Bank
    ) -> None:
        bank.receives("1000.00", "ACME", "FACTURE 10412", end_to_end="E1", on=date(2026, 4, 10))
        bank.match()
        bank.receives("-1000.00", "ACME", end_to_end="E1", is_return=True, on=date(2026, 4, 20))
        bank.match()
        bank.receives("1000.00", "ACME", "FACTURE 10412", on=date(2026, 4, 15))
        bank.match()
        assert books["FA26-10412"].open_minor == 0
        assert _sound()

    def test_a_discount_is_not_given_on_a_payment_that_came_back(self, books: Books, bank: Bank) -> None:
        bank.receives("990.00", "ACME", "FA26-10412", charges_minor=10_00, end_to_end="E1")
        bank.match()
        bank.receives("-990.00", "ACME", end_to_end="E1", is_return=True, on=date(2026, 4, 20))
        bank.match()
        assert books["FA26-10412"].open_minor == 1000_00
        assert _sound()

    def test_a_payment_comes_back_once(self, books: Books, bank: Bank) -> None:
        bank.receives("1000.00", "ACME", "FACTURE 10412", end_to_end="E1")
        bank.match()
        for day in (20, 21):
            bank.receives("-1000.00", "ACME", end_to_end="E1", is_return=True, on=date(2026, 4, day))
            bank.match()
        assert books["FA26-10412"].open_minor == 1000_00
        assert bank.lines["R3"].pk in BankLine.objects.filter(left_minor=-1000_00).values_list(
            "pk", flat=True
        )
        assert _sound()

    def test_a_payment_that_came_back_is_not_undone(self, books: Books, bank: Bank) -> None:
        line = bank.receives("1000.00", "ACME", "FACTURE 10412", end_to_end="E1")
        bank.match()
        bank.receives("-1000.00", "ACME", end_to_end="E1", is_return=True, on=date(2026, 4, 20))
        bank.match()
        with pytest.raises(Refused, match="came back"):
            undo(company_id=books.company.pk, line_id=line.pk, by=None)

    def test_a_return_of_which_two_payments_could_be_meant_waits(self, books: Books, bank: Bank) -> None:
        bank.receives("500.00", "ACME", "FA26-10412", payer_iban="FR1")
        bank.receives("500.00", "ACME", "FA26-10412", payer_iban="FR1")
        bank.match()
        line = bank.receives("-500.00", "ACME", is_return=True, payer_iban="FR1", on=date(2026, 4, 20))
        bank.match()
        line.refresh_from_db()
        assert line.left_minor == -500_00
