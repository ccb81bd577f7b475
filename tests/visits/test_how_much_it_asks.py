"""A tour of twenty stops asks the database no more often than one of three, on every page and on paper."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exigible.disputes.services import open_dispute
from exigible.ledger.models import Customer
from exigible.negotiation.services import make_promise
from exigible.visits.models import Tour
from exigible.visits.services import add_stops, give_place
from exigible.worklist.services import add_note
from tests.books import Books, write_books

pytestmark = pytest.mark.django_db


def a_full_stop(books: Books, tour: Tour, code: str) -> None:
    """A customer with several items, a promise, a dispute, a note and a place, put on the tour."""
    long_ago = timezone.localdate() - timedelta(days=60)
    write_books(
        "\n".join(
            f"{long_ago - timedelta(days=30)} invoice {code}-{each} {code} 50.00 due {long_ago}"
            for each in (1, 2)
        ),
        company=books.company,
    )
    customer = books.customer(code)
    Customer.objects.filter(pk=customer.pk).update(phone="04 93 12 34 56", address="1 quai", city="Nice")
    give_place(customer=customer, text="43.72, 7.30", by=None)
    in_a_week = timezone.localdate() + timedelta(days=7)
    make_promise(customer=customer, amount_minor=2000, currency="EUR", due_on=in_a_week, text="", by=None)
    open_dispute(item=books[f"{code}-2"], amount_minor=1000, reason="quality", text="torn", by=None)
    add_note(customer=customer, text="ring twice", by=None)
    add_stops(tour=tour, customers=[customer], by=None)


@pytest.mark.parametrize("page", ["phone", "tour", "pdf", "add", "state"])
def test_twenty_stops_take_as_many_queries_as_three(late: Books, tour: Tour, page: str) -> None:
    client = Client()
    client.force_login(tour.who)
    address = reverse(f"visit-{page}", kwargs={"company": "ACO", "pk": tour.pk})

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    for code in ("ACME", "BETA", "GAMMA"):
        add_note(customer=late.customer(code), text="ring", by=None)
    a_full_stop(late, tour, "FULL")
    client.get(address)
    of_few = queries()
    for number in range(16):
        a_full_stop(late, tour, f"C{number}")
    assert queries() == of_few


def test_read_at_once_each_stop_still_tells_of_its_own_customer_alone(late: Books, tour: Tour) -> None:
    for code in ("FULL", "MORE"):
        a_full_stop(late, tour, code)
    client = Client()
    client.force_login(tour.who)
    page = client.get(reverse("visit-phone", kwargs={"company": "ACO", "pk": tour.pk}))
    told = {
        stop.customer.code: (
            {line.item.document_number for each in stop.standings for line in each.lines},
            [row.promise.customer_id for row in stop.running],
            [entry.words for entry in stop.said if "ring" in entry.words],
            sum(each.disputed_minor for each in stop.standings),
        )
        for stop in page.context["sheet"].stops
    }
    assert told["GAMMA"] == ({"F-9"}, [], [], 0)
    for code in ("FULL", "MORE"):
        numbers = {f"{code}-1", f"{code}-2"}
        assert told[code] == (numbers, [late.customer(code).pk], ["ring twice"], 1000)
