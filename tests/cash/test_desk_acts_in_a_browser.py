"""The rarer acts of the desk in a real browser, with the keyboard: an advice, a return, another currency."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.accessible import DESK, assert_accessible
from tests.books import Books
from tests.cash.bank import Bank
from tests.cash.morning import morning_books
from tests.cash.test_desk_in_a_browser import done, on, press, sign_in

from exigible.cash.services import letter
from exigible.ledger.models import BankLine, OpenItem
from exigible.team.services import add_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def books(settings, tmp_path: Path) -> Books:
    settings.MEDIA_ROOT = tmp_path
    return morning_books()


@pytest.fixture
def lines(books: Books) -> dict[str, BankLine]:
    bank = Bank(books)
    when = timezone.localdate() - timedelta(days=1)
    item = books["FA26-10801"]
    paid = bank.receives("7320.15", "BTP ANKORONDRANO", "FA26-10801", on=when - timedelta(days=5))
    letter(
        company_id=item.company_id, line_id=paid.pk, customer_id=item.customer_id,
        allocations=[(item.pk, 7320_15)], by=None,
    )  # fmt: skip
    found = {
        "paid": paid,
        "advised": bank.receives("2252.30", "CABINET GESTION", "POUR DIVERS", on=when),
        "dollars": bank.receives("1085.00", "HOTEL BELLE EPOQUE", "FA26-10501", currency="USD", on=when),
        "back": bank.receives(
            "-7332.15", "BTP ANKORONDRANO", "REJET", on=when, is_return=True, return_reason="AM04"
        ),
    }
    bank.match()
    return found


@pytest.fixture
def desk(page: Page, live_server: LiveServer, books: Books, lines: dict[str, BankLine]) -> Page:
    user = add_user(company=books.company, email="a@x.example", role="administrator", by=None, name="C. B.")
    sign_in(page, live_server, user)
    page.set_viewport_size(DESK)
    page.goto(f"{live_server.url}/MNSAM/cash/")
    page.wait_for_load_state()
    return page


def test_a_list_that_is_pasted_becomes_the_proposal(
    desk: Page, books: Books, lines: dict[str, BankLine], keep_screenshot: Callable[[str], None]
) -> None:
    on(desk, lines["advised"])
    press(desk, "v")
    expect(desk.locator("#advice textarea")).to_be_focused()
    desk.keyboard.insert_text("FA26-10701   512,30\nFA26-10702  1 240,00\nFA26-99999   500,00")
    press(desk, "Control+Enter")
    expect(desk.locator(".advice summary")).to_contain_text("2 pièces retrouvées sur 3")
    expect(desk.locator("[data-item] input:checked")).to_have_count(2)
    expect(desk.locator("[data-rest]")).to_have_text("500,00\u00a0€")
    assert_accessible(desk, "advice")
    keep_screenshot("cash-advice-desk-light-fr")
    press(desk, "Enter")
    done(desk, lines["advised"])
    assert books["FA26-10702"].open_minor == 0


def test_a_file_that_is_dropped_is_read_and_a_bad_one_says_why(
    desk: Page, lines: dict[str, BankLine]
) -> None:
    on(desk, lines["advised"])
    chooser = desk.locator("#advice input[type=file]")
    chooser.set_input_files({"name": "avis.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" * 9})
    expect(desk.locator(".pane [role=alert]")).to_be_visible()
    content = b"Facture;Montant\nFA26-10701;512,30\nFA26-10702;1240,00\n"
    chooser.set_input_files({"name": "avis.csv", "mimeType": "text/csv", "buffer": content})
    expect(desk.locator(".advice summary")).to_contain_text("2 pièces retrouvées sur 2")
    expect(desk.locator(".advice-file a")).to_contain_text("avis.csv")


def test_a_payment_that_came_back_is_chosen_by_its_digit(
    desk: Page, live_server: LiveServer, books: Books, lines: dict[str, BankLine],
    keep_screenshot: Callable[[str], None],
) -> None:  # fmt: skip
    desk.goto(f"{live_server.url}/MNSAM/cash/?show=out")
    on(desk, lines["back"])
    assert_accessible(desk, "return")
    keep_screenshot("cash-return-desk-light-fr")
    press(desk, "1")
    expect(desk.locator("[name=original]")).to_be_checked()
    press(desk, "Enter")
    expect(desk.locator(f"#line-{lines['back'].pk}")).to_contain_text("frais du retour")
    assert books["FA26-10801"].open_minor == 7320_15
    press(desk, "u")
    expect(desk.locator(f"#line-{lines['back'].pk}")).to_contain_text("quel règlement")
    press(desk, "b")
    expect(desk.locator(".pane-head h2")).to_contain_text("remboursé")
    assert_accessible(desk, "refund")


def test_a_payment_in_dollars_is_lettered_at_a_typed_rate(
    desk: Page, books: Books, lines: dict[str, BankLine], keep_screenshot: Callable[[str], None]
) -> None:
    press(desk, "j")
    on(desk, lines["dollars"])
    expect(desk.locator("[data-rest]")).to_have_text("—")
    press(desk, "5", "0", "1", "Enter")
    expect(desk.locator("[data-item] input:checked")).to_have_count(1)
    press(desk, "t")
    expect(desk.locator("[name=rate]")).to_be_focused()
    desk.keyboard.type("0,92")
    expect(desk.locator("[name=worth]")).to_have_value("998,20")
    expect(desk.locator("[data-rest]")).to_have_text("−1,80\u00a0€")
    press(desk, "Enter", "t")
    expect(desk.locator("[data-remainder=exchange]")).to_have_attribute("aria-pressed", "true")
    assert_accessible(desk, "exchange")
    keep_screenshot("cash-exchange-desk-light-fr")
    press(desk, "Enter")
    done(desk, lines["dollars"])
    assert books["FA26-10501"].open_minor == 0
    assert OpenItem.objects.filter(foreign_currency="USD", amount_minor=-998_20).exists()
