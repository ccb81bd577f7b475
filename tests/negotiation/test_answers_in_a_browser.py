"""A customer contests one invoice and promises the rest: written down on its page without the mouse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from exigible.disputes.models import Dispute
from exigible.disputes.services import open_dispute
from exigible.ledger.models import Customer
from exigible.negotiation.models import Promise
from exigible.negotiation.services import make_promise
from tests.accessible import PHONE, assert_accessible
from tests.books import Books

pytestmark = pytest.mark.django_db(transaction=True)

CUSTOMER = "/ACO/customers/ACME/"


@pytest.fixture
def signed_in(context: BrowserContext, live_server: LiveServer, collector: Client) -> None:
    session = collector.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.mark.usefixtures("signed_in")
def test_a_dispute_and_a_promise_are_written_down_by_the_keyboard(
    page: Page, live_server: LiveServer, books: Books
) -> None:
    page.goto(live_server.url + CUSTOMER)
    press(page, "j", "j", "l")
    expect(page.get_by_role("heading", name="Contester F-2")).to_be_visible()
    expect(page.get_by_label("Montant contesté")).to_have_value("300,00")
    expect(page.get_by_label("Ce qui est contesté")).to_be_focused()
    press(page, "ArrowDown", "Tab")
    page.keyboard.type("six cartons sur dix")
    page.get_by_label("Montant contesté").focus()
    press(page, "Control+a")
    page.keyboard.type("120,00")
    press(page, "Enter")
    expect(page.get_by_text("120,00 contestés")).to_be_visible()

    press(page, "p")
    expect(page.locator("#promise").get_by_label("Montant")).to_be_focused()
    expect(page.locator("#promise").get_by_label("Montant")).to_have_value("1180,00")
    page.locator("#promise").get_by_label("Promis pour le").fill(in_days(9).isoformat())
    page.locator("#promise summary").focus()
    press(page, "Enter", "Tab", "Space", "Tab", "Tab", "Tab", "Enter")
    expect(page.get_by_text(f"promis pour le {in_days(9):%d/%m/%Y}").first).to_be_visible()

    dispute, promise = Dispute.objects.get(), Promise.objects.get()
    assert (dispute.amount_minor, dispute.reason, dispute.text) == (120_00, "quantity", "six cartons sur dix")
    assert (promise.amount_minor, promise.due_on) == (1180_00, in_days(9))
    assert [one.item.document_number for one in promise.items.all()] == ["F-1"]


@pytest.mark.usefixtures("signed_in")
def test_axe_finds_nothing_and_a_phone_needs_no_scrolling_sideways(
    page: Page, live_server: LiveServer, books: Books, acme: Customer
) -> None:
    make_promise(customer=acme, amount_minor=1100_00, currency="EUR", due_on=in_days(9), by=None)
    dispute = open_dispute(item=books["F-1"], amount_minor=250_00, reason="price", text="remise", by=None)
    acts = (f"items/{books['F-2'].pk}/contest/", f"disputes/{dispute.pk}/resolve/")
    for screen in ("", "promises/", "disputes/", *acts):
        page.goto(live_server.url + CUSTOMER + screen)
        assert_accessible(page, screen)


@pytest.mark.usefixtures("signed_in")
def test_on_a_phone_a_line_is_contested_by_touch(page: Page, live_server: LiveServer, books: Books) -> None:
    page.set_viewport_size(PHONE)
    page.goto(live_server.url + CUSTOMER)
    button = page.get_by_role("link", name="Contester F-2")
    box = button.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= PHONE["width"]
    button.click()
    expect(page.get_by_role("heading", name="Contester F-2")).to_be_visible()


@pytest.mark.usefixtures("signed_in")
def test_in_another_currency_the_amount_offered_is_what_is_claimed_in_it(
    page: Page, live_server: LiveServer, in_dollars: Callable[[str], None]
) -> None:
    in_dollars("55.00")
    page.goto(live_server.url + CUSTOMER)
    press(page, "p")
    form = page.locator("#promise")
    expect(form.get_by_label("Montant")).to_have_value("1300,00")
    form.get_by_label("Devise").select_option("USD")
    expect(form.get_by_label("Montant")).to_have_value("55,00")
    form.get_by_label("Montant").fill("20,00")
    form.get_by_label("Devise").select_option("EUR")
    expect(form.get_by_label("Montant")).to_have_value("20,00")
