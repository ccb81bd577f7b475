"""A collector's first half hour, hands on the keyboard: the day, a call, a note, a promise, and the next."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from exigible.ledger.edits import save_contact
from exigible.team.services import add_user
from exigible.timeline.models import Event
from exigible.worklist.services import add_note
from tests.accessible import DESK, PHONE, assert_accessible
from tests.books import Books, make_company, write_books

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a-long-password"
SCREENS = (
    "day/", "day/?who=me", "customers/", "customers/BELLE/", "customers/BELLE/?act=call",
    "customers/BELLE/file/",
    "customers/BELLE/edit/", "customers/BELLE/contacts/new/", "customers/BELLE/accounts/new/", "settings/",
)  # fmt: skip


def ago(days: int) -> str:
    return (timezone.localdate() - timedelta(days=days)).isoformat()


@pytest.fixture
def books() -> Books:
    books = write_books(
        f"""
        {ago(100)} invoice FA26-10412 BELLE 24000.00 due {ago(70)}
        {ago(60)} invoice FA26-10455 BELLE 36120.00 due {ago(40)}
        {ago(9)} payment VIR-1 BELLE -2400.00
        {ago(90)} invoice FA26-10501 RIVIERA 31500.00 due {ago(60)}
        """,
        company=make_company("MNSAM", country="MC"),
    )
    user = add_user(
        company=books.company,
        email="c@x.example",
        role="administrator",
        by=None,
        password=PASSWORD,
        name="C. Blanc",
    )
    for code, name in (("BELLE", "Hôtel Belle Époque"), ("RIVIERA", "Riviera Charter")):
        customer = books.customer(code)
        customer.name, customer.phone, customer.collector = name, "04 93 11 22 33", user
        customer.save()
        save_contact(customer=customer, contact=None, fields={"name": "Mme Rossi", "phone": "04 93"}, by=None)
        add_note(customer=customer, text="Préfère le matin", by=user.pk)
    return books


@pytest.fixture
def day(page: Page, live_server: LiveServer, books: Books) -> Page:
    page.goto(f"{live_server.url}/sign-in/")
    expect(page.locator("input[autofocus]")).to_be_focused()
    page.keyboard.type("c@x.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("À faire aujourd’hui")
    expect(page.locator("main [data-row]")).not_to_have_count(0)  # it may be made first
    page.wait_for_load_state("networkidle")  # the keys work once the scripts, and what they fetch, are there
    return page


def press(page: Page, *keys: str) -> None:
    page.wait_for_load_state()
    for key in keys:
        page.keyboard.press(key)


def test_the_first_half_hour_without_a_mouse(day: Page) -> None:
    press(day, "j", "w")
    expect(day.locator("#side")).to_contain_text("Valeur = en jeu × urgence")
    press(day, "Escape", "Enter")
    expect(day.locator("h1")).to_have_text("Hôtel Belle Époque")

    expect(day.locator(".outcome")).to_be_visible()  # the call sheet: the act is ready
    press(day, "c")
    expect(day.locator(".desk")).to_be_visible()
    press(day, "t")
    expect(day.locator(".outcome")).to_be_visible()
    press(day, "m")
    day.keyboard.type("Pas de réponse au standard")
    press(day, "Escape", "a")
    expect(day.locator("#messages")).to_contain_text("pas de réponse, noté")
    expect(day.locator(".talk")).to_contain_text("Appel : pas de réponse")

    press(day, "n")
    day.keyboard.type("Rappeler après 14 h")
    press(day, "Tab", "Enter")
    expect(day.locator(".talk")).to_contain_text("Rappeler après 14 h")

    press(day, "p")
    day.keyboard.type("40 000,00")
    day.locator("#promise_due_on").fill(ago(-5))
    press(day, "Enter")
    expect(day.locator(".talk")).to_contain_text("Promesse de 40 000,00 €")

    press(day, "g", "j")
    expect(day.locator("[data-row]")).to_have_count(1)  # what is done has left the list
    press(day, "j")
    expect(day.locator(".cursor")).to_contain_text("Riviera Charter")
    assert list(Event.objects.exclude(by=None).order_by("id").values_list("kind", flat=True))[-3:] == [
        "call", "note", "promise",
    ]  # fmt: skip


def test_what_is_struck_by_mistake_is_brought_back(day: Page) -> None:
    press(day, "j", "j", "d")
    expect(day.locator("#messages")).to_contain_text("Fait : Riviera Charter")
    expect(day.locator("[data-row]")).to_have_count(1)
    press(day, "z")
    expect(day.locator("[data-row]")).to_have_count(2)


def test_the_key_of_a_row_acts_on_the_current_row(day: Page) -> None:
    press(day, "j", "j", "w")
    expect(day.locator("#side")).to_contain_text("Riviera Charter")


def test_the_customer_opens_beside_the_list(day: Page) -> None:
    press(day, "j", "Space")
    expect(day.locator("#side h2")).to_have_text("Hôtel Belle Époque")
    press(day, "j")
    expect(day.locator("#side h2")).to_have_text("Riviera Charter")


def test_axe_finds_nothing_and_nothing_scrolls_sideways(day: Page, live_server: LiveServer) -> None:
    for screen in SCREENS:
        day.goto(f"{live_server.url}/MNSAM/{screen}")
        assert_accessible(day, screen)


def test_the_items_and_the_history_stay_beside_each_other_while_they_scroll(
    day: Page, live_server: LiveServer
) -> None:
    day.set_viewport_size(DESK)
    day.goto(f"{live_server.url}/MNSAM/customers/BELLE/")
    expect(day.locator(".next-act")).to_be_in_viewport()
    expect(day.locator(".talk")).to_be_in_viewport()
    expect(day.locator(".desk tfoot")).to_be_in_viewport()


def test_the_pages_are_kept_to_be_looked_at(
    day: Page, live_server: LiveServer, keep_screenshot: Callable[[str], None]
) -> None:
    for name, size in (("desk", DESK), ("phone", PHONE)):
        day.set_viewport_size(size)
        for screen in ("day/", "customers/", "customers/BELLE/", "customers/BELLE/file/"):
            day.goto(f"{live_server.url}/MNSAM/{screen}")
            keep_screenshot(f"{re.sub('[^a-z]+', '-', screen.lower()).strip('-')}-{name}")
