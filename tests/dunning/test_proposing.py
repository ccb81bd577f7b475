"""The morning run proposes: what goes out, what is held back and why; asked again, it gives the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exigible.disputes.services import open_dispute, resolve_dispute
from exigible.dunning.facts import open_reading
from exigible.dunning.models import Action, ActionItem, HeldBack, Policy, Run
from exigible.dunning.policies import change_policy, policies_in_force
from exigible.dunning.reasons import reason_sentence
from exigible.dunning.services import exclude_actions, include_actions, preview_run, propose_run
from exigible.kernel.errors import Refused, UserMistake
from exigible.ledger.edits import pause_dunning
from exigible.ledger.models import Contact, Customer
from exigible.ledger.services import allocate, change_due_date
from exigible.negotiation.services import make_promise
from exigible.timeline.models import Event
from exigible.timeline.services import record_event
from tests.books import Books, write_books
from tests.dunning.reminders import (
    MONDAY,
    approve_all,
    books_with,
    held,
    make_sender,
    morning,
    only_action,
    propose,
    send,
    steps,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def test_a_run_proposes_one_message_a_customer_with_its_items_and_its_reason() -> None:
    books = books_with("""
        2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01
        2026-10-12 invoice F-2 ACME  300.00 due 2026-11-11
        2026-11-01 invoice F-3 ACME  500.00 due 2026-12-31
        2026-10-12 invoice F-4 ZETA   80.00 due 2026-11-12
        2026-11-20 credit_note A-1 ACME -100.00
    """)
    run = propose(books)
    action = Action.objects.get(run=run, customer__code="ACME")
    assert steps(run) == {"ACME": "reminder", "ZETA": "reminder"}
    assert (action.gross_minor, action.credits_minor, action.net_minor) == (1500_00, -100_00, 1400_00)
    assert list(
        action.items.order_by("pk").values_list("item__document_number", "level", "amount_minor")
    ) == [
        ("F-1", 1, 1200_00),
        ("F-2", 1, 300_00),
    ]
    assert (action.channel, action.recipient, action.language) == ("email", "acme@example.net", "fr")
    assert (action.reason_code, action.reason_params["days_late"]) == ("step-reached", 53)


def test_the_same_morning_proposed_twice_gives_the_same() -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01")
    first = propose(books)
    seen = list(Action.objects.values_list("run", "customer", "step", "net_minor", "state"))
    second = propose(books)
    assert second.pk == first.pk
    assert list(Action.objects.values_list("run", "customer", "step", "net_minor", "state")) == seen
    assert ActionItem.objects.count() == 1


def test_a_run_made_again_after_it_was_sent_does_not_escalate_and_sends_nothing() -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01")
    run = morning(books, MONDAY)
    again = morning(books, MONDAY)
    assert again.pk == run.pk
    assert steps(again) == {"ACME": "reminder"}
    assert Action.objects.filter(state="sent").count() == 1


def test_a_proposal_nobody_approved_gives_way_to_the_next_one() -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01")
    monday, tuesday = propose(books), propose(books, MONDAY + timedelta(days=1))
    assert (steps(monday), steps(tuesday)) == ({}, {"ACME": "reminder"})
    assert Action.objects.get(run=monday).problem == "newer-proposal"


def test_a_message_approved_and_not_yet_sent_holds_the_next_run() -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01")
    approve_all(propose(books))
    assert held(propose(books, MONDAY + timedelta(days=14))) == {"ACME": "message-pending"}


def test_steps_follow_each_other_at_their_days_whatever_mornings_were_missed() -> None:
    books = books_with("2026-10-01 invoice F-1 ACME 1200.00 due 2026-11-02")
    said = {}
    for day in (date(2026, 11, 9), date(2026, 11, 23), date(2026, 12, 17)):
        said[day] = steps(morning(books, day))["ACME"]
    assert list(said.values()) == ["reminder", "firm", "formal_notice"]
    assert steps(morning(books, date(2027, 1, 18))) == {}


def test_a_level_is_taken_once_by_an_item_and_the_database_holds_it() -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01")
    action = only_action(propose(books))
    other = Run.objects.create(
        company=books.company, day=date(2027, 1, 4), policy_version=1, proposed_at=action.run.proposed_at
    )
    action.pk, action.run = None, other
    action.save()
    with pytest.raises(IntegrityError, match="dunning_level_once"), transaction.atomic():
        ActionItem.objects.create(
            company=books.company, action=action, item=books["F-1"], level=1, amount_minor=1
        )


def test_a_message_cannot_speak_of_the_items_of_someone_else() -> None:
    books = books_with("""
        2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01
        2026-09-01 invoice F-2 ZETA 1200.00 due 2026-12-01
    """)
    action = only_action(propose(books))
    with pytest.raises(IntegrityError, match="items of its customer"), transaction.atomic():
        ActionItem.objects.create(
            company=books.company, action=action, item=books["F-2"], level=None, amount_minor=1
        )


def test_what_was_sent_is_neither_changed_nor_deleted() -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01")
    action = only_action(morning(books, MONDAY))
    for act in (
        lambda: Action.objects.filter(pk=action.pk).update(net_minor=1, gross_minor=1),
        lambda: Action.objects.filter(pk=action.pk).update(state="proposed"),
        lambda: ActionItem.objects.filter(action=action).update(level=3),
        lambda: ActionItem.objects.filter(action=action).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


# --- what holds back ---


def test_a_payment_seen_but_not_lettered_holds_back_until_it_is() -> None:
    books = books_with("""
        2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01
        2026-11-20 payment V-1 ACME -1200.00
    """)
    assert held(propose(books)) == {"ACME": "payment-not-allocated"}
    allocate(debit_item=books["F-1"], credit_item=books["V-1"], amount_minor=1200_00, by=None)
    run = propose(books)
    assert (steps(run), held(run)) == ({}, {})


def test_a_promise_of_today_stops_tomorrows_letter_and_its_break_restarts() -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01")
    promise(books, 1200_00, date(2026, 11, 25))
    assert held(propose(books)) == {"ACME": "promise-not-due"}
    assert held(propose(books, date(2026, 11, 30))) == {"ACME": "promise-not-due"}  # a transfer takes days
    assert steps(propose(books, date(2026, 12, 1))) == {"ACME": "reminder"}


def test_a_promise_of_part_leaves_the_rest_claimed() -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01")
    promise(books, 500_00, date(2026, 11, 25))
    assert propose(books).actions.get().net_minor == 700_00


def test_a_promise_kept_in_part_covers_what_is_left_of_it() -> None:
    books = books_with("""
        2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01
        2026-11-23 payment V-1 ACME -300.00
    """)
    promise(books, 500_00, date(2026, 11, 25))
    action = propose(books).actions.get()
    assert (action.gross_minor, action.credits_minor, action.net_minor) == (1000_00, -300_00, 700_00)


def promise(books: Books, minor: int, due_on: date) -> None:
    make_promise(
        customer=books.customer("ACME"), amount_minor=minor, currency="EUR", due_on=due_on, by=None,
        happened_at=datetime(2026, 11, 20, 9, tzinfo=UTC),
    )  # fmt: skip


def test_a_dispute_on_300_of_1200_leaves_900_claimed_until_it_is_resolved() -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01")
    dispute = open_dispute(item=books["F-1"], amount_minor=300_00, reason="quality", by=None)
    action = propose(books).actions.get()
    assert (action.net_minor, action.items.get().amount_minor) == (900_00, 900_00)
    resolve_dispute(dispute=dispute, outcome="owed", by=None)
    assert propose(books).actions.exclude(state="superseded").get().net_minor == 1200_00


def test_a_call_of_yesterday_holds_todays_reminder() -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01")
    record_event(company_id=books.company.pk, customer_id=books.customer("ACME").pk, kind="call", by=None)
    assert held(propose(books, MONDAY + timedelta(days=1))) == {"ACME": "contacted-recently"}


@pytest.mark.parametrize(
    ("customer", "reason"),
    [
        ({"is_insolvent": True}, "insolvent"),
        ({"email": "", "address": ""}, "no-address"),
        ({"email": "pas", "address": ""}, "no-address"),
        ({"country": "MC"}, None),
    ],
)
def test_what_the_customers_file_says_is_followed(customer: dict[str, object], reason: str | None) -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01", **customer)
    assert held(propose(books)) == ({"ACME": reason} if reason else {})


def test_what_is_no_address_is_not_written_to_and_a_letter_goes_instead() -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01", email="pas")
    action = only_action(propose(books))
    assert (action.channel, action.recipient) == ("letter", "")


def test_a_holiday_of_the_debtors_country_holds_and_not_one_of_the_creditors() -> None:
    text = "2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01"
    sainte_devote = date(2027, 1, 27)
    monaco = books_with(text, country="MC")
    assert held(propose(monaco, sainte_devote)) == {"ACME": "not-a-business-day"}
    france = books_with(text, company=make_sender("MCO", country="MC"), country="FR")
    assert steps(propose(france, sainte_devote)) == {"ACME": "reminder"}


def test_the_contact_who_pays_is_written_to_in_its_language() -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01")
    known = {"company": books.company, "customer": books.customer("ACME")}
    Contact.objects.create(name="Sales", role="purchasing", email="buyer@example.net", **known)
    Contact.objects.create(name="Paul", email="paul@example.net", language="en", **known)
    Contact.objects.create(name="Left", email="left@example.net", left_on=MONDAY, **known)
    action = only_action(propose(books))
    assert (action.recipient, action.language) == ("paul@example.net", "en")


def test_a_customer_in_no_policy_is_on_a_list() -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01", country="IT")
    [standard] = policies_in_force(books.company)
    change_policy(policy=Policy.objects.get(pk=standard.policy_id), by=None, country="FR")
    assert held(propose(books)) == {"ACME": "no-policy"}


# --- dates ---


def test_a_past_day_is_decided_on_the_amounts_of_that_day() -> None:
    books = books_with("""
        2026-03-01 invoice F-1 ACME 1200.00 due 2026-04-01
        2026-06-10 payment V-1 ACME -1200.00
        2026-06-10 letter  F-1 V-1 1200.00
    """)
    [then] = preview_run(company=books.company, on=date(2026, 5, 4)).actions
    assert then.decision.net_minor == 1200_00
    assert preview_run(company=books.company, on=MONDAY).actions == []


def test_a_pause_dated_back_is_honoured_on_its_days_and_on_no_day_before() -> None:
    books = books_with("2026-08-01 invoice F-1 ACME 1200.00 due 2026-09-01")
    pause_dunning(
        customer=books.customer("ACME"), starts_on=date(2026, 11, 4), until=date(2026, 11, 27),
        reason="Audit", by=None,
    )  # fmt: skip
    told = {
        day: preview_run(company=books.company, on=date(2026, 11, day)).held_back
        for day in (3, 4, 20, 27, 30)
    }
    assert {day: [one.decision.reason.code for one in held] for day, held in told.items()} == {
        3: [], 4: ["paused"], 20: ["paused"], 27: ["paused"], 30: [],
    }  # fmt: skip


def test_a_pause_to_come_holds_by_itself_when_its_day_comes() -> None:
    books = books_with("2026-10-20 invoice F-1 ACME 1200.00 due 2026-11-20")
    pause_dunning(
        customer=books.customer("ACME"), starts_on=date(2026, 12, 1), until=date(2026, 12, 20),
        reason="inventaire", by=None,
    )  # fmt: skip
    run = propose(books, date(2026, 12, 1))
    assert (steps(run), held(run)) == ({}, {"ACME": "paused"})
    assert HeldBack.objects.get(run=run).reason_params == {"until": "2026-12-20", "why": "inventaire"}
    assert steps(propose(books, date(2026, 12, 21))) == {"ACME": "reminder"}


def test_a_message_approved_before_a_pause_to_come_begins_does_not_leave_on_its_first_day() -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01")
    pause_dunning(
        customer=books.customer("ACME"), starts_on=MONDAY + timedelta(days=1),
        until=MONDAY + timedelta(days=9), reason="inventaire", by=None,
    )  # fmt: skip
    run = propose(books)
    approve_all(run)
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        send(run)
    assert steps(run) == {}


def test_a_pause_dated_back_stops_what_was_approved_before_it() -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01")
    run = propose(books)
    approve_all(run)
    pause_dunning(
        customer=books.customer("ACME"), starts_on=date(2026, 11, 20), until=date(2026, 11, 27),
        reason="Audit", by=None,
    )  # fmt: skip
    send(run)
    assert steps(run) == {}


def test_the_end_of_a_policy_is_on_the_list_of_the_run_with_what_to_do() -> None:
    books = books_with("2026-06-01 invoice F-1 ACME 1200.00 due 2026-07-01")
    for day in (date(2026, 8, 3), date(2026, 8, 17), date(2026, 9, 1)):
        morning(books, day)
    assert held(propose(books, date(2026, 9, 15))) == {}
    run = propose(books, date(2026, 9, 16))
    assert held(run) == {"ACME": "policy-ended"}
    one = HeldBack.objects.get(run=run)
    assert (one.reason_params["ending"], one.net_minor) == ("litigation", 1200_00)


def test_a_preview_writes_nothing() -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01")
    preview = preview_run(company=books.company, on=MONDAY)
    assert (len(preview.actions), preview.policy_version) == (1, 1)
    assert not Run.objects.exists()


def test_two_currencies_are_two_messages_never_one_sum() -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01")
    books.company.currency = "USD"
    write_books("2026-09-01 invoice F-2 ACME 50.00 due 2026-10-01", company=books.company)
    amounts = Action.objects.filter(run=propose(books)).values_list("currency", "net_minor")
    assert set(amounts) == {("EUR", 1200_00), ("USD", 50_00)}


# --- deciding on lines ---


def test_a_line_left_out_stays_out_when_the_day_is_proposed_again() -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01")
    run = propose(books)
    action = only_action(run)
    assert exclude_actions(run=run, actions=[action.pk], by=None) == 1
    assert steps(propose(books)) == {}
    assert include_actions(run=run, actions=[action.pk], by=None) == 1
    assert steps(run) == {"ACME": "reminder"}
    kinds = Event.objects.filter(customer=books.customer("ACME")).values_list("kind", flat=True)
    assert {"reminder-excluded", "reminder-included"} <= set(kinds)


def test_a_line_is_not_taken_back_in_once_a_later_run_speaks_to_the_customer() -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01")
    run = propose(books)
    action = only_action(run)
    exclude_actions(run=run, actions=[action.pk], by=None)
    propose(books, MONDAY + timedelta(days=1))
    with pytest.raises(Refused, match="later run"):
        include_actions(run=run, actions=[action.pk], by=None)


# --- policies ---


def test_a_company_starts_with_the_policy_of_its_country() -> None:
    books = books_with("")
    [policy] = policies_in_force(books.company)
    assert [(s.key, s.days) for s in policy.steps] == [
        ("courtesy", -5),
        ("reminder", 7),
        ("firm", 21),
        ("formal_notice", 45),
    ]
    assert (policy.version, policy.minimum_minor) == (1, 10_00)


def test_a_changed_policy_is_a_new_version_and_the_old_one_stays() -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01")
    run = propose(books)
    first = Policy.objects.get(company=books.company)
    second = change_policy(policy=first, by=None, minimum_minor=5000_00)
    assert (run.policy_version, second.version, propose(books).policy_version) == (1, 2, 2)
    assert held(run) == {"ACME": "below-minimum"}
    with pytest.raises(UserMistake, match="meanwhile"):
        change_policy(policy=first, by=None, minimum_minor=0)
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        Policy.objects.filter(pk=first.pk).update(minimum_minor=0)


@pytest.mark.parametrize(
    "changed",
    [{"days": 3}, {"days": 60}, {"channel": "pigeon"}, {"key": "threat"}, {"tone": "rude"}, {"days": "x"}],
)
def test_steps_that_cannot_be_are_refused(changed: dict[str, object]) -> None:
    books = books_with("")
    policies_in_force(books.company)
    policy = Policy.objects.get(company=books.company)
    wrong = [step | changed if step["key"] == "firm" else step for step in policy.steps]
    with pytest.raises(UserMistake):
        change_policy(policy=policy, by=None, steps=wrong)


# --- cost ---


def test_the_number_of_statements_does_not_grow_with_the_customers() -> None:
    few = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01")
    many = books_with(
        "\n".join(f"2026-09-01 invoice F-{n} C{n} 1200.00 due 2026-10-01" for n in range(20)),
        company=make_sender("MANY"),
    )
    counts = []
    for books in (few, many):
        policies_in_force(books.company)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            propose_run(company=books.company, on=MONDAY, by=None)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_facts_are_read_for_those_asked_only() -> None:
    books = books_with("""
        2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01
        2026-09-01 invoice F-2 ZETA 1200.00 due 2026-10-01
    """)
    reading = open_reading(books.company, MONDAY, policies_in_force(books.company), today=MONDAY)
    [(facts, policy)] = reading.facts([books.customer("ZETA").pk])
    assert (facts.customer_id, policy is not None) == (books.customer("ZETA").pk, True)
    assert facts.items[0].open_minor == 1200_00
    assert Decimal(facts.unallocated_minor) == 0
    assert Customer.objects.count() == 2


def test_an_old_item_is_left_to_a_person_whatever_else_is_asked_for() -> None:
    books = books_with(
        """
        2020-09-01 invoice F-1 ACME 1200.00 due 2020-10-01
        2026-10-01 invoice F-2 ACME 300.00 due 2026-11-01
        """,
        email="",
    )
    morning(books, MONDAY)
    action = Action.objects.get()
    assert [line.item.document_number for line in action.items.all()] == ["F-2"]
    said = " ".join(reason_sentence(action.reason_code, action.reason_params, "EUR").split())
    assert "1 poste de 1 200,00 €, trop ancien" in said
    change_due_date(item=books["F-2"], due_on=date(2026, 12, 31), by=None)
    later = propose(books, date(2026, 11, 30))
    assert held(later) == {"ACME": "too-old"}
