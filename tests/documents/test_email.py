"""E-mails: the words and figures of the letter, in HTML and in plain text."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from tests.documents.builders import ANTANANARIVO, MONACO, PNG, items, letter, plain

from exigible.documents.email import LOGO_ID, inline_logo, render_email
from exigible.documents.letters import letter_data
from exigible.documents.model import Debtor, LetterCharge

if TYPE_CHECKING:
    from playwright.sync_api import Page


class Words(HTMLParser):
    """The visible text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = False
        self.feed(page)

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self._hidden = tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.found.append(plain(data.strip()))

    def handle_endtag(self, _tag: str) -> None:
        self._hidden = False


def visible(page: str) -> str:
    return "\n".join(Words(page).found)


@pytest.mark.parametrize("count", [1, 8, 60])
def test_html_and_text_say_what_the_letter_says(count: int) -> None:
    one = letter(items=items(count), charges=(LetterCharge("Indemnités", 4_000),))
    email = render_email(one)
    for said in (visible(email.html), plain(email.text)):
        for row in letter_data(one, {})["table"]["rows"]:
            for text, _ in row["cells"]:
                assert plain(text) in said
        for text in (
            *one.body,
            *one.closing,
            "MC58 1122 2000 0101 2345 6789 030",
            "C00042 R2",
            "Claire Blanc",
        ):
            assert text in said


def test_the_subject_is_one_line() -> None:
    assert (
        render_email(letter(subject="Rappel\r\nBcc: tous@exemple.fr")).subject
        == "Rappel Bcc: tous@exemple.fr"
    )


def test_hostile_texts_are_shown_as_they_are() -> None:
    name = '<script>alert(1)</script> {{ 7|add:1 }} " onload="x'
    email = render_email(
        letter(body=(name,), sender=replace(MONACO, name=name), items=(replace(items(1)[0], document=name),))
    )
    assert "<script" not in email.html
    assert ' onload="' not in email.html
    assert visible(email.html).count("{{ 7|add:1 }}") >= 3
    assert name in email.text


def test_a_hostile_colour_is_no_style() -> None:
    assert "url(" not in render_email(letter(sender=replace(MONACO, colour="red;url(http://x)"))).html


def test_nothing_is_loaded_from_outside() -> None:
    html = render_email(letter(sender=replace(MONACO, logo=PNG))).html
    assert re.findall(r'(?:src|href|url)\s*[=(]\s*["\']?([^"\')]+)', html) == [f"cid:{LOGO_ID}"]


def test_the_logo_travels_with_the_message() -> None:
    logo = inline_logo(replace(MONACO, logo=PNG))
    assert logo is not None
    assert (logo.content_id, logo.mime_type, logo.content) == (LOGO_ID, "image/png", PNG)


@pytest.mark.parametrize("logo", [None, b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_the_name_stands_where_no_logo_can_be_shown(logo: bytes | None) -> None:
    sender = replace(MONACO, logo=logo)
    assert inline_logo(sender) is None
    html = render_email(letter(sender=sender)).html
    assert "cid:" not in html
    assert "Monaco Négoce SAM" in visible(html)


def test_reads_in_light_and_dark_wide_and_narrow() -> None:
    html = render_email(letter()).html
    assert 'name="color-scheme" content="light dark"' in html
    assert "prefers-color-scheme: dark" in html
    assert "max-width: 480px" in html


def test_every_row_has_as_many_columns_as_the_head_on_a_desk_and_on_a_phone() -> None:
    html = render_email(letter(charges=(LetterCharge("Indemnités", 4_000),))).html
    for is_phone in (False, True):
        widths = set()
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", html, re.DOTALL):
            cells = re.findall(r'<t[hd][^>]*class="[^"]*hair ([^"]*)"([^>]*)>', row)
            spans = [
                int((re.findall(r'colspan="(\d)"', rest) or ["1"])[0])
                for kind, rest in cells
                if not (is_phone and kind == "wide")
            ]
            if spans:
                widths.add(sum(spans))
        assert widths == {3 if is_phone else 6}


def test_the_text_table_is_aligned() -> None:
    lines = plain(render_email(letter()).text).split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith("Pièce"))
    ends = {len(line) for line in lines[start : start + 7]}
    assert len(ends) <= 2


def test_madagascar_pays_without_a_european_account() -> None:
    text = render_email(
        letter(sender=ANTANANARIVO, currency="MGA", payment_lines=("MVola 034 00 000 00",), credits=())
    ).text
    assert "MVola 034 00 000 00" in text
    assert "Ar" in text


def test_the_text_says_the_detail_of_each_document_under_it() -> None:
    [item] = items(1)
    text = render_email(letter(items=(replace(item, detail="22233 ACME JO"),))).text
    number, detail = text.index(item.document), text.index("22233 ACME JO")
    assert text[number:detail].count("\n") == 1


LONG_NUMBER = "FACTURE/2026/DEPARTEMENT-MAINTENANCE/000108"


def test_a_text_too_wide_for_a_window_keeps_the_columns_of_a_phone() -> None:
    one = letter(items=tuple(replace(item, document=f"{LONG_NUMBER}-{item.days_late}") for item in items(8)))
    lines = plain(render_email(one).text).split("\n")
    table = [line for line in lines if LONG_NUMBER in line or line.startswith("Net à payer")]
    assert len(table) == 9
    assert len({len(line) for line in table if "€" not in line}) == 1
    assert max(map(len, table)) <= 84


@pytest.mark.parametrize(
    "changes",
    [
        {
            "items": tuple(
                replace(item, detail="Maintenance annuelle, résidence du Port") for item in items(8)
            )
        },
        {"items": tuple(replace(item, document=LONG_NUMBER, open_minor=10**10) for item in items(3))},
        {"items": tuple(replace(i, open_minor=126_585_417_325_00) for i in items(3)), "currency": "MGA"},
        {"charges": (LetterCharge("Indemnité forfaitaire de recouvrement : 3 factures à 40,00 €", 12_000),)},
        {"sender": replace(MONACO, name="Groupement d’intérêt économique des établissements hôteliers " * 2)},
    ],
    ids=["details", "long numbers", "ariary", "charges", "long name"],
)
def test_nothing_scrolls_sideways_on_a_desk_or_a_phone(page: Page, changes: dict[str, Any]) -> None:
    page.set_content(render_email(letter(**changes)).html)
    for width in (700, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_several_debtors_stand_each_under_its_name() -> None:
    lines = items(2)
    debtors = (Debtor("Filiale Nord", lines[:1]), Debtor("Filiale Sud", lines[1:]))
    body = render_email(replace(letter(credits=()), items=lines, debtors=debtors))
    assert "\nFiliale Nord\n" in body.text
    assert re.search(r'font-weight:600[^>]*>\s*<td[^>]*colspan="2"[^>]*>\s*Filiale Nord', body.html)
    found = Words(body.html).found
    assert found.index("Filiale Nord") < found.index(lines[0].document) < found.index("Filiale Sud")
