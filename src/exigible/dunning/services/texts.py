"""Text messages: each composed, claimed, handed to the gateway and confirmed before the next."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from exigible.dunning.cases import actions_with_all
from exigible.dunning.composing import Message, compose
from exigible.dunning.hours import next_opening
from exigible.dunning.limits import have_wait, limits_of
from exigible.dunning.mailing import Delivery, Fate
from exigible.dunning.models import Action, Channel, Run, SmsGateway
from exigible.dunning.numbers import e164, parse_number
from exigible.dunning.readiness import gateway_in_use
from exigible.dunning.services.confirming import (
    Kept,
    confirm,
    fail,
    keep_amounts,
    mark_ambiguous,
    supersede,
    take,
)
from exigible.dunning.services.storing import keep, path_of
from exigible.dunning.sms import Gateway, GatewayDown, TextMessage, gateway_of

MOST_ATTEMPTS: Final = 8
LONGEST_WAIT: Final = timedelta(hours=2)
OUT_OF_HOURS: Final = "out-of-hours"

log = structlog.get_logger(__name__)


def send_texts(run: Run, by: int | None) -> str:
    """Hand over every approved text message of a run that may leave now, until none is left.

    Gives why some wait for the company's settings or for the gateway, as a code; empty when none does.
    """
    if not _ready(run, after=0).exists():
        return ""
    settings = gateway_in_use(run.company)
    if settings is None:
        return "no-sms-gateway"
    try:
        problem = _Round(run, by, settings).send_all()
    except GatewayDown as error:
        log.warning("the gateway of text messages takes none", reason=str(error), code=error.code)
        _note(settings, str(error))
        return error.code
    _note(settings, "")
    return problem


class _Round:
    def __init__(self, run: Run, by: int | None, settings: SmsGateway) -> None:
        self._run, self._by, self._settings = run, by, settings
        self._gateway: Gateway = gateway_of(settings)
        self._limits = limits_of(run.company, Channel.SMS)
        self._trial = _test_number(settings)

    def send_all(self) -> str:
        """Why some of them wait for the company's settings, as a code."""
        waits, last = "", 0
        while (pk := _ready(self._run, after=last).values_list("pk", flat=True).first()) is not None:
            last = pk
            message = self._claimed(pk)
            if message is None:
                continue
            if message.waits is not None:
                waits = message.waits.code
                continue
            self._deliver(message)
        return waits

    @transaction.atomic
    def _claimed(self, pk: int) -> Message | None:
        """Take a message on what is known now, and keep its very text; None where it does not leave."""
        action = Action.objects.select_related("customer").get(pk=pk)
        now = timezone.now()
        if self._has_to_wait(action, now) or not take(action):
            return None
        [message] = compose(list(actions_with_all(pk=pk)), timezone.localdate())
        if message.stop is not None:
            supersede(message)
            return None
        if message.waits is not None:
            _put_back(message.action)
            return message
        keep_amounts([message])
        _keep(message)
        return message

    def _has_to_wait(self, action: Action, now: datetime) -> bool:
        opening = next_opening(self._settings, action.customer, now)
        if opening > now:
            Action.objects.filter(pk=action.pk).update(not_before=opening, problem=OUT_OF_HOURS)
            return True
        wait = self._limits.wait_for(action.recipient, now)
        if wait is not None:
            have_wait(self._run, Channel.SMS, wait)
        return wait is not None

    def _deliver(self, message: Message) -> None:
        action = message.action
        reference = f"{self._run.company.code}-{action.pk}"
        to = self._trial or action.recipient
        try:
            delivery = self._gateway.deliver(TextMessage(to, message.sms, reference))
        except GatewayDown:
            _put_back(action)
            raise
        self._settle(message, delivery)

    @transaction.atomic
    def _settle(self, message: Message, delivery: Delivery) -> None:
        action = message.action
        match delivery.fate:
            case Fate.SENT:
                kept = Kept(action.file, action.file_sha256, delivery.message_id)
                confirm(message, self._by, timezone.now(), kept)
            case Fate.UNSURE:
                mark_ambiguous(action, delivery.said)
            case Fate.LATER if action.attempts < MOST_ATTEMPTS:
                _postpone(action, delivery)
            case _:
                fail(action, delivery.said)


def _ready(run: Run, after: int) -> Any:
    ready = Action.objects.filter(run=run, channel=Channel.SMS, state=Action.State.APPROVED, pk__gt=after)
    return ready.filter(Q(not_before=None) | Q(not_before__lte=timezone.now())).order_by("pk")


def _keep(message: Message) -> None:
    """Note what is about to leave, and keep its very text."""
    action = message.action
    action.file = path_of(action, action.customer.code)
    action.file_sha256 = keep(action.file, message.sms.encode())
    Action.objects.filter(pk=action.pk).update(
        sent_minor=message.letter.net_minor, file=action.file, file_sha256=action.file_sha256
    )


def _put_back(action: Action) -> None:
    """Nothing was handed over: the message waits as before."""
    Action.objects.filter(pk=action.pk, state=Action.State.RESERVED).update(
        state=Action.State.APPROVED, attempts=max(action.attempts - 1, 0), reserved_at=None
    )


def _postpone(action: Action, delivery: Delivery) -> None:
    """Try again when the gateway says, else after 2, 4, 8… minutes."""
    wait = delivery.again_in or min(timedelta(minutes=2**action.attempts), LONGEST_WAIT)
    Action.objects.filter(pk=action.pk).update(
        state=Action.State.APPROVED, not_before=timezone.now() + wait, problem=delivery.said[:300]
    )


def _test_number(settings: SmsGateway) -> str:
    """Where all text messages go on trial, in E.164; empty where they go to the customers."""
    if not settings.test_number:
        return ""
    number = parse_number(settings.test_number, settings.company.country, settings.company.country)
    if number is None:
        raise GatewayDown(settings.test_number, "no-test-number")
    return e164(number)


def _note(settings: SmsGateway, said: str) -> None:
    """Keep with the gateway since when it takes nothing, and its words."""
    if said:
        since = settings.failing_since or timezone.now()
        SmsGateway.objects.filter(pk=settings.pk).update(failing_since=since, said=said[:300])
    elif settings.failing_since is not None:
        SmsGateway.objects.filter(pk=settings.pk).update(failing_since=None, said="")
