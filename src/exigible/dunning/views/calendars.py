"""The business days of each country: which days are off, where they come from, who changed them and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from exigible.dunning.calendars import countries_shown, days_of, holiday_words, source_of
from exigible.dunning.forms import country_name
from exigible.language.inputs import DateInput
from exigible.ledger.calendars import change_day
from exigible.ledger.models import CalendarDay
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view

STATES = (
    (CalendarDay.State.OFF, gettext_lazy("is off")),
    (CalendarDay.State.WORKED, gettext_lazy("is worked")),
    (CalendarDay.State.LISTED, gettext_lazy("is as the list has it")),
)


class DayForm(forms.Form):
    """What a person says of a day."""

    day = forms.DateField(label=gettext_lazy("The day"), widget=DateInput())
    state = forms.ChoiceField(label=gettext_lazy("What it is"), choices=STATES)
    name = forms.CharField(
        label=gettext_lazy("Name of the day"), max_length=80, required=False,
        help_text=gettext_lazy("For a day off: what customers’ reminders are put off for."),
    )  # fmt: skip
    why = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        help_text=gettext_lazy("The decree, the agreement, who said it."),
    )


@company_view()
def calendars(request: HttpRequest) -> HttpResponse:
    """A country's days off, this year and the next."""
    return _page(request, DayForm(initial=_asked(request)))


@require_POST
@company_view(Right.APPROVE)
def change(request: HttpRequest) -> HttpResponse:
    """Add a day to a country's calendar, take one away, or leave it to the list again."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    form = DayForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    country = _country(request, countries_shown(scope.company))
    change_day(company=scope.company, country=country, by=scope.user.pk, **form.cleaned_data)
    messages.success(request, _("The calendar is changed, for the runs and the sendings to come."))
    return redirect(f"{reverse('calendars', args=[scope.company.code])}?country={country}")


def _country(request: HttpRequest, countries: Sequence[str]) -> str:
    asked = request.GET.get("country", "")
    return asked if asked in countries else countries[0]


def _page(request: HttpRequest, form: DayForm) -> HttpResponse:
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    countries = countries_shown(scope.company)
    country = _country(request, countries)
    first = timezone.localdate().year
    context = {
        "tabs": [_tab(scope, code) for code in countries],
        "country": country,
        "country_name": country_name(country),
        "source": source_of(country),
        "years": [(year, days_of(scope.company, country, year)) for year in (first, first + 1)],
        "said": _history(scope, country),
        "form": form,
        "may_change": scope.may(Right.APPROVE) and not scope.is_past,
        "is_home": country == scope.company.country,
    }
    return render(request, "dunning/calendars.html", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest) -> dict[str, Any]:
    """The day and what to say of it that the address names, so that one click fills in the form."""
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return {}
    return {"day": day, "state": request.GET.get("state", "")}


def _tab(scope: Scope, country: str) -> dict[str, Any]:
    address = reverse("calendars", args=[scope.company.code])
    return {
        "key": country, "label": country_name(country), "count": None, "url": f"{address}?country={country}",
    }  # fmt: skip


def _history(scope: Scope, country: str) -> list[dict[str, Any]]:
    """Each thing that was said of a day of this calendar, the last one first."""
    found = CalendarDay.objects.filter(company=scope.company, country=country).select_related("by")
    words = dict(STATES)
    return [
        {"said": one, "what": words[CalendarDay.State(one.state)], "name": holiday_words(one.name)}
        for one in found.order_by("-pk")[:100]
    ]
