"""The details of whole replies, as varied people write them."""

from __future__ import annotations

from datetime import date

import pytest
from tests.inbox.replies import WRITTEN_ON

from exigible.inbox.rules.details import Details, details_of
from exigible.inbox.rules.message import Reply
from exigible.inbox.rules.sorting import sort_reply
from exigible.kernel.money import Money


def details(words: str) -> Details:
    reply = Reply(words=words, sender="compta@client.mg")
    return details_of(reply, sort_reply(reply, today=WRITTEN_ON), today=WRITTEN_ON)


@pytest.mark.parametrize(
    ("words", "promised_on"),
    [
        ("Cette échéance est inscrite à notre arrêté de paiement du 10 décembre.", "2026-12-10"),
        ("Tout rentrera dans l'ordre le 4/12, avec un virement global de 3 412,50 €.", "2026-12-04"),
        ("jpaye vendredi promis", "2026-11-27"),
        ("cheque demain matin dans votre boite", "2026-11-24"),
        ("Should be Wednesday at the latest, the transfer goes out then.", "2026-11-25"),
        ("You can expect the money early next week.", "2026-12-01"),
        ("Status: APPROVED – payment date 27-Nov-2026", "2026-11-27"),
        ("Votre facture du 30/10 sera réglée au plus tard le 5 décembre.", "2026-12-05"),
        ("Pas de date pour l'instant mais nous vous paierons dès que possible.", None),
    ],
)
def test_the_day_of_a_promise_is_read(words: str, promised_on: str | None) -> None:
    assert details(words).promised_on == (date.fromisoformat(promised_on) if promised_on else None)


@pytest.mark.parametrize(
    ("words", "paid_on"),
    [
        ("Les fonds sont sortis de notre compte le 13 novembre, le virement est donc fait.", "2026-11-13"),
        ("virement passé hier soir 22h, faut laisser le tps a la banque", "2026-11-22"),
        ("These were paid on 30/10, payment ref 100045872.", "2026-10-30"),
        ("Notre virement du 6 novembre de 4 812,30 € a réglé votre facture du 30/09.", "2026-11-06"),
        ("Check no. 2231 was paid to you on November 3.", "2026-11-03"),
        ("It was already paid two weeks ago.", "2026-11-09"),
        ("C'est déjà payé !", None),
    ],
)
def test_the_day_of_a_payment_is_read(words: str, paid_on: str | None) -> None:
    assert details(words).paid_on == (date.fromisoformat(paid_on) if paid_on else None)


@pytest.mark.parametrize(
    ("words", "amounts"),
    [
        ("Je règle 400 € ce samedi et 350 € lundi.", [Money(40000, "EUR"), Money(35000, "EUR")]),
        ("5 000 000 Ar avant le 5 décembre", [Money(500000000, "MGA")]),
        ("orange money envoyé ce midi 450 000 ar trans id PP261122", [Money(45000000, "MGA")]),
        ("total £4,310.22", [Money(431022, "GBP")]),
        ("The unit price is $14.20 vs $12.80 on the PO.", [Money(1420, "USD"), Money(1280, "USD")]),
    ],
)
def test_the_amounts_are_read(words: str, amounts: list[Money]) -> None:
    assert list(details(words).amounts) == amounts


@pytest.mark.parametrize(
    ("words", "email", "name"),
    [
        ("Je ne m'occupe plus de cela : contactez Sylvie Roux (s.roux@a.fr).", "s.roux@a.fr", "Sylvie Roux"),
        (
            "Supplier queries should go to ap.helpdesk@bright.co.uk from now on.",
            "ap.helpdesk@bright.co.uk",
            "",
        ),
        ("Mr. Gupta has been transferred. Please contact Ms. Iyer (iyer@star.in).", "iyer@star.in", "Iyer"),
    ],
)
def test_the_new_contact_is_read(words: str, email: str, name: str) -> None:
    contact = details(words).contact
    assert contact is not None
    assert (contact.email, contact.name) == (email, name)


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("I'm on leave from 23 Nov to 4 Dec inclusive.", "2026-12-04"),
        ("Congés du 23 au 27.", "2026-11-27"),
        ("I'm out of the office, back on Wednesday 2 December.", "2026-12-01"),
    ],
)
def test_the_end_of_an_absence_is_read(words: str, until: str) -> None:
    assert details(words).absent_until == date.fromisoformat(until)
