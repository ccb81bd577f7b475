"""The call list, the call sheet, and how each call ended."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.calls import services
from exigible.calls.desk import Forms, forms_of, written
from exigible.calls.forms import CallForm
from exigible.calls.listing import State, call_list, is_abroad
from exigible.calls.papers import paper_of
from exigible.calls.queries import reaches_of
from exigible.calls.rules import Outcome, in_turn
from exigible.calls.sheet import Sheet, read_sheet
from exigible.calls.wording import at_words, clock, outcome_words, tone_words
from exigible.cash.seen import seen_payments
from exigible.documents.callsheet import render_call_sheet
from exigible.ledger.models import Customer
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view
from exigible.web.events import describe
from exigible.worklist.views import freshen

NEXT, DAY, CUSTOMER = "next", "day", "customer"


@company_view(Right.COLLECT)
def calls(request: HttpRequest) -> HttpResponse:
    """Who to call now and why, who later today, whom not today."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    if not scope.is_past:
        freshen(scope)
    found = call_list(scope)
    groups = [
        ("", found.of(State.NOW)),
        (_("Later today"), found.of(State.LATER)),
        (_("Not today"), found.of(State.NOT_TODAY)),
    ]
    context = {
        "groups": groups,
        "now": len(groups[0][1]),
        "rows": found.rows,
        "left_out": found.left_out,
        "may_approve": scope.may(Right.APPROVE),
    }
    return render(request, "calls/list.html", context)


@company_view(Right.COLLECT)
def following(request: HttpRequest) -> HttpResponse:
    """The sheet of the customer to call next, after the one of the address; the list where there is none."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    after = request.GET.get("after", "")
    return _to_next(scope, next(in_turn(call_list(scope).lines, after), ""))


def _to_next(scope: Scope, code: str) -> HttpResponse:
    if code:
        return redirect("customer-call", company=scope.company.code, code=code)
    return redirect("calls", company=scope.company.code)


@company_view(Right.COLLECT)
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """The call sheet of a customer; sent, how the call ended."""
    scope, customer = _customer(request, code)
    if scope.is_past:
        return redirect("customer", company=scope.company.code, code=customer.code)
    found = read_sheet(scope, customer)
    if request.method == "POST":
        return _ended(request, scope, found)
    services.open_sheet(customer=customer, by=scope.user.pk)
    base = CallForm(initial={"seen": found.last_call})
    return render(request, "calls/sheet.html", _context(request, found, base, forms_of(scope, found)))


def _ended(request: HttpRequest, scope: Scope, found: Sheet) -> HttpResponse:
    """Write down how the call ended and go on; what cannot be written down comes back to be corrected."""
    base, forms = CallForm(request.POST), forms_of(scope, found, request.POST)
    then = request.GET.get("then", NEXT)
    lines = call_list(scope).lines if then == NEXT else []
    if not written(scope, found, base, forms):
        context = _context(request, found, base, forms)
        return render(request, "calls/sheet.html", context, status=422)
    values = {"customer": found.customer.name, "outcome": outcome_words(base.cleaned_data["outcome"])}
    messages.success(request, _("%(customer)s: %(outcome)s, noted.") % values)
    if base.cleaned_data["outcome"] == Outcome.WRONG_NUMBER and _has_another(scope, found.customer):
        return redirect(request.get_full_path())
    if then == CUSTOMER:
        return redirect("customer", company=scope.company.code, code=found.customer.code)
    if then == DAY:
        return redirect("day", company=scope.company.code)
    code = next(in_turn(lines, found.customer.code), "")
    if not code:
        messages.info(request, _("No other call is to be made now."))
    return _to_next(scope, code)


def _has_another(scope: Scope, customer: Customer) -> bool:
    """Whether a number is left to try."""
    return any(
        not reach.is_wrong for reach in reaches_of(scope.company, [customer], scope.as_of)[customer.pk]
    )


def _context(request: HttpRequest, found: Sheet, base: CallForm, forms: Forms) -> dict[str, Any]:
    """What the sheet shows. `form` is the one that was sent and is wrong, for it is to be corrected first."""
    outcome = request.POST.get("outcome", "")
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    return {
        "sheet": found,
        "customer": found.customer,
        "base": base,
        "form": forms[outcome] if outcome in forms and forms[outcome].errors else base,
        "promise_form": forms[Outcome.PROMISE],
        "dispute_form": forms[Outcome.DISPUTE],
        "paid_form": forms[Outcome.PAID],
        "request_form": forms[Outcome.REQUEST],
        "back_form": forms[Outcome.CALL_BACK],
        "ready": outcome if outcome in forms and forms[outcome].errors else "",
        "may_approve": scope.may(Right.APPROVE),
        "tone": tone_words(found.words.tone),
        "is_now": found.when.state is State.NOW,
        "next_at": at_words(found.when.at, found.local.date()) if found.when.at else "",
        "clock": clock(found.local),
        "is_abroad": is_abroad(found.local),
        "today": describe(found.today)[0] if found.today else "",
        "seen_payments": list(seen_payments(scope.company, [found.customer.pk])),
        "number": base["number"].value() or (found.first.number.key if found.first else ""),
    }


@company_view(Right.COLLECT)
def pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The call sheet, for who calls from paper."""
    scope, customer = _customer(request, code)
    printed = render_call_sheet(paper_of(scope, read_sheet(scope, customer)))
    name = quote(f"{_('call')}-{customer.code}.pdf")
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{name}"}
    return HttpResponse(printed, content_type="application/pdf", headers=headers)


@require_POST
@company_view(Right.COLLECT)
def right_number(request: HttpRequest, code: str) -> HttpResponse:
    """A number that was marked as wrong is right after all."""
    scope, customer = _customer(request, code)
    number = request.POST.get("number", "")
    services.take_back_wrong_number(customer=customer, number=number, by=scope.user.pk)
    return redirect("customer-call", company=scope.company.code, code=customer.code)


def _customer(request: HttpRequest, code: str) -> tuple[Scope, Customer]:
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    return scope, get_object_or_404(scope.customers().select_related("company"), code=code)
