"""A telephone step of a policy waits in the call list, and counts as a contact once the call is made."""

from __future__ import annotations

from datetime import date, timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from exigible.calls.listing import call_list
from exigible.calls.services import Call, log_call, log_call_back, log_wrong_number, take_back_wrong_number
from exigible.calls.steps import step_words, steps_to_call
from exigible.dunning.models import Action, Policy, Run
from exigible.dunning.policies import change_policy, policies_in_force
from exigible.dunning.services import approve, drop, propose_run, send_run
from exigible.ledger.models import Company, Customer
from exigible.team.models import Membership
from exigible.team.scope import Scope
from exigible.timeline.models import Event
from exigible.worklist.services import build_day
from tests.books import Books
from tests.documents.builders import plain, text_of

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)


def have_called(books: Books) -> Run:
    """Every reminder of the policy is a call; the run of the day is sent."""
    policies_in_force(books.company)
    policy = Policy.objects.get(company=books.company, is_active=True)
    steps = [step | ({"channel": "phone"} if step["level"] == 1 else {}) for step in policy.steps]
    change_policy(policy=policy, by=None, steps=steps)
    Company.objects.filter(pk=books.company.pk).update(address="2 rue Haute", email="compta@aco.example")
    Customer.objects.filter(company=books.company).update(address="1 rue Basse", city="Nice")
    run = propose_run(company=books.company, on=timezone.localdate(), by=None)
    approve(run=run, by=None)
    send_run(run=run, by=None)
    return run


@pytest.fixture
def called(late: Books) -> Books:
    have_called(late)
    return late


def action_of(books: Books, code: str = "ACME") -> Action:
    return Action.objects.filter(company=books.company, customer__code=code).latest("pk")


def log(books: Books, outcome: str, code: str = "ACME", **call: object) -> None:
    log_call(customer=books.customer(code), outcome=outcome, by=None, call=Call(**call))  # type: ignore[arg-type]


def test_a_telephone_step_waits_in_the_call_list_with_its_reason_before_the_others(
    called: Books, collector: Client
) -> None:
    build_day(company=called.company, on=timezone.localdate())
    member = Membership.objects.select_related("user", "company").get(company=called.company)
    acme = action_of(called)
    drop(action_id=acme.pk, company_id=called.company.pk, by=None, reason="Not this one")
    rows = call_list(Scope(member.company, member.user, member, timezone.localdate(), None)).rows
    assert [row.customer.code for row in rows] == ["BETA", "GAMMA", "ACME"]
    assert step_words([action_of(called, "BETA")]) in rows[0].why
    assert set(steps_to_call(called.company)) == {called.customer(code).pk for code in ("BETA", "GAMMA")}


def test_the_call_sheet_says_that_the_policy_asks_for_the_call(called: Books, collector: Client) -> None:
    page = collector.get(reverse("customer-call", args=["ACO", "ACME"])).content.decode()
    assert escape(step_words([action_of(called)])) in page


def test_the_screen_and_the_paper_say_what_comes_next_if_nobody_is_reached(
    called: Books, collector: Client
) -> None:
    step = step_words([action_of(called)])

    def both() -> tuple[str, str]:
        page = collector.get(reverse("customer-call", args=["ACO", "ACME"])).content.decode()
        paper = collector.get(reverse("customer-call-pdf", args=["ACO", "ACME"])).content
        return plain(unescape(page)), plain(text_of(paper))

    for text in both():
        assert step in text
        assert "Encore 5 appels de suite sans réponse" in text
        assert "courrier, sinon courriel" in text
    for _try in range(4):
        log(called, "no-answer")
    for text in both():
        assert "Encore 1 appel sans réponse" in text


def test_a_call_that_no_step_asks_for_says_nothing_of_steps(late: Books, collector: Client) -> None:
    paper = collector.get(reverse("customer-call-pdf", args=["ACO", "ACME"])).content
    assert "Étape du scénario" not in plain(text_of(paper))


@pytest.mark.parametrize("outcome", ["reached", "refuses", "paid", "promise", "dispute", "request"])
def test_a_call_that_someone_answers_makes_the_step_once(called: Books, outcome: str) -> None:
    log(called, outcome)
    action = action_of(called)
    assert (action.state, action.sent_at is not None) == ("sent", True)
    assert Event.objects.filter(kind="reminder-done").count() == 0  # the call's own line tells it
    log(called, outcome)
    assert action_of(called).pk == action.pk
    assert not steps_to_call(called.company, [action.customer_id])


def test_the_step_is_a_contact_and_a_level_once_the_call_is_made(called: Books) -> None:
    log(called, "reached")
    tomorrow = timezone.localdate() + timedelta(days=1)
    propose_run(company=called.company, on=tomorrow, by=None)
    assert Action.objects.filter(customer__code="ACME").count() == 1


def test_a_call_without_an_answer_leaves_the_step_to_do(called: Books) -> None:
    log(called, "no-answer")
    assert action_of(called).state == "to_do"


def test_a_customer_to_be_called_back_leaves_the_step_to_do(called: Books) -> None:
    again = timezone.now() + timedelta(hours=2)
    log_call_back(customer=called.customer("ACME"), call=Call(), again_at=again, by=None)
    assert action_of(called).state == "to_do"


def test_after_five_tries_in_a_row_the_next_run_takes_the_written_form(called: Books) -> None:
    for _try in range(5):
        log(called, "no-answer")
    given_up = action_of(called)
    assert (given_up.state, given_up.problem.split()[0]) == ("refused", "5")
    with time_machine.travel(f"{MONDAY + timedelta(days=1)} 10:00+01:00"):
        propose_run(company=called.company, on=MONDAY + timedelta(days=1), by=None)
    again = action_of(called)
    assert (again.channel, again.reason_params["instead_of"]) == ("letter", "phone")


def test_a_wrong_number_with_no_other_gives_the_step_up_and_it_is_not_called_again(called: Books) -> None:
    acme = called.customer("ACME")
    log_wrong_number(customer=acme, call=Call(number="+33493123456"), by=None)
    assert action_of(called).state == "refused"


def test_a_number_known_to_be_wrong_is_not_proposed_to_be_called(late: Books) -> None:
    log_wrong_number(customer=late.customer("ACME"), call=Call(number="+33493123456"), by=None)
    have_called(late)
    assert (action_of(late).channel, action_of(late, "BETA").channel) == ("letter", "phone")
    take_back_wrong_number(customer=late.customer("ACME"), number="+33493123456", by=None)
