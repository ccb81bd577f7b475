"""How far the program may letter by itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from exigible.cash.deciding import policy_of
from exigible.cash.forms import CashPolicyForm
from exigible.cash.services import change_policy
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view


@company_view(Right.ADMINISTER)
def settings(request: HttpRequest) -> HttpResponse:
    """The company's cash policy, to see and to change."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    form = CashPolicyForm(scope.company, policy_of(scope.company), request.POST or None)
    if request.method == "POST" and form.is_valid():
        change_policy(company=scope.company, fields=form.fields_of_policy(), by=scope.user.pk)
        messages.success(request, _("Saved."))
        return redirect("cash-settings", company=scope.company.code)
    status = 422 if request.method == "POST" else 200
    return render(request, "cash/settings.html", {"form": form}, status=status)
