"""One voice for a group in a real browser: chosen by keyboard, seen in the run, read as its head will."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from exigible.dunning.models import Action, GroupVoice
from exigible.dunning.services import end_group_voice
from exigible.ledger.edits import pause_dunning
from exigible.ledger.models import Customer
from exigible.team.models import User
from exigible.team.services import add_user
from tests.accessible import LANGUAGES, assert_accessible
from tests.books import Books
from tests.dunning.reminders import MONDAY, morning, propose
from tests.dunning.test_group_voice import GROUP, group_books

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("monday")]

LONG = "Société d’exploitation hôtelière et de restauration de la Principauté, anciens Établissements Rossi"
MORE = """
    2026-09-01 invoice E-1 EAST 812.40 due 2026-11-08
    2026-10-01 credit_note A-1 NORTH -150.00
"""


@pytest.fixture
def books(monday: None) -> Books:
    books = group_books(GROUP + MORE, ("HEAD", "NORTH", "SOUTH", "EAST"))
    Customer.objects.filter(code="NORTH").update(name=LONG, sort_name="societe d'exploitation")
    Customer.objects.filter(code="SOUTH").update(name="Hôtels du Sud", sort_name="hotels du sud")
    end_group_voice(customer=books.customer("HEAD"), by=None)
    return books


@pytest.fixture
def claire(context: BrowserContext, live_server: LiveServer, books: Books) -> User:
    user = add_user(
        company=books.company, email="claire@aco.example", role="senior", by=None,
        password="a-long-password", name="Claire Martin",
    )  # fmt: skip
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    return user


def address(live_server: LiveServer, name: str, *args: object) -> str:
    return live_server.url + reverse(name, args=["ACO", *args])


@pytest.mark.usefixtures("claire")
def test_a_group_is_told_through_its_head_by_keyboard(
    page: Page, live_server: LiveServer, books: Books
) -> None:
    page.goto(address(live_server, "customer-reminders", "HEAD"))
    page.get_by_role("link", name="Une seule voix pour le groupe").click()
    expect(page.get_by_role("list").filter(has_text="4 clients")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("s")
    expect(page.get_by_text("Parle pour son groupe")).to_be_visible()
    assert GroupVoice.objects.get().customer.code == "HEAD"
    run = propose(books)
    page.goto(address(live_server, "run", run.pk))
    expect(page.get_by_text("4 de ces relances partent en 1 message")).to_be_visible()


def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    page: Page, live_server: LiveServer, books: Books, claire: User,
    keep_screenshot: Callable[[str], None],
) -> None:  # fmt: skip
    from exigible.dunning.services import set_group_voice

    for language in LANGUAGES:
        page.context.add_cookies([{"name": "language", "value": language, "url": live_server.url}])
        look(page, address(live_server, "group-voice", "HEAD"), f"asked-{language}", keep_screenshot)
    set_group_voice(customer=books.customer("HEAD"), by=claire.pk)
    pause_dunning(customer=books.customer("EAST"), until=MONDAY, reason="Échéancier", by=claire.pk)
    run = propose(books)
    action = Action.objects.get(run=run, customer__code="NORTH")
    for language in LANGUAGES:
        page.context.add_cookies([{"name": "language", "value": language, "url": live_server.url}])
        for name, args in (
            ("run", [run.pk]), ("run-held-back", [run.pk]), ("reminder", [action.pk]),
            ("group-voice", ["NORTH"]), ("customer-reminders", ["NORTH"]),
        ):  # fmt: skip
            look(page, address(live_server, name, *args), f"{name}-{language}", keep_screenshot)
    morning(books, MONDAY)
    for code in ("NORTH", "HEAD"):
        look(page, address(live_server, "customer", code), f"customer-{code}", keep_screenshot)


def look(page: Page, where: str, name: str, keep_screenshot: Callable[[str], None]) -> None:
    page.goto(where)
    assert_accessible(page, name, lambda said: keep_screenshot(f"group-{name}-{said}"))
