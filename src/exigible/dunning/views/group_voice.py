"""Through whom the reminders of a group speak: what that would do is said first; it is ended here."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from exigible.dunning.group_voices import GroupOf, group_of
from exigible.dunning.services import end_group_voice, set_group_voice
from exigible.kernel.text import is_email
from exigible.ledger.models import Customer
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view


@company_view(Right.APPROVE)
def group_voice(request: HttpRequest, code: str) -> HttpResponse:
    """What speaking through a customer for its group would do; posted with what was read, it is done."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    customer = get_object_or_404(scope.customers(), code=code)
    group = group_of(customer)
    if request.method == "POST" and request.POST.get("seen") == _seen(group):
        _act(request, scope, customer)
        return redirect("customer-reminders", company=scope.company.code, code=customer.code)
    context = {
        "customer": customer,
        "group": group,
        "members": [_row(scope, member, group) for member in group.members],
        "is_reached": is_email(customer.email) or bool(customer.address),
        "seen": _seen(group),
        "has_changed": request.method == "POST",
        "back": reverse("customer-reminders", args=[scope.company.code, customer.code]),
    }
    return render(request, "dunning/group_voice.html", context)


def _seen(group: GroupOf) -> str:
    """What the person has read: how many are in the group, and who speaks for it."""
    return f"{len(group.members)}-{group.head.pk if group.head else ''}"


def _act(request: HttpRequest, scope: Scope, customer: Customer) -> None:
    if request.POST.get("end"):
        end_group_voice(customer=customer, by=scope.user.pk)
        messages.success(request, _("Each customer of the group is told by itself from the next proposal."))
        return
    set_group_voice(customer=customer, by=scope.user.pk)
    said = _("From the next proposal, friendly reminders of the group speak through {name}.")
    messages.success(request, said.format(name=customer.name))


def _row(scope: Scope, member: Customer, group: GroupOf) -> dict[str, Any]:
    return {
        "customer": member,
        "speaks": member == group.head,
        "url": reverse("customer", args=[scope.company.code, member.code]),
    }
