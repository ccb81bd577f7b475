"""What keeps approved messages in the house: settings that are missing, a day that has not come."""

from __future__ import annotations

import socket
import threading
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from exigible.dunning.models import Action, Run
from exigible.dunning.services import preview_run, send_run
from exigible.kernel.errors import Refused
from exigible.ledger.models import Company
from tests.books import Books
from tests.dunning.mailserver import MailServer
from tests.dunning.reminders import MONDAY, approve_all, books_with, morning, only_action, propose, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

ONE = "2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01"


def approved(text: str = ONE, **customer: object) -> Books:
    books = books_with(text, **customer)
    approve_all(propose(books))
    return books


def the_run(books: Books) -> Run:
    return Run.objects.get(company=books.company)


# --- what the company must have set ---

TWO = ONE + "\n2026-09-01 invoice F-2 ZETA 80.00 due 2026-10-01"


def test_without_a_postal_address_letters_wait_until_it_is_set(mail: MailServer, files: Path) -> None:
    books = approved(TWO)
    Action.objects.filter(customer__code="ZETA").update(channel="letter")
    Company.objects.update(address="")
    report = send(the_run(books))
    assert (report.states, report.problem) == ({"approved": 1, "sent": 1}, "no-sender-address")
    assert not list(files.rglob("*zeta*"))
    Company.objects.update(address="2 avenue Jean-Médecin")
    report = send(the_run(books))
    assert (report.states, report.problem) == ({"sent": 2}, "")


def test_an_email_that_carries_a_letter_waits_for_the_postal_address_too(mail: MailServer) -> None:
    books = books_with("2026-08-01 invoice F-1 ACME 1000.00 due 2026-10-01", address="")
    for day in (date(2026, 10, 8), date(2026, 10, 22)):
        morning(books, day)
    approve_all(propose(books))
    Company.objects.update(address="")
    run = Run.objects.get(day=MONDAY)
    assert only_action(run).step == "formal_notice"
    assert send(run).problem == "no-sender-address"
    assert only_action(run).state == "approved"


def test_without_an_email_address_letters_leave_and_emails_wait(mail: MailServer) -> None:
    books = approved(TWO)
    Action.objects.filter(customer__code="ZETA").update(channel="letter")
    Company.objects.update(email="")
    report = send(the_run(books))
    assert (report.states, report.problem) == ({"approved": 1, "sent": 1}, "no-sender")
    assert mail.messages == []


def test_without_an_iban_messages_leave(mail: MailServer) -> None:
    books = approved()
    Company.objects.update(iban="")
    assert send(the_run(books)).states == {"sent": 1}


# --- the day of a run ---


def test_asked_for_on_a_day_off_the_run_is_that_of_the_next_business_day() -> None:
    books = books_with(ONE)
    saturday = propose(books, date(2026, 11, 21))
    sunday = propose(books, date(2026, 11, 22))
    assert (saturday.pk, saturday.day) == (sunday.pk, MONDAY)
    assert preview_run(company=books.company, on=date(2026, 11, 22)).day == MONDAY


def test_nothing_is_sent_before_the_day_of_the_run_unless_it_is_asked_for(mail: MailServer) -> None:
    books = books_with(ONE)
    run = propose(books, MONDAY + timedelta(days=1))
    approve_all(run)
    with pytest.raises(Refused, match="24"):
        send_run(run=run, by=None)
    assert (Action.objects.get().state, mail.messages) == ("approved", [])
    assert send_run(run=run, by=None, early=True).states == {"sent": 1}


def test_with_implicit_tls_the_first_word_to_the_mail_server_is_encrypted(settings: Any) -> None:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = False, True

        def listen() -> None:
            connection, _ = server.accept()
            with connection:
                heard.append(connection.recv(2))

        listener = threading.Thread(target=listen)
        listener.start()
        assert send(the_run(approved())).problem == "mail-server-unreachable"
        listener.join(10)
    assert heard == [b"\x16\x03"]  # how a TLS handshake begins (RFC 8446, 5.1)
