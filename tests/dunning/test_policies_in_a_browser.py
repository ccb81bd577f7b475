"""Policies, business days and pauses in a real browser: kept by keyboard, tried before they are saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from exigible.dunning.models import Policy
from exigible.dunning.policies import add_policy, change_policy, policies_in_force
from exigible.ledger.calendars import change_day
from exigible.ledger.edits import pause_dunning
from exigible.ledger.models import Customer
from exigible.team.services import add_user
from tests.accessible import assert_accessible
from tests.books import Books
from tests.dunning.reminders import MONDAY, books_with, morning, propose

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("monday")]

LONG = "Société d’exploitation hôtelière et de restauration de la Principauté, anciens Établissements Rossi"
REMINDER = [{"key": "reminder", "days": 10, "channel": "phone"}]


@pytest.fixture
def books(monday: None) -> Books:
    books = books_with("""
        2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01
        2026-09-05 invoice F-2 BETA 300.00 due 2026-12-01
        2026-06-01 invoice F-4 GAMMA 640.00 due 2026-07-01
    """)
    Customer.objects.filter(code="GAMMA").update(name=LONG, sort_name="societe", kind="public")
    policies_in_force(books.company)
    return books


@pytest.fixture
def claire(context: BrowserContext, live_server: LiveServer, books: Books) -> int:
    user = add_user(
        company=books.company, email="claire@aco.example", role="senior", by=None,
        password="a-long-password", name="Claire Martin",
    )  # fmt: skip
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    return user.pk


def address(live_server: LiveServer, name: str, *args: object) -> str:
    return live_server.url + reverse(name, args=["ACO", *args])


@pytest.mark.usefixtures("claire")
def test_a_policy_is_tried_on_a_customer_as_one_types_and_saved_by_keyboard(
    page: Page, live_server: LiveServer
) -> None:
    page.goto(address(live_server, "policy", Policy.objects.get().pk))
    tried = page.locator("#tried")
    expect(tried).to_contain_text("Mise en demeure")
    page.keyboard.press("c")
    page.keyboard.type("BETA")
    expect(page.locator("#found button")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(tried).to_contain_text("08/12/2026")
    page.get_by_label("Relance: Canal").select_option("visit")
    expect(tried).to_contain_text("Visite")
    page.get_by_label("À la fin").select_option("plan")
    expect(tried).to_contain_text("Fin du scénario : proposer un échéancier.")
    assert Policy.objects.count() == 1
    page.keyboard.press("Control+s")
    expect(page.locator(".policy")).to_contain_text("Proposer un échéancier")
    expect(page.locator(".policy")).to_contain_text("par une visite")


@pytest.mark.usefixtures("claire")
def test_a_day_is_taken_away_from_the_calendar_with_a_reason(page: Page, live_server: LiveServer) -> None:
    page.goto(address(live_server, "calendars"))
    page.get_by_role("link", name="Retirer : Lundi de Pentecôte, 25/05/2026").click()
    page.get_by_label("Pourquoi").fill("journée de solidarité")
    page.keyboard.press("Enter")
    row = page.get_by_role("row").filter(has_text="25/05/2026")
    expect(row).to_contain_text("retiré")
    expect(row).to_contain_text("journée de solidarité")


def _some_of_all(books: Books, by: int) -> dict[str, list[object]]:
    """A policy with versions, one for a kind of debtor, days changed, pauses that run and that ended."""
    for day in (date(2026, 9, 21), date(2026, 10, 5), date(2026, 10, 20)):
        morning(books, day)
    standard = Policy.objects.get()
    policy = change_policy(
        policy=standard, by=by, steps=[*standard.steps[:2], *standard.steps[3:]], maximum_minor=50_000_00,
        min_days_between_contacts=9,
    )  # fmt: skip
    add_policy(
        company=books.company, by=by, name="Marchés publics", kind="public", steps=REMINDER,
        ending="account_manager", ending_days=30,
    )  # fmt: skip
    for day, state in ((date(2026, 5, 15), "off"), (date(2026, 5, 25), "worked")):
        change_day(
            company=books.company, country="FR", day=day, state=state, name="Pont de l’Ascension",
            why="accord d’entreprise du 12 janvier, article 4", by=by,
        )  # fmt: skip
    for code, until in (("ACME", 27), ("BETA", 24), ("GAMMA", 30)):
        pause_dunning(
            customer=books.customer(code), starts_on=date(2026, 11, 2), until=date(2026, 11, until), by=by,
            reason="Échéancier en discussion avec le directeur financier, réponse attendue",
        )  # fmt: skip
    pause_dunning(customer=books.customer("GAMMA"), until=None, reason="", by=by)
    for code, day in (("GAMMA", 1), ("ACME", 24)):
        pause_dunning(
            customer=books.customer(code), starts_on=date(2026, 12, day) - timedelta(days=4), by=by,
            until=date(2026, 12, day) + timedelta(days=9), reason="Inventaire, la comptabilité est fermée",
        )  # fmt: skip
    propose(books, MONDAY)
    return {
        "policies": [], "policy": [policy.pk], "policy-new": [], "policy-versions": [policy.pk],
        "policies-without": [], "calendars": [], "pauses": [], "reminders": [],
        "customer-reminders": ["GAMMA"], "customer-file": ["ACME"], "customer": ["ACME"],
    }  # fmt: skip


def test_axe_finds_nothing_and_no_page_of_the_policies_scrolls_sideways(
    page: Page, live_server: LiveServer, books: Books, claire: int, keep_screenshot: Callable[[str], None]
) -> None:
    for name, args in _some_of_all(books, claire).items():
        page.goto(address(live_server, name, *args))
        if name in ("policy", "policy-new"):
            expect(page.locator("#tried")).not_to_be_empty()
        assert_accessible(page, name, lambda look, name=name: keep_screenshot(f"policies-{name}-{look}"))
    Policy.objects.update(is_active=False)
    add_policy(company=books.company, by=claire, name="Hôtels", segment="Hôtels", steps=REMINDER)
    others = ("policies-without", ""), ("policies", ""), ("pauses", "?show=over"), ("pauses", "?show=to-come")
    for name, asked in others:
        page.goto(address(live_server, name) + asked)
        look = f"policies-{name}-{asked[6:] or 'other'}"
        assert_accessible(page, name, lambda said, look=look: keep_screenshot(f"{look}-{said}"))
