from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client
    from tests.books import Books

    from exigible.ledger.models import Company

AS_OF = "2026-06-30"
BOOKS = """
    2026-01-10 invoice     F-1 ACME   1000.00 due 2026-02-10
    2026-05-02 invoice     F-2 ACME    250.00 due 2026-06-02
    2026-06-20 invoice     F-3 ACME     99.50 due 2026-07-20
    2026-02-20 payment     V-1 ACME   -400.00
    2026-02-20 letter      F-1 V-1     400.00
    2026-06-25 payment     V-2 ACME    -30.00
    2026-04-01 invoice     F-4 BETA    500.00 due 2026-05-01
    2026-04-15 credit_note A-1 BETA    -80.00
    2026-06-01 invoice     F-5 GAMMA   700.00 due 2026-07-01
"""


@pytest.fixture
def books(db: None) -> Books:
    """Three customers of one company, as of 30 June 2026."""
    from tests.books import write_books

    return write_books(BOOKS)


@pytest.fixture
def company(books: Books) -> Company:
    return books.company


@pytest.fixture
def alice(client: Client, company: Company) -> Client:
    """Alice, a collector of the company, signed in."""
    from exigible.team.services import add_user

    alice = add_user(
        company=company, email="alice@example.org", role="collector", by=None, name="Alice Martin"
    )
    client.force_login(alice)
    return client
