"""A company whose customers are late: four to be reminded today, three to be called."""

from __future__ import annotations

from datetime import UTC, datetime

import time_machine

from exigible.ledger.models import Customer
from tests.books import Books
from tests.dunning.reminders import books_with, make_sender, morning

BOOKS = """
    2026-10-02 invoice F-101 HOTEL  2400.00 due 2026-11-11
    2026-10-09 invoice F-102 HOTEL   800.00 due 2026-11-13
    2026-10-02 invoice F-201 IMPRIM  640.00 due 2026-10-29
    2026-10-02 invoice F-301 BATI   1500.00 due 2026-11-10
    2026-10-02 invoice F-401 AZUR    320.00 due 2026-11-12
    2026-09-01 invoice F-501 PORT   5000.00 due 2026-10-12
    2026-09-01 invoice F-601 RIVA   3000.00 due 2026-10-12
    2026-09-01 invoice F-701 TRAIT  1000.00 due 2026-10-12
"""
NAMES = {
    "HOTEL": "Hôtel Belle Époque", "IMPRIM": "Imprimerie du Port", "BATI": "Bâtiment du Rocher",
    "AZUR": "Azur Traiteur", "PORT": "Capitainerie du Port", "RIVA": "Riva Nautique",
    "TRAIT": "Traiteur Rossi",
}  # fmt: skip
CALLED = {"PORT": "04 93 12 34 56", "RIVA": "04 93 22 34 56", "TRAIT": "04 93 32 34 56"}
EARLIER = (datetime(2026, 10, 20, 8, tzinfo=UTC), datetime(2026, 11, 4, 8, tzinfo=UTC))


def late_books() -> Books:
    """Seven late customers; three had a letter on 4 November, and have kept silent since."""
    books = books_with(BOOKS, company=make_sender())
    for code, name in NAMES.items():
        Customer.objects.filter(code=code).update(
            name=name, sort_name=name.lower(), phone=CALLED.get(code, "")
        )
    Customer.objects.filter(code="IMPRIM").update(email="")
    for moment in EARLIER:
        with time_machine.travel(moment, tick=True):
            morning(books, moment.date())
    return books
