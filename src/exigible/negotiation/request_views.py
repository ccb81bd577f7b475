"""What customers ask for, on the screen: the list, one taken down, handed over, answered."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.kernel.errors import UserMistake
from exigible.ledger.models import Customer
from exigible.negotiation.forms import AnswerForm, HandOverForm, RequestForm
from exigible.negotiation.models import Request
from exigible.negotiation.requests import (
    close_request,
    hand_over_request,
    may_answer,
    open_requests,
    request_rows,
    take_request,
    who_may_answer,
)
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view


@company_view()
def requests(request: HttpRequest) -> HttpResponse:
    """What customers asked for and have not had yet, the first due first: one's own, or everybody's."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    is_all = request.GET.get("who") == "all"
    found = open_requests(scope)
    own = found.filter(owner=scope.user)
    address = reverse("requests", args=[scope.company.code])
    who = [
        {"key": "me", "label": _("Mine"), "url": address, "count": own.count()},
        {"key": "all", "label": _("Everybody's"), "url": f"{address}?who=all", "count": found.count()},
    ]
    rows = request_rows(scope, found if is_all else own)
    context = {"rows": rows, "who": who, "current": "all" if is_all else "me"}
    return render(request, "negotiation/requests.html", context)


@company_view(Right.COMMENT)
def take(request: HttpRequest, code: str) -> HttpResponse:
    """Write down what a customer asks for."""
    scope, customer = _customer(request, code)
    people = who_may_answer(customer)
    initial = {"owner": scope.user.pk}
    form = RequestForm(request.POST or None, people=people, initial=initial)
    if _done(form, lambda: take_request(customer=customer, by=scope.user.pk, **form.cleaned_data)):
        messages.success(request, _("Request noted."))
        return _back(scope, customer)
    context = {"form": form, "customer": customer}
    return render(request, "negotiation/take_request.html", context, status=422 if form.errors else 200)


@company_view(Right.COMMENT)
def answer(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One request, and how it ended."""
    scope, customer, asked = _request(request, code, pk)
    if request.method == "POST" and not may_answer(scope, asked):
        raise PermissionDenied
    form = AnswerForm(request.POST or None)
    if _done(form, lambda: close_request(request=asked, by=scope.user.pk, **form.cleaned_data)):
        messages.success(request, _("Request closed."))
        return _back(scope, customer)
    return _show(request, asked, form=form)


@require_POST
@company_view(Right.COMMENT)
def hand_over(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Give a request to another person, or another day to answer it by."""
    scope, customer, asked = _request(request, code, pk)
    if not may_answer(scope, asked):
        raise PermissionDenied
    form = _hand_over_form(request, asked)
    if _done(form, lambda: hand_over_request(request=asked, by=scope.user.pk, **form.cleaned_data)):
        messages.success(request, _("Request handed over."))
        return _back(scope, customer)
    return _show(request, asked, hand_over_form=form)


def _show(request: HttpRequest, asked: Request, **forms: Form) -> HttpResponse:
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    context = {
        "asked": asked,
        "customer": asked.customer,
        "form": AnswerForm(),
        "hand_over_form": _hand_over_form(None, asked),
        "may_answer": asked.closed_on is None and may_answer(scope, asked),
        **forms,
    }
    is_wrong = any(form.is_bound and form.errors for form in forms.values())
    return render(request, "negotiation/request.html", context, status=422 if is_wrong else 200)


def _hand_over_form(request: HttpRequest | None, asked: Request) -> HandOverForm:
    initial = {"owner": asked.owner_id, "due_on": asked.due_on}
    people = who_may_answer(asked.customer)
    data = request.POST if request else None
    return HandOverForm(data, people=people, initial=initial, auto_id="hand_over_%s")


def _done(form: Form, act: Callable[[], object]) -> bool:
    """Do what a form that was sent says; False where it cannot be, said in the form."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        act()
    except UserMistake as mistake:
        form.add_error("text" if mistake.code == "request-reason" else None, _(mistake.sentence))
        return False
    return True


def _customer(request: HttpRequest, code: str) -> tuple[Scope, Customer]:
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    return scope, get_object_or_404(scope.customers().select_related("company"), code=code)


def _request(request: HttpRequest, code: str, pk: int) -> tuple[Scope, Customer, Request]:
    scope, customer = _customer(request, code)
    people = Request.objects.select_related("owner", "by", "closed_by", "customer__company")
    return scope, customer, get_object_or_404(people, customer=customer, pk=pk)


def _back(scope: Scope, customer: Customer) -> HttpResponse:
    return redirect("customer-requests", company=scope.company.code, code=customer.code)
