"""The lettering desk: payments on the left, what they may pay on the right."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from exigible.cash.queries import (
    Asked,
    accounts_of,
    count_waiting,
    find_customers,
    lines_of,
    read_lines,
)
from exigible.cash.views.matching import is_matching
from exigible.cash.views.pane import pane_of
from exigible.cash.views.rows import rows_of, title_of
from exigible.cash.views.shown import Wish
from exigible.ledger.models import BankLine
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view

PAGE: Final = 50


@company_view(Right.LETTER)
def desk(request: HttpRequest) -> HttpResponse:
    """Payments to letter, oldest first, the first of them open."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    asked = Asked.of(request.GET)
    lines, following = read_lines(scope, asked, PAGE)
    context: dict[str, Any] = {
        "rows": rows_of(scope, lines),
        "following": following,
        "asked": asked,
        "tabs": _tabs(scope, request),
        "accounts": accounts_of(scope),
        "is_matching": is_matching(scope.company),
        "may_set": scope.may(Right.ADMINISTER),
        **waiting_words(scope),
    }
    first = _asked_line(scope, request, lines)
    if first is not None:
        context["pane"] = pane_of(scope, first, Wish.of(request.GET))
    return render(request, "cash/desk.html", context)


def _asked_line(scope: Scope, request: HttpRequest, lines: list[BankLine]) -> BankLine | None:
    """The payment of the address `?line=`, else the first of the list."""
    asked = request.GET.get("line", "")
    if asked.isdecimal() and len(asked) < 19:
        found = lines_of(scope).filter(pk=int(asked)).first()
        if found is not None:
            return found
    return lines[0] if lines else None


def waiting_words(scope: Scope) -> dict[str, Any]:
    """How many payments wait, and for how much, as the head of the page says it."""
    waiting = count_waiting(scope)
    return {"waiting": waiting, "waiting_words": title_of(waiting.count, is_more=waiting.is_more)}


def _tabs(scope: Scope, request: HttpRequest) -> list[dict[str, Any]]:
    address = reverse("cash", args=[scope.company.code])
    labels = {
        "": _("To letter"),
        "proposed": _("Proposed"),
        "ambiguous": _("Several answers"),
        "unmatched": _("Not recognised"),
        "out": _("Returns and refunds"),
        "lettered": _("Lettered today"),
        "aside": _("Set aside"),
    }
    kept = request.GET.copy()
    for name in ("show", "after", "line", "customer", "answer"):
        kept.pop(name, None)
    found = []
    for key, label in labels.items():
        query = kept.copy()
        if key:
            query["show"] = key
        found.append({"key": key, "label": label, "url": f"{address}?{query.urlencode()}", "count": None})
    return found


@company_view(Right.LETTER)
def more(request: HttpRequest) -> HttpResponse:
    """The next payments of the list."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    asked = Asked.of(request.GET)
    lines, following = read_lines(scope, asked, PAGE)
    context = {"rows": rows_of(scope, lines), "following": following, "asked": asked}
    return render(request, "cash/rows.html", context)


@company_view(Right.LETTER)
def line(request: HttpRequest, line: int) -> HttpResponse:
    """A payment and what it may pay: of the customer or the answer asked for."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    found = get_object_or_404(lines_of(scope), pk=line)
    wish = Wish.of(request.GET, request.GET.getlist("item"))
    return render(request, "cash/pane.html", {"pane": pane_of(scope, found, wish)})


@company_view(Right.LETTER)
def customers(request: HttpRequest) -> HttpResponse:
    """Customers by name, code or document number, to move a payment to."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    text = request.GET.get("q", "")
    context = {"customers": find_customers(scope, text), "text": text.strip()}
    return render(request, "cash/customers.html", context)
