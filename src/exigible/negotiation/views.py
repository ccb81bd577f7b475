"""A promise taken back, and when promises are taken for kept."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.negotiation.forms import TermsForm
from exigible.negotiation.models import Promise, PromiseTerms
from exigible.negotiation.services import set_promise_terms, withdraw_promise
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view


@require_POST
@company_view(Right.COLLECT)
def withdraw(request: HttpRequest, code: str, promise: int) -> HttpResponse:
    """Take a promise back: it covers nothing any more."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    customer = get_object_or_404(scope.customers(), code=code)
    withdraw_promise(promise=get_object_or_404(Promise, customer=customer, pk=promise), by=scope.user.pk)
    messages.success(request, _("Promise taken back: it covers nothing any more."))
    return redirect("customer-promises", company=scope.company.code, code=customer.code)


@company_view(Right.APPROVE)
def terms(request: HttpRequest) -> HttpResponse:
    """Say when the company takes a promise for kept."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    own = PromiseTerms.objects.filter(company=scope.company).first() or PromiseTerms(company=scope.company)
    form = TermsForm(request.POST or None, instance=own)
    if request.method == "POST" and form.is_valid():
        set_promise_terms(company=scope.company, by=scope.user.pk, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("policies", company=scope.company.code)
    return render(request, "negotiation/terms.html", {"form": form}, status=422 if form.errors else 200)
