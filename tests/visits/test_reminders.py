"""A reminder that goes by a visit is to do until somebody was seen."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from exigible.dunning.models import Action
from exigible.team.models import Membership, User
from exigible.team.scope import Scope
from exigible.team.services import add_user
from exigible.timeline.models import Event
from exigible.visits.models import Stop
from exigible.visits.queries import Wanted, candidates
from exigible.visits.results import Noted, note_visit
from exigible.visits.services import add_stops, plan_tour
from tests.dunning.conftest import monday
from tests.dunning.reminders import MONDAY, propose
from tests.dunning.test_by_hand import handed_over

__all__ = ["monday"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def visited(outcome: str) -> Action:
    books, _run, action = handed_over("visit")
    who = add_user(company=books.company, email="blanc@aco.example", role="collector", by=None)
    tour = plan_tour(company=books.company, day=timezone.localdate(), who=who.pk, by=None)
    scope = Scope(books.company, who, Membership.objects.get(user=who), timezone.localdate(), None)
    [asked] = candidates(scope, tour, Wanted(asked_only=True), [])
    assert asked.is_asked
    add_stops(tour=tour, customers=[asked.customer], by=None)
    stop = Stop.objects.select_related("customer__company").get()
    note_visit(stop=stop, noted=Noted(uuid4(), outcome, timezone.now()), by=User.objects.get().pk)
    action.refresh_from_db()
    return action


def test_a_customer_that_was_seen_has_had_its_reminder() -> None:
    action = visited("seen")
    assert (action.state, action.sent_minor) == ("sent", 100_000)
    assert list(Event.objects.filter(kind__in=("visit", "reminder-done")).values_list("kind", flat=True)) == [
        "visit"
    ]


def test_nobody_there_leaves_the_visit_to_be_made_again() -> None:
    assert visited("absent").state == "to_do"


def test_who_has_moved_is_written_to_instead() -> None:
    action = visited("moved")
    assert (action.state, action.problem) == ("refused", "A déménagé")
    later = propose_again(action)
    assert later.channel == "letter"


def propose_again(action: Action) -> Action:
    from datetime import timedelta

    from tests.books import Books

    run = propose(Books(action.company), MONDAY + timedelta(days=8))
    return Action.objects.get(run=run)
