"""What was approved is sent once, with what is true at that moment, and each message is on the timeline."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import psycopg
import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from pypdf import PdfReader

from exigible.disputes.services import open_dispute
from exigible.dunning.models import Action, ActionItem, Policy, Run
from exigible.dunning.policies import change_policy, policies_in_force
from exigible.dunning.services import (
    approve,
    batch_for_printing,
    cancel_run,
    propose_run,
    resolve_ambiguous,
    send_run,
    stop_run,
)
from exigible.dunning.services.emails import EmailRound
from exigible.dunning.services.sending import LOCK
from exigible.kernel.errors import Refused
from exigible.ledger.models import Company, Customer
from exigible.ledger.services import add_item, allocate, change_due_date
from exigible.negotiation.services import make_promise
from exigible.team.services import add_user
from exigible.timeline.models import Event
from tests.books import Books
from tests.dunning.mailserver import MailServer
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

ONE = "2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01"


def approved(text: str = ONE, **customer: object) -> Books:
    books = books_with(text, **customer)
    approve_all(propose(books))
    return books


def the_run(books: Books) -> Run:
    return Run.objects.get(company=books.company)


def pay(books: Books, invoice: str, euros: int) -> None:
    payment = add_item(
        customer=books.customer("ACME"),
        document_type="payment",
        document_number="V-1",
        issued_on=MONDAY,
        due_on=MONDAY,
        amount_minor=-euros * 100,
        currency="EUR",
        by=None,
    )
    allocate(debit_item=books[invoice], credit_item=payment, amount_minor=euros * 100, by=None)


def text_of(pdf: bytes | Path) -> str:
    reader = PdfReader(io.BytesIO(pdf) if isinstance(pdf, bytes) else pdf)
    return (
        " ".join(page.extract_text() for page in reader.pages).replace("\u202f", " ").replace("\u00a0", " ")
    )


# --- e-mails ---


def test_an_email_goes_with_its_statement_and_is_kept_as_it_was_sent(mail: MailServer, files: Path) -> None:
    books = approved()
    report = send(the_run(books))
    assert (report.states, report.problem) == ({"sent": 1}, "")
    [message] = mail.messages
    assert mail.recipients == ["acme@example.net"]
    assert [part.get_content_type() for part in message.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
        "application/pdf",
    ]
    action = only_action(the_run(books))
    kept = (files / action.file).read_bytes()
    assert hashlib.sha256(kept).hexdigest() == action.file_sha256
    assert message_from_bytes(kept)["Message-ID"] == message["Message-ID"] == action.message_id
    assert (action.sent_minor, action.items.get().sent_minor) == (1200_00, 1200_00)


def test_a_sent_message_is_one_line_on_the_timeline(mail: MailServer) -> None:
    books = approved()
    send(the_run(books))
    send(the_run(books))
    event = Event.objects.get(customer=books.customer("ACME"), kind="email-sent")
    assert event.data["amount"] == "1200.00"
    assert event.data["documents"] == ["F-1"]
    assert event.data["message_id"] == mail.messages[0]["Message-ID"]


def test_one_connection_carries_many_messages(mail: MailServer) -> None:
    text = "\n".join(f"2026-09-01 invoice F-{n} C{n} 100.00 due 2026-10-01" for n in range(40))
    report = send(the_run(approved(text)))
    assert (report.states, len(mail.messages), mail.connections) == ({"sent": 40}, 40, 1)


def test_a_part_payment_since_the_approval_changes_the_amount(mail: MailServer) -> None:
    books = approved()
    pay(books, "F-1", 500)
    send(the_run(books))
    action = only_action(the_run(books))
    assert (action.net_minor, action.sent_minor) == (1200_00, 700_00)
    assert "700,00" in mail.messages[0]["Subject"]
    assert ActionItem.objects.get(action=action).sent_minor == 700_00


def test_what_was_settled_since_the_approval_is_not_sent(mail: MailServer) -> None:
    books = approved()
    pay(books, "F-1", 1200)
    report = send(the_run(books))
    assert (report.states, mail.messages) == ({"superseded": 1}, [])
    assert Event.objects.get(kind="reminder-held").data["why"] == "settled"


def test_a_credit_note_settles(mail: MailServer) -> None:
    books = approved()
    note = add_item(
        customer=books.customer("ACME"),
        document_type="credit_note",
        document_number="A-1",
        issued_on=MONDAY,
        due_on=MONDAY,
        amount_minor=-1200_00,
        currency="EUR",
        by=None,
    )
    assert send(the_run(books)).states == {"superseded": 1}
    assert Action.objects.get().problem == "payment-not-allocated"
    assert (note.open_minor, mail.messages) == (-1200_00, [])


def test_a_due_date_put_off_since_the_approval_stops_the_message(mail: MailServer) -> None:
    books = approved()
    change_due_date(item=books["F-1"], due_on=date(2026, 12, 31), by=None)
    assert send(the_run(books)).states == {"superseded": 1}
    assert (Action.objects.get().problem, mail.messages) == ("dates-passed", [])


def test_a_courtesy_approved_too_late_is_not_sent(mail: MailServer) -> None:
    books = approved("2026-10-01 invoice F-1 ACME 1200.00 due 2026-11-25")
    with time_machine.travel(datetime(2026, 11, 26, 9, tzinfo=UTC)):
        assert send(the_run(books)).states == {"superseded": 1}
    assert mail.messages == []


def test_an_item_left_out_of_the_message_has_taken_no_level(mail: MailServer) -> None:
    books = approved(ONE + "\n2026-09-01 invoice F-2 ACME 80.00 due 2026-10-01")
    pay(books, "F-1", 1200)
    send(the_run(books))
    levels = ActionItem.objects.order_by("item__document_number").values_list("level", "sent_minor")
    assert list(levels) == [(None, 0), (1, 80_00)]


def test_a_promise_made_since_the_approval_stops_the_message(mail: MailServer) -> None:
    books = approved()
    make_promise(
        customer=books.customer("ACME"), amount_minor=1200_00, currency="EUR", due_on=date(2026, 11, 30),
        by=None, happened_at=datetime(2026, 11, 23, 8, tzinfo=UTC),
    )  # fmt: skip
    assert (send(the_run(books)).states, mail.messages) == ({"superseded": 1}, [])


def test_what_was_contested_since_the_approval_is_not_asked_for(mail: MailServer) -> None:
    books = approved()
    open_dispute(item=books["F-1"], amount_minor=300_00, reason="quality", by=None)
    assert send(the_run(books)).states == {"sent": 1}
    assert ActionItem.objects.get().sent_minor == 900_00
    said = mail.messages[0].get_body(("plain",)).get_content().replace("\N{NO-BREAK SPACE}", " ")
    assert "900,00" in said.replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_with_a_test_address_every_email_goes_there_and_nowhere_else(mail: MailServer) -> None:
    books = books_with(ONE, company=make_sender(test_recipient="me@aco.example"))
    morning(books, MONDAY)
    assert mail.recipients == ["me@aco.example"]
    assert mail.messages[0]["To"] == "me@aco.example"


def test_an_unpaid_message_writes_the_next_step_with_the_date_of_the_last(mail: MailServer) -> None:
    books = books_with("2026-10-01 invoice F-1 ACME 1200.00 due 2026-11-02", address="")
    morning(books, date(2026, 11, 9))
    morning(books, MONDAY)
    assert "Malgré notre rappel du 09/11/2026" in mail.messages[1].get_body(("plain",)).get_content()


# --- what the mail server answers ---


def test_an_address_refused_for_good_is_not_tried_again_and_a_letter_goes_instead(mail: MailServer) -> None:
    mail.refuse["acme@example.net"] = "550 No such user"
    books = approved()
    assert send(the_run(books)).states == {"refused": 1}
    assert Action.objects.get().problem == "550 No such user"
    mail.refuse.clear()
    assert steps(propose(books)) == {"ACME": "reminder"}
    action = only_action(the_run(books))
    assert (action.channel, action.reason_params["instead_of"]) == ("letter", "email")


def test_a_temporary_refusal_waits_and_is_tried_again_later(mail: MailServer) -> None:
    mail.refuse["acme@example.net"] = "451 Greylisted"
    books = approved()
    report = send(the_run(books))
    action = only_action(the_run(books))
    assert (report.waiting, action.state, action.attempts) == (1, "approved", 1)
    assert action.not_before > timezone.now()
    mail.refuse.clear()
    assert send(the_run(books)).states == {"approved": 1}
    Action.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    assert send(the_run(books)).states == {"sent": 1}


def test_a_message_that_no_server_takes_fails_without_blaming_the_address(mail: MailServer) -> None:
    mail.refuse_text = "554 Too large"
    assert send(the_run(approved())).states == {"failed": 1}


def test_a_server_that_dies_before_its_answer_leaves_the_message_ambiguous(mail: MailServer) -> None:
    mail.die_after_text = 1
    books = approved(ONE + "\n2026-09-01 invoice F-2 ZETA 80.00 due 2026-10-01")
    assert send(the_run(books)).states == {"ambiguous": 1, "sent": 1}
    assert send(the_run(books)).states == {"ambiguous": 1, "sent": 1}
    assert len(mail.messages) == 2
    assert Event.objects.filter(kind="reminder-ambiguous").count() == 1


def test_without_a_mail_server_letters_go_and_emails_wait(settings: object, files: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST = ""  # type: ignore[attr-defined]
    books = approved(ONE + "\n2026-09-01 invoice F-2 ZETA 80.00 due 2026-10-01")
    Action.objects.filter(customer__code="ZETA").update(channel="letter")
    report = send(the_run(books))
    assert (report.states, report.problem) == ({"approved": 1, "sent": 1}, "mail-not-configured")


def test_a_mail_server_that_is_down_loses_nothing(mail: MailServer, settings: object) -> None:
    books = approved()
    settings.EMAIL_PORT = 9  # type: ignore[attr-defined]
    report = send(the_run(books))
    assert (report.problem, report.states) == ("mail-server-unreachable", {"approved": 1})
    assert Action.objects.get().attempts == 0
    settings.EMAIL_PORT = mail.port  # type: ignore[attr-defined]
    assert send(the_run(books)).states == {"sent": 1}


def test_a_company_without_an_address_to_write_from_sends_no_email(mail: MailServer) -> None:
    books = approved()
    Company.objects.update(email="")
    assert send(the_run(books)).problem == "no-sender"
    assert Action.objects.get().state == "approved"


# --- what a person says of an ambiguous message ---


@pytest.mark.parametrize(
    ("outcome", "state", "arrived"), [("sent", "sent", 1), ("again", "sent", 2), ("dropped", "failed", 1)]
)
def test_a_person_says_what_became_of_an_ambiguous_message(
    mail: MailServer, outcome: str, state: str, arrived: int
) -> None:
    mail.die_after_text = 1
    books = approved()
    send(the_run(books))
    resolve_ambiguous(action=Action.objects.get(), outcome=outcome, by=None)
    send(the_run(books))
    assert Action.objects.get().state == state
    assert len(mail.messages) == arrived
    assert len(set(mail.ids())) == 1
    with pytest.raises(Refused):
        resolve_ambiguous(action=Action.objects.get(), outcome=outcome, by=None)


def test_until_it_is_resolved_an_ambiguous_message_holds_the_next_run(mail: MailServer) -> None:
    mail.die_after_text = 1
    books = approved()
    send(the_run(books))
    assert held(propose(books, MONDAY + timedelta(days=14))) == {"ACME": "message-pending"}


# --- letters ---


def test_a_letter_is_a_file_with_the_very_items_and_one_line_on_the_timeline(files: Path) -> None:
    books = approved(email="")
    assert send(the_run(books)).states == {"sent": 1}
    action = only_action(the_run(books))
    said = text_of(files / action.file)
    assert "F-1" in said
    assert "1 200,00" in said
    assert Event.objects.get(kind="letter-sent").data["file"] == action.file


def test_letters_of_a_run_come_in_one_file_for_the_printing_house(files: Path) -> None:
    books = approved(ONE + "\n2026-09-01 invoice F-2 ZETA 80.00 due 2026-10-01", email="")
    assert batch_for_printing(the_run(books)) is None
    send(the_run(books))
    batch = batch_for_printing(the_run(books))
    assert batch is not None
    assert "F-1" in text_of(batch)
    assert "F-2" in text_of(batch)


def test_a_formal_notice_in_france_adds_interest_and_forty_euros_with_the_working(files: Path) -> None:
    books = books_with("2026-08-01 invoice F-1 ACME 1000.00 due 2026-10-01", email="")
    for day in (date(2026, 10, 8), date(2026, 10, 22), MONDAY):
        run = morning(books, day)
    action = only_action(run)
    # 53 days at 12.40 % on 1,000.00, and the indemnity.
    assert (action.step, action.sent_minor) == ("formal_notice", 1000_00 + 18_01 + 40_00)
    said = text_of(files / action.file)
    for words in ("Mise en demeure", "L441-10", "12,40", "18,01", "40,00"):
        assert words in said


@pytest.mark.parametrize("country", ["MC", "MG"])
def test_elsewhere_nothing_is_added_that_the_contract_does_not_say(files: Path, country: str) -> None:
    company = make_sender(country=country)
    books = books_with("2026-08-01 invoice F-1 ACME 1000.00 due 2026-10-01", company=company, email="")
    for day in (date(2026, 10, 8), date(2026, 10, 22), MONDAY):
        run = morning(books, day)
    action = only_action(run)
    assert action.sent_minor == 1000_00
    assert "L441-10" not in text_of(files / action.file)


def test_the_rate_of_the_contract_is_claimed_where_there_is_one(files: Path) -> None:
    company = make_sender(country="MC", late_interest_rate="6.000")
    books = books_with("2026-08-01 invoice F-1 ACME 1000.00 due 2026-10-01", company=company, email="")
    for day in (date(2026, 10, 8), date(2026, 10, 22), MONDAY):
        run = morning(books, day)
    assert only_action(run).sent_minor == 1000_00 + 8_71


def test_an_individual_is_never_asked_for_the_forty_euros(files: Path) -> None:
    books = books_with("2026-08-01 invoice F-1 ACME 1000.00 due 2026-10-01", email="", kind="individual")
    for day in (date(2026, 10, 8), date(2026, 10, 22), MONDAY):
        run = morning(books, day)
    action = only_action(run)
    assert action.sent_minor == 1000_00
    assert "1344-1" in text_of(files / action.file)


# --- runs ---


def test_a_stopped_run_keeps_what_is_approved_and_goes_on_later(
    mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = approved(ONE + "\n2026-09-01 invoice F-2 ZETA 80.00 due 2026-10-01")
    settle = EmailRound._settle

    def settle_and_stop(*arguments: Any) -> None:
        settle(*arguments)
        stop_run(run=the_run(books), by=None)

    with monkeypatch.context() as patched:
        patched.setattr(EmailRound, "_settle", settle_and_stop)
        assert send(the_run(books)).states == {"approved": 1, "sent": 1}
    assert the_run(books).state == "stopped"
    assert send(the_run(books)).states == {"sent": 2}
    assert (the_run(books).state, len(mail.ids())) == ("done", 2)


def test_approving_asks_for_the_right_to(mail: MailServer) -> None:
    books = books_with(ONE)
    run = propose(books)
    collector = add_user(company=books.company, email="c@aco.example", role="collector", by=None)
    senior = add_user(company=books.company, email="s@aco.example", role="senior", by=None)
    with pytest.raises(Refused, match="approval"):
        approve(run=run, by=collector.pk)
    assert approve(run=run, by=senior.pk) == 1
    assert approve(run=run, by=senior.pk) == 0


def test_a_step_that_needs_no_approval_may_be_let_go_by_whoever_collects() -> None:
    books = books_with(ONE)
    policies_in_force(books.company)
    policy = Policy.objects.get()
    free = [step | {"needs_approval": step["key"] != "reminder"} for step in policy.steps]
    change_policy(policy=policy, by=None, steps=free)
    run = propose(books)
    collector = add_user(company=books.company, email="c@aco.example", role="collector", by=None)
    assert approve(run=run, by=collector.pk) == 1


@pytest.mark.django_db(transaction=True)
def test_a_run_that_is_being_sent_is_not_sent_by_another_nor_proposed_again(mail: MailServer) -> None:
    books = approved()
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    parameters.pop("context", None)
    with psycopg.connect(**parameters) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK, the_run(books).pk])
        with pytest.raises(Refused, match="being sent"):
            send_run(run=the_run(books), by=None)
        Run.objects.update(state="sending")
        with pytest.raises(Refused, match="being sent"):
            propose_run(company=books.company, on=MONDAY, by=None)


def test_a_run_whose_sender_was_killed_can_be_proposed_and_sent_again(mail: MailServer) -> None:
    books = approved(ONE + "\n2026-09-01 invoice F-2 ZETA 80.00 due 2026-10-01")
    Run.objects.update(state="sending")
    Action.objects.filter(customer__code="ZETA").update(state="reserved")
    run = propose(books)
    assert run.state == "approved"
    assert send(run).states == {"ambiguous": 1, "sent": 1}
    assert mail.recipients == ["acme@example.net"]


def test_an_address_that_is_none_stops_one_message_and_not_the_others(mail: MailServer) -> None:
    books = approved(ONE + "\n2026-09-01 invoice F-2 ZETA 80.00 due 2026-10-01")
    Action.objects.filter(customer__code="ACME").update(recipient="acme@@nowhere, the net\n")
    assert send(the_run(books)).states == {"refused": 1, "sent": 1}
    assert mail.recipients == ["zeta@example.net"]


def test_a_proposal_can_be_thrown_away_until_something_of_it_was_approved(mail: MailServer) -> None:
    books = books_with(ONE)
    first = propose(books)
    cancel_run(run=first, by=None)
    second = propose(books)
    assert (first.pk == second.pk, steps(second)) == (False, {"ACME": "reminder"})
    approve_all(second)
    with pytest.raises(Refused, match="approved or sent"):
        cancel_run(run=second, by=None)


def test_what_was_sent_before_a_customer_changed_its_address_is_as_it_was(mail: MailServer) -> None:
    books = approved()
    send(the_run(books))
    Customer.objects.update(email="new@example.net")
    assert only_action(the_run(books)).recipient == "acme@example.net"
