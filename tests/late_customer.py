"""A customer that is late, and people of the company: what the tests of its answers stand on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from exigible.ledger.models import Customer
    from tests.books import Books

BOOKS = """
    {0} invoice F-1 ACME 1000.00 due {1}
    {1} invoice F-2 ACME 300.00 due {2}
    {2} invoice F-3 ACME 90.00 due {3}
"""


@pytest.fixture
def books(db: None) -> Books:
    """Two invoices overdue, by 70 and by 20 days, and one that is not due yet."""
    from django.utils import timezone

    from tests.books import make_company, write_books

    days = [(timezone.localdate() - timedelta(days=ago)).isoformat() for ago in (100, 70, 20, -25)]
    return write_books(BOOKS.format(*days), company=make_company("ACO"))


@pytest.fixture
def acme(books: Books) -> Customer:
    return books.customer("ACME")


@pytest.fixture
def as_role(books: Books) -> Callable[[str], Client]:
    """Someone of the company in a role, signed in."""

    def signed_in(role: str) -> Client:
        from django.test import Client

        from exigible.team.services import add_user

        client = Client()
        client.force_login(add_user(company=books.company, email=f"{role}@aco.example", role=role, by=None))
        return client

    return signed_in


@pytest.fixture
def collector(as_role: Callable[[str], Client]) -> Client:
    return as_role("collector")
