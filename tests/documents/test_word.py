"""A letter as a Word file: the words and figures of the PDF, in a package that Word reads."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from lxml import etree
from tests.documents.builders import items, letter, plain

from exigible.documents.model import InterestAnnex, InterestRow
from exigible.documents.word import letter_docx

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def document(content: bytes) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        for name in package.namelist():
            etree.fromstring(package.read(name))
        return etree.fromstring(package.read("word/document.xml"))


def said(content: bytes) -> str:
    return "\n".join(text.text or "" for text in document(content).iter(f"{W}t"))


def test_it_says_what_the_letter_says() -> None:
    text = said(letter_docx(letter()))
    for needed in ("Hôtel Belle Époque SARL", "Objet : Deuxième rappel", "FA26-0000000", "Claire Blanc"):
        assert needed in text
    assert "MC58 1122 2000 0101 2345 6789 030" in text


@pytest.mark.parametrize("count", [1, 8, 60])
def test_every_item_has_its_row_and_the_head_is_repeated(count: int) -> None:
    found = document(letter_docx(letter(items=items(count))))
    assert len(list(found.iter(f"{W}tblHeader"))) == 1
    assert len(list(found.iter(f"{W}tr"))) >= count + 2
    widths = [sum(int(c.get(f"{W}w")) for c in row.iter(f"{W}tcW")) for row in found.iter(f"{W}tr")]
    assert len(set(widths)) == 1


def test_the_annex_shows_how_interest_was_worked_out_and_its_total() -> None:
    row = InterestRow("FA26-1", 2_400_000, date(2026, 7, 1), date(2026, 11, 21), 144, 1240, 117_409)
    annex = InterestAnnex((row, replace(row, document="FA26-2")), ("Taux de la BCE majoré de dix points.",))
    text = plain(said(letter_docx(letter(annex=annex))))
    for needed in ("Taux de la BCE", "Montant impayé (EUR)", "1 174,09", "Total des pénalités", "2 348,18 €"):
        assert needed in text


def test_signs_of_markup_and_odd_ones_are_letters() -> None:
    odd = replace(letter(), body=('<b> & "x" ]]> 😀 مرحبا ' + "y" * 400,), subject="a\x00<c>")
    text = said(letter_docx(odd))
    assert '<b> & "x" ]]> 😀 مرحبا ' + "y" * 400 in text
    assert "a<c>" in text


def test_the_same_letter_is_the_same_file() -> None:
    assert letter_docx(letter()) == letter_docx(letter())
