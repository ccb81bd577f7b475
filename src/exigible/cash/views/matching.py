"""Matching when asked for: at once where it takes a moment, else by a worker while the page says so."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from procrastinate.contrib.django.models import ProcrastinateJob

from exigible.cash.jobs import match_later
from exigible.cash.matching import match_company
from exigible.cash.queries import waiting
from exigible.ledger.models import Company, Customer
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view

FEW_LINES: Final = 100
FEW_CUSTOMERS: Final = 2_000
"""So many are matched while one waits."""


def is_matching(company: Company) -> bool:
    """Whether a worker matches the company's lines, or was asked to."""
    jobs = ProcrastinateJob.objects.filter(task_name="cash.match", status__in=("todo", "doing"))
    return jobs.filter(args__company_id=company.pk).exists()


def _takes_a_moment(scope: Scope) -> bool:
    if waiting(scope)[: FEW_LINES + 1].count() > FEW_LINES:
        return False
    return Customer.objects.filter(company=scope.company)[: FEW_CUSTOMERS + 1].count() <= FEW_CUSTOMERS


@require_POST
@company_view(Right.LETTER)
def match_now(request: HttpRequest) -> HttpResponse:
    """Look again at what nobody lettered yet."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    if _takes_a_moment(scope):
        messages.success(request, _found(match_company(scope.company.pk).counts))
    else:
        match_later(scope.company.pk)
    return redirect("cash", company=scope.company.code)


def _found(counts: dict[str, int]) -> str:
    posted = counts.get("posted", 0)
    asked = sum(counts.values()) - posted
    lettered = ngettext("%(count)s payment lettered", "%(count)s payments lettered", posted)
    left = ngettext("%(count)s is left to you.", "%(count)s are left to you.", asked)
    return ", ".join((lettered % {"count": posted}, left % {"count": asked}))


@company_view(Right.LETTER)
def progress(request: HttpRequest) -> HttpResponse:
    """Whether the worker is still at it; once it is done the page is loaded anew."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    if is_matching(scope.company):
        return render(request, "cash/matching.html", {})
    response = HttpResponse()
    response.headers["HX-Redirect"] = reverse("cash", args=[scope.company.code])
    return response
