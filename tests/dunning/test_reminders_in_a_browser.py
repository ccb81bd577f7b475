"""A morning's reminders in a real browser: read, sorted out, approved, sent, and looked at afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.live_server_helper import LiveServer

from exigible.dunning.jobs import send_run_job
from exigible.dunning.models import Action, Policy
from exigible.dunning.policies import change_policy, policies_in_force
from exigible.ledger.models import Customer
from exigible.team.services import add_user
from tests.accessible import LANGUAGES, assert_accessible
from tests.books import Books
from tests.dunning.mailserver import MailServer
from tests.dunning.reminders import approve_all, books_with, morning, propose, send

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("monday")]

BOOKS = """
    2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01
    2026-09-05 invoice F-2 ACME 300.00 due 2026-10-05
    2026-10-10 payment V-1 ACME -100.00
    2026-09-01 invoice F-3 BETA 800.00 due 2026-11-10
    2026-09-01 invoice F-4 GAMMA 640.00 due 2026-07-01
    2026-10-26 invoice F-5 DELTA 90.00 due 2026-11-26
    2026-09-01 invoice F-6 TINY 4.00 due 2026-11-01
    2026-09-01 invoice F-7 NOWHERE 70.00 due 2026-10-20
"""
LONG = "Société d’exploitation hôtelière et de restauration de la Principauté, anciens Établissements Rossi"


@pytest.fixture
def books(monday: None) -> Books:
    books = books_with(BOOKS)
    Customer.objects.filter(code="GAMMA").update(email="", name=LONG, sort_name="societe")
    Customer.objects.filter(code="NOWHERE").update(email="", address="")
    return books


@pytest.fixture
def senior(context: BrowserContext, live_server: LiveServer, books: Books) -> Client:
    """Claire, signed in in the browser; the same session without a browser is given back."""
    user = add_user(
        company=books.company, email="claire@aco.example", role="senior", by=None,
        password="a-long-password", name="Claire Martin",
    )  # fmt: skip
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    return client


def work() -> None:
    """Do the sending that waits for a worker, here: a worker's own loop does not go with the browser's."""
    for job in ProcrastinateJob.objects.filter(task_name="dunning.send_run", status="todo"):
        send_run_job(**job.args)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [job.pk])


def address(live_server: LiveServer, name: str, *args: object) -> str:
    return live_server.url + reverse(name, args=["ACO", *args])


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.usefixtures("senior")
def test_a_senior_reads_leaves_one_out_approves_and_sends(
    page: Page, live_server: LiveServer, books: Books, mail: MailServer
) -> None:
    mail.refuse["delta@example.net"] = "550 no such mailbox"
    propose(books)
    page.goto(address(live_server, "reminders"))
    press(page, "r")
    expect(page.get_by_role("heading", level=1)).to_have_text("Relances du 23/11/2026")

    press(page, "j", "Space")  # the very message beside the list
    expect(page.locator("#side h2")).to_have_text("ACME")
    expect(page.frame_locator("#side iframe").locator("body")).to_contain_text("F-1")
    press(page, "Escape", "j")

    press(page, "o")  # the second line, BETA, is left out
    expect(page.locator("#messages")).to_contain_text("1 message écarté.")
    expect(page.get_by_role("link", name="Écartées")).to_contain_text("1")

    press(page, "A")
    expect(page.locator("#messages")).to_contain_text("3 messages validés.")
    press(page, "S")
    expect(page.locator("dialog#send")).to_contain_text(
        "2 courriels partent maintenant, de compta@aco.example."
    )
    expect(page.locator("dialog#send")).to_contain_text("1 lettre est établie")
    press(page, "Enter")
    expect(
        page.get_by_text("Envoi\u00a0: 0 parties, 3 à suivre. Vous pouvez quitter cette page.")
    ).to_be_visible()

    work()
    expect(page.locator(".sending")).to_have_count(0)
    row = page.locator("[data-row]")
    expect(row.filter(has_text="ACME")).to_contain_text("envoyée")
    expect(row.filter(has_text="DELTA")).to_contain_text("550 no such mailbox")
    expect(page.get_by_role("link", name="Imprimer la lettre")).to_be_visible()
    assert mail.recipients == ["acme@example.net"]
    assert Action.objects.get(customer__code="BETA").state == "excluded"


@pytest.mark.usefixtures("senior")
def test_what_is_left_out_is_taken_back_with_undo(page: Page, live_server: LiveServer, books: Books) -> None:
    run = propose(books)
    page.goto(address(live_server, "run", run.pk))
    press(page, "j", "o")
    page.get_by_role("button", name="Annuler").click()
    expect(page.locator("#messages")).to_contain_text("1 message est proposé de nouveau.")
    assert not Action.objects.filter(state="excluded").exists()


@pytest.mark.usefixtures("senior")
def test_a_letter_is_seen_as_it_is_printed(page: Page, live_server: LiveServer, books: Books) -> None:
    run = propose(books)
    page.goto(address(live_server, "run", run.pk) + "?channel=letter")
    press(page, "j", "Space")
    frame = page.locator("#side iframe")
    expect(frame).to_have_attribute("src", re.compile(r"letter\.pdf"))
    response = page.request.get(live_server.url + str(frame.get_attribute("src")).split("#", maxsplit=1)[0])
    assert response.body().startswith(b"%PDF")


@pytest.mark.usefixtures("senior")
def test_the_frame_of_an_email_runs_nothing_and_loads_nothing(
    page: Page, live_server: LiveServer, books: Books
) -> None:
    propose(books)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    action = Action.objects.get(customer__code="ACME")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(address(live_server, "reminder", action.pk))
    expect(page.frame_locator("iframe").locator("body")).to_contain_text("F-1")
    assert said == []
    assert page.locator("iframe").get_attribute("sandbox") == ""
    assert all(url.startswith((live_server.url, "data:")) for url in asked)


@pytest.mark.usefixtures("senior")
def test_a_policy_is_changed_and_the_old_version_stays_to_be_read(
    page: Page, live_server: LiveServer, books: Books
) -> None:
    policies_in_force(books.company)
    page.goto(address(live_server, "policies"))
    page.get_by_role("link", name="Modifier : Standard").click()
    page.get_by_label("Relance ferme: Jours").fill("30")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".policy")).to_contain_text("30 jours après l’échéance")
    page.get_by_role("link", name="2 versions").click()
    expect(page.locator("table")).to_contain_text("21 jours après l’échéance")


# --- what everyone can use, and what it looks like ---


def _after_some_mornings(books: Books, mail: MailServer) -> dict[str, list[object]]:
    """Runs in every state, an unsure delivery, customers without an address and without a policy."""
    morning(books, date(2026, 11, 16))
    books_with("2026-09-01 invoice F-8 OMEGA 55.00 due 2026-10-20", company=books.company)
    Customer.objects.filter(code="NOWHERE").update(email="", address="")
    mail.die_after_text = 1
    run = propose(books)
    approve_all(run)
    send(run)
    policies_in_force(books.company)
    policy = Policy.objects.get(is_active=True)
    change_policy(policy=policy, by=None, min_days_between_contacts=9)
    action = Action.objects.order_by("-pk")[0]
    return {
        "reminders": [], "run": [run.pk], "run-left-out": [run.pk], "run-held-back": [run.pk],
        "reminder": [action.pk], "policies": [], "policy": [Policy.objects.get(is_active=True).pk],
        "policy-new": [],
    }  # fmt: skip


@pytest.mark.usefixtures("senior")
@pytest.mark.parametrize("language", LANGUAGES)
def test_two_lines_go_by_letter_instead_by_the_keyboard(
    page: Page, live_server: LiveServer, books: Books, keep_screenshot: Callable[[str], None], language: str
) -> None:
    page.context.add_cookies([{"name": "language", "value": language, "url": live_server.url}])
    run = propose(books)
    page.goto(address(live_server, "run", run.pk))
    press(page, "j", "x", "j", "x", "w")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Another way|Autre canal"))
    assert_accessible(page, "run-channel", lambda look: keep_screenshot(f"run-channel-{language}-{look}"))
    press(page, "l")
    expect(page.locator(".toast, .notice, [role=status]").first).to_be_visible()
    assert Action.objects.filter(run=run, reason_params__has_key="chosen_over", channel="letter").count() == 2
    assert_accessible(page, "run", lambda look: keep_screenshot(f"run-with-other-ways-{language}-{look}"))


@pytest.mark.usefixtures("senior")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_policy_is_taken_out_of_force_and_put_back(
    page: Page, live_server: LiveServer, books: Books, keep_screenshot: Callable[[str], None], language: str
) -> None:
    page.context.add_cookies([{"name": "language", "value": language, "url": live_server.url}])
    policies_in_force(books.company)
    page.goto(address(live_server, "policy", Policy.objects.get().pk))
    press(page, "x")
    expect(page.locator("input[name=without]")).to_have_value("6")
    assert_accessible(page, "policy-retire", lambda look: keep_screenshot(f"policy-retire-{language}-{look}"))
    press(page, "x")
    expect(page.locator("details.version")).to_be_visible()
    assert not Policy.objects.filter(is_active=True).exists()
    page.locator("details.version summary").click()
    assert_accessible(page, "policies", lambda look: keep_screenshot(f"policies-none-{language}-{look}"))
    page.locator("details.version form button").click()
    expect(page.locator("section.policy")).to_be_visible()


@pytest.mark.usefixtures("senior")
def test_axe_finds_nothing_and_no_page_scrolls_sideways(
    page: Page,
    live_server: LiveServer,
    books: Books,
    mail: MailServer,
    keep_screenshot: Callable[[str], None],
) -> None:
    screens = _after_some_mornings(books, mail)
    for name, args in screens.items():
        page.goto(address(live_server, name, *args))
        assert_accessible(page, name, lambda look, name=name: keep_screenshot(f"{name}-{look}"))


@pytest.mark.usefixtures("senior")
def test_axe_finds_nothing_beside_the_list_nor_in_the_dialog(
    page: Page, live_server: LiveServer, books: Books
) -> None:
    run = propose(books)
    approve_all(run)
    page.goto(address(live_server, "run", run.pk))
    press(page, "j", "Space")
    expect(page.locator("#side h2")).to_be_visible()
    assert_accessible(page)
    press(page, "Escape", "S")
    expect(page.locator("dialog#send")).to_be_visible()
    assert_accessible(page)
