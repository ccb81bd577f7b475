"""Letters, e-mails and statements name documents so that the customer recognises them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from exigible.dunning.cases import actions_with_all
from exigible.dunning.composing import Message, compose
from exigible.ledger.models import OpenItem
from exigible.team.services import add_user
from tests.books import Books
from tests.dunning.reminders import MONDAY, books_with, only_action, propose

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

FILLERS = """
    2026-09-01 invoice x ACME 100.00 due 2026-10-01
    2026-09-01 invoice x ACME 200.00 due 2026-10-01
    2026-09-05 invoice F-3 ACME 300.00 due 2026-10-05
    2026-10-20 payment x ACME -50.00
"""


def labelled(books: Books) -> Books:
    """Give each item a label of its own: the amount, in words of the books."""
    for item in OpenItem.objects.filter(company=books.company):
        OpenItem.objects.filter(pk=item.pk).update(label=f"22233 JO {abs(item.amount_minor) // 100}")
    return books


def message_of(books: Books) -> Message:
    action = only_action(propose(books))
    return compose(list(actions_with_all(pk=action.pk)), MONDAY)[0]


def test_a_number_that_tells_nothing_has_its_label_beside_it_in_letters_and_statements() -> None:
    message = message_of(labelled(books_with(FILLERS)))
    assert [(item.document, item.detail) for item in message.letter.items] == [
        ("x", "22233 JO 100"),
        ("x", "22233 JO 200"),
        ("F-3", ""),
    ]
    assert [credit.detail for credit in message.letter.credits] == ["22233 JO 50"]
    [section] = message.statement.sections
    assert {item.label for item in section.items} == {
        "Facture · 22233 JO 100",
        "Facture · 22233 JO 200",
        "Facture",
        "Règlement · 22233 JO 50",
    }


def test_two_entries_with_one_number_are_not_instalments_of_each_other() -> None:
    books = labelled(books_with(FILLERS))
    OpenItem.objects.filter(amount_minor=200_00).update(installment=2)
    details = [item.detail for item in message_of(books).letter.items]
    assert details == ["22233 JO 100", "22233 JO 200", ""]


def test_the_due_dates_of_one_document_are_numbered() -> None:
    books = books_with(FILLERS.replace("invoice x", "invoice F-1"))
    OpenItem.objects.filter(amount_minor=200_00).update(installment=2)
    assert [item.detail for item in message_of(books).letter.items] == ["", "Échéance n° 2", ""]


def test_the_payment_quotes_the_account_where_the_number_tells_nothing() -> None:
    books = books_with("2026-09-01 invoice x ACME 100.00 due 2026-10-01")
    assert message_of(books).letter.reference == "ACME"


def test_the_page_of_a_message_shows_the_label_of_a_document_whose_number_tells_nothing(
    client: Client,
) -> None:
    books = labelled(books_with(FILLERS))
    action = only_action(propose(books))
    user = add_user(company=books.company, email="c@aco.example", role="senior", by=None)
    client.force_login(user)
    shown = client.get(reverse("reminder", args=[books.company.code, action.pk])).content.decode()
    assert '<td class="name">22233 JO 100</td>' in shown
    assert '<td class="name">F-3</td>' in shown
    assert '<td class="name">x</td>' not in shown
