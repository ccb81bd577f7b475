"""What is to be done about registered letters: to post, without news, come back, to file; and all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from exigible.dunning.reasons import reason_sentence, step_name
from exigible.dunning.services.by_hand import no_longer_true
from exigible.registered.models import RegisteredLetter
from exigible.registered.queries import QUIET_DAYS, Row, posted, to_post, to_see_to
from exigible.registered.rules.numbers import grouped
from exigible.registered.views.finding import may_act
from exigible.registered.wording import TONES, doubt_words, hand_over_words, status_words
from exigible.team.scope import Scope, company_view

MOST: Final = 200
TABS: Final = ("post", "no-news", "returned", "file", "all")


@company_view()
def registered(request: HttpRequest) -> HttpResponse:
    """The letters of one tab, and how many there are on the others."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    today = timezone.localdate()
    waiting, wanting = to_post(scope), to_see_to(scope, today)
    counts = Counter[str](row.todo for row in (*waiting, *wanting))
    everything, total = posted(scope, today, MOST)
    asked = request.GET.get("show", "")
    tab = asked if asked in TABS else next((one for one in TABS if counts[one]), "post")
    rows = waiting if tab == "post" else [row for row in wanting if row.todo == tab]
    if tab == "all":
        rows = everything
    context = {
        "tab": tab,
        "tabs": _tabs(scope, counts, total),
        "rows": _shown(scope, rows[:MOST]),
        "left_out": max(0, (total if tab == "all" else len(rows)) - MOST),
        "numbered": sum(bool(row.number) for row in waiting),
        "days": QUIET_DAYS,
        "may_act": may_act(scope),
        "has_provider": bool(settings.LRE_URL),
        "to_do": len(waiting) + len(wanting),
    }
    return render(request, "registered/list.html", context)


def _tabs(scope: Scope, counts: Counter[str], total: int) -> list[dict[str, Any]]:
    labels = {
        "post": _("To post"), "no-news": _("Without news"), "returned": _("Returned"),
        "file": _("To file"), "all": _("All letters"),
    }  # fmt: skip
    url = reverse("registered", args=[scope.company.code])
    return [
        {"key": key, "label": labels[key], "url": f"{url}?show={key}", "count": counts[key] or None}
        for key in TABS
        if key != "all" or total
    ]


def _shown(scope: Scope, rows: Sequence[Row]) -> list[dict[str, Any]]:
    waiting = [row.action.pk for row in rows if row.todo == "post"]
    moot = no_longer_true(waiting)
    return [_row(scope, row, moot.get(row.action.pk)) for row in rows]


def _row(scope: Scope, row: Row, reason: Any) -> dict[str, Any]:
    action, letter = row.action, row.letter
    status = letter.status if letter else RegisteredLetter.Status.TO_POST
    minor = action.net_minor if action.sent_minor is None else action.sent_minor
    return {
        "action": action,
        "letter": letter,
        "customer": action.customer,
        "url": reverse("registered-letter", args=[scope.company.code, action.pk]),
        "step": step_name(action.step),
        "minor": minor,
        "number": grouped(letter.number) if letter else "",
        "made_on": timezone.localdate(action.reserved_at or action.sent_at),
        "status": status_words(status),
        "tone": TONES.get(status, ""),
        "said": hand_over_words(letter) if letter else "",
        "doubt": doubt_words(letter.number) if letter and letter.number else "",
        "is_unsure": bool(letter and letter.hand_over == RegisteredLetter.HandOver.AMBIGUOUS),
        "moot": reason_sentence(reason.code, reason.params, action.currency) if reason else "",
    }
