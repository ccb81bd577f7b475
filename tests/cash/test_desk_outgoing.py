"""What went out, on the desk: payments that came back without saying which, and refunds to customers."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from tests.books import Books, balance, make_company, new_moment, write_books
from tests.cash.bank import Bank

from exigible.cash.models import Match, Refusal
from exigible.cash.services import letter, undo
from exigible.ledger.check import run_checks
from exigible.ledger.models import BankLine, OpenItem, PayerAccount
from exigible.ledger.services import lock_books
from exigible.team.services import add_user

pytestmark = pytest.mark.django_db
IBAN = "FR7630006000011234567890189"


@pytest.fixture
def books() -> Books:
    books = write_books(
        """
        2026-01-05 invoice     FA26-10412 ACME 1000.00 due 2026-02-05
        2026-01-15 invoice     FA26-10413 BETA 1000.00 due 2026-02-15
        2026-02-20 credit_note AV26-00031 ACME  -60.00
        2026-02-21 credit_note AV26-00032 ACME -140.00
        """,
        company=make_company("MNSAM"),
    )
    PayerAccount.objects.create(company=books.company, customer=books.customer("ACME"), iban=IBAN)
    return books


@pytest.fixture
def bank(books: Books) -> Bank:
    return Bank(books)


@pytest.fixture
def accountant(books: Books) -> Client:
    client = Client(headers={"HX-Request": "true"})
    client.force_login(add_user(company=books.company, email="a@x.example", role="accountant", by=None))
    return client


def words(response) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def pay(bank: Bank, number: str, **more: object) -> BankLine:
    item = bank.books[number]
    line = bank.receives("1000.00", item.customer.name, number, on=date(2026, 4, 10), **more)
    letter(
        company_id=item.company_id, line_id=line.pk, customer_id=item.customer_id,
        allocations=[(item.pk, 1000_00)], by=None,
    )  # fmt: skip
    return line


def returned(bank: Bank, amount: str = "-1000.00", **more: object) -> BankLine:
    return bank.receives(amount, on=date(2026, 4, 20), is_return=True, reference="back", **more)


def shown(client: Client, show: str = "out") -> list[int]:
    return [row.line.pk for row in client.get("/MNSAM/cash/", {"show": show}).context["rows"]]


def pane(client: Client, line: BankLine, **query: object):
    return client.get(reverse("cash-line", args=["MNSAM", line.pk]), query).context["pane"]


def give_back(client: Client, line: BankLine, original: BankLine):
    return client.post(reverse("cash-give-back", args=["MNSAM", line.pk]), {"original": original.pk})


def sound() -> bool:
    return not any(finding.broken for finding in run_checks())


class TestAReturnThatSaysNothing:
    def test_waits_on_the_desk_with_the_payments_of_its_amount(self, bank, accountant):
        first, second = pay(bank, "FA26-10412"), pay(bank, "FA26-10413")
        back = returned(bank)
        bank.match()
        assert shown(accountant) == [back.pk]
        found = pane(accountant, back)
        assert {one.row.line.pk for one in found.originals} == {first.pk, second.pk}
        assert not any(one.is_chosen for one in found.originals)

    def test_opens_again_what_the_chosen_payment_had_closed_from_its_day_on(self, bank, books, accountant):
        pay(bank, "FA26-10412")
        second = pay(bank, "FA26-10413")
        before = balance(books.company, as_of=date(2026, 4, 15))
        back = returned(bank)
        response = give_back(accountant, back, second)
        assert response.status_code == 200
        assert (books["FA26-10412"].open_minor, books["FA26-10413"].open_minor) == (0, 1000_00)
        assert balance(books.company, as_of=date(2026, 4, 15)) == before
        assert shown(accountant) == []
        assert sound()

    def test_that_was_placed_wrongly_is_undone_and_placed_anew(self, bank, books, accountant):
        first, second = pay(bank, "FA26-10412"), pay(bank, "FA26-10413")
        days = [date(2026, 4, 9), date(2026, 4, 15), date(2026, 12, 31)]
        before = [balance(books.company, as_of=day) for day in days]
        back = returned(bank)
        give_back(accountant, back, second)
        new_moment()
        response = accountant.post(reverse("cash-undo", args=["MNSAM", back.pk]))
        assert response.status_code == 200
        assert [balance(books.company, as_of=day) for day in days] == before
        assert books["FA26-10413"].open_minor == 0
        bank.match()
        assert shown(accountant) == [back.pk]  # not placed by itself against what a person said
        new_moment()
        assert give_back(accountant, back, first).status_code == 200
        assert (books["FA26-10412"].open_minor, books["FA26-10413"].open_minor) == (1000_00, 0)
        assert sound()

    def test_that_is_undone_waives_again_what_had_been_waived(self, bank, books, accountant):
        item = books["FA26-10412"]
        payment = bank.receives("990.00", "ACME", on=date(2026, 4, 10))
        letter(
            company_id=item.company_id, line_id=payment.pk, customer_id=item.customer_id,
            allocations=[(item.pk, 1000_00)], remainder_minor=10_00, remainder_as="charge", by=None,
        )  # fmt: skip
        new_moment()
        back = returned(bank, "-990.00")
        give_back(accountant, back, payment)
        assert books["FA26-10412"].open_minor == 1000_00
        new_moment()
        accountant.post(reverse("cash-undo", args=["MNSAM", back.pk]))
        assert books["FA26-10412"].open_minor == 0
        assert sound()

    def test_takes_the_charges_with_it_which_are_then_put_aside(self, bank, accountant):
        payment = pay(bank, "FA26-10412")
        back = returned(bank, "-1012.00", charges_minor=12_00)
        assert [one.row.line.pk for one in pane(accountant, back).originals] == [payment.pk]
        give_back(accountant, back, payment)
        back.refresh_from_db()
        assert back.left_minor == -12_00
        accountant.post(reverse("cash-aside", args=["MNSAM", back.pk]), {"why": "bank"})
        assert shown(accountant) == []
        assert sound()

    def test_may_be_found_by_the_payers_name_where_the_amount_is_another(self, bank, accountant):
        payment = pay(bank, "FA26-10412")
        back = returned(bank, "-1012.00")
        assert pane(accountant, back).originals == []
        found = pane(accountant, back, number="acme", **{"as": "return"})
        assert [one.row.line.pk for one in found.originals] == [payment.pk]

    def test_is_found_by_its_reference_though_the_bank_took_charges_with_it(self, bank, accountant):
        payment = pay(bank, "FA26-10412", end_to_end="PRLV260914-00139")
        pay(bank, "FA26-10413")
        back = returned(bank, "-1012.00", text="REJET PRLV260914-00139")
        found = pane(accountant, back).originals
        assert [(one.row.line.pk, one.is_chosen) for one in found] == [(payment.pk, True)]

    def test_that_the_books_have_already_is_not_counted_twice(self, bank, books, accountant):
        payment = pay(bank, "FA26-10412")
        item = books["FA26-10412"]
        with transaction.atomic():
            lock_books(books.company.pk)
            held = OpenItem.objects.create(
                company=books.company, customer=item.customer, document_type="payment",
                document_number="REJ-1", issued_on=date(2026, 4, 20), due_on=date(2026, 4, 20),
                effective_on=date(2026, 4, 20), currency="EUR", amount_minor=1000_00, source="fec",
            )  # fmt: skip
        before = balance(books.company, as_of=date(2026, 12, 31))
        back = returned(bank)
        give_back(accountant, back, payment)
        held.refresh_from_db()
        assert (held.open_minor, books["FA26-10412"].open_minor) == (0, 1000_00)
        assert balance(books.company, as_of=date(2026, 12, 31)) == before
        new_moment()
        accountant.post(reverse("cash-undo", args=["MNSAM", back.pk]))
        held.refresh_from_db()
        assert (held.open_minor, held.is_reversed) == (1000_00, False)
        assert books["FA26-10412"].open_minor == 0
        assert sound()

    def test_gives_back_no_payment_twice(self, bank, accountant):
        payment = pay(bank, "FA26-10412")
        give_back(accountant, returned(bank), payment)
        again = bank.receives("-1000.00", on=date(2026, 4, 21), is_return=True, reference="again")
        response = give_back(accountant, again, payment)
        assert response.status_code == 422
        assert "ne peut plus" in words(response)

    def test_asks_for_a_choice(self, bank, accountant):
        back = returned(bank)
        response = accountant.post(reverse("cash-give-back", args=["MNSAM", back.pk]))
        assert response.status_code == 422


class TestAChequeOfSeveralPaidIn:
    """One line of the bank for three cheques, lettered cheque by cheque; then one of them bounces."""

    @pytest.fixture
    def paid_in(self, bank, books) -> BankLine:
        line = bank.receives("1750.00", "", "REMISE 3 CHEQUES", on=date(2026, 4, 10))
        for customer, allocations, amount in (
            ("ACME", [(books["FA26-10412"].pk, 1000_00)], 990_00),
            ("BETA", [(books["FA26-10413"].pk, 600_00)], 600_00),
            ("BETA", [(books["FA26-10413"].pk, 160_00)], 160_00),
        ):
            letter(
                company_id=books.company.pk, line_id=line.pk, customer_id=books.customer(customer).pk,
                allocations=allocations, amount_minor=amount, by=None,
                remainder_minor=10_00 if customer == "ACME" else 0,
                remainder_as="charge" if customer == "ACME" else "",
            )  # fmt: skip
        return line

    def test_is_found_by_its_own_amount(self, bank, accountant, paid_in):
        [found] = pane(accountant, returned(bank, "-600.00")).originals
        assert (found.who, found.original.amount_minor) == ("BETA", 600_00)

    def test_opens_again_what_it_had_closed_and_nothing_else(self, bank, books, accountant, paid_in):
        back = returned(bank, "-990.00")
        [found] = pane(accountant, back).originals
        response = accountant.post(
            reverse("cash-give-back", args=["MNSAM", back.pk]), {"original": found.original.key}
        )
        assert response.status_code == 200
        assert books["FA26-10412"].open_minor == 1000_00  # with the charges that had been waived on it
        assert books["FA26-10413"].open_minor == 240_00
        assert balance(books.company, as_of=date(2026, 4, 15)) == 240_00 - 200_00
        assert sound()

    def test_comes_back_once(self, bank, accountant, paid_in):
        back, again = returned(bank, "-600.00"), bank.receives("-600.00", is_return=True, reference="again")
        [found] = pane(accountant, back).originals
        accountant.post(reverse("cash-give-back", args=["MNSAM", back.pk]), {"original": found.original.key})
        assert pane(accountant, again).originals == []
        response = accountant.post(
            reverse("cash-give-back", args=["MNSAM", again.pk]), {"original": found.original.key}
        )
        assert response.status_code == 422
        assert "ne peut plus être celui qui est revenu" in words(response)
        assert sound()

    def test_is_undone_as_if_it_had_not_bounced(self, bank, books, accountant, paid_in):
        days = [date(2026, 4, 9), date(2026, 4, 15), date(2026, 12, 31)]
        before = [balance(books.company, as_of=day) for day in days]
        back = returned(bank, "-990.00")
        [found] = pane(accountant, back).originals
        accountant.post(reverse("cash-give-back", args=["MNSAM", back.pk]), {"original": found.original.key})
        undo(company_id=books.company.pk, line_id=back.pk, by=None)
        assert books["FA26-10412"].open_minor == 0
        assert [balance(books.company, as_of=day) for day in days] == before
        assert sound()


class TestARefund:
    def refund(self, bank: Bank, amount: str = "-200.00", text: str = "", **more: object) -> BankLine:
        line = bank.receives(amount, "ACME", text, payer_iban=IBAN, reference="refund", **more)
        bank.match()
        return line

    def settle(self, client: Client, line: BankLine, books: Books, *numbers: str, **more: object):
        posted = {
            "customer": books.customer("ACME").pk,
            "item": [f"{books[number].pk}:{books[number].open_minor}" for number in numbers],
            "left": line.left_minor,
        }
        return client.post(reverse("cash-letter", args=["MNSAM", line.pk]), posted | more)

    def test_is_proposed_against_the_credits_that_agree(self, bank, accountant):
        line = self.refund(bank)
        assert shown(accountant) == [line.pk]
        ticked = [row.item.document_number for row in pane(accountant, line).items if row.is_ticked]
        assert sorted(ticked) == ["AV26-00031", "AV26-00032"]
        assert bank.status(line) == "proposed"

    def test_shows_credits_only(self, bank, accountant):
        line = self.refund(bank, "-60.00", "AV26-00031")
        found = pane(accountant, line)
        assert {row.item.document_number for row in found.items} == {"AV26-00031", "AV26-00032"}
        assert [row.item.document_number for row in found.items if row.is_ticked] == ["AV26-00031"]

    def test_settles_them(self, bank, books, accountant):
        line = self.refund(bank)
        response = self.settle(accountant, line, books, "AV26-00031", "AV26-00032")
        assert response.status_code == 200
        assert (books["AV26-00031"].open_minor, books["AV26-00032"].open_minor) == (0, 0)
        line.refresh_from_db()
        assert line.left_minor == 0
        assert shown(accountant, "lettered") == [line.pk]
        assert sound()

    def test_of_a_part_keeps_the_rest_of_the_credit_open(self, bank, books, accountant):
        line = self.refund(bank, "-100.00")
        self.settle(accountant, line, books, "AV26-00032", remainder="keep_open")
        assert books["AV26-00032"].open_minor == -40_00
        assert sound()

    def test_of_too_much_is_owed_by_the_customer(self, bank, books, accountant):
        line = self.refund(bank, "-250.00")
        refused = self.settle(accountant, line, books, "AV26-00031", "AV26-00032")
        assert refused.status_code == 422
        before = balance(books.company, as_of=date(2026, 12, 31))
        self.settle(accountant, line, books, "AV26-00031", "AV26-00032", remainder="on_account")
        assert books["refund"].open_minor == 50_00
        assert balance(books.company, as_of=date(2026, 12, 31)) == before + 250_00

    def test_may_be_undone_and_is_not_proposed_so_again(self, bank, books, accountant):
        line = self.refund(bank)
        self.settle(accountant, line, books, "AV26-00031", "AV26-00032")
        accountant.post(reverse("cash-undo", args=["MNSAM", line.pk]))
        assert books["AV26-00031"].open_minor == -60_00
        assert Refusal.objects.get().customer == books.customer("ACME")
        bank.match()
        assert not any(row.is_ticked for row in pane(accountant, line).items)
        assert sound()

    def test_takes_no_invoice(self, bank, books, accountant):
        line = self.refund(bank)
        assert self.settle(accountant, line, books, "FA26-10412").status_code == 422

    def test_to_an_account_that_is_not_known_may_be_taken_back(self, bank, accountant):
        line = bank.receives("-60.00", "ACME", reference="unknown-account")
        bank.match()
        assert shown(accountant, "aside") == [line.pk]
        accountant.post(reverse("cash-take-back", args=["MNSAM", line.pk]))
        bank.match()
        assert shown(accountant) == [line.pk]
        assert Match.objects.get(line=line).customer is not None
