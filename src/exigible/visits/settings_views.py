"""How ways and hours of visits are reckoned."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view
from exigible.visits.forms import PolicyForm
from exigible.visits.queries import policy_of
from exigible.visits.services import set_visit_policy


@company_view(Right.APPROVE)
def policy(request: HttpRequest) -> HttpResponse:
    """Say how ways and hours are reckoned."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    form = PolicyForm(request.POST or None, instance=policy_of(scope.company))
    if request.method == "POST" and form.is_valid():
        set_visit_policy(company=scope.company, fields=form.cleaned_data, by=scope.user.pk)
        messages.success(request, _("Saved."))
        return redirect("visits", company=scope.company.code)
    return render(request, "visits/policy.html", {"form": form}, status=422 if form.errors else 200)
