"""A morning's statement for the lettering desk: what the program proposes, doubts, and does not know."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone
from tests.books import Books, make_company, write_books
from tests.cash.bank import Bank

from exigible.cash.models import CashPolicy
from exigible.ledger.models import BankLine


def ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


NAMES = {
    "RIVIERA": "Riviera Charter SAM",
    "BELLE": "Hôtel Belle Époque",
    "AZUR": "Azur Traiteur SARL",
    "PORT": "Capitainerie du Port",
    "BTP": "BTP Ankorondrano",
}


def morning_books() -> Books:
    """The open items of five customers; nothing posts by itself, so that the desk has all the work."""
    books = write_books(
        f"""
        {ago(150)} invoice     FA26-10412 RIVIERA 24000.00 due {ago(115)}
        {ago(130)} invoice     FA26-10455 RIVIERA  8100.00 due {ago(95)}
        {ago(80)}  credit_note AV26-00031 RIVIERA  -600.00
        {ago(60)}  invoice     FA26-10471 RIVIERA  1250.00 due {ago(20)}
        {ago(90)}  invoice     FA26-10501 BELLE    1000.00 due {ago(60)}
        {ago(70)}  invoice     FA26-10502 BELLE    1830.40 due {ago(40)}
        {ago(50)}  invoice     FA26-10503 BELLE    2410.00 due {ago(10)}
        {ago(75)}  invoice     FA26-10601 AZUR     9900.00 due {ago(45)}
        {ago(74)}  invoice     FA26-10602 AZUR     9900.00 due {ago(44)}
        {ago(40)}  invoice     FA26-10603 AZUR      415.00 due {ago(5)}
        {ago(66)}  invoice     FA26-10701 PORT      512.30 due {ago(36)}
        {ago(33)}  invoice     FA26-10702 PORT     1240.00 due {ago(3)}
        {ago(28)}  invoice     FA26-10801 BTP      7320.15 due {ago(-2)}
        """,
        company=make_company("MNSAM", country="MC"),
    )
    for code, name in NAMES.items():
        customer = books.customer(code)
        customer.name = name
        customer.save()
    CashPolicy.objects.create(company=books.company, posts_alone=False)
    return books


def morning_lines(books: Books) -> dict[str, BankLine]:
    """Ten payments in the order of the statement, matched: most starred, one doubtful, one of nobody."""
    bank = Bank(books)
    when = ago(1)
    received = {
        "set": ("31500.00", "RIVIERA CHARTER", "FACT 10412 10455 MOINS AV26-00031"),
        "one": ("1250.00", "RIVIERA CHARTER SAM", "FA26-10471"),
        "short": ("990.00", "HOTEL BELLE EPOQUE", "REGLEMENT FACTURE FA26-10501"),
        "two": ("9900.00", "AZUR TRAITEUR", "REGLEMENT"),
        "cents": ("415.00", "AZUR TRAITEUR", "FA26-10603"),
        "advance": ("3000.00", "CAPITAINERIE DU PORT", "ACOMPTE"),
        "named": ("512.30", "CAPITAINERIE DU PORT", "10701"),
        "btp": ("7320.15", "BTP ANKORONDRANO", "FA26-10801"),
        "agent": ("3070.40", "CABINET GESTION", "POUR DIVERS"),
        "last": ("2410.00", "HOTEL BELLE EPOQUE", "FA26-10503"),
    }
    lines = {
        name: bank.receives(amount, payer, text, on=when) for name, (amount, payer, text) in received.items()
    }
    bank.match()
    return lines
