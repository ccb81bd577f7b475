"""My day, and what is written down from it and from a customer's page."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.kernel.ageing import Buckets
from exigible.kernel.errors import UserMistake
from exigible.ledger.models import Customer
from exigible.negotiation.forms import PromiseForm
from exigible.negotiation.models import Promise
from exigible.negotiation.requests import RequestRow, open_requests, request_rows
from exigible.negotiation.services import make_promise
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view
from exigible.worklist import services
from exigible.worklist.forms import NoteForm, promise_form
from exigible.worklist.jobs import build_day_later
from exigible.worklist.models import Task, Worklist
from exigible.worklist.queries import (
    day_counts,
    day_tasks,
    find_list,
    in_this_order,
    in_turn,
    is_small,
    is_stale,
    sorted_tasks,
)
from exigible.worklist.services import build_day, refresh_day
from exigible.worklist.wording import reason_sentence, short_reason

PAGE = 60
MINUTES = {
    "call": 8,
    "email": 4,
    "letter": 4,
    "decide": 10,
    "allocate": 3,
    "find-contact": 6,
    "review-reminder": 1,
    "declare-claim": 30,
}
ICONS = {
    "call": "phone", "email": "mail", "letter": "file", "decide": "legal", "allocate": "cash",
    "find-contact": "user", "review-reminder": "reminders", "declare-claim": "legal",
}  # fmt: skip
BUILT_AT_MOST_EACH = timedelta(minutes=10)  # in the background, where all of it takes more than a moment


@company_view()
def day(request: HttpRequest) -> HttpResponse:
    """What to do today, in order, each line with its reason and its next act."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    known = freshen(scope)
    tasks = day_tasks(scope, scope.as_of)
    if request.GET.get("who") == "me":
        tasks = tasks.filter(customer__collector=scope.user)
    counts = day_counts(tasks)
    currencies = in_turn((row["currency"] for row in counts if not row["is_done"]), scope.company.currency)
    shown = [request.GET["currency"]] if request.GET.get("currency") in currencies else currencies
    left = [row for row in counts if not row["is_done"] and row["currency"] in shown]
    sort = request.GET.get("sort", "")
    lines = tasks.filter(done_at__isnull=True)
    if len(shown) < len(currencies):
        lines = lines.filter(currency=shown[0])
    in_order = sorted_tasks(lines, sort, shown)
    pages = Paginator(in_order.values_list("pk", flat=True), PAGE)  # narrow rows sort fast, however many
    pages.count = sum(row["count"] for row in left)  # known already: not counted again
    page = pages.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_row(scope, task) for task in in_this_order(tasks, page.object_list)],
        "keys": Buckets(tuple(scope.company.bucket_bounds)).keys,
        "stakes": _stakes(left),
        "currencies": currencies if len(currencies) > 1 else [],
        "currency": shown[0] if len(shown) == 1 else "",
        "by_amount": sort.removeprefix("-") not in ("age", "name"),
        "time": _time(left),
        "done": sum(row["count"] for row in counts if row["is_done"]),
        "making": _is_being_made(request, scope, known),
        "was_made": known is not None,
        "can_act": scope.may(Right.COLLECT) and not scope.is_past,
        "who": _whose(scope),
        "requests": [] if scope.is_past else _own_requests(scope),
        "mine": request.GET.get("who") == "me",
    }
    return render(request, "worklist/day.html", context)


def freshen(scope: Scope) -> Worklist | None:
    """The list of the day; today's is made anew when what it stands on has changed."""
    known = find_list(scope.company, scope.as_of)
    if scope.as_of != timezone.localdate() or (known is not None and not is_stale(known)):
        return known
    if is_small(scope.company):
        refresh_day(company=scope.company, on=scope.as_of)
        return find_list(scope.company, scope.as_of)
    if known is None or timezone.now() - known.built_at > BUILT_AT_MOST_EACH:
        build_day_later(scope.company, scope.as_of)
    return known


def _is_being_made(request: HttpRequest, scope: Scope, known: Worklist | None) -> bool:
    """Whether a list newer than the one on the screen is to be waited for."""
    if known is None:
        return scope.as_of == timezone.localdate()
    return known.built_at.isoformat() == request.GET.get("newer_than")


def _whose(scope: Scope) -> list[dict[str, Any]]:
    """The two views of the list, where a person sees more than the own portfolio."""
    if scope.portfolio_of is not None:
        return []
    address = reverse("day", args=[scope.company.code])
    return [
        {"key": "all", "label": _("All customers"), "url": address, "count": None},
        {"key": "me", "label": _("My customers"), "url": f"{address}?who=me", "count": None},
    ]


def _own_requests(scope: Scope) -> list[RequestRow]:
    """What customers asked of this person and have not had yet, the first due first."""
    return request_rows(scope, open_requests(scope).filter(owner=scope.user))


def _row(scope: Scope, task: Task) -> dict[str, Any]:
    code = scope.company.code
    return {
        "task": task,
        "customer": task.customer,
        "bucket": Buckets(tuple(scope.company.bucket_bounds)).key(task.oldest_days),
        "why": reason_sentence(task.reason, task.params, task.currency),
        "also": len(task.also),
        "icon": ICONS[task.act],
        "url": act_address(scope, task.customer.code, task.act, task.params),
        "peek": reverse("customer-peek", args=[code, task.customer.code]),
        "why_url": reverse("day-why", args=[code, task.pk]),
        "done_url": reverse("day-done", args=[code, task.pk]),
    }


def act_address(scope: Scope, customer: str, act: str, params: Mapping[str, Any]) -> str:
    """Where an act is done: mostly the customer's page (a code), the call sheet where one calls.

    `params` are those of the line: a reminder to review is opened itself.
    """
    code = scope.company.code
    if not scope.may(Right.COLLECT) or scope.is_past:
        return reverse("customer", args=[code, customer])
    if act == Task.Act.REVIEW_REMINDER:
        with suppress(NoReverseMatch):
            action = params.get("action")
            return reverse("reminder", args=[code, action]) if action else reverse("reminders", args=[code])
    if act == Task.Act.FIND_CONTACT:
        return reverse("customer-contact-add", args=[code, customer])
    if act == Task.Act.CALL:
        return reverse("customer-call", args=[code, customer]) + "?then=day"
    return reverse("customer", args=[code, customer])


def _stakes(left: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """What is at stake by currency; two currencies are never one sum."""
    totals: dict[str, int] = {}
    for row in left:
        totals[row["currency"]] = totals.get(row["currency"], 0) + row["stake"]
    return sorted(totals.items())


def _time(left: list[dict[str, Any]]) -> str:
    """How long the list takes, counted by the kind of act."""
    hours, minutes = divmod(sum(MINUTES[row["act"]] * row["count"] for row in left), 60)
    return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": minutes}


@require_POST
@company_view(Right.COLLECT)
def again(request: HttpRequest) -> HttpResponse:
    """Decide the list again from the facts of now."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    address = reverse("day", args=[scope.company.code])
    if is_small(scope.company):
        build_day(company=scope.company, on=timezone.localdate())
        messages.success(request, _("The list is made from the books as they are now."))
        return redirect(address)
    known = find_list(scope.company, timezone.localdate())
    build_day_later(scope.company, timezone.localdate())
    asked = urlencode({"newer_than": known.built_at.isoformat()}) if known else ""
    return redirect(f"{address}?{asked}")


@company_view()
def why(request: HttpRequest, task: int) -> HttpResponse:
    """The whole reasoning of a line, with its numbers."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    found = get_object_or_404(day_tasks(scope, scope.as_of), pk=task)
    sentence = reason_sentence(found.reason, found.params, found.currency)
    urgency = found.value * 100 // found.stake_minor if found.stake_minor else 0
    also = [short_reason(code) for code in found.also]
    overdue = found.params.get("overdue") if found.params.get("credits") else None
    context = {"task": found, "sentence": sentence, "urgency": urgency, "also": also, "overdue": overdue}
    return render(request, "worklist/why.html", context)


@require_POST
@company_view(Right.COLLECT)
def done(request: HttpRequest, task: int) -> HttpResponse:
    """Strike a line, or bring it back with `undo`."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    found = get_object_or_404(day_tasks(scope, scope.as_of), pk=task)
    if found.act == Task.Act.DECLARE_CLAIM:
        return _claim_done(request, scope, found.customer, is_undone=bool(request.GET.get("undo")))
    if request.GET.get("undo"):
        Task.objects.filter(pk=found.pk).update(done_at=None, done_by=None)
        messages.info(request, _("%(customer)s is back on the list.") % {"customer": found.customer.name})
    else:
        Task.objects.filter(pk=found.pk).update(done_at=timezone.now(), done_by=scope.user)
        undo = reverse("day-done", args=[scope.company.code, found.pk]) + "?undo=1"
        messages.success(
            request, _("Done: %(customer)s.") % {"customer": found.customer.name}, extra_tags=f"undo={undo}"
        )
    return redirect("day", company=scope.company.code)


@require_POST
@company_view(Right.COLLECT)
def claim_declared(request: HttpRequest, code: str) -> HttpResponse:
    """Say, from the customer's page, that the claim was declared; take it back with `undo`."""
    scope, customer = _customer(request, code)
    _claim_done(request, scope, customer, is_undone=bool(request.GET.get("undo")))
    return _back(scope, customer)


def _claim_done(request: HttpRequest, scope: Scope, customer: Customer, *, is_undone: bool) -> HttpResponse:
    """That the claim was declared is kept in the customer's file, so that no later day asks for it again."""
    if is_undone:
        services.undo_claim_declaration(customer=customer, by=scope.user.pk)
        messages.info(request, _("%(customer)s is back on the list.") % {"customer": customer.name})
    else:
        services.declare_claim(customer=customer, by=scope.user.pk)
        undo = reverse("customer-claim-declared", args=[scope.company.code, customer.code]) + "?undo=1"
        said = _("Claim declared: %(customer)s.") % {"customer": customer.name}
        messages.success(request, said, extra_tags=f"undo={undo}")
    return redirect("day", company=scope.company.code)


@require_POST
@company_view(Right.COMMENT)
def note(request: HttpRequest, code: str) -> HttpResponse:
    """Write a note in the customer's file."""
    scope, customer = _customer(request, code)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _again(request, customer, form, _("Note"))
    services.add_note(customer=customer, text=form.cleaned_data["text"], by=scope.user.pk)
    messages.success(request, _("Noted."))
    return _back(scope, customer)


@require_POST
@company_view(Right.COLLECT)
def promise(request: HttpRequest, code: str) -> HttpResponse:
    """Write down a promise to pay."""
    scope, customer = _customer(request, code)
    form = promise_form(scope.company, customer, request.POST)
    if not form.is_valid() or not _promised(scope, customer, form):
        return render(request, "negotiation/promise.html", {"form": form, "customer": customer}, status=422)
    messages.success(request, _("Promise noted: what it covers is not asked for until it is due."))
    return _back(scope, customer)


def _promised(scope: Scope, customer: Customer, form: PromiseForm) -> bool:
    """Write the promise down and strike the day's line; False where a rule refuses, said in the form."""
    data = form.cleaned_data
    replaced = data.get("replaces")
    try:
        with transaction.atomic():
            make_promise(
                customer=customer, amount_minor=data["amount_minor"], currency=data["currency"],
                due_on=data["due_on"], text=data["text"], items=data.get("items", ()),
                replaces=Promise.objects.get(pk=replaced, customer=customer) if replaced else None,
                by=scope.user.pk,
            )  # fmt: skip
            services.mark_done(customer=customer, by=scope.user.pk)
    except UserMistake as mistake:
        form.add_error(None, _(mistake.sentence).format_map(mistake.params))
        return False
    return True


def _customer(request: HttpRequest, code: str) -> tuple[Scope, Customer]:
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    return scope, get_object_or_404(scope.customers(), code=code)


def _again(request: HttpRequest, customer: Customer, form: Form, title: str) -> HttpResponse:
    context = {"form": form, "customer": customer, "heading": title}
    return render(request, "worklist/form.html", context, status=422)


def _back(scope: Scope, customer: Customer) -> HttpResponse:
    return redirect("customer", company=scope.company.code, code=customer.code)
