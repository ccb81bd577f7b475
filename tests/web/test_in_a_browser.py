"""The frame and the components in a real browser: by keyboard, by mouse, read aloud, on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from tests.accessible import DESK, PHONE, assert_accessible

pytestmark = pytest.mark.django_db(transaction=True)

SCREENS = (
    "_components/",
    "_components/table/",
    "_components/table/?as_of=2026-10-31",
    "sign-in/",
    "nowhere/x/y/",
)


@pytest.fixture
def guide(page: Page, live_server: LiveServer) -> Page:
    page.goto(f"{live_server.url}/_components/")
    return page


@pytest.fixture
def balance(page: Page, live_server: LiveServer) -> Page:
    page.goto(f"{live_server.url}/_components/table/")
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    page: Page, live_server: LiveServer, screen: str
) -> None:
    page.goto(f"{live_server.url}/{screen}")
    assert_accessible(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_components_are_kept_to_be_looked_at(
    guide: Page, keep_screenshot: Callable[[str], None], theme: str
) -> None:
    for name, size in (("desk", DESK), ("phone", PHONE)):
        guide.set_viewport_size(size)
        guide.emulate_media(color_scheme=theme)
        keep_screenshot(f"components-{name}-{theme}")


def test_nothing_in_the_page_is_refused_by_its_own_policy(page: Page, live_server: LiveServer) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}/_components/")
    press(page, "j", "Space", "Escape", "Control+k")
    expect(page.locator("#palette")).to_be_visible()
    assert said == []


def test_j_and_k_walk_the_rows_and_stay_in_the_list(guide: Page) -> None:
    rows = guide.locator("[data-row]")
    press(guide, "j", "j")
    expect(rows.nth(1)).to_have_class(re.compile("cursor"))
    press(guide, "k", "k", "k")
    expect(rows.nth(0)).to_have_class(re.compile("cursor"))


def test_enter_opens_the_row(guide: Page) -> None:
    press(guide, "j", "j", "Enter")
    expect(guide).to_have_url(re.compile("#customer-C10401$"))


def test_space_shows_the_row_beside_the_list_and_follows_it(guide: Page) -> None:
    press(guide, "j", "Space")
    expect(guide.locator("#side h2")).to_have_text("Riviera Charter SAM")
    press(guide, "j")
    expect(guide.locator("#panel")).to_be_visible()
    press(guide, "Escape")
    expect(guide.locator("#panel")).to_be_hidden()


def test_a_row_that_comes_after_the_panel_was_closed_does_not_open_it_again(guide: Page) -> None:
    held: list[Route] = []
    guide.route("**/_components/peek/", lambda route: held.append(route) if not held else route.continue_())
    with guide.expect_request("**/_components/peek/"):
        press(guide, "j", "Space")
    press(guide, "Escape")
    with guide.expect_response("**/_components/peek/") as answer:
        held[0].continue_()
    answer.value.finished()
    guide.wait_for_timeout(100)
    expect(guide.locator("#panel")).to_be_hidden()
    press(guide, "Space")
    expect(guide.locator("#side h2")).to_be_visible()


def test_the_side_panel_opens_and_closes_by_mouse(balance: Page) -> None:
    balance.get_by_role("button", name="Panneau latéral").click()
    expect(balance.locator("#side h2")).to_be_visible()
    balance.locator("[data-side-close]").click()
    expect(balance.locator("#panel")).to_be_hidden()


def test_x_selects_and_shift_extends_and_the_sum_is_exact(guide: Page) -> None:
    press(guide, "j", "x", "Shift+J")
    bar = guide.locator("[data-selection] output")
    expect(bar).to_have_text("Sélection\u00a0: 2 · 115\u202f620,00\u00a0€")
    press(guide, "x")
    expect(bar).to_have_text("Sélection\u00a0: 1 · 84\u202f120,00\u00a0€")


def test_selecting_moves_nothing(guide: Page) -> None:
    before = guide.locator("[data-row]").nth(3).bounding_box()
    press(guide, "j", "x")
    assert guide.locator("[data-row]").nth(3).bounding_box() == before


def test_shift_click_selects_a_range(guide: Page) -> None:
    boxes = guide.locator('[data-row] input[type="checkbox"]')
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(guide.locator("[data-row] input:checked")).to_have_count(4)


def test_an_act_on_rows_takes_the_current_one_when_none_is_selected(guide: Page) -> None:
    guide.evaluate("document.getElementById('selection').addEventListener('submit', e => e.preventDefault())")
    press(guide, "j", "j", "p")
    expect(guide.locator("[data-row] input:checked")).to_have_value("1")


def test_a_key_that_each_row_has_is_the_current_rows(guide: Page) -> None:
    press(guide, "j", "j", "j", "t")
    expect(guide).to_have_url(re.compile("#call-C10402$"))


def test_g_then_a_letter_jumps(guide: Page) -> None:
    press(guide, "g", "b")
    expect(guide).to_have_url(re.compile("#aged-balance$"))


def test_keys_do_nothing_while_one_types(guide: Page) -> None:
    field = guide.locator('input[name="customer"]')
    field.click()
    guide.keyboard.type("gb jx?/n e")
    expect(field).to_have_value("gb jx?/n e")
    expect(guide.locator("dialog[open]")).to_have_count(0)
    expect(guide).not_to_have_url(re.compile("#"))


@pytest.mark.parametrize("keys", ["Control+j", "Alt+n", "Meta+n", "Control+Shift+K"])
def test_keys_with_a_modifier_are_left_to_the_browser(guide: Page, keys: str) -> None:
    press(guide, keys)
    expect(guide.locator("dialog[open], .cursor")).to_have_count(0)


def test_the_help_lists_only_the_keys_that_work_here(guide: Page, live_server: LiveServer) -> None:
    press(guide, "?")
    expect(guide.locator("#keys")).to_contain_text("New note")
    expect(guide.locator("#keys")).to_contain_text("Sélectionner la ligne")
    guide.goto(f"{live_server.url}/_components/table/")
    press(guide, "?")
    expect(guide.locator("#keys")).to_contain_text("Ligne suivante")
    expect(guide.locator("#keys")).not_to_contain_text("New note")
    expect(guide.locator('#keys [data-needs="select"]').first).to_be_hidden()


def test_no_key_acts_behind_a_dialog(guide: Page) -> None:
    press(guide, "n")
    expect(guide.locator("dialog#note")).to_be_visible()
    press(guide, "Tab", "g", "b")
    expect(guide).not_to_have_url(re.compile("#aged"))


def test_the_palette_finds_and_goes_by_arrows(guide: Page) -> None:
    press(guide, "/")
    options = guide.locator('#palette [role="option"]')
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    press(guide, "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    expect(guide.locator("#palette input")).to_be_focused()
    expect(guide.locator("#palette input")).to_have_attribute("aria-activedescendant", re.compile("hit-2-"))
    press(guide, "Enter")
    expect(guide).to_have_url(re.compile("#settings$"))
    expect(guide.locator("#palette")).to_be_hidden()


def test_the_palette_opens_by_mouse_and_closes_by_escape(guide: Page) -> None:
    guide.get_by_role("link", name="Client, facture, commande…").click()
    expect(guide.locator("#palette")).to_be_visible()
    press(guide, "Escape")
    expect(guide.locator("#palette")).to_be_hidden()


def test_escape_closes_the_menu_that_is_open(guide: Page) -> None:
    menu = guide.locator(".top-date")
    menu.locator("summary").click()
    expect(menu.locator("input[type=date]")).to_be_visible()
    press(guide, "Escape")
    expect(menu.locator("input[type=date]")).to_be_hidden()


def test_a_message_comes_with_a_fragment_and_can_be_closed(guide: Page) -> None:
    guide.evaluate("htmx.ajax('GET', '/_components/message/', {target: '#side'})")
    message = guide.locator("#messages .message")
    expect(message).to_contain_text("Note added to Riviera Charter SAM.")
    message.get_by_role("button", name="Fermer").click()
    expect(message).to_have_count(0)


def test_progress_asks_again_until_it_is_done(guide: Page) -> None:
    guide.evaluate("""
        document.getElementById('side').innerHTML =
            '<div hx-get="/_components/progress/" hx-trigger="every 100ms" hx-swap="outerHTML"></div>';
        htmx.process(document.getElementById('side'));
    """)
    expect(guide.locator("#side progress")).to_have_attribute("value", "63")
    expect(guide.locator("#side [hx-get]")).to_have_count(0)


def test_head_and_totals_stay_in_sight_in_a_long_table(balance: Page) -> None:
    balance.set_viewport_size({"width": 1280, "height": 500})
    balance.locator("[data-row]").last.scroll_into_view_if_needed()
    expect(balance.locator("thead th").first).to_be_in_viewport()
    expect(balance.locator("tfoot th").first).to_be_in_viewport()


def test_a_row_is_28_pixels_high(balance: Page) -> None:
    assert balance.locator("[data-row]").nth(2).bounding_box()["height"] == 28


def test_the_skip_link_is_the_first_stop(guide: Page) -> None:
    press(guide, "Tab")
    expect(guide.locator(".skip")).to_be_focused()
    press(guide, "Enter")
    expect(guide.locator("main")).to_be_focused()


def test_on_paper_the_frame_is_left_out_and_ages_are_hatched(guide: Page) -> None:
    guide.emulate_media(media="print")
    expect(guide.locator(".top")).to_be_hidden()
    expect(guide.locator(".nav")).to_be_hidden()
    background = guide.locator(".legend .age-4").evaluate(
        "e => getComputedStyle(e, '::before').backgroundImage"
    )
    assert "repeating-linear-gradient" in background


@pytest.mark.parametrize(
    ("path", "said"), [("/mistaken/", "12,3,4"), ("/broken/", "Référence"), ("/forbidden/", "Votre rôle")]
)
def test_what_goes_wrong_in_a_fragment_is_said_over_the_page(guide: Page, path: str, said: str) -> None:
    guide.evaluate(f"htmx.ajax('GET', '{path}', {{target: '#side'}})")
    expect(guide.locator("#messages .message.error")).to_contain_text(said)
    expect(guide.locator("#side")).to_be_empty()
    expect(guide.locator("h1")).to_have_text("Components")


def test_when_the_server_does_not_answer_the_page_says_so(guide: Page) -> None:
    guide.route("**/peek/", lambda route: route.abort())
    press(guide, "j", "Space")
    expect(guide.locator("#messages")).to_contain_text("Le serveur ne répond pas")


def test_after_a_second_of_waiting_the_page_says_that_it_works(guide: Page) -> None:
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    guide.route("**/peek/", hold)
    press(guide, "j", "Space")
    expect(guide.get_by_text("Un instant")).to_be_visible()
    waiting[0].continue_()
    expect(guide.get_by_text("Un instant")).to_be_hidden()
