"""A tour is planned: whom to see, from where, in which order, and who may be added."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.utils import timezone

from exigible.kernel.errors import Refused, UserMistake
from exigible.ledger.models import Customer
from exigible.team.models import Membership, User
from exigible.team.scope import Scope
from exigible.team.services import add_user
from exigible.timeline.models import Event
from exigible.visits.models import Place, Stop, Tour
from exigible.visits.queries import Wanted, candidates, stops_of
from exigible.visits.services import (
    add_stops,
    cancel_tour,
    forget_place,
    give_place,
    move_stop,
    order_tour,
    plan_tour,
    set_hours,
    take_off,
)
from exigible.visits.sheet import plan_of, read_tour
from tests.books import Books, make_company, write_books

pytestmark = pytest.mark.django_db


def scope_of(books: Books, email: str = "blanc@aco.example") -> Scope:
    user = User.objects.get(email=email)
    membership = Membership.objects.get(company=books.company, user=user)
    return Scope(books.company, user, membership, timezone.localdate(), None)


def order(books: Books, tour: Tour) -> list[str]:
    return [stop.customer.code for stop in stops_of(scope_of(books), tour)]


def test_customers_are_visited_in_the_order_chosen_until_it_is_worked_out(late: Books, tour: Tour) -> None:
    assert order(late, tour) == ["GAMMA", "BETA", "ACME"]
    before = plan_of(scope_of(late), tour)[1].metres
    order_tour(tour=tour)
    assert plan_of(scope_of(late), tour)[1].metres < before
    assert set(order(late, tour)) == {"ACME", "BETA", "GAMMA"}
    tour.refresh_from_db()
    assert tour.is_ordered


def test_hours_at_which_a_customer_receives_come_before_the_shortest_way(late: Books, tour: Tour) -> None:
    set_hours(stop=Stop.objects.get(customer__code="GAMMA"), opens=time(8), closes=time(10, 30))
    set_hours(stop=Stop.objects.get(customer__code="BETA"), opens=time(15), closes=time(17))
    order_tour(tour=tour)
    assert order(late, tour)[-1] == "BETA"


def test_an_hour_that_ends_before_it_begins_is_refused(tour: Tour) -> None:
    with pytest.raises(UserMistake, match="after the first"):
        set_hours(stop=tour.stops.all()[0], opens=time(12), closes=time(9))


def test_without_a_place_no_order_is_guessed_and_distances_say_what_is_missing(
    late: Books, tour: Tour
) -> None:
    forget_place(customer=late.customer("BETA"), by=None)
    with pytest.raises(Refused, match="nothing is guessed"):
        order_tour(tour=tour)
    assert order(late, tour) == ["GAMMA", "BETA", "ACME"]
    assert plan_of(scope_of(late), tour)[1].unknown == 2


def test_a_stop_is_moved_by_hand_and_the_order_is_ones_own_from_then_on(late: Books, tour: Tour) -> None:
    order_tour(tour=tour)
    first = stops_of(scope_of(late), tour)[0]
    move_stop(stop=first, up=True)  # already the first: nothing happens
    move_stop(stop=first, up=False)
    assert stops_of(scope_of(late), tour)[1] == first
    tour.refresh_from_db()
    assert not tour.is_ordered


def test_a_place_is_kept_with_who_gave_it_and_when(late: Books, tour: Tour) -> None:
    blanc = User.objects.get(email="blanc@aco.example")
    give_place(customer=late.customer("ACME"), text="https://maps.example/@43.731,7.421,17z", by=blanc.pk)
    place = Place.objects.get(customer__code="ACME")
    assert (place.latitude, place.longitude, place.by) == (43.731, 7.421, blanc)
    assert timezone.now() - place.given_at < timedelta(minutes=1)
    assert Event.objects.filter(customer__code="ACME", kind="place-given", by=blanc).count() == 1


def test_each_act_is_told_once_on_the_timeline(late: Books, tour: Tour) -> None:
    beta = tour.stops.get(customer__code="BETA")
    take_off(stop=beta, by=None)
    take_off(stop=beta, by=None)
    assert order(late, tour) == ["GAMMA", "ACME"]
    told = Event.objects.filter(customer__code="BETA").order_by("pk").values_list("kind", flat=True)
    assert list(told)[-2:] == ["visit-planned", "visit-unplanned"]
    add_stops(tour=tour, customers=[late.customer("BETA")], by=None)
    assert order(late, tour) == ["GAMMA", "ACME", "BETA"]
    assert Stop.objects.count() == 3


def test_a_tour_that_was_called_off_takes_nobody(late: Books, tour: Tour) -> None:
    cancel_tour(tour=tour, by=None)
    cancel_tour(tour=tour, by=None)
    with pytest.raises(Refused, match="called off"):
        add_stops(tour=tour, customers=[late.customer("ACME")], by=None)
    assert Event.objects.filter(kind="tour-cancelled").count() == 1


def test_nobody_is_sent_who_may_not_collect_nor_yesterday(late: Books) -> None:
    sales = add_user(company=late.company, email="sales@aco.example", role="sales", by=None)
    stranger = add_user(company=make_company("XCO"), email="x@xco.example", role="collector", by=None)
    for who in (sales, stranger):
        with pytest.raises(UserMistake, match="may not visit"):
            plan_tour(company=late.company, day=timezone.localdate(), who=who.pk, by=None)
    with pytest.raises(UserMistake, match="today or later"):
        plan_tour(company=late.company, day=timezone.localdate() - timedelta(days=1), who=sales.pk, by=None)


def test_candidates_are_the_overdue_near_the_start_the_most_overdue_first(late: Books, tour: Tour) -> None:
    scope = scope_of(late)

    def found(**wanted: object) -> list[str]:
        return [row.customer.code for row in candidates(scope, tour, Wanted(**wanted), [])]  # type: ignore[arg-type]

    assert found() == ["ACME", "BETA", "GAMMA"]
    assert found(least_minor=50_000) == ["ACME", "BETA"]
    assert found(within_km=20) == ["ACME"]
    assert found(within_km=25) == ["ACME", "BETA"]
    assert found(words="bet") == ["BETA"]
    assert found(asked_only=True) == []
    Customer.objects.create(company=late.company, code="ZOE", name="Zoé Fleurs")
    assert "ZOE" not in found()
    assert found(words="zoe fl") == ["ZOE"]  # looked for by name, whoever is not late is found as well
    acme = candidates(scope, tour, Wanted(), [])[0]
    assert acme.owed == (("EUR", 130_000),)
    assert acme.metres == pytest.approx(17_300, abs=300)


def test_what_came_in_unallocated_is_not_asked_for_and_who_owes_nothing_net_is_not_offered(
    late: Books, tour: Tour
) -> None:
    today = timezone.localdate().isoformat()
    write_books(f"{today} payment P-1 ACME -300.00\n{today} payment P-2 BETA -700.00", company=late.company)
    scope = scope_of(late)
    found = {row.customer.code: row.owed for row in candidates(scope, tour, Wanted(), [])}
    assert found == {"ACME": (("EUR", 100_000),), "GAMMA": (("EUR", 8_000),)}
    _gamma, beta, acme = read_tour(scope, tour).stops
    assert [each.asked_minor for stop in (beta, acme) for each in stop.standings] == [0, 100_000]
    assert [" ".join(ask.split()) for ask in beta.asks] == [
        "700,00 € sont arrivés et ne sont pas encore lettrés : ils sont déduits de ce qui est demandé."
    ]
    assert "1 000,00 €" in " ".join(acme.asks[0].split())


def test_a_person_sees_no_customer_beyond_its_portfolio(late: Books, tour: Tour) -> None:
    scope = scope_of(late)
    Membership.objects.filter(user=scope.user).update(portfolio_only=True)
    Customer.objects.filter(code="ACME").update(collector=scope.user)
    scope = scope_of(late)
    assert [stop.customer.code for stop in stops_of(scope, tour)] == ["ACME"]
    assert [row.customer.code for row in candidates(scope, tour, Wanted(), [])] == ["ACME"]


def test_the_sheet_says_what_is_owed_and_what_to_ask_for(late: Books, tour: Tour) -> None:
    acme = read_tour(scope_of(late), tour).stops[2]
    assert acme.address == ("1 quai des Oliviers", "06000 Nice")
    assert [reach.number.key for reach in acme.reaches] == ["+33493123456"]
    [owed] = acme.standings
    assert [line.item.document_number for line in owed.lines] == ["F-1", "F-2"]
    assert owed.overdue_minor == 130_000
    [ask] = acme.asks
    assert "1 300,00" in ask.replace("\u202f", " ")
