"""My day tells of registered letters that need someone: those that came back, those nothing is heard of."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from exigible.ledger.models import Customer
from exigible.registered.services import file_proof, note_status
from exigible.team.models import User
from tests.registered.conftest import pdf

pytestmark = pytest.mark.django_db


def told(client, query=""):
    response = client.get(reverse("registered-day", args=["ACO"]) + query)
    assert response.status_code == 200
    return " ".join(strip_tags(response.content.decode()).split())


def heard(letter, status, days):
    on = date(2026, 11, 23) + timedelta(days=days)
    note_status(letter=letter, status=status, on=on, source="person", by=None)


def test_nothing_is_told_while_letters_are_on_their_way(posted, collector, later):
    with later(4):
        assert told(collector) == ""


def test_those_that_came_back_stand_first_with_why_then_those_without_news(posted, collector, later):
    acme, beta, _gamma = posted
    with later(9):
        heard(acme, "unclaimed", 8)
        heard(beta, "unknown_address", 7)
        words = told(collector)
        page = collector.get(reverse("registered-day", args=["ACO"])).content.decode()
    assert words.index("BETA") < words.index("ACME") < words.index("GAMMA")
    assert "3 lettres recommandées" in words
    assert "inconnu à l’adresse le 30/11/2026" in words
    assert "sans nouvelles depuis le 23/11/2026" in words
    assert 'data-key="l"' in page
    assert f"{reverse('registered', args=['ACO'])}?show=returned" in page


def test_a_letter_whose_envelope_is_filed_is_dealt_with(posted, collector, later):
    with later(4):
        heard(posted[0], "refused", 3)
        assert "ACME" in told(collector)
        file_proof(letter=posted[0], kind="envelope", name="e.pdf", content=pdf(), by=None)
        assert told(collector) == ""


def test_delivered_letters_are_left_to_the_list(posted, collector, later):
    with later(9):
        for letter in posted:
            heard(letter, "delivered", 3)
        assert told(collector) == ""


def test_of_ones_own_customers_alone_where_the_day_shows_these(posted, collector, later):
    me = User.objects.get(email="collector@aco.example")
    Customer.objects.filter(code="GAMMA").update(collector=me)
    with later(9):
        words = told(collector, "?who=me")
    assert "GAMMA" in words
    assert "ACME" not in words


def test_the_day_asks_for_it_for_those_alone_who_may_act_on_it(posted, as_role, later):
    address = reverse("registered-day", args=["ACO"])
    with later(9):
        assert f'hx-get="{address}"' in as_role("collector").get("/ACO/day/").content.decode()
        reader = as_role("sales")
        assert address not in reader.get("/ACO/day/").content.decode()
        assert reader.get(address).status_code == 403
