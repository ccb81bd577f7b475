"""What an act needs is read from the reply: days, amounts, documents, contact, return."""

from __future__ import annotations

from datetime import date

import pytest
from tests.inbox.replies import WRITTEN_ON

from exigible.cash.rules.numbers import Naming
from exigible.inbox.rules.days import days_in
from exigible.inbox.rules.details import (
    Details,
    NewContact,
    amounts_in,
    details_of,
    document_numbers_in,
    documents_among,
)
from exigible.inbox.rules.message import Reply
from exigible.inbox.rules.phrases import sentence_of
from exigible.inbox.rules.sorting import sort_reply
from exigible.kernel.money import Money


def details(words: str, **more: str) -> Details:
    reply = Reply(words=words, sender="compta@client.mg")
    return details_of(reply, sort_reply(reply, today=WRITTEN_ON), today=WRITTEN_ON, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "ahead"),
    [
        ("vendredi", "2026-11-27"),
        ("lundi", "2026-11-30"),
        ("vendredi de la semaine prochaine", "2026-12-04"),
        ("next Friday", "2026-11-27"),
        ("fin de semaine", "2026-11-27"),
        ("en début de semaine prochaine", "2026-12-01"),
        ("la semaine prochaine", "2026-12-04"),
        ("fin de mois", "2026-11-30"),
        ("by the end of the month", "2026-11-30"),
        ("fin du mois prochain", "2026-12-31"),
        ("mi-décembre", "2026-12-15"),
        ("début janvier", "2027-01-05"),
        ("sous 8 jours", "2026-12-01"),
        ("sous huitaine", "2026-12-01"),
        ("sous 48h", "2026-11-25"),
        ("within 5 business days", "2026-11-30"),
        ("in two weeks", "2026-12-07"),
        ("le 15", "2026-12-15"),
        ("le 30", "2026-11-30"),
        ("le 10 du mois prochain", "2026-12-10"),
        ("jeudi 26 novembre", "2026-11-26"),
        ("on December 4th", "2026-12-04"),
        ("1er décembre", "2026-12-01"),
        ("15/01", "2027-01-15"),
        ("05/12/2026", "2026-12-05"),
        ("2026-12-05", "2026-12-05"),
        ("demain", "2026-11-24"),
        ("aujourd'hui", "2026-11-23"),
    ],
)
def test_a_day_to_come_is_read(words: str, ahead: str) -> None:
    assert days_in(sentence_of(f"virement {words}"), WRITTEN_ON)[0].ahead == date.fromisoformat(ahead)


@pytest.mark.parametrize(
    ("words", "behind"),
    [
        ("hier", "2026-11-22"),
        ("vendredi dernier", "2026-11-20"),
        ("last Friday", "2026-11-20"),
        ("le 12", "2026-11-12"),
        ("12/11", "2026-11-12"),
        ("il y a 10 jours", "2026-11-13"),
        ("two weeks ago", "2026-11-09"),
        ("on 9 Nov", "2026-11-09"),
    ],
)
def test_a_day_gone_by_is_read(words: str, behind: str) -> None:
    assert days_in(sentence_of(f"virement {words}"), WRITTEN_ON)[0].behind == date.fromisoformat(behind)


@pytest.mark.parametrize(
    "words",
    [
        "31/02/2026",
        "5 000 €",
        "le 15 000 Ar",
        "depuis 2 mois",
        "une semaine de retard",
        "45/67",
        "au 06 12 34 56 78",
    ],
)
def test_what_is_no_day_is_not_taken_for_one(words: str) -> None:
    assert days_in(sentence_of(words), WRITTEN_ON) == []


def test_an_american_date_is_read_month_first_when_the_customer_is_one() -> None:
    assert days_in(sentence_of("03/04/2027"), WRITTEN_ON)[0].ahead == date(2027, 4, 3)
    assert days_in(sentence_of("03/04/2027"), WRITTEN_ON, month_first=True)[0].ahead == date(2027, 3, 4)


def test_a_promise_is_never_for_a_day_gone_by() -> None:
    assert details("Le virement sera effectué le 12/11/2026.").promised_on is None
    assert details("Le virement sera effectué le 12/12/2026.").promised_on == date(2026, 12, 12)


def test_the_date_of_the_invoice_is_not_that_of_the_promise() -> None:
    found = details("Votre facture FA-2026-0123 du 30/12/2026 sera payée le 04/12/2026.")
    assert found.promised_on == date(2026, 12, 4)


@pytest.mark.parametrize(
    "words",
    [
        "Nous vous réglerons 5 000 € par virement vendredi 27 novembre, le solde suivra mi-décembre.",
        "Vendredi 27 novembre nous réglerons 5 000 €. Le solde suivra mi-décembre.",
        "We will pay 5,000 on Friday 27 November, the balance mid-December.",
    ],
)
def test_an_amount_is_promised_for_the_day_of_its_own_clause(words: str) -> None:
    found = details(words, currency="EUR")
    assert (found.promised_on, found.promised) == (date(2026, 11, 27), Money(500000, "EUR"))
    rest = found.instalments[1]
    assert (rest.on, rest.money, rest.is_rest) == (date(2026, 12, 15), None, True)


def test_a_plan_without_amounts_is_promised_by_its_last_day() -> None:
    found = details("Nous réglerons la moitié le 1er décembre et le reste le 15 décembre.")
    assert (found.promised_on, found.promised) == (date(2026, 12, 15), None)


def test_a_day_or_an_amount_said_twice_is_one_promise() -> None:
    found = details("La facture de 1 200 € sera payée vendredi, soit le 27/11, par virement de 1 200 €.")
    assert len(found.instalments) == 1
    assert (found.promised_on, found.promised) == (date(2026, 11, 27), Money(120000, "EUR"))


def test_what_was_paid_already_is_not_promised_again() -> None:
    found = details("J'ai viré 500 € hier, le solde sera réglé le 15 décembre.")
    assert [(one.on, one.money) for one in found.instalments] == [(date(2026, 12, 15), None)]


def test_an_invoice_number_is_no_amount_promised() -> None:
    assert details("Nous allons régler 10412 vendredi.", currency="EUR").promised is None


def test_my_computer_is_no_monday() -> None:
    found = details("Je ferai le virement demain dès que je suis devant mon ordinateur.")
    assert found.promised_on == date(2026, 11, 24)


def test_the_day_of_a_payment_is_never_to_come() -> None:
    assert details("Virement effectué vendredi.").paid_on == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("1 234,56 €", 123456, "EUR"),
        ("EUR 1,234.56", 123456, "EUR"),
        ("€1.234,56", 123456, "EUR"),
        ("2.500.000 Ar", 250000000, "MGA"),
        ("500.000 ariary", 50000000, "MGA"),
        ("Ar 500 000", 50000000, "MGA"),
        ("2,5 millions d'ariary", 250000000, "MGA"),
        ("USD 12,500.00", 1250000, "USD"),
        ("3k€", 300000, "EUR"),
        ("1,250 GBP", 125000, "GBP"),
        ("850,40", 85040, "EUR"),
    ],
)
def test_an_amount_is_read_with_its_currency(text: str, minor: int, currency: str) -> None:
    assert list(amounts_in(f"soit {text} au total", "EUR")) == [Money(minor, currency)]


@pytest.mark.parametrize("text", ["FA-2026-0123", "034 12 345 67", "le 12.11", "12/11/2026", "10412", "20 %"])
def test_a_number_that_is_no_amount_is_not_taken_for_one(text: str) -> None:
    assert list(amounts_in(f"voir {text} merci", "EUR")) == []


def test_document_numbers_are_found_as_written() -> None:
    text = (
        "Factures 10412, 10413 et 10415 ; INV-20417, FA2026-0123. Tel 034 12 345 67, a123@x.mg, 12/11/2026."
    )
    assert list(document_numbers_in(text)) == ["10412", "10413", "10415", "INV-20417", "FA2026-0123"]


def test_our_own_numbers_are_recognised_in_what_they_write() -> None:
    found = documents_among(
        Reply(words="le virement couvre la 123 et FA-2026-0124"), ["FA-2026-0123", "FA-2026-0124"]
    )
    assert found["FA-2026-0124"].naming is Naming.WHOLE
    assert found["FA-2026-0123"].naming is Naming.TAIL


def test_the_new_contact_is_who_is_to_be_written_to() -> None:
    found = details(
        "Mme Hanta Rakoto n'est plus en charge, merci de contacter désormais Jean Randria, "
        "jean@client.mg, 034 12 345 67.",
        region="MG",
    )
    assert found.contact == NewContact("jean@client.mg", "+261341234567", "Jean Randria")


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("Je suis absent du 20 au 27 novembre inclus.", "2026-11-27"),
        ("Je suis en congés, de retour le 5 janvier.", "2027-01-04"),
        ("I am out of office until 3 December.", "2026-12-03"),
        ("On annual leave, back on Monday 30 November.", "2026-11-29"),
    ],
)
def test_the_last_day_of_an_absence_is_told(words: str, until: str) -> None:
    assert details(words).absent_until == date.fromisoformat(until)
