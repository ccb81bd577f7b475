"""E-mails: composed a few at once, each sealed, claimed, handed over and confirmed before the next.

Of many, several processes send a share each.
"""

from __future__ import annotations

import os
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Final

import structlog
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Mod
from django.utils import timezone

from exigible.dunning.cases import actions_with_all
from exigible.dunning.composing import Message, compose
from exigible.dunning.envelopes import Envelope, seal
from exigible.dunning.limits import have_wait, limits_of
from exigible.dunning.mailing import Delivery, Fate, Mailer, MailServerDown
from exigible.dunning.models import Action, Channel, Run
from exigible.dunning.services.confirming import (
    SHARE,
    Kept,
    confirm,
    fail,
    hold,
    mark_ambiguous,
    recover,
    supersede,
    take,
    tell,
)
from exigible.dunning.services.known import Known
from exigible.dunning.services.storing import full_path, keep, path_of
from exigible.kernel.errors import UserMistake
from exigible.ledger.locks import together
from exigible.runtime.helpers import helpers

AT_ONCE: Final = 32
MANY: Final = 200
"""From so many e-mails on, other processes send them: it takes these a second or two to begin."""
MOST_ATTEMPTS: Final = 8
LONGEST_WAIT_MINUTES: Final = 120

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Share:
    """The e-mails of a run that one process sends: each `of`th, from the `part`th on."""

    part: int = 0
    of: int = 1


def send_emails(run: Run, by: int | None) -> str:
    """Hand over every approved e-mail of a run that may leave now, until none is left or the run is stopped.

    Gives why some wait for the company's settings, as a code; empty when none does. Raises Refused where no
    e-mail can leave at all, and MailServerDown.
    """
    count = _processes_for(run)
    if count == 1:
        return send_share(run.pk, by, Share())
    with connection.cursor() as cursor:  # none of them was approved when it was last counted
        cursor.execute("ANALYZE dunning_action, timeline_event")
    try:
        with helpers(count, connection.settings_dict) as pool:
            shares = [pool.submit(send_share, run.pk, by, Share(part, count)) for part in range(count)]
        return next(filter(None, [share.result() for share in shares]), "")
    except BrokenProcessPool as error:  # one was killed for want of memory, say
        log.warning("a process that sends e-mails ended; this one goes on alone", reason=str(error))
        recover(run)
        return send_share(run.pk, by, Share())


def _processes_for(run: Run) -> int:
    """How many processes send: one where they are few, or where a limit counts them one by one."""
    limits = limits_of(run.company, Channel.EMAIL)
    is_limited = limits.an_hour is not None or limits.an_hour_to_a_domain is not None
    return 1 if is_limited or _ready(run, Share()).count() < MANY else 1 + (os.cpu_count() or 1)


def send_share(run: int, by: int | None, share: Share) -> str:
    """As `send_emails`, a share of them, in this process."""
    with (
        together(SHARE, run),
        EmailRound(Run.objects.select_related("company").get(pk=run), by, share) as emails,
    ):
        emails.send_all()
        return emails.waits_for


def _ready(run: Run, share: Share) -> QuerySet[Action]:
    approved = actions_with_all(run=run, channel=Channel.EMAIL, state=Action.State.APPROVED, through=None)
    ready = approved.filter(Q(not_before=None) | Q(not_before__lte=timezone.now()))
    chosen: QuerySet[Action] = ready.alias(part=Mod(F("pk"), share.of)).filter(part=share.part)
    return chosen.order_by("pk")


class EmailRound:
    """A share of a run's e-mails, through one mailer. Raises Refused where no e-mail can leave at all."""

    def __init__(self, run: Run, by: int | None, share: Share) -> None:
        self._run, self._by, self._share = run, by, share
        self._mailer: Mailer | None = None
        self._limits = limits_of(run.company, Channel.EMAIL)
        self.waits_for = ""
        """Why some of the e-mails wait for the company's settings, as a code."""

    def __enter__(self) -> EmailRound:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._mailer is not None:
            self._mailer.__exit__(kind, error, trace)

    def send_all(self) -> None:
        """Hand over every approved e-mail, until none is left or the run is stopped."""
        last = 0
        while True:
            known = Known.now(self._run.company_id)
            actions = list(_ready(self._run, self._share).filter(pk__gt=last)[:AT_ONCE])
            if not actions:
                return
            self._mailer = self._mailer or Mailer()
            for message in compose(actions, timezone.localdate()):
                if message.waits is not None:
                    self.waits_for = message.waits.code
                elif not self._send(message, known):
                    return
            last = actions[-1].pk

    def _send(self, message: Message, known: Known) -> bool:
        """Claim, hand over, confirm one message; False when the run was stopped."""
        wait = self._limits.wait_for(message.action.recipient, timezone.now())
        if wait is not None:
            have_wait(self._run, Channel.EMAIL, wait)
        envelope = _claim_as_known(message, known)
        if envelope is None:
            [message] = compose(list(actions_with_all(pk=message.action.pk)), timezone.localdate())
            envelope = _claim_or_tell(message)
        if envelope is None:
            return Run.objects.filter(pk=self._run.pk, state=Run.State.SENDING).exists()
        assert self._mailer is not None
        try:
            delivery = self._mailer.deliver(envelope.email, envelope.content)
        except MailServerDown:
            _put_back(message.action)
            raise
        self._settle(message, delivery, envelope.recipient)
        return True

    @transaction.atomic
    def _settle(self, message: Message, delivery: Delivery, recipient: str) -> None:
        """Write down what became of a message."""
        action = message.action
        match delivery.fate:
            case Fate.SENT:
                kept = Kept(action.file, action.file_sha256, action.message_id)
                confirm(message, self._by, timezone.now(), kept)
            case Fate.UNSURE:
                mark_ambiguous(action, delivery.said)
            case Fate.REFUSED if recipient == action.recipient:
                _refuse(action, delivery.said)
            case Fate.LATER if action.attempts < MOST_ATTEMPTS:
                _postpone(action, delivery.said)
            case _:
                fail(action, delivery.said)


def _claim_as_known(message: Message, known: Known) -> Envelope | None:
    """Take a message as it was composed, if nothing has changed since; None where it needs a second look."""
    try:
        return _claim(message, known) if message.goes else None
    except (UserMistake, ValueError) as trouble:
        log.info("an e-mail cannot be made", action=message.action.pk, reason=str(trouble))
        return None


@transaction.atomic
def _claim_or_tell(message: Message) -> Envelope | None:
    """Take a message composed just now, or say what becomes of it; None where it does not leave."""
    action = message.action
    if message.waits is not None:
        return None
    try:
        if message.goes:
            return _claim(message)
        if take(action):
            supersede(message)
    except UserMistake as mistake:
        if take(action):
            fail(action, str(mistake))
    except ValueError as error:  # an address that is none
        if take(action):
            _refuse(action, str(error))
    return None


def _claim(message: Message, known: Known | None = None) -> Envelope | None:
    """Take a message, its very text kept before; None where it may not leave now.

    It may not where the run was stopped, or where anything has changed since it was `known`. Raises
    UserMistake and ValueError where it cannot be made, see `seal`.
    """
    action, envelope = message.action, seal(message)
    path = path_of(action, action.customer.code)
    kept = Kept(path, keep(path, envelope.content), envelope.message_id)
    if not hold(message, kept, known):
        if not action.file:  # no attempt before is kept there
            full_path(path).unlink(missing_ok=True)
        return None
    action.file, action.file_sha256, action.message_id = kept.file, kept.file_sha256, kept.message_id
    return envelope


def _put_back(action: Action) -> None:
    """Nothing was handed over: the message waits as before."""
    Action.objects.filter(pk=action.pk, state=Action.State.RESERVED).update(
        state=Action.State.APPROVED, attempts=max(action.attempts - 1, 0), reserved_at=None
    )


def _postpone(action: Action, said: str) -> None:
    """Try again after 2, 4, 8… minutes."""
    wait = timedelta(minutes=min(2**action.attempts, LONGEST_WAIT_MINUTES))
    Action.objects.filter(pk=action.pk).update(
        state=Action.State.APPROVED, not_before=timezone.now() + wait, problem=said[:300]
    )


def _refuse(action: Action, said: str) -> None:
    """The address is not taken: the next run writes a letter instead."""
    Action.objects.filter(pk=action.pk).update(state=Action.State.REFUSED, problem=said[:300])
    tell(action, "reminder-refused", None, {"recipient": action.recipient, "why": said[:300]})
