"""Tours: the list, a new one, its stops in their order, whom to add, and the sheet to print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from exigible.calls.queries import owed_by
from exigible.documents.visitsheet import render_tour
from exigible.dunning.answers import read_answers
from exigible.team.models import User
from exigible.team.queries import members_of
from exigible.team.rules import Right, may
from exigible.team.scope import Scope, company_view
from exigible.visits import services
from exigible.visits.forms import StartForm, StopForm, TourForm, WantedForm, place_words
from exigible.visits.models import Place, Stop, Tour
from exigible.visits.papers import paper_of
from exigible.visits.queries import (
    asked_visits,
    candidates,
    last_start,
    points_of,
    start_of,
    tours_of,
    visits_to_do,
)
from exigible.visits.sheet import StopOnTheWay, plan_of, read_tour
from exigible.visits.wording import (
    minute_words,
    outcome_words,
    reckoned_words,
    total_words,
    way_words,
)

MOST_TOURS = 60


@company_view(Right.COLLECT)
def tours(request: HttpRequest) -> HttpResponse:
    """The tours to come, then those that were made."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    stops, here = Count("stops", filter=Q(stops__is_off=False)), timezone.localdate()
    found = tours_of(scope).select_related("who").annotate(
        stop_count=stops, done_count=Count("stops__visit")
    )  # fmt: skip
    coming = found.filter(day__gte=here, cancelled_at=None).order_by("day", "pk")
    past = found.exclude(pk__in=coming.values("pk")).order_by("-day", "-pk")[:MOST_TOURS]
    context = {
        "groups": [(_("Today and later"), list(coming)), (_("Before"), list(past))],
        "waiting": asked_visits(scope).count(),
        "may_approve": scope.may(Right.APPROVE),
    }
    return render(request, "visits/list.html", context)


@company_view(Right.COLLECT)
def new(request: HttpRequest) -> HttpResponse:
    """Plan a tour: day, who, from where."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    form = TourForm(request.POST or None, people=_collectors(scope), initial=_usual(scope))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = services.plan_tour(
            company=scope.company, day=data["day"], who=data["who"], by=scope.user.pk, **form.values()
        )
        return redirect("visit-add", company=scope.company.code, pk=made.pk)
    return render(request, "visits/new.html", {"form": form}, status=422 if form.errors else 200)


def _collectors(scope: Scope) -> list[User]:
    """Who may go; the one alone who sees nothing but its portfolio."""
    if scope.membership.portfolio_only:
        return [scope.user]
    return [m.user for m in members_of(scope.company) if may(m.role, Right.COLLECT) and m.user.is_active]


def _usual(scope: Scope) -> dict[str, Any]:
    """The day, the person, and where the last tour of that person started."""
    usual: dict[str, Any] = {"day": timezone.localdate(), "who": scope.user.pk}
    last = last_start(scope)
    return usual | (_start(last) if last else {})


def _start(tour: Tour) -> dict[str, Any]:
    return {
        "starts_at": tour.starts_at,
        "starts_from": tour.starts_from,
        "start": place_words(start_of(tour)),
        "returns": tour.returns,
    }


@dataclass(frozen=True, slots=True)
class Row(StopOnTheWay):
    """A stop as the plan shows it."""

    has_place: bool
    owed: Any
    is_asked: bool

    @property
    def result(self) -> str:
        """What came of it; empty as long as nothing is known."""
        return outcome_words(self.stop.visit.outcome) if hasattr(self.stop, "visit") else ""


@company_view(Right.COLLECT)
def tour(request: HttpRequest, pk: int) -> HttpResponse:
    """A tour: its stops in their order, with ways and hours."""
    scope, found = _tour(request, pk)
    stops, plan, terms = plan_of(scope, found)
    keys = [stop.customer_id for stop in stops]
    points = points_of(scope.company, keys)
    answers = read_answers(scope.company, scope.as_of, keys)
    owed = owed_by(scope.company, keys, scope.as_of, answers)
    asked = set(visits_to_do(scope.company.pk, keys).values_list("customer", flat=True))
    rows = [
        Row(stop, leg, stop.customer_id in points, owed.get(stop.customer_id, ()), stop.customer_id in asked)
        for stop, leg in zip(stops, plan.legs, strict=True)
    ]
    context = {
        "tour": found,
        "rows": rows,
        "total": total_words(plan),
        "reckoned": reckoned_words(terms),
        "starts_at": minute_words(found.starts_at.hour * 60 + found.starts_at.minute),
        "back": way_words(plan.back_metres),
        "ends": minute_words(plan.ends),
        "missing": [row for row in rows if not row.has_place],
        "has_start": start_of(found) is not None,
        "is_open": found.cancelled_at is None,
    }
    return render(request, "visits/tour.html", context)


@company_view(Right.COLLECT)
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom to add to a tour: those a reminder asks for, then by what is overdue; sent, those chosen."""
    scope, found = _tour(request, pk)
    if request.method == "POST":
        chosen = [int(key) for key in request.POST.getlist("selected") if key.isdecimal() and len(key) < 19]
        customers = scope.customers().filter(pk__in=chosen).order_by("sort_name")
        count = services.add_stops(tour=found, customers=customers, by=scope.user.pk)
        said = ngettext("%(count)s customer added", "%(count)s customers added", count)
        messages.success(request, said % {"count": count})
        return redirect("visit-tour", company=scope.company.code, pk=pk)
    form = WantedForm(request.GET, currency=scope.company.currency)
    taken = Stop.objects.filter(company=scope.company, tour=found, is_off=False).values_list(
        "customer", flat=True
    )
    rows = candidates(scope, found, form.wanted(), list(taken))
    ways = [(row, way_words(row.metres)) for row in rows]
    context = {"tour": found, "rows": ways, "form": form, "has_start": start_of(found) is not None}
    return render(request, "visits/add.html", context)


@company_view(Right.COLLECT)
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """From where a tour starts, and when."""
    scope, found = _tour(request, pk)
    form = StartForm(request.POST or None, initial=_start(found))
    if request.method == "POST" and form.is_valid():
        services.change_start(tour=found, by=scope.user.pk, **form.values())
        return redirect("visit-tour", company=scope.company.code, pk=pk)
    context = {"form": form, "tour": found}
    return render(request, "visits/start.html", context, status=422 if form.errors else 200)


@require_POST
@company_view(Right.COLLECT)
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Work out the order of the stops."""
    scope, found = _tour(request, pk)
    services.order_tour(tour=found)
    messages.success(request, _("The shortest order found: change it as you like."))
    return redirect("visit-tour", company=scope.company.code, pk=pk)


@require_POST
@company_view(Right.COLLECT)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a tour off."""
    scope, found = _tour(request, pk)
    services.cancel_tour(tour=found, by=scope.user.pk)
    messages.success(request, _("The tour is called off."))
    return redirect("visits", company=scope.company.code)


@company_view(Right.COLLECT)
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet of a tour, for who goes with paper."""
    scope, found = _tour(request, pk)
    printed = render_tour(paper_of(scope, read_tour(scope, found)))
    name = quote(f"{_('visits')}-{found.day:%Y-%m-%d}.pdf")
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{name}"}
    return HttpResponse(printed, content_type="application/pdf", headers=headers)


@company_view(Right.COLLECT)
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a customer is, as someone says, and when it receives."""
    scope, found = _stop(request, pk)
    place = Place.objects.filter(company=scope.company, customer=found.customer).select_related("by").first()
    known = {"place": str(place) if place else "", "opens": found.opens, "closes": found.closes}
    form = StopForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        _keep(form, found, place, scope.user.pk)
        return redirect(_at(scope, found))
    context = {"form": form, "stop": found, "place": place}
    return render(request, "visits/stop.html", context, status=422 if form.errors else 200)


def _keep(form: StopForm, found: Stop, place: Place | None, by: int) -> None:
    data = form.cleaned_data
    if "place" in form.changed_data:
        if data["place"] is not None:
            services.give_place(customer=found.customer, text=form.data["place"], by=by)
        elif place is not None:
            services.forget_place(customer=found.customer, by=by)
    if {"opens", "closes"} & set(form.changed_data):
        services.set_hours(stop=found, opens=data["opens"], closes=data["closes"])


@require_POST
@company_view(Right.COLLECT)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """One place up or down."""
    scope, found = _stop(request, pk)
    services.move_stop(stop=found, up=request.POST.get("to") == "up")
    return redirect(_at(scope, found))


@require_POST
@company_view(Right.COLLECT)
def off(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a customer off the tour."""
    scope, found = _stop(request, pk)
    services.take_off(stop=found, by=scope.user.pk)
    messages.success(request, _("%(customer)s is off the tour.") % {"customer": found.customer.name})
    return redirect("visit-tour", company=scope.company.code, pk=found.tour_id)


def _at(scope: Scope, found: Stop) -> str:
    address = reverse("visit-tour", kwargs={"company": scope.company.code, "pk": found.tour_id})
    return f"{address}#stop-{found.pk}"


def _tour(request: HttpRequest, pk: int) -> tuple[Scope, Tour]:
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    return scope, get_object_or_404(tours_of(scope).select_related("who", "company"), pk=pk)


def _stop(request: HttpRequest, pk: int) -> tuple[Scope, Stop]:
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    found = Stop.objects.filter(tour__in=tours_of(scope), customer__in=scope.customers())
    return scope, get_object_or_404(found.select_related("tour__company", "customer__company"), pk=pk)
