"""The address of a message whose run was brought up to date since."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from exigible.dunning.models import Action, Run
from exigible.dunning.services import propose_run
from exigible.ledger.models import Company
from exigible.team.services import add_user
from tests.books import Books
from tests.dunning.reminders import MONDAY, books_with, make_sender, propose

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

LATE = "2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01"


@pytest.fixture
def books() -> Books:
    return books_with(LATE)


@pytest.fixture
def run(books: Books) -> Run:
    return propose(books)


@pytest.fixture
def senior(books: Books) -> Client:
    user = add_user(company=books.company, email="senior@aco.example", role="senior", by=None)
    client = Client()
    client.force_login(user)
    return client


def address(key: int) -> str:
    return reverse("reminder", args=["ACO", key])


def key_in(company: Company) -> int:
    return Action.objects.get(company=company).pk


def test_a_renewed_message_leads_to_its_run_with_a_sentence(books: Books, run: Run, senior: Client) -> None:
    old = key_in(books.company)
    propose_run(company=books.company, on=MONDAY, by=None)
    assert key_in(books.company) != old
    response = senior.get(address(old), follow=True)
    assert response.redirect_chain == [(reverse("run", args=["ACO", run.pk]), 302)]
    assert "Ce message a été renouvelé" in response.content.decode()
    assert senior.get(address(key_in(books.company))).status_code == 200


def test_a_message_that_never_was_or_is_anothers_does_not_exist(
    books: Books, run: Run, senior: Client
) -> None:
    others = books_with(LATE, company=make_sender("BCO"))
    propose(others)
    assert senior.get(address(key_in(others.company))).status_code == 404
    assert senior.get(address(key_in(others.company) + 1_000_000)).status_code == 404
