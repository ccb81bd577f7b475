"""E-mails: a few composed at once, sealed on all cores while those before leave, handed over one by one."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Final

import structlog
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from exigible.dunning.cases import actions_with_all
from exigible.dunning.composing import Message, compose
from exigible.dunning.envelopes import Envelope, seal
from exigible.dunning.limits import have_wait, limits_of
from exigible.dunning.mailing import Delivery, Fate, Mailer, MailServerDown
from exigible.dunning.models import Action, Channel, Run
from exigible.dunning.services.confirming import claim, confirm, fail, keep_amounts, supersede, tell
from exigible.dunning.services.known import Known
from exigible.dunning.services.storing import keep, path_of
from exigible.kernel.errors import UserMistake
from exigible.runtime.helpers import helpers

AT_ONCE: Final = 32
MANY: Final = 200
"""From so many e-mails on, other processes seal them: it takes them a second or two to begin."""
MOST_ATTEMPTS: Final = 8
LONGEST_WAIT_MINUTES: Final = 120


log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message composed on what was `known`; its envelope is being made meanwhile, if it goes."""

    message: Message
    known: Known
    envelope: Future[Envelope] | None


class EmailRound:
    """The e-mails of a run, through one mailer. Raises Refused where no e-mail can leave at all."""

    def __init__(self, run: Run, by: int | None, on_unsure: Callable[[Action, str], None]) -> None:
        self._run = run
        self._by = by
        self._on_unsure = on_unsure
        self._mailer: Mailer | None = None
        self._sealing = self._sealers()
        self._limits = limits_of(run.company, Channel.EMAIL)
        self.waits_for = ""
        """Why some of the e-mails wait for the company's settings, as a code."""

    def __enter__(self) -> EmailRound:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sealing.shutdown(cancel_futures=True)
        if self._mailer is not None:
            self._mailer.__exit__(kind, error, trace)

    def send_all(self) -> None:
        """Hand over every approved e-mail, until none is left or the run is stopped."""
        batch = self._prepare(after=0)
        while batch:
            self._mailer = self._mailer or Mailer()
            following = self._prepare(after=batch[-1].message.action.pk)
            for prepared in batch:
                if prepared.message.waits is not None:
                    self.waits_for = prepared.message.waits.code
                elif not self._send(prepared):
                    return
            batch = following

    def _sealers(self) -> Executor:
        cores = os.cpu_count() or 1
        if (
            Action.objects.filter(run=self._run, channel=Channel.EMAIL, state=Action.State.APPROVED).count()
            < MANY
        ):
            return ThreadPoolExecutor(cores, thread_name_prefix="sealing")
        return helpers(cores, connection.settings_dict)

    def _prepare(self, after: int) -> list[Prepared]:
        known = Known.now(self._run.company_id)
        chosen = actions_with_all(
            run=self._run, channel=Channel.EMAIL, state=Action.State.APPROVED, pk__gt=after
        )
        ready = chosen.filter(Q(not_before=None) | Q(not_before__lte=timezone.now()))
        return self._composed(list(ready.order_by("pk")[:AT_ONCE]), known)

    def _composed(self, actions: list[Action], known: Known) -> list[Prepared]:
        messages = compose(actions, timezone.localdate())
        return [
            Prepared(message, known, self._sealing.submit(seal, message) if message.goes else None)
            for message in messages
        ]

    def _send(self, prepared: Prepared) -> bool:
        """Claim, hand over, confirm one message; False when the run was stopped."""
        wait = self._limits.wait_for(prepared.message.action.recipient, timezone.now())
        if wait is not None:
            have_wait(self._run, Channel.EMAIL, wait)
        claimed = self._claim(prepared)
        if claimed is None:
            return Run.objects.filter(pk=self._run.pk, state=Run.State.SENDING).exists()
        message, envelope = claimed
        assert self._mailer is not None
        try:
            delivery = self._mailer.deliver(envelope.email, envelope.content)
        except MailServerDown:
            _put_back(message.action)
            raise
        self._settle(message, delivery, envelope.recipient)
        return True

    @transaction.atomic
    def _claim(self, prepared: Prepared) -> tuple[Message, Envelope] | None:
        """Take the message, on what is known now; its very text is kept before anything leaves."""
        action = prepared.message.action
        if not claim(self._run, Channel.EMAIL, 1, only=action.pk):
            return None
        action.attempts += 1
        if prepared.known.has_changed():
            [prepared] = self._composed(list(actions_with_all(pk=action.pk)), prepared.known)
        message = prepared.message
        if message.waits is not None:
            _put_back(message.action)
            return None
        if prepared.envelope is None:
            supersede(message)
            return None
        try:
            envelope = _sealed(prepared.envelope, message)
        except UserMistake as mistake:
            fail(message.action, str(mistake))
            return None
        except ValueError as error:  # an address that is none
            _refuse(message.action, str(error))
            return None
        _keep(message, envelope)
        return message, envelope

    @transaction.atomic
    def _settle(self, message: Message, delivery: Delivery, recipient: str) -> None:
        """Write down what became of a message."""
        action = message.action
        match delivery.fate:
            case Fate.SENT:
                confirm(
                    message,
                    self._by,
                    timezone.now(),
                    message_id=action.message_id,
                    file=action.file,
                    file_sha256=action.file_sha256,
                )
            case Fate.UNSURE:
                self._on_unsure(action, delivery.said)
            case Fate.REFUSED if recipient == action.recipient:
                _refuse(action, delivery.said)
            case Fate.LATER if action.attempts < MOST_ATTEMPTS:
                _postpone(action, delivery.said)
            case _:
                fail(action, delivery.said)


def _sealed(envelope: Future[Envelope], message: Message) -> Envelope:
    try:
        return envelope.result()
    except (BrokenProcessPool, CancelledError) as error:  # killed for want of memory, say
        log.warning("a process that seals e-mails ended; this one does it", reason=str(error))
        return seal(message)


def _keep(message: Message, envelope: Envelope) -> None:
    """Note what is about to leave, and keep its very text."""
    action = message.action
    path = path_of(action, action.customer.code)
    keep_amounts([message])
    action.message_id, action.file = envelope.message_id, path
    action.file_sha256 = keep(path, envelope.content)
    Action.objects.filter(pk=action.pk).update(
        message_id=action.message_id,
        sent_minor=message.letter.net_minor,
        file=action.file,
        file_sha256=action.file_sha256,
    )


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
