"""When a company calls, and in which words."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.calls.forms import PolicyForm, ScriptForm
from exigible.calls.queries import policy_of
from exigible.calls.rules import COMMON, OF_TONES
from exigible.calls.scripts import LANGUAGES, reset_script, script_of, set_script
from exigible.calls.services import set_call_policy
from exigible.calls.wording import tone_words
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view


@company_view(Right.APPROVE)
def policy(request: HttpRequest) -> HttpResponse:
    """Say at what hours customers are called, and how often it is tried."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    form = PolicyForm(request.POST or None, instance=policy_of(scope.company))
    if request.method == "POST" and form.is_valid():
        set_call_policy(company=scope.company, fields=form.cleaned_data, by=scope.user.pk)
        messages.success(request, _("Saved."))
        return redirect("calls", company=scope.company.code)
    context = {"form": form, "languages": LANGUAGES}
    return render(request, "calls/policy.html", context, status=422 if form.errors else 200)


@company_view(Right.APPROVE)
def script(request: HttpRequest, language: str) -> HttpResponse:
    """The company's own words for calls in a language."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    if language not in LANGUAGES:
        raise Http404
    found = script_of(scope.company, language)
    form = ScriptForm(request.POST or None, script=found)
    if request.method == "POST" and form.is_valid():
        set_script(
            company=scope.company, language=language, tones=form.tones(), objections=form.objections(),
            by=scope.user.pk,
        )  # fmt: skip
        messages.success(request, _("Saved."))
        return redirect("call-policy", company=scope.company.code)
    context = {
        "form": form,
        "language": language,
        "is_own": found.is_own,
        "tones": [
            (tone_words(tone), fields, sorted(OF_TONES[tone] - COMMON)) for tone, fields in form.by_tone
        ],
        "names": sorted(COMMON),
    }
    return render(request, "calls/script.html", context, status=422 if form.errors else 200)


@require_POST
@company_view(Right.APPROVE)
def reset(request: HttpRequest, language: str) -> HttpResponse:
    """Take the company's own words away."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    reset_script(company=scope.company, language=language, by=scope.user.pk)
    messages.success(request, _("The words that come with the program stand again."))
    return redirect("call-script", company=scope.company.code, language=language)
