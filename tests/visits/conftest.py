"""Three late customers around Nice, and someone who goes to see them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.late_customer import acme, as_role, books, collector

if TYPE_CHECKING:
    from exigible.visits.models import Tour
    from tests.books import Books

__all__ = ["acme", "as_role", "books", "collector"]

START = "43.70, 7.26"
PLACES = {"ACME": "43.73, 7.42", "BETA": "43.58, 7.12", "GAMMA": "43.77, 7.50"}


@pytest.fixture
def late(books: Books) -> Books:
    """ACME (1,300.00 overdue) in Monaco, BETA (500.00) in Antibes, GAMMA (80.00) in Menton."""
    from django.utils import timezone

    from exigible.ledger.models import Customer
    from exigible.visits.services import give_place
    from tests.books import write_books

    days = [(timezone.localdate() - timedelta(days=ago)).isoformat() for ago in (90, 60)]
    write_books(
        f"""
        {days[0]} invoice F-8 BETA 500.00 due {days[1]}
        {days[0]} invoice F-9 GAMMA 80.00 due {days[1]}
        """,
        company=books.company,
    )
    for code, place in PLACES.items():
        Customer.objects.filter(company=books.company, code=code).update(
            address="1 quai des Oliviers", postcode="06000", city="Nice", phone="04 93 12 34 56"
        )
        give_place(customer=books.customer(code), text=place, by=None)
    return books


@pytest.fixture
def tour(late: Books) -> Tour:
    """Today, from Nice and back: GAMMA, BETA, ACME as they were chosen."""
    from django.utils import timezone

    from exigible.team.services import add_user
    from exigible.visits.rules import parse_place
    from exigible.visits.services import add_stops, plan_tour

    who = add_user(company=late.company, email="blanc@aco.example", role="collector", by=None)
    planned = plan_tour(
        company=late.company, day=timezone.localdate(), who=who.pk, starts_from="Nice",
        start=parse_place(START), by=who.pk,
    )  # fmt: skip
    add_stops(tour=planned, customers=[late.customer(code) for code in ("GAMMA", "BETA", "ACME")], by=who.pk)
    return planned
