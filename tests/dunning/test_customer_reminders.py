"""A customer's reminders: what went, what was held back from when to when, what is to come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from exigible.dunning.services import propose_run
from exigible.ledger.models import Customer
from exigible.team.services import add_user
from tests.books import Books
from tests.dunning.reminders import MONDAY, books_with, morning

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def books() -> Books:
    return books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01")


@pytest.fixture
def signed_in(client: Client, books: Books) -> Client:
    client.force_login(add_user(company=books.company, email="a@aco.example", role="senior", by=None))
    return client


def page(client: Client) -> str:
    answer = client.get(reverse("customer-reminders", args=["ACO", "ACME"]))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_next_steps_stand_with_their_days(signed_in: Client) -> None:
    shown = page(signed_in)
    assert [shown.index(day) > 0 for day in ("23/11/2026", "30/11/2026", "07/12/2026")]
    assert "Mise en demeure" in shown
    assert "Aucune campagne n’a encore parlé de ce client." in shown


def test_what_went_and_what_was_held_back_stand_with_their_reasons(books: Books, signed_in: Client) -> None:
    action = morning(books, MONDAY).actions.get()
    Customer.objects.update(is_insolvent=True)
    for day in (7, 8, 9):
        propose_run(company=books.company, on=MONDAY + timedelta(days=day), by=None)
    shown = page(signed_in)
    assert reverse("reminder", args=["ACO", action.pk]) in shown
    assert "Procédure collective" in shown


def test_as_many_questions_for_many_items_as_for_one(
    books: Books, signed_in: Client, django_assert_max_num_queries: Any
) -> None:
    lines = (f"2026-09-01 invoice F-{n} ACME {n}00.00 due 2026-10-{n:02d}" for n in range(2, 25))
    books_with("\n".join(lines), company=books.company)
    with django_assert_max_num_queries(37):
        page(signed_in)
