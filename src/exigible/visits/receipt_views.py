"""Receipts: the list, each as it was handed over, and its way to the customer by e-mail."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.kernel.errors import UserMistake
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view
from exigible.visits.forms import MailForm
from exigible.visits.models import Receipt
from exigible.visits.queries import receipts_of
from exigible.visits.receipts import file_name, mail_receipt, means_words

MOST = 200


@company_view(Right.READ)
def receipts(request: HttpRequest) -> HttpResponse:
    """The receipts, the last one first."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    rows = [(one, means_words(one)) for one in receipts_of(scope)[:MOST]]
    return render(request, "visits/receipts.html", {"rows": rows, "may_mail": scope.may(Right.COLLECT)})


@company_view(Right.READ)
def pdf(request: HttpRequest, number: int) -> HttpResponse:
    """A receipt as it was handed over."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    found = get_object_or_404(receipts_of(scope), number=number)
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{quote(file_name(found))}"}
    return HttpResponse(bytes(found.pdf), content_type="application/pdf", headers=headers)


@require_POST
@company_view(Right.COLLECT)
def mail(request: HttpRequest, number: int) -> HttpResponse:
    """Send a receipt to an address."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    found: Receipt = get_object_or_404(receipts_of(scope), number=number)
    form = MailForm(request.POST)
    if not form.is_valid():
        raise UserMistake("bad-address", "Write an e-mail address.")
    mail_receipt(receipt=found, email=form.cleaned_data["email"], by=scope.user.pk)
    messages.success(request, _("The receipt leaves within a minute."))
    return redirect("visit-receipts", company=scope.company.code)
