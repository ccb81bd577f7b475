"""How messages leave, in a real browser: limits, the gateway, a run that waits, a call to make."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from exigible.dunning.models import SendingPolicy, SmsGateway
from exigible.team.services import add_user
from tests.accessible import assert_accessible
from tests.books import Books
from tests.dunning.mailserver import MailServer
from tests.dunning.reminders import MONDAY, approve_all, books_with, propose, send
from tests.dunning.test_by_hand import policy_by

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("monday")]

LATE = "\n".join(f"2026-10-01 invoice FA-{n} CLIENT{n} 100.00 due 2026-11-10" for n in range(3))


@pytest.fixture
def books(monday: None) -> Books:
    return books_with(LATE, phone="06 12 34 56 78")


@pytest.fixture(params=["fr", "en"])
def language(
    request: pytest.FixtureRequest, context: BrowserContext, live_server: LiveServer, books: Books
) -> str:
    user = add_user(company=books.company, email="ada@aco.example", role="administrator", by=None, name="Ada")
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookies = {settings.SESSION_COOKIE_NAME: session, "language": request.param}
    context.add_cookies(
        [{"name": name, "value": is_, "url": live_server.url} for name, is_ in cookies.items()]
    )
    return str(request.param)


@pytest.fixture
def look(
    page: Page, live_server: LiveServer, language: str, keep_screenshot: Callable[[str], None]
) -> Callable[..., None]:
    """Open a page, hold it to what everyone must be able to read, keep its pictures."""

    def opened(name: str, *args: object, query: str = "") -> None:
        page.goto(live_server.url + reverse(name, args=["ACO", *args]) + query)
        assert_accessible(page, name, lambda where: keep_screenshot(f"sending-{name}-{language}-{where}"))

    return opened


def test_the_settings_of_sending_can_be_read_and_filled(
    page: Page, look: Callable[..., None], books: Books
) -> None:
    SendingPolicy.objects.create(
        company=books.company, emails_an_hour=200, failing_since=datetime(2026, 11, 23, 7, tzinfo=UTC),
        said="connection refused",
    )  # fmt: skip
    look("sending-settings")
    look("sms-gateway", query="?like=orange")
    page.locator("#id_opens").fill("09:00")
    page.locator("#id_closes").fill("18:00")
    page.locator("form.form button.primary").click()
    expect(page.locator("#id_url")).to_have_value(SmsGateway.objects.get().url)


def test_a_run_says_what_it_waits_for_and_the_day_says_that_nothing_went(
    page: Page, look: Callable[..., None], books: Books, mail: MailServer
) -> None:
    SendingPolicy.objects.create(company=books.company, emails_an_hour=1)
    run = propose(books, MONDAY)
    approve_all(run)
    send(run)
    look("run", run.pk)
    assert len(mail.messages) == 1
    SendingPolicy.objects.update(failing_since=datetime(2026, 11, 23, 7, tzinfo=UTC), said="no route")
    look("day")
    expect(page.locator(".notice.warning").first).to_contain_text("no route")


def test_a_message_by_another_way_is_shown_as_it_goes(
    page: Page, look: Callable[..., None], books: Books
) -> None:
    policy_by(books.company, "sms")
    SmsGateway.objects.create(
        company=books.company, url="http://127.0.0.1:1/", body="to={to}", content="form", opens=time(9),
        closes=time(18),
    )  # fmt: skip
    run = propose(books, MONDAY)
    look("reminder", run.actions.order_by("pk")[0].pk)
    policy_by(books.company, "phone")
    with time_machine.travel("2026-11-24 08:00Z"):
        called = propose(books, datetime(2026, 11, 24, tzinfo=UTC).date())
    approve_all(called)
    send(called)
    look("run", called.pk)
