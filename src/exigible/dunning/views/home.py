"""The first page of reminders: today's run, what needs someone, the runs before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from exigible.dunning.facts import run_day
from exigible.dunning.heard import read_heard
from exigible.dunning.jobs import propose_later
from exigible.dunning.models import Action, HeldBack, Run
from exigible.dunning.reasons import answer_sentence, problem_sentence, reason_sentence, state_name, step_name
from exigible.dunning.services import propose_run
from exigible.dunning.views import underway
from exigible.dunning.views.paging import read_slice
from exigible.dunning.views.reading import (
    CLAIMED,
    NOT_SENT,
    all_messages,
    count_by_run,
    held_back_of,
    read_standing,
)
from exigible.dunning.views.words import TONES
from exigible.dunning.watch import Alarm, alarm_sentence, alarms
from exigible.ledger.models import Company, Customer
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view

PAGE = 15
LEFT_TO_A_PERSON = ("policy-ended", "above-maximum", "too-old")
"""Reasons after which nothing goes until a person decides."""
SHOWN = 20


@company_view()
def home(request: HttpRequest) -> HttpResponse:
    """Today's run, the alarms, what a person must decide, and the runs before."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    today = timezone.localdate()
    runs = Run.objects.filter(company=scope.company).exclude(state=Run.State.CANCELLED)
    current = _current(runs, today)
    before = runs.exclude(pk=current.pk) if current else runs
    earlier = read_slice(before.select_related("proposed_by"), [("day", True)], request.GET, PAGE)
    last = current or (earlier.rows[0] if earlier.rows and "after" not in request.GET else None)
    context = {
        "today": today,
        "next_day": _next_day(scope.company),
        "current": _today(scope, current) if current else None,
        "proposing": underway.is_proposing(scope.company),
        "alarms": [_alarm(scope, alarm) for alarm in alarms(scope.company)],
        "unsure": [_unsure(scope, action) for action in _ambiguous(scope)],
        "unreachable": _held_for(scope, last, "no-address"),
        "to_decide": _to_decide(scope, last),
        "without_policy": _held_for(scope, last, "no-policy"),
        "last": last,
        "earlier": _earlier(scope, earlier.rows),
        "pages": earlier,
        "may_collect": scope.may(Right.COLLECT) and not scope.is_past,
        "may_approve": scope.may(Right.APPROVE) and not scope.is_past,
    }
    return render(request, "dunning/home.html", context)


def _current(runs: QuerySet[Run], today: date) -> Run | None:
    """The run to work on: of today or a day to come, and one that says something before an empty one."""
    live = Action.objects.filter(run=OuterRef("pk"), state__in=Action.LIVE)
    to_come = runs.filter(day__gte=today).annotate(speaks=Exists(live))
    return to_come.select_related("proposed_by").order_by("-speaks", "day").first()


def _today(scope: Scope, run: Run) -> dict[str, Any]:
    standing = read_standing(scope, run)
    return {
        "run": run,
        "url": reverse("run", args=[scope.company.code, run.pk]),
        "state": state_name(run.state),
        "tone": TONES[run.state],
        "totals": standing.totals(CLAIMED),
        "to_approve": standing.count(Action.State.PROPOSED),
        "approved": standing.count(Action.State.APPROVED, Action.State.RESERVED),
        "sent": standing.count(Action.State.SENT),
        "unsure": standing.count(Action.State.AMBIGUOUS),
        "left_out": standing.count(Action.State.EXCLUDED),
        "not_sent": standing.count(*NOT_SENT),
        "held": held_back_of(scope, run).count(),
        "problem": problem_sentence(run.problem),
    }


@company_view(Right.COLLECT)
def alarms_of_the_day(request: HttpRequest) -> HttpResponse:
    """What was due and did not happen, for the screen of the day; empty where all is well."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    found = [] if scope.is_past else [_alarm(scope, alarm) for alarm in alarms(scope.company)]
    return render(request, "dunning/alarms.html", {"alarms": found})


def _alarm(scope: Scope, alarm: Alarm) -> dict[str, Any]:
    url = reverse("run", args=[scope.company.code, alarm.run]) if alarm.run else ""
    if alarm.code == "ambiguous":
        url = "#unsure"
    return {"sentence": alarm_sentence(alarm), "url": url, "code": alarm.code}


def _ambiguous(scope: Scope) -> QuerySet[Action]:
    unsure = all_messages(scope).filter(state=Action.State.AMBIGUOUS)
    return unsure.select_related("customer", "run").order_by("reserved_at", "pk")[:SHOWN]


def _unsure(scope: Scope, action: Action) -> dict[str, Any]:
    where = [scope.company.code, action.pk]
    return {
        "action": action,
        "step": step_name(action.step),
        "said": answer_sentence(action.state, action.problem, action.recipient, action.channel),
        "url": reverse("reminder", args=where),
        "peek": reverse("reminder-peek", args=where),
        "resolve": reverse("reminder-resolve", args=where),
    }


def _held_for(scope: Scope, run: Run | None, reason: str) -> list[HeldBack]:
    """Customers of the last run that were held back for want of something, unless it was added since."""
    if run is None:
        return []
    rows = held_back_of(scope, run).filter(reason_code=reason).select_related("customer")
    found = list(rows.order_by("-net_minor", "pk"))
    if reason == "no-address":
        found = _still_unreachable(scope, found)
    return found[:SHOWN]


def _still_unreachable(scope: Scope, rows: list[HeldBack]) -> list[HeldBack]:
    """Those who have no address yet, or whose messages come back from the ones they have."""
    heard = read_heard(scope.company, timezone.localdate(), [held.customer_id for held in rows])

    def is_reached(customer: Customer) -> bool:
        by_email = bool(customer.email) and customer.email.lower() not in heard.dead
        return by_email or (bool(customer.address) and customer.pk not in heard.nowhere)

    return [held for held in rows if not is_reached(held.customer)]


def _to_decide(scope: Scope, run: Run | None) -> list[dict[str, Any]]:
    """Customers of the last run that the policy leaves to a person, each with what is to be decided."""
    if run is None:
        return []
    rows = held_back_of(scope, run).filter(reason_code__in=LEFT_TO_A_PERSON).select_related("customer")
    return [
        {"held": one, "why": reason_sentence(one.reason_code, one.reason_params, one.currency)}
        for one in rows.order_by("-net_minor", "pk")[:SHOWN]
    ]


def _earlier(scope: Scope, runs: Sequence[Run]) -> list[dict[str, Any]]:
    counts = count_by_run(scope, runs)
    return [
        {
            "run": run,
            "url": reverse("run", args=[scope.company.code, run.pk]),
            "state": state_name(run.state),
            "tone": TONES[run.state],
            "sent": counts[run.pk].get("sent", 0),
            "held": counts[run.pk].get("held", 0),
            "unsure": counts[run.pk].get("ambiguous", 0),
            "waiting": sum(counts[run.pk].get(state, 0) for state in ("proposed", "approved", "reserved")),
            "not_sent": sum(counts[run.pk].get(state, 0) for state in NOT_SENT),
        }
        for run in runs
    ]


@require_POST
@company_view(Right.COLLECT)
def propose(request: HttpRequest) -> HttpResponse:
    """Propose the reminders of today (of the next business day, on a day off), or bring them up to date."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    day = _next_day(scope.company)
    if not underway.is_small(scope.company):
        propose_later(scope.company, day, scope.user.pk)
        return redirect("reminders", company=scope.company.code)
    run = propose_run(company=scope.company, on=day, by=scope.user.pk)
    messages.success(request, _("The proposal is made from the books as they are now."))
    return redirect("run", company=scope.company.code, run=run.pk)


def _next_day(company: Company) -> date:
    return run_day(company, timezone.localdate())


@company_view()
def proposing(request: HttpRequest) -> HttpResponse:
    """How the proposal that was asked for is getting on; at its end, the run."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    if underway.is_proposing(scope.company):
        return render(request, "dunning/proposing.html")
    runs = Run.objects.filter(company=scope.company, day=_next_day(scope.company))
    made = runs.exclude(state=Run.State.CANCELLED).first()
    where = ("run", [scope.company.code, made.pk]) if made else ("reminders", [scope.company.code])
    return HttpResponseClientRedirect(reverse(where[0], args=where[1]))
