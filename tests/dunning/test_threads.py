"""The reminders to one address are one conversation there, and each company writes as itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from exigible.dunning.models import Action
from tests.dunning.mailserver import MailServer
from tests.dunning.reminders import MONDAY, books_with, make_sender, morning

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

LATE = "2026-10-01 invoice FA-1 ACME 1000.00 due 2026-11-10"


def test_a_second_reminder_answers_the_first_so_that_they_stand_together(mail: MailServer) -> None:
    books = books_with(LATE, address="")
    morning(books, MONDAY)
    later = MONDAY + timedelta(days=21)
    with time_machine.travel(f"{later} 09:00"):
        morning(books, later)
    first, second = mail.messages
    assert first["In-Reply-To"] is None
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"]
    assert first["Message-ID"] != second["Message-ID"]


def test_a_reminder_is_no_list_that_one_leaves(mail: MailServer) -> None:
    morning(books_with(LATE), MONDAY)
    assert mail.messages[0]["List-Unsubscribe"] is None


def test_each_company_writes_from_its_own_address(mail: MailServer) -> None:
    for code in ("ONE", "TWO"):
        company = make_sender(code, email=f"compta@{code.lower()}.example")
        morning(books_with(LATE, company=company), MONDAY)
    senders = [message["From"] for message in mail.messages]
    assert senders == ["Company ONE <compta@one.example>", "Company TWO <compta@two.example>"]
    assert Action.objects.filter(state="sent").count() == 2
