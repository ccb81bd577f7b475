"""The aged balance in a real browser: by keyboard, folding, computing, on a phone, read aloud."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.accessible import DESK, PHONE, assert_accessible
from tests.books import Books
from tests.positions.conftest import AS_OF

from exigible.ledger.models import Customer
from exigible.positions import kept

pytestmark = pytest.mark.django_db(transaction=True)

SCREENS = {
    "customers": "aged-balance/?",
    "groups": "aged-balance/?by=group&",
    "lines": "aged-balance/lines/?customer=ACME&",
    "figure": "aged-balance/lines/?",
}


@pytest.fixture
def site(page: Page, live_server: LiveServer, books: Books, alice: Client) -> str:
    """The address of the company on a served site, with Alice signed in."""
    Customer.objects.filter(code__in=["ACME", "BETA"]).update(group_code="GROUPE NORD")
    session = alice.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    return f"{live_server.url}/ACO"


def test_axe_finds_nothing_and_no_page_scrolls_sideways(page: Page, site: str) -> None:
    for screen in SCREENS.values():
        page.goto(f"{site}/{screen}as_of={AS_OF}")
        assert_accessible(page, screen)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_are_kept_to_be_looked_at(
    page: Page, site: str, keep_screenshot: Callable[[str], None], theme: str
) -> None:
    page.emulate_media(color_scheme=theme)
    for name, screen in SCREENS.items():
        page.goto(f"{site}/{screen}as_of={AS_OF}")
        for where, size in (("desk", DESK), ("phone", PHONE)):
            page.set_viewport_size(size)
            keep_screenshot(f"aged-balance-{name}-{where}-{theme}")


def test_a_group_unfolds_by_its_arrow_and_folds_again(page: Page, site: str) -> None:
    page.goto(f"{site}/aged-balance/?by=group&as_of={AS_OF}")
    arrow = page.get_by_role("button", name="Clients du groupe")
    arrow.click()
    expect(page.locator("tr.member")).to_have_count(2)
    expect(arrow).to_have_attribute("aria-expanded", "true")
    arrow.click()
    expect(page.locator("tr.member")).to_have_count(0)


def test_the_table_comes_by_itself_when_it_takes_long(
    page: Page, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "QUICK_MOVEMENTS", 2)
    page.goto(f"{site}/aged-balance/?as_of={AS_OF}")
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.get_by_text("Excel")).to_be_visible()
    page.goto(f"{site}/aged-balance/lines/?column=overdue&as_of={AS_OF}")
    expect(page.locator("tbody tr")).to_have_count(3)


def test_the_ageing_is_chosen_in_the_small_menu(page: Page, site: str) -> None:
    page.goto(f"{site}/aged-balance/?as_of={AS_OF}")
    page.locator("summary", has_text="Ancienneté").click()
    page.get_by_label("Tranches, en jours").fill("15,45")
    page.get_by_label("Ancienneté comptée depuis").select_option("issue")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.get_by_role("columnheader", name="16–45")).to_be_visible()
    assert "buckets=15%2C45" in page.url
    assert "basis=issue" in page.url


def test_a_figure_is_followed_to_its_lines_and_to_the_customer(page: Page, site: str) -> None:
    page.goto(f"{site}/aged-balance/?as_of={AS_OF}")
    page.get_by_role("link", name="600,00").first.click()
    expect(page.get_by_role("link", name="F-1")).to_be_visible()
    expect(page.locator("tfoot")).to_contain_text("600,00")
    page.get_by_role("link", name="F-1").click()
    expect(page).to_have_url(re.compile("/customers/ACME/"))
