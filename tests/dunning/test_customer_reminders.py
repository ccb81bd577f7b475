"""A customer's reminders: what went, what was held back from when to when, what is to come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from exigible.dunning.policies import add_policy, policies_in_force
from exigible.dunning.services import propose_run
from exigible.ledger.edits import pause_dunning
from exigible.ledger.models import Customer
from exigible.team.services import add_user
from tests.books import Books, write_books
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
    with django_assert_max_num_queries(45):
        page(signed_in)


def test_what_was_sent_opens_as_the_customer_received_it(books: Books, signed_in: Client, mail: Any) -> None:
    action = morning(books, MONDAY).actions.get()
    assert reverse("reminder-email", args=["ACO", action.pk]) in page(signed_in)


def test_what_was_sent_before_its_day_stands_at_the_day_it_was_sent(
    books: Books, signed_in: Client, mail: Any
) -> None:
    action = morning(books, MONDAY + timedelta(days=1)).actions.get()
    shown = page(signed_in)
    assert "Aucune campagne" not in shown
    assert reverse("reminder-email", args=["ACO", action.pk]) in shown
    assert "23/11/2026" in shown[: shown.index(reverse("reminder-email", args=["ACO", action.pk]))]


def test_each_pause_stands_with_who_set_it_why_and_who_lifted_it(books: Books, signed_in: Client) -> None:
    claire = add_user(company=books.company, email="c@aco.example", role="senior", by=None, name="Claire")
    pause_dunning(
        customer=books.customer("ACME"), starts_on=MONDAY - timedelta(days=5),
        until=MONDAY + timedelta(days=9), reason="plan en discussion", by=claire.pk,
    )  # fmt: skip
    pause_dunning(customer=books.customer("ACME"), until=None, reason="", by=claire.pk)
    shown = page(signed_in)
    assert "plan en discussion · Décidée par Claire." in shown
    assert "Prévue jusqu’au 02/12/2026 ; levée le 23/11/2026 par Claire." in shown


def test_an_item_has_its_own_history_of_steps_and_of_what_was_held_back(
    books: Books, signed_in: Client
) -> None:
    morning(books, MONDAY)
    write_books("2026-11-20 invoice F-2 ACME 90.00 due 2026-12-20", company=books.company)
    propose_run(company=books.company, on=MONDAY + timedelta(days=1), by=None)
    for number, is_told in (("F-1", True), ("F-2", False)):
        answer = signed_in.get(
            reverse("customer-reminders", args=["ACO", "ACME"]), {"item": books[number].pk}
        ).content.decode()
        assert f"Jusqu’ici, pour {number}" in answer
        assert (reverse("reminder", args=["ACO", 1])[:-2] in answer) == is_told


def test_the_policy_that_speaks_is_named_with_those_that_would_fit(books: Books, signed_in: Client) -> None:
    Customer.objects.update(kind="public")
    policies_in_force(books.company)
    steps = [{"key": "reminder", "days": 30, "channel": "letter"}]
    add_policy(company=books.company, by=None, name="Marchés", kind="public", steps=steps)
    shown = page(signed_in)
    assert "« Marchés », version 2" in shown
    assert "« Standard » conviendrait aussi" in shown
