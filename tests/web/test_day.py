"""My day in the site: what is on it, in which order, what is struck and brought back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exigible.calls.services import Call, log_call
from exigible.dunning.models import Action, Policy, Run
from exigible.team.services import add_user
from exigible.worklist.models import Task
from exigible.worklist.services import decide_day
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
    assert "2 · ≈ 0 h 12 · 9 010,00 € en jeu" in words(response)
    assert "Échu depuis 60 jours, jamais contacté" in words(response)


@pytest.mark.parametrize(
    ("sort", "first"), [("stake", "SMALL"), ("-stake", "BIG"), ("name", "BIG"), ("nonsense", "BIG")]
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
    assert shown(signed_in.get(DAY, {"sort": "stake"})) == ["SMALL", "BIG", "TAMATAVE", "TANA"]


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
    assert "Valeur = en jeu × urgence" in said


def test_enter_leads_to_the_call_sheet_of_the_customer(signed_in, books, company):
    company.customers.update(phone="04 93")
    assert reverse("customer-call", args=["MNSAM", "BIG"]) + "?then=day" in words(signed_in.get(DAY))


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


def line_of(response, code: str) -> dict:
    return next(row for row in response.context["rows"] if row["customer"].code == code)


def test_what_is_at_stake_has_the_unallocated_credits_taken_off(signed_in, company, books):
    write_books(f"{ago(3)} payment V-1 BIG -1000.00", company=company)
    response = signed_in.get(DAY)
    assert "2 · ≈ 0 h 12 · 8 010,00 € en jeu" in words(response)
    assert "jamais contacté ; 1 000,00 € non lettrés déduits" in words(response)
    said = words(signed_in.get(line_of(response, "BIG")["why_url"]))
    assert "9 000,00 €" in said
    assert "8 000,00 €" in said


def test_an_insolvent_customer_asks_to_declare_the_claim_until_someone_says_done(signed_in, company, books):
    company.customers.filter(code="BIG").update(is_insolvent=True, country="FR")
    response = signed_in.get(DAY)
    assert "créance à déclarer dans les deux mois de la publication au BODACC" in words(response)
    after = signed_in.post(line_of(response, "BIG")["done_url"], follow=True)
    assert shown(after) == ["SMALL"]
    assert "Créance déclarée : BIG." in words(after)
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert [line.customer_id for line in decide_day(company, tomorrow)] == [books.customer("SMALL").pk]
    undo = reverse("customer-claim-declared", args=["MNSAM", "BIG"]) + "?undo=1"
    assert undo in words(after)
    signed_in.post(undo)
    assert shown(signed_in.get(DAY)) == ["BIG", "SMALL"]


def test_review_the_reminder_opens_the_message_of_that_customer(signed_in, company, books):
    log_call(customer=books.customer("BIG"), outcome="reached", by=None)
    run = Run.objects.create(
        company=company, day=timezone.localdate(), policy_version=1, proposed_at=timezone.now()
    )
    action = Action.objects.create(
        company=company, run=run, customer=books.customer("SMALL"), step="reminder", level=1, channel="email",
        policy=Policy.objects.create(company=company, name="P", version=1, steps=[]), language="fr",
        currency="EUR", gross_minor=1000, credits_minor=0, net_minor=1000, reason_code="x",
    )  # fmt: skip
    call = Call(happened_at=timezone.now() - timedelta(days=2))
    log_call(customer=books.customer("SMALL"), outcome="reached", call=call, by=None)
    Task.objects.all().delete()
    line = line_of(signed_in.get(DAY), "SMALL")
    assert line["task"].act == "review-reminder"
    assert line["url"] == f"/MNSAM/reminders/messages/{action.pk}/"


def test_where_no_contact_is_known_one_is_to_be_found_and_the_form_for_it_opens(signed_in, books):
    response = signed_in.get(DAY)
    assert "Trouver un contact" in words(response)
    assert "Écrire" not in words(response)
    assert line_of(response, "BIG")["url"] == reverse("customer-contact-add", args=["MNSAM", "BIG"])
