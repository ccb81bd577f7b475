"""Whose reminders rest, until when, and why; and what is left to a person at the end of a policy."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from exigible.ledger.edits import pause_dunning
from exigible.ledger.models import Pause
from exigible.team.services import add_user
from tests.books import Books
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


def pause(books: Books, code: str, until: date, since: date = MONDAY) -> None:
    customer = books.customer(code)
    pause_dunning(customer=customer, until=until, starts_on=since, reason=f"plan {code}", by=None)


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
    senior.post(reverse("pause-lift", args=["ACO", "BETA"]))
    assert "BETA" in steps(propose(books))
    assert "plan BETA" not in page(senior, "pauses")
    said = page(senior, "pauses", show="over")
    assert "plan BETA" in said
    assert "23 Nov 2026 Claire" in said
    assert Pause.objects.get().until == date(2026, 12, 24)


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
