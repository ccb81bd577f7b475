"""Three calls in a row by the keyboard alone: a promise, no answer, to be called back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from exigible.calls.models import CallPolicy
from exigible.calls.services import Call, log_call
from exigible.ledger.edits import save_contact
from exigible.ledger.models import Customer
from exigible.negotiation.models import Promise
from exigible.negotiation.requests import take_request
from exigible.timeline.models import Event
from exigible.worklist.services import build_day
from tests.accessible import assert_accessible
from tests.books import Books, write_books

pytestmark = pytest.mark.django_db(transaction=True)

NUMBERS = {"ACME": "04 93 12 34 56", "BETA": "01 44 55 66 77", "GAMMA": "034 12 345 67"}


@pytest.fixture
def ringing(books: Books, context: BrowserContext, live_server: LiveServer, collector: Client) -> Books:
    """Three late customers with a number, and a company that calls at any hour of any weekday."""
    days = [(timezone.localdate() - timedelta(days=ago)).isoformat() for ago in (90, 60)]
    write_books(
        f"""
        {days[0]} invoice F-8 BETA 500.00 due {days[1]}
        {days[0]} invoice F-9 GAMMA 80.00 due {days[1]}
        """,
        company=books.company,
    )
    for code, phone in NUMBERS.items():
        Customer.objects.filter(company=books.company, code=code).update(phone=phone)
    session = collector.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    return books


@pytest.fixture
def any_hour(monkeypatch: pytest.MonkeyPatch, ringing: Books) -> Books:
    """The hour at which the tests run is one at which all may be called."""
    from exigible.calls.rules import Hours

    for asked in ("is_open", "is_day"):
        monkeypatch.setattr(Hours, asked, lambda *_when: True)
    build_day(company=ringing.company, on=timezone.localdate())
    return ringing


def press(page: Page, *keys: str) -> None:
    page.wait_for_load_state()
    for key in keys:
        page.keyboard.press(key)


def test_three_calls_in_a_row_without_a_mouse(page: Page, live_server: LiveServer, any_hour: Books) -> None:
    page.goto(f"{live_server.url}/ACO/day/")
    press(page, "g", "t")
    expect(page.locator("h1")).to_have_text("Appels")
    press(page, "j", "Enter")
    expect(page.locator("h1")).to_have_text("ACME")

    press(page, "m")
    page.keyboard.type("Mme Rossi : virement vendredi")
    press(page, "Escape", "p")
    dialog = page.locator("dialog#promise")
    expect(dialog.get_by_label("Montant")).to_have_value("1300,00")
    expect(dialog.get_by_label("Montant")).to_be_focused()
    page.keyboard.type("1000")
    dialog.get_by_label("Promis pour").fill((timezone.localdate() + timedelta(days=4)).isoformat())
    press(page, "Enter")

    expect(page.locator("h1")).to_have_text("BETA")  # the next call opens by itself
    expect(page.locator("#messages")).to_contain_text("ACME : promesse de règlement, noté.")
    press(page, "a")

    expect(page.locator("h1")).to_have_text("GAMMA")
    press(page, "m")
    page.keyboard.type("en réunion")
    press(page, "Escape", "r")
    back = page.locator("dialog#call-back")
    back.get_by_label("Rappeler le").fill((timezone.localdate() + timedelta(days=1)).isoformat())
    back.get_by_label("À quelle heure").fill("15:30")
    press(page, "Enter")
    expect(page.locator("h1")).to_have_text("Appels")

    promise = Promise.objects.get()
    assert (promise.amount_minor, promise.text) == (100_000, "Mme Rossi : virement vendredi")
    ended = Event.objects.filter(kind="call").order_by("id").values_list("data__outcome", "text")
    assert list(ended) == [
        ("promise", "Mme Rossi : virement vendredi"),
        ("no-answer", ""),
        ("call-back", "en réunion"),
    ]


def test_the_screens_are_accessible_at_a_desk_and_on_a_phone(
    page: Page, live_server: LiveServer, any_hour: Books, keep_screenshot: Any
) -> None:
    _talk(any_hour)
    for name, path in (
        ("calls", "ACO/calls/"),
        ("call-sheet", "ACO/calls/sheet/ACME/"),
        ("requests", "ACO/requests/?who=all"),
        ("customer-requests", "ACO/customers/ACME/requests/"),
        ("request-take", "ACO/customers/ACME/requests/new/"),
        ("day-with-requests", "ACO/day/"),
    ):
        page.goto(f"{live_server.url}/{path}")
        page.wait_for_load_state()
        assert_accessible(page, name, then=lambda size, name=name: keep_screenshot(f"{name}-{size}"))
    page.context.add_cookies([{"name": "language", "value": "en", "url": live_server.url}])
    for key in "pldrq":
        page.goto(f"{live_server.url}/ACO/calls/sheet/ACME/")
        press(page, key)
        expect(page.locator("dialog[open]")).to_be_visible()
        name = f"call-ends-{key}"
        assert_accessible(page, name, then=lambda size, name=name: keep_screenshot(f"{name}-{size}"))


def _talk(books: Books) -> None:
    """What was said before: calls at two hours, a contact, requests of which one is late."""
    acme = books.customer("ACME")
    fields = {"name": "Mme Rossi", "role": "accounts_payable", "phone": "06 12 34 56 78"}
    save_contact(customer=acme, contact=None, fields=fields, by=None)
    now = timezone.now().replace(hour=9, minute=15)
    for ago, outcome, text in (
        (30, "reached", "Mme Rossi demande un duplicata"), (28, "no-answer", ""), (20, "no-answer", ""),
        (14, "reached", "Rappelle la semaine prochaine"), (7, "voicemail", "Message à la comptabilité"),
    ):  # fmt: skip
        call = Call(text, happened_at=now - timedelta(days=ago))
        log_call(customer=acme, outcome=outcome, call=call, by=None)
    for each in range(6):
        call = Call("", happened_at=now - timedelta(days=40 + each))
        log_call(
            customer=books.customer("BETA"), outcome="reached" if each else "no-answer", call=call, by=None
        )
    person = books.company.memberships.get().user
    asked = take_request(
        customer=acme, kind="certificate", text="attestation de vigilance", owner=person.pk, by=person.pk
    )
    type(asked).objects.update(
        taken_on=timezone.localdate() - timedelta(days=9), due_on=timezone.localdate() - timedelta(days=2)
    )
    take_request(customer=acme, kind="invoice-copy", text="F-1, jamais reçue", owner=person.pk, by=person.pk)
    build_day(company=books.company, on=timezone.localdate())


def test_the_settings_are_accessible(
    page: Page,
    live_server: LiveServer,
    any_hour: Books,
    as_role: Any,
    context: BrowserContext,
    keep_screenshot: Any,
) -> None:
    session = as_role("senior").cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    for name, path in (("call-policy", "ACO/settings/calls/"), ("call-script", "ACO/settings/calls/fr/")):
        page.goto(f"{live_server.url}/{path}")
        page.wait_for_load_state()
        assert_accessible(page, name, then=lambda size, name=name: keep_screenshot(f"{name}-{size}"))
    assert not CallPolicy.objects.exists()
