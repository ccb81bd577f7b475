from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.late_customer import acme, as_role, books, collector

if TYPE_CHECKING:
    from tests.books import Books

__all__ = ["acme", "as_role", "books", "collector"]


@pytest.fixture
def in_dollars(books: Books) -> Callable[[str], None]:
    """Writes an invoice of so much in dollars, overdue by 20 days, for the same customer."""

    def write(amount: str) -> None:
        from django.utils import timezone

        from tests.books import write_books

        days = [(timezone.localdate() - timedelta(days=ago)).isoformat() for ago in (50, 20)]
        for currency, line in (("USD", f"{days[0]} invoice F-USD ACME {amount} due {days[1]}"), ("EUR", "")):
            type(books.company).objects.filter(pk=books.company.pk).update(currency=currency)
            books.company.refresh_from_db()
            write_books(line, company=books.company)

    return write
