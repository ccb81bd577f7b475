"""Whose reminders rest: since when, until when, why, who said so; the pauses to come and those of before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.dunning.views.paging import read_slice
from exigible.ledger.edits import lift_pause
from exigible.ledger.models import Pause
from exigible.ledger.pauses import over_by, to_come_after
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view

PAGE: Final = 50
RUNNING, TO_COME, OVER = "running", "to-come", "over"
ORDER: Final = {RUNNING: ("until", False), TO_COME: ("starts_on", False), OVER: ("until", True)}
"""By which day each list is sorted, and whether the last comes first."""
SOON: Final = timedelta(days=7)


@company_view()
def pauses(request: HttpRequest) -> HttpResponse:
    """The pauses that run, the first to end first; those to come; or those that have ended."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    asked = request.GET.get("show", RUNNING)
    show = asked if asked in ORDER else RUNNING
    found = _pauses(scope)
    page = read_slice(found[show], [ORDER[show]], request.GET, PAGE)
    context = {
        "tabs": _tabs(scope, found),
        "current": show,
        "rows": [_row(scope, pause) for pause in page.rows],
        "pages": page,
        "soon": found[RUNNING].filter(until__lte=scope.as_of + SOON).count(),
        "may_collect": scope.may(Right.COLLECT) and not scope.is_past,
    }
    return render(request, "dunning/pauses.html", context)


def _pauses(scope: Scope) -> dict[str, QuerySet[Pause]]:
    """Those that run on the day that is looked at, those to come as they were said by then, those over."""
    on = scope.as_of
    mine = Pause.objects.filter(company=scope.company, customer__in=scope.customers())
    mine = mine.select_related("customer", "by", "lifted_by")
    left = mine.exclude(over_by(on))
    return {
        RUNNING: left.exclude(to_come_after(on)),
        TO_COME: left.filter(to_come_after(on), created_at__date__lte=on),
        OVER: mine.filter(over_by(on)),
    }


def _tabs(scope: Scope, found: dict[str, QuerySet[Pause]]) -> list[dict[str, Any]]:
    address = reverse("pauses", args=[scope.company.code])
    running, coming = found[RUNNING].count(), found[TO_COME].count()
    return [
        {"key": RUNNING, "label": _("Reminders that rest"), "url": address, "count": running},
        {"key": TO_COME, "label": _("To come"), "url": f"{address}?show={TO_COME}", "count": coming},
        {"key": OVER, "label": _("Ended or lifted"), "url": f"{address}?show={OVER}", "count": None},
    ]


def _row(scope: Scope, pause: Pause) -> dict[str, Any]:
    is_to_come = pause.starts_on > scope.as_of
    days = ((pause.starts_on if is_to_come else pause.until) - scope.as_of).days
    return {
        "pause": pause,
        "days": days,
        "is_soon": days <= SOON.days,
        "was_dated_back": pause.starts_on < timezone.localdate(pause.created_at),
        "was_withdrawn": pause.lifted_on is not None and pause.lifted_on < pause.starts_on,
        "url": reverse("customer", args=[scope.company.code, pause.customer.code]),
        "lift_url": reverse("pause-lift", args=[scope.company.code, pause.pk]),
    }


@require_POST
@company_view(Right.COLLECT)
def lift(request: HttpRequest, pause: int) -> HttpResponse:
    """Let a customer's reminders go out again from today, or withdraw a pause to come."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    mine = Pause.objects.filter(company=scope.company, customer__in=scope.customers())
    found = get_object_or_404(mine.select_related("customer"), pk=pause)
    is_to_come = found.starts_on > timezone.localdate()
    lift_pause(pause=found, by=scope.user.pk)
    said = _("The pause of {name} is withdrawn.") if is_to_come else _("Reminders to {name} go out again.")
    messages.success(request, said.format(name=found.customer.name))
    if request.GET.get("from") == "file":
        return redirect("customer-file", company=scope.company.code, code=found.customer.code)
    page = reverse("pauses", args=[scope.company.code])
    return redirect(f"{page}?show={TO_COME}" if is_to_come else page)
