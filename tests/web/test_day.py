"""My day in the site: what is on it, in which order, what is struck and brought back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exigible.team.services import add_user
from exigible.worklist.models import Task
from tests.books import Books, write_books

pytestmark = pytest.mark.django_db
DAY = "/MNSAM/day/"
MADAGASCAR = ((9_000, "TANA"), (8_000, "TAMATAVE"))


def ago(days: int) -> str:
    return (timezone.localdate() - timedelta(days=days)).isoformat()


@pytest.fixture
def books(company) -> Books:
    return write_books(
        f"""
        {ago(90)} invoice F-1 SMALL 10.00 due {ago(60)}
        {ago(90)} invoice F-2 BIG 9000.00 due {ago(60)}
        """,
        company=company,
    )


def shown(response) -> list[str]:
    return [row["customer"].code for row in response.context["rows"]]


def words(response) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def test_the_list_is_there_at_once_the_most_valuable_act_first(signed_in, books):
    response = signed_in.get(DAY)
    assert shown(response) == ["BIG", "SMALL"]
    assert "2 · ≈ 0 h 08 · 9 010,00 € en jeu" in words(response)
    assert "Échu depuis 60 jours, jamais contacté" in words(response)


@pytest.mark.parametrize(
    ("sort", "first"), [("overdue", "SMALL"), ("-overdue", "BIG"), ("name", "BIG"), ("nonsense", "BIG")]
)
def test_it_can_be_sorted_otherwise(signed_in, books, sort, first):
    assert shown(signed_in.get(DAY, {"sort": sort}))[0] == first


@pytest.fixture
def two_currencies(company, books) -> Books:
    company.currency = "MGA"
    lines = (f"{ago(90)} invoice M-{n} {code} {n}.00 due {ago(n // 100)}" for n, code in MADAGASCAR)
    write_books("\n".join(lines), company=company)
    company.currency = "EUR"
    return books


def test_two_currencies_come_one_after_the_other_and_the_page_says_so(signed_in, two_currencies):
    response = signed_in.get(DAY)
    assert shown(response) == ["BIG", "SMALL", "TANA", "TAMATAVE"]
    assert "ne se comparent pas" in words(response)
    assert shown(signed_in.get(DAY, {"sort": "overdue"})) == ["SMALL", "BIG", "TAMATAVE", "TANA"]


def test_an_order_without_amounts_mixes_them(signed_in, two_currencies):
    response = signed_in.get(DAY, {"sort": "name"})
    assert shown(response) == ["BIG", "SMALL", "TAMATAVE", "TANA"]
    assert shown(signed_in.get(DAY, {"sort": "-age"}))[0] == "TANA"
    assert "ne se comparent pas" not in words(response)


def test_one_currency_can_be_looked_at_alone(signed_in, two_currencies):
    response = signed_in.get(DAY, {"currency": "MGA"})
    assert shown(response) == ["TANA", "TAMATAVE"]
    assert "9 010,00 €" not in words(response)
    assert len(shown(signed_in.get(DAY, {"currency": "XXX"}))) == 4


def test_what_is_done_leaves_and_can_be_brought_back(signed_in, books):
    signed_in.get(DAY)
    task = Task.objects.get(customer__code="BIG")
    address = reverse("day-done", args=["MNSAM", task.pk])
    after = signed_in.post(address, follow=True)
    assert shown(after) == ["SMALL"]
    assert "1 fait" in words(after)
    assert f"{address}?undo=1" in words(after)
    assert shown(signed_in.post(f"{address}?undo=1", follow=True)) == ["BIG", "SMALL"]


def test_why_shows_the_reasoning_with_its_numbers(signed_in, books):
    signed_in.get(DAY)
    task = Task.objects.get(customer__code="BIG")
    said = words(signed_in.get(reverse("day-why", args=["MNSAM", task.pk])))
    assert "9 000,00 €" in said
    assert "Valeur = échu × urgence" in said


def test_enter_leads_to_the_customer_with_the_act_ready(signed_in, books, company):
    company.customers.update(phone="04 93")
    assert reverse("customer", args=["MNSAM", "BIG"]) + "?act=call" in words(signed_in.get(DAY))


def test_sales_see_the_list_and_strike_nothing(client, company, books):
    client.force_login(add_user(company=company, email="v@x.example", role="sales", by=None))
    response = client.get(DAY)
    assert shown(response) == ["BIG", "SMALL"]
    assert "/done/" not in words(response)
    assert client.post(reverse("day-done", args=["MNSAM", Task.objects.first().pk])).status_code == 403


def test_a_portfolio_limits_the_list_and_its_sums(client, company, books):
    user = add_user(company=company, email="p@x.example", role="collector", by=None, portfolio_only=True)
    company.customers.filter(code="SMALL").update(collector=user)
    client.force_login(user)
    response = client.get(DAY)
    assert shown(response) == ["SMALL"]
    assert "9 010" not in words(response)


def test_my_customers_only(signed_in, collector, company, books):
    company.customers.filter(code="SMALL").update(collector=collector)
    assert shown(signed_in.get(DAY, {"who": "me"})) == ["SMALL"]


@pytest.mark.django_db(transaction=True)  # a change is seen by those who come after its commit
def test_a_new_invoice_in_the_books_joins_the_list_by_itself(signed_in, company, books):
    signed_in.get(DAY)
    write_books(f"{ago(90)} invoice F-3 LATER 50.00 due {ago(60)}", company=company)
    assert "LATER" in shown(signed_in.get(DAY))


def test_a_day_without_a_list_says_so(signed_in, books):
    assert "Pas de liste pour ce jour" in words(signed_in.get(DAY, {"as_of": ago(10)}))


def test_with_nothing_to_do_the_page_says_what_to_do_first(signed_in, company):
    assert "Rien à faire aujourd’hui" in words(signed_in.get(DAY))


@pytest.mark.django_db(transaction=True)
def test_sixty_lines_cost_no_more_queries_than_two(signed_in, company, books):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert signed_in.get(DAY).status_code == 200
        return len(caught)

    queries()
    few = queries()
    lines = (f"{ago(90)} invoice G-{n} C{n} 50.00 due {ago(60)}" for n in range(80))
    write_books("\n".join(lines), company=company)
    signed_in.get(DAY)
    assert queries() <= few


def test_the_second_page_follows_the_first(signed_in, company, books):
    lines = (f"{ago(90)} invoice G-{n} C{n} 50.00 due {ago(60)}" for n in range(80))
    write_books("\n".join(lines), company=company)
    first, second = signed_in.get(DAY), signed_in.get(DAY, {"page": 2})
    assert (len(shown(first)), len(shown(second))) == (60, 22)
    assert not set(shown(first)) & set(shown(second))
