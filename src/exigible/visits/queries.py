"""Tours, their stops, where customers are, and who may be worth a visit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final

from django.db.models import Min, Q, QuerySet, Sum

from exigible.dunning.models import Action, Channel
from exigible.dunning.services.by_hand import to_do
from exigible.kernel.text import fold
from exigible.ledger.models import Company, Customer, OpenItem
from exigible.team.scope import Scope
from exigible.visits.models import Place, Receipt, Stop, Tour, VisitPolicy
from exigible.visits.rules import Point, StopFacts, Terms, metres_between

MOST_STOPS: Final = 40
"""More nobody sees in a day."""
MOST_CANDIDATES: Final = 100


def policy_of(company: Company) -> VisitPolicy:
    """The company's own policy, or an unsaved one with what is usual."""
    return VisitPolicy.objects.filter(company=company).first() or VisitPolicy(company=company)


def terms_of(company: Company) -> Terms:
    """How ways and hours are reckoned."""
    policy = policy_of(company)
    return Terms(policy.detour_percent, policy.speed_kmh, policy.minutes_at_stop)


def tours_of(scope: Scope) -> QuerySet[Tour]:
    """The tours that a person may see: all of the company, or its own where it sees its portfolio alone."""
    found = Tour.objects.filter(company=scope.company)
    return found.filter(who=scope.user) if scope.membership.portfolio_only else found


def stops_of(scope: Scope, tour: Tour) -> list[Stop]:
    """The stops of a tour in their order, of customers that the person may see."""
    found = Stop.objects.filter(company=scope.company, tour=tour, is_off=False)
    if scope.membership.portfolio_only:
        found = found.filter(customer__collector=scope.user)
    with_all = found.select_related("customer", "visit__by", "visit__receipt")
    return list(with_all.defer("visit__receipt__pdf", "visit__receipt__signature").order_by("position", "pk"))


def points_of(company: Company, customers: Collection[int]) -> Mapping[int, Point]:
    """Where some customers are, as far as someone said."""
    found = Place.objects.filter(company=company, customer__in=customers)
    return {
        customer: Point(latitude, longitude)
        for customer, latitude, longitude in found.values_list("customer", "latitude", "longitude")
    }


def start_of(tour: Tour) -> Point | None:
    """Where a tour starts, if someone said."""
    if tour.start_latitude is None or tour.start_longitude is None:
        return None
    return Point(tour.start_latitude, tour.start_longitude)


def facts_of(stops: Sequence[Stop], points: Mapping[int, Point]) -> list[StopFacts]:
    """Stops as the route reads them."""
    return [
        StopFacts(stop.pk, points.get(stop.customer_id), minute_of(stop.opens), minute_of(stop.closes))
        for stop in stops
    ]


def minute_of(hour: time | None) -> int | None:
    """Minutes since midnight."""
    return None if hour is None else hour.hour * 60 + hour.minute


def visits_to_do(company_id: int, customers: Collection[int] | None = None) -> QuerySet[Action]:
    """The reminders that ask for a visit and wait to be done."""
    found = to_do(company_id, Channel.VISIT)
    return found if customers is None else found.filter(customer__in=customers)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom one may add to a tour: words in the name, at least so much overdue, within so many km."""

    words: str = ""
    least_minor: int = 0
    within_km: int | None = None
    asked_only: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer that may be visited; `owed`: overdue by currency, net of what came in unallocated."""

    customer: Customer
    owed: tuple[tuple[str, int], ...]
    oldest_due_on: date | None
    is_asked: bool
    """Whether a reminder asks for the visit."""
    metres: int | None
    """From the start of the tour; None where one of the places is not known."""


def candidates(scope: Scope, tour: Tour, wanted: Wanted, taken: Collection[int]) -> list[Candidate]:
    """Who may be added, those a reminder asks for first, then by what is overdue; in a few queries."""
    asked = set(visits_to_do(scope.company.pk).values_list("customer", flat=True))
    people = scope.customers().exclude(pk__in=taken)
    if wanted.asked_only:
        people = people.filter(pk__in=asked)
    if wanted.words.strip():
        known = Q(sort_name__contains=fold(wanted.words.strip())) | Q(code__iexact=wanted.words.strip())
        people = people.filter(known | Q(city__icontains=wanted.words.strip()))
    start = start_of(tour)
    if wanted.within_km is not None:
        people = people.filter(pk__in=_near(scope.company, start, wanted.within_km))
    owed = _overdue(scope, people, wanted)
    keys = set(owed) | (asked & set(people.filter(pk__in=asked).values_list("pk", flat=True)))
    if wanted.words.strip() and not wanted.least_minor:  # whoever is looked for by name is found, late or not
        keys |= set(people.order_by("sort_name").values_list("pk", flat=True)[:MOST_CANDIDATES])
    ranked = sorted(keys, key=lambda key: (key not in asked, *_rank(scope, owed.get(key, []))))
    chosen = ranked[:MOST_CANDIDATES]
    customers = scope.customers().in_bulk(chosen)
    points = points_of(scope.company, chosen)
    terms = terms_of(scope.company)
    ways = {key: metres_between(start, point, terms) for key, point in points.items()} if start else {}
    return [_candidate(customers[key], owed.get(key, []), key in asked, ways.get(key)) for key in chosen]


def _near(company: Company, start: Point | None, within_km: int) -> list[int]:
    """The customers whose place is within so many km of the start, by the straight line lengthened."""
    if start is None:
        return []
    terms = terms_of(company)
    found = Place.objects.filter(company=company).values_list("customer", "latitude", "longitude")
    return [
        customer
        for customer, latitude, longitude in found
        if metres_between(start, Point(latitude, longitude), terms) <= within_km * 1000
    ]


Owed = Sequence[tuple[str, int, date]]


def _overdue(
    scope: Scope, people: QuerySet[Customer], wanted: Wanted
) -> dict[int, list[tuple[str, int, date]]]:
    """What each customer owes late by currency, net of what came in unallocated, and since when.

    Who owes nothing net is left out. `wanted.least_minor` is in the company's currency: other currencies are
    not counted in it.
    """
    late = Q(open_minor__gt=0, due_on__lt=scope.as_of)
    items = OpenItem.objects.filter(late | Q(open_minor__lt=0), company=scope.company, customer__in=people)
    sums = (
        items.values("customer", "currency")
        .annotate(minor=Sum("open_minor"), oldest=Min("due_on", filter=late))
        .filter(minor__gt=0)
    )
    found: dict[int, list[tuple[str, int, date]]] = defaultdict(list)
    for row in sums.order_by("currency"):
        found[row["customer"]].append((row["currency"], int(row["minor"]), row["oldest"]))
    least, own = wanted.least_minor, scope.company.currency
    return {
        key: owed
        for key, owed in found.items()
        if not least or any(minor >= least for currency, minor, _oldest in owed if currency == own)
    }


def _rank(scope: Scope, owed: Owed) -> tuple[Any, ...]:
    own = max((minor for currency, minor, _on in owed if currency == scope.company.currency), default=0)
    return (-own, -max((minor for _currency, minor, _on in owed), default=0))


def _candidate(customer: Customer, owed: Owed, is_asked: bool, metres: int | None) -> Candidate:
    sums = tuple((currency, minor) for currency, minor, _on in owed)
    oldest = min((on for _currency, _minor, on in owed), default=None)
    return Candidate(customer, sums, oldest, is_asked, metres)


def last_start(scope: Scope) -> Tour | None:
    """The last tour that this person planned: the next one most likely starts from the same place."""
    return Tour.objects.filter(company=scope.company, by=scope.user).order_by("-pk").first()


def receipts_of(scope: Scope) -> QuerySet[Receipt]:
    """The receipts of customers that the person may see, the last one first."""
    found = Receipt.objects.filter(company=scope.company).select_related("customer", "visit__by")
    if scope.membership.portfolio_only:
        found = found.filter(customer__collector=scope.user)
    return found.defer("pdf", "signature").order_by("-number")


def asked_visits(scope: Scope) -> QuerySet[Action]:
    """The visits that reminders ask for, of customers that the person may see."""
    found = visits_to_do(scope.company.pk)
    return found.filter(customer__collector=scope.user) if scope.membership.portfolio_only else found
