"""The import desk in a real browser: a file is dropped, its columns chosen, what it changes seen."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.accessible import assert_accessible
from tests.books import make_company
from tests.intake.fec_text import fec_bytes, import_books, parse_lines, preview_books
from tests.intake.test_other_books import YEAR as MANY
from tests.intake.test_screens import CUSTOMERS, YEAR

from exigible.intake.jobs import apply_import, look_at_import, preview_import
from exigible.intake.models import Import
from exigible.intake.services import apply
from exigible.ledger.models import Company, OpenItem
from exigible.team.models import Membership, User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company(db: None) -> Company:
    return make_company()


@pytest.fixture
def desk(page: Page, context: BrowserContext, live_server: LiveServer, company: Company) -> Page:
    """The import desk, with an accountant signed in."""
    user = User.objects.create_user("blanc@aco.example", name="Claire Blanc")
    Membership.objects.create(company=company, user=user, role="accountant")
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page.goto(f"{live_server.url}/ACO/imports/")
    return page


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "books.txt").write_bytes(fec_bytes(parse_lines(YEAR)))
    (tmp_path / "customers.csv").write_bytes(CUSTOMERS)
    (tmp_path / "invoice.txt").write_bytes(b"%PDF-1.7")
    return tmp_path


def hand_in(desk: Page, file: Path) -> Import:
    desk.set_input_files("#upload-file", file)
    desk.get_by_role("button", name="Envoyer").click()
    expect(desk.locator("h1")).to_have_text(file.name)
    return Import.objects.latest("pk")


def test_books_go_in_from_the_file_to_the_ledger(desk: Page, files: Path, company: Company) -> None:
    job = hand_in(desk, files / "books.txt")
    expect(desk.get_by_label("411000")).to_be_checked()
    desk.get_by_role("button", name="Lire et comparer").click()
    expect(desk.get_by_text("En attente de traitement")).to_be_visible()
    preview_import.func(job.pk)
    expect(desk.get_by_text("nouveaux postes ouverts")).to_be_visible()
    expect(desk.get_by_text("Au centime près")).to_be_visible()
    desk.get_by_role("button", name="Importer").click()
    expect(desk.locator("progress")).to_be_visible()
    apply_import.func(job.pk)
    expect(desk.get_by_text("en une seule fois")).to_be_visible()
    assert OpenItem.objects.filter(company=company).count() == 5


def test_a_column_chosen_otherwise_is_read_otherwise_at_once(desk: Page, files: Path) -> None:
    hand_in(desk, files / "customers.csv")
    expect(desk.locator("#as-read")).to_contain_text("Nice")
    desk.get_by_label("Ville").select_option("")
    expect(desk.locator("#as-read")).not_to_contain_text("Nice")
    desk.get_by_label("Raison sociale").select_option("")
    expect(desk.locator("#as-read")).to_contain_text("Il manque encore")


def test_a_file_is_dropped(desk: Page) -> None:
    desk.evaluate("""() => {
        const data = new DataTransfer();
        data.items.add(new File(["Code client;Raison sociale\\nA;Acme"], "dropped.csv"));
        const drop = document.querySelector("[data-drop]");
        drop.dispatchEvent(new DragEvent("dragover", {dataTransfer: data, bubbles: true, cancelable: true}));
        drop.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
    }""")
    desk.get_by_role("button", name="Envoyer").click()
    expect(desk.locator("h1")).to_have_text("dropped.csv")


def test_a_file_that_is_too_large_is_not_even_sent(desk: Page, files: Path) -> None:
    desk.locator("[data-upload]").evaluate("form => { form.dataset.limit = 3; }")
    desk.set_input_files("#upload-file", files / "books.txt")
    expect(desk.get_by_role("alert")).to_contain_text("2 Go")
    desk.get_by_role("button", name="Envoyer").click()
    expect(desk.locator("h1")).to_have_text("Imports")


def test_what_the_server_refuses_is_said_beside_the_file(desk: Page, files: Path) -> None:
    (files / "empty.csv").write_bytes(b"")
    desk.set_input_files("#upload-file", files / "empty.csv")
    desk.get_by_role("button", name="Envoyer").click()
    expect(desk.get_by_role("alert")).to_contain_text("vide")


def test_a_big_file_is_looked_at_while_the_page_waits(
    desk: Page, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exigible.intake.views.AT_ONCE", 10)
    job = hand_in(desk, files / "books.txt")
    expect(desk.get_by_text("Premier coup d’œil")).to_be_visible()
    look_at_import.func(job.pk)
    expect(desk.get_by_label("411000")).to_be_visible()


def test_nothing_in_the_page_is_refused_by_its_own_policy(desk: Page, files: Path) -> None:
    said: list[str] = []
    desk.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    hand_in(desk, files / "customers.csv")
    desk.get_by_label("Ville").select_option("")
    expect(desk.locator("#as-read")).not_to_contain_text("Nice")
    assert said == []


def show_list(desk: Page, company: Company, _files: Path) -> None:
    preview_books(company, YEAR)
    desk.reload()


def show_books(desk: Page, _company: Company, files: Path) -> None:
    hand_in(desk, files / "books.txt")


def show_columns(desk: Page, _company: Company, files: Path) -> None:
    hand_in(desk, files / "customers.csv")


def show_refused(desk: Page, _company: Company, files: Path) -> None:
    hand_in(desk, files / "invoice.txt")


def show_compared(desk: Page, company: Company, _files: Path) -> None:
    job = preview_books(company, YEAR.replace("1300.00", "1300.00 B"))
    desk.goto(f"{desk.url}{job.pk}/")


def show_imported(desk: Page, company: Company, files: Path) -> None:
    show_compared(desk, company, files)
    apply(Import.objects.latest("pk"))
    desk.reload()


def show_at_work(desk: Page, company: Company, files: Path) -> None:
    show_compared(desk, company, files)
    Import.objects.update(state="applying", progress=42, progress_words="writing-items")
    desk.reload()


def show_failed(desk: Page, company: Company, files: Path) -> None:
    show_compared(desk, company, files)
    Import.objects.update(state="failed", note="failed")
    desk.reload()


def show_put_aside(desk: Page, company: Company, files: Path) -> None:
    show_compared(desk, company, files)
    Import.objects.update(state="abandoned")
    desk.reload()


def show_other_siren(desk: Page, company: Company, files: Path) -> None:
    import_books(company, YEAR, name="111222333FEC20251231.txt")
    (files / "123456782FEC20251231.txt").write_bytes(fec_bytes(parse_lines(YEAR)))
    hand_in(desk, files / "123456782FEC20251231.txt")


def show_reversals(desk: Page, company: Company, _files: Path) -> None:
    import_books(company, MANY, "2025-12-31")
    job = preview_books(company, YEAR, "2025-12-31")
    desk.goto(f"{desk.url}{job.pk}/")


STATES: dict[str, Callable[[Page, Company, Path], None]] = {
    "empty": lambda _desk, _company, _files: None,
    "list": show_list,
    "books": show_books,
    "columns": show_columns,
    "refused": show_refused,
    "compared": show_compared,
    "imported": show_imported,
    "at-work": show_at_work,
    "failed": show_failed,
    "put-aside": show_put_aside,
    "other-siren": show_other_siren,
    "reversals": show_reversals,
}


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_clean_for_axe_and_fits_a_phone(
    desk: Page, company: Company, files: Path, state: str, keep_screenshot: Callable[[str], None]
) -> None:
    STATES[state](desk, company, files)
    assert_accessible(desk, state, lambda look: keep_screenshot(f"import-{state}-{look}"))
    assert not re.search(r"\{\w+\}", desk.locator("main").inner_text())
