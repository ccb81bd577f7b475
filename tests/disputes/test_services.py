"""Disputes: an amount of a due item is contested, is not claimed meanwhile, and is resolved once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from exigible.disputes.models import Dispute
from exigible.disputes.queries import disputed_accounts, disputed_amounts, open_disputes
from exigible.disputes.services import open_dispute, resolve_dispute
from exigible.kernel.errors import UserMistake
from exigible.ledger.services import allocate, reverse_allocation
from exigible.timeline.models import Event
from tests.books import make_company, write_books

TODAY = timezone.localdate


def contest(item, minor=300_00, **more) -> Dispute:
    return open_dispute(**{"item": item, "amount_minor": minor, "reason": "delivery", "by": None} | more)


@pytest.mark.django_db
class TestContesting:
    def test_so_much_of_the_item_is_contested_from_then_on(self, books):
        contest(books["F-1"])
        assert disputed_amounts(books.company, TODAY()) == {books["F-1"].pk: 300_00}
        assert disputed_amounts(books.company, TODAY() - timedelta(days=1)) == {}

    def test_it_is_told_in_the_history(self, books):
        contest(books["F-1"], text=" palette manquante ")
        told = Event.objects.get(kind="dispute-opened")
        assert (told.text, told.data["amount"], told.data["document"]) == (
            "palette manquante",
            "300.00",
            "F-1",
        )

    @pytest.mark.parametrize("minor", [0, -1, 1000_01])
    def test_no_more_than_what_is_left_can_be_contested(self, books, minor):
        with pytest.raises(UserMistake, match=r"at most 1000\.00"):
            contest(books["F-1"], minor)

    def test_what_is_contested_already_is_not_contested_twice(self, books):
        contest(books["F-1"], 600_00)
        with pytest.raises(UserMistake, match=r"at most 400\.00"):
            contest(books["F-1"], 600_00)
        contest(books["F-1"], 400_00, reason="price")
        assert disputed_amounts(books.company, TODAY()) == {books["F-1"].pk: 1000_00}

    def test_what_was_paid_cannot_be_contested(self, books):
        write_books("2026-01-05 payment V-1 ACME -900.00", company=books.company)
        allocate(
            debit_item=books["F-1"],
            credit_item=books["V-1"],
            amount_minor=900_00,
            effective_on=TODAY(),
            by=None,
        )
        with pytest.raises(UserMistake, match=r"at most 100\.00"):
            contest(books["F-1"], 300_00)

    def test_an_answer_is_not_promised_for_the_past(self, books):
        with pytest.raises(UserMistake, match="today or later"):
            contest(books["F-1"], answer_by=TODAY() - timedelta(days=1))

    def test_the_reason_is_one_of_those_known(self, books):
        with pytest.raises(UserMistake, match="Say what is contested"):
            contest(books["F-1"], reason="moon")


@pytest.mark.django_db
class TestResolving:
    def test_it_is_open_no_more(self, books):
        resolve_dispute(dispute=contest(books["F-1"]), outcome="owed", text="bon de livraison signé", by=None)
        assert not open_disputes(books.company, TODAY()).exists()
        told = Event.objects.get(kind="dispute-resolved")
        assert (told.text, told.data["outcome"]) == ("bon de livraison signé", "owed")

    def test_the_second_one_to_resolve_it_is_told_so(self, books):
        dispute = contest(books["F-1"])
        resolve_dispute(dispute=dispute, outcome="owed", by=None)
        with pytest.raises(UserMistake, match="resolved already"):
            resolve_dispute(dispute=dispute, outcome="credit", by=None)
        dispute.refresh_from_db()
        assert dispute.outcome == "owed"

    def test_the_outcome_is_one_of_those_known(self, books):
        with pytest.raises(UserMistake, match="how the dispute ended"):
            resolve_dispute(dispute=contest(books["F-1"]), outcome="moon", by=None)


@pytest.mark.django_db
class TestFoundRight:
    """The customer was right: what the credit note is for rests until it is in the books."""

    @pytest.fixture
    def dispute(self, books):
        dispute = contest(books["F-1"])
        resolve_dispute(dispute=dispute, outcome="credit", by=None)
        return dispute

    def awaited(self, books):
        return disputed_amounts(books.company, TODAY())

    def credit_note(self, books, amount):
        write_books(f"{TODAY():%Y-%m-%d} credit_note A-1 ACME -{amount}.00", company=books.company)
        return books.company.items.get(document_number="A-1")

    def test_until_the_credit_note_comes_the_amount_rests(self, books, dispute):
        assert self.awaited(books) == {books["F-1"].pk: 300_00}

    def test_a_credit_note_allocated_to_the_item_ends_it(self, books, dispute):
        note = self.credit_note(books, 300)
        allocation = allocate(
            debit_item=books["F-1"], credit_item=note, amount_minor=300_00, effective_on=TODAY(), by=None
        )
        assert self.awaited(books) == {}
        reverse_allocation(allocation=allocation, by=None)
        assert self.awaited(books) == {}, "the note stands, and is taken off what is owed"

    def test_a_credit_note_not_yet_allocated_is_not_taken_off_twice(self, books, dispute):
        self.credit_note(books, 100)
        assert self.awaited(books) == {books["F-1"].pk: 200_00}

    def test_an_earlier_credit_note_is_not_this_one(self, books, dispute):
        write_books("2026-01-05 credit_note A-0 ACME -300.00", company=books.company)
        assert self.awaited(books) == {books["F-1"].pk: 300_00}

    def test_a_payment_is_no_credit_note(self, books, dispute):
        write_books(f"{TODAY():%Y-%m-%d} payment V-1 ACME -300.00", company=books.company)
        payment = books.company.items.get(document_number="V-1")
        allocate(
            debit_item=books["F-1"], credit_item=payment, amount_minor=300_00, effective_on=TODAY(), by=None
        )
        assert self.awaited(books) == {books["F-1"].pk: 300_00}

    def test_two_disputes_do_not_share_one_credit_note(self, books, dispute):
        resolve_dispute(dispute=contest(books["F-2"], 100_00), outcome="credit", by=None)
        self.credit_note(books, 350)
        assert self.awaited(books) == {books["F-2"].pk: 50_00}

    def test_what_is_contested_besides_rests_too_and_no_more_can_be(self, books, dispute):
        contest(books["F-1"], 700_00, reason="price")
        assert self.awaited(books) == {books["F-1"].pk: 1000_00}
        with pytest.raises(UserMistake, match=r"at most 0\.00"):
            contest(books["F-1"], 1)

    def test_it_may_still_be_found_owed(self, books, dispute):
        resolve_dispute(dispute=dispute, outcome="owed", by=None)
        assert self.awaited(books) == {}
        with pytest.raises(UserMistake, match="resolved already"):
            resolve_dispute(dispute=dispute, outcome="credit", by=None)

    def test_the_account_tells_since_when_it_waits(self, books, dispute):
        (found,) = disputed_accounts(books.company, TODAY(), TODAY()).values()
        assert (found.awaited_minor, found.credit_since, found.answer_by) == (300_00, TODAY(), None)


@pytest.mark.django_db
def test_by_account_what_is_contested_and_overdue_and_the_first_answer_due(books):
    soon, later = TODAY() + timedelta(days=2), TODAY() + timedelta(days=9)
    contest(books["F-1"], 100_00, answer_by=later)
    contest(books["F-2"], 50_00, answer_by=soon)
    contest(books["F-3"], 90_00)  # not due yet
    (found,) = disputed_accounts(books.company, TODAY(), TODAY()).values()
    assert (found.due_minor, found.minor, found.answer_by) == (150_00, 240_00, soon)


@pytest.mark.django_db
def test_what_was_paid_all_the_same_waits_for_no_answer(books):
    contest(books["F-1"], answer_by=TODAY())
    write_books(f"{TODAY():%Y-%m-%d} payment V-1 ACME -1000.00", company=books.company)
    payment = books.company.items.get(document_number="V-1")
    allocate(
        debit_item=books["F-1"], credit_item=payment, amount_minor=1000_00, effective_on=TODAY(), by=None
    )
    assert disputed_accounts(books.company, TODAY(), TODAY()) == {}


class TestAmounts(TestCase):
    """Whatever was contested before, never more than what is left."""

    @settings(max_examples=15)
    @given(st.lists(st.integers(1, 60_00), min_size=1, max_size=5))
    def test_what_is_contested_never_exceeds_the_item(self, tries: list[int]) -> None:
        books = write_books("2026-01-01 invoice F-1 ACME 100.00", company=make_company("ACO"))
        expected = 0
        for minor in tries:
            if expected + minor <= 100_00:
                contest(books["F-1"], minor)
                expected += minor
            else:
                with pytest.raises(UserMistake):
                    contest(books["F-1"], minor)
        assert disputed_amounts(books.company, TODAY()) == {books["F-1"].pk: expected}
