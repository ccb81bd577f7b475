"""How many messages may leave in an hour: counted in the database, so that a restart forgets nothing.

The hour slides: what was handed over in the last sixty minutes counts. What is over a limit waits until the
first of those is an hour old.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from exigible.dunning.models import Action, Channel, Run, SendingPolicy
from exigible.ledger.models import Company

HOUR: Final = timedelta(hours=1)
COMPANY: Final = "limit-hour"
DOMAIN: Final = "limit-domain"
"""Why a message waits, kept beside it with the limit: "limit-hour 200"."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Messages that wait until a moment, for a limit: those to one `domain`, or all of their channel."""

    until: datetime
    limit: int
    domain: str = ""

    @property
    def code(self) -> str:
        return f"{DOMAIN if self.domain else COMPANY} {self.limit}"


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a company for one channel; None: no limit."""

    company_id: int
    channel: str
    an_hour: int | None = None
    an_hour_to_a_domain: int | None = None

    def wait_for(self, recipient: str, now: datetime) -> Wait | None:
        """What a message to this recipient would have to wait for; None where it may leave."""
        handed_over = _handed_over(self.company_id, self.channel, now)
        if self.an_hour is not None and (until := _full_until(handed_over, self.an_hour)):
            return Wait(until, self.an_hour)
        if self.an_hour_to_a_domain is None:
            return None
        domain = domain_of(recipient)
        to_it = handed_over.filter(recipient__iendswith=f"@{domain}")
        until = _full_until(to_it, self.an_hour_to_a_domain)
        return Wait(until, self.an_hour_to_a_domain, domain) if until else None


def limits_of(company: Company, channel: str) -> Limits:
    """The limits that a company set for a channel; e-mails alone have one for each domain."""
    found = SendingPolicy.objects.filter(company=company).first()
    if found is None:
        return Limits(company.pk, channel)
    if channel == Channel.SMS:
        return Limits(company.pk, channel, found.texts_an_hour)
    return Limits(company.pk, channel, found.emails_an_hour, found.emails_an_hour_to_a_domain)


def have_wait(run: Run, channel: str, wait: Wait) -> int:
    """Have the approved messages of a run that the limit is for wait until then; gives how many."""
    waiting = Action.objects.filter(run=run, channel=channel, state=Action.State.APPROVED)
    waiting = waiting.filter(Q(not_before=None) | Q(not_before__lt=wait.until))
    if wait.domain:
        waiting = waiting.filter(recipient__iendswith=f"@{wait.domain}")
    return waiting.update(not_before=wait.until, problem=wait.code)


def domain_of(recipient: str) -> str:
    return recipient.rpartition("@")[2].lower()


def _handed_over(company_id: int, channel: str, now: datetime) -> QuerySet[Action]:
    """What was claimed to leave in the last hour, whatever came of it."""
    return Action.objects.filter(company=company_id, channel=channel, reserved_at__gt=now - HOUR)


def _full_until(handed_over: QuerySet[Action], limit: int) -> datetime | None:
    """When there is room again, if as many have left as may; the last `limit` of them count."""
    moments = handed_over.order_by("-reserved_at").values_list("reserved_at", flat=True)
    last = moments[limit - 1 : limit].first() if limit else None
    return last + HOUR if last is not None else None
