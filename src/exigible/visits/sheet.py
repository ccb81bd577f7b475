"""What one wants to know of a customer before knocking: whom to see, what is owed, promised and said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from exigible.calls.queries import Reach, reaches_of
from exigible.calls.sheet import SAID, SPEAKING, Standing, broken_promises, standing
from exigible.dunning.answers import read_answers
from exigible.language import formats
from exigible.ledger.models import Customer
from exigible.negotiation.rules import State
from exigible.positions.parties import recipient_of
from exigible.team.scope import Scope
from exigible.visits.models import Stop, Tour
from exigible.visits.queries import facts_of, minute_of, points_of, start_of, stops_of, terms_of
from exigible.visits.rules import Leg, Point, Schedule, Terms, schedule
from exigible.visits.wording import expected_words, hours_words, way_words
from exigible.web.customer_answers import PromiseRow, promise_rows
from exigible.web.customer_file import Account, Entry, accounts_of_many, last_said


@dataclass(frozen=True, slots=True)
class StopOnTheWay:
    """A stop and the way that leads there, as every page words them."""

    stop: Stop
    leg: Leg

    @property
    def way(self) -> str:
        return way_words(self.leg.metres)

    @property
    def expected(self) -> str:
        return expected_words(self.leg)

    @property
    def hours(self) -> str:
        return hours_words(self.stop)


@dataclass(frozen=True, slots=True)
class StopSheet(StopOnTheWay):
    """A stop of a tour with all that one takes along."""

    place: int
    point: Point | None
    customer: Customer
    address: tuple[str, ...]
    reaches: Sequence[Reach]
    standings: list[Standing]
    broken: list[PromiseRow]
    running: list[PromiseRow]
    said: list[Entry]

    @property
    def map(self) -> str:
        """The address that opens a telephone's own map there (RFC 5870); empty where no place is known."""
        return f"geo:{self.point.latitude},{self.point.longitude}" if self.point else ""

    @property
    def asks(self) -> list[str]:
        """What to ask for, in the order in which one says it."""
        return list(_asks(self))


@dataclass(frozen=True, slots=True)
class TourSheet:
    """A tour with its stops in their order, and how far it is."""

    tour: Tour
    terms: Terms
    schedule: Schedule
    stops: list[StopSheet]


def plan_of(scope: Scope, tour: Tour) -> tuple[list[Stop], Schedule, Terms]:
    """The stops of a tour in their order, with ways and hours; in a few queries."""
    stops = stops_of(scope, tour)
    terms = terms_of(scope.company)
    facts = facts_of(stops, points_of(scope.company, [stop.customer_id for stop in stops]))
    found = schedule(start_of(tour), facts, terms, minute_of(tour.starts_at) or 0, returns=tour.returns)
    return stops, found, terms


def read_tour(scope: Scope, tour: Tour) -> TourSheet:
    """A tour as it is printed or taken along, as of today; in as many queries for one stop as for forty."""
    stops, found, terms = plan_of(scope, tour)
    known = _read(scope, [stop.customer for stop in stops])
    sheets = [
        _sheet(scope, stop, place, leg, known)
        for place, (stop, leg) in enumerate(zip(stops, found.legs, strict=True), start=1)
    ]
    return TourSheet(tour, terms, found, sheets)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the customers of a tour, each by its id."""

    points: Mapping[int, Point]
    reaches: Mapping[int, Sequence[Reach]]
    accounts: Mapping[int, Sequence[Account]]
    promises: Mapping[int, Sequence[PromiseRow]]
    said: Mapping[int, list[Entry]]


def _read(scope: Scope, customers: Sequence[Customer]) -> _Known:
    company, keys = scope.company, [customer.pk for customer in customers]
    answers = read_answers(company, scope.as_of, keys)
    promises: dict[int, list[PromiseRow]] = defaultdict(list)
    for row in promise_rows(answers):
        promises[row.promise.customer_id].append(row)
    return _Known(
        points=points_of(company, keys),
        reaches=reaches_of(company, customers, scope.as_of),
        accounts=accounts_of_many(scope, customers, answers),
        promises=promises,
        said=last_said(company, keys, SPEAKING, SAID),
    )


def _sheet(scope: Scope, stop: Stop, place: int, leg: Leg, known: _Known) -> StopSheet:
    customer = stop.customer
    promises = known.promises.get(customer.pk, ())
    return StopSheet(
        stop=stop,
        leg=leg,
        place=place,
        point=known.points.get(customer.pk),
        customer=customer,
        address=recipient_of(customer, scope.company, formats.language())[1:],
        reaches=[reach for reach in known.reaches[customer.pk] if not reach.is_wrong],
        standings=[standing(account) for account in known.accounts[customer.pk]],
        broken=broken_promises(promises),
        running=[row for row in promises if row.standing.state is State.OPEN],
        said=known.said.get(customer.pk, []),
    )


def _asks(sheet: StopSheet) -> Iterator[str]:
    for row in sheet.broken:
        promise = row.promise
        yield _("Why %(amount)s promised for %(day)s did not come, and when it will.") % {
            "amount": formats.money(promise.amount_minor, promise.currency, with_symbol=True),
            "day": formats.day(promise.due_on),
        }
    for each in sheet.standings:
        if each.asked_minor and each.lines:
            yield _("Payment of %(amount)s, the oldest of it due since %(day)s: today, or a date.") % {
                "amount": formats.money(each.asked_minor, each.currency, with_symbol=True),
                "day": formats.day(min(line.due_on for line in each.lines)),
            }
        if each.unallocated_minor and each.overdue_minor:
            yield _("%(amount)s came in and is not lettered yet: it is taken off what is asked.") % {
                "amount": formats.money(-each.unallocated_minor, each.currency, with_symbol=True)
            }
        if each.disputed_minor:
            yield _("What is missing to settle the dispute over %(amount)s.") % {
                "amount": formats.money(each.disputed_minor, each.currency, with_symbol=True)
            }
    if not sheet.reaches:
        yield _("Whom to reach about payments, at which number and address.")
