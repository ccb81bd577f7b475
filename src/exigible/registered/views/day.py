"""What the screen of the day tells of registered letters."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from exigible.registered.queries import Row, wanting_a_person
from exigible.registered.wording import why_words
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view

SHOWN: Final = 3
"""So many are named; the others are on the list."""


@company_view(Right.COLLECT)
def letters_of_the_day(request: HttpRequest) -> HttpResponse:
    """Letters that came back or of which nothing is heard, why, and the way to the list; empty for none."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    mine = request.GET.get("who") == "me"
    rows = [] if scope.is_past else wanting_a_person(scope, timezone.localdate())
    if mine:
        rows = [row for row in rows if row.action.customer.collector_id == scope.user.pk]
    first = rows[0].todo if rows else ""
    context = {
        "count": len(rows),
        "others": max(0, len(rows) - SHOWN),
        "is_returned": first == "returned",
        "url": f"{reverse('registered', args=[scope.company.code])}?show={first}",
        "letters": [_letter(scope, row) for row in rows[:SHOWN]],
    }
    return render(request, "registered/day.html", context)


def _letter(scope: Scope, row: Row) -> dict[str, str]:
    return {
        "customer": row.action.customer.name,
        "url": reverse("registered-letter", args=[scope.company.code, row.action.pk]),
        "why": why_words(row),
    }
