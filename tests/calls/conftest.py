"""Three late customers with telephones, and someone who calls them, at half past nine on a Monday."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.late_customer import acme, as_role, books, collector

if TYPE_CHECKING:
    from tests.books import Books

__all__ = ["acme", "as_role", "books", "collector"]

MONDAY = "2026-11-23 09:30+01:00"
NUMBERS = {"ACME": "04 93 12 34 56", "BETA": "01 44 55 66 77", "GAMMA": "034 12 345 67"}


@pytest.fixture
def monday() -> Iterator[None]:
    """It is half past nine on a Monday in Paris, half past eleven in Antananarivo."""
    import time_machine

    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def late(monday: None, books: Books) -> Books:
    """ACME (1,300.00 overdue) and BETA (500.00) in France, GAMMA (80.00) in Madagascar; each has a number."""
    from django.utils import timezone

    from exigible.ledger.models import Customer
    from tests.books import write_books

    days = [(timezone.localdate() - timedelta(days=ago)).isoformat() for ago in (90, 60)]
    write_books(
        f"""
        {days[0]} invoice F-8 BETA 500.00 due {days[1]}
        {days[0]} invoice F-9 GAMMA 80.00 due {days[1]}
        """,
        company=books.company,
    )
    for code, phone in NUMBERS.items():
        country = "MG" if code == "GAMMA" else "FR"
        Customer.objects.filter(company=books.company, code=code).update(phone=phone, country=country)
    return books
