"""What a person does to a run: leave out, take back in, approve, send, stop."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from exigible.dunning import services
from exigible.dunning.jobs import send_later
from exigible.dunning.models import Action, Run
from exigible.dunning.views.reading import find_run, messages_of, read_standing
from exigible.dunning.views.runs import may_send
from exigible.kernel.errors import Refused
from exigible.language import formats
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view

State = Action.State


@require_POST
@company_view(Right.COLLECT)
def exclude(request: HttpRequest, run: int) -> HttpResponse:
    """Leave the selected messages out of a run."""
    scope, found = _run(request, run)
    chosen = selected(request, scope, found)
    count = services.exclude_actions(run=found, actions=chosen, by=scope.user.pk)
    if count:
        undo = reverse("run-include", args=[scope.company.code, found.pk])
        undo += "?" + urlencode({"selected": chosen}, doseq=True)
        said = ngettext("{count} message left out.", "{count} messages left out.", count)
        messages.success(request, said.format(count=count), extra_tags=f"undo={undo}")
    else:
        messages.info(request, _("Nothing was left out: these messages are no longer waiting."))
    return _back(request, scope, found)


@require_POST
@company_view(Right.COLLECT)
def include(request: HttpRequest, run: int) -> HttpResponse:
    """Take the selected messages back into a run."""
    scope, found = _run(request, run)
    chosen = selected(request, scope, found)
    count = services.include_actions(run=found, actions=chosen, by=scope.user.pk)
    said = ngettext("{count} message is proposed again.", "{count} messages are proposed again.", count)
    messages.success(request, said.format(count=count))
    return _back(request, scope, found)


@require_POST
@company_view(Right.COLLECT)
def approve(request: HttpRequest, run: int) -> HttpResponse:
    """Approve the selected messages, or with `all` every one that is proposed.

    Who may approve what is the policy's to say: the service refuses the others.
    """
    scope, found = _run(request, run)
    chosen = _everything(scope, found) if request.GET.get("all") else selected(request, scope, found)
    count = services.approve(run=found, by=scope.user.pk, actions=chosen)
    if count:
        said = ngettext("{count} message approved.", "{count} messages approved.", count)
        messages.success(request, said.format(count=count))
    _tell_who_was_first(request, scope, found, chosen)
    return _back(request, scope, found)


def _everything(scope: Scope, run: Run) -> list[int]:
    """All that this person may see, proposed or approved meanwhile."""
    waiting = messages_of(scope, run).filter(state__in=(State.PROPOSED, State.APPROVED))
    return list(waiting.values_list("pk", flat=True))


def _tell_who_was_first(request: HttpRequest, scope: Scope, run: Run, chosen: list[int]) -> None:
    """Say which of the messages someone else had approved before."""
    others = messages_of(scope, run).filter(pk__in=chosen, approved_by__isnull=False)
    others = others.exclude(approved_by=scope.user).exclude(state=State.PROPOSED)
    first = others.select_related("approved_by").order_by("-approved_at").first()
    if first is None or first.approved_at is None:
        return
    count = others.count()
    said = ngettext(
        "{count} message had been approved already, by {name} ({moment}).",
        "{count} messages had been approved already, by {name} ({moment}).",
        count,
    )
    values = {"count": count, "name": first.approved_by, "moment": formats.moment(first.approved_at)}
    messages.info(request, said.format(**values))


@require_POST
@company_view(Right.COLLECT)
def send(request: HttpRequest, run: int) -> HttpResponse:
    """Send what is approved, in the background; before the day of the run, only once that was asked."""
    scope, found = _run(request, run)
    standing = read_standing(scope, found)
    if not standing.count(State.APPROVED, State.RESERVED):
        messages.info(request, _("Nothing is waiting to be sent: approve first."))
    elif not may_send(scope, standing):
        raise Refused("approval-not-yours", "These reminders need the approval of someone who may give it.")
    else:
        early = request.POST.get("early") == "1"
        if not early:
            services.refuse_before_its_day(found.day)
        send_later(found, scope.user.pk, early=early)
    return redirect("run", company=scope.company.code, run=found.pk)


@require_POST
@company_view(Right.APPROVE)
def stop(request: HttpRequest, run: int) -> HttpResponse:
    """Have sending end after the message under way."""
    scope, found = _run(request, run)
    if services.stop_run(run=found, by=scope.user.pk):
        messages.success(request, _("Stopped: what has not left stays approved, and can be sent later."))
    return redirect("run", company=scope.company.code, run=found.pk)


def _run(request: HttpRequest, pk: int) -> tuple[Scope, Run]:
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    return scope, find_run(scope, pk)


def selected(request: HttpRequest, scope: Scope, run: Run) -> list[int]:
    """The messages ticked, or named in the address, as by an undo; only those that this person may see."""
    asked: list[Any] = [*request.POST.getlist("selected"), *request.GET.getlist("selected")]
    known = messages_of(scope, run).filter(pk__in=[int(pk) for pk in asked if pk.isdecimal()])
    return list(known.values_list("pk", flat=True))


def _back(request: HttpRequest, scope: Scope, run: Run) -> HttpResponse:
    """To the list as it was: its filters, its order, its page."""
    asked = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()})
    return redirect(asked) if is_ours else redirect("run", company=scope.company.code, run=run.pk)
