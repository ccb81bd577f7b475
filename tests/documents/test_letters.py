"""Letters: what is claimed is on paper, all of it, as it was given, where the envelope shows it."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf._text_extraction import mult
from tests.documents.builders import ANTANANARIVO, MONACO, PNG, TODAY, items, letter, pages, plain, text_of

from exigible.documents.letters import letter_data, render_batch, render_letters
from exigible.documents.model import (
    Debtor,
    InterestAnnex,
    InterestRow,
    Letter,
    LetterCharge,
    LetterCredit,
    LetterItem,
)
from exigible.documents.typesetting import page_count
from exigible.kernel.errors import UserMistake
from exigible.kernel.money import format_amount

MILLIMETRE = 72 / 25.4


def render(one: Letter) -> bytes:
    return render_letters([one])[0]


def euros(minor: int, language: str = "fr") -> str:
    return plain(format_amount(minor, "EUR", locale=language))


class TestWhatIsClaimed:
    def test_shows_each_item_the_credits_and_the_net(self) -> None:
        one = letter()
        text = text_of(render(one))
        for item in one.items:
            assert item.document in text
            assert euros(item.open_minor) in text
        assert "AV26-00031" in text
        assert "−600,00" in text
        assert f"Net à payer {euros(one.net_minor)} €" in text

    def test_charges_are_added_as_they_are_worded(self) -> None:
        one = letter(charges=(LetterCharge("Indemnités forfaitaires (3 × 40 €)", 12_000),), credits=())
        assert one.net_minor == one.claimed_minor + 12_000
        assert "Indemnités forfaitaires (3 × 40 €) 120,00" in text_of(render(one))

    def test_nothing_is_claimed_that_was_not_given(self) -> None:
        text = text_of(render(letter(credits=())))
        assert "40" not in re.findall(r"\b40,00\b", text)
        assert "pénalités" not in text.lower()
        assert "L441" not in text

    def test_a_credit_that_would_add_to_the_claim_is_a_fault(self) -> None:
        with pytest.raises(ValueError, match="AV26"):
            LetterCredit("AV26-1", None, 1)

    def test_says_whose_favour_the_balance_is_in_and_asks_for_nothing(self) -> None:
        text = text_of(render(letter(credits=(LetterCredit("AV26-1", None, -(10**10)),))))
        assert "Solde en votre faveur" in text
        assert "Pour régler" not in text

    def test_leaves_out_columns_that_would_be_empty(self) -> None:
        item = LetterItem("FA26-1", None, date(2026, 12, 1), -10, 100_00, 100_00)
        text = text_of(render(letter(items=(item,), credits=())))
        assert "Retard" not in text
        assert "Montant (EUR)" not in text
        assert "Reste à payer (EUR)" in text

    @given(
        amounts=st.lists(st.integers(1, 10**12), min_size=1, max_size=8),
        taken=st.lists(st.integers(1, 10**12), max_size=4),
        added=st.lists(st.integers(0, 10**9), max_size=3),
    )
    def test_the_last_sum_is_the_net_whatever_the_lines(
        self, amounts: list[int], taken: list[int], added: list[int]
    ) -> None:
        one = letter(
            items=tuple(LetterItem(f"F{minor}", None, TODAY, 0, minor, minor) for minor in amounts),
            credits=tuple(LetterCredit("C", None, -minor) for minor in taken),
            charges=tuple(LetterCharge("P", minor) for minor in added),
        )
        rows = letter_data(one, {})["table"]["rows"]
        assert rows[-1]["running"] == format_amount(sum(amounts) - sum(taken) + sum(added), "EUR")


class TestLongLetters:
    @pytest.mark.parametrize("count", [1, 12, 14, 15, 16, 17, 60, 137])
    def test_no_item_is_lost_or_repeated_over_pages(self, count: int) -> None:
        one = letter(items=items(count))
        found = re.findall(r"FA26-\d{7}", text_of(render(one)))
        assert sorted(found) == sorted(item.document for item in one.items)

    def test_a_line_is_on_one_page_with_all_that_is_said_of_it(self) -> None:
        one = letter(
            items=tuple(
                replace(item, detail=f"Maintenance annuelle des ascenseurs, résidence du Port n°{number}.")
                for number, item in enumerate(items(60))
            )
        )
        for page in pages(render(one)):
            words = " ".join(page.split())
            found = [number for number in range(60) if f"n°{number}." in words]
            assert [one.items[number].document in words for number in found] == [True] * len(found)
            assert len(re.findall(r"FA26-\d{7}", words)) == len(found)

    def test_the_sum_carried_forward_is_brought_forward_on_the_next_page(self) -> None:
        one = letter(items=items(137))
        shown = pages(render(one))
        total = 0
        for page, following in pairwise(shown[1:]):
            total += sum(item.open_minor for item in one.items if item.document in page)
            assert f"À reporter {euros(total)}" in page
            assert f"Report {euros(total)}" in following
        assert "À reporter" not in shown[-1]

    def test_the_first_page_asks_for_the_net_and_is_signed(self) -> None:
        one = letter(items=items(60))
        first = pages(render(one))[0]
        assert "60 documents, détaillés aux pages suivantes" in first
        assert f"Net à payer {euros(one.net_minor)} €" in first
        assert "Claire Blanc\nResponsable du recouvrement" in first

    def test_pages_are_numbered_when_there_are_several(self) -> None:
        for number, page in enumerate(pages(render(letter(items=items(60)))), 1):
            assert f"Page {number}/3" in page
        assert "Page 1" not in text_of(render(letter()))

    def test_a_long_text_is_not_cut(self) -> None:
        words = [f"mot{number}" for number in range(900)]
        shown = text_of(render(letter(body=(" ".join(words),))))
        assert [word for word in words if word not in shown] == []

    def test_the_annex_shows_how_interest_was_worked_out(self) -> None:
        row = InterestRow("FA26-1", 2_400_000, date(2026, 7, 1), date(2026, 11, 21), 144, 1240, 117_409)
        annex = InterestAnnex(
            (row, replace(row, document="FA26-2")), ("Taux de la BCE majoré de dix points.",)
        )
        shown = pages(render(letter(annex=annex)))
        assert len(shown) == 2
        assert "Annexe" in shown[1]
        assert "Montant impayé (EUR)" in shown[1]
        assert "24 000,00 01/07/2026 – 21/11/2026 144 12,40 % 1 174,09" in shown[1]
        assert "Total des pénalités 2 348,18 €" in shown[1]


class TestLanguagesAndCurrencies:
    def test_english_has_english_words_dates_and_amounts(self) -> None:
        one = letter(
            language="en",
            items=(LetterItem("INV-1", date(2026, 8, 1), date(2026, 9, 15), 67, 3072778, 3072778),),
        )
        text = text_of(render(one))
        for said in (
            "Monaco, 21 November 2026",
            "Subject: ",
            "15 Sept 2026",
            "67 d",
            "30,727.78",
            "Net to pay",
        ):
            assert said in text

    def test_french_has_french_words_dates_and_amounts(self) -> None:
        text = text_of(render(letter(dated=date(2026, 12, 1))))
        for said in (
            "Monaco, le 1er décembre 2026",
            "Objet : ",
            "Échéance",
            "Pour régler",
            "Référence à rappeler",
        ):
            assert said in text

    def test_ariary_have_no_needless_decimals_and_no_code_to_scan(self) -> None:
        one = letter(
            sender=ANTANANARIVO,
            currency="MGA",
            items=(LetterItem("FA26-1", None, TODAY, 0, 940_000_000, 940_000_000),),
            credits=(),
            payment_lines=("MVola 034 00 000 00",),
        )
        data = letter_data(one, {})
        assert data["payment"]["qr"] is None
        text = text_of(render(one))
        assert "9 400 000 Ar" in text
        assert "MG46 0000 5030 0712 8942 1016 045" in text
        assert "MVola 034 00 000 00" in text

    def test_thousands_do_not_break_over_lines(self) -> None:
        row = letter_data(letter(items=(LetterItem("F", None, TODAY, 0, 123_456_789, 123_456_789),)), {})[
            "table"
        ]["rows"][0]
        assert row["cells"][-1][0] == "1\u202f234\u202f567,89"

    def test_the_code_to_scan_needs_euros_and_a_sepa_account(self) -> None:
        def has_code(**changes: object) -> bool:
            payment = letter_data(letter(**changes), {})["payment"]
            return bool(payment and payment["qr"])

        assert has_code()
        assert not has_code(currency="MGA")
        assert not has_code(sender=replace(MONACO, iban=""))
        assert not has_code(sender=replace(MONACO, iban="MC58 1122 2000 0101 2345 6789 031"))
        assert not has_code(sender=ANTANANARIVO)


class TestHostileTexts:
    @pytest.mark.parametrize(
        "name",
        [
            "#panic() SARL",
            '#image("/etc/passwd")',
            "*gras* _italique_ $x^2$ `code`",
            "<label> @ref [crochets] {accolades}",
            "// commentaire /* ouvert",
            "\\ barre \\u{41} oblique",
            '"); #let x = 1',
            "= Titre",
            "- liste + liste / terme: liste",
            "~tilde~ --- ...",
            "Müller & Søn «ΑΒΓ» Щука ₳ Ṁ",
        ],
    )
    def test_markup_prints_as_it_is_written(self, name: str) -> None:
        item = replace(items(1)[0], document=name[:10], detail=name[-8:])
        text = text_of(render(letter(recipient=(name,), subject=name, body=(name,), items=(item,))))
        assert text.count(plain(name)) >= 3
        assert plain(name[:10]).strip() in text
        assert plain(name[-8:]).strip() in text

    def test_control_and_direction_marks_are_left_out(self) -> None:
        text = text_of(render(letter(recipient=("ABC\x00\x07 \u202eSARL\u2066", "98000 MONACO"))))
        assert "ABC SARL" in text

    def test_a_character_that_no_font_shows_does_not_stop_the_letter(self) -> None:
        one = letter(recipient=("Société \U0010fffd SARL", "98000 MONACO"))
        text = text_of(render(one))
        assert euros(one.net_minor) in text

    def test_a_number_without_spaces_stays_in_its_column(self) -> None:
        number = "F" * 90
        one = letter(items=(replace(items(1)[0], document=number),))
        assert number in text_of(render(one)).replace("\n", "")


class TestPaper:
    def positions(self, pdf: bytes) -> list[tuple[float, float, str]]:
        """Where each piece of text of the first page begins, in millimetres from its top left corner."""
        found = []
        page = PdfReader(io.BytesIO(pdf)).pages[0]

        def note(text: str, page: list[float], line: list[float], _font: object, _size: object) -> None:
            x, y = mult(line, page)[4:]
            if text.strip():
                found.append((x / MILLIMETRE, 297 - y / MILLIMETRE, plain(text.strip())))

        page.extract_text(visitor_text=note)
        return found

    @pytest.mark.parametrize(
        "recipient",
        [
            ("Hôtel Belle Époque SARL", "4 avenue des Spélugues", "98000 MONACO"),
            tuple(f"LIGNE D’ADRESSE NUMÉRO {number} EN CAPITALES" for number in range(9)),
            ("SOCIÉTÉ DE CONSTRUCTION ET DE TRAVAUX PUBLICS DE L’OCÉAN INDIEN " * 2, "101 ANTANANARIVO"),
        ],
    )
    def test_the_address_and_nothing_else_is_in_the_window(self, recipient: tuple[str, ...]) -> None:
        in_window, address = [], " ".join(recipient)
        for x, y, text in self.positions(render(letter(recipient=recipient))):
            if x >= 95 and 34 <= y <= 90:
                in_window.append(text)
                assert 100 <= x <= 190
                assert 55 <= y <= 80
        assert in_window
        assert all(word in address for text in in_window for word in text.split())

    @pytest.mark.parametrize("logo", [None, PNG])
    def test_a_long_name_of_the_sender_stays_above_what_stands_beside_the_window(
        self, logo: bytes | None
    ) -> None:
        name = "Groupement d’intérêt économique des établissements hôteliers et de restauration " * 2
        found = self.positions(render(letter(sender=replace(MONACO, name=name.strip(), logo=logo))))
        assert [y < 54 for x, y, text in found if x < 95 and text == MONACO.address[-1]] == [True]
        assert [text for x, y, text in found if x >= 95 and 34 <= y <= 54] == []

    def test_is_archivable_accessible_and_has_its_fonts_inside(self) -> None:
        pdf = render(letter(sender=replace(MONACO, logo=PNG)))
        with pikepdf.open(io.BytesIO(pdf)) as document:
            metadata = document.open_metadata()
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
            assert metadata["pdfuaid:part"] == "1"
            assert document.Root.MarkInfo.Marked
            assert str(document.Root.Lang) == "fr-FR"
            fonts = [
                font.DescendantFonts[0].FontDescriptor for font in document.pages[0].Resources.Font.values()
            ]
            assert fonts
            assert all("/FontFile2" in font for font in fonts)

    def test_the_same_letter_gives_the_same_bytes(self) -> None:
        assert render(letter()) == render(letter())

    def test_letters_come_in_the_order_given(self) -> None:
        many = [letter(reference=f"REF-{number:03d}") for number in range(24)]
        for number, pdf in enumerate(render_letters(many)):
            assert f"REF-{number:03d}" in text_of(pdf)

    def test_nothing_to_do_gives_nothing(self) -> None:
        assert render_letters([]) == []

    @pytest.mark.parametrize("content", [b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"PDF"])
    def test_a_logo_that_is_no_picture_is_refused(self, content: bytes) -> None:
        with pytest.raises(UserMistake) as refusal:
            render(letter(sender=replace(MONACO, logo=content)))
        assert refusal.value.code == "unusable-picture"


class TestBatch:
    def test_holds_every_page_in_order_under_a_bookmark_for_each_letter(self) -> None:
        letters = [
            letter(reference=f"REF-{n}", items=items(count, seed=n)) for n, count in enumerate((1, 30, 2))
        ]
        batch = render_batch(letters)
        single = [page for pdf in render_letters(letters) for page in pages(pdf)]
        assert pages(batch) == single
        reader = PdfReader(io.BytesIO(batch))
        marks = [(mark.title, reader.get_destination_page_number(mark)) for mark in reader.outline]
        assert marks == [(f"Hôtel Belle Époque SARL · REF-{n}", first) for n, first in enumerate((0, 1, 3))]

    def test_each_letter_can_start_on_the_front_of_a_sheet(self) -> None:
        batch = render_batch([letter(), letter(items=items(30)), letter()], start_on_front=True)
        assert [bool(text.strip()) for text in pages(batch)] == [True, False, True, True, True, False]


class TestTemplates:
    def test_a_file_of_the_user_stands_before_ours(self, tmp_path: Path) -> None:
        (tmp_path / "letter.typ").write_text(
            '#import "common.typ": *\n#let letter(data) = sheet(data, [Maison : #data.subject])\n'
        )
        pdf = render_letters([letter()], templates=tmp_path)[0]
        assert "Maison : Deuxième rappel" in text_of(pdf)

    def test_a_mistake_in_it_is_said_in_typst_s_words(self, tmp_path: Path) -> None:
        (tmp_path / "letter.typ").write_text("#let letter(data) = data.no_such_thing")
        with pytest.raises(UserMistake, match="no_such_thing") as mistake:
            render_letters([letter()], templates=tmp_path)
        assert mistake.value.code == "template-failed"

    def test_it_may_not_fetch_a_package(self, tmp_path: Path) -> None:
        (tmp_path / "letter.typ").write_text('#import "@preview/letter:1.0.0": *')
        with pytest.raises(UserMistake) as refusal:
            render_letters([letter()], templates=tmp_path)
        assert refusal.value.code == "template-imports-package"

    def test_it_cannot_read_files_of_the_machine(self, tmp_path: Path) -> None:
        (tmp_path / "letter.typ").write_text('#let letter(data) = read("/etc/passwd")')
        with pytest.raises(UserMistake):
            render_letters([letter()], templates=tmp_path)


def test_page_count_is_read_from_our_own_pdfs() -> None:
    assert page_count(render(letter())) == 1
    assert page_count(render(letter(items=items(60)))) == 3


class TestSeveralDebtors:
    def of_two(self, count: int = 4) -> Letter:
        one = letter(credits=())
        lines, half = items(count), count // 2
        credit = LetterCredit("AV-1", TODAY, -100)
        debtors = (Debtor("Filiale Nord", lines[:half]), Debtor("Filiale Sud", lines[half:], (credit,)))
        return replace(one, items=lines, credits=(credit,), debtors=debtors)

    def test_each_stands_under_its_name_with_its_own_sum(self) -> None:
        one = self.of_two()
        kinds = [row["kind"] for row in letter_data(one, {})["table"]["rows"]]
        assert kinds == [
            *("head", "item", "item", "subtotal"), *("head", "item", "item", "credit", "subtotal"), "net"
        ]  # fmt: skip
        text = text_of(render(one))
        north, south = one.debtors
        assert f"Sous-total : Filiale Nord {euros(north.net_minor)}" in text
        assert f"Sous-total : Filiale Sud {euros(south.net_minor)}" in text
        assert f"Net à payer {euros(north.net_minor + south.net_minor)} €" in text

    def test_the_sums_of_each_stand_on_the_first_page_of_a_long_one(self) -> None:
        first = PdfReader(io.BytesIO(render(self.of_two(80)))).pages[0].extract_text()
        assert "Filiale Nord" in first
        assert "Filiale Sud" in first
