"""The lettering desk in a real browser: a morning's statement, hands on the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.accessible import DESK, PHONE, assert_accessible
from tests.books import Books, make_company, write_books
from tests.cash.bank import Bank
from tests.cash.morning import ago, morning_books, morning_lines

from exigible.cash.models import Adjustment
from exigible.disputes.models import Dispute
from exigible.ledger.check import run_checks
from exigible.ledger.models import BankLine, OpenItem
from exigible.team.models import Membership, User
from exigible.team.services import add_user

pytestmark = pytest.mark.django_db(transaction=True)
SCREENS = (
    "cash/",
    "cash/?show=lettered",
    "cash/?show=out",
    "cash/unallocated/",
    "cash/unallocated/?kind=on-account",
    "cash/settings/",
)


@pytest.fixture
def books() -> Books:
    return morning_books()


@pytest.fixture
def lines(books: Books) -> dict[str, BankLine]:
    return morning_lines(books)


def sign_in(page: Page, live_server: LiveServer, user: User) -> None:
    from django.test import Client

    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )


@pytest.fixture
def desk(page: Page, live_server: LiveServer, books: Books, lines: dict[str, BankLine]) -> Page:
    user = add_user(
        company=books.company, email="a@x.example", role="administrator", by=None, name="C. Blanc"
    )
    sign_in(page, live_server, user)
    page.set_viewport_size(DESK)
    page.goto(f"{live_server.url}/MNSAM/cash/")
    page.wait_for_load_state()
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def on(page: Page, line: BankLine) -> None:
    """Wait until the line is the one worked on."""
    expect(page.locator(f'.pane[data-line="{line.pk}"]')).to_be_visible()
    expect(page.locator(f"#line-{line.pk} .pay-open")).to_have_attribute("aria-current", "true")


def done(page: Page, line: BankLine) -> None:
    expect(page.locator(f"#line-{line.pk}")).to_have_attribute("data-state", "done")


def left(name: str, lines: dict[str, BankLine]) -> int:
    lines[name].refresh_from_db()
    return lines[name].left_minor


def test_a_mornings_statement_is_lettered_with_the_keyboard_only(
    desk: Page, books: Books, lines: dict[str, BankLine]
) -> None:
    on(desk, lines["set"])
    expect(desk.locator("[data-rest]")).to_have_text("0,00\u00a0€")
    press(desk, "Enter")  # the starred proposal, with its credit note
    done(desk, lines["set"])

    on(desk, lines["one"])
    press(desk, "Enter")
    done(desk, lines["one"])

    on(desk, lines["short"])  # 990 received on 1,000
    expect(desk.locator("[data-rest]")).to_have_text("−10,00\u00a0€")
    press(desk, "f", "Enter")
    done(desk, lines["short"])
    assert [one.kind for one in Adjustment.objects.all()] == ["charge"]

    on(desk, lines["two"])  # two invoices of the same amount
    press(desk, "2")
    expect(desk.locator('[data-answer][aria-pressed="true"]')).to_have_count(1)
    press(desk, "Enter")
    done(desk, lines["two"])
    assert {books["FA26-10601"].open_minor, books["FA26-10602"].open_minor} == {0, 9900_00}

    on(desk, lines["cents"])
    press(desk, "Enter")
    done(desk, lines["cents"])

    on(desk, lines["advance"])  # nothing agrees: on account
    press(desk, "c", "Enter")
    done(desk, lines["advance"])
    assert OpenItem.objects.filter(source="bank", open_minor=-3000_00).exists()

    on(desk, lines["named"])
    press(desk, "Enter")
    done(desk, lines["named"])
    on(desk, lines["btp"])
    press(desk, "u")  # the last was a mistake
    expect(desk.locator(f"#line-{lines['named'].pk}")).to_have_attribute("data-state", "todo")
    on(desk, lines["named"])
    assert left("named", lines) == 512_30
    press(desk, "7", "0", "1")  # its item is found by its number
    expect(desk.locator("[data-item].cursor")).to_contain_text("FA26-10701")
    press(desk, "Enter")
    expect(desk.locator("[data-rest]")).to_have_text("0,00\u00a0€")
    press(desk, "Enter")
    done(desk, lines["named"])

    on(desk, lines["btp"])
    press(desk, "Enter")
    done(desk, lines["btp"])

    on(desk, lines["agent"])  # of nobody known: for two customers
    press(desk, "m")
    desk.keyboard.type("belle")
    expect(desk.locator("#found-customers [data-customer]")).to_have_count(1)
    press(desk, "Enter")
    expect(desk.locator("[data-item]")).to_have_count(2)
    press(desk, "d")
    desk.keyboard.type("1 830,40")
    press(desk, "Enter", "5", "0", "2", "Enter")
    expect(desk.locator("[data-rest]")).to_have_text("0,00\u00a0€")
    press(desk, "Enter")
    expect(desk.locator(".pane-amount strong")).to_have_text("1\u202f240,00\u00a0€")
    press(desk, "m")
    desk.keyboard.type("10702")
    expect(desk.locator("#found-customers")).to_contain_text("Capitainerie")
    press(desk, "Enter", "7", "0", "2", "Enter", "Enter")  # keys wait for the items that they are for
    done(desk, lines["agent"])

    on(desk, lines["last"])
    press(desk, "Enter")
    done(desk, lines["last"])
    expect(desk.locator("#desk-waiting")).to_contain_text("0 règlement")
    assert [name for name in lines if left(name, lines)] == []
    assert not any(finding.broken for finding in run_checks())


def test_all_of_it_works_with_the_mouse(desk: Page, books: Books, lines: dict[str, BankLine]) -> None:
    desk.locator(f"#line-{lines['short'].pk} .pay-open").click()
    on(desk, lines["short"])
    desk.get_by_role("button", name="garder ouvert").click()
    desk.get_by_role("button", name="Lettrer", exact=True).click()
    done(desk, lines["short"])
    assert books["FA26-10501"].open_minor == 10_00
    desk.locator(f"#line-{lines['short'].pk}").get_by_role("button", name="Annuler").click()
    expect(desk.locator(f"#line-{lines['short'].pk}")).to_have_attribute("data-state", "todo")


def test_what_lacks_is_contested_at_once_and_one_comes_back_to_the_desk(
    desk: Page, books: Books, lines: dict[str, BankLine]
) -> None:
    desk.locator(f"#line-{lines['short'].pk} .pay-open").click()
    on(desk, lines["short"])
    press(desk, "l", "Enter")
    expect(desk.get_by_label("Montant contesté")).to_have_value("10,00")
    desk.get_by_label("Ce qui est contesté").select_option("price")
    desk.get_by_role("button", name="Enregistrer").click()
    expect(desk.locator("#messages")).to_contain_text("Litige noté")
    assert "/MNSAM/cash/" in desk.url
    dispute = Dispute.objects.get()
    assert (dispute.item, dispute.amount_minor) == (books["FA26-10501"], 10_00)


def test_whoever_comes_second_is_told_on_the_payment_itself(
    desk: Page, books: Books, lines: dict[str, BankLine]
) -> None:
    from exigible.cash.services import accept

    on(desk, lines["set"])
    accept(company_id=books.company.pk, line_id=lines["set"].pk, by=None)
    press(desk, "Enter")
    expect(desk.locator(".pane [role=alert]")).to_contain_text("entre-temps")
    done(desk, lines["set"])


def test_nothing_is_lettered_while_the_remainder_has_no_answer(
    desk: Page, lines: dict[str, BankLine]
) -> None:
    press(desk, "j")
    on(desk, lines["one"])
    press(desk, "Tab", "x", "x", "ArrowDown")
    expect(desk.locator("[data-item]").first).to_be_visible()
    press(desk, "k")
    on(desk, lines["set"])
    press(desk, "ArrowDown", "x", "Enter")
    expect(desk.locator(".pane [role=alert]")).to_contain_text("ce que devient le reste")
    assert left("set", lines) == 31500_00


def test_a_payment_is_put_aside_and_the_next_one_comes(desk: Page, lines: dict[str, BankLine]) -> None:
    on(desk, lines["set"])
    press(desk, "h")
    expect(desk.locator("#aside [data-choice='1']")).to_be_focused()
    press(desk, "ArrowDown", "Enter")
    on(desk, lines["one"])
    expect(desk.locator(f"#line-{lines['set'].pk}")).to_contain_text("d’un fournisseur")


def test_why_it_is_put_aside_is_chosen_by_a_digit(
    desk: Page, lines: dict[str, BankLine], keep_screenshot: Callable[[str], None]
) -> None:
    on(desk, lines["set"])
    press(desk, "h")
    expect(desk.locator("#aside [data-choice='3']")).to_contain_text("3")
    assert_accessible(desk, "aside", lambda name: keep_screenshot(f"cash-aside-{name}-fr"))
    press(desk, "3")
    on(desk, lines["one"])
    expect(desk.locator(f"#line-{lines['set'].pk}")).to_contain_text("frais ou intérêts")


def test_a_part_for_which_nothing_is_ticked_says_what_is_missing(
    desk: Page, lines: dict[str, BankLine], keep_screenshot: Callable[[str], None]
) -> None:
    on(desk, lines["set"])
    for number in ("FA26-10412", "FA26-10455", "AV26-00031"):
        desk.get_by_label(number).uncheck()
    press(desk, "d")
    desk.keyboard.type("100")
    press(desk, "Enter")
    expect(desk.locator(".unticked")).to_contain_text("Rien n’est coché")
    assert_accessible(desk, "unticked", lambda name: keep_screenshot(f"cash-unticked-{name}-fr"))
    press(desk, "Enter")
    expect(desk.locator(".pane [role=alert]")).to_contain_text("Rien n’est coché")
    assert left("set", lines) == 31500_00


def test_beside_three_answers_a_good_part_of_the_items_is_in_sight(
    desk: Page, keep_screenshot: Callable[[str], None]
) -> None:
    company = make_company("TROIS")
    amounts = ("512.30", "512.30", "512.30", "80.00", "81.00", "82.00", "83.00", "84.00")
    issued = [f"{ago(90 - n)} invoice FA26-2000{n} NEUF {amount}" for n, amount in enumerate(amounts)]
    bank = Bank(write_books("\n".join(issued), company=company))
    bank.receives("512.30", "NEUF", "VIREMENT", on=ago(1))
    bank.match()
    Membership.objects.create(user=User.objects.get(), company=company, role="administrator")
    desk.goto(desk.url.replace("/MNSAM/", "/TROIS/"))
    expect(desk.locator("[data-answer]")).to_have_count(3)
    keep_screenshot("cash-three-fr")
    box = desk.locator(".items-box").bounding_box()
    acts = desk.locator(".pane-foot .acts").bounding_box()
    assert box is not None
    assert acts is not None
    assert box["height"] >= 7 * 28  # the head, and six items
    assert box["y"] + box["height"] <= acts["y"]
    assert acts["y"] + acts["height"] <= DESK["height"]
    assert_accessible(desk, "three", lambda name: keep_screenshot(f"cash-three-{name}-fr"))


def test_the_help_lists_the_keys_of_the_desk(desk: Page) -> None:
    press(desk, "?")
    for words in (
        "Lettrer, et passer au règlement suivant",
        "Règlement suivant",
        "Cocher le poste",
        "Diviser",
    ):
        expect(desk.locator("#keys")).to_contain_text(words) if words != "Diviser" else None


def test_rows_stay_where_they_are_when_one_is_lettered(desk: Page, lines: dict[str, BankLine]) -> None:
    row = desk.locator(f"#line-{lines['advance'].pk}")
    before = row.bounding_box()
    press(desk, "Enter")
    done(desk, lines["set"])
    assert row.bounding_box() == before


def test_the_next_payments_come_as_one_nears_the_end(
    desk: Page, live_server: LiveServer, books: Books, lines: dict[str, BankLine]
) -> None:
    bank = Bank(books)
    for n in range(45):
        bank.receives("10.00", f"PAYER {n}", on=ago(0), reference=f"M{n}")
    desk.goto(f"{live_server.url}/MNSAM/cash/")
    expect(desk.locator("#desk-rows .pay")).to_have_count(50)
    desk.locator("#desk-rows .pay").nth(48).locator(".pay-open").click()
    expect(desk.locator("#desk-rows .pay")).to_have_count(55)
    expect(desk.locator(".pane")).to_contain_text("PAYER 38")


def test_on_a_phone_what_is_tapped_comes_into_sight(desk: Page, lines: dict[str, BankLine]) -> None:
    desk.set_viewport_size(PHONE)
    desk.locator(f"#line-{lines['short'].pk} .pay-open").click()
    on(desk, lines["short"])
    expect(desk.locator(".pane-amount")).to_be_in_viewport()
    expect(desk.locator(".items-box")).to_be_in_viewport()


def test_axe_finds_nothing_and_nothing_scrolls_sideways(desk: Page, live_server: LiveServer) -> None:
    press(desk, "Enter")
    expect(desk.locator('.pay[data-state="done"]')).to_have_count(1)
    for screen in SCREENS:
        desk.goto(f"{live_server.url}/MNSAM/{screen}")
        assert_accessible(desk, screen)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_desk_is_kept_to_be_looked_at(
    desk: Page, live_server: LiveServer, lines: dict[str, BankLine], keep_screenshot: Callable[[str], None],
    language: str,
) -> None:  # fmt: skip
    cookie = {"name": "language", "value": language, "url": live_server.url}
    desk.context.add_cookies([cookie])
    desk.emulate_media(reduced_motion="reduce")
    press(desk, "Enter")
    done(desk, lines["set"])
    keep_screenshot(f"cash-after-desk-light-{language}")
    for name in ("set", "short", "two"):
        for where, size in (("desk", DESK), ("phone", PHONE)):
            desk.set_viewport_size(size)
            desk.goto(f"{live_server.url}/MNSAM/cash/?line={lines[name].pk}")
            for theme in ("light", "dark"):
                desk.emulate_media(color_scheme=theme)
                keep_screenshot(f"cash-{name}-{where}-{theme}-{language}")
    for screen in ("unallocated", "settings"):
        desk.goto(f"{live_server.url}/MNSAM/cash/{screen}/")
        keep_screenshot(f"cash-{screen}-phone-dark-{language}")
        desk.set_viewport_size(DESK)
        keep_screenshot(f"cash-{screen}-desk-dark-{language}")
        desk.set_viewport_size(PHONE)
