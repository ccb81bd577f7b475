"""A company's own words: versions kept, one told of another, a message in the words it was approved in."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exigible.documents.letters import render_letters
from exigible.dunning.composing import Message, compose
from exigible.dunning.models import Action, Template
from exigible.dunning.policies import change_policy, policies_in_force
from exigible.dunning.texts.parts import TONES, Key, Words
from exigible.dunning.texts.preview import SITUATIONS, suggested_customer, try_words
from exigible.dunning.texts.versions import (
    WordsRefused,
    ban_words,
    history,
    our_words,
    restore_template,
    save_template,
    withdraw_template,
    words_at,
)
from exigible.kernel.errors import Refused
from exigible.ledger.models import Company, Customer
from exigible.negotiation.services import make_promise
from exigible.timeline.models import Event
from tests.books import Books
from tests.dunning.reminders import MONDAY, approve_all, books_with, only_action, propose, send
from tests.dunning.test_screens import act, page, person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

BOOKS = "2026-09-01 invoice F-3 BETA 800.00 due 2026-11-10"
KEY = Key("reminder", "fr")
MINE = Words("Rappel de {total}", "Bonjour,\n\nIl reste {total} à payer.\n\n{items}\n\nMerci,")


@pytest.fixture
def books() -> Books:
    return books_with(BOOKS)


def save(books: Books, text: str = "", key: Key = KEY, base: int = 0, **parts: str) -> Template:
    known = MINE.as_dict() | ({"email_body": f"{text} {{total}}\n\n{{items}}"} if text else {}) | parts
    return save_template(company=books.company, key=key, words=Words(**known), base_version=base, by=None)


def composed(books: Books, on: date = MONDAY) -> Message:
    [message] = compose([only_action(propose(books, on))], on)
    return message


# --- versions ---


def test_the_standard_words_speak_until_a_company_has_its_own(books: Books) -> None:
    assert composed(books).voice.version == 0
    save(books, "Bonjour, il reste")
    message = composed(books)
    assert message.voice.version == 1
    assert message.letter.body[0].startswith("Bonjour, il reste 800,00")


def test_every_version_is_kept_and_does_not_change(books: Books) -> None:
    save(books, "Un")
    two = save(books, "Deux", base=1)
    assert [row.version for row in history(books.company, KEY)] == [2, 1]
    assert words_at(books.company, KEY, 1).email_body.startswith("Un")
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        Template.objects.filter(pk=two.pk).update(sms="autre")
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        two.delete()


def test_two_people_at_the_same_words_the_second_is_told(books: Books) -> None:
    save(books, "Un")
    with pytest.raises(Refused, match="meanwhile") as refusal:
        save(books, "Deux", base=0)
    assert refusal.value.code == "template-changed-meanwhile"
    assert history(books.company, KEY)[0].email_body.startswith("Un")


def test_words_with_a_fault_are_not_saved_at_all(books: Books) -> None:
    with pytest.raises(WordsRefused) as refusal:
        save(books, sms="{previous_on}")
    assert [(f.code, f.part) for f in refusal.value.faults] == [("not-always-known", "sms")]
    assert not Template.objects.exists()


def test_one_goes_back_to_an_older_version_and_to_the_standard_words(books: Books) -> None:
    save(books, "Un")
    save(books, "Deux", base=1)
    again = restore_template(company=books.company, key=KEY, version=1, base_version=2, by=None)
    assert (again.version, again.restores) == (3, 1)
    assert composed(books).letter.body[0].startswith("Un")
    restore_template(company=books.company, key=KEY, version=0, base_version=3, by=None)
    assert composed(books).voice.version == 0
    assert words_at(books.company, KEY, 4) == our_words(KEY, "FR")


def test_the_most_precise_words_are_the_customers(books: Books) -> None:
    save(books, "Tous")
    save(books, "Public", Key("reminder", "fr", kind="public"))
    save(books, "Monaco", Key("reminder", "fr", country="MC"))
    assert composed(books).letter.body[0].startswith("Tous")
    Customer.objects.update(kind="public")
    assert composed(books).letter.body[0].startswith("Public")
    Customer.objects.update(country="MC")
    assert composed(books).letter.body[0].startswith("Monaco")
    key = Key("reminder", "fr", country="MC")
    withdraw_template(company=books.company, key=key, base_version=1, by=None)
    assert composed(books).letter.body[0].startswith("Public")


def test_banned_words_are_those_of_the_company(books: Books) -> None:
    assert ban_words(company=books.company, words=" à bientôt \n\nà bientôt", by=None) == "à bientôt"
    with pytest.raises(WordsRefused):
        save(books, "À bientôt,")


# --- the words of a message ---


def test_what_was_approved_leaves_in_the_words_it_was_approved_in(books: Books) -> None:
    run = propose(books)
    approve_all(run)
    with time_machine.travel(datetime(2026, 11, 23, 9, tzinfo=UTC)):
        save(books, "Plus tard")
        [message] = compose([only_action(run)], MONDAY)
        assert message.voice.version == 0
        send(run)
    assert "Plus tard" not in mail.outbox[0].body
    assert "Sauf erreur" in mail.outbox[0].body
    told = Event.objects.get(kind="email-sent").data
    assert (told["tone"], told["template_version"]) == ("reminder", 0)
    sent = only_action(run)
    with time_machine.travel(datetime(2026, 11, 23, 10, tzinfo=UTC)):
        save(books, "Encore", base=1)
        assert "Sauf erreur" in page(signed_in(person(books.company)), "reminder", sent.pk)


def test_the_letter_may_have_words_of_its_own(books: Books) -> None:
    policy = policies_in_force(books.company)[0]
    assert policy
    save(books, "Courriel", letter_subject="Lettre {total}", letter_body="Papier {total}\n\n{items}")
    assert composed(books).letter.body[0].startswith("Courriel")
    Customer.objects.update(email="")
    message = composed(books)
    assert message.action.channel == "letter"
    assert (message.letter.body[0][:6], message.letter.subject[:6]) == ("Papier", "Lettre")


def test_a_formal_notice_by_email_encloses_the_letters_own_words(books: Books) -> None:
    formal = "Mise en demeure : {total} avant le {pay_by}.\n\n{items}"
    save(
        books, key=Key("formal_notice", "fr"), email_subject="Courriel", email_body=formal,
        letter_subject="Lettre", letter_body=formal,
    )  # fmt: skip
    stored = books.company.dunning_policies.get() if policies_in_force(books.company) else None
    assert stored
    only = {"key": "formal_notice", "days": 10, "channel": "email", "tone": "formal_notice"}
    change_policy(policy=stored, by=None, steps=[only])
    message = composed(books)
    assert (message.letter.subject, message.enclosed.subject) == ("Courriel", "Lettre")


def promised(due_on: date) -> None:
    customer = Customer.objects.get()
    make_promise(customer=customer, amount_minor=500_00, currency="EUR", due_on=due_on, by=None)


def test_after_a_broken_promise_the_next_message_speaks_of_it(books: Books) -> None:
    with time_machine.travel(datetime(2026, 11, 12, 9, tzinfo=UTC)):
        promised(date(2026, 11, 16))
    message = composed(books)
    assert message.voice.key.tone == "broken_promise"
    assert "un règlement de 500,00" in message.letter.body[1]
    assert "pour le 16/11/2026" in message.letter.body[1]
    assert message.action.step == "reminder"


def test_a_promise_that_broke_before_the_last_message_is_not_spoken_of_again(books: Books) -> None:
    with time_machine.travel(datetime(2026, 11, 12, 9, tzinfo=UTC)):
        promised(date(2026, 11, 16))
    run = propose(books)
    approve_all(run)
    send(run)
    later = date(2026, 12, 14)
    with time_machine.travel(datetime(2026, 12, 14, 9, tzinfo=UTC)):
        message = composed(books, later)
        assert message.action.step == "firm"
        assert message.voice.key.tone == "firm"


# --- the preview ---


@pytest.mark.parametrize("tone", TONES)
def test_every_template_can_be_tried_in_every_situation(books: Books, tone: str) -> None:
    assert suggested_customer(Customer.objects.all(), books.company, tone) == Customer.objects.get()
    for situation in SITUATIONS:
        trial = tried(books, situation, tone)
        assert "{" not in trial.body.text + trial.sms
        assert "  " not in trial.sms


def tried(books: Books, situation: str, tone: str = "reminder") -> Any:
    key = Key(tone, "fr")
    return try_words(
        company=books.company, customer=Customer.objects.get(), key=key, words=our_words(key, "FR"),
        situation=situation, today=MONDAY,
    )  # fmt: skip


def test_the_preview_is_of_what_the_customer_owes(books: Books) -> None:
    trial = tried(books, "as-is")
    assert [item.document for item in trial.email.items] == ["F-3"]
    assert not trial.is_invented
    assert len(tried(books, "items-60").letter.items) == 60
    assert tried(books, "credit").letter.credits
    assert tried(books, "interest").letter.annex
    assert tried(books, "items-8").is_invented


def test_a_try_stores_and_sends_nothing(books: Books) -> None:
    before = Action.objects.count()
    tried(books, "interest", "formal_notice")
    assert Action.objects.count() == before
    assert mail.outbox == []


def test_any_words_make_a_pdf(books: Books) -> None:
    text = (
        "Bonjour\n\nمرحبا 😀 "
        + "x" * 3000
        + " #set page() $x$ *gras* @ref <b> \\ {{}} {total}\n\n{items}\n\nFin"
    )
    words = Words("Objet #eval 😀", text)
    trial = try_words(
        company=books.company, customer=Customer.objects.get(), key=KEY, words=words,
        situation="items-60", today=MONDAY,
    )  # fmt: skip
    assert render_letters([trial.letter])[0].startswith(b"%PDF")
    assert "<b>" not in trial.body.html


def test_a_note_is_previewed_with_the_one_signature_of_its_words(books: Books) -> None:
    Company.objects.update(signatory="Jean Dupont\nDirecteur")
    key = Key("thank_you", "fr")
    trial = try_words(
        company=Company.objects.get(), customer=Customer.objects.get(), key=key, words=our_words(key, "FR"),
        situation="as-is", today=MONDAY,
    )  # fmt: skip
    assert "Jean Dupont" not in trial.body.text


# --- the screens ---


def typed(**parts: str) -> dict[str, str]:
    return MINE.as_dict() | {"base": "0"} | parts


def test_a_collector_reads_the_words_and_does_not_change_them(books: Books) -> None:
    collector = signed_in(person(books.company, "collector"))
    assert "Sauf erreur" in page(collector, "template", "reminder", "fr")
    response = collector.post(reverse("template-save", args=["ACO", "reminder", "fr"]), typed())
    assert response.status_code == 403


def test_the_one_who_comes_second_keeps_what_was_typed(books: Books) -> None:
    senior = signed_in(person(books.company))
    act(senior, "template-save", "reminder", "fr", **typed())
    response = senior.post(
        reverse("template-save", args=["ACO", "reminder", "fr"]), typed(email_subject="Le mien {total}")
    )
    html = response.content.decode()
    assert response.status_code == 422
    assert "Claire Senior saved version 1 of these words meanwhile" in html
    assert "Le mien {total}" in html


def test_a_customer_of_another_company_is_never_shown(books: Books) -> None:
    from tests.dunning.reminders import make_sender

    other = books_with(BOOKS.replace("BETA", "SECRET"), company=make_sender("OTHER"))
    assert other
    senior = signed_in(person(books.company))
    url = reverse("template-preview", args=["ACO", "reminder", "fr"])
    html = senior.post(url, typed(customer="SECRET")).content.decode()
    assert "SECRET" not in html
    assert "BETA" in html
    assert (
        "SECRET" not in senior.get(reverse("template-customers", args=["ACO"]), {"q": "SEC"}).content.decode()
    )


def test_the_preview_frame_shows_what_was_typed_and_nothing_forged(books: Books) -> None:
    senior = signed_in(person(books.company))
    url = reverse("template-preview", args=["ACO", "reminder", "fr"])
    html = senior.post(url, typed(email_body="Coucou {total}\n\n{items}", show="email")).content.decode()
    source = re.search(r'<iframe[^>]*src="([^"]+)"', html)
    assert source
    seen = senior.get(source.group(1).replace("&amp;", "&"))
    assert "Coucou 800,00" in seen.content.decode()
    assert "sandbox" in seen.headers["Content-Security-Policy"]
    assert (
        senior.get(reverse("template-seen", args=["ACO", "reminder", "fr"]), {"words": "x"}).status_code
        == 404
    )


def test_a_preview_is_sent_to_oneself_alone(books: Books) -> None:
    senior = signed_in(person(books.company))
    response = senior.post(reverse("template-send-me", args=["ACO", "reminder", "fr"]), typed())
    assert response.status_code == 200
    assert [message.to for message in mail.outbox] == [["senior@aco.example"]]


def test_versions_are_compared_word_by_word(books: Books) -> None:
    senior = signed_in(person(books.company))
    save(books, email_body="Bonjour,\n\nIl reste {total}.\n\n{items}")
    save(books, email_body="Bonjour,\n\nVous devez {total}.\n\n{items}", base=1)
    html = page(senior, "template-versions", "reminder", "fr")
    assert re.search(r"<del>Il</del>\s*<ins>Vous</ins>", html)
    assert "Version 1 speaks again, as version 3." in act(
        senior, "template-restore", "reminder", "fr", version=1, base=2
    )


@pytest.mark.parametrize("customers", [1, 6])
def test_the_pages_ask_the_same_whatever_there_is(books: Books, customers: int) -> None:
    senior = signed_in(person(books.company))
    for version in range(customers):
        save(books, f"Version {version}", base=version)
    for name, args in (
        ("templates", ()),
        ("template", ("reminder", "fr")),
        ("template-versions", ("reminder", "fr")),
    ):
        with CaptureQueriesContext(connection) as asked:
            page(senior, name, *args)
        assert len(asked) <= 16, (name, len(asked))


def test_a_thank_you_is_worded_for_a_customer_and_says_when_it_would_not_be_true(books: Books) -> None:
    html = page(signed_in(person(books.company)), "note-written", "thank_you", "BETA")
    assert "Merci de vos règlements" in html
    assert "Something of this customer is overdue" in html


def test_the_message_page_says_whose_words_it_speaks(books: Books, client: Client) -> None:
    run = propose(books)
    html = page(signed_in(person(books.company)), "reminder", only_action(run).pk)
    assert "standard words" in html
    assert "Company ACO : sauf erreur, 800,00 €" in html
