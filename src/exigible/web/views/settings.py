"""A company's settings, and the people who work in it."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from exigible.ledger.edits import edit_company
from exigible.team.models import Membership
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view
from exigible.team.services import add_user, remove_member
from exigible.web.forms_ledger import CompanyForm, MemberForm


@company_view()
def settings(request: HttpRequest) -> HttpResponse:
    """What is set for the company, and who works here; administrators change it."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    members = Membership.objects.filter(company=scope.company).select_related("user").order_by("user__name")
    may_change = scope.may(Right.ADMINISTER)
    form = CompanyForm(instance=scope.company)
    if not may_change:
        for field in form.fields.values():
            field.disabled = True
    context = {"form": form, "members": members, "may_change": may_change, "member_form": MemberForm()}
    return render(request, "web/settings/page.html", context)


@company_view(Right.ADMINISTER)
def company(request: HttpRequest) -> HttpResponse:
    """Change the company's settings."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    if request.method != "POST":
        return redirect("settings", company=scope.company.code)
    form = CompanyForm(request.POST, request.FILES, instance=scope.company)
    if not form.is_valid():
        context = {"form": form, "heading": _("Settings"), "back": request.path}
        return render(request, "web/form.html", context, status=422)
    scope.company.refresh_from_db()
    edit_company(company=scope.company, fields=form.values(), by=scope.user.pk)
    messages.success(request, _("Saved."))
    return redirect("settings", company=scope.company.code)


@company_view(Right.ADMINISTER)
def member(request: HttpRequest) -> HttpResponse:
    """Give a person a role here. A new person gets a password, shown once to who adds them."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    form = MemberForm(request.POST or None)
    if not form.is_valid():
        context = {"form": form, "heading": _("Add a person"), "back": "../"}
        return render(request, "web/form.html", context, status=422 if form.is_bound else 200)
    password = secrets.token_urlsafe(12)
    user = add_user(company=scope.company, by=scope.user.pk, password=password, **form.cleaned_data)
    if user.check_password(password):
        messages.success(
            request,
            _("%(person)s can sign in with the password %(password)s: it is shown this once.")
            % {"person": user.email, "password": password},
        )
    else:
        messages.success(request, _("%(person)s has a role here.") % {"person": user.email})
    return redirect("settings", company=scope.company.code)


@company_view(Right.ADMINISTER)
def remove(request: HttpRequest, member: int) -> HttpResponse:
    """Take a person's role away; what they did stays under their name."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    found = get_object_or_404(Membership, pk=member, company=scope.company)
    if request.method == "POST":
        remove_member(membership=found, by=scope.user.pk)
        messages.success(request, _("%(person)s no longer works here.") % {"person": found.user})
    return redirect("settings", company=scope.company.code)
