"""What is written down of promises: made, replaced, taken back, and when they are taken for kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from exigible.dunning.answers import read_answers
from exigible.kernel.errors import UserMistake
from exigible.negotiation.models import Promise, PromiseItem
from exigible.negotiation.queries import promise_standings, promise_terms
from exigible.negotiation.rules import State, Terms
from exigible.negotiation.services import make_promise, set_promise_terms, withdraw_promise
from exigible.timeline.models import Event
from tests.books import make_company, write_books

pytestmark = pytest.mark.django_db


def promise(acme, minor=400_00, days=7, **more) -> Promise:
    due_on = timezone.localdate() + timedelta(days=days)
    given = {"customer": acme, "amount_minor": minor, "currency": "EUR", "due_on": due_on, "by": None}
    return make_promise(**given | more)


def states(company) -> list[State]:
    found = promise_standings(company, timezone.localdate())
    return [standing.state for each in found.values() for standing in each]


def test_a_promise_is_told_in_the_history_with_the_items_it_names(acme, books):
    promise(acme, text="  Mme Rossi, au téléphone ", items=[books["F-2"]])
    told = Event.objects.get(kind="promise")
    assert (told.text, told.data["amount"], told.data["documents"]) == (
        "Mme Rossi, au téléphone",
        "400.00",
        ["F-2"],
    )


def test_it_covers_the_items_it_names_and_no_others(acme, books):
    promise(acme, 300_00, items=[books["F-2"]])
    assert [
        one.promise.items for one in promise_standings(books.company, timezone.localdate())[acme.pk, "EUR"]
    ] == [frozenset([books["F-2"].pk])]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"minor": 0}, "promise-amount"),
        ({"minor": -1}, "promise-amount"),
        ({"days": -1}, "promise-in-the-past"),
    ],
)
def test_an_amount_or_a_date_that_cannot_be_is_refused(acme, wrong, code):
    with pytest.raises(UserMistake) as refused:
        promise(acme, **wrong)
    assert refused.value.code == code


def test_it_names_items_of_its_own_customer_only(acme, books):
    write_books("2026-01-01 invoice F-9 OTHER 10.00", company=books.company)
    with pytest.raises(UserMistake, match="due items of its customer"):
        promise(acme, items=[books["F-9"]])
    assert not PromiseItem.objects.exists()


def test_one_that_replaces_another_takes_it_back(acme, books):
    first = promise(acme, 400_00)
    promise(acme, 500_00, replaces=first)
    first.refresh_from_db()
    assert first.withdrawn_on == timezone.localdate()
    assert states(books.company) == [State.OPEN]
    told = Event.objects.filter(kind__startswith="promise").order_by("id")
    assert [event.kind for event in told] == ["promise", "promise-withdrawn", "promise"]


def test_a_promise_is_replaced_once(acme):
    first = promise(acme)
    promise(acme, replaces=first)
    with pytest.raises(UserMistake, match="taken back already"):
        promise(acme, replaces=first)
    assert Promise.objects.count() == 2


def test_that_of_another_customer_cannot_be_replaced(acme, books):
    other = promise(books.customer("OTHER"))
    with pytest.raises(UserMistake):
        promise(acme, replaces=other)


def test_one_taken_back_covers_nothing_any_more_and_that_is_told(acme, books):
    withdraw_promise(promise=promise(acme), by=None)
    assert states(books.company) == []
    assert read_answers(books.company, timezone.localdate()).standings == {}
    assert Event.objects.get(kind="promise-withdrawn").data["amount"] == "400.00"


def test_it_is_taken_back_once(acme):
    made = promise(acme)
    withdraw_promise(promise=made, by=None)
    with pytest.raises(UserMistake, match="taken back already"):
        withdraw_promise(promise=made, by=None)


def test_a_company_says_when_a_promise_is_kept_and_the_others_keep_their_own_rule(books):
    set_promise_terms(company=books.company, kept_percent=80, grace_days=5, by=None)
    set_promise_terms(company=books.company, kept_percent=90, grace_days=0, by=None)
    assert promise_terms(books.company) == Terms(90, 0)
    assert promise_terms(make_company("BCO")) == Terms(95, 3)
    assert Event.objects.filter(kind="promise-terms-changed").count() == 2
