"""Changing a policy, making one, and seeing what it would do to a real customer before it is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.dunning.forecast import forecast_customer
from exigible.dunning.forms import PolicyForm, StepForm, step_forms
from exigible.dunning.models import Policy
from exigible.dunning.policies import (
    DEFAULT_STEPS,
    add_policy,
    change_policy,
    parse_steps,
    policies_in_force,
    rules_of,
    steps_data,
)
from exigible.dunning.reasons import step_name
from exigible.dunning.rules import PolicyRules, fitting_policies
from exigible.dunning.texts.preview import suggested_customer
from exigible.dunning.views.outlook import outlook_rows
from exigible.dunning.views.policy_words import whom
from exigible.kernel.errors import UserMistake
from exigible.ledger.models import Customer
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view


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
    return _page(request, scope, {"form": form, "steps": steps, "policy": found, "whom": whom(found)})


@company_view(Right.APPROVE)
def add(request: HttpRequest) -> HttpResponse:
    """A policy of its own for a country, a segment or a kind of debtor."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    policies_in_force(scope.company)  # the one for all is there first
    form = PolicyForm(scope.company, request.POST or None, asked=request.GET)
    steps = step_forms(steps_data(DEFAULT_STEPS[scope.company.country]), request.POST or None)
    if request.method == "POST" and _are_valid(form, steps):
        try:
            new = add_policy(company=scope.company, by=scope.user.pk, **_typed(form, steps))
        except UserMistake as mistake:
            _say(form, mistake)
        else:
            return _saved(request, scope, new)
    return _page(request, scope, {"form": form, "steps": steps})


def _are_valid(form: PolicyForm, steps: Sequence[StepForm]) -> bool:
    return all([form.is_valid(), *(step.is_valid() for step in steps)])


def _typed(form: PolicyForm, steps: Sequence[StepForm]) -> Mapping[str, Any]:
    taken = [step for step in (form.step() for form in steps) if step is not None]
    return form.fields_of_policy() | {"steps": taken}


def _say(form: PolicyForm, mistake: UserMistake) -> None:
    """The rule that refuses, in words, over the form."""
    form.add_error(None, _refusal(mistake))


def _refusal(mistake: UserMistake) -> str:
    params = dict(mistake.params)
    if "step" in params:
        params["step"] = step_name(str(params["step"]))
    return _(mistake.sentence).format_map(params)


def _saved(request: HttpRequest, scope: Scope, policy: Policy) -> HttpResponse:
    messages.success(
        request,
        _("Version {version} of “{name}” is in force from the next run.").format(
            version=policy.version, name=policy.name
        ),
    )
    return redirect("policies", company=scope.company.code)


def _page(request: HttpRequest, scope: Scope, context: dict[str, Any]) -> HttpResponse:
    context |= {
        "back": reverse("policies", args=[scope.company.code]),
        "customer": _chosen(scope, request),
    }
    return render(request, "dunning/policy.html", context, status=422 if request.method == "POST" else 200)


def _chosen(scope: Scope, request: HttpRequest) -> Customer | None:
    """The customer on whom the policy is tried: the one asked for, else one that is late."""
    code = request.POST.get("customer", "") or request.GET.get("customer", "")
    found = scope.customers().filter(code=code).first() if code else None
    return found or suggested_customer(scope.customers(), scope.company, "reminder")


# --- what it would do to a customer, before it is saved ---


@require_POST
@company_view(Right.APPROVE)
def attempt(request: HttpRequest) -> HttpResponse:
    """What the policy as it is typed would do to the chosen customer over the next 90 days."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    customer = _chosen(scope, request)
    pk = request.POST.get("policy", "")
    stored = get_object_or_404(Policy, company=scope.company, pk=pk) if pk.isdecimal() else None
    data = request.POST.dict()
    form = PolicyForm(scope.company, data | {"name": data.get("name") or "…"}, policy=stored)
    steps = step_forms([], data)
    context: dict[str, Any] = {"customer": customer}
    if not _are_valid(form, steps):
        context["refused"] = _("Something is missing above: fill it in to see what would happen.")
    elif customer is not None:
        try:
            rules = _rules(scope, stored, _typed(form, steps))
        except UserMistake as mistake:
            context["refused"] = _refusal(mistake)
        else:
            context |= _tried(scope, customer, rules)
    return render(request, "dunning/policy_tried.html", context)


def _rules(scope: Scope, stored: Policy | None, typed: Mapping[str, Any]) -> PolicyRules:
    """The rules of a policy that is not saved. Raises UserMistake for steps that cannot be."""
    fields = {**typed, "steps": steps_data(parse_steps(typed["steps"]))}
    for name in ("country", "segment", "kind"):
        fields.setdefault(name, getattr(stored, name, ""))
    draft = Policy(company=scope.company, version=0, pk=stored.pk if stored else 0, **fields)
    return rules_of(draft, scope.company.currency)


def _tried(scope: Scope, customer: Customer, rules: PolicyRules) -> dict[str, Any]:
    country = customer.country or scope.company.country
    is_for = bool(fitting_policies([rules], country, customer.segment, customer.kind))
    for_all = replace(rules, country="", segment="", kind="")
    outlooks = forecast_customer(customer, timezone.localdate(), policy=for_all)
    return {"rows": outlook_rows(outlooks), "is_for": is_for, "owes": bool(outlooks)}
