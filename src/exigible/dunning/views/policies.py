"""The policies in words: whom each is for, its steps, what holds it back; and how they are changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exigible.dunning.forms import PolicyForm, StepForm, country_name, step_forms
from exigible.dunning.models import Policy
from exigible.dunning.policies import (
    DEFAULT_STEPS,
    add_policy,
    change_policy,
    parse_steps,
    policies_in_force,
    steps_data,
)
from exigible.dunning.reasons import step_name
from exigible.dunning.rules import PolicyRules, Step, choose_policy
from exigible.kernel.errors import UserMistake
from exigible.language import formats
from exigible.ledger.models import Company, Customer
from exigible.negotiation.queries import promise_terms
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view

SHOWN: Final = 30


@company_view()
def policies(request: HttpRequest) -> HttpResponse:
    """The policies in force, the versions before, and the customers that none is for."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    in_force = policies_in_force(scope.company)
    stored = list(Policy.objects.filter(company=scope.company).select_related("by").order_by("-version"))
    active = sorted(
        (p for p in stored if p.is_active), key=lambda p: (bool(p.segment), bool(p.country), p.pk)
    )
    count, people = _without(scope, in_force)
    context = {
        "policies": [_shown(scope.company, policy, is_alone=len(active) == 1) for policy in active],
        "earlier": [_shown(scope.company, p, is_alone=False) for p in stored if not p.is_active],
        "promises": _promises(scope.company),
        "without": count,
        "people": people,
        "may_change": scope.may(Right.APPROVE) and not scope.is_past,
    }
    return render(request, "dunning/policies.html", context)


def _without(scope: Scope, in_force: Sequence[PolicyRules]) -> tuple[int, list[Customer]]:
    """How many customers no policy is for, and some of them."""
    kinds = scope.customers().order_by().values_list("country", "segment").annotate(count=Count("pk"))
    home, number, missing = scope.company.country, 0, Q(pk__in=())
    for country, segment, count in kinds:
        if choose_policy(in_force, country or home, segment) is None:
            number += count
            missing |= Q(country=country, segment=segment)
    return number, list(scope.customers().filter(missing).order_by("sort_name")[:SHOWN]) if number else []


def _shown(company: Company, policy: Policy, *, is_alone: bool) -> dict[str, Any]:
    return {
        "policy": policy,
        "whom": whom(policy, is_alone=is_alone),
        "steps": [_step(step) for step in parse_steps(policy.steps)],
        "limits": _limits(company, policy),
        "url": reverse("policy", args=[company.code, policy.pk]),
    }


def whom(policy: Policy, *, is_alone: bool) -> str:
    """The customers that a policy is for."""
    if policy.segment and policy.country:
        said = _("Customers of segment {segment} in {country}")
    elif policy.segment:
        said = _("Customers of segment {segment}")
    elif policy.country:
        said = _("Customers in {country}")
    else:
        return _("All customers") if is_alone else _("All customers that no other policy is for")
    return said.format(segment=policy.segment, country=country_name(policy.country))


def _step(step: Step) -> dict[str, Any]:
    notes = [
        _("Waits for someone who may approve.")
        if step.needs_approval
        else _("Whoever collects may let it go."),
        _("Claims late interest and the recovery charge that the law or the contract gives.")
        if step.claims_charges
        else "",
    ]
    return {
        "when": _when(step.days),
        "name": step_name(step.key),
        "how": {"email": _("by e-mail"), "letter": _("by letter")}[step.channel],
        "icon": "mail" if step.channel == "email" else "file",
        "notes": " ".join(filter(None, notes)),
    }


def _when(days: int) -> str:
    if days < 0:
        said = ngettext("{days} day before the due date", "{days} days before the due date", -days)
    else:
        said = ngettext("{days} day after the due date", "{days} days after the due date", days)
    return said.format(days=abs(days))


def _limits(company: Company, policy: Policy) -> list[str]:
    """What holds a reminder back, in sentences."""
    between = policy.min_days_between_contacts
    limits = [
        _("Nothing is asked for below {amount}.").format(
            amount=formats.money(policy.minimum_minor, company.currency, with_symbol=True)
        )
        if policy.minimum_minor
        else _("No minimum."),
        ngettext(
            "At least {days} day between two contacts.", "At least {days} days between two contacts.", between
        ).format(days=between),
    ]
    if policy.oldest_days is not None:
        limits.append(
            ngettext(
                "An item more than {days} day late that was never reminded is left to a person.",
                "An item more than {days} days late that was never reminded is left to a person.",
                policy.oldest_days,
            ).format(days=policy.oldest_days)
        )
    return limits


def _promises(company: Company) -> str:
    """How far a promise holds a reminder back: the same for every policy."""
    grace = promise_terms(company).grace_days
    return ngettext(
        "What is promised is not asked for until {days} business day past its date.",
        "What is promised is not asked for until {days} business days past its date.",
        grace,
    ).format(days=grace)


@company_view(Right.APPROVE)
def change(request: HttpRequest, policy: int) -> HttpResponse:
    """Change a policy in force: a new version takes its place."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    found = get_object_or_404(Policy, company=scope.company, pk=policy)
    form = PolicyForm(scope.company, request.POST or None, policy=found)
    steps = step_forms(found.steps, request.POST or None)
    if request.method == "POST" and _are_valid(form, steps):
        try:
            new = change_policy(policy=found, by=scope.user.pk, **_typed(form, steps))
        except UserMistake as mistake:
            _say(form, mistake)
        else:
            return _saved(request, scope, new)
    context = {"form": form, "steps": steps, "policy": found, "whom": whom(found, is_alone=False)}
    return _form_page(request, context, scope)


@company_view(Right.APPROVE)
def add(request: HttpRequest) -> HttpResponse:
    """A policy of its own for a country or a segment."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    policies_in_force(scope.company)  # the one for all is there first
    form = PolicyForm(scope.company, request.POST or None)
    steps = step_forms(steps_data(DEFAULT_STEPS[scope.company.country]), request.POST or None)
    if request.method == "POST" and _are_valid(form, steps):
        try:
            new = add_policy(company=scope.company, by=scope.user.pk, **_typed(form, steps))
        except UserMistake as mistake:
            _say(form, mistake)
        else:
            return _saved(request, scope, new)
    return _form_page(request, {"form": form, "steps": steps}, scope)


def _are_valid(form: PolicyForm, steps: Sequence[StepForm]) -> bool:
    return all([form.is_valid(), *(step.is_valid() for step in steps)])


def _typed(form: PolicyForm, steps: Sequence[StepForm]) -> Mapping[str, Any]:
    taken = [step for step in (form.step() for form in steps) if step is not None]
    return form.fields_of_policy() | {"steps": taken}


def _say(form: PolicyForm, mistake: UserMistake) -> None:
    """The rule that refuses, in words, over the form."""
    params = dict(mistake.params)
    if "step" in params:
        params["step"] = step_name(str(params["step"]))
    form.add_error(None, _(mistake.sentence).format_map(params))


def _saved(request: HttpRequest, scope: Scope, policy: Policy) -> HttpResponse:
    messages.success(
        request,
        _("Version {version} of “{name}” is in force from the next run.").format(
            version=policy.version, name=policy.name
        ),
    )
    return redirect("policies", company=scope.company.code)


def _form_page(request: HttpRequest, context: dict[str, Any], scope: Scope) -> HttpResponse:
    context["back"] = reverse("policies", args=[scope.company.code])
    return render(request, "dunning/policy.html", context, status=422 if request.method == "POST" else 200)
