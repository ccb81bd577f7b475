"""A tour is planned, taken along on a telephone, lived without network, and is on the server once."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Error, Page, expect
from pytest_django.live_server_helper import LiveServer

from exigible.team.models import User
from exigible.visits.models import Receipt, Tour, Visit
from tests.accessible import LANGUAGES, PHONE, assert_accessible
from tests.books import Books, write_books

pytestmark = pytest.mark.django_db(transaction=True)

MORE = """
    2026-06-01 invoice F-20 DELTA 12500.00 due 2026-07-01
    2026-06-01 invoice F-21 EPSILON 990.50 due 2026-08-01
"""


@pytest.fixture
def signed_in(late: Books, context: BrowserContext, live_server: LiveServer, collector: Client) -> Books:
    sign_in(context, live_server, collector)
    return late


def sign_in(context: BrowserContext, live_server: LiveServer, client: Client) -> None:
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])


def press(page: Page, *keys: str) -> None:
    page.wait_for_load_state()
    for key in keys:
        page.keyboard.press(key)


def plan_by_keys(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/ACO/day/")
    press(page, "g", "v")
    expect(page.locator("h1")).to_have_text("Visites")
    press(page, "n")
    expect(page.locator("h1")).to_have_text("Nouvelle tournée")
    page.get_by_label("Part de").fill("Bureau, Nice")
    page.get_by_label("Où cela se trouve").fill("43.70, 7.26")
    press(page, "Enter")
    expect(page.locator("h1")).to_have_text("Ajouter des clients")
    press(page, "j", "x", "j", "x", "j", "x", "a")
    expect(page.locator("h1")).to_contain_text("Tournée du")
    press(page, "o")
    expect(page.locator("#messages")).to_contain_text("L’ordre le plus court trouvé")


def test_a_tour_lived_without_network_is_on_the_server_once(
    page: Page, live_server: LiveServer, signed_in: Books, context: BrowserContext, keep_screenshot: Any
) -> None:
    plan_by_keys(page, live_server)
    expect(page.locator("[data-row]")).to_have_count(3)

    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/ACO/visits/{Tour.objects.get().pk}/phone/")
    expect(page.locator("#kept")).to_have_text("Gardée sur ce téléphone : s’ouvre sans réseau")
    expect(page.locator("#sync")).to_have_text("Tout est envoyé")

    context.set_offline(True)
    page.reload()
    expect(page.locator("h1")).to_contain_text("Visites du")
    page.locator("article", has_text="ACME").get_by_role("button", name="Noter la visite").click()
    collect(page)
    form = page.locator("form.note-form")
    assert form.evaluate("form => form.scrollWidth <= form.clientWidth")
    keep_screenshot("visits-phone-form")
    page.get_by_role("button", name="Garder").click()
    expect(page.locator("#sync")).to_contain_text("Pas encore envoyé : 1")
    page.locator("article", has_text="BETA").get_by_role("button", name="Noter la visite").click()
    page.get_by_label("Personne sur place").check()
    page.get_by_role("button", name="Garder").click()
    expect(page.locator("#sync")).to_contain_text("Pas encore envoyé : 2")
    expect(page.locator("#sync")).to_contain_text("Pas de réseau")
    page.reload()  # what was noted outlives the page
    expect(page.locator("#sync")).to_contain_text("Pas encore envoyé : 2")
    keep_screenshot("visits-phone-waiting")
    assert not Visit.objects.exists()

    context.set_offline(False)
    expect(page.locator("#sync")).to_have_text("Tout est envoyé")
    expect(page.locator("article", has_text="ACME")).to_contain_text("Reçu n° 1")
    page.reload()
    expect(page.locator("#sync")).to_have_text("Tout est envoyé")
    keep_screenshot("visits-phone-sent")
    assert sorted(Visit.objects.values_list("stop__customer__code", "outcome")) == [
        ("ACME", "paid"),
        ("BETA", "absent"),
    ]
    receipt = Receipt.objects.get()
    assert (receipt.amount_minor, receipt.cheque_number, receipt.signer) == (45_050, "0012345", "Mme Rossi")
    assert bytes(receipt.signature).startswith(b"\x89PNG")

    page.get_by_role("button", name="Retirer de ce téléphone").click()
    expect(page.locator("#kept")).to_contain_text("Retirée de ce téléphone")
    context.set_offline(True)
    with pytest.raises(Error, match="ERR_"):
        page.reload()


def collect(page: Page) -> None:
    """A cheque of 450.50 is handed over and signed for."""
    page.get_by_label("A payé").check()
    expect(page.get_by_label("Montant")).to_have_value("1300,00")
    page.get_by_label("Montant").fill("450,50")
    page.get_by_label("Chèque", exact=True).check()
    page.get_by_label("Numéro du chèque").fill("0012345")
    expect(page.locator("[data-received]")).to_contain_text("450,50")
    page.get_by_label("Nom du signataire").fill("Mme Rossi")
    box = page.locator("canvas").bounding_box()
    assert box
    page.locator("canvas").scroll_into_view_if_needed()
    box = page.locator("canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 60)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(box["x"] + 20 + step * 18, box["y"] + (20 if step % 2 else 70))
    page.mouse.up()


def test_who_was_signed_out_signs_in_again_and_loses_nothing(
    page: Page, live_server: LiveServer, signed_in: Books, tour: Tour, context: BrowserContext
) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/ACO/visits/{tour.pk}/phone/")
    expect(page.locator("#kept")).to_have_text("Gardée sur ce téléphone : s’ouvre sans réseau")
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.locator("article", has_text="ACME").get_by_role("button", name="Noter la visite").click()
    page.get_by_label("Vu, rien de convenu").check()
    page.get_by_role("button", name="Garder").click()
    expect(page.locator("#sync")).to_contain_text("Déconnecté : reconnectez-vous")
    expect(page.get_by_role("link", name="Se reconnecter")).to_be_visible()
    assert not Visit.objects.exists()
    again = Client()
    again.force_login(User.objects.get(email="collector@aco.example"))
    sign_in(context, live_server, again)
    page.reload()
    expect(page.locator("#sync")).to_have_text("Tout est envoyé")
    assert Visit.objects.get().outcome == "seen"


def test_what_is_refused_is_corrected_and_the_signature_is_for_the_amount_that_was_shown(
    page: Page, live_server: LiveServer, signed_in: Books, tour: Tour
) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/ACO/visits/{tour.pk}/phone/")
    acme = page.locator("article", has_text="ACME")
    acme.get_by_role("button", name="Noter la visite").click()
    page.get_by_role("button", name="Garder").click()
    expect(page.locator("form.note-form [role=alert]")).to_have_text("Indiquez ce qu’il en est résulté.")
    page.get_by_label("Conteste").check()
    page.get_by_label("Montant").fill("2 000")  # more than is left of it
    page.get_by_role("button", name="Garder").click()
    expect(acme).to_contain_text("À corriger")
    acme.get_by_role("button", name="Corriger").click()
    expect(page.get_by_label("Montant")).to_have_value("2 000")
    collect(page)
    page.get_by_label("Montant").fill("450,51")  # after it was signed: to be signed again
    page.get_by_role("button", name="Garder").click()
    expect(acme).to_contain_text("Reçu n° 1")
    receipt = Receipt.objects.get()
    assert (receipt.amount_minor, bytes(receipt.signature)) == (45_051, b"")


def test_someone_else_was_first_and_that_is_told(
    page: Page, live_server: LiveServer, signed_in: Books, tour: Tour, context: BrowserContext
) -> None:
    from exigible.visits.results import note_visit
    from tests.visits.test_results import noted, stop_of

    page.goto(f"{live_server.url}/ACO/visits/{tour.pk}/phone/")
    expect(page.locator("#sync")).to_have_text("Tout est envoyé")
    context.set_offline(True)
    page.locator("article", has_text="ACME").get_by_role("button", name="Noter la visite").click()
    page.get_by_label("Vu, rien de convenu").check()
    page.get_by_role("button", name="Garder").click()
    expect(page.locator("#sync")).to_contain_text("Pas encore envoyé : 1")
    other = User.objects.get(email="blanc@aco.example")
    note_visit(stop=stop_of(tour), noted=noted("absent"), by=other.pk)
    context.set_offline(False)
    acme = page.locator("article", has_text="ACME")
    expect(acme).to_contain_text("blanc@aco.example a déjà noté cette visite")
    page.on("dialog", lambda dialog: dialog.accept())
    acme.get_by_role("button", name="Abandonner").click()
    expect(page.locator("#sync")).to_have_text("Tout est envoyé")
    assert Visit.objects.get().outcome == "absent"


def test_the_screens_are_accessible_at_a_desk_and_on_a_phone(
    page: Page,
    live_server: LiveServer,
    signed_in: Books,
    tour: Tour,
    as_role: Any,
    context: BrowserContext,
    keep_screenshot: Any,
) -> None:
    from exigible.visits.results import note_visit
    from tests.visits.test_results import CASH, noted, stop_of

    sign_in(context, live_server, as_role("senior"))
    write_books(MORE, company=signed_in.company)
    note_visit(stop=stop_of(tour, "BETA"), noted=noted("paid", handed=CASH), by=tour.who_id)
    screens = {
        "visits": "visits/",
        "visit-new": "visits/new/",
        "visit-tour": f"visits/{tour.pk}/",
        "visit-add": f"visits/{tour.pk}/add/",
        "visit-start": f"visits/{tour.pk}/start/",
        "visit-stop": f"visits/stops/{stop_of(tour).pk}/",
        "visit-receipts": "visits/receipts/",
        "visit-policy": "settings/visits/",
        "visit-phone": f"visits/{tour.pk}/phone/",
    }
    for language in LANGUAGES:
        context.add_cookies([{"name": "language", "value": language, "url": live_server.url}])
        for name, path in screens.items():
            page.goto(f"{live_server.url}/ACO/{path}")
            page.wait_for_load_state()
            for summary in page.locator(".stop summary").all():
                summary.click()
            where = f"{name}-{language}"
            assert_accessible(page, where, then=lambda size, where=where: keep_screenshot(f"{where}-{size}"))
        page.locator("[data-note]").first.click()
        page.locator("[name=outcome][value=paid]").check()
        page.locator("[name=means][value=cheque]").check()
        where = f"visit-note-{language}"
        assert_accessible(page, where, then=lambda size, where=where: keep_screenshot(f"{where}-{size}"))
