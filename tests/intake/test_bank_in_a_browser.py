"""A bank statement in a real browser, in French: handed in, compared, imported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.accessible import assert_accessible
from tests.intake.bank_files import camt, import_bank
from tests.intake.test_bank import MARCH, TABLE
from tests.intake.test_import_in_a_browser import company, desk, hand_in

from exigible.intake.jobs import apply_import, preview_import
from exigible.ledger.models import BankLine, Company

__all__ = ["company", "desk"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "releve.xml").write_bytes(camt(MARCH))
    (tmp_path / "releve.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path


def look_at(page: Page, name: str, keep_screenshot: Callable[[str], None]) -> None:
    assert_accessible(page, name, lambda look: keep_screenshot(f"import-bank-{name}-{look}"))


def test_a_statement_goes_in_from_the_file_to_the_ledger(
    desk: Page, files: Path, company: Company, keep_screenshot: Callable[[str], None]
) -> None:
    look_at(desk, "empty", keep_screenshot)
    job = hand_in(desk, files / "releve.xml")
    expect(desk.get_by_text("En attente de traitement")).to_be_visible()
    preview_import.func(job.pk)
    expect(desk.get_by_text("nouvelles lignes bancaires")).to_be_visible()
    expect(desk.get_by_text("aucune ligne ne manque")).to_be_visible()
    expect(desk.get_by_role("button", name="Choisir à nouveau")).to_have_count(0)
    look_at(desk, "compared", keep_screenshot)
    desk.get_by_role("button", name="Importer").click()
    expect(desk.locator("progress")).to_be_visible()
    apply_import.func(job.pk)
    expect(desk.get_by_text("en une seule fois")).to_be_visible()
    assert BankLine.objects.filter(company=company).count() == 3


def test_what_lacks_between_two_statements_is_seen(
    desk: Page, files: Path, company: Company, keep_screenshot: Callable[[str], None]
) -> None:
    import_bank(company, camt(MARCH))
    later = (
        "2026-03-20 10.00 C1 | ACME\n2026-03-21 -1234.56 C2 | FOURNISSEUR AU NOM FORT LONG DE NICE | loyer"
    )
    (files / "releve.xml").write_bytes(camt(later, opening="1300.00"))
    job = hand_in(desk, files / "releve.xml")
    preview_import.func(job.pk)
    expect(desk.get_by_text("un relevé manque")).to_be_visible()
    look_at(desk, "gap", keep_screenshot)


def test_a_table_asks_for_its_columns_and_its_account(
    desk: Page, files: Path, keep_screenshot: Callable[[str], None]
) -> None:
    hand_in(desk, files / "releve.csv")
    expect(desk.locator("#as-read")).to_contain_text("VIR ACME F-101")
    desk.get_by_label("Notre compte").fill("FR76 3000 6000 0112 3456 7890 189")
    look_at(desk, "columns", keep_screenshot)
    desk.get_by_role("button", name="Lire et comparer").click()
    expect(desk.get_by_text("En attente de traitement")).to_be_visible()
