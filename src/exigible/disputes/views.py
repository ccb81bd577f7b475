"""What a customer contests is written down, and how it ended."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from exigible.disputes.forms import DisputeForm, ResolveForm
from exigible.disputes.models import Dispute
from exigible.disputes.queries import awaited_credits, contestable_minor
from exigible.disputes.services import open_dispute, resolve_dispute
from exigible.kernel.errors import UserMistake
from exigible.ledger.models import Customer, OpenItem
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view


def _customer(request: HttpRequest, code: str) -> tuple[Scope, Customer]:
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    return scope, get_object_or_404(scope.customers().select_related("company"), code=code)


@company_view(Right.COLLECT)
def contest(request: HttpRequest, code: str, item: int) -> HttpResponse:
    """Write down that an amount of a due item is contested."""
    scope, customer = _customer(request, code)
    found = get_object_or_404(OpenItem, customer=customer, pk=item, amount_minor__gt=0)
    left = contestable_minor(found)
    form = DisputeForm(request.POST or None, item=found, customer=customer, left_minor=left)
    if request.method == "POST" and form.is_valid() and _opened(scope, found, form):
        messages.success(
            request, _("Dispute noted: what is contested is not asked for until it is resolved.")
        )
        return redirect(_back(request) or reverse("customer", args=[scope.company.code, customer.code]))
    disputed = found.open_minor - left
    context = {
        "form": form, "customer": customer, "item": found, "left": left, "disputed": disputed,
        "back": _back(request),
    }  # fmt: skip
    return render(request, "disputes/contest.html", context, status=422 if form.errors else 200)


def _back(request: HttpRequest) -> str:
    """Where the reader came from, within this site; else nothing."""
    back = request.GET.get("next", "")
    return back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else ""


def _opened(scope: Scope, item: OpenItem, form: DisputeForm) -> bool:
    data = form.cleaned_data
    try:
        open_dispute(
            item=item, amount_minor=data["amount"], reason=data["reason"], text=data["text"],
            owner=data["owner"], answer_by=data["answer_by"], by=scope.user.pk,
        )  # fmt: skip
    except UserMistake as mistake:
        field = "amount" if mistake.code == "dispute-amount" else None
        form.add_error(field, _(mistake.sentence).format_map(mistake.params))
        return False
    return True


@company_view(Right.COMMENT)
def resolve(request: HttpRequest, code: str, dispute: int) -> HttpResponse:
    """Say how a dispute ended: whoever collects, and whose it is to answer, be it someone in sales."""
    scope, customer = _customer(request, code)
    disputes = Dispute.objects.select_related("item", "owner")
    found = get_object_or_404(disputes, customer=customer, pk=dispute)
    if not scope.may(Right.COLLECT) and found.owner_id != scope.user.pk:
        raise PermissionDenied
    awaited = awaited_credits(scope.company, timezone.localdate(), customer.pk).get(found.item_id, 0)
    form = ResolveForm(request.POST or None, awaits_credit=bool(found.resolved_on))
    if request.method == "POST" and form.is_valid() and _resolved(scope, found, form):
        messages.success(request, _said(found))
        return redirect("customer-disputes", company=scope.company.code, code=customer.code)
    may_end = found.resolved_on is None or (found.outcome == Dispute.Outcome.CREDIT and awaited > 0)
    context = {"form": form, "customer": customer, "dispute": found, "awaited": awaited, "may_end": may_end}
    return render(request, "disputes/resolve.html", context, status=422 if form.errors else 200)


def _resolved(scope: Scope, dispute: Dispute, form: Form) -> bool:
    try:
        resolve_dispute(dispute=dispute, by=scope.user.pk, **form.cleaned_data)
    except UserMistake as mistake:
        form.add_error(None, _(mistake.sentence).format_map(mistake.params))
        return False
    return True


def _said(dispute: Dispute) -> str:
    if dispute.outcome == Dispute.Outcome.CREDIT:
        return _("Dispute resolved: the amount is not asked for while its credit note is awaited.")
    return _("Dispute resolved: the amount is claimed again.")
