"""Where one lands, signing in and out, and the preferences of a person."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView

from exigible.team.models import User
from exigible.team.scope import company_view
from exigible.web.context import THEME_COOKIE, THEMES, Shell
from exigible.web.forms import SignInForm
from exigible.web.queries import companies_of

A_YEAR = 365 * 24 * 3600

favicon = login_not_required(RedirectView.as_view(url=static("web/favicon.svg")))
"""Of pages that cannot name it: a PDF, a file."""


class SignIn(LoginView):
    """The door, in the browser's language; behind it the language that the person chose once, if any."""

    template_name = "web/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        answer = super().form_valid(form)
        user = form.get_user()
        if isinstance(user, User) and user.language:
            self.request.session.setdefault("language", user.language)
        return answer


sign_in = SignIn.as_view()


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


@login_not_required
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep the language or appearance chosen, for the browser and, behind the door, for the person."""
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
