"""Taking a policy out of force: whom it concerns is said before, by number, and who hears another one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exigible.dunning.models import Policy
from exigible.dunning.policies import policies_in_force, retire_policy
from exigible.dunning.rules import fitting_policies
from exigible.dunning.views.policies import shown
from exigible.ledger.models import Customer
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view


@dataclass(slots=True)
class Left:
    """How many customers a policy speaks to, which other one would speak to how many, how many none."""

    spoken_to: int = 0
    without: int = 0
    others: dict[int, int] = field(default_factory=dict)


@company_view(Right.APPROVE)
def retire(request: HttpRequest, policy: int) -> HttpResponse:
    """What taking a policy out of force would do; posted with the number that was read, it is done."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    found = get_object_or_404(Policy, company=scope.company, pk=policy)
    if not found.is_active:
        messages.info(request, _("This policy, or this version of it, is not in force any more."))
        return redirect("policies", company=scope.company.code)
    left = _left(scope, found)
    if request.method == "POST" and request.POST.get("without") == str(left.without):
        retire_policy(policy=found, by=scope.user.pk)
        undo = reverse("policy-restore", args=[scope.company.code, found.pk])
        said = _("{name} is out of force from the next run.").format(name=found.name)
        messages.success(request, said, extra_tags=f"undo={undo}")
        return redirect("policies", company=scope.company.code)
    context = {
        "policy": found,
        "shown": shown(scope.company, found),
        "left": left,
        "others": _others(scope, left),
        "is_last": not Policy.objects.filter(company=scope.company, is_active=True).exclude(pk=found.pk),
        "has_changed": request.method == "POST",
        "back": reverse("policies", args=[scope.company.code]),
    }
    return render(request, "dunning/policy_retire.html", context)


def _left(scope: Scope, policy: Policy) -> Left:
    """Counted over the whole company, by what decides: a policy is for all who work there."""
    in_force, left, home = policies_in_force(scope.company), Left(), scope.company.country
    kinds = (
        Customer.objects.filter(company=scope.company).order_by().values_list("country", "segment", "kind")
    )
    for country, segment, kind, count in kinds.annotate(count=Count("pk")):
        fitting = fitting_policies(in_force, country or home, segment, kind)
        if not fitting or fitting[0].policy_id != policy.pk:
            continue
        left.spoken_to += count
        if len(fitting) == 1:
            left.without += count
        else:
            left.others[fitting[1].policy_id] = left.others.get(fitting[1].policy_id, 0) + count
    return left


def _others(scope: Scope, left: Left) -> list[dict[str, Any]]:
    known = Policy.objects.in_bulk(left.others)
    return [
        {
            "words": ngettext(
                "{count} customer hears another policy:", "{count} customers hear another policy:", count
            ).format(count=count),
            **shown(scope.company, known[pk]),
        }
        for pk, count in left.others.items()
    ]
