"""What a page of positions is asked for: read from its address, carried by its links, kept with an export."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from exigible.kernel.ageing import Buckets
from exigible.positions.filters import NO_COLLECTOR, Filters
from exigible.positions.pages import Order
from exigible.positions.rules import BASES, GROUPINGS, Basis, Grouping, Parameters
from exigible.team.scope import Scope

CARRIED = ("as_of", "known_at", "basis", "buckets")
CHOSEN = ("q", "collector", "segment", "group")
NONE = "none"  # the customers without a collector, or without a segment


@dataclass(frozen=True, slots=True)
class Asked:
    """The question of one page.

    `carried` are the words of its address that all its links carry along: date, moment, basis, buckets;
    `chosen` those that choose customers.
    """

    scope: Scope
    parameters: Parameters
    by: Grouping
    filters: Filters
    order: Order
    carried: dict[str, str]
    chosen: dict[str, str]

    def address(self, name: str, **words: str | None) -> str:
        """The address of the view `name` for the same date, moment, basis and buckets; None leaves out."""
        said = self.carried | {word: value for word, value in words.items() if value is not None}
        path = reverse(name, kwargs={"company": self.scope.company.code})
        return f"{path}?{urlencode(said)}" if said else path


def read_asked(request: HttpRequest) -> Asked:
    """The question that an address asks. Raises UserMistake("bad-buckets")."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    words = request.GET
    known = Buckets.parse(words["buckets"]) if words.get("buckets") else None
    return Asked(
        scope=scope,
        parameters=Parameters(
            as_of=scope.as_of,
            known_at=scope.known_at,
            basis=cast("Basis", _one_of(words.get("basis"), BASES)),
            buckets=known or Buckets(tuple(scope.company.bucket_bounds)),
        ),
        by=cast("Grouping", _one_of(words.get("by"), GROUPINGS)),
        filters=_filters(request, scope),
        order=_order(request),
        carried={word: words[word] for word in CARRIED if words.get(word)},
        chosen={word: words[word] for word in CHOSEN if words.get(word)},
    )


def _one_of(found: str | None, known: tuple[str, ...]) -> str:
    return found if found in known else known[0]


def _filters(request: HttpRequest, scope: Scope) -> Filters:
    """The filters of the address; who sees only a portfolio sees that one, whatever is asked."""
    words = request.GET
    collector = words.get("collector", "")
    chosen = int(collector) if collector.isdecimal() else NO_COLLECTOR if collector == NONE else None
    segment = words.get("segment") or None
    return Filters(
        collector=chosen if scope.portfolio_of is None else scope.portfolio_of,
        segment="" if segment == NONE else segment,
        group=words.get("group") or None,
        customers=tuple(words.getlist("customer")),
        search=words.get("q", ""),
        currency=words.get("currency") or None,
    )


def _order(request: HttpRequest) -> Order:
    words = request.GET
    sort = words.get("sort") or "name"
    return Order(
        sort.removeprefix("-"),
        "desc" if sort.startswith("-") else "asc",
        words.get("after", ""),
        words.get("before", ""),
    )


def as_json(parameters: Parameters, by: Grouping, filters: Filters) -> dict[str, Any]:
    """The question in a form that can be stored."""
    return {
        "as_of": parameters.as_of.isoformat(),
        "known_at": parameters.known_at.isoformat() if parameters.known_at else None,
        "basis": parameters.basis,
        "bounds": list(parameters.buckets.bounds),
        "by": by,
        "filters": asdict(replace(filters, customers=())) | {"customers": list(filters.customers)},
    }


def from_json(stored: dict[str, Any]) -> tuple[Parameters, Grouping, Filters]:
    """The question that `as_json` stored."""
    parameters = Parameters(
        as_of=date.fromisoformat(stored["as_of"]),
        known_at=datetime.fromisoformat(stored["known_at"]) if stored["known_at"] else None,
        basis=stored["basis"],
        buckets=Buckets(tuple(stored["bounds"])),
    )
    filters = Filters(**stored["filters"])
    return parameters, stored["by"], replace(filters, customers=tuple(filters.customers))
