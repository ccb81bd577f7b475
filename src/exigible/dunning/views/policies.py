"""The policies in force, the customers whom each speaks to, and those whom none does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exigible.dunning.forms import country_name
from exigible.dunning.models import Policy
from exigible.dunning.policies import CONDITIONS, parse_steps, policies_in_force
from exigible.dunning.rules import PolicyRules, fitting_policies
from exigible.dunning.views.paging import read_slice
from exigible.dunning.views.policy_words import ending_words, kind_name, limit_words, step_words, whom
from exigible.ledger.models import Company, Customer
from exigible.negotiation.queries import promise_terms
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view
from exigible.timeline.models import Event

PAGE: Final = 50


@dataclass(slots=True)
class Reach:
    """How many customers each policy speaks to, how many it would if another did not, and who has none."""

    spoken_to: dict[int, int] = field(default_factory=dict)
    also_fitting: dict[int, int] = field(default_factory=dict)
    without: int = 0
    missing: Q = field(default_factory=lambda: Q(pk__in=()))


@company_view()
def policies(request: HttpRequest) -> HttpResponse:
    """The policies in force, each with the customers it speaks to."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    in_force = policies_in_force(scope.company)
    stored = list(Policy.objects.filter(company=scope.company).select_related("by").order_by("-version"))
    active = sorted((p for p in stored if p.is_active), key=_general_first)
    reach = _reach(scope, in_force)
    numbers = {_conditions(p): sum(_conditions(q) == _conditions(p) for q in stored) for p in active}
    gone = [p for p in stored if _conditions(p) not in numbers]
    context = {
        "policies": [
            shown(scope.company, p, is_alone=len(active) == 1)
            | {"reach": _reach_words(reach, p), "versions": numbers[_conditions(p)]}
            for p in active
        ],
        "gone": _gone(scope.company, gone),
        "promises": promise_words(scope.company),
        "without": reach.without,
        "may_change": scope.may(Right.APPROVE) and not scope.is_past,
    }
    return render(request, "dunning/policies.html", context)


def _gone(company: Company, stored: Sequence[Policy]) -> list[dict[str, Any]]:
    """The versions of the policies out of force, the last one first; that one can be put back."""
    events = Event.objects.filter(company_id=company.pk, kind="policy-retired").select_related("by")
    retired = {event.data["version"]: event for event in events} if stored else {}
    last: dict[tuple[str, ...], int] = {}
    for policy in stored:
        last.setdefault(_conditions(policy), policy.pk)
    return [
        shown(company, policy)
        | {"is_last": policy.pk in last.values(), "retired": retired.get(policy.version)}
        for policy in stored
    ]


def _general_first(policy: Policy) -> tuple[bool, bool, bool, int]:
    return bool(policy.segment), bool(policy.kind), bool(policy.country), policy.pk


def _conditions(policy: Policy) -> tuple[str, ...]:
    return tuple(getattr(policy, name) for name in CONDITIONS)


def _reach(scope: Scope, in_force: Sequence[PolicyRules]) -> Reach:
    """Whom the policies speak to, in one query: customers are counted by what decides."""
    kinds = scope.customers().order_by().values_list("country", "segment", "kind")
    found, home = Reach(), scope.company.country
    for country, segment, kind, count in kinds.annotate(count=Count("pk")):
        fitting = fitting_policies(in_force, country or home, segment, kind)
        if not fitting:
            found.without += count
            found.missing |= Q(country=country, segment=segment, kind=kind)
        for place, policy in enumerate(fitting):
            counts = found.also_fitting if place else found.spoken_to
            counts[policy.policy_id] = counts.get(policy.policy_id, 0) + count
    return found


def _reach_words(reach: Reach, policy: Policy) -> str:
    """To how many a policy speaks, and to how many another one speaks in its place, and why."""
    count, others = reach.spoken_to.get(policy.pk, 0), reach.also_fitting.get(policy.pk, 0)
    said = [
        ngettext("Speaks to {count} customer.", "Speaks to {count} customers.", count).format(count=count)
    ]
    if others:
        said.append(
            ngettext(
                "{count} more would fit: a more precise policy speaks to it, alone.",
                "{count} more would fit: a more precise policy speaks to each, alone.",
                others,
            ).format(count=others)
        )
    return " ".join(said)


def shown(company: Company, policy: Policy, *, is_alone: bool = False) -> dict[str, Any]:
    """A version as the pages show it."""
    return {
        "policy": policy,
        "whom": whom(policy, is_alone=is_alone),
        "steps": [step_words(step) for step in parse_steps(policy.steps)],
        "ending": ending_words(policy),
        "limits": limit_words(company, policy),
        "url": reverse("policy", args=[company.code, policy.pk]),
        "versions_url": reverse("policy-versions", args=[company.code, policy.pk]),
    }


def promise_words(company: Company) -> str:
    """How far a promise holds a reminder back: the same for every policy."""
    grace = promise_terms(company).grace_days
    return ngettext(
        "What is promised is not asked for until {days} business day past its date.",
        "What is promised is not asked for until {days} business days past its date.",
        grace,
    ).format(days=grace)


@company_view()
def without(request: HttpRequest) -> HttpResponse:
    """The customers that no policy is for, each with the reason, and the way to a policy for it."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    in_force = policies_in_force(scope.company)
    reach = _reach(scope, in_force)
    page = read_slice(scope.customers().filter(reach.missing), [("sort_name", False)], request.GET, PAGE)
    context = {
        "count": reach.without,
        "rows": [_lonely(scope, person) for person in page.rows],
        "pages": page,
        "in_force": [whom(p) for p in _active(scope.company)],
        "may_change": scope.may(Right.APPROVE) and not scope.is_past,
    }
    return render(request, "dunning/policies_without.html", context)


def _active(company: Company) -> Iterable[Policy]:
    return sorted(Policy.objects.filter(company=company, is_active=True), key=_general_first)


def _lonely(scope: Scope, person: Customer) -> dict[str, Any]:
    """A customer without a policy, why it has none, and the address of a new one for its like."""
    country = person.country or scope.company.country
    like = {"country": country, "segment": person.segment}
    said = _("No policy is for {kind} in {country} of segment {segment}, nor for all.")
    if not person.segment:
        said = _("No policy is for {kind} in {country} without a segment, nor for all.")
    return {
        "person": person,
        "country": country_name(country),
        "kind": kind_name(person.kind),
        "why": said.format(
            kind=kind_name(person.kind), country=country_name(country), segment=person.segment
        ),
        "new_url": f"{reverse('policy-new', args=[scope.company.code])}?{urlencode(like)}",
    }
