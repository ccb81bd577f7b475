"""Customers: the list, one customer's page, and what is known of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.kernel.ageing import Buckets
from exigible.kernel.errors import Refused
from exigible.ledger import edits
from exigible.ledger.models import Contact, Contract, Customer
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view
from exigible.web import customer_file, events
from exigible.web.forms_ledger import ContactForm, ContractForm, CustomerForm, PauseForm
from exigible.worklist.forms import CallForm, NoteForm, PromiseForm
from exigible.worklist.models import Task
from exigible.worklist.wording import reason_sentence

MONTHS = 13
PEEK_EVENTS = 6
MISSING = {
    "siren": _("its register number"), "address": _("its address"), "email": _("an e-mail address"),
    "phone": _("a telephone number"), "accounts-payable": _("a contact in accounts payable"),
    "general-terms": _("its signed general terms"),
}  # fmt: skip


def _scope(request: HttpRequest) -> Scope:
    return request.scope  # type: ignore[attr-defined,no-any-return]


def _customer(request: HttpRequest, code: str) -> Customer:
    customers = _scope(request).customers().select_related("collector", "parent", "company")
    return get_object_or_404(customers, code=code)


@company_view()
def page(request: HttpRequest, code: str) -> HttpResponse:
    """All about a customer: what is owed by due date, why, since when, what was said, what comes next."""
    scope, customer = _scope(request), _customer(request, code)
    accounts = customer_file.open_accounts(scope, customer)
    contacts, contracts = customer_file.contacts_of(customer), customer_file.contracts_of(customer)
    currency = accounts[0].currency if accounts else scope.company.currency
    missing = customer_file.missing_data(customer, contacts, contracts)
    context = {
        "customer": customer,
        "accounts": accounts,
        "keys": Buckets(tuple(scope.company.bucket_bounds)).keys,
        "currency": currency,
        "events": [(event, *events.describe(event), events.icon(event)) for event in _events(customer)],
        "contacts": contacts,
        "contracts": contracts,
        "missing": [_(MISSING[what]) for what in missing],
        "completeness": 100 - 100 * len(missing) // len(MISSING),
        "next": _next_act(scope, customer),
        "subsidiaries": list(customer.subsidiaries.all()[:20]),
        "may_collect": scope.may(Right.COLLECT),
        "may_comment": scope.may(Right.COMMENT),
        "note_form": NoteForm(),
        "call_form": CallForm(),
        "promise_form": PromiseForm(currency=currency),
        "pause_form": PauseForm(
            initial={"until": customer.dunning_paused_until, "reason": customer.dunning_pause_reason}
        ),
    }
    return render(request, "web/customers/page.html", context)


def _events(customer: Customer, limit: int = 100) -> list[Any]:
    return customer_file.latest_events(customer, limit)


def _next_act(scope: Scope, customer: Customer) -> dict[str, str] | None:
    task = Task.objects.filter(
        company=scope.company, customer=customer, on=scope.as_of, done_at__isnull=True
    ).first()
    if task is None:
        return None
    return {
        "act": task.get_act_display(),
        "code": task.act,
        "why": reason_sentence(task.reason, task.params, task.currency),
    }


@company_view()
def peek(request: HttpRequest, code: str) -> HttpResponse:
    """The customer in short, for the side panel."""
    scope, customer = _scope(request), _customer(request, code)
    context = {
        "customer": customer,
        "accounts": customer_file.open_accounts(scope, customer),
        "events": [
            (event, *events.describe(event), events.icon(event)) for event in _events(customer, PEEK_EVENTS)
        ],
        "next": _next_act(scope, customer),
    }
    return render(request, "web/customers/peek.html", context)


@company_view(Right.COLLECT)
def add(request: HttpRequest) -> HttpResponse:
    """Open a customer account by hand."""
    scope = _scope(request)
    form = CustomerForm(request.POST or None, company=scope.company, instance=Customer(company=scope.company))
    if request.method == "POST" and form.is_valid():
        customer = edits.add_customer(company=scope.company, fields=form.values(), by=scope.user.pk)
        messages.success(request, _("Customer added."))
        return redirect("customer", company=scope.company.code, code=customer.code)
    return _form(request, form, _("New customer"), reverse("customers", args=[scope.company.code]))


@company_view(Right.COLLECT)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change what is known of a customer; a change made by someone else meanwhile is told, not overwritten."""
    scope, customer = _scope(request), _customer(request, code)
    form = CustomerForm(request.POST or None, company=scope.company, instance=customer)
    if request.method == "POST" and form.is_valid():
        try:
            edits.edit_customer(
                customer=customer,
                fields=form.values(),
                version=form.cleaned_data["version"] or 0,
                by=scope.user.pk,
            )
        except Refused as refusal:
            form.add_error(None, _(refusal.sentence))
        else:
            messages.success(request, _("Saved."))
            return redirect("customer", company=scope.company.code, code=customer.code)
    return _form(request, form, customer.name, _address(scope, customer))


@company_view(Right.COLLECT)
def contact(request: HttpRequest, code: str, contact: int | None = None) -> HttpResponse:
    """Add a contact, or change one."""
    scope, customer = _scope(request), _customer(request, code)
    known = get_object_or_404(Contact, pk=contact, customer=customer) if contact else None
    form = ContactForm(request.POST or None, instance=known)
    if request.method == "POST" and form.is_valid():
        edits.save_contact(customer=customer, contact=known, fields=form.cleaned_data, by=scope.user.pk)
        messages.success(request, _("Contact saved."))
        return redirect("customer", company=scope.company.code, code=customer.code)
    return _form(
        request, form, _("Contact of %(customer)s") % {"customer": customer}, _address(scope, customer)
    )


@company_view(Right.COLLECT)
def contract(request: HttpRequest, code: str) -> HttpResponse:
    """Keep a contract or signed general terms, with its file."""
    scope, customer = _scope(request), _customer(request, code)
    form = ContractForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        edits.add_contract(
            customer=customer, file=fields.pop("file") or None, fields=fields, by=scope.user.pk
        )
        messages.success(request, _("Contract kept."))
        return redirect("customer", company=scope.company.code, code=customer.code)
    return _form(
        request, form, _("Contract of %(customer)s") % {"customer": customer}, _address(scope, customer)
    )


@company_view()
def contract_file(request: HttpRequest, code: str, contract: int) -> FileResponse:
    """The file of a contract, always as a download: it came from outside."""
    found = get_object_or_404(Contract, pk=contract, customer=_customer(request, code))
    if not found.file:
        return redirect("customer", company=_scope(request).company.code, code=code)  # type: ignore[return-value]
    return FileResponse(
        found.file.open("rb"), as_attachment=True, filename=found.file.name.rsplit("/", 1)[-1]
    )


@require_POST
@company_view(Right.COLLECT)
def pause(request: HttpRequest, code: str) -> HttpResponse:
    """Let reminders rest until a day, with a reason; or take the pause away."""
    scope, customer = _scope(request), _customer(request, code)
    form = PauseForm(request.POST)
    if not form.is_valid():
        return _form(request, form, _("Pause reminders"), _address(scope, customer))
    edits.pause_dunning(
        customer=customer,
        until=form.cleaned_data["until"],
        reason=form.cleaned_data["reason"],
        by=scope.user.pk,
    )
    messages.success(request, _("Saved."))
    return redirect("customer", company=scope.company.code, code=customer.code)


def _address(scope: Scope, customer: Customer) -> str:
    return reverse("customer", args=[scope.company.code, customer.code])


def _form(request: HttpRequest, form: Form, heading: str, back: str) -> HttpResponse:
    context = {"form": form, "heading": heading, "back": back}
    return render(request, "web/form.html", context, status=422 if form.is_bound and form.errors else 200)
