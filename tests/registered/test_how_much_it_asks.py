"""The list of registered letters asks the database no more often for many letters than for few."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exigible.dunning.models import Action
from exigible.registered.rules.numbers import check_digit
from exigible.registered.services import Postage, note_status, number_letters, post_letters
from tests.books import Books
from tests.dunning.reminders import books_with
from tests.registered.conftest import made

pytestmark = pytest.mark.django_db

TABS = ("post", "returned", "no-news", "all")


def post(actions: Sequence[Action]) -> None:
    """Every second letter comes back, of the others nothing is heard."""
    serials = [f"{action.pk % 10**8:08d}" for action in actions]
    numbers = [f"RK{serial}{check_digit(serial)}FR" for serial in serials]
    assert number_letters(actions=actions, written=numbers, by=None) == []
    letters = post_letters(actions=actions, postage=Postage(date(2026, 11, 23), 611, "EUR"), by=None)
    for letter in letters[::2]:
        note_status(letter=letter, status="refused", on=date(2026, 11, 23), source="person", by=None)


def test_thirty_letters_take_as_many_queries_as_a_few_on_each_tab(
    books: Books, as_role: Callable[..., Client], later: Callable[[int], Any]
) -> None:
    lines = [f"2026-08-01 invoice X-{one} C{one} 100.00 due 2026-09-01" for one in range(27)]
    books_with("\n".join(lines), company=books.company)
    actions = made(books)
    post(actions[:4])

    def queries(tab: str) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as asked:
            response = collector.get(reverse("registered", args=["ACO"]), {"show": tab})
        return len(asked), len(response.context["rows"])

    with later(10):
        collector = as_role("collector")
        queries("all")
        of_few = {tab: queries(tab) for tab in TABS}
    post(actions[4:-2])
    with later(10):
        of_many = {tab: queries(tab) for tab in TABS}
    for tab in TABS:
        (before, shown), (after, shown_then) = of_few[tab], of_many[tab]
        assert after == before, tab
        assert shown != shown_then, tab


def test_the_day_names_three_letters_and_counts_the_others_in_as_many_queries(
    books: Books, as_role: Callable[..., Client], later: Callable[[int], Any]
) -> None:
    lines = [f"2026-08-01 invoice X-{one} C{one} 100.00 due 2026-09-01" for one in range(9)]
    books_with("\n".join(lines), company=books.company)
    actions = made(books)
    post(actions[:2])

    def read() -> tuple[int, str]:
        with CaptureQueriesContext(connection) as asked:
            response = collector.get(reverse("registered-day", args=["ACO"]))
        return len(asked), response.content.decode()

    with later(10):
        collector = as_role("collector")
        read()
        of_few, words = read()
        assert "autre" not in words
    post(actions[2:])
    with later(10):
        of_many, words = read()
    assert of_many == of_few
    assert "et 9 autres" in words
