"""A remittance advice attached to a payment: what it lists becomes the proposal, and what differs is told."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.books import make_company, write_books
from tests.cash.bank import Bank

from exigible.cash.advised import Register
from exigible.cash.models import Match, RemittanceAdvice
from exigible.cash.services import letter
from exigible.ledger.models import BankLine
from exigible.team.services import add_user
from exigible.timeline.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def bank() -> Bank:
    books = write_books(
        """
        2026-01-05 invoice     FA26-10412 ACME 1000.00 due 2026-02-05
        2026-01-15 invoice     FA26-10413 ACME  700.00 due 2026-02-15
        2026-01-25 invoice     FA26-10414 ACME  420.00 due 2026-02-25
        2026-02-20 credit_note AV26-00031 ACME  -60.00
        2026-02-05 invoice     FA26-20501 BETA  512.30 due 2026-03-05
        2026-02-06 invoice     FA26-10200 ACME  100.00 due 2026-03-06
        2026-03-10 payment     V-1        ACME -100.00
        2026-03-10 letter      FA26-10200 V-1   100.00
        """,
        company=make_company("MNSAM"),
    )
    return Bank(books)


@pytest.fixture
def accountant(bank: Bank) -> Iterator[Client]:
    client = Client(headers={"HX-Request": "true"})
    client.force_login(add_user(company=bank.books.company, email="a@x.example", role="accountant", by=None))
    return client


def attach(client: Client, line: BankLine, text: str = "", **posted: object):
    return client.post(reverse("cash-advice", args=["MNSAM", line.pk]), {"text": text, **posted})


def words(response) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def ticked(response) -> dict[str, int]:
    return {
        row.item.document_number: row.amount_minor for row in response.context["pane"].items if row.is_ticked
    }


def sheet(*rows: tuple[object, ...]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for place, row in enumerate(rows):
            page.write_row(place, 0, row)
    return content.getvalue()


class TestWhatItLists:
    def test_is_proposed_first_and_ticked(self, bank, accountant):
        line = bank.receives("1640.00", "UNKNOWN PAYER", "VIREMENT")
        bank.match()
        response = attach(accountant, line, "FA26-10412  1 000,00\nFA26-10413  700,00\nAV26-00031  -60,00")
        assert response.status_code == 200
        assert ticked(response) == {"FA26-10412": 1000_00, "FA26-10413": 700_00, "AV26-00031": -60_00}
        assert "L’avis de paiement cite" in words(response)
        assert "3 pièces retrouvées sur 3" in words(response)
        assert bank.status(line) == "proposed"

    def test_finds_the_customer_where_nothing_else_tells_who_paid(self, bank, accountant):
        line = bank.receives("512.30", "CABINET GESTION", "POUR DIVERS")
        bank.match()
        response = attach(accountant, line, "Facture 20501   512,30")
        assert response.context["pane"].customer == bank.books.customer("BETA")
        assert ticked(response) == {"FA26-20501": 512_30}

    def test_posts_nothing_by_itself(self, bank, accountant):
        line = bank.receives("1700.00", "ACME")
        attach(accountant, line, "FA26-10412 1000,00\nFA26-10413 700,00")
        line.refresh_from_db()
        assert line.left_minor == 1700_00

    def test_pays_a_part_of_an_item_where_it_says_so(self, bank, accountant):
        line = bank.receives("900.00", "ACME")
        response = attach(accountant, line, "FA26-10412  600,00\nFA26-10413  300,00")
        assert ticked(response) == {"FA26-10412": 600_00, "FA26-10413": 300_00}

    def test_is_read_from_a_sheet_which_is_kept(self, bank, accountant):
        line = bank.receives("1420.00", "ACME")
        content = sheet(("Facture", "Montant réglé"), ("FA26-10412", 1000), ("FA26-10414", 420))
        response = attach(accountant, line, file=SimpleUploadedFile("avis.xlsx", content))
        assert ticked(response) == {"FA26-10412": 1000_00, "FA26-10414": 420_00}
        advice = RemittanceAdvice.objects.get()
        address = reverse("cash-advice-file", args=["MNSAM", line.pk, advice.pk])
        kept = accountant.get(address)
        assert b"".join(kept.streaming_content) == content
        assert 'filename="avis.xlsx"' in kept.headers["Content-Disposition"]

    def test_counts_in_the_next_matching_too(self, bank, accountant):
        line = bank.receives("1640.00", "UNKNOWN PAYER")
        attach(accountant, line, "FA26-10412 1000,00\nFA26-10413 700,00\nAV26-00031 -60,00")
        bank.match(line)
        match = Match.objects.get(line=line)
        assert match.explanations[0]["reasons"][0]["code"] == "advised"


class TestWhatDiffers:
    def test_each_document_says_whether_it_was_found(self, bank, accountant):
        line = bank.receives("1900.00", "ACME")
        listed = "FA26-10412 1000,00\nFA26-10200 100,00\nFA26-20501 500,00\nFA26-99999 300,00"
        response = attach(accountant, line, listed)
        rows = response.context["pane"].advice.rows
        assert [(row.number, row.is_found, row.words) for row in rows] == [
            ("FA26-10412", True, ""),
            ("FA26-10200", False, "déjà soldée"),
            ("FA26-20501", False, "de BETA"),
            ("FA26-99999", False, "introuvable"),
        ]

    def test_the_difference_is_told_and_stays_open(self, bank, accountant):
        line = bank.receives("1650.00", "ACME")
        response = attach(accountant, line, "FA26-10412 1000,00\nFA26-10413 700,00")
        assert "différence −50,00" in words(response)
        assert ticked(response) == {"FA26-10412": 1000_00, "FA26-10413": 650_00}
        assert response.context["pane"].remainders[0].is_chosen is True

    def test_what_is_not_found_stays_on_account(self, bank, accountant):
        line = bank.receives("1300.00", "ACME")
        response = attach(accountant, line, "FA26-10412 1000,00\nFA26-99999 300,00")
        chosen = [one.code for one in response.context["pane"].remainders if one.is_chosen]
        assert (ticked(response), chosen) == ({"FA26-10412": 1000_00}, ["on_account"])

    def test_a_discount_that_it_tells_closes_the_item(self, bank, accountant):
        line = bank.receives("980.00", "ACME")
        content = "Facture;Montant;Escompte;Montant payé\nFA26-10412;1000,00;20,00;980,00\n".encode()
        response = attach(accountant, line, file=SimpleUploadedFile("avis.csv", content))
        chosen = [one.code for one in response.context["pane"].remainders if one.is_chosen]
        assert (ticked(response), chosen) == ({"FA26-10412": 1000_00}, ["discount"])

    def test_a_text_that_says_otherwise_makes_it_less_sure(self, bank, accountant):
        line = bank.receives("420.00", "ACME", "FA26-10414")
        response = attach(accountant, line, "FA26-10413 420,00")
        match = Match.objects.get(line=line)
        assert ticked(response) == {"FA26-10413": 420_00}
        assert match.probability < 9950
        assert len(match.explanations) >= 2


class TestABadList:
    @pytest.mark.parametrize(
        ("posted", "said"),
        [
            ({"text": "   "}, "Choisissez un fichier"),
            ({"text": "Bonjour, merci."}, "Aucun numéro de pièce"),
            ({"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04broken")}, ""),
            ({"file": SimpleUploadedFile("x.jpg", b"\xff\xd8\xff\xe0" + bytes(200))}, ""),
        ],
    )
    def test_is_refused_with_its_reason(self, bank, accountant, posted, said):
        line = bank.receives("100.00", "ACME")
        response = attach(accountant, line, **posted)
        assert response.status_code == 422
        assert response.context["pane"].mistake
        assert said in words(response)
        assert not RemittanceAdvice.objects.exists()

    def test_can_be_taken_off_or_replaced(self, bank, accountant):
        line = bank.receives("1000.00", "ACME", "FA26-10412")
        attach(accountant, line, "FA26-10413 700,00")
        response = attach(accountant, line, "FA26-10414 420,00")
        assert [row.number for row in response.context["pane"].advice.rows] == ["FA26-10414"]
        response = accountant.post(reverse("cash-advice-off", args=["MNSAM", line.pk]))
        assert response.context["pane"].advice is None
        assert RemittanceAdvice.objects.count() == 2
        kinds = set(Event.objects.values_list("kind", flat=True))
        assert {"remittance-advice-attached", "remittance-advice-withdrawn"} <= kinds

    def test_comes_too_late_for_a_payment_that_is_lettered(self, bank, accountant):
        line = bank.receives("1000.00", "ACME")
        item = bank.books["FA26-10412"]
        letter(
            company_id=item.company_id, line_id=line.pk, customer_id=item.customer_id,
            allocations=[(item.pk, 1000_00)], by=None,
        )  # fmt: skip
        assert attach(accountant, line, "FA26-10413 700,00").status_code == 422


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("FA26-10412", "FA26-10412"),
        ("fa26 10412", "FA26-10412"),
        ("10412", "FA26-10412"),
        ("0010412", "FA26-10412"),
        ("412", ""),
        ("0099", ""),
        ("1", ""),
    ],
)
def test_a_document_is_known_however_its_number_is_written(written: str, known: str) -> None:
    assert Register(["FA26-10412", "FA25-0099", "FA26-0099"]).find(written) == known
