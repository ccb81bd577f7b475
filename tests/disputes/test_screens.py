"""Disputes on the screen: contested from the line, seen on the page, resolved; who may; by the keyboard."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from exigible.disputes.models import Dispute
from exigible.disputes.services import open_dispute, resolve_dispute
from exigible.team.models import Membership, User
from tests.books import make_company, write_books

pytestmark = pytest.mark.django_db


def at(name: str, company: str = "ACO", **more) -> str:
    return reverse(name, kwargs={"company": company, "code": "ACME"} | more)


def shown(client: Client, name: str = "customer", **query) -> str:
    return client.get(at(name), query).content.decode().replace("\u202f", " ").replace("\xa0", " ")


def contest(item, minor=300_00, **more) -> Dispute:
    return open_dispute(**{"item": item, "amount_minor": minor, "reason": "delivery", "by": None} | more)


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


class TestContesting:
    def post(self, client: Client, item, **more):
        data = {"amount": "300,00", "reason": "delivery"} | more
        return client.post(at("dispute-open", item=item.pk), data)

    def test_each_line_leads_to_it_by_its_key(self, collector, books):
        page = shown(collector)
        for number in ("F-1", "F-2", "F-3"):
            assert f'href="{at("dispute-open", item=books[number].pk)}" data-key="l"' in page

    def test_all_that_is_not_contested_yet_is_offered(self, collector, books):
        contest(books["F-1"], 400_00)
        page = collector.get(at("dispute-open", item=books["F-1"].pk))
        assert page.context["form"]["amount"].value() == "600,00"

    def test_so_much_is_contested_and_the_line_says_it(self, collector, books):
        owner = User.objects.get(email="collector@aco.example")
        given = {"text": "palette manquante", "owner": owner.pk, "answer_by": day(5)}
        assert self.post(collector, books["F-1"], **given).status_code == 302
        dispute = Dispute.objects.get()
        assert (dispute.amount_minor, dispute.owner, dispute.answer_by.isoformat()) == (300_00, owner, day(5))
        page = shown(collector)
        assert "300,00 contestés" in page
        assert "300,00 €</a>" in page.split("<dt>Litige</dt>")[1][:200]

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"amount": "1000,01"}, "amount"), ({"amount": "0"}, "amount"), ({"amount": "tout"}, "amount"),
            ({"reason": "moon"}, "reason"), ({"reason": ""}, "reason"), ({"owner": "1"}, "owner"),
            ({"answer_by": "2020-01-01"}, "answer_by"), ({"answer_by": "demain"}, "answer_by"),
        ],
    )  # fmt: skip
    def test_a_mistake_is_said_at_its_field_and_what_was_typed_stays(self, collector, books, typed, field):
        response = self.post(collector, books["F-1"], text="palette manquante", **typed)
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]
        assert "palette manquante" in response.content.decode()
        assert not Dispute.objects.exists()

    def test_how_much_can_be_contested_is_said_in_the_readers_language(self, collector, books):
        said = self.post(collector, books["F-1"], amount="1000,01").context["form"].errors["amount"][0]
        assert (
            said.replace("\u202f", " ")
            .replace("\xa0", " ")
            .startswith("Sur cette échéance, 1 000,00 € au plus")
        )

    def test_where_all_is_contested_there_is_nothing_to_fill_in(self, collector, books):
        contest(books["F-1"], 1000_00)
        assert at("dispute-open", item=books["F-1"].pk) not in shown(collector)
        page = collector.get(at("dispute-open", item=books["F-1"].pk)).content.decode()
        assert "il ne reste rien qui puisse être contesté" in page

    def test_a_payment_is_not_contested(self, collector, books):
        write_books("2026-01-05 payment V-1 ACME -10.00", company=books.company)
        assert collector.get(at("dispute-open", item=books["V-1"].pk)).status_code == 404

    def test_of_a_past_day_nothing_can_be_contested(self, collector, books):
        assert 'data-key="l"' not in shown(collector, as_of=day(-1))

    def test_whoever_collects_sells_or_keeps_the_books_may_have_to_answer(self, collector, as_role, books):
        for role in ("sales", "accountant"):
            as_role(role)
        form = collector.get(at("dispute-open", item=books["F-1"].pk)).context["form"]
        assert [name for _key, name in form.fields["owner"].choices] == [
            "—", "accountant@aco.example", "collector@aco.example", "sales@aco.example",
        ]  # fmt: skip

    def test_who_sees_the_own_portfolio_only_answers_for_the_own_customers_only(
        self, collector, as_role, books
    ):
        as_role("sales")
        Membership.objects.filter(role="sales").update(portfolio_only=True)
        form = collector.get(at("dispute-open", item=books["F-1"].pk)).context["form"]
        assert "sales@aco.example" not in [name for _key, name in form.fields["owner"].choices]


class TestTheList:
    def rows(self, client: Client, **query):
        return client.get(at("customer-disputes"), query).context["rows"]

    def test_it_says_what_is_contested_why_since_when_and_whose_it_is(self, collector, books):
        owner = User.objects.get(email="collector@aco.example")
        contest(books["F-1"], owner=owner.pk, text="palette manquante")
        page = shown(collector, "customer-disputes")
        for words in ("F-1", "300,00 €", "livraison", "palette manquante", "collector@aco.example"):
            assert words in page
        assert f"{timezone.localdate():%d/%m/%Y}" in page

    def test_an_answer_that_is_late_is_said_to_be(self, collector, books):
        dispute = contest(books["F-1"])
        Dispute.objects.filter(pk=dispute.pk).update(
            answer_by=timezone.localdate() - timedelta(days=1),
            opened_on=timezone.localdate() - timedelta(days=9),
        )
        assert "réponse en retard" in shown(collector, "customer-disputes")

    def test_those_resolved_come_last_with_how_they_ended(self, collector, books):
        resolve_dispute(dispute=contest(books["F-1"]), outcome="credit", by=None)
        contest(books["F-2"], 10_00)
        resolve_dispute(dispute=contest(books["F-3"], 10_00), outcome="owed", by=None)
        assert [row.is_open for row in self.rows(collector)] == [False, True, False]
        assert re.search(r"avoir de 300,00\s€ attendu", shown(collector, "customer-disputes"))

    def test_one_found_right_may_end_otherwise_until_its_credit_note_comes(self, collector, books):
        dispute = contest(books["F-1"])
        resolve_dispute(dispute=dispute, outcome="credit", by=None)
        address = at("dispute-resolve", dispute=dispute.pk)
        page = collector.get(address).content.decode()
        assert 'value="owed"' in page
        assert 'value="credit"' not in page
        assert collector.post(address, {"outcome": "owed"}).status_code == 302
        assert 'value="owed"' not in collector.get(address).content.decode()

    def test_of_a_past_day_a_dispute_resolved_since_was_open(self, collector, books):
        dispute = contest(books["F-1"])
        resolve_dispute(dispute=dispute, outcome="owed", by=None)
        Dispute.objects.filter(pk=dispute.pk).update(opened_on=timezone.localdate() - timedelta(days=9))
        assert [row.is_open for row in self.rows(collector, as_of=day(-1))] == [True]
        assert [row.may_resolve for row in self.rows(collector, as_of=day(-1))] == [False]

    def test_what_is_written_is_shown_as_text(self, collector, books):
        contest(books["F-1"], text="<script>alert(1)</script>")
        assert "<script>alert" not in shown(collector, "customer-disputes")

    def test_without_any_it_says_where_to_begin(self, collector, books):
        assert "Rien de contesté" in shown(collector, "customer-disputes")


class TestResolving:
    def test_the_amount_is_claimed_again(self, collector, books):
        dispute = contest(books["F-1"])
        address = at("dispute-resolve", dispute=dispute.pk)
        assert "livraison" in collector.get(address).content.decode()
        response = collector.post(address, {"outcome": "owed", "text": "bon de livraison signé"})
        assert response.status_code == 302
        assert "contesté" not in shown(collector).split("</table>")[0]
        assert "bon de livraison signé" in shown(collector)

    def test_how_it_ended_has_to_be_said(self, collector, books):
        dispute = contest(books["F-1"])
        response = collector.post(at("dispute-resolve", dispute=dispute.pk), {"text": "vu"})
        assert (response.status_code, list(response.context["form"].errors)) == (422, ["outcome"])

    def test_the_second_one_to_resolve_it_is_told_so(self, collector, books):
        dispute = contest(books["F-1"])
        resolve_dispute(dispute=dispute, outcome="owed", by=None)
        address = at("dispute-resolve", dispute=dispute.pk)
        assert "Résolu le" in collector.get(address).content.decode()
        response = collector.post(address, {"outcome": "credit"})
        assert response.status_code == 422
        dispute.refresh_from_db()
        assert dispute.outcome == "owed"


class TestWhoMay:
    def test_sales_contest_nothing(self, as_role, books):
        sales = as_role("sales")
        assert 'data-key="l"' not in shown(sales)
        assert sales.get(at("dispute-open", item=books["F-1"].pk)).status_code == 403

    def test_sales_resolve_what_is_theirs_to_answer_and_nothing_else(self, as_role, books):
        sales = as_role("sales")
        theirs = contest(books["F-1"], owner=User.objects.get(email="sales@aco.example").pk)
        other = contest(books["F-2"], 10_00)
        page = shown(sales, "customer-disputes")
        assert at("dispute-resolve", dispute=theirs.pk) in page
        assert at("dispute-resolve", dispute=other.pk) not in page
        data = {"outcome": "owed"}
        assert sales.post(at("dispute-resolve", dispute=other.pk), data).status_code == 403
        assert sales.post(at("dispute-resolve", dispute=theirs.pk), data).status_code == 302

    def test_nothing_of_another_company_or_customer_is_found(self, collector, books):
        there = write_books("2026-01-01 invoice F-1 ACME 10.00", company=make_company("BCO"))
        write_books("2026-01-01 invoice F-9 OTHER 10.00", company=books.company)
        theirs, others = contest(there["F-1"], 1_00), contest(books["F-9"], 1_00)
        for dispute in (theirs, others):
            assert collector.get(at("dispute-resolve", dispute=dispute.pk)).status_code == 404
            assert collector.get(at("dispute-open", item=dispute.item_id)).status_code == 404
        assert collector.get(at("dispute-open", company="BCO", item=theirs.item_id)).status_code == 404
        assert collector.get(at("dispute-resolve", company="BCO", dispute=theirs.pk)).status_code == 404
        assert collector.get(at("customer-disputes", company="BCO")).status_code == 404
