"""From the run to the acknowledgement by the keyboard alone; each screen by day and by night."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from exigible.dunning.models import Action
from exigible.registered.models import Proof, RegisteredLetter
from exigible.registered.services import Postage, file_proof, note_status, number_letters, post_letters
from tests.accessible import LANGUAGES, assert_accessible
from tests.books import Books, write_books
from tests.registered.conftest import NUMBERS, made, notice_books, pdf

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = date(2026, 11, 23)


@pytest.fixture
def monday() -> Iterator[None]:
    """A Monday in November; the clock goes on, for a browser waits."""
    import time_machine

    with time_machine.travel("2026-11-23 09:00+01:00", tick=True):
        yield


@pytest.fixture
def books(transactional_db: None, monday: None) -> Books:
    return notice_books()


@pytest.fixture
def desk(page: Page, context: BrowserContext, live_server: LiveServer, collector: Client) -> Page:
    """A browser in which a collector of the company is signed in."""
    session = collector.cookies[site.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": site.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    return page


def press(page: Page, *keys: str) -> None:
    page.wait_for_load_state()
    for key in keys:
        page.keyboard.press(key)


def test_from_the_run_to_the_proof_without_a_mouse(
    desk: Page, live_server: LiveServer, to_post: list[Action], tmp_path: Path
) -> None:
    desk.goto(f"{live_server.url}/ACO/day/")
    press(desk, "g", "l")
    expect(desk.locator("h1")).to_have_text("Lettres recommandées")
    press(desk, "j", "x", "j", "x", "n")

    expect(desk.locator("h1")).to_have_text("Numéros")
    expect(desk.get_by_label("Numéros, un par ligne")).to_be_focused()
    desk.keyboard.type("1A 123 456 7890 2")
    press(desk, "Enter")
    desk.keyboard.type("RK123456784FR")  # a slip of the finger
    press(desk, "Tab", "Tab", "Enter")
    expect(desk.locator(".error")).to_contain_text("Ligne 2")
    column = desk.get_by_label("Numéros, un par ligne")
    expect(column).to_have_value("1A 123 456 7890 2\nRK123456784FR")
    column.fill("1A 123 456 7890 2\nRK123456785FR")
    press(desk, "Tab", "Tab", "Enter")

    expect(desk.locator("#messages")).to_contain_text("2 lettres ont leur numéro.")
    expect(desk.locator("tbody")).to_contain_text("RK 123 456 785 FR")
    press(desk, "j", "x", "j", "x", "p")
    expect(desk.locator("h1")).to_have_text("Postées")
    desk.get_by_label("Coût de chaque lettre").focus()
    desk.keyboard.type("6,11")
    press(desk, "Enter")

    expect(desk.locator("#messages")).to_contain_text("2 lettres postées.")
    assert set(Action.objects.filter(state="sent").values_list("customer__code", flat=True)) == {
        "ACME",
        "BETA",
    }
    assert set(RegisteredLetter.objects.values_list("cost_minor", "posted_on")) == {(611, MONDAY)}

    desk.goto(f"{live_server.url}/ACO/registered/?show=all")
    press(desk, "j", "Enter")
    expect(desk.locator("h1")).to_have_text("BETA")
    press(desk, "s")
    heard = desk.locator("dialog#heard")
    expect(heard.get_by_label("Ce qu’on a appris")).to_be_focused()
    heard.get_by_label("Ce qu’on a appris").select_option("delivered")
    heard.get_by_label("Qui a signé").fill("Mme Rossi")
    press(desk, "Enter")
    expect(desk.locator(".course")).to_contain_text("Mme Rossi")
    press(desk, "a")
    scan = tmp_path / "avis.pdf"
    scan.write_bytes(pdf("acknowledgement"))
    proof = desk.locator("dialog#proof")
    proof.get_by_label("Ce que c’est").select_option("acknowledgement")
    proof.get_by_label("PDF, JPEG ou PNG").set_input_files(scan)
    proof.get_by_role("button", name="Enregistrer").press("Enter")
    expect(desk.locator(".proofs")).to_contain_text("Avis de réception")
    assert Proof.objects.get().letter.customer.code == "BETA"


def test_the_screens_are_accessible_at_a_desk_and_on_a_phone(
    desk: Page, live_server: LiveServer, books: Books, keep_screenshot: Any
) -> None:
    letters = _fortnight(books)
    screens = {
        "registered": "registered/?show=post", "registered-returned": "registered/?show=returned",
        "registered-all": "registered/?show=all", "registered-numbers": "registered/numbers/",
        "registered-posting": "registered/posting/", "registered-tracking": "registered/tracking/",
        "registered-none": "registered/?show=file",
        "registered-letter": f"registered/{letters[0].action_id}/",
        "registered-unknown": f"registered/{letters[1].action_id}/",
        "registered-customer": "customers/ACME/reminders/", "registered-file": "customers/BETA/file/",
    }  # fmt: skip
    for language in LANGUAGES:
        desk.context.add_cookies([{"name": "language", "value": language, "url": live_server.url}])
        for name, path in screens.items():
            desk.goto(f"{live_server.url}/ACO/{path}")
            desk.wait_for_load_state()
            where = f"{name}-{language}"
            assert_accessible(desk, where, then=lambda size, where=where: keep_screenshot(f"{where}-{size}"))
    for key in ("s", "a", "n"):
        desk.goto(f"{live_server.url}/ACO/registered/{letters[0].action_id}/")
        press(desk, key)
        expect(desk.locator("dialog[open]")).to_be_visible()
        where = f"registered-dialog-{key}"
        assert_accessible(desk, where, then=lambda size, where=where: keep_screenshot(f"{where}-{size}"))


def test_an_electronic_letter_that_is_unsure_says_what_to_do(
    desk: Page, live_server: LiveServer, to_post: list[Action], settings: Any, keep_screenshot: Any
) -> None:
    from exigible.ledger.models import Customer
    from exigible.registered.carriers import HttpCarrier
    from exigible.registered.services.electronic import queue

    settings.LRE_URL = "http://127.0.0.1:9/v1"
    queue(action=to_post[0], carrier=HttpCarrier(settings.LRE_URL, "", "LRE"), by=None)
    RegisteredLetter.objects.update(hand_over="ambiguous", problem="interrupted")
    Customer.objects.filter(code="BETA").update(kind="individual")
    for name, path in (
        ("registered-electronic", "registered/"), ("registered-unsure", f"registered/{to_post[0].pk}/"),
        ("registered-consent", f"registered/{to_post[1].pk}/"),
    ):  # fmt: skip
        desk.goto(f"{live_server.url}/ACO/{path}")
        desk.wait_for_load_state()
        assert_accessible(desk, name, then=lambda size, name=name: keep_screenshot(f"{name}-{size}"))
    desk.goto(f"{live_server.url}/ACO/registered/{to_post[0].pk}/")
    desk.get_by_role("button", name="Elle n’est pas partie").press("Enter")
    expect(desk.locator("#messages")).to_contain_text("La lettre peut repartir")
    assert RegisteredLetter.objects.get().hand_over == "refused"


def test_a_file_that_was_read_says_what_it_brought(
    desk: Page, live_server: LiveServer, books: Books, keep_screenshot: Any, tmp_path: Path
) -> None:
    _fortnight(books)
    file = tmp_path / "suivi.csv"
    file.write_text(
        "Numéro;Date;Statut\n1A12345678901;18/11/2026;Distribué\nXX;18/11/2026;Distribué\n"
        "1A77777777777;18/11/2026;Distribué\nRK123456785FR;18/11/2026;Pli égaré\n"
    )
    desk.goto(f"{live_server.url}/ACO/registered/tracking/")
    desk.get_by_label("Fichier de suivi").set_input_files(file)
    desk.get_by_role("button", name="Lire le fichier").press("Enter")
    expect(desk.locator(".line-problems")).to_contain_text("Ligne 3")
    assert_accessible(desk, "read", then=lambda size: keep_screenshot(f"registered-read-{size}"))


def _fortnight(books: Books) -> list[RegisteredLetter]:
    """A run a fortnight ago whose letters met each their fate, and one of today whose letters wait."""
    import time_machine

    with time_machine.travel("2026-11-09 09:00+01:00", tick=True):
        actions = made(books, date(2026, 11, 9))
        number_letters(actions=actions, written=NUMBERS, by=None)
        letters = post_letters(actions=actions, postage=Postage(date(2026, 11, 9), 611, "EUR"), by=None)
    for at, status, day, said in (
        (0, "presented", 12, ""), (0, "waiting", 13, ""), (0, "unclaimed", 20, "délai de garde expiré"),
        (1, "unknown_address", 13, ""),
    ):  # fmt: skip
        on = date(2026, 11, day)
        note_status(letter=letters[at], status=status, on=on, said=said, source="file", by=None)
    file_proof(letter=letters[0], kind="deposit", name="bordereau tamponné.pdf", content=pdf(), by=None)
    write_books(
        """
        2026-08-01 invoice F-11 ACME 12400.00 due 2026-11-01
        2026-08-01 invoice F-12 DELTA 500.00 due 2026-11-01
        2026-08-01 invoice F-13 OMEGA 80.00 due 2026-11-01
        """,
        company=books.company,
    )
    from exigible.ledger.models import Customer

    for code, name in (
        ("DELTA", "Société d’exploitation des grands hôtels de la Riviera"),
        ("OMEGA", "Oméga"),
    ):
        Customer.objects.filter(company=books.company, code=code).update(
            name=name, sort_name=name.lower(), address="1 rue Basse", postcode="06000", city="Nice"
        )
    waiting = made(books, MONDAY)
    assert len(waiting) == 3
    assert number_letters(actions=waiting, written=["2C98765432109", "CP473124829US"], by=None) == []
    return letters


def test_the_day_tells_of_letters_that_came_back_and_one_key_leads_there(
    desk: Page, live_server: LiveServer, books: Books, keep_screenshot: Any
) -> None:
    _fortnight(books)
    for language in LANGUAGES:
        desk.context.add_cookies([{"name": "language", "value": language, "url": live_server.url}])
        desk.goto(f"{live_server.url}/ACO/day/")
        expect(desk.locator(".day-letters")).to_contain_text("BETA")
        where = f"day-letters-{language}"
        assert_accessible(desk, where, then=lambda size, where=where: keep_screenshot(f"{where}-{size}"))
    press(desk, "l")
    expect(desk).to_have_url(f"{live_server.url}/ACO/registered/?show=returned")
