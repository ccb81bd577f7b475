"""The listing of deposit on paper: each letter, over pages, in both languages, with or without its cost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from exigible.documents.deposit import DepositLine, DepositPaper, render_deposit
from tests.documents.builders import ANTANANARIVO, MONACO, pages, plain, text_of

HEADS = ("N°", "Destinataire", "N° d’envoi", "Notre référence", "Coût")


def paper(count: int = 3, cost: str = "6,11 €", **changes: Any) -> DepositPaper:
    lines = tuple(
        DepositLine(
            f"Client {at}", ("1 rue Haute", "06000 Nice"), f"1A 123 456 78{at:02d} 1", f"C{at} / {at}", cost
        )
        for at in range(1, count + 1)
    )
    values: dict[str, Any] = {
        "sender": MONACO, "language": "fr", "dated": date(2026, 11, 23), "title": "Bordereau de dépôt",
        "heads": HEADS, "lines": lines, "facts": (("Lettres", str(count)),), "stamp": "Cachet",
        "signature": "Pour l’expéditeur",
    }  # fmt: skip
    return DepositPaper(**values | changes)


@pytest.mark.parametrize(("count", "least"), [(1, 1), (8, 1), (60, 3)])
def test_each_letter_stands_in_it_and_the_stamp_once(count, least):
    printed = render_deposit(paper(count))
    text = plain(text_of(printed))
    assert len(pages(printed)) >= least
    assert all(f"1A 123 456 78{at:02d} 1" in text for at in range(1, count + 1))
    assert text.count("Cachet") == 1


def test_without_costs_it_has_no_column_for_them():
    assert "Coût" in plain(text_of(render_deposit(paper())))
    assert "Coût" not in plain(text_of(render_deposit(paper(cost=""))))


def test_long_names_and_a_sender_without_a_logo_hold_on_the_page():
    line = DepositLine(
        "Société d’exploitation des grands hôtels de la Riviera, établissement de Beausoleil",
        ("Lot II M 45 Ankorondrano, deuxième étage, porte de gauche", "101 Antananarivo"),
        "RK 123 456 785 FR",
        "C-2026-000042 / 1234567890",
        "12 500 Ar",
    )
    text = plain(text_of(render_deposit(paper(lines=(line,), sender=ANTANANARIVO, language="en"))))
    assert "RK 123 456 785 FR" in text
    assert "12 500 Ar" in text
    assert "November" in text


def test_the_same_listing_gives_the_same_bytes():
    assert render_deposit(paper()) == render_deposit(paper())
