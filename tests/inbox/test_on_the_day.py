"""My day tells of the replies that wait to be confirmed."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags
from tests.books import Books
from tests.inbox.letters import ABSENT, late_books, received, written

from exigible.ledger.models import Customer
from exigible.team.models import Membership, User
from exigible.team.services import add_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files", "monday")]


@pytest.fixture
def books() -> Books:
    return late_books()


@pytest.fixture
def user(books: Books) -> User:
    return add_user(company=books.company, email="c@aco.example", role="collector", by=None)


@pytest.fixture
def collector(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def told(client: Client, query: str = "") -> str:
    response = client.get(reverse("inbox-day", args=["ACO"]) + query)
    assert response.status_code == 200
    return " ".join(strip_tags(response.content.decode()).split())


def deliver(books: Books, sender: str, message_id: str, **headers: str) -> None:
    body = ABSENT if headers else "Nous réglerons vendredi."
    received(books.company, written(body, sender=sender, message_id=message_id, **headers))


def test_nothing_is_told_while_no_reply_waits(collector: Client) -> None:
    assert told(collector) == ""


def test_replies_that_wait_are_told_with_the_oldest_and_how_many_customers_rest(
    books: Books, collector: Client
) -> None:
    deliver(books, "acme@example.net", "<1@x>")
    deliver(books, "acme@example.net", "<2@x>")
    deliver(books, "beta@example.net", "<3@x>", Auto_Submitted="auto-replied")
    words = told(collector)
    assert "3 réponses à confirmer" in words
    assert "23/11/2026" in words
    assert "1 client n’est pas relancé" in words
    page = collector.get(reverse("inbox-day", args=["ACO"])).content.decode()
    assert f'href="{reverse("inbox", args=["ACO"])}"' in page


def test_a_portfolio_is_told_of_its_own_customers_alone(books: Books, collector: Client, user: User) -> None:
    deliver(books, "acme@example.net", "<1@x>")
    deliver(books, "beta@example.net", "<2@x>")
    Customer.objects.filter(code="ACME").update(collector=user)
    assert "1 réponse à confirmer" in told(collector, "?who=me")
    Membership.objects.filter(user=user).update(portfolio_only=True)
    assert "1 réponse à confirmer" in told(collector)


def test_the_day_asks_for_it_and_a_past_day_tells_nothing(books: Books, collector: Client) -> None:
    deliver(books, "acme@example.net", "<1@x>")
    day = collector.get(reverse("day", args=["ACO"])).content.decode()
    assert f'hx-get="{reverse("inbox-day", args=["ACO"])}"' in day
    assert told(collector, "?as_of=2026-11-20") == ""


def test_many_replies_are_counted_in_as_many_queries_as_one(books: Books, collector: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            told(collector)
        return len(asked)

    deliver(books, "acme@example.net", "<1@x>")
    queries()
    few = queries()
    for number in range(2, 9):
        deliver(books, "beta@example.net", f"<{number}@x>")
    assert queries() == few <= 4
