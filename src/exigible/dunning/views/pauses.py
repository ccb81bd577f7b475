"""Whose reminders rest: since when, until when, why, who said so; and the pauses of before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.dunning.views.paging import read_slice
from exigible.ledger.edits import pause_dunning
from exigible.ledger.models import Pause
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view

PAGE: Final = 50
SOON: Final = timedelta(days=7)


@company_view()
def pauses(request: HttpRequest) -> HttpResponse:
    """The pauses that run, the first to end first; or those that have ended."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    is_over = request.GET.get("show") == "over"
    running, over = _running(scope), _over(scope)
    page = read_slice(over if is_over else running, [("until", is_over)], request.GET, PAGE)
    context = {
        "tabs": _tabs(scope, running),
        "current": "over" if is_over else "running",
        "rows": [_row(scope, pause) for pause in page.rows],
        "pages": page,
        "soon": running.filter(until__lte=scope.as_of + SOON).count(),
        "may_collect": scope.may(Right.COLLECT) and not scope.is_past,
    }
    return render(request, "dunning/pauses.html", context)


def _known(scope: Scope) -> QuerySet[Pause]:
    found = Pause.objects.filter(company=scope.company, starts_on__lte=scope.as_of)
    mine = found.filter(customer__in=scope.customers())
    return mine.select_related("customer", "by", "lifted_by")


def _is_over(on: date) -> Q:
    return Q(until__lt=on) | Q(lifted_on__lte=on)


def _running(scope: Scope) -> QuerySet[Pause]:
    return _known(scope).exclude(_is_over(scope.as_of))


def _over(scope: Scope) -> QuerySet[Pause]:
    return _known(scope).filter(_is_over(scope.as_of))


def _tabs(scope: Scope, running: QuerySet[Pause]) -> list[dict[str, Any]]:
    address = reverse("pauses", args=[scope.company.code])
    return [
        {"key": "running", "label": _("Reminders that rest"), "url": address, "count": running.count()},
        {"key": "over", "label": _("Ended or lifted"), "url": f"{address}?show=over", "count": None},
    ]


def _row(scope: Scope, pause: Pause) -> dict[str, Any]:
    days = (pause.until - scope.as_of).days
    return {
        "pause": pause,
        "days": days,
        "is_soon": days <= SOON.days,
        "was_dated_back": pause.starts_on < pause.created_at.date(),
        "url": reverse("customer", args=[scope.company.code, pause.customer.code]),
        "lift_url": reverse("pause-lift", args=[scope.company.code, pause.customer.code]),
    }


@require_POST
@company_view(Right.COLLECT)
def lift(request: HttpRequest, code: str) -> HttpResponse:
    """Let a customer's reminders go out again from today."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    customer = get_object_or_404(scope.customers(), code=code)
    pause_dunning(customer=customer, until=None, reason="", by=scope.user.pk)
    messages.success(request, _("Reminders to {name} go out again.").format(name=customer.name))
    return redirect("pauses", company=scope.company.code)
