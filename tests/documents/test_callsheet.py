"""The call sheet on paper: whoever calls from it has all that the screen says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.documents.builders import ANTANANARIVO, MONACO, TODAY, items, pages, plain, text_of

from exigible.documents.callsheet import CallAccount, CallLine, CallPaper, render_call_sheet

LONG = (
    "Société d’exploitation des grands hôtels de la Riviera et de la principauté, établissement de Beausoleil"
)


def paper(count: int = 3, currency: str = "EUR", **changes: Any) -> CallPaper:
    lines = tuple(
        CallLine(
            item.document, item.due_on, item.days_late, item.open_minor, "12,00 contestés" if at == 1 else ""
        )
        for at, item in enumerate(items(count))
    )
    values: dict[str, Any] = {
        "sender": MONACO,
        "language": "fr",
        "dated": TODAY,
        "customer": "Hôtel Belle Époque SARL",
        "customer_code": "C00042",
        "numbers": (
            ("Mme Rossi, Comptabilité fournisseurs", "04 93 12 34 56"),
            ("Standard", "04 93 00 00 00"),
        ),
        "facts": ("40 000,00 € promis pour le 20/11/2026, 0,00 € reçus",),
        "accounts": (CallAccount(currency, lines, ("Non échu 128 280,00 €",)),),
        "said": (
            ("15/11/2026", "Appel : message laissé", "Message à la comptabilité"),
            ("08/11/2026", "Relance envoyée à compta@belle.example", ""),
        ),
        "script": ("Bonjour, Claire Blanc, de Monaco Négoce.", "À quelle date ?", "Je note donc la date."),
        "objections": (("Le paiement est parti.", "Merci. À quelle date, de quelle banque ?"),) * 9,
        "ends": (
            "promesse de règlement", "conteste", "dit avoir payé", "demande", "à rappeler", "joint", "refuse",
            "pas de réponse", "message laissé", "mauvais numéro",
        ),
    }  # fmt: skip
    return CallPaper(**values | changes)


def said(one: CallPaper) -> str:
    return plain(text_of(render_call_sheet(one)))


def test_a_few_items_take_one_page_with_lines_for_notes():
    for count in (1, 8):
        assert len(pages(render_call_sheet(paper(count, objections=paper().objections[:5])))) == 1


def test_it_says_who_what_and_what_was_said():
    text = said(paper())
    for words in (
        "Hôtel Belle Époque SARL", "Mme Rossi, Comptabilité fournisseurs", "04 93 12 34 56",
        "40 000,00 € promis pour le 20/11/2026", "12,00 contestés", "Message à la comptabilité",
        "À quelle date ?", "Le paiement est parti.", "mauvais numéro", "Notes de l’appel",
    ):  # fmt: skip
        assert words in text


@pytest.mark.parametrize(("count", "most"), [(1, 2), (8, 2), (60, 4)])
def test_many_items_run_over_pages_with_their_sum_carried(count, most):
    printed = render_call_sheet(paper(count))
    assert len(pages(printed)) <= most
    assert ("à reporter" in text_of(printed).lower() or "report" in text_of(printed).lower()) == (count == 60)


def test_with_many_items_the_call_stands_on_the_first_page_and_they_after_it():
    first, *after = pages(render_call_sheet(paper(60, objections=paper().objections[:5])))
    for words in ("60 documents", "À quelle date ?", "mauvais numéro", "Notes de l’appel"):
        assert words in first
    assert not any(item.document in first for item in items(60))
    assert all(any(item.document in page for page in after) for item in items(60))


def test_a_long_name_and_ariary_hold_on_the_page():
    text = said(paper(8, "MGA", customer=LONG, sender=ANTANANARIVO, numbers=((LONG, "034 12 345 67"),)))
    assert "(MGA)" in text
    assert "034 12 345 67" in text


def test_in_english():
    text = said(paper(language="en"))
    for words in (
        "Whom to ask for",
        "What is owed",
        "Last contacts",
        "How the call ended",
        "Notes of the call",
    ):
        assert words in text


def test_where_nothing_is_overdue_it_says_so():
    assert "Rien n’est échu." in said(paper(accounts=()))


def test_the_same_sheet_gives_the_same_bytes():
    assert render_call_sheet(paper()) == render_call_sheet(paper())
    assert render_call_sheet(paper()) != render_call_sheet(paper(dated=TODAY + timedelta(days=1)))
