"""What sending a run would do now, and what of it waits for its hour."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exigible.dunning.models import Action, Channel, Run
from exigible.dunning.readiness import email_of_sender, gateway_in_use, lacks, what_it_waits_for
from exigible.dunning.reasons import problem_sentence, waiting_sentence
from exigible.dunning.services import is_before_its_day
from exigible.dunning.views.reading import Standing, repeated
from exigible.language import formats
from exigible.team.scope import Scope

APPROVED: Final = Action.State.APPROVED


def leaving(scope: Scope, run: Run, standing: Standing) -> dict[str, Any]:
    """What sending would do now, in counts, and why some of it would wait."""
    company = scope.company
    more = repeated(run, APPROVED)
    count = {way: standing.count(APPROVED, channel=way) - more[way] for way in Channel.values}
    missing = lacks(company)
    texts_wait = what_it_waits_for(company, is_email=False, has_letter=False, is_sms=True)
    paper_waits = "address" in missing
    by_hand = count["phone"] + count["visit"]
    return {
        "emails": count["email"],
        "letters": count["letter"],
        "registered": count["registered"],
        "texts": count["sms"],
        "by_hand": by_hand,
        "emails_wait": "email" in missing,
        "letters_wait": paper_waits,
        "texts_wait": problem_sentence(texts_wait.code) if texts_wait and count["sms"] else "",
        "nothing": not by_hand
        and (not count["email"] or "email" in missing)
        and (not (count["letter"] or count["registered"]) or paper_waits)
        and (not count["sms"] or texts_wait is not None),
        "is_early": is_before_its_day(run.day),
        "totals": standing.totals((APPROVED,)),
        "sender": email_of_sender(company),
        "test_recipient": company.test_recipient,
        "test_number": _test_number(scope),
        "no_server": settings.EMAIL_BACKEND.endswith("smtp.EmailBackend") and not settings.EMAIL_HOST,
    }


def _test_number(scope: Scope) -> str:
    gateway = gateway_in_use(scope.company)
    return gateway.test_number if gateway else ""


def waiting_lines(run: Run) -> list[str]:
    """What of a run waits until when, and for what: "3 wait until 10:00, for the limit of 200 an hour"."""
    waiting = Action.objects.filter(run=run, state=APPROVED, not_before__gt=timezone.now())
    groups = waiting.order_by().values_list("problem").annotate(count=Count("pk"), until=Max("not_before"))
    return [
        ngettext(
            "{count} message waits until {until}, {for_what}.",
            "{count} messages wait until {until}, {for_what}.",
            count,
        ).format(
            count=count,
            until=_moment(until),
            for_what=waiting_sentence(problem) or _("because the server asks for it"),
        )
        for problem, count, until in groups.order_by("until")
    ]


def _moment(until: Any) -> str:
    """The hour, with its day where that is not today."""
    local = timezone.localtime(until)
    day = "" if local.date() == timezone.localdate() else f"{formats.day(local, 'short')} "
    return f"{day}{local:%H:%M}"
