"""What a message says can be seen before it goes, and afterwards exactly as it went."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from pypdf import PdfReader

from exigible.dunning.models import Action
from exigible.dunning.services import approve
from exigible.dunning.showing import show_email, show_letter
from exigible.kernel.errors import Refused
from exigible.ledger.models import Customer
from tests.dunning.mailserver import MailServer
from tests.dunning.reminders import books_with, make_sender, only_action, propose, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

ONE = "2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000"
    "050001a5f645400000000049454e44ae426082"
)


def test_before_it_goes_an_email_is_shown_as_it_would_go() -> None:
    action = only_action(propose(books_with(ONE)))
    shown = show_email(action)
    assert "1" in shown.subject
    assert "F-1" in shown.text
    assert "F-1" in shown.html
    assert (shown.is_as_sent, shown.stop, shown.attachments) == (False, None, ("statement.pdf",))


def test_what_would_stop_it_is_said() -> None:
    action = only_action(propose(books_with(ONE)))
    Customer.objects.update(is_insolvent=True)
    stop = show_email(action).stop
    assert stop is not None
    assert stop.code == "insolvent"


def test_after_it_went_an_email_is_shown_exactly_as_it_was_sent(mail: MailServer) -> None:
    company = make_sender()
    company.logo.save("logo.png", ContentFile(PICTURE))
    run = propose(books_with(ONE, company=company))
    before = show_email(only_action(run))
    approve(run=run, by=None)
    send(run)
    Customer.objects.update(name="Another name")
    shown = show_email(only_action(run))
    assert (shown.subject, shown.is_as_sent) == (before.subject, True)
    assert shown.html.replace("\r\n", "\n") == before.html.replace("\r\n", "\n")
    assert "data:image/png;base64," in shown.html
    assert any(name.endswith(".pdf") for name in shown.attachments)


def test_a_letter_is_shown_before_and_after(files: Path) -> None:
    run = propose(books_with(ONE, email=""))
    assert "F-1" in PdfReader(io.BytesIO(show_letter(only_action(run)))).pages[0].extract_text()
    approve(run=run, by=None)
    send(run)
    action = only_action(run)
    assert show_letter(action) == (files / action.file).read_bytes()


def test_of_a_message_whose_items_are_settled_there_is_nothing_to_show() -> None:
    run = propose(books_with(ONE))
    action = only_action(run)
    action.items.all().delete()
    with pytest.raises(Refused, match="settled"):
        show_letter(Action.objects.get(pk=action.pk))
