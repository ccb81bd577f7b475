"""My day, and what is written down from it and from a customer's page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.kernel.ageing import Buckets
from exigible.ledger.models import Customer
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view
from exigible.worklist import services
from exigible.worklist.forms import CallForm, NoteForm, PromiseForm
from exigible.worklist.jobs import build_day_later
from exigible.worklist.models import Task
from exigible.worklist.queries import day_tasks
from exigible.worklist.wording import reason_sentence, short_reason

PAGE = 60
MINUTES = {"call": 8, "email": 4, "letter": 4, "decide": 10, "allocate": 3, "find-contact": 6, "review-reminder": 1}
SORTS = {"value": "value", "overdue": "stake_minor", "age": "oldest_days", "name": "customer__sort_name"}


@company_view()
def day(request: HttpRequest) -> HttpResponse:
    """What to do today, in order, each line with its reason and its next act."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    tasks = day_tasks(scope, scope.as_of)
    if not tasks.exists():
        build_day_later(scope.company, scope.as_of)
    left = tasks.filter(done_at__isnull=True)
    page = Paginator(_sorted(left, request.GET.get("sort", "")), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_row(scope, task) for task in page.object_list],
        "keys": Buckets(tuple(scope.company.bucket_bounds)).keys,
        "stakes": list(left.values("currency").annotate(total=Sum("stake_minor"), count=Count("id")).order_by("currency")),
        "time": _time(left),
        "done": tasks.filter(done_at__isnull=False).count(),
        "can_collect": scope.may(Right.COLLECT),
    }
    return render(request, "worklist/day.html", context)


def _sorted(tasks: Any, asked: str) -> Any:
    field = SORTS.get(asked.lstrip("-"))
    if field is None:
        return tasks
    return tasks.order_by(f"-{field}" if asked.startswith("-") else field, "id")


def _row(scope: Scope, task: Task) -> dict[str, Any]:
    buckets = Buckets(tuple(scope.company.bucket_bounds))
    return {
        "task": task,
        "customer": task.customer,
        "bucket": buckets.key(task.oldest_days),
        "why": reason_sentence(task.reason, task.params, task.currency),
        "also": len(task.also),
        "url": reverse("customer", args=[scope.company.code, task.customer.code]),
        "peek": reverse("customer-peek", args=[scope.company.code, task.customer.code]),
        "why_url": reverse("day-why", args=[scope.company.code, task.pk]),
        "done_url": reverse("day-done", args=[scope.company.code, task.pk]),
    }


def _time(tasks: Any) -> str:
    """How long the list takes, counted by the kind of act."""
    counts: Iterable[dict[str, Any]] = tasks.order_by().values("act").annotate(count=Count("id"))
    hours, minutes = divmod(sum(MINUTES[row["act"]] * row["count"] for row in counts), 60)
    return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": minutes}


@require_POST
@company_view(Right.COLLECT)
def again(request: HttpRequest) -> HttpResponse:
    """Decide the list again from the facts of now."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    build_day_later(scope.company, scope.as_of)
    messages.info(request, _("The list is being made again; reload in a moment."))
    return redirect("day", company=scope.company.code)


@company_view()
def why(request: HttpRequest, task: int) -> HttpResponse:
    """The whole reasoning of a line, with its numbers."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    found = get_object_or_404(day_tasks(scope, scope.as_of), pk=task)
    sentence = reason_sentence(found.reason, found.params, found.currency)
    urgency = found.value * 100 // found.stake_minor if found.stake_minor else 0
    also = [short_reason(code) for code in found.also]
    return render(
        request, "worklist/why.html", {"task": found, "sentence": sentence, "urgency": urgency, "also": also}
    )


@require_POST
@company_view(Right.COLLECT)
def done(request: HttpRequest, task: int) -> HttpResponse:
    """Strike a line, or bring it back with `undo`."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    tasks = day_tasks(scope, scope.as_of).filter(pk=task)
    found = get_object_or_404(tasks)
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
@company_view(Right.COMMENT)
def note(request: HttpRequest, code: str) -> HttpResponse:
    """Write a note in the customer's file."""
    scope, customer = _customer(request, code)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _again(request, scope, customer, form, _("Note"))
    services.add_note(customer=customer, text=form.cleaned_data["text"], by=scope.user.pk)
    messages.success(request, _("Noted."))
    return _back(scope, customer)


@require_POST
@company_view(Right.COLLECT)
def call(request: HttpRequest, code: str) -> HttpResponse:
    """Write down how a call ended."""
    scope, customer = _customer(request, code)
    form = CallForm(request.POST)
    if not form.is_valid():
        return _again(request, scope, customer, form, _("Call"))
    services.log_call(customer=customer, by=scope.user.pk, **form.cleaned_data)
    messages.success(request, _("Call noted."))
    return _back(scope, customer)


@require_POST
@company_view(Right.COLLECT)
def promise(request: HttpRequest, code: str) -> HttpResponse:
    """Write down a promise to pay."""
    scope, customer = _customer(request, code)
    currency = request.POST.get("currency") or scope.company.currency
    form = PromiseForm(request.POST, currency=currency)
    if not form.is_valid():
        return _again(request, scope, customer, form, _("Promise to pay"))
    data = form.cleaned_data
    services.record_promise(
        customer=customer, amount_minor=data["amount"], currency=currency, due_on=data["due_on"], text=data["text"],
        by=scope.user.pk,
    )  # fmt: skip
    messages.success(request, _("Promise noted: reminders rest until it is due."))
    return _back(scope, customer)


def _customer(request: HttpRequest, code: str) -> tuple[Scope, Customer]:
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return scope, get_object_or_404(scope.customers(), code=code)


def _again(request: HttpRequest, scope: Scope, customer: Customer, form: Form, title: str) -> HttpResponse:
    context = {"form": form, "customer": customer, "heading": title}
    return render(request, "worklist/form.html", context, status=422)


def _back(scope: Scope, customer: Customer) -> HttpResponse:
    return redirect("customer", company=scope.company.code, code=customer.code)
