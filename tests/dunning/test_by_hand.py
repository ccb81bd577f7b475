"""What a person does for a reminder: calls, visits, registered letters; to do, then done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from exigible.dunning.models import Action, Policy, Run
from exigible.dunning.policies import change_policy, policies_in_force
from exigible.dunning.services import confirm_done, drop, no_longer_true, to_do
from exigible.dunning.services.storing import full_path
from exigible.kernel.errors import Refused
from exigible.ledger.models import Company, Customer
from exigible.timeline.models import Event
from tests.books import Books, write_books
from tests.dunning.reminders import MONDAY, books_with, held, morning, only_action, propose, steps

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

LATE = "2026-10-01 invoice FA-1 ACME 1000.00 due 2026-11-10"
PAID = "2026-11-23 payment PAY ACME -1000.00\n2026-11-23 letter FA-1 PAY 1000.00"


def policy_by(company: Company, channel: str) -> None:
    """The company's reminder step goes that way."""
    policies_in_force(company)
    policy = Policy.objects.get(company=company, is_active=True)
    steps = [step | ({"channel": channel} if step["key"] == "reminder" else {}) for step in policy.steps]
    change_policy(policy=policy, by=None, steps=steps)


def handed_over(channel: str, **customer: Any) -> tuple[Books, Run, Action]:
    books = books_with(LATE, **({"phone": "04 93 00 00 00"} | customer))
    policy_by(books.company, channel)
    run = morning(books, MONDAY)
    return books, run, only_action(run)


@pytest.mark.parametrize("channel", ["phone", "visit", "registered"])
def test_what_a_person_does_is_to_do_once_the_run_is_sent_and_leaves_the_run_done(channel: str) -> None:
    books, run, action = handed_over(channel)
    assert (action.channel, action.state, run.state) == (channel, "to_do", "done")
    assert list(to_do(books.company.pk, channel)) == [action]
    assert list(Event.objects.filter(kind="reminder-to-do").values_list("customer__code", flat=True)) == [
        "ACME"
    ]


def test_while_it_is_to_do_nothing_else_is_proposed_to_the_customer() -> None:
    books, _, _ = handed_over("visit")
    later = propose(books, MONDAY + timedelta(days=30))
    assert (steps(later), held(later)) == ({}, {"ACME": "message-pending"})


def test_it_counts_as_a_contact_and_takes_its_level_once_it_is_done() -> None:
    books, _, action = handed_over("visit")
    done = confirm_done(action_id=action.pk, company_id=books.company.pk, by=None, on=MONDAY, note="Seen")
    assert (done.state, done.sent_minor) == ("sent", 1000_00)
    assert held(propose(books, MONDAY + timedelta(days=2))) == {}
    assert Event.objects.get(kind="reminder-done").data["note"] == "Seen"
    with pytest.raises(Refused):
        confirm_done(action_id=action.pk, company_id=books.company.pk, by=None, on=MONDAY)


def test_what_is_given_up_is_proposed_again() -> None:
    books, _, action = handed_over("visit")
    drop(action_id=action.pk, company_id=books.company.pk, by=None, reason="No car today")
    action.refresh_from_db()
    assert (action.state, action.problem) == ("failed", "No car today")
    again = only_action(propose(books, MONDAY + timedelta(days=1)))
    assert (again.step, again.channel) == ("reminder", "visit")


def test_a_way_that_leads_to_nobody_gives_way_to_a_letter_and_the_reason_says_so() -> None:
    books, _, action = handed_over("phone")
    drop(action_id=action.pk, company_id=books.company.pk, by=None, reason="5 tries", unreached=True)
    again = only_action(propose(books, MONDAY + timedelta(days=1)))
    assert (again.step, again.channel, again.reason_params["instead_of"]) == ("reminder", "letter", "phone")


def test_a_call_that_has_lost_its_reason_is_given_up_the_next_morning() -> None:
    books, _, action = handed_over("phone")
    write_books(PAID, company=books.company)
    assert no_longer_true([action.pk])[action.pk].code == "settled"
    propose(books, MONDAY + timedelta(days=1))
    action.refresh_from_db()
    assert (action.state, action.reason_code) == ("superseded", "settled")


def test_a_registered_letter_is_made_when_it_is_handed_over() -> None:
    _, _, action = handed_over("registered")
    assert full_path(action.file).read_bytes().startswith(b"%PDF")


def test_a_registered_letter_waits_while_the_company_has_no_address_to_write_from() -> None:
    books = books_with(LATE)
    policy_by(books.company, "registered")
    Company.objects.filter(pk=books.company.pk).update(address="")
    assert only_action(morning(books, MONDAY)).state == "approved"


@pytest.mark.parametrize(
    ("channel", "known", "way"),
    [
        ("phone", {"phone": ""}, "letter"),
        ("phone", {"phone": "12"}, "letter"),
        ("phone", {"phone": "", "address": ""}, "email"),
        ("sms", {"phone": "04 93 00 00 00"}, "email"),
        ("sms", {"phone": "04 93 00 00 00", "email": ""}, "letter"),
        ("sms", {"phone": "06 12 34 56 78"}, "sms"),
        ("registered", {"address": ""}, "email"),
        ("visit", {"address": ""}, "email"),
    ],
)
def test_where_a_steps_way_does_not_lead_the_next_one_is_taken(
    channel: str, known: dict[str, str], way: str
) -> None:
    books = books_with(LATE)
    Customer.objects.filter(company=books.company).update(**known)
    policy_by(books.company, channel)
    action = only_action(propose(books))
    assert action.channel == way
    assert action.reason_params.get("instead_of", channel) == channel
    assert ("instead_of" in action.reason_params) == (way != channel)
