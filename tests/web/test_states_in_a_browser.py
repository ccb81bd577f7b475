"""A page in between: a dialog open, the panel beside the list, a form refused, nothing there yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from exigible.ledger.models import Company
from exigible.team.services import add_user
from exigible.worklist.services import build_day
from tests.accessible import DESK, assert_accessible
from tests.books import make_company, write_books

pytestmark = pytest.mark.django_db(transaction=True)


def keys(*pressed: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        page.wait_for_load_state()
        for key in pressed:
            page.keyboard.press(key)

    return press


def sent_empty(page: Page) -> None:
    """The form as it is sent by a browser that checks nothing."""
    form = page.locator("main form[method=post]").first
    form.evaluate(
        "form => { form.noValidate = true; form.querySelector('[type=text], textarea').value = '' }"
    )
    form.locator("button.primary").click()
    expect(page.locator("main .error").first).to_be_visible()


def menu_open(name: str) -> Callable[[Page], None]:
    return lambda page: page.locator(f".{name} summary").click()


def wrong_passwords(page: Page) -> None:
    for field in ("old_password", "new_password1", "new_password2"):
        page.fill(f"[name={field}]", field)
    page.locator("main button.primary").click()
    expect(page.locator("main .error").first).to_be_visible()


State = tuple[str, Callable[[Page], None], str]
"""An address, what is done there, and what is then to be seen."""

STATES: dict[str, dict[str, State]] = {
    "over the page": {
        "keys-of-the-page": ("MNSAM/day/", keys("?"), "dialog#keys"),
        "palette": ("MNSAM/day/", keys("/"), "dialog#palette"),
        "note": ("MNSAM/customers/BELLE/", keys("n"), "dialog#note"),
        "call": ("MNSAM/calls/sheet/BELLE/", keys("p"), "dialog#promise"),
        "promise": ("MNSAM/customers/BELLE/", keys("p"), "dialog#promise"),
        "companies": ("MNSAM/day/", menu_open("top-company"), ".top-company .menu-list"),
        "dates": ("MNSAM/day/", menu_open("top-date"), ".top-date .menu-list"),
        "person": ("MNSAM/day/", menu_open("top-user"), ".top-user .preferences"),
    },
    "beside the list": {
        "customer-beside-the-list": ("MNSAM/customers/", keys("j", "Space"), "#side h2"),
        "why-beside-the-day": ("MNSAM/day/", keys("j", "w"), "#side h2"),
        "a-past-date": ("MNSAM/customers/?as_of=2020-10-31", keys(), ".past-banner"),
        "keys": ("keys/", keys(), "main dl"),
        "found": ("MNSAM/find/?q=belle", keys(), "main a"),
        "not-found": ("MNSAM/find/?q=zzz", keys(), "main form"),
        "no-customer-of-that-name": ("MNSAM/customers/?q=zzz", keys(), ".empty"),
    },
    "refused": {
        "customer-refused": ("MNSAM/customers/new/", sent_empty, "main .error"),
        "contact-refused": ("MNSAM/customers/BELLE/contacts/new/", sent_empty, "main .error"),
        "account-refused": ("MNSAM/customers/BELLE/accounts/new/", sent_empty, "main .error"),
        "password-refused": ("password/", wrong_passwords, "main .error"),
        "contract": ("MNSAM/customers/BELLE/contracts/new/", keys(), "main form"),
    },
    "gone wrong": {
        "not-allowed": ("forbidden/", keys(), "main a.button"),
        "mistake": ("mistaken/", keys(), "main .notice"),
        "fault": ("broken/", keys(), "main b"),
        "no-such-page": ("nowhere/x/y/", keys(), "main a.button"),
    },
    "empty": {
        "day": ("NEW/day/", keys(), ".empty"),
        "customers": ("NEW/customers/", keys(), ".empty"),
        "balance": ("NEW/aged-balance/", keys(), ".empty"),
        "cash": ("NEW/cash/", keys(), ".empty"),
        "unallocated": ("NEW/cash/unallocated/", keys(), ".empty"),
        "reminders": ("NEW/reminders/", keys(), "main h2"),
        "policies": ("NEW/reminders/policies/", keys(), "main h2"),
        "imports": ("NEW/imports/", keys(), ".empty"),
        "settings": ("NEW/settings/", keys(), "main h2"),
    },
}


@pytest.fixture
def companies(db: None) -> list[Company]:
    day = timezone.localdate()
    books = write_books(
        f"{day - timedelta(days=100)} invoice FA26-10412 BELLE 24000.00 due {day - timedelta(days=70)}",
        company=make_company("MNSAM", country="MC"),
    )
    build_day(company=books.company, on=day)
    return [books.company, make_company("NEW")]


@pytest.fixture
def site(page: Page, live_server: LiveServer, companies: list[Company]) -> Page:
    """The site, with the administrator of two companies signed in; one of them is new."""
    for company in companies:
        user = add_user(company=company, email="c@x.example", role="administrator", by=None, name="C. Blanc")
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    page.emulate_media(reduced_motion="reduce")
    return page


@pytest.mark.parametrize("states", STATES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    site: Page, live_server: LiveServer, states: str
) -> None:
    for state, (address, reach, shown) in STATES[states].items():
        site.goto(f"{live_server.url}/{address}")
        reach(site)
        expect(site.locator(shown).first).to_be_visible()
        assert_accessible(site, state)


def test_an_act_in_a_fragment_that_leads_elsewhere_is_told_there(site: Page, live_server: LiveServer) -> None:
    site.goto(f"{live_server.url}/MNSAM/customers/")
    site.evaluate("htmx.ajax('POST', '/acted/', {target: '#side'})")
    expect(site.locator("#messages .message")).to_contain_text("is no date")
    expect(site).to_have_url(f"{live_server.url}/MNSAM/a-screen/#x")
    site.evaluate("htmx.ajax('POST', '/acted/', {target: '#side'})")
    expect(site.locator("#messages .message")).to_contain_text("is no date")


def test_a_long_list_scrolls_in_its_own_box_and_never_past_the_page(
    site: Page, live_server: LiveServer, companies: list[Company]
) -> None:
    write_books("\n".join(f"2026-03-01 invoice L-{n} L{n} 5.00" for n in range(60)), company=companies[0])
    site.set_viewport_size(DESK)
    for page in ("customers/", "day/", "aged-balance/"):
        site.goto(f"{live_server.url}/MNSAM/{page}")
        assert site.evaluate("document.documentElement.scrollHeight") == DESK["height"]
