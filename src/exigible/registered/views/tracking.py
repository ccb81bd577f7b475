"""A carrier's tracking file, brought in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from exigible.kernel.errors import UserMistake
from exigible.registered.forms import TrackingForm
from exigible.registered.queries import letters_of
from exigible.registered.services import import_tracking
from exigible.registered.services.tracking import LARGEST, MOST_SHOWN
from exigible.registered.wording import problem_words
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view


@company_view(Right.COLLECT)
def tracking(request: HttpRequest) -> HttpResponse:
    """Read a file and tell what was noted, and each line that was not, with its number."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    is_sent = request.method == "POST"
    form = TrackingForm(request.POST, request.FILES) if is_sent else TrackingForm()
    report = None
    if is_sent and form.is_valid():
        try:
            report = import_tracking(
                letters=letters_of(scope),
                company_id=scope.company.pk,
                content=form.cleaned_data["file"].read(LARGEST + 1),
                by=scope.user.pk,
            )
        except UserMistake as mistake:
            form.add_error("file", _(mistake.sentence).format(**mistake.params))
    problems = [problem_words(one) for one in report.problems] if report else []
    context = {
        "form": form,
        "report": report,
        "problems": problems[:MOST_SHOWN],
        "more": max(0, len(problems) - MOST_SHOWN),
        "foreign": sorted(set(report.foreign))[:MOST_SHOWN] if report else [],
    }
    return render(request, "registered/tracking.html", context, status=422 if form.errors else 200)
