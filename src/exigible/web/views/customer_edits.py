"""What is written down about a customer: the account, its contacts, contracts, bank accounts, and a pause."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.kernel.errors import Refused
from exigible.ledger import edits
from exigible.ledger.models import Contact, Contract, Customer, PayerAccount
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view
from exigible.web.fields import merged_data
from exigible.web.forms_customer import ContactForm, ContractForm, CustomerForm, PauseForm, PayerAccountForm
from exigible.web.views.customers import find_customer
from exigible.web.wording import word


@company_view(Right.COLLECT)
def add(request: HttpRequest) -> HttpResponse:
    """Open a customer account by hand."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    form = CustomerForm(request.POST or None, company=scope.company, instance=Customer(company=scope.company))
    if request.method == "POST" and form.is_valid():
        customer = edits.add_customer(company=scope.company, fields=form.values(), by=scope.user.pk)
        messages.success(request, _("Customer added."))
        return redirect("customer-file", company=scope.company.code, code=customer.code)
    return _form(request, form, _("New customer"), reverse("customers", args=[scope.company.code]))


@company_view(Right.COLLECT)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change what is known of a customer; what someone else changed meanwhile is told, not overwritten."""
    scope, customer = find_customer(request, code)
    name, back = customer.name, _file_address(scope, customer)

    def form_of(data: Any) -> CustomerForm:
        fresh = find_customer(request, code)[1]
        return CustomerForm(data, company=scope.company, instance=fresh)

    def save(form: CustomerForm) -> None:
        edits.edit_customer(
            customer=customer,
            fields=form.values(),
            version=form.cleaned_data["version"] or 0,
            by=scope.user.pk,
        )

    return _edit(request, form_of, save, heading=name, back=back)


@company_view(Right.COLLECT)
def contact(request: HttpRequest, code: str, contact: int | None = None) -> HttpResponse:
    """Add a contact, or change one."""
    scope, customer = find_customer(request, code)
    heading = _("Contact of %(customer)s") % {"customer": customer}

    def known() -> Contact | None:
        return get_object_or_404(Contact, pk=contact, customer=customer) if contact else None

    def save(form: ContactForm) -> None:
        edits.save_contact(
            customer=customer, contact=known(), fields=form.values(), by=scope.user.pk,
            read=form.cleaned_data["read"],
        )  # fmt: skip

    return _edit(
        request,
        lambda data: ContactForm(data, instance=known()),
        save,
        heading=heading,
        back=_file_address(scope, customer),
    )


def _edit(
    request: HttpRequest,
    form_of: Callable[[Any], Any],
    save: Callable[[Any], None],
    *,
    heading: str,
    back: str,
) -> HttpResponse:
    """Show a form and save it. When someone else saved first, both persons' changes are shown together."""
    form = form_of(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            save(form)
        except Refused as refusal:
            form = form_of(merged_data(form, form_of(None)))
            form.add_error(None, word(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(back)
    return _form(request, form, heading, back)


@company_view(Right.COLLECT)
def contract(request: HttpRequest, code: str) -> HttpResponse:
    """Keep a contract or signed general terms, with its file."""
    scope, customer = find_customer(request, code)
    form = ContractForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        edits.add_contract(
            customer=customer, file=fields.pop("file") or None, fields=fields, by=scope.user.pk
        )
        messages.success(request, _("Contract kept."))
        return redirect(_file_address(scope, customer))
    heading = _("Contract of %(customer)s") % {"customer": customer}
    return _form(request, form, heading, _file_address(scope, customer))


@company_view()
def contract_file(request: HttpRequest, code: str, contract: int) -> HttpResponseBase:
    """The file of a contract, always as a download: it came from outside."""
    scope, customer = find_customer(request, code)
    found = get_object_or_404(Contract, pk=contract, customer=customer)
    if not found.file:
        return redirect(_file_address(scope, customer))
    name = str(found.file.name).rsplit("/", 1)[-1]
    return FileResponse(
        found.file.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream"
    )


@company_view(Right.COLLECT)
def payer_account(request: HttpRequest, code: str) -> HttpResponse:
    """Note a bank account from which the customer pays."""
    scope, customer = find_customer(request, code)
    form = PayerAccountForm(request.POST or None, customer=customer)
    if request.method == "POST" and form.is_valid():
        edits.add_payer_account(customer=customer, by=scope.user.pk, **form.cleaned_data)
        messages.success(request, _("Bank account noted."))
        return redirect(_file_address(scope, customer))
    heading = _("Bank account of %(customer)s") % {"customer": customer}
    return _form(request, form, heading, _file_address(scope, customer))


@require_POST
@company_view(Right.COLLECT)
def remove_payer_account(request: HttpRequest, code: str, account: int) -> HttpResponse:
    """Forget a bank account noted by mistake."""
    scope, customer = find_customer(request, code)
    found = get_object_or_404(PayerAccount, pk=account, customer=customer)
    edits.remove_payer_account(account=found, by=scope.user.pk)
    messages.success(request, _("Bank account forgotten."))
    return redirect(_file_address(scope, customer))


@require_POST
@company_view(Right.COLLECT)
def pause(request: HttpRequest, code: str) -> HttpResponse:
    """Let reminders rest until a day, with a reason; or take the pause away."""
    scope, customer = find_customer(request, code)
    form = PauseForm(request.POST)
    address = reverse("customer", args=[scope.company.code, customer.code])
    if not form.is_valid():
        return _form(request, form, _("Pause reminders"), address)
    edits.pause_dunning(customer=customer, by=scope.user.pk, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect(address)


def _file_address(scope: Scope, customer: Customer) -> str:
    return reverse("customer-file", args=[scope.company.code, customer.code])


def _form(request: HttpRequest, form: BaseForm, heading: str, back: str) -> HttpResponse:
    context = {"form": form, "heading": heading, "back": back}
    return render(request, "web/form.html", context, status=422 if form.is_bound and form.errors else 200)
