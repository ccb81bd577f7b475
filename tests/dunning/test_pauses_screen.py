"""Whose reminders rest, until when, and why; and what is left to a person at the end of a policy."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from exigible.ledger.edits import pause_dunning
from exigible.ledger.models import Pause
from exigible.team.services import add_user
from tests.books import Books, make_company
from tests.dunning.reminders import MONDAY, books_with, morning, propose, steps

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def books() -> Books:
    return books_with("""
        2026-06-01 invoice F-1 ACME 1200.00 due 2026-07-01
        2026-09-01 invoice F-2 BETA 300.00 due 2026-10-01
    """)


@pytest.fixture
def senior(books: Books) -> Client:
    user = add_user(company=books.company, email="s@aco.example", role="senior", by=None, name="Claire")
    client = Client()
    client.cookies["language"] = "en"
    client.force_login(user)
    return client


def page(client: Client, name: str, **asked: str) -> str:
    answer = client.get(reverse(name, args=["ACO"]), asked)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def page_of(client: Client, name: str, code: str) -> str:
    return client.get(reverse(name, args=["ACO", code])).content.decode()


def pause(books: Books, code: str, until: date, since: date = MONDAY) -> None:
    customer = books.customer(code)
    pause_dunning(customer=customer, until=until, starts_on=since, reason=f"plan {code}", by=None)


def lift(client: Client, one: Pause, asked: str = "") -> HttpResponse:
    return client.post(reverse("pause-lift", args=["ACO", one.pk]) + asked)


def test_the_pauses_that_run_are_listed_the_first_to_end_first(books: Books, senior: Client) -> None:
    pause(books, "ACME", date(2026, 12, 24))
    pause(books, "BETA", date(2026, 11, 27), since=date(2026, 11, 2))
    said = page(senior, "pauses")
    assert said.index("plan BETA") < said.index("plan ACME")
    assert "1 ends within a week" in said
    assert "2 Nov 2026 dated back" in said


def test_a_pause_is_lifted_from_the_list_and_stays_among_those_of_before(
    books: Books, senior: Client
) -> None:
    pause(books, "BETA", date(2026, 12, 24))
    assert "BETA" not in steps(propose(books))
    lift(senior, Pause.objects.get())
    assert "BETA" in steps(propose(books))
    assert "plan BETA" not in page(senior, "pauses")
    said = page(senior, "pauses", show="over")
    assert "plan BETA" in said
    assert "23 Nov 2026 Claire" in said
    assert Pause.objects.get().until == date(2026, 12, 24)


DECEMBER = (date(2026, 12, 1), date(2026, 12, 20))


def test_a_pause_to_come_is_asked_for_on_the_customers_page_and_waits_on_a_list_of_its_own(
    books: Books, senior: Client
) -> None:
    first, last = DECEMBER
    asked = {"starts_on": first.isoformat(), "until": last.isoformat(), "reason": "inventory"}
    senior.post(reverse("customer-pause", args=["ACO", "ACME"]), asked)
    assert "inventory" not in page(senior, "pauses")
    assert "To come 1" in page(senior, "pauses")
    said = page(senior, "pauses", show="to-come")
    assert "1 Dec 2026" in said
    assert "inventory" in said
    words = "Reminders are to rest from 1 Dec 2026 until 20 Dec 2026: inventory"
    for name in ("customer", "customer-file"):
        answer = senior.get(reverse(name, args=["ACO", "ACME"])).content.decode()
        assert words in answer


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"starts_on": "2026-12-20", "until": "2026-12-01"}, "A pause ends on the day it starts or later."),
        ({"until": "2026-11-20"}, "A pause ends on the day it starts or later."),
        ({"starts_on": "2026-12-01"}, "A pause has an end"),
    ],
)
def test_a_pause_that_cannot_be_is_refused_beside_its_field(
    books: Books, senior: Client, asked: dict[str, str], said: str
) -> None:
    answer = senior.post(reverse("customer-pause", args=["ACO", "ACME"]), asked | {"reason": "x"})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Pause.objects.exists()


def test_a_pause_to_come_is_withdrawn_from_the_list_or_from_the_customers_file(
    books: Books, senior: Client
) -> None:
    for code in ("ACME", "BETA"):
        pause(books, code, DECEMBER[1], since=DECEMBER[0])
    acme, beta = Pause.objects.order_by("pk")
    assert lift(senior, acme).headers["Location"] == reverse("pauses", args=["ACO"]) + "?show=to-come"
    assert lift(senior, beta, "?from=file").headers["Location"] == (
        reverse("customer-file", args=["ACO", "BETA"])
    )
    said = page(senior, "pauses", show="over")
    assert said.count("withdrawn before it began") == 2
    assert "plan ACME" not in page(senior, "pauses", show="to-come")
    history = page_of(senior, "customer-reminders", "ACME")
    assert "plan ACME" not in history, "it held nothing back"


def test_a_pause_of_somebody_else_is_not_withdrawn(books: Books, senior: Client) -> None:
    other = books_with("2026-06-01 invoice F-1 THEIRS 10.00 due 2026-07-01", company=make_company("BCO"))
    pause(other, "THEIRS", DECEMBER[1])
    assert lift(senior, Pause.objects.get()).status_code == 404
    assert Pause.objects.get().lifted_on is None


def test_the_day_before_a_pause_was_said_its_list_does_not_know_it(books: Books, senior: Client) -> None:
    pause(books, "ACME", DECEMBER[1], since=DECEMBER[0])
    assert "plan ACME" in page(senior, "pauses", show="to-come")
    yesterday = (MONDAY - timedelta(days=1)).isoformat()
    assert "plan ACME" not in page(senior, "pauses", show="to-come", as_of=yesterday)


def test_what_the_end_of_a_policy_leaves_to_a_person_is_on_the_page_of_reminders(
    books: Books, senior: Client
) -> None:
    for back in (60, 45, 30):
        morning(books, MONDAY - timedelta(days=back))
    propose(books)
    said = page(senior, "reminders")
    assert "For a person to decide" in said
    assert "End of the policy: hand over to litigation." in said
    assert "hand over to litigation" in page(senior, "day")
