"""What the screen of the day tells of replies."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from exigible.inbox.queries import count_waiting
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view


@company_view(Right.COLLECT)
def replies_of_the_day(request: HttpRequest) -> HttpResponse:
    """How many replies wait to be confirmed, since when, and the way to them; empty for none."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    mine = request.GET.get("who") == "me"
    count, customers, oldest = (0, 0, None) if scope.is_past else count_waiting(scope, mine=mine)
    since = timezone.localdate(oldest) if oldest else None
    context = {"count": count, "customers": customers, "since": since}
    return render(request, "inbox/day.html", context)
