"""The palette's one endpoint: a fragment for the palette, a page for who comes without script."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from exigible.team.scope import Scope, company_view
from exigible.web.context import Shell
from exigible.web.palette import find as find_groups


@company_view()
def find(request: HttpRequest) -> HttpResponse:
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    text = request.GET.get("q", "")
    context = {"groups": find_groups(scope, text, Shell(request).nav), "text": text.strip()}
    fragment = request.htmx  # type: ignore[attr-defined]
    return render(request, "web/find_results.html" if fragment else "web/find.html", context)
