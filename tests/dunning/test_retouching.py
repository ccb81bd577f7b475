"""A letter retouched by hand: out as Word, back as PDF, sent as it came back or not at all."""

from __future__ import annotations

import io
import zipfile

import pikepdf
import pytest
from django.urls import reverse

from exigible.dunning.composing import compose
from exigible.dunning.models import Action, RetouchedLetter
from exigible.dunning.services.retouching import attach_retouched, withdraw_retouched
from exigible.kernel.errors import Refused, UserMistake
from exigible.ledger.models import Customer
from exigible.timeline.models import Event
from tests.books import Books
from tests.dunning.reminders import MONDAY, approve_all, books_with, only_action, propose, send
from tests.dunning.test_screens import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def books() -> Books:
    return books_with("2026-09-01 invoice F-3 BETA 800.00 due 2026-11-10")


@pytest.fixture
def letter(books: Books) -> Action:
    Customer.objects.update(email="")
    return only_action(propose(books))


def pdf(pages: int = 1) -> bytes:
    made = io.BytesIO()
    with pikepdf.new() as document:
        for _page in range(pages):
            document.add_blank_page(page_size=(595, 842))
        document.save(made)
    return made.getvalue()


def test_a_letter_leaves_as_word_with_its_words_and_figures(books: Books, letter: Action) -> None:
    senior = signed_in(person(books.company))
    content = senior.get(reverse("reminder-word", args=["ACO", letter.pk])).content
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        text = package.read("word/document.xml").decode()
    for needed in ("Sauf erreur ou omission", "F-3", "800,00", "1 rue Haute", "<w:tblHeader/>"):
        assert needed in text


def test_a_retouched_pdf_is_what_is_sent_and_its_hash_is_on_the_timeline(
    books: Books, letter: Action
) -> None:
    content = pdf()
    kept = attach_retouched(action=letter, name="relu.pdf", content=content, by=None)
    approve_all(letter.run)
    send(letter.run)
    sent = only_action(letter.run)
    assert sent.file_sha256 == kept.sha256
    told = Event.objects.get(kind="letter-retouched").data
    assert (told["sha256"], told["name"]) == (kept.sha256, "relu.pdf")
    assert (
        signed_in(person(books.company)).get(reverse("reminder-letter", args=["ACO", sent.pk])).content
        == content
    )


def test_a_word_file_is_kept_and_not_sent(letter: Action) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr("word/document.xml", "<x/>")
    attach_retouched(action=letter, name="relu.docx", content=made.getvalue(), by=None)
    [message] = compose([only_action(letter.run)], MONDAY)
    assert message.retouched is None


def test_a_retouched_letter_whose_sum_has_changed_is_not_sent(books: Books, letter: Action) -> None:
    attach_retouched(action=letter, name="relu.pdf", content=pdf(), by=None)
    RetouchedLetter.objects.update(net_minor=1)
    [message] = compose([only_action(letter.run)], MONDAY)
    assert message.stop
    assert message.stop.code == "retouched-before"


@pytest.mark.parametrize("content", [b"", b"%PDF-nothing", b"PK\x03\x04", b"text"])
def test_what_is_neither_pdf_nor_word_is_refused(letter: Action, content: bytes) -> None:
    with pytest.raises(UserMistake, match="PDF or a Word file"):
        attach_retouched(action=letter, name="x", content=content, by=None)


def test_the_letter_of_the_program_can_be_sent_after_all(letter: Action) -> None:
    attach_retouched(action=letter, name="relu.pdf", content=pdf(), by=None)
    withdraw_retouched(action=letter, by=None)
    [message] = compose([only_action(letter.run)], MONDAY)
    assert message.retouched is None


def test_a_letter_that_has_left_is_not_retouched(letter: Action) -> None:
    approve_all(letter.run)
    send(letter.run)
    with pytest.raises(Refused, match="has not left"):
        attach_retouched(action=letter, name="x.pdf", content=pdf(), by=None)
