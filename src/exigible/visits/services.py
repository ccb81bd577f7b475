"""Planning a tour: whom to see on a day, in which order; and where customers are, as someone said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from exigible.kernel.errors import Refused, UserMistake
from exigible.ledger.models import Company, Customer
from exigible.ledger.services import lock_books
from exigible.team.models import Membership
from exigible.team.rules import Right, may
from exigible.timeline.services import record_event
from exigible.visits.models import Place, Stop, Tour, VisitPolicy
from exigible.visits.queries import MOST_STOPS, facts_of, minute_of, points_of, start_of, terms_of
from exigible.visits.routing import best_order
from exigible.visits.rules import Point, is_routable, parse_place


@transaction.atomic
def give_place(*, customer: Customer, text: str, by: int | None) -> Place:
    """Say where a customer is: a latitude and a longitude, or the link of a map that holds them.

    Raises UserMistake("place-unreadable") for what is neither.
    """
    point = parse_place(text)
    lock_books(customer.company_id)
    values = {
        "latitude": point.latitude, "longitude": point.longitude, "given_as": text.strip()[:1000],
        "by_id": by, "given_at": timezone.now(),
    }  # fmt: skip
    place, _is_new = Place.objects.update_or_create(
        company_id=customer.company_id, customer=customer, defaults=values
    )
    _tell("place-given", customer.company_id, customer.pk, by, {"place": str(place)})
    return place


@transaction.atomic
def forget_place(*, customer: Customer, by: int | None) -> None:
    """Take back where a customer was said to be."""
    lock_books(customer.company_id)
    if Place.objects.filter(company_id=customer.company_id, customer=customer).delete()[0]:
        _tell("place-forgotten", customer.company_id, customer.pk, by)


@transaction.atomic
def plan_tour(
    *,
    company: Company,
    day: date,
    who: int,
    starts_at: time = time(9),
    starts_from: str = "",
    start: Point | None = None,
    returns: bool = True,
    by: int | None,
) -> Tour:
    """Open a tour of a person on a day, from today on; customers are added to it afterwards.

    Raises UserMistake for a day that has passed, and for someone who may not collect in the company.
    """
    if day < timezone.localdate():
        raise UserMistake("tour-in-the-past", "A tour is for today or later.")
    member = Membership.objects.filter(company=company, user=who, user__is_active=True).first()
    if member is None or not may(member.role, Right.COLLECT):
        raise UserMistake("tour-person", "This person may not visit customers of the company.")
    lock_books(company.pk)
    tour = Tour.objects.create(
        company=company, day=day, who_id=who, starts_at=starts_at, starts_from=starts_from.strip(),
        start_latitude=start and start.latitude, start_longitude=start and start.longitude,
        returns=returns, by_id=by,
    )  # fmt: skip
    _tell("tour-planned", company.pk, None, by, {"tour": tour.pk, "day": day.isoformat()})
    return tour


@transaction.atomic
def change_start(
    *, tour: Tour, starts_at: time, starts_from: str, start: Point | None, returns: bool, by: int | None
) -> None:
    """Start a tour elsewhere or at another hour; its order is to be worked out again."""
    _lock(tour)
    Tour.objects.filter(pk=tour.pk).update(
        starts_at=starts_at, starts_from=starts_from.strip(), is_ordered=False, returns=returns,
        start_latitude=start and start.latitude, start_longitude=start and start.longitude,
    )  # fmt: skip
    _tell("tour-start-changed", tour.company_id, None, by, {"tour": tour.pk, "day": tour.day.isoformat()})


@transaction.atomic
def add_stops(*, tour: Tour, customers: Iterable[Customer], by: int | None) -> int:
    """Put customers at the end of a tour; those on it already stay where they are. Gives how many came.

    Raises Refused("tour-full") beyond what a day holds.
    """
    _lock(tour)
    known = {stop.customer_id: stop for stop in Stop.objects.filter(company_id=tour.company_id, tour=tour)}
    added = [each for each in customers if each.pk not in known or known[each.pk].is_off]
    if sum(not stop.is_off for stop in known.values()) + len(added) > MOST_STOPS:
        raise Refused("tour-full", "A tour has at most {most} stops.", most=MOST_STOPS)
    last = Stop.objects.filter(tour=tour).aggregate(last=Max("position"))["last"] or 0
    for place, customer in enumerate(added, start=last + 1):
        Stop.objects.update_or_create(
            company_id=tour.company_id, tour=tour, customer=customer,
            defaults={"position": place, "is_off": False},
        )  # fmt: skip
        _tell("visit-planned", tour.company_id, customer.pk, by, _day(tour))
    if added:
        Tour.objects.filter(pk=tour.pk).update(is_ordered=False)
    return len(added)


@transaction.atomic
def take_off(*, stop: Stop, by: int | None) -> None:
    """Take a customer off a tour. Raises Refused("visited-already") for one that was visited."""
    _lock(stop.tour)
    if hasattr(stop, "visit"):
        raise Refused("visited-already", "This customer was visited: it stays on the tour.")
    if Stop.objects.filter(pk=stop.pk, is_off=False).update(is_off=True):
        _tell("visit-unplanned", stop.company_id, stop.customer_id, by, _day(stop.tour))


@transaction.atomic
def move_stop(*, stop: Stop, up: bool) -> None:
    """Let a stop change places with the one before it, or after it; the order is one's own from then on."""
    _lock(stop.tour)
    order = _stops(stop.tour)
    at = next((place for place, one in enumerate(order) if one.pk == stop.pk), None)
    to = None if at is None else at - 1 if up else at + 1
    if at is None or to is None or not 0 <= to < len(order):
        return
    order[at], order[to] = order[to], order[at]
    _put_in_order(stop.tour, order, is_ordered=False)


@transaction.atomic
def order_tour(*, tour: Tour) -> None:
    """Put the stops in the shortest order found that keeps to the hours at which customers receive.

    Raises Refused("places-missing") while the start or a customer has no place: no order is guessed.
    """
    _lock(tour)
    stops = _stops(tour)
    facts = facts_of(stops, points_of(tour.company, [stop.customer_id for stop in stops]))
    start = start_of(tour)
    if start is None or not is_routable(start, facts):
        raise Refused(
            "places-missing",
            "Say first where the tour starts and where each customer is: nothing is guessed.",
        )
    starts_at = minute_of(tour.starts_at) or 0
    keys = best_order(start, facts, terms_of(tour.company), starts_at, returns=tour.returns)
    by_key = {stop.pk: stop for stop in stops}
    _put_in_order(tour, [by_key[key] for key in keys], is_ordered=True)


@transaction.atomic
def set_hours(*, stop: Stop, opens: time | None, closes: time | None) -> None:
    """Say from when until when a customer receives on this tour; None: not said.

    Raises UserMistake("hours-order") where it would close before it opens.
    """
    _lock(stop.tour)
    if opens is not None and closes is not None and closes <= opens:
        raise UserMistake("hours-order", "The second hour comes after the first one.")
    Stop.objects.filter(pk=stop.pk).update(opens=opens, closes=closes)
    Tour.objects.filter(pk=stop.tour_id).update(is_ordered=False)


@transaction.atomic
def cancel_tour(*, tour: Tour, by: int | None) -> None:
    """Call a tour off, once; visits that were made on it stay, and may still come in."""
    lock_books(tour.company_id)
    if Tour.objects.filter(pk=tour.pk, cancelled_at=None).update(cancelled_at=timezone.now()):
        _tell("tour-cancelled", tour.company_id, None, by, {"tour": tour.pk} | _day(tour))


@transaction.atomic
def set_visit_policy(*, company: Company, fields: Mapping[str, Any], by: int | None) -> None:
    """Say how ways and hours are reckoned, and how long reminders rest once money was collected."""
    lock_books(company.pk)
    VisitPolicy.objects.update_or_create(company=company, defaults=dict(fields))
    _tell("visit-policy-changed", company.pk, None, by, {name: str(value) for name, value in fields.items()})


def _lock(tour: Tour) -> None:
    """Take the books; raises Refused("tour-cancelled") for a tour that was called off."""
    lock_books(tour.company_id)
    if Tour.objects.filter(pk=tour.pk, cancelled_at__isnull=False).exists():
        raise Refused("tour-cancelled", "This tour was called off.")


def _stops(tour: Tour) -> list[Stop]:
    return list(
        Stop.objects.filter(company_id=tour.company_id, tour=tour, is_off=False).order_by("position", "pk")
    )


def _put_in_order(tour: Tour, order: Sequence[Stop], *, is_ordered: bool) -> None:
    for place, stop in enumerate(order, start=1):
        stop.position = place
    Stop.objects.bulk_update(order, ["position"])
    Tour.objects.filter(pk=tour.pk).update(is_ordered=is_ordered)


def _day(tour: Tour) -> dict[str, Any]:
    return {"tour": tour.pk, "day": tour.day.isoformat()}


def _tell(
    kind: str, company: int, customer: int | None, by: int | None, data: Mapping[str, Any] | None = None
) -> None:
    record_event(company_id=company, customer_id=customer, kind=kind, by=by, data=dict(data or {}))
