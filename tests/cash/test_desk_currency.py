"""A payment in another currency than the items: worth so much in theirs, by the statement or a typed rate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.books import Books, make_company, new_moment, write_books
from tests.cash.bank import Bank

from exigible.cash.exchange import converted, implied_rate, parse_rate
from exigible.cash.models import Adjustment
from exigible.cash.originals import Original
from exigible.cash.returns import give_back
from exigible.kernel.errors import UserMistake
from exigible.ledger.check import run_checks
from exigible.ledger.models import BankLine, OpenItem
from exigible.ledger.services import lock_books
from exigible.team.services import add_user

pytestmark = pytest.mark.django_db
MAY = date(2026, 5, 4)


@pytest.fixture
def books() -> Books:
    return write_books(
        """
        2026-01-05 invoice FA26-10412 ACME 1000.00 due 2026-02-05
        2026-01-15 invoice FA26-10413 ACME  500.00 due 2026-02-15
        """,
        company=make_company("MNSAM"),
    )


@pytest.fixture
def bank(books: Books) -> Bank:
    return Bank(books)


def person(books: Books, role: str) -> Client:
    client = Client(headers={"HX-Request": "true"})
    client.force_login(add_user(company=books.company, email=f"{role}@x.example", role=role, by=None))
    return client


@pytest.fixture
def accountant(books: Books) -> Client:
    return person(books, "accountant")


def in_dollars(books: Books, number: str, minor: int) -> OpenItem:
    with transaction.atomic():
        lock_books(books.company.pk)
        return OpenItem.objects.create(
            company=books.company, customer=books.customer("ACME"), document_type="invoice",
            document_number=number, issued_on=date(2026, 1, 5), due_on=date(2026, 2, 5),
            effective_on=date(2026, 1, 5), currency="USD", amount_minor=minor,
        )  # fmt: skip


def pane(client: Client, line: BankLine, **query: object):
    return client.get(reverse("cash-line", args=["MNSAM", line.pk]), query).context["pane"]


def letter(client: Client, books: Books, line: BankLine, *numbers: str, **posted: object):
    whole = {
        "customer": books.customer("ACME").pk,
        "item": [f"{books[number].pk}:{books[number].open_minor}" for number in numbers],
        "left": line.left_minor,
        "currency": "EUR",
    }
    return client.post(reverse("cash-letter", args=["MNSAM", line.pk]), whole | posted)


def words(response) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def sound() -> bool:
    return not any(finding.broken for finding in run_checks())


@pytest.fixture
def dollars(bank: Bank) -> BankLine:
    line = bank.receives("1085.00", "ACME", "FA26-10412", currency="USD", on=MAY)
    bank.match()
    return line


class TestWhatIsShown:
    def test_are_the_items_of_the_currency_that_the_customer_has(self, accountant, dollars):
        found = pane(accountant, dollars)
        assert (found.currency, found.worth) == ("EUR", "")
        assert {row.item.document_number for row in found.items} == {"FA26-10412", "FA26-10413"}
        assert {row.item.currency for row in found.items} == {"EUR"}

    def test_is_what_the_statement_says_that_the_payer_ordered(self, bank, books, accountant):
        in_dollars(books, "US-1", 1000_00)
        line = bank.receives(
            "921.54", "ACME", "US-1", on=MAY, instructed_minor=1000_00, instructed_currency="USD"
        )
        found = pane(accountant, line, customer=books.customer("ACME").pk, currency="USD")
        assert (found.currency, found.worth, found.told_minor) == ("USD", "1000,00", 1000_00)

    def test_are_never_items_of_two_currencies(self, bank, books, accountant):
        in_dollars(books, "US-1", 1000_00)
        line = bank.receives("1000.00", "ACME", "FA26-10412 US-1", on=MAY)
        customer = books.customer("ACME").pk
        for currency in ("EUR", "USD"):
            found = pane(accountant, line, customer=customer, currency=currency)
            assert {row.item.currency for row in found.items} == {currency}
            assert found.currencies == ["EUR", "USD"]


class TestLettering:
    def test_takes_the_rate_that_was_typed(self, books, accountant, dollars):
        response = letter(accountant, books, dollars, "FA26-10412", rate="0,921659")
        assert response.status_code == 200
        payment = OpenItem.objects.get(source="bank")
        assert (payment.currency, payment.amount_minor) == ("EUR", -1000_00)
        assert (payment.foreign_currency, payment.foreign_minor) == ("USD", -1085_00)
        assert books["FA26-10412"].open_minor == 0
        assert "1 USD = 0,921659 EUR" in words(response)
        dollars.refresh_from_db()
        assert dollars.left_minor == 0
        assert "1 poste" in response.context["row"].words.replace("\xa0", " ")
        assert sound()

    def test_keeps_open_what_lacks(self, books, accountant, dollars):
        letter(accountant, books, dollars, "FA26-10412", rate="0.90", remainder="keep_open")
        assert books["FA26-10412"].open_minor == 23_50

    @pytest.mark.parametrize(("worth", "difference"), [("985,00", -15_00), ("1012,00", 12_00)])
    def test_takes_an_exchange_difference_either_way(self, books, accountant, dollars, worth, difference):
        response = letter(accountant, books, dollars, "FA26-10412", worth=worth, remainder="exchange")
        assert response.status_code == 200
        adjustment = Adjustment.objects.get()
        assert (adjustment.kind, adjustment.item.amount_minor) == ("exchange", difference)
        assert books["FA26-10412"].open_minor == 0
        assert not OpenItem.objects.filter(source__in=("bank", "adjustment")).exclude(open_minor=0).exists()
        assert sound()

    def test_takes_more_than_the_cap_from_someone_who_may_approve_only(self, books, accountant, dollars):
        posted = {"worth": "970,00", "remainder": "exchange"}
        refused = letter(accountant, books, dollars, "FA26-10412", **posted)
        assert refused.status_code == 422
        assert "19.40 EUR" in words(refused)
        assert letter(person(books, "senior"), books, dollars, "FA26-10412", **posted).status_code == 200

    def test_of_a_part_converts_that_part(self, books, accountant, dollars):
        letter(accountant, books, dollars, "FA26-10413", share="542,50", rate="0,921659")
        dollars.refresh_from_db()
        assert (dollars.left_minor, books["FA26-10413"].open_minor) == (542_50, 0)
        letter(accountant, books, dollars, "FA26-10412", rate="0,921659", remainder="keep_open")
        assert books["FA26-10412"].open_minor == 500_00
        assert sound()

    def test_is_undone_to_the_cent(self, books, accountant, dollars):
        letter(accountant, books, dollars, "FA26-10412", worth="1012,00", remainder="exchange")
        accountant.post(reverse("cash-undo", args=["MNSAM", dollars.pk]))
        dollars.refresh_from_db()
        assert (dollars.left_minor, books["FA26-10412"].open_minor) == (1085_00, 1000_00)
        assert sound()

    def test_that_comes_back_opens_what_it_was_worth(self, bank, books, accountant, dollars):
        letter(accountant, books, dollars, "FA26-10412", rate="0,921659")
        new_moment()
        back = bank.receives("-1085.00", currency="USD", on=date(2026, 5, 9), is_return=True, reference="b")
        dollars.refresh_from_db()
        give_back(back, Original(dollars), by=None)
        back.refresh_from_db()
        assert (back.left_minor, books["FA26-10412"].open_minor) == (0, 1000_00)
        assert sound()

    @pytest.mark.parametrize(
        ("posted", "said"),
        [
            ({}, "À quel taux"),
            ({"rate": "abc"}, "Écrivez un taux"),
            ({"rate": "0"}, "Écrivez un taux"),
            ({"worth": "-3"}, ""),
            ({"currency": "XXY", "rate": "1"}, ""),
            ({"currency": "GBP", "rate": "1"}, "ne sont pas tous en GBP"),
            ({"currency": "USD"}, "ne sont pas tous en USD"),
        ],
    )
    def test_refuses_what_makes_no_sense(self, books, accountant, dollars, posted, said):
        posted = {"remainder": "on_account"} | posted
        response = letter(accountant, books, dollars, "FA26-10412", **posted)
        assert response.status_code == 422
        assert said in words(response)
        assert not OpenItem.objects.filter(source="bank").exists()

    def test_knows_no_exchange_difference_within_one_currency(self, bank, books, accountant):
        line = bank.receives("990.00", "ACME", on=MAY)
        assert letter(accountant, books, line, "FA26-10412", remainder="exchange").status_code == 422


class TestAConversion:
    @pytest.mark.parametrize(
        ("minor", "currency", "rate", "other", "worth"),
        [
            (1000_00, "USD", "0.92154", "EUR", 921_54),
            (1, "USD", "0.5", "EUR", 1),
            (1, "USD", "0.49", "EUR", 0),
            (100_00, "EUR", "162.35", "JPY", 16235),
            (100, "JPY", "0.006159", "EUR", 62),
            (10_00, "EUR", "3.3305", "TND", 33305),
        ],
    )
    def test_is_rounded_half_up_to_the_smallest_unit(self, minor, currency, rate, other, worth):
        assert converted(minor, currency, Decimal(rate), other) == worth

    @given(st.integers(1, 10**12), st.decimals("0.0001", "9999", places=4))
    def test_is_never_further_than_half_a_unit(self, minor, rate):
        exact = Decimal(minor) * rate
        assert abs(converted(minor, "USD", rate, "EUR") - exact) <= Decimal("0.5")

    @given(st.integers(1_000, 10**9), st.integers(1_000, 10**9))
    def test_has_a_rate_that_makes_it_again_to_the_sixth_decimal(self, minor, worth):
        again = converted(minor, "USD", implied_rate(minor, "USD", worth, "EUR"), "EUR")
        assert abs(again - worth) <= 1 + minor // 2_000_000

    @pytest.mark.parametrize("text", ["", "0", "-1", "1e3", "1,2,3", "١", "0,12345678901"])
    def test_needs_a_rate_that_can_be_read(self, text):
        with pytest.raises(UserMistake):
            parse_rate(text)
