"""The watch over reminders: something was due and did not happen, so someone must be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exigible.dunning.models import Action, Run
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
    found = [_unsure(company), _left_claimed(company, moment), _not_sent(company, moment)]
    found += [_not_approved(company, moment), _missed(company, moment), _rate_unknown(company, moment)]
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
    return {
        "ambiguous": ngettext(
            "{count} e-mail may or may not have left: say what became of it.",
            "{count} e-mails may or may not have left: say what became of them.",
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
