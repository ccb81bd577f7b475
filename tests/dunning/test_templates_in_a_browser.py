"""Changing the words of reminders in a browser: typed, seen on a customer, saved, said by the next run."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from exigible.dunning.composing import compose
from exigible.dunning.models import Template
from exigible.dunning.texts.parts import Key, Words
from exigible.dunning.texts.versions import save_template
from exigible.ledger.models import Customer
from exigible.team.services import add_user
from tests.accessible import assert_accessible
from tests.books import Books
from tests.dunning.reminders import MONDAY, books_with, only_action, propose

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("monday")]

BOOKS = """
    2026-09-01 invoice F-3 BETA 800.00 due 2026-11-10
"""


@pytest.fixture
def books(monday: None) -> Books:
    return books_with(BOOKS)


def sign_in(context: BrowserContext, live_server: LiveServer, books: Books, role: str = "senior") -> None:
    user = add_user(
        company=books.company, email=f"{role}@aco.example", role=role, by=None,
        password="a-long-password", name="Claire Martin",
    )  # fmt: skip
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])


def address(live_server: LiveServer, name: str, *args: object) -> str:
    return live_server.url + reverse(name, args=["ACO", *args])


def test_a_sentence_is_changed_seen_saved_and_said_by_the_next_reminder(
    page: Page, context: BrowserContext, live_server: LiveServer, books: Books, keep_screenshot: Callable
) -> None:
    sign_in(context, live_server, books)
    page.goto(address(live_server, "templates"))
    keep_screenshot("templates")
    page.get_by_role("link", name=re.compile("Relance, Français")).click()
    text = page.get_by_label("Texte du courriel")
    seen = page.frame_locator("#preview iframe").locator("body")
    expect(seen).to_contain_text("Sauf erreur ou omission")

    text.fill(
        "Bonjour,\n\nIl reste {total} à régler, merci d’y penser avant le {pay_by}.\n\n{items}\n\nÀ bientôt,"
    )
    expect(seen).to_contain_text("Il reste 800,00\u00a0€ à régler, merci d’y penser avant le 01/12/2026.")
    keep_screenshot("template-typed")
    assert not Template.objects.exists()
    page.keyboard.press("Control+s")
    expect(page.locator("#messages")).to_contain_text("La version 1 est enregistrée")

    [message] = compose([only_action(propose(books))], MONDAY)
    assert "Il reste 800,00\u202f€ à régler" in message.letter.body[1].replace("\u00a0", "\u202f")


def test_what_is_wrong_is_shown_at_its_place_and_nothing_is_saved(
    page: Page, context: BrowserContext, live_server: LiveServer, books: Books, keep_screenshot: Callable
) -> None:
    sign_in(context, live_server, books)
    page.goto(address(live_server, "template", "reminder", "fr"))
    text = page.get_by_label("Texte du courriel")
    text.fill("Bonjour,\n\nIl reste {totla} à régler.\n\n{items}\n\nÀ bientôt,")
    expect(page.locator("#preview")).to_contain_text("Texte du courriel, ligne 3, colonne 10")
    page.keyboard.press("Control+s")
    told = page.locator(".template-words .notice.error")
    expect(told).to_contain_text("Vouliez-vous dire «\u00a0total\u00a0»")
    keep_screenshot("template-fault")
    assert not Template.objects.exists()
    told.get_by_role("button").click()
    assert page.evaluate("document.activeElement.selectionStart") == len("Bonjour,\n\nIl reste ")
    page.evaluate("document.activeElement.setSelectionRange(19, 26)")
    page.get_by_role("button", name="total", exact=True).click()
    expect(text).to_have_value("Bonjour,\n\nIl reste {total} à régler.\n\n{items}\n\nÀ bientôt,")
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.keyboard.press("Escape")  # a warning, and one stays
    expect(text).to_be_visible()


def test_the_screens_of_templates_are_for_everyone(
    page: Page, context: BrowserContext, live_server: LiveServer, books: Books, keep_screenshot: Callable
) -> None:
    sign_in(context, live_server, books)
    first = Words("Rappel de {total}", "Bonjour,\n\nIl reste {total} à payer.\n\n{items}\n\nMerci,")
    key = Key("reminder", "fr")
    for base, text in enumerate(
        (first.email_body, first.email_body.replace("Il reste", "Vous devez encore"))
    ):
        words = replace(first, email_body=text)
        save_template(company=books.company, key=key, words=words, base_version=base, by=None)
    Customer.objects.update(email="")
    letter = only_action(propose(books))
    screens = (
        ("templates",),
        ("template", "formal_notice", "fr"),
        ("template-versions", "reminder", "fr"),
        ("note-written", "thank_you", "BETA"),
        ("reminder", letter.pk),
    )
    for name, *args in screens:
        page.goto(address(live_server, name, *args))
        if name == "template":
            expect(page.locator("#preview iframe")).to_be_visible()
        if name == "reminder":
            page.get_by_text("Retoucher cette lettre").click()
        assert_accessible(page, name, lambda size, n=name: keep_screenshot(f"{n}-{size}"))


def test_a_text_message_is_counted_as_one_types(
    page: Page, context: BrowserContext, live_server: LiveServer, books: Books, keep_screenshot: Callable
) -> None:
    sign_in(context, live_server, books)
    context.add_cookies([{"name": "language", "value": "en", "url": live_server.url}])
    page.goto(address(live_server, "template", "reminder", "fr"))
    page.get_by_role("radio", name="Text message").check()
    preview = page.locator("#preview")
    expect(preview).to_contain_text("GSM-7")
    page.locator("#id_sms").fill("Peut-être {total} ?")
    expect(preview).to_contain_text("Unicode (UCS-2)")
    expect(preview).to_contain_text("ê: not in the alphabet of telephones")
    keep_screenshot("template-sms-en")
    page.locator("#find-customer").fill("bet")
    page.locator("#found button").click()
    expect(page.locator("#found")).to_be_empty()
    assert_accessible(page, "template-sms")
