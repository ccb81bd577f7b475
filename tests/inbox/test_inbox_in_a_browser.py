"""The inbox in a real browser, by the keyboard: a reply read, made a dispute, taken back, passed over."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.accessible import assert_accessible
from tests.books import Books
from tests.inbox.letters import ABSENT, DISPUTE, PAID, PROMISE, QUOTED, bounced, late_books, received, written

from exigible.disputes.models import Dispute
from exigible.inbox.models import Mail
from exigible.ledger.models import Company, Customer
from exigible.negotiation.models import Promise
from exigible.team.services import add_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("monday", "files")]
LONG = "Société d’exploitation hôtelière et de restauration de la Principauté, anciens Établissements Rossi"


@pytest.fixture
def books(monday: None) -> Books:
    return late_books()


def sign_in(context: BrowserContext, live_server: LiveServer, company: Company, role: str) -> None:
    user = add_user(
        company=company, email=f"{role}@aco.example", role=role, by=None, password="a-long-password",
        name="Claire Martin",
    )  # fmt: skip
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])


@pytest.fixture
def collector(context: BrowserContext, live_server: LiveServer, books: Books) -> None:
    sign_in(context, live_server, books.company, "collector")


def address(live_server: LiveServer, name: str, *args: object) -> str:
    return live_server.url + reverse(name, args=["ACO", *args])


def press(page: Page, *keys: str) -> None:
    """Keys, at a hand's pace: one pressed while a mail or an act is on its way does nothing."""
    for key in keys:
        page.wait_for_timeout(150)
        page.keyboard.press(key)


def deliver(books: Books) -> None:
    """A morning's mail."""
    bodies = {
        "<1@x>": (DISPUTE + QUOTED, "acme@example.net", "RE: Relance"),
        "<2@x>": (PROMISE + QUOTED, "Léa Roux <acme@example.net>", "Votre facture F-1001"),
        "<3@x>": (PAID, "beta@example.net", "RE: Relance du 16/11"),
        "<4@x>": (ABSENT, "beta@example.net", "Réponse automatique : Relance"),
        "<5@x>": ("Bonjour, pourriez-vous m'appeler ?", "inconnu@ailleurs.example", "Question"),
    }
    for message_id, (body, sender, subject) in bodies.items():
        headers = {"Auto_Submitted": "auto-replied"} if body == ABSENT else {}
        received(
            books.company,
            written(body, sender=sender, subject=subject, message_id=message_id, **headers),
        )


@pytest.mark.usefixtures("collector")
def test_a_reply_is_opened_and_turned_into_a_dispute_with_the_keyboard_alone(
    page: Page, live_server: LiveServer, books: Books
) -> None:
    deliver(books)
    page.goto(address(live_server, "reminders"))
    press(page, "g", "m")
    expect(page.get_by_role("heading", level=1)).to_have_text("Réponses")
    expect(page.locator("#inbox-waiting")).to_have_text("5 à confirmer")
    pane = page.locator("#mail-pane")
    expect(pane).to_contain_text("Nous contestons la facture F-1001")
    expect(pane.locator("mark").first).to_be_visible()
    expect(pane.get_by_label("Montant contesté")).to_have_value("300,00")
    expect(pane.get_by_label("Échéance")).to_contain_text("F-1001")

    press(page, "Enter")
    row = page.locator(".mail").first
    expect(row).to_contain_text("Litige noté\u00a0: F-1001.")
    expect(page.locator("#inbox-waiting")).to_have_text("4 à confirmer")
    dispute = Dispute.objects.get()
    assert (dispute.amount_minor, dispute.item, dispute.reason) == (300_00, books["F-1001"], "delivery")
    assert "il manque 300,00" in dispute.text
    assert dispute.by is not None
    expect(pane.get_by_label("Promis pour le")).to_have_value("2026-11-27")  # the next one is open


@pytest.mark.usefixtures("collector")
def test_a_morning_of_replies_is_answered_by_one_key_each_and_taken_back(
    page: Page, live_server: LiveServer, books: Books
) -> None:
    deliver(books)
    page.goto(address(live_server, "inbox"))
    pane, waiting = page.locator("#mail-pane"), page.locator("#inbox-waiting")
    tabs = page.get_by_label("Messages affichés")
    expect(tabs.locator("a")).to_have_text(["À confirmer 5", "Fait 0", "Mis de côté 0"])
    press(page, "j")
    expect(pane.get_by_label("Promis pour le")).to_have_value("2026-11-27")
    press(page, "Enter")
    expect(waiting).to_have_text("4 à confirmer")
    assert Promise.objects.get().amount_minor == 1200_00

    expect(pane.get_by_label("Relances suspendues jusqu")).to_have_value("2026-11-30")
    press(page, "Enter")
    expect(waiting).to_have_text("3 à confirmer")
    expect(pane).to_contain_text("Absence jusqu’au 04/12/2026")
    press(page, "h")  # put aside instead of what is proposed
    expect(waiting).to_have_text("2 à confirmer")

    expect(pane).to_contain_text("Aucun client trouvé")
    press(page, "m")
    page.keyboard.type("beta")
    expect(page.locator("#found-customers")).to_contain_text("BETA")
    press(page, "Enter")
    expect(pane).to_contain_text("Rattaché à la main")
    press(page, "n")
    expect(pane.get_by_role("button", name="Lu, rien à faire")).to_be_visible()
    press(page, "Enter")
    expect(waiting).to_have_text("1 à confirmer")
    expect(tabs.locator("a")).to_have_text(["À confirmer 1", "Fait 3", "Mis de côté 1"])
    expect(tabs.locator("[aria-current]")).to_have_text("À confirmer 1")

    press(page, "u")
    expect(waiting).to_have_text("2 à confirmer")
    assert Mail.objects.filter(state="waiting").count() == 2
    assert Mail.objects.get(outcome="paid").customer == books.customer("BETA")


@pytest.mark.usefixtures("collector")
def test_enter_on_another_button_presses_that_button(
    page: Page, live_server: LiveServer, books: Books
) -> None:
    deliver(books)
    page.goto(address(live_server, "inbox"))
    page.locator("#mail-pane").get_by_role("button", name="Mettre de côté").focus()
    press(page, "Enter")
    expect(page.locator("#inbox-waiting")).to_have_text("4 à confirmer")
    assert not Dispute.objects.exists()
    assert Mail.objects.get(state="aside")


@pytest.mark.usefixtures("collector")
def test_hostile_html_shows_as_text(page: Page, live_server: LiveServer, books: Books) -> None:
    raw = written(
        "Bonjour <script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
        " <b>payé</b>",
        subject="<script>document.title='taken'</script>",
        sender="\"<img src=x onerror=alert(1)>\" <acme@example.net>",
    )  # fmt: skip
    received(books.company, raw)
    html = raw.replace(b"text/plain", b"text/html").replace(b"Bonjour", b"<p>Bonjour</p>", 1)
    received(
        books.company, html.replace(b"<1@acme.example>", b"<2@acme.example>").replace(b"07:30", b"07:31")
    )
    for mail in Mail.objects.order_by("pk"):
        page.goto(address(live_server, "inbox-mail", mail.pk))
        expect(page.locator("#mail-pane")).to_contain_text("Bonjour")
        expect(page.locator(".letter-head h2")).to_have_text("<script>document.title='taken'</script>")
        assert page.locator("#mail-pane :is(script, img, b)").count() == 0
        assert "taken" not in page.title()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_inbox_is_accessible_at_a_desk_and_on_a_phone(
    page: Page, context: BrowserContext, live_server: LiveServer, books: Books,
    keep_screenshot: Callable[[str], None], language: str,
) -> None:  # fmt: skip
    def shot(name: str) -> Callable[[str], None]:
        return lambda where: keep_screenshot(f"{name}-{where}-{language}")

    sign_in(context, live_server, books.company, "administrator")
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
    context.set_extra_http_headers({"Accept-Language": language})
    page.goto(address(live_server, "inbox"))
    assert_accessible(page, "empty", shot("inbox-empty"))
    page.goto(address(live_server, "inbox-settings"))
    assert_accessible(page, "settings", shot("inbox-settings"))
    Customer.objects.filter(code="BETA").update(name=LONG, sort_name="societe")
    deliver(books)
    received(books.company, bounced("acme@example.net"))
    Customer.objects.update(email="both@example.net")
    received(books.company, written("Merci de rappeler.", sender="both@example.net", message_id="<6@x>"))
    shown = Mail.objects.order_by("pk")
    for number, mail in enumerate(shown if language == "fr" else shown[1:2]):
        page.goto(address(live_server, "inbox-mail", mail.pk))
        assert_accessible(page, mail.kind, shot(f"inbox-{number}"))
