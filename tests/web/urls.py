"""Addresses for the tests: the site's own, the styleguide, and pages that fail on purpose."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from exigible.conf import urls as site
from exigible.kernel.errors import Refused, UserMistake
from exigible.team.scope import company_view
from exigible.web.urls import styleguide_patterns

handler404, handler403, handler500 = site.handler404, site.handler403, site.handler500


@login_not_required
def mistaken(request: HttpRequest) -> HttpResponse:
    raise UserMistake("bad-amount", "“{found}” is not an amount.", found="12,3,4")


@login_not_required
def refused(request: HttpRequest) -> HttpResponse:
    raise Refused("rate-not-set", "No rate is set for {country}.", country="MG")


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault")


@login_not_required
def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


@login_not_required
def done(request: HttpRequest) -> HttpResponse:
    messages.success(request, "Note added.", extra_tags="undo=/undo/")
    return HttpResponse("<p>fragment</p>")


@login_not_required
def acted(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        messages.error(request, "“31/02” is no date.")
    return redirect("/MNSAM/a-screen/#x")


@company_view()
def screen(request: HttpRequest) -> HttpResponse:
    return render(request, "web/company.html")


urlpatterns = [
    path("mistaken/", mistaken),
    path("refused/", refused),
    path("broken/", broken),
    path("forbidden/", forbidden),
    path("done/", done),
    path("acted/", acted),
    *styleguide_patterns,
    path("<slug:company>/a-screen/", screen, name="a-screen"),
    *site.urlpatterns,
]
