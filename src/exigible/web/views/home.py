"""Where one lands, signing in and out, and the preferences of a person."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from exigible.team.models import User
from exigible.team.scope import company_view
from exigible.web.context import THEME_COOKIE, THEMES, Shell
from exigible.web.forms import SignInForm
from exigible.web.queries import companies_of

A_YEAR = 365 * 24 * 3600

sign_in = LoginView.as_view(
    template_name="web/sign_in.html", authentication_form=SignInForm, redirect_authenticated_user=True
)


def home(request: HttpRequest) -> HttpResponse:
    """The company last opened, else the first; a person without a company is told whom to ask."""
    companies = companies_of(request)
    if not companies:
        return render(request, "web/no_company.html", status=403)
    codes = [company.code for company in companies]
    last = request.session.get("company")
    return redirect("company", company=last if last in codes else codes[0])


@company_view()
def company(request: HttpRequest) -> HttpResponse:
    """The first screen of a company: the day's work, or what exists of it."""
    shell = Shell(request)
    request.session["company"] = shell.company.code
    if not shell.nav:
        return render(request, "web/company.html")
    return redirect(shell.nav[0].url)


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep the language or the appearance that was chosen, for the person and for this browser."""
    response = redirect(_safe_next(request))
    language, theme = request.POST.get("language", ""), request.POST.get("theme", "")
    if language in dict(settings.LANGUAGES):
        request.session["language"] = language
        response.set_cookie("language", language, max_age=A_YEAR, samesite="Lax")
        _keep(request, language=language)
    if theme in THEMES:
        response.set_cookie(THEME_COOKIE, theme, max_age=A_YEAR, samesite="Lax")
        _keep(request, theme=theme)
    return response


def _keep(request: HttpRequest, **choice: str) -> None:
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(**choice)


def _safe_next(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if allowed else "/"
