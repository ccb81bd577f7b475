"""Whose reminders rest on a day. The dated rows are the one place where it is said; nothing copies them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from exigible.ledger.models import Customer, Pause


def over_by(on: date) -> Q:
    """Of pauses: ended or lifted by that day. A pause holds no more on the day it is lifted."""
    return Q(until__lt=on) | Q(lifted_on__lte=on)


def to_come_after(on: date) -> Q:
    """Of pauses that are not over: those that start after that day."""
    return Q(starts_on__gt=on)


def pauses_from(company: int, on: date, customers: Collection[int] | None = None) -> dict[int, list[Pause]]:
    """The pauses that hold on a day or are to come then, by customer, the first to start first; in one query.

    `customers`: of these alone, by id.
    """
    found: dict[int, list[Pause]] = {}
    for pause in _asked(company, customers).exclude(over_by(on)).order_by("starts_on", "pk"):
        found.setdefault(pause.customer_id, []).append(pause)
    return found


def pauses_on(company: int, on: date, customers: Collection[int] | None = None) -> dict[int, Pause]:
    """The pause that holds on a day, by customer; of several, the one that ends last. In one query."""
    holding = _asked(company, customers).exclude(over_by(on) | to_come_after(on))
    return {pause.customer_id: pause for pause in holding.order_by("until", "pk")}


@dataclass(frozen=True, slots=True)
class Rests:
    """When a customer's reminders rest: the pause that holds on a day, and those to come then."""

    now: Pause | None
    to_come: list[Pause]


def rests_of(customer: Customer, on: date) -> Rests:
    """Now and to come, as of a day, the first to start first; in one query."""
    found = pauses_from(customer.company_id, on, [customer.pk]).get(customer.pk, [])
    holding = [pause for pause in found if pause.starts_on <= on]
    now = max(holding, key=lambda pause: (pause.until, pause.pk), default=None)
    return Rests(now, [pause for pause in found if pause.starts_on > on])


def pause_on(customer: Customer, on: date) -> Pause | None:
    """The pause that holds for a customer on a day; of several, the one that ends last."""
    return rests_of(customer, on).now


def _asked(company: int, customers: Collection[int] | None) -> QuerySet[Pause]:
    found = Pause.objects.filter(company=company)
    if customers is None:
        return found
    among = RawSQL("ledger_pause.customer_id = ANY(%s)", [list(customers)], output_field=BooleanField())
    return found.filter(among)  # one parameter, where IN would have thousands
