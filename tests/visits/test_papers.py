"""A tour and a receipt on paper: whoever goes with them has all that the screen says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from exigible.documents.callsheet import CallAccount, CallLine
from exigible.documents.receipt import ReceiptPaper, render_receipt
from exigible.documents.visitsheet import TourPaper, VisitPaper, render_tour
from tests.documents.builders import ANTANANARIVO, MONACO, TODAY, items, pages, plain, text_of
from tests.visits.test_results import png

LONG = (
    "Société d’exploitation des grands hôtels de la Riviera et de la principauté, établissement de Beausoleil"
)


def visit(count: int = 3, currency: str = "EUR", **changes: Any) -> VisitPaper:
    lines = tuple(
        CallLine(
            item.document, item.due_on, item.days_late, item.open_minor, "12,00 contestés" if at == 1 else ""
        )
        for at, item in enumerate(items(count))
    )
    values: dict[str, Any] = {
        "customer": "Hôtel Belle Époque SARL",
        "customer_code": "C00042",
        "address": ("3 boulevard des Moulins", "98000 Monaco"),
        "way": "17,3 km",
        "hours": "9 h 26 · reçoit de 9 h à 12 h",
        "owed": "84 120,00 €" if currency == "EUR" else "9 400 000 Ar",
        "numbers": (
            ("Mme Rossi, Comptabilité fournisseurs", "04 93 12 34 56"),
            ("Standard", "04 93 00 00 00"),
        ),
        "facts": ("40 000,00 € promis pour le 20/11/2026, 0,00 € reçus",),
        "asks": (
            "Pourquoi les 40 000,00 € promis pour le 20/11/2026 ne sont pas venus, et quand ils viendront.",
            "Le règlement de 84 120,00 €, échu depuis le 27/07/2026 : aujourd’hui, ou une date.",
        ),
        "accounts": (CallAccount(currency, lines, ("Non échu 128 280,00 €",)),) if count else (),
        "said": (
            ("15/11/2026", "Appel : message laissé", "Message à la comptabilité"),
            ("08/11/2026", "Relance envoyée à compta@belle.example", ""),
            ("02/11/2026", "Visite : personne sur place", ""),
        ),
        "ends": (
            "a promis de payer", "a payé", "conteste", "vu, rien de convenu", "personne sur place",
            "a déménagé", "autre",
        ),
    }  # fmt: skip
    return VisitPaper(**values | changes)


def tour(*visits: VisitPaper, **changes: Any) -> TourPaper:
    values: dict[str, Any] = {
        "sender": MONACO,
        "language": "fr",
        "dated": TODAY,
        "day": date(2026, 11, 23),
        "who": "Claire Blanc",
        "start": "Bureau, Nice · 9 h",
        "facts": (
            "58,4 km · à vol d’oiseau × 1,3, à 40 km/h, 30 min par visite",
            "Retour après 21,0 km, vers 12 h 44",
        ),
        "visits": visits,
    }
    return TourPaper(**values | changes)


def receipt(**changes: Any) -> ReceiptPaper:
    values: dict[str, Any] = {
        "sender": MONACO,
        "language": "fr",
        "number": 12,
        "received_on": TODAY,
        "customer": ("Hôtel Belle Époque SARL", "3 boulevard des Moulins", "98000 Monaco"),
        "customer_code": "C00042",
        "amount_minor": 4_000_000,
        "currency": "EUR",
        "cheque": "chèque n° 0012345, BNP Paribas",
        "received_by": "Claire Blanc",
        "signer": "Mme Rossi",
        "signature": png(300, 100),
    }
    return ReceiptPaper(**values | changes)


def test_the_first_page_gives_the_order_and_each_customer_has_its_own() -> None:
    printed = render_tour(tour(visit(), visit(1, customer="Riviera Charter SAM")))
    first, second, third = pages(printed)
    for words in (
        "Visites du 23 novembre 2026",
        "Claire Blanc",
        "à vol d’oiseau × 1,3",
        "17,3 km",
        "Bureau, Nice",
    ):
        assert words in plain(first)
    assert "Riviera Charter SAM" in first
    for words in (
        "1. Hôtel Belle Époque SARL", "Mme Rossi, Comptabilité fournisseurs", "04 93 12 34 56",
        "12,00 contestés", "40 000,00 € promis pour le 20/11/2026", "Visite : personne sur place",
        "Notes de la visite", "Nom et signature du client",
    ):  # fmt: skip
        assert words in plain(second)
    assert "2. Riviera Charter SAM" in third


@pytest.mark.parametrize(("count", "most"), [(0, 2), (1, 2), (8, 2), (60, 5)])
def test_what_is_owed_runs_over_pages_with_its_sum_carried(count: int, most: int) -> None:
    printed = render_tour(tour(visit(count)))
    assert len(pages(printed)) <= most
    assert ("report" in plain(text_of(printed)).lower()) == (count == 60)
    assert ("Rien n’est échu" in plain(text_of(printed))) == (count == 0)


def test_it_speaks_english_counts_in_ariary_and_bears_long_names() -> None:
    one = tour(visit(8, "MGA", customer=LONG), language="en", sender=ANTANANARIVO)
    text = plain(text_of(render_tour(one)))
    for words in ("Visits of 23 November 2026", "What to ask for", "(MGA)", "établissement de Beausoleil"):
        assert words in text


def test_forty_stops_have_their_overview() -> None:
    printed = render_tour(tour(*(visit(1, customer=f"Client {n}") for n in range(40))))
    assert len(pages(printed)) <= 44
    assert "Client 39" in plain("".join(pages(printed)[:4]))


def test_a_receipt_says_who_how_much_by_which_means_and_that_a_cheque_must_be_paid() -> None:
    printed = render_receipt(receipt())
    assert len(pages(printed)) == 1
    text = plain(text_of(printed))
    for words in (
        "Reçu n° 12", "21 novembre 2026", "Hôtel Belle Époque SARL", "C00042", "40 000,00 €",
        "chèque n° 0012345, BNP Paribas", "Claire Blanc", "Signé par Mme Rossi",
        "une fois encaissé par la banque",
    ):  # fmt: skip
        assert words in text


def test_a_receipt_for_cash_without_a_signature_says_so() -> None:
    text = plain(
        text_of(
            render_receipt(
                receipt(cheque="", signature=b"", signer="", language="en", currency="MGA", customer=(LONG,))
            )
        )
    )
    assert "in cash" in text
    assert "Not signed." in text
    assert "bank has paid" not in text
