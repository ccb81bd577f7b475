"""Promises on the customer's page: what is offered, what is said, who may, and by the keyboard."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exigible.disputes.services import open_dispute
from exigible.ledger.services import allocate
from exigible.negotiation.models import Promise, PromiseTerms
from exigible.negotiation.services import make_promise, withdraw_promise
from exigible.timeline.models import Event
from exigible.worklist.models import Task
from tests.books import make_company, write_books

pytestmark = pytest.mark.django_db


def at(name: str, company: str = "ACO", **more) -> str:
    return reverse(name, kwargs={"company": company, "code": "ACME"} | more)


def shown(client: Client, name: str = "customer", **query) -> str:
    return client.get(at(name), query).content.decode().replace("\u202f", " ").replace("\xa0", " ")


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def promise(acme, minor=400_00, days=7, **more) -> Promise:
    given = {"customer": acme, "amount_minor": minor, "currency": "EUR", "due_on": in_days(days), "by": None}
    return make_promise(**given | more)


def post(client: Client, **more):
    return client.post(at("customer-promise"), {"amount": "400,00", "due_on": in_days(7).isoformat()} | more)


class TestTheDialog:
    def amount(self, client: Client) -> str:
        return client.get(at("customer")).context["promise_form"]["amount"].value()

    def test_the_amount_offered_is_what_is_claimed(self, collector, acme, books):
        assert self.amount(collector) == "1300,00"  # what is not due yet is not claimed
        open_dispute(item=books["F-1"], amount_minor=250_00, reason="price", by=None)
        promise(acme, 50_00)
        assert self.amount(collector) == "1000,00"

    def test_where_nothing_is_claimed_no_amount_is_offered(self, collector, acme):
        promise(acme, 1300_00)
        assert self.amount(collector) == ""

    def test_it_is_the_same_on_each_of_the_customers_pages(self, collector, acme):
        for name in ("customer", "customer-file", "customer-promises", "customer-disputes"):
            assert 'value="1300,00"' in shown(collector, name)

    def test_the_open_due_items_can_be_ticked(self, collector, books):
        page = shown(collector)
        assert f'<input type="checkbox" name="items" value="{books["F-2"].pk}"' in page
        due_on = books["F-2"].due_on.strftime("%d/%m/%Y")
        assert f"F-2 · {due_on} · 300,00 €" in page

    def test_one_that_runs_may_be_replaced(self, collector, acme):
        assert 'name="replaces"' not in shown(collector)
        promise(acme, 400_00)
        assert f"Remplace la promesse de 400,00 € pour le {in_days(7):%d/%m/%Y}" in shown(collector)

    def test_of_several_currencies_one_is_chosen(self, collector, in_dollars):
        in_dollars("55.00")
        form = collector.get(at("customer")).context["promise_form"]
        assert [code for code, _ in form.fields["currency"].choices] == ["EUR", "USD"]
        assert 'data-claimed-usd="55,00"' in shown(collector)


class TestWritingOneDown:
    def test_it_names_the_items_ticked(self, collector, books):
        assert post(collector, items=[books["F-2"].pk], text="Mme Rossi").status_code == 302
        assert [one.item.document_number for one in Promise.objects.get().items.all()] == ["F-2"]

    def test_it_takes_the_place_of_the_one_chosen(self, collector, acme):
        first = promise(acme)
        assert post(collector, amount="500,00", replaces=first.pk).status_code == 302
        first.refresh_from_db()
        assert first.withdrawn_on == timezone.localdate()
        assert "500,00 €" in shown(collector, "customer-promises")

    def test_it_strikes_the_customer_from_the_day(self, collector, acme):
        collector.get(reverse("day", args=["ACO"]))
        assert Task.objects.filter(customer=acme, done_at__isnull=True).exists()
        post(collector)
        assert not Task.objects.filter(customer=acme, done_at__isnull=True).exists()

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"amount": "beaucoup"}, "amount"), ({"amount": "0"}, "amount"), ({"amount": ""}, "amount"),
            ({"amount": "999 999 999"}, "amount"),  # more than is owed: a slip of the hand
            ({"due_on": "2020-01-01"}, "due_on"), ({"due_on": "demain"}, "due_on"),
            ({"due_on": "2062-12-31"}, "due_on"),
            ({"currency": "XXX"}, "currency"), ({"items": ["1"]}, "items"), ({"items": ["x"]}, "items"),
        ],
    )  # fmt: skip
    def test_a_mistake_is_said_at_its_field_and_what_was_typed_stays(self, collector, books, typed, field):
        response = post(collector, text="au téléphone", **typed)
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]
        assert "au téléphone" in response.content.decode()
        assert not Promise.objects.exists()

    def test_one_taken_back_meanwhile_cannot_be_replaced(self, collector, acme):
        first = promise(acme)
        withdraw_promise(promise=first, by=None)
        assert post(collector, replaces=first.pk).status_code == 422
        assert Promise.objects.count() == 1

    def test_an_item_of_another_customer_is_none_of_its_items(self, collector, books):
        write_books("2026-01-01 invoice F-9 OTHER 10.00", company=books.company)
        assert post(collector, items=[books["F-9"].pk]).status_code == 422

    def test_items_in_another_currency_are_refused_in_the_form(self, collector, books, in_dollars):
        in_dollars("55.00")
        response = post(collector, currency="EUR", items=[books["F-USD"].pk])
        assert response.status_code == 422
        assert "dans sa devise" in response.content.decode()


class TestOnThePage:
    def test_a_line_says_for_when_it_is_promised_and_how_much_of_it(self, collector, acme):
        promise(acme, 1100_00)
        page = shown(collector)
        assert f"promis pour le {in_days(7):%d/%m/%Y}" in page  # all of F-1
        assert f"100,00 promis pour le {in_days(7):%d/%m/%Y}" in page  # of F-2

    def test_the_head_says_how_much_is_promised_where_something_is(self, collector, acme):
        assert "<dt>Promis</dt>" not in shown(collector)
        promise(acme, 400_00)
        assert "400,00 €</a>" in shown(collector).split("<dt>Promis</dt>")[1][:200]

    def test_what_is_contested_is_not_covered_by_the_promise_as_well(self, collector, acme, books):
        open_dispute(item=books["F-1"], amount_minor=1000_00, reason="price", by=None)
        promise(acme, 100_00)
        page = shown(collector)
        assert "contesté</span>" in page
        assert f"100,00 promis pour le {in_days(7):%d/%m/%Y}" in page.split("F-2", 1)[1]

    def test_of_a_past_day_it_shows_what_stood_then(self, collector, acme):
        promise(acme)
        assert "promis pour le" not in shown(collector, as_of=in_days(-1).isoformat())


class TestTheList:
    def state(self, client: Client) -> list[str]:
        return [row.state for row in client.get(at("customer-promises")).context["rows"]]

    def made(self, acme, minor: int, *, due: int, ago: int = 30) -> Promise:
        return promise(acme, minor, due, happened_at=timezone.now() - timedelta(days=ago))

    def paid(self, books, minor: str, day: int) -> None:
        write_books(f"{in_days(day)} payment V{day} ACME -{minor}", company=books.company)
        allocate(
            debit_item=books["F-1"], credit_item=books[f"V{day}"],
            amount_minor=int(minor.replace(".", "")), effective_on=in_days(day), by=None,
        )  # fmt: skip

    def test_one_that_runs_says_until_when(self, collector, acme):
        promise(acme)
        assert self.state(collector)[0].startswith("en cours jusqu’au ")

    def test_one_that_nothing_came_in_for_was_not_kept(self, collector, acme):
        self.made(acme, 400_00, due=-20)
        assert self.state(collector) == ["non tenue"]

    def test_one_kept_in_part_says_what_came_in(self, collector, acme, books):
        self.made(acme, 400_00, due=-20)
        self.paid(books, "150.00", -21)
        assert self.state(collector) == ["tenue en partie"]
        assert "150,00 €" in shown(collector, "customer-promises")

    def test_one_kept_late_is_not_one_kept(self, collector, acme, books):
        self.made(acme, 400_00, due=-20)
        self.paid(books, "400.00", -5)
        assert self.state(collector) == ["tenue en retard"]

    def test_those_that_run_come_first(self, collector, acme):
        self.made(acme, 100_00, due=-20)
        promise(acme, 200_00)
        assert [
            row.promise.amount_minor for row in collector.get(at("customer-promises")).context["rows"]
        ] == [
            200_00,
            100_00,
        ]

    def test_one_that_was_kept_is_not_taken_back_any_more(self, collector, acme, books):
        kept = self.made(acme, 400_00, due=-20)
        self.paid(books, "400.00", -21)
        assert at("promise-withdraw", promise=kept.pk) not in shown(collector, "customer-promises")

    def test_taken_back_it_is_gone_from_the_list_and_told_in_the_history(self, collector, acme):
        made = promise(acme)
        assert collector.post(at("promise-withdraw", promise=made.pk)).status_code == 302
        assert self.state(collector) == []
        assert "Promesse de 400,00 €" in shown(collector)

    def test_taken_back_twice_is_said_and_not_told_twice(self, collector, acme):
        made = promise(acme)
        collector.post(at("promise-withdraw", promise=made.pk))
        assert collector.post(at("promise-withdraw", promise=made.pk)).status_code == 422
        assert Event.objects.filter(kind="promise-withdrawn").count() == 1

    def test_what_is_written_is_shown_as_text(self, collector, acme):
        promise(acme, text="<script>alert(1)</script>")
        assert "<script>alert" not in shown(collector, "customer-promises")

    def test_without_any_it_says_what_a_promise_is(self, collector, acme):
        assert "Aucune promesse" in shown(collector, "customer-promises")


class TestWhoMay:
    def test_sales_see_the_promises_and_take_none_back(self, as_role, acme):
        made, sales = promise(acme), as_role("sales")
        assert "400,00 €" in shown(sales, "customer-promises")
        assert at("promise-withdraw", promise=made.pk) not in shown(sales, "customer-promises")
        assert sales.post(at("promise-withdraw", promise=made.pk)).status_code == 403

    def test_a_promise_of_another_customer_is_not_found(self, collector, acme, books):
        other = promise(books.customer("OTHER"))
        assert collector.post(at("promise-withdraw", promise=other.pk)).status_code == 404

    def test_a_promise_of_another_company_is_not_found(self, collector, acme):
        there = write_books("2026-01-01 invoice F-1 ACME 10.00", company=make_company("BCO"))
        made = promise(there.customer("ACME"))
        assert collector.post(at("promise-withdraw", company="BCO", promise=made.pk)).status_code == 404
        assert collector.post(at("promise-withdraw", promise=made.pk)).status_code == 404
        assert collector.get(at("customer-promises", company="BCO")).status_code == 404


class TestTheTerms:
    ADDRESS = "/ACO/settings/promises/"

    def test_whoever_may_change_the_policies_may_set_them(self, as_role, books):
        senior = as_role("senior")
        assert self.ADDRESS in senior.get(reverse("policies", args=["ACO"])).content.decode()
        assert senior.post(self.ADDRESS, {"kept_percent": "90", "grace_days": "5"}).status_code == 302
        assert PromiseTerms.objects.values_list("kept_percent", "grace_days").get() == (90, 5)
        assert "5 jours ouvrés" in senior.get(reverse("policies", args=["ACO"])).content.decode()

    def test_the_others_read_the_sentence_and_no_more(self, collector, books):
        page = collector.get(reverse("policies", args=["ACO"])).content.decode()
        assert "3 jours ouvrés" in page
        assert self.ADDRESS not in page
        assert collector.get(self.ADDRESS).status_code == 403

    @pytest.mark.parametrize(
        ("percent", "grace"), [("0", "3"), ("101", "3"), ("95", "31"), ("95", "-1"), ("", "")]
    )
    def test_what_cannot_be_is_said_in_the_form(self, as_role, books, percent, grace):
        response = as_role("senior").post(self.ADDRESS, {"kept_percent": percent, "grace_days": grace})
        assert response.status_code == 422
        assert not PromiseTerms.objects.exists()


@pytest.mark.parametrize("name", ["customer", "customer-file", "customer-promises", "customer-disputes"])
def test_twenty_promises_and_disputes_cost_no_more_queries_than_one(collector, acme, books, name):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert collector.get(at(name)).status_code == 200
        return len(caught)

    def answer(minor: int) -> None:
        promise(acme, minor, items=[books["F-2"]])
        open_dispute(item=books["F-1"], amount_minor=minor, reason="price", by=None)

    answer(1_00)
    queries()
    few = queries()
    for minor in range(2, 22):
        answer(minor)
    assert queries() == few
