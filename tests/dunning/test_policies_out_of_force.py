"""A policy is taken out of force and put back: its history stays, its customers hear another one or none."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from exigible.dunning.models import Action, Policy
from exigible.dunning.policies import add_policy, policies_in_force, restore_policy, retire_policy
from exigible.kernel.errors import UserMistake
from exigible.ledger.models import Customer
from exigible.timeline.models import Event
from tests.books import Books
from tests.dunning.mailserver import MailServer
from tests.dunning.reminders import approve_all, books_with, held, propose, send, steps
from tests.dunning.test_screens import page, person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def books() -> Books:
    books = books_with("""
        2026-09-01 invoice F-1 ACME 1200.00 due 2026-11-10
        2026-09-01 invoice F-2 BETA 800.00 due 2026-11-10
    """)
    Customer.objects.filter(code="BETA").update(segment="hotels")
    policies_in_force(books.company)
    return books


@pytest.fixture
def senior(books: Books) -> Client:
    return signed_in(person(books.company))


def the_default() -> Policy:
    return Policy.objects.get(name="Standard")


def for_hotels(books: Books) -> Policy:
    fields = {name: getattr(the_default(), name) for name in ("steps", "minimum_minor")}
    return add_policy(company=books.company, by=None, name="Hotels", segment="hotels", **fields)


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_customers_of_a_policy_out_of_force_hear_the_next_one_that_fits(books: Books) -> None:
    hotels = for_hotels(books)
    retire_policy(policy=hotels, by=None)
    run = propose(books)
    assert set(steps(run)) == {"ACME", "BETA"}
    assert set(Action.objects.filter(run=run).values_list("policy__name", flat=True)) == {"Standard"}


def test_without_the_last_policy_all_are_held_back_for_want_of_one_and_no_default_comes_back(
    books: Books,
) -> None:
    retire_policy(policy=the_default(), by=None)
    assert policies_in_force(books.company) == []
    run = propose(books)
    assert (steps(run), held(run)) == ({}, {"ACME": "no-policy", "BETA": "no-policy"})


def test_what_was_approved_before_goes_as_it_was_approved(books: Books, mail: MailServer) -> None:
    run = propose(books)
    approve_all(run)
    retire_policy(policy=the_default(), by=None)
    assert send(run).states == {"sent": 2}


def test_put_back_it_is_a_new_version_that_says_the_same(books: Books) -> None:
    old = the_default()
    retire_policy(policy=old, by=None)
    new = restore_policy(version=Policy.objects.get(pk=old.pk), by=None)
    assert (new.steps, new.restores, new.is_active) == (old.steps, old.version, True)
    assert set(steps(propose(books))) == {"ACME", "BETA"}


def test_who_takes_it_out_a_second_time_is_told(books: Books) -> None:
    policy = the_default()
    retire_policy(policy=policy, by=None)
    with pytest.raises(UserMistake, match="meanwhile"):
        retire_policy(policy=policy, by=None)
    assert Event.objects.filter(kind="policy-retired").count() == 1


def test_the_screen_says_how_many_would_hear_nothing_before_it_is_confirmed(
    books: Books, senior: Client
) -> None:
    said = words(page(senior, "policy-retire", the_default().pk))
    assert "This policy speaks to 2 customers." in said
    assert "2 customers fall in no policy and are reminded no more." in said
    assert "It is the only policy in force: without it nobody is reminded." in said
    assert the_default().is_active


def test_the_screen_says_who_hears_another_policy(books: Books, senior: Client) -> None:
    said = words(page(senior, "policy-retire", for_hotels(books).pk))
    assert "1 customer hears another policy: Standard" in said
    assert "no policy and" not in said


def test_confirmed_it_stands_with_those_of_before_and_can_be_put_back(books: Books, senior: Client) -> None:
    policy = the_default()
    answer = senior.post(reverse("policy-retire", args=["ACO", policy.pk]), {"without": "2"}, follow=True)
    said = words(answer.content.decode())
    assert "Standard is out of force from the next run." in said
    assert "No policy is in force: nobody is reminded." in said
    assert "2 customers are in no policy and never reminded." in said
    assert re.search("out of force since .* Claire Senior", said)
    assert "ACME" in page(senior, "policies-without")
    senior.post(reverse("policy-restore", args=["ACO", policy.pk]))
    assert Policy.objects.get(is_active=True).restores == policy.version


def test_nothing_is_done_where_the_number_has_changed_since_it_was_read(books: Books, senior: Client) -> None:
    address = reverse("policy-retire", args=["ACO", the_default().pk])
    said = words(senior.post(address, {"without": "1"}).content.decode())
    assert "The number of customers has changed since you read it: nothing was done." in said
    assert the_default().is_active


def test_a_collector_takes_no_policy_out_of_force(books: Books) -> None:
    collector = signed_in(person(books.company, "collector"))
    answer = collector.post(reverse("policy-retire", args=["ACO", the_default().pk]), {"without": "2"})
    assert answer.status_code in (403, 404)
    assert the_default().is_active
