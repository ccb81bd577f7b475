"""The watch over reminders: something was due and did not happen, so someone must be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exigible.dunning.models import Action, Run, SendingPolicy, SmsGateway
from exigible.kernel.errors import Refused
from exigible.kernel.interest import french_rates
from exigible.language import formats
from exigible.ledger.calendars import calendar_of
from exigible.ledger.models import Company, OpenItem

TIME_ZONES: Final = {
    "FR": ZoneInfo("Europe/Paris"),
    "MC": ZoneInfo("Europe/Monaco"),
    "MG": ZoneInfo("Indian/Antananarivo"),
}
MORNING: Final = time(6)
LATE_MORNING: Final = time(8)
"""From this hour on, a morning without a run is one that was missed."""

PATIENCE: Final = timedelta(days=1)
PATIENCE_BY_HAND: Final = timedelta(days=7)
A_WHILE: Final = timedelta(minutes=30)
LOOKED_BACK: Final = timedelta(days=10)
WENT: Final = ("reserved", "to_do", "sent", "ambiguous")
IS_LEFT: Final = Q(state__in=("proposed", "approved")) | Q(
    state="superseded", problem__in=("", "newer-proposal")
)
"""What was due and was neither sent nor found to be moot."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that a person must look at; `run` is the one to open, where there is one."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)
    run: int | None = None


def local_time(company: Company, now: datetime | None = None) -> datetime:
    """What the clock says where the company is."""
    return (now or timezone.now()).astimezone(TIME_ZONES[company.country])


def run_is_due(company: Company, now: datetime) -> date | None:
    """The day of the run that is to be proposed now; None when it is made, or there is none that day."""
    local = local_time(company, now)
    today = local.date()
    if local.time() < MORNING or not calendar_of(company.country, company).is_business_day(today):
        return None
    return None if Run.objects.filter(company=company, day=today).exists() else today


def alarms(company: Company, now: datetime | None = None) -> list[Alarm]:
    """What was due and did not happen, the most serious first."""
    moment = now or timezone.now()
    found = [_unsure(company), _left_claimed(company, moment), *_failing(company, moment)]
    found += [_not_sent(company, moment), _not_approved(company, moment)]
    if not any(alarm and alarm.code in ("not-sent", "not-approved") for alarm in found):
        found.append(_nothing_went(company, moment))
    found += [_missed(company, moment), _late_by_hand(company, moment), _rate_unknown(company, moment)]
    return [alarm for alarm in found if alarm is not None]


def _unsure(company: Company) -> Alarm | None:
    return _first("ambiguous", _messages(company, Action.State.AMBIGUOUS))


def _left_claimed(company: Company, now: datetime) -> Alarm | None:
    """A process that sent was killed, and none has taken its work up."""
    left = _messages(company, Action.State.RESERVED).filter(reserved_at__lt=now - timedelta(minutes=30))
    return _first("interrupted", left)


def _not_sent(company: Company, now: datetime) -> Alarm | None:
    waiting = _messages(company, Action.State.APPROVED).filter(approved_at__lt=now - PATIENCE)
    return _first("not-sent", waiting)


def _not_approved(company: Company, now: datetime) -> Alarm | None:
    """A proposal that nobody has looked at for more than a business day."""
    calendar = calendar_of(company.country, company)
    before = calendar.add_business_days(local_time(company, now).date(), -1)
    return _first("not-approved", _messages(company, Action.State.PROPOSED).filter(run__day__lt=before))


def _failing(company: Company, now: datetime) -> list[Alarm]:
    """The mail server, or the gateway of text messages, has taken nothing for a while."""
    known = {
        "mail-failing": SendingPolicy.objects.filter(company=company).first(),
        "gateway-failing": SmsGateway.objects.filter(company=company, is_active=True).first(),
    }
    return [
        Alarm(code, {"since": sender.failing_since, "said": sender.said})
        for code, sender in known.items()
        if sender and sender.failing_since and sender.failing_since <= now - A_WHILE
    ]


def _nothing_went(company: Company, now: datetime) -> Alarm | None:
    """Reminders were proposed and none left; each morning's proposal replaced the one of the day before."""
    today = local_time(company, now).date()
    runs = Run.objects.filter(company=company, day__gt=today - LOOKED_BACK, day__lte=today)
    days = (
        Action.objects.filter(company=company, run__in=runs)
        .order_by("-run__day")
        .values_list("run__day")
        .annotate(went=Count("pk", filter=Q(state__in=WENT)), due=Count("pk", filter=IS_LEFT))
    )
    silent = takewhile(lambda row: not row[1], days)
    missed = [(day, due) for day, _went, due in silent if due and day < today]
    return Alarm("nothing-went", {"count": missed[0][1], "day": missed[-1][0]}) if missed else None


def _late_by_hand(company: Company, now: datetime) -> Alarm | None:
    """A call, a visit or a registered letter that nobody makes holds back all that would come after it."""
    before = local_time(company, now).date() - PATIENCE_BY_HAND
    return _first("to-do-late", _messages(company, Action.State.TO_DO).filter(run__day__lt=before))


def _messages(company: Company, state: str) -> QuerySet[Action]:
    return Action.objects.filter(company=company, state=state)


def _first(code: str, messages: QuerySet[Action]) -> Alarm | None:
    rows = list(messages.values_list("run__day", "run").annotate(count=Count("pk")).order_by("run__day"))
    if not rows:
        return None
    day, run, _count = rows[0]
    return Alarm(code, {"count": sum(row[2] for row in rows), "day": day}, run)


def _missed(company: Company, now: datetime) -> Alarm | None:
    """No run since before the last business day, although something is overdue."""
    local = local_time(company, now)
    calendar = calendar_of(company.country, company)
    expected = local.date() if local.time() >= LATE_MORNING else local.date() - timedelta(days=1)
    while not calendar.is_business_day(expected):
        expected -= timedelta(days=1)
    last = Run.objects.filter(company=company).aggregate(day=Max("day"))["day"]
    if last is not None and last >= expected:
        return None
    overdue = OpenItem.objects.filter(company=company, open_minor__gt=0, due_on__lt=expected)
    return Alarm("no-run", {"day": last}) if overdue.exists() else None


def _rate_unknown(company: Company, now: datetime) -> Alarm | None:
    """Interest is due by law, and its rate for this half-year is not known here."""
    if company.country != "FR" or company.late_interest_rate is not None:
        return None
    try:
        french_rates(local_time(company, now).date())
    except Refused as refusal:
        return Alarm("rate-not-set", dict(refusal.params))
    return None


def alarm_sentence(alarm: Alarm) -> str:
    """The alarm in the reader's language."""
    count, day = alarm.params.get("count", 0), formats.day(alarm.params.get("day"))
    if alarm.code == "no-run":
        return (
            _("No reminder was proposed since {day}, although something is overdue.").format(day=day)
            if day
            else _("No reminder was ever proposed, although something is overdue.")
        )
    if alarm.code == "rate-not-set":
        return _(
            "The late-interest rate of {half_year} is not known: no interest is claimed until it is."
        ).format(**alarm.params)
    if "since" in alarm.params:
        return _failing_sentence(alarm)
    return {
        "ambiguous": ngettext(
            "{count} message may or may not have left: say what became of it.",
            "{count} messages may or may not have left: say what became of them.",
            count,
        ),
        "nothing-went": ngettext(
            "Nothing has left since {day}: {count} reminder was due and nobody approved it.",
            "Nothing has left since {day}: {count} reminders were due and nobody approved them.",
            count,
        ),
        "to-do-late": ngettext(
            "{count} call, visit or registered letter has been to do since {day}.",
            "{count} calls, visits or registered letters have been to do since {day}.",
            count,
        ),
        "interrupted": _("Sending was interrupted on the run of {day}: send it again to go on."),
        "not-sent": ngettext(
            "{count} approved message has not been sent for more than a day (run of {day}).",
            "{count} approved messages have not been sent for more than a day (run of {day}).",
            count,
        ),
        "not-approved": ngettext(
            "{count} message has been waiting for approval since {day}.",
            "{count} messages have been waiting for approval since {day}.",
            count,
        ),
    }[alarm.code].format(count=count, day=day)


def _failing_sentence(alarm: Alarm) -> str:
    words = {
        "mail-failing": _("The mail server has taken nothing since {since}: “{said}”."),
        "gateway-failing": _("The gateway of text messages has taken nothing since {since}: “{said}”."),
    }[alarm.code]
    return words.format(since=formats.moment(alarm.params["since"]), said=alarm.params["said"])
