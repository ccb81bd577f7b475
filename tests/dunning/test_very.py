"""What a message says can be seen before it goes, and afterwards exactly as it went."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from pypdf import PdfReader

from exigible.dunning.services import approve
from exigible.dunning.views import very
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
    seen = very.email_seen(action)
    assert "1" in seen.subject
    assert "F-1" in seen.text
    assert "F-1" in seen.html
    [statement] = very.attached(action)
    assert statement.content.startswith(b"%PDF")


def test_what_would_stop_it_is_said() -> None:
    action = only_action(propose(books_with(ONE)))
    assert very.stop_sentence(very.compose_now(action)) == ""
    Customer.objects.update(is_insolvent=True)
    assert very.stop_sentence(very.compose_now(action))


def test_after_it_went_an_email_is_shown_exactly_as_it_was_sent(mail: MailServer) -> None:
    company = make_sender()
    company.logo.save("logo.png", ContentFile(PICTURE))
    run = propose(books_with(ONE, company=company))
    before = very.email_seen(only_action(run))
    approve(run=run, by=None)
    send(run)
    Customer.objects.update(name="Another name")
    action = only_action(run)
    seen = very.email_seen(action)
    assert seen.subject == before.subject
    assert seen.html.replace("\r\n", "\n") == before.html.replace("\r\n", "\n")
    assert "data:image/png;base64," in seen.html
    assert any(part.name.endswith(".pdf") for part in very.attached(action))


def test_a_letter_is_shown_before_and_after(files: Path) -> None:
    run = propose(books_with(ONE, email=""))
    assert "F-1" in PdfReader(io.BytesIO(very.letter_pdf(only_action(run)))).pages[0].extract_text()
    approve(run=run, by=None)
    send(run)
    action = only_action(run)
    assert very.letter_pdf(action) == (files / action.file).read_bytes()


def test_a_file_that_is_no_longer_as_it_was_sent_is_not_shown(files: Path) -> None:
    run = propose(books_with(ONE, email=""))
    approve(run=run, by=None)
    send(run)
    action = only_action(run)
    (files / action.file).write_bytes(b"%PDF another")
    with pytest.raises(Refused, match="no longer as it was sent"):
        very.letter_pdf(action)
