"""A carrier's file: lines of our letters are noted, the others told with their number and what is wrong."""

from __future__ import annotations

from datetime import date

import pytest

from exigible.kernel.errors import UserMistake
from exigible.registered.models import RegisteredLetter
from exigible.registered.rules.statuses import Status
from exigible.registered.services import import_tracking
from exigible.registered.services.tracking import status_of

FILE = """Numéro de suivi;Date de l'événement;Libellé;Signataire
1A 123 456 7890 1;27/11/2026 10:12;Distribué contre signature;M. Martin
1A12345678901;25/11/2026;Destinataire absent, avis de passage;
1A12345678901;23/11/2026;Déposé au bureau de poste;
2C12345678902;26/11/2026;Pli refusé par le destinataire;
RK123456785FR;26/11/2026;Le chien a mangé le pli;
RK123456785FR;32/11/2026;Distribué;
1A99999999999;26/11/2026;Distribué;
RR473124828US;26/11/2026;Distribué;
"""


def read(books, content=FILE, encoding="utf-8"):
    letters = RegisteredLetter.objects.filter(company=books.company)
    return import_tracking(
        letters=letters, company_id=books.company.pk, content=content.encode(encoding), by=None
    )


@pytest.mark.django_db
class TestFile:
    @pytest.fixture(autouse=True)
    def december(self, posted, later):
        with later(9):
            yield

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
    def test_each_line_is_noted_or_told(self, books, encoding):
        report = read(books, encoding=encoding)
        assert (report.noted, report.known, report.foreign) == (3, 1, ["1A99999999999"])
        assert [(one.line, one.code, one.found) for one in report.problems] == [
            (6, "unknown-words", "Le chien a mangé le pli"),
            (7, "bad-date", "32/11/2026"),
            (9, "number-check-digit", "RR473124828US"),
        ]
        letter = RegisteredLetter.objects.get(number="1A12345678901")
        assert (letter.status, letter.status_on) == ("delivered", date(2026, 11, 27))
        assert letter.events.get(status="delivered").said == "M. Martin"
        assert letter.events.get(status="presented").on == date(2026, 11, 25)

    def test_read_again_it_changes_nothing(self, books):
        read(books)
        again = read(books)
        assert (again.noted, again.known) == (0, 4)

    def test_a_line_that_cannot_be_is_told_and_spoils_no_other(self, books):
        text = "number,date,status\n2C12345678902,2026-11-20,delivered\n1A12345678901,2026-11-26,refused\n"
        report = read(books, text)
        assert [(one.line, one.code) for one in report.problems] == [(2, "before-posting")]
        assert report.noted == 1

    def test_without_the_names_of_its_columns_a_file_is_not_guessed(self, books):
        with pytest.raises(UserMistake, match="names the columns"):
            read(books, "1A12345678901;26/11/2026;Distribué\n")

    def test_letters_of_another_company_are_only_counted(self, books):
        from tests.registered.conftest import notice_books

        assert len(read(notice_books("BIS")).foreign) == 7


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("Votre lettre a été distribuée à son destinataire", Status.DELIVERED),
        ("LIVRÉ", Status.DELIVERED), ("Remis contre signature", Status.DELIVERED),
        ("Délai de garde expiré, pli non réclamé, retour à l'expéditeur", Status.UNCLAIMED),
        ("Retour à l’expéditeur : destinataire inconnu à l’adresse", Status.UNKNOWN_ADDRESS),
        ("NPAI", Status.UNKNOWN_ADDRESS),
        ("Le courrier attend d’être retiré au bureau de poste", Status.WAITING),
        ("Première présentation", Status.PRESENTED), ("Avisé", Status.PRESENTED),
        ("Retourné à l'expéditeur", Status.RETURNED), ("Pris en charge", Status.POSTED),
        ("Sera présenté demain", None), ("En cours de présentation", None),
        ("N'a pas été présenté", None), ("Présenté, non distribué", None),
        ("Waiting to be collected", Status.WAITING),
        ("Retour à l'expéditeur en cours", None), ("Refus du destinataire", Status.REFUSED),
        ("N'a pas pu être distribué", None), ("Destinataire absent, avis de passage", Status.PRESENTED),
        ("Your letter could not be delivered", None), ("Sera distribué demain", None),
        ("En cours de distribution", None), ("Statut inconnu", None),
        ("", None),
    ],
)  # fmt: skip
def test_the_words_of_carriers_and_none_of_a_delivery_that_was_not(words, status):
    assert status_of(words) == status
