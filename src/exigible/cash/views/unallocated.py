"""Cash that explains nothing yet: lines of the bank not recognised, and payments on account, by age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.contrib import messages
from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from exigible.cash.queries import Asked, lines_of, place_of
from exigible.cash.views.rows import rows_of
from exigible.kernel.ageing import Buckets, days_overdue
from exigible.kernel.errors import UserMistake
from exigible.ledger.models import BankLine, OpenItem
from exigible.team.queries import people_of
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view

PAGE: Final = 60


@dataclass(frozen=True, slots=True)
class Total:
    """What is unallocated in one currency, whole and by age."""

    currency: str
    count: int
    total_minor: int
    by_age: Sequence[tuple[str, int]]


@company_view()
def unallocated(request: HttpRequest) -> HttpResponse:
    """What came in and is not lettered, the oldest first, with who sees to it."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    on_account = request.GET.get("kind") == "on-account"
    buckets = Buckets(tuple(scope.company.bucket_bounds))
    asked = Asked.of(request.GET)
    context: dict[str, Any] = {
        "tabs": _tabs(scope),
        "kind": "on-account" if on_account else "lines",
        "keys": buckets.keys,
        "may_assign": scope.may(Right.LETTER) and not scope.is_past,
        "people": people_of(scope.company) if not on_account else [],
        **(_on_account(scope, asked, buckets) if on_account else _lines(scope, asked, buckets)),
    }
    return render(request, "cash/unallocated.html", context)


def _tabs(scope: Scope) -> list[dict[str, Any]]:
    address = reverse("cash-unallocated", args=[scope.company.code])
    return [
        {"key": "lines", "label": _("Bank lines not lettered"), "url": address, "count": None},
        {
            "key": "on-account",
            "label": _("Payments on account"),
            "url": f"{address}?kind=on-account",
            "count": None,
        },
    ]


def _lines(scope: Scope, asked: Asked, buckets: Buckets) -> dict[str, Any]:
    waiting = lines_of(scope).filter(left_minor__gt=0, set_aside="")
    page = waiting.order_by("booked_on", "pk")
    if asked.after is not None:
        day, pk = asked.after
        page = page.filter(Q(booked_on__gt=day) | Q(booked_on=day, pk__gt=pk), booked_on__gte=day)
    found = list(page[: PAGE + 1])
    rows = [
        {"row": row, "line": row.line, **_age(row.line.booked_on, scope, buckets)}
        for row in rows_of(scope, found[:PAGE])
    ]
    return {
        "rows": rows,
        "following": place_of(found[PAGE - 1]) if len(found) > PAGE else "",
        "totals": _totals(waiting, "booked_on", "left_minor", scope.as_of, buckets),
    }


def _on_account(scope: Scope, asked: Asked, buckets: Buckets) -> dict[str, Any]:
    payments = scope.items().filter(
        document_type=OpenItem.DocumentType.PAYMENT, amount_minor__lt=0, open_minor__lt=0, is_reversed=False
    )
    page = payments.select_related("customer__collector").order_by("effective_on", "pk")
    if asked.after is not None:
        day, pk = asked.after
        page = page.filter(Q(effective_on__gt=day) | Q(effective_on=day, pk__gt=pk))
    found = list(page[: PAGE + 1])
    rows = [
        {"item": item, "minor": -item.open_minor, **_age(item.effective_on, scope, buckets)}
        for item in found[:PAGE]
    ]
    last = found[PAGE - 1] if len(found) > PAGE else None
    return {
        "rows": rows,
        "following": f"{last.effective_on.isoformat()}_{last.pk}" if last else "",
        "totals": _totals(payments, "effective_on", "open_minor", scope.as_of, buckets, sign=-1),
    }


def _age(day: date, scope: Scope, buckets: Buckets) -> dict[str, Any]:
    days = days_overdue(day, scope.as_of)
    return {"days": days, "bucket": buckets.key(days)}


def _totals(
    rows: QuerySet[Any], day: str, amount: str, today: date, buckets: Buckets, *, sign: int = 1
) -> list[Total]:
    """Sums by currency, apart, and within each by age."""
    ages = {
        f"age_{place}": Sum(amount, filter=_between(day, today, first, last))
        for place, (_key, first, last) in enumerate(buckets.ranges)
    }
    found = (
        rows.order_by()
        .select_related(None)
        .values(code=F("currency"))
        .annotate(count=Count("pk"), total=Sum(amount), **ages)
    )
    return [
        Total(
            row["code"],
            row["count"],
            sign * row["total"],
            [(key, sign * (row[f"age_{place}"] or 0)) for place, key in enumerate(buckets.keys)],
        )
        for row in sorted(found, key=lambda row: str(row["code"]))
    ]


def _between(day: str, today: date, first: int | None, last: int | None) -> Q:
    """Rows that are so many days old; None: no bound."""
    within = Q()
    if first is not None:
        within &= Q(**{f"{day}__lte": today - timedelta(days=first)})
    if last is not None:
        within &= Q(**{f"{day}__gte": today - timedelta(days=last)})
    return within


@require_POST
@company_view(Right.LETTER)
def owner(request: HttpRequest) -> HttpResponse:
    """Say who sees to the lines selected; nobody for an empty choice."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    chosen = [int(pk) for pk in request.POST.getlist("selected") if pk.isdecimal() and len(pk) < 19]
    who = request.POST.get("owner", "")
    person = next((one for one in people_of(scope.company) if str(one.pk) == who), None)
    if who and person is None:
        raise UserMistake("unknown-person", "This person does not work here.")
    seen = lines_of(scope).filter(pk__in=chosen).values_list("pk", flat=True)
    count = BankLine.objects.filter(company=scope.company, pk__in=list(seen)).update(owner=person)
    said = ngettext("%(count)s line: %(who)s", "%(count)s lines: %(who)s", count)
    messages.success(request, said % {"count": count, "who": person or _("nobody sees to it")})
    return redirect("cash-unallocated", company=scope.company.code)
