"""Sending what was approved: each message once, whatever is killed in between.

A message is claimed in a transaction of its own before anything leaves, and confirmed with its line on the
timeline after. What a killed process leaves claimed is found by the next one: a letter is a file, and is made
again at the same place; an e-mail may have left, and is shown to a person. One process at a time sends a run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Final

import structlog
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from exigible.dunning.mailing import MailServerDown
from exigible.dunning.models import Action, Run, SendingPolicy
from exigible.dunning.services.by_hand import hand_over
from exigible.dunning.services.confirming import recover
from exigible.dunning.services.emails import send_emails
from exigible.dunning.services.groups import send_group_emails, send_group_letters
from exigible.dunning.services.letters import send_letters
from exigible.dunning.services.texts import send_texts
from exigible.kernel.errors import Refused
from exigible.language import formats
from exigible.ledger.locks import alone
from exigible.timeline.services import record_event

LOCK: Final = 70533
"""Held on a run, for as long as it lives, by the one process that sends it."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SendReport:
    """What became of a run: messages by state, and why sending ended early, as a code."""

    states: dict[str, int]
    problem: str

    @property
    def waiting(self) -> int:
        """Approved and not sent yet."""
        return self.states.get("approved", 0)


def send_run(*, run: Run, by: int | None, early: bool = False) -> SendReport:
    """Send the approved messages of a run: letters as files, e-mails through the mail server, text messages
    through the gateway; what a person does by hand is handed over.

    Balances are read again for each: what was settled meanwhile is not sent, what was paid in part is asked
    for the rest. What waits for the company's settings stays approved. Can be killed and called again at any
    point. Raises Refused("run-is-sending") while another process sends it, and Refused("before-its-day")
    before the day of the run unless `early`.
    """
    if not early:
        refuse_before_its_day(run.day)
    with _only_sender(run):
        recover(run)
        Run.objects.filter(pk=run.pk).update(
            state=Run.State.SENDING, sending_from=timezone.now(), finished_at=None, problem=""
        )
        hand_over(run)
        letters_wait, of_groups = send_letters(run, by), send_group_letters(run, by)
        problem = _send_emails(run, by) or send_texts(run, by) or letters_wait or of_groups
        return _finish(run, problem, by)


def is_before_its_day(day: date) -> bool:
    """Whether the day of a run has not come."""
    return day > timezone.localdate()


def refuse_before_its_day(day: date) -> None:
    """Raises Refused("before-its-day") while the day of a run has not come."""
    if is_before_its_day(day):
        raise Refused(
            "before-its-day",
            "These reminders are for {day}: nothing is sent before that day unless it is asked for.",
            day=formats.day(day),
        )


@contextmanager
def _only_sender(run: Run) -> Iterator[None]:
    """Hold the run for this process."""
    with alone(LOCK, run.pk) as is_ours:
        if not is_ours:
            raise Refused("run-is-sending", "The reminders of {day} are being sent.", day=run.day)
        yield


def _send_emails(run: Run, by: int | None) -> str:
    """Why the e-mails could not all be handed over, as a code; empty when they were."""
    try:
        waits_for, of_groups = send_emails(run, by), send_group_emails(run, by)
    except Refused as refusal:
        return refusal.code
    except MailServerDown as error:
        log.warning("the mail server cannot be reached", reason=str(error))
        _note_mail_server(run, str(error))
        return "mail-server-unreachable"
    _note_mail_server(run, "")
    return waits_for or of_groups


def _note_mail_server(run: Run, said: str) -> None:
    """Keep since when the mail server takes nothing of this company, and its words."""
    known = SendingPolicy.objects.filter(company=run.company_id).first()
    if said:
        since = (known.failing_since if known else None) or timezone.now()
        SendingPolicy.objects.update_or_create(
            company_id=run.company_id, defaults={"failing_since": since, "said": said[:300]}
        )
    elif known is not None and known.failing_since is not None:
        SendingPolicy.objects.filter(pk=known.pk).update(failing_since=None, said="")


@transaction.atomic
def _finish(run: Run, problem: str, by: int | None) -> SendReport:
    """Say where the run stands: done, stopped by someone, or still waiting for something."""
    run = Run.objects.select_for_update().get(pk=run.pk)
    states = states_of(run)
    if run.state == Run.State.SENDING:
        run.state = Run.State.APPROVED if states.get("approved") else Run.State.DONE
    run.finished_at, run.problem = timezone.now(), problem
    run.save(update_fields=["state", "finished_at", "problem"])
    record_event(
        company_id=run.company_id,
        customer_id=None,
        kind="reminders-sent",
        by=by,
        text=run.day.isoformat(),
        data={"day": run.day.isoformat(), "problem": problem, **states},
    )
    return SendReport(states, problem)


def states_of(run: Run) -> dict[str, int]:
    """How many messages of a run are in each state."""
    rows = Action.objects.filter(company=run.company_id, run=run).values_list("state")
    return dict(rows.annotate(number=Count("pk")).order_by())
