"""Policies as people keep them: conditions, limits, an end, versions, and what they would do to whom."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from exigible.dunning.forms import PolicyForm
from exigible.dunning.models import Action, HeldBack, Policy, Run
from exigible.dunning.policies import add_policy, change_policy, policies_in_force, restore_policy
from exigible.dunning.rules import choose_policy
from exigible.kernel.errors import UserMistake
from exigible.ledger.models import Customer
from exigible.team.services import add_user
from tests.books import Books
from tests.dunning.reminders import books_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

REMINDER = [{"key": "reminder", "days": 7, "channel": "email"}]


@pytest.fixture
def books() -> Books:
    books = books_with("""
        2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01
        2026-09-01 invoice F-2 BETA 300.00 due 2026-12-01
    """)
    policies_in_force(books.company)
    return books


@pytest.fixture
def senior(books: Books) -> Client:
    user = add_user(company=books.company, email="s@aco.example", role="senior", by=None)
    client = Client()
    client.cookies["language"] = "en"
    client.force_login(user)
    return client


def only_for(books: Books, **conditions: str) -> None:
    """One policy in force, for some customers alone."""
    Policy.objects.update(is_active=False)
    add_policy(company=books.company, by=None, name="Some", steps=REMINDER, **conditions)


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def page(client: Client, name: str, *args: object, **asked: object) -> str:
    answer = client.get(reverse(name, args=["ACO", *args]), asked)
    assert answer.status_code == 200
    return words(answer)


def typed(**changes: object) -> dict[str, object]:
    """A policy of one reminder as the form sends it."""
    return {
        "name": "Ours", "minimum": "10", "maximum": "", "min_days_between_contacts": 7, "oldest_days": "",
        "ending": "litigation", "ending_days": 15, "reminder-is_taken": "on", "reminder-days": 7,
        "reminder-channel": "email", "reminder-tone": "reminder",
    } | changes  # fmt: skip


def test_the_end_of_a_policy_stands_as_its_last_line(senior: Client) -> None:
    assert "15 days after the last step Hand over to litigation" in page(senior, "policies")


def test_every_way_there_is_can_be_chosen_for_a_step(senior: Client, books: Books) -> None:
    policy = Policy.objects.get()
    for channel in ("sms", "phone", "visit", "registered"):
        change = typed(**{"reminder-channel": channel})
        senior.post(reverse("policy", args=["ACO", policy.pk]), change)
        policy = Policy.objects.get(is_active=True)
        assert policy.steps[0]["channel"] == channel


def test_a_maximum_a_tone_and_an_end_are_kept_with_the_version(senior: Client) -> None:
    old = Policy.objects.get()
    data = typed(maximum="5000,50", ending="plan", ending_days=30, **{"reminder-tone": "firm"})
    senior.post(reverse("policy", args=["ACO", old.pk]), data)
    new = Policy.objects.get(is_active=True)
    assert (new.maximum_minor, new.ending, new.ending_days) == (5000_50, "plan", 30)
    assert new.steps[0]["tone"] == "firm"
    said = page(senior, "policies")
    assert "Above €5,000.50 nothing goes: a person decides." in said
    assert "30 days after the last step Propose a payment plan" in said


def test_a_maximum_below_the_minimum_is_refused(senior: Client) -> None:
    answer = senior.post(reverse("policy", args=["ACO", Policy.objects.get().pk]), typed(maximum="5"))
    assert answer.status_code == 422
    assert "The maximum is not below the minimum." in words(answer)


def test_a_kind_of_debtor_may_have_a_policy_of_its_own_and_hears_it_alone(
    senior: Client, books: Books
) -> None:
    Customer.objects.filter(code="ACME").update(kind="public")
    senior.post(reverse("policy-new", args=["ACO"]), typed(name="Public", kind="public"))
    said = page(senior, "policies")
    assert "All customers, public bodies only" in said
    assert "1 more would fit: a more precise policy speaks to it, alone." in said
    found = choose_policy(policies_in_force(books.company), "FR", "", "public")
    assert found is not None
    assert found.policy_id == Policy.objects.get(name="Public").pk


def test_what_a_version_changed_is_readable_and_an_older_one_can_be_gone_back_to(
    senior: Client, books: Books
) -> None:
    first = Policy.objects.get()
    second = change_policy(policy=first, by=None, steps=REMINDER, min_days_between_contacts=3)
    said = page(senior, "policy-versions", second.pk)
    assert "What version 2 says otherwise than version 1" in said
    assert "Formal notice 45 days after the due date, by letter." in said
    assert "Days between two contacts 7 3" in said
    senior.post(reverse("policy-restore", args=["ACO", first.pk]))
    third = Policy.objects.get(is_active=True)
    assert (third.version, third.restores, third.steps) == (3, 1, first.steps)
    assert "as version 1" in page(senior, "policy-versions", third.pk)


def test_nothing_that_a_version_says_can_be_changed_afterwards(books: Books) -> None:
    for field, value in (("maximum_minor", 1), ("ending", "plan"), ("ending_days", 3), ("kind", "public")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Policy.objects.update(**{field: value})


def test_the_version_in_force_cannot_be_gone_back_to() -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01")
    policies_in_force(books.company)
    with pytest.raises(UserMistake, match="in force"):
        restore_policy(version=Policy.objects.get(), by=None)


def test_a_policy_that_is_not_saved_is_tried_on_a_real_customer(senior: Client) -> None:
    data = typed(policy=Policy.objects.get().pk, customer="BETA", **{"reminder-channel": "letter"})
    said = words(senior.post(reverse("policy-try", args=["ACO"]), data))
    assert "8 Dec 2026 Reminder Letter €300.00" in said  # a week after 1 December
    assert "23 Dec 2026 End of the policy" in said
    assert (Policy.objects.count(), Run.objects.count(), Action.objects.count()) == (1, 0, 0)


def test_trying_a_policy_says_when_it_is_not_for_the_customer(senior: Client) -> None:
    said = words(senior.post(reverse("policy-try", args=["ACO"]), typed(kind="public", customer="ACME")))
    assert "This customer is not among those whom this policy is for" in said


def test_trying_what_cannot_be_says_what_is_wrong(senior: Client) -> None:
    said = words(senior.post(reverse("policy-try", args=["ACO"]), typed(**{"reminder-days": ""})))
    assert "Something is missing above" in said
    data = typed(customer="ACME", **{"firm-is_taken": "on", "firm-days": 5, "firm-channel": "email"})
    said = words(senior.post(reverse("policy-try", args=["ACO"]), data))
    assert "The step “Firm reminder” must come after the one before it." in said


def test_who_falls_in_no_policy_is_listed_with_the_reason(senior: Client, books: Books) -> None:
    only_for(books, segment="Hotels")
    Customer.objects.filter(code="BETA").update(segment="Hotels")
    assert "1 customer is in no policy and never reminded." in page(senior, "policies")
    said = page(senior, "policies-without")
    assert "ACME" in said
    assert "BETA" not in said
    assert "No policy is for businesses in France without a segment, nor for all." in said


def test_the_list_of_those_in_no_policy_leads_to_a_policy_for_their_like(
    senior: Client, books: Books
) -> None:
    only_for(books, segment="Hotels")
    Customer.objects.filter(code="ACME").update(country="MG")
    html = senior.get(reverse("policies-without", args=["ACO"])).content.decode()
    assert "policies/new/?country=MG&amp;segment=" in html


def test_a_page_of_policies_asks_the_database_as_often_for_many_customers(
    senior: Client, books: Books, django_assert_max_num_queries: Any
) -> None:
    books_with(
        "\n".join(f"2026-09-01 invoice G-{n} C{n:02} 90.00 due 2026-10-01" for n in range(30)),
        company=books.company,
    )
    only_for(books, segment="Hotels")
    add_policy(company=books.company, by=None, name="Public", kind="public", steps=REMINDER)
    for name in ("policies", "policies-without"):
        with django_assert_max_num_queries(20):
            page(senior, name)
    assert not HeldBack.objects.exists()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_form_reads_back_the_amounts_that_it_shows(books: Books, language: str) -> None:
    policy = change_policy(
        policy=Policy.objects.get(), by=None, minimum_minor=1500_00, maximum_minor=50_000_50
    )
    with override(language):
        shown = PolicyForm(books.company, policy=policy).initial
        form = PolicyForm(
            books.company, {**typed(), **{k: shown[k] for k in ("minimum", "maximum")}}, policy=policy
        )
        assert form.is_valid(), form.errors
    assert (form.cleaned_data["minimum"], form.cleaned_data["maximum"]) == (1500_00, 50_000_50)
