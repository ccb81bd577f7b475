"""The list of customers: who owes what, sorted, filtered and paged in the address."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from exigible.kernel.ageing import Buckets
from exigible.positions import kept as kept_reports
from exigible.positions.filters import NO_COLLECTOR, Filters
from exigible.positions.pages import Order, Page, PositionRow, read_page
from exigible.positions.queries import segments
from exigible.positions.rules import Parameters
from exigible.team.queries import people_of
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view

PAGE = 60
SORTS = ("name", "overdue", "not_due", "unallocated", "total", "oldest", "average")


@company_view()
def customers(request: HttpRequest) -> HttpResponse:
    """One page of customers; where all must be summed first, the frame comes at once and the list follows."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    asked = Parameters(scope.as_of, scope.known_at, "due", Buckets(tuple(scope.company.bucket_bounds)))
    if not (
        getattr(request, "htmx", False)
        or kept_reports.find(scope.company, asked)
        or kept_reports.is_quick(scope.company, asked)
    ):
        return render(
            request, "web/customers/list.html", _filters_shown(scope, request) | {"computing": True}
        )
    kept = kept_reports.keep(scope.company, asked)
    page = read_page(
        scope.company,
        kept,
        filters=_filters(scope, request),
        order=_order(request),
        limit=PAGE,
        with_settled=True,
    )
    context = _filters_shown(scope, request) | _page_shown(scope, page, asked)
    return render(request, "web/customers/list.html", context)


def _order(request: HttpRequest) -> Order:
    asked = request.GET.get("sort", "name")
    word = asked.lstrip("-")
    return Order(
        word if word in SORTS else "name",
        "desc" if asked.startswith("-") and word in SORTS else "asc",
        request.GET.get("after", ""),
        request.GET.get("before", ""),
    )


def _filters(scope: Scope, request: HttpRequest) -> Filters:
    collector = request.GET.get("collector", "")
    chosen = int(collector) if collector.isdigit() else NO_COLLECTOR if collector == "none" else None
    return Filters(
        collector=scope.portfolio_of if scope.portfolio_of is not None else chosen,
        segment=request.GET.get("segment") or None,
        search=request.GET.get("q", ""),
    )


def _filters_shown(scope: Scope, request: HttpRequest) -> dict[str, Any]:
    return {
        "collectors": people_of(scope.company) if scope.portfolio_of is None else [],
        "segments": segments(scope.company),
        "may_collect": scope.may(Right.COLLECT),
        "asked": request.GET,
    }


def _page_shown(scope: Scope, page: Page, asked: Parameters) -> dict[str, Any]:
    return {
        "rows": [_row(scope, row, asked) for row in page.rows],
        "totals": page.totals,
        "following": page.following,
        "preceding": page.preceding,
        "keys": asked.buckets.keys,
    }


def _row(scope: Scope, row: PositionRow, asked: Parameters) -> dict[str, Any]:
    oldest = row.oldest_days(asked.as_of)
    return {
        "position": row,
        "oldest": oldest,
        "bucket": asked.buckets.key(oldest or 0),
        "parts": dict(zip(asked.buckets.keys, row.ageing.amounts, strict=True)),
        "url": reverse("customer", args=[scope.company.code, row.key]),
        "peek": reverse("customer-peek", args=[scope.company.code, row.key]),
    }
