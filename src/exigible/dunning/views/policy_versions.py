"""The versions of a policy: what each changed, two beside each other, and the way back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.dunning.models import Policy
from exigible.dunning.policies import CONDITIONS, restore_policy
from exigible.dunning.views.policies import promise_words, shown
from exigible.dunning.views.policy_words import differences, whom
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view


@company_view()
def versions(request: HttpRequest, policy: int) -> HttpResponse:
    """The versions of a policy, and what the chosen one says otherwise than the one before, or another."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    asked = get_object_or_404(Policy, company=scope.company, pk=policy)
    same = {name: getattr(asked, name) for name in CONDITIONS}
    found = Policy.objects.filter(company=scope.company, **same).select_related("by").order_by("-version")
    stored = list(found)
    by_version = {one.version: one for one in stored}
    chosen = by_version.get(_number(request, "version"), asked)
    before = [one for one in stored if one.version < chosen.version]
    against = by_version.get(_number(request, "against")) or (before[0] if before else None)
    context: dict[str, Any] = {
        "versions": stored,
        "chosen": chosen,
        "against": against,
        "changes": differences(scope.company, against, chosen) if against else [],
        "shown": shown(scope.company, chosen),
        "promises": promise_words(scope.company),
        "whom": whom(asked),
        "here": reverse("policy-versions", args=[scope.company.code, asked.pk]),
        "may_change": scope.may(Right.APPROVE) and not scope.is_past,
    }
    return render(request, "dunning/policy_versions.html", context)


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


@require_POST
@company_view(Right.APPROVE)
def restore(request: HttpRequest, policy: int) -> HttpResponse:
    """Put an earlier version in force again, as a new one."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    old = get_object_or_404(Policy, company=scope.company, pk=policy)
    new = restore_policy(version=old, by=scope.user.pk)
    messages.success(
        request,
        _("Version {version} is in force from the next run: it says what version {old} said.").format(
            version=new.version, old=old.version
        ),
    )
    return redirect("policies", company=scope.company.code)
