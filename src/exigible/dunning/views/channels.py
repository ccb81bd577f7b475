"""Another way for messages of a run: which ones are open to them, why the others are not, and the choice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exigible.dunning import services
from exigible.dunning.cases import actions_with_all
from exigible.dunning.models import Action, Channel, Run
from exigible.dunning.reasons import channel_name, step_name, why_not_this_way
from exigible.dunning.views.acts import selected
from exigible.dunning.views.reading import find_run
from exigible.dunning.views.runs import ICONS
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view

KEYS: Final = {"email": "e", "letter": "l", "sms": "t", "phone": "c", "visit": "v", "registered": "r"}


@company_view(Right.COLLECT)
def channel(request: HttpRequest, run: int) -> HttpResponse:
    """The ways open to the selected messages; with `channel`, have them go by it."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    found = find_run(scope, run)
    chosen = selected(request, scope, found)
    way = request.POST.get("channel") or (request.GET.get("channel") if request.method == "POST" else "")
    if way:
        return _change(request, scope, found, chosen, way)
    return _offer(request, scope, found, chosen)


def _offer(request: HttpRequest, scope: Scope, run: Run, chosen: Sequence[int]) -> HttpResponse:
    known = list(actions_with_all(run=run, pk__in=chosen).order_by("customer__sort_name", "pk"))
    proposed = [action for action in known if action.state == Action.State.PROPOSED]
    context = {
        "run": run,
        "rows": [_row(scope, action) for action in proposed],
        "others": len(known) - len(proposed),
        "ways": _offered(proposed),
    }
    return render(request, "dunning/channel.html", context)


def _row(scope: Scope, action: Action) -> dict[str, Any]:
    return {
        "action": action,
        "step": step_name(action.step),
        "channel": channel_name(action.channel),
        "icon": ICONS[Channel(action.channel)],
        "url": reverse("reminder", args=[scope.company.code, action.pk]),
    }


def _offered(actions: Sequence[Action]) -> list[dict[str, Any]]:
    """By way: to how many messages it is open, and why not to the others."""
    ways = services.ways_of(actions)
    offered = []
    for name in Channel.values:
        codes = ["same" if action.channel == name else ways[action.pk].why_not[name] for action in actions]
        offered.append(
            {
                "value": name,
                "label": instead(name),
                "name": channel_name(name),
                "icon": ICONS[Channel(name)],
                "key": KEYS[name],
                "open": codes.count(""),
                "why_not": _why_not(code for code in codes if code),
            }
        )
    return offered


def _why_not(codes: Iterable[str]) -> list[tuple[str, int]]:
    return [(why_not_this_way(code), count) for code, count in Counter(codes).most_common()]


def instead(name: str) -> str:
    """What a person says who chooses this way."""
    return {
        "email": _("By e-mail instead"),
        "letter": _("By letter instead"),
        "sms": _("By text message instead"),
        "phone": _("By telephone instead"),
        "visit": _("By a visit instead"),
        "registered": _("By registered letter instead"),
    }[name]


def _change(request: HttpRequest, scope: Scope, run: Run, chosen: Sequence[int], way: str) -> HttpResponse:
    if way not in Channel.values:
        raise Http404
    before = dict(Action.objects.filter(pk__in=chosen).values_list("pk", "channel"))
    changed = services.change_channel(
        run=run, actions=chosen, channel=Channel(way), by=scope.user.pk, seen=_seen(request)
    )
    if changed.done:
        said = ngettext(
            "{count} message goes another way: {way}.", "{count} messages go another way: {way}.",
            len(changed.done),
        )  # fmt: skip
        messages.success(
            request,
            said.format(count=len(changed.done), way=channel_name(way)),
            extra_tags=_undo(scope, run, changed.done, {before[pk] for pk in changed.done}, way),
        )
    elif not changed.not_done:
        messages.info(request, _("Nothing was changed: these messages are no longer there."))
    for sentence, count in _why_not(changed.not_done.values()):
        said = ngettext("{count} message keeps its way:", "{count} messages keep their way:", count)
        messages.warning(request, f"{said.format(count=count)} {sentence}")
    return redirect("run", company=scope.company.code, run=run.pk)


def _seen(request: HttpRequest) -> dict[int, str]:
    """By message, the way it went when the page was read."""
    asked = [*request.POST.getlist("seen"), *request.GET.getlist("seen")]
    pairs = (text.partition("-") for text in asked)
    return {int(pk): way for pk, _dash, way in pairs if pk.isdecimal()}


def _undo(scope: Scope, run: Run, done: Sequence[int], before: set[str], now: str) -> str:
    """The way back, where all of them went by one way."""
    if len(before) != 1:
        return ""
    address = reverse("run-channel", args=[scope.company.code, run.pk])
    asked = {"selected": list(done), "channel": before.pop(), "seen": [f"{pk}-{now}" for pk in done]}
    return f"undo={address}?{urlencode(asked, doseq=True)}"
