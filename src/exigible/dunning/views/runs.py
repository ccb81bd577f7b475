"""A run: what goes out, what was left out, what is held back and why; and how its sending gets on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_htmx.http import HttpResponseClientRefresh

from exigible.dunning.models import Action, Channel, HeldBack, Policy, Run
from exigible.dunning.peace import left_in_peace
from exigible.dunning.policies import parse_steps
from exigible.dunning.readiness import lack_sentences, lacks
from exigible.dunning.reasons import (
    channel_name,
    problem_sentence,
    reason_sentence,
    state_name,
    step_name,
)
from exigible.dunning.rules import LEVELS, Reason
from exigible.dunning.services import batch_for_printing
from exigible.dunning.views import underway
from exigible.dunning.views.leaving import leaving, waiting_lines
from exigible.dunning.views.paging import Column, read_slice
from exigible.dunning.views.reading import (
    CLAIMED,
    GOES_OUT,
    Standing,
    find_run,
    held_back_of,
    items_of,
    messages_of,
    read_standing,
    repeated,
    standing_of,
)
from exigible.dunning.views.responses import pdf_response
from exigible.dunning.views.words import TONES, held_label, what_happened
from exigible.kernel.ageing import Buckets, days_overdue
from exigible.kernel.text import fold
from exigible.language import formats
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view

PAGE: Final = 60
State = Action.State

OPEN: Final = (State.PROPOSED, State.APPROVED)
ICONS: Final = {
    Channel.EMAIL: "mail", Channel.LETTER: "file", Channel.SMS: "note", Channel.PHONE: "phone",
    Channel.VISIT: "visit", Channel.REGISTERED: "file",
}  # fmt: skip
FILTERS: Final = ("q", "step", "channel", "state")
SORTS: Final[dict[str, str]] = {"name": "customer__sort_name", "step": "level", "amount": "net_minor"}
HELD_SORTS: Final[dict[str, str]] = {"name": "customer__sort_name", "amount": "net_minor"}


@company_view()
def goes_out(request: HttpRequest, run: int) -> HttpResponse:
    """The messages of a run, whatever became of them."""
    return _messages(request, run, "run", GOES_OUT)


@company_view()
def left_out(request: HttpRequest, run: int) -> HttpResponse:
    """The messages that a person left out of a run."""
    return _messages(request, run, "run-left-out", (State.EXCLUDED,))


def _messages(request: HttpRequest, pk: int, name: str, states: Sequence[str]) -> HttpResponse:
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    run = find_run(scope, pk)
    standing = read_standing(scope, run)
    rows = _filtered(messages_of(scope, run).filter(state__in=states), request.GET)
    counted = standing_of(rows) if any(request.GET.get(name) for name in FILTERS) else standing
    related = rows.select_related("customer", "through")
    page = read_slice(related, _order(request.GET, SORTS), request.GET, PAGE)
    is_out = name == "run"
    currencies = {group["currency"] for group in standing.groups}
    unit = currencies.pop() if len(currencies) == 1 else ""
    context = _frame(scope, run, standing, name) | {
        "rows": _rows(scope, run, page.rows, unit),
        "pages": page,
        "totals": counted.totals(CLAIMED if is_out else states),
        "is_out": is_out,
        "together": _together(rows),
        "unit": unit,
        "with_credits": any(group["credits"] for group in standing.groups),
        "with_states": is_out and standing.count(*GOES_OUT) > standing.count(State.PROPOSED),
        "can_select": _can_act(scope) and standing.count(*(OPEN if is_out else states)) > 0,
        "choices": _choices(standing, states),
        "keys": Buckets(tuple(scope.company.bucket_bounds)).keys,
    }
    return render(request, "dunning/run.html", context)


def _together(rows: QuerySet[Action]) -> str:
    """How many of the reminders shown leave in how many messages to heads of groups; empty for none."""
    grouped = rows.filter(through__isnull=False, state__in=CLAIMED).order_by()
    counts = [count for *_key, count in grouped.values_list("through", "currency").annotate(Count("pk"))]
    said = ngettext(
        "{count} of these reminders leaves in {messages}, to the head of its group.",
        "{count} of these reminders leave in {messages}, to the head of their group.",
        sum(counts),
    )
    messages = ngettext("{count} message", "{count} messages", len(counts)).format(count=len(counts))
    return said.format(count=sum(counts), messages=messages) if counts else ""


@company_view()
def held_back(request: HttpRequest, run: int) -> HttpResponse:
    """Whom a run would have reminded and does not, and why."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    found = find_run(scope, run)
    all_rows = held_back_of(scope, found)
    reasons = list(all_rows.order_by().values("reason_code").annotate(count=Count("pk")).order_by("-count"))
    rows = _named(all_rows.select_related("customer"), request.GET)
    if request.GET.get("reason"):
        rows = rows.filter(reason_code=request.GET["reason"])
    page = read_slice(rows, _order(request.GET, HELD_SORTS), request.GET, PAGE)
    context = _frame(scope, found, read_standing(scope, found), "run-held-back") | {
        "rows": [_held_row(scope, held) for held in page.rows],
        "pages": page,
        "reasons": [(row["reason_code"], held_label(row["reason_code"]), row["count"]) for row in reasons],
    }
    return render(request, "dunning/held.html", context)


# --- the frame that the three lists share ---


def _frame(scope: Scope, run: Run, standing: Standing, current: str) -> dict[str, Any]:
    is_sending = underway.is_sending(run)
    approved = standing.count(State.APPROVED)
    return {
        "run": run,
        "state": state_name("sending" if is_sending else run.state),
        "tone": TONES["sending" if is_sending else run.state],
        "tabs": _tabs(scope, run, standing),
        "current": current,
        "standing": standing,
        "proposed": standing.count(State.PROPOSED),
        "approved": approved,
        "sent": standing.count(State.SENT),
        "to_do": standing.count(State.TO_DO),
        "unsure": standing.count(State.AMBIGUOUS),
        "failed": standing.count(State.FAILED, State.REFUSED),
        "letters": _letters(run, standing) if scope.portfolio_of is None else 0,
        "sending": _sending(scope, run, standing) if is_sending else None,
        "problem": _problem(run, is_sending),
        "can_act": _can_act(scope),
        "can_approve": _can_act(scope) and bool(standing.count(State.PROPOSED)) and may_approve(scope, run),
        "can_send": _can_act(scope) and approved > 0 and not is_sending and may_send(scope, standing),
        "can_stop": scope.may(Right.APPROVE),
        "leaving": leaving(scope, run, standing),
        "waits": waiting_lines(run) if approved and not is_sending else [],
        "lacks": lack_sentences(lacks(scope.company)) if standing.count(*OPEN) else [],
    }


def _letters(run: Run, standing: Standing) -> int:
    """How many there are to print."""
    made = standing.count(State.SENT, channel=Channel.LETTER)
    return made - repeated(run, State.SENT)[Channel.LETTER] if made else 0


def _can_act(scope: Scope) -> bool:
    return scope.may(Right.COLLECT) and not scope.is_past


def _tabs(scope: Scope, run: Run, standing: Standing) -> list[dict[str, Any]]:
    counts = {
        "run": (_("Goes out"), standing.count(*GOES_OUT)),
        "run-left-out": (_("Left out"), standing.count(State.EXCLUDED)),
        "run-held-back": (_("Held back"), held_back_of(scope, run).count()),
    }
    return [
        {"key": name, "label": label, "count": count, "url": reverse(name, args=[scope.company.code, run.pk])}
        for name, (label, count) in counts.items()
    ]


def _problem(run: Run, is_sending: bool) -> str:
    if is_sending:
        return ""
    if run.state == Run.State.SENDING:
        return problem_sentence("interrupted")
    return problem_sentence(run.problem)


def may_approve(scope: Scope, run: Run) -> bool:
    """Whether this person may approve something of the run: anything, or what the policy leaves free."""
    if scope.may(Right.APPROVE):
        return True
    proposed = messages_of(scope, run).filter(state=State.PROPOSED).order_by()
    return _has_free_step(set(proposed.values_list("policy_id", "step").distinct()))


def may_send(scope: Scope, standing: Standing) -> bool:
    """Whether this person may send what is approved: with the right to, or where no step asks for it."""
    if scope.may(Right.APPROVE):
        return True
    approved = {
        (group["policy_id"], group["step"]) for group in standing.groups if group["state"] == State.APPROVED
    }
    return bool(approved) and not approved - _free_steps(approved)


def _has_free_step(steps: set[tuple[int, str]]) -> bool:
    return bool(_free_steps(steps) & steps)


def _free_steps(steps: set[tuple[int, str]]) -> set[tuple[int, str]]:
    policies = Policy.objects.filter(pk__in={policy for policy, _step in steps})
    return {
        (policy.pk, step.key)
        for policy in policies
        for step in parse_steps(policy.steps)
        if not step.needs_approval
    }


# --- rows ---


def _order(asked: Mapping[str, str], sorts: Mapping[str, str]) -> list[Column]:
    word = asked.get("sort", "")
    name = word.lstrip("-")
    if name not in sorts:
        return [("currency", False), ("net_minor", True)]
    column = (sorts[name], word.startswith("-"))
    return [("currency", False), column] if name == "amount" else [column]


def _filtered(rows: QuerySet[Action], asked: Mapping[str, str]) -> QuerySet[Action]:
    for name in FILTERS[1:]:
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    return _named(rows, asked)


def _named(rows: QuerySet[Any], asked: Mapping[str, str]) -> QuerySet[Any]:
    words = asked.get("q", "").strip()
    if not words:
        return rows
    return rows.filter(Q(customer__sort_name__contains=fold(words)) | Q(customer__code__istartswith=words))


def _choices(standing: Standing, states: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer: only what is there."""
    groups = [group for group in standing.groups if group["state"] in states]
    steps = sorted({group["step"] for group in groups}, key=lambda step: LEVELS.get(step, 9))
    return {
        "steps": [(step, step_name(step)) for step in steps],
        "channels": [(name, channel_name(name)) for name in sorted({g["channel"] for g in groups})],
        "states": [(state, state_name(state)) for state in states if standing.count(state)],
    }


def _rows(scope: Scope, run: Run, actions: Sequence[Action], unit: str) -> list[dict[str, Any]]:
    """The rows of a page; `unit` is the currency in the head, "" where the rows mix them."""
    items = items_of(actions)
    buckets = Buckets(tuple(scope.company.bucket_bounds))
    is_open = [action for action in actions if action.state in OPEN]
    peace = left_in_peace(scope.company, is_open, max(run.day, timezone.localdate()))
    return [
        _row(scope, action)
        | {"not_now": _not_now(peace.get(action.pk), action)}
        | _age(run, buckets, *items.get(action.pk, (0, run.day)))
        | _amounts(action, with_symbol=not unit)
        for action in actions
    ]


def _row(scope: Scope, action: Action) -> dict[str, Any]:
    where = [scope.company.code, action.pk]
    return {
        "action": action,
        "customer": action.customer,
        "step": step_name(action.step),
        "channel": channel_name(action.channel),
        "through": action.through,
        "icon": ICONS[Channel(action.channel)],
        "why": reason_sentence(action.reason_code, action.reason_params, action.currency),
        "state": state_name(action.state),
        "tone": TONES[action.state],
        "told": what_happened(action),
        "is_open": action.state in (*OPEN, State.EXCLUDED),
        "url": reverse("reminder", args=where),
        "peek": reverse("reminder-peek", args=where),
    }


def _not_now(reason: Reason | None, action: Action) -> str:
    """Why a message would not go as things stand, whatever was proposed; empty where it would."""
    return reason_sentence(reason.code, reason.params, action.currency) if reason else ""


def _age(run: Run, buckets: Buckets, count: int, oldest_on: date) -> dict[str, Any]:
    days = days_overdue(oldest_on, run.day)
    return {"items": count, "days": days, "bucket": buckets.key(days)}


def _amounts(action: Action, *, with_symbol: bool) -> dict[str, str]:
    def shown(minor: int) -> str:
        return formats.money(minor, action.currency, with_symbol=with_symbol)

    return {
        "gross": shown(action.gross_minor),
        "credits": shown(action.credits_minor) if action.credits_minor else "",
        "net": shown(action.net_minor),
    }


def _held_row(scope: Scope, held: HeldBack) -> dict[str, Any]:
    where = [scope.company.code, held.customer.code]
    return {
        "held": held,
        "customer": held.customer,
        "step": step_name(held.step) if held.step else "",
        "label": held_label(held.reason_code),
        "why": reason_sentence(held.reason_code, held.reason_params, held.currency),
        "url": reverse("customer", args=where),
        "peek": reverse("customer-peek", args=where),
    }


# --- sending, as it gets on ---


def _sending(scope: Scope, run: Run, standing: Standing) -> dict[str, Any]:
    left = standing.count(State.APPROVED, State.RESERVED)
    label = _("Sending: {sent} sent, {left} left. You may leave this page.").format(
        sent=standing.count(State.SENT), left=left
    )
    return {
        "percent": standing.percent,
        "url": reverse("run-progress", args=[scope.company.code, run.pk]),
        "label": " ".join([label, *(waiting_lines(run) if left else ())]),
    }


@company_view()
def progress(request: HttpRequest, run: int) -> HttpResponse:
    """How sending gets on; at its end, the page with what became of each message."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    found = find_run(scope, run)
    if not underway.is_sending(found):
        return HttpResponseClientRefresh()
    sending = _sending(scope, found, read_standing(scope, found))
    return render(request, "dunning/progress.html", {"sending": sending})


@company_view()
def letters(request: HttpRequest, run: int) -> HttpResponse:
    """Every letter of a run in one PDF, for printing."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    if scope.portfolio_of is not None:
        raise Http404  # the batch holds the letters of all customers
    found = find_run(scope, run)
    content = batch_for_printing(found)
    if content is None:
        raise Http404
    return pdf_response(content, f"{scope.company.code}-{found.day:%Y-%m-%d}.pdf")
