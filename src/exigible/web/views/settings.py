"""A company's settings, and the people who work in it."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.kernel.errors import Refused
from exigible.ledger.edits import edit_company
from exigible.ledger.models import Company
from exigible.team.models import Membership
from exigible.team.queries import members_of
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view
from exigible.team.services import add_user, remove_member, set_password
from exigible.web.fields import merged_data
from exigible.web.forms_company import CompanyForm, MemberForm
from exigible.web.wording import word


@company_view()
def settings(request: HttpRequest) -> HttpResponse:
    """What is set for the company, and who works here; administrators change it."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    return _page(request, CompanyForm(instance=scope.company), MemberForm(auto_id="member_%s"))


def _page(request: HttpRequest, form: CompanyForm, member_form: Form) -> HttpResponse:
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    may_change = scope.may(Right.ADMINISTER)
    if not may_change:
        for field in form.fields.values():
            field.disabled, field.required = True, False
    members = members_of(scope.company)
    context = {"form": form, "members": members, "may_change": may_change, "member_form": member_form}
    wrong = form.errors or (member_form.is_bound and member_form.errors)
    return render(request, "web/settings/page.html", context, status=422 if wrong else 200)


@company_view(Right.ADMINISTER)
def company(request: HttpRequest) -> HttpResponse:
    """Change the company's settings; a change made by someone else meanwhile is told, not overwritten."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    if request.method != "POST":
        return redirect("settings", company=scope.company.code)
    form = CompanyForm(request.POST, request.FILES, instance=Company.objects.get(pk=scope.company.pk))
    if form.is_valid():
        try:
            edit_company(
                company=scope.company, fields=form.values(), by=scope.user.pk, read=form.cleaned_data["read"]
            )
        except Refused as refusal:
            fresh = Company.objects.get(pk=scope.company.pk)
            form = CompanyForm(merged_data(form, CompanyForm(instance=fresh)), instance=fresh)
            form.add_error(None, word(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("settings", company=scope.company.code)
    return _page(request, form, MemberForm(auto_id="member_%s"))


@company_view(Right.ADMINISTER)
def member(request: HttpRequest) -> HttpResponse:
    """Give a person a role here. A new person gets a password, shown once to who adds them."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    if request.method != "POST":
        return redirect("settings", company=scope.company.code)
    form = MemberForm(request.POST, auto_id="member_%s")
    if not form.is_valid():
        return _page(request, CompanyForm(instance=scope.company), form)
    password = secrets.token_urlsafe(12)
    user = add_user(company=scope.company, by=scope.user.pk, password=password, **form.cleaned_data)
    if user.check_password(password):
        _show_password(request, user.email, password)
    else:
        messages.success(request, _("%(person)s has a role here.") % {"person": user.email})
    return _people(scope)


@require_POST
@company_view(Right.ADMINISTER)
def new_password(request: HttpRequest, member: int) -> HttpResponse:
    """Give a person who forgot it a new password, shown once; the person is signed out everywhere.

    Only for someone who works for no other company: nobody takes over an account elsewhere.
    """
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    found = get_object_or_404(Membership, pk=member, company=scope.company)
    password = secrets.token_urlsafe(12)
    set_password(membership=found, password=password, by=scope.user)
    _show_password(request, found.user.email, password)
    return _people(scope)


@company_view(Right.ADMINISTER)
def remove(request: HttpRequest, member: int) -> HttpResponse:
    """Take a person's role away; what they did stays under their name."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    found = get_object_or_404(Membership, pk=member, company=scope.company)
    if request.method == "POST":
        remove_member(membership=found, by=scope.user.pk)
        messages.success(request, _("%(person)s no longer works here.") % {"person": found.user})
    return _people(scope)


def _show_password(request: HttpRequest, person: str, password: str) -> None:
    """Said as a warning, which stays on the page until it is closed."""
    sentence = _("%(person)s can sign in with the password %(password)s: it is shown this once.")
    messages.warning(request, sentence % {"person": person, "password": password})


def _people(scope: Scope) -> HttpResponse:
    return redirect(reverse("settings", args=[scope.company.code]) + "#people")
