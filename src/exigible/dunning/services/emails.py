"""E-mails: prepared a few at a time, then handed over one by one over one connection."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email.mime.image import MIMEImage
from email.utils import format_datetime, formataddr, make_msgid
from types import TracebackType
from typing import Final

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from exigible.documents.email import inline_logo, render_email
from exigible.documents.letters import render_letters
from exigible.documents.statement import render_statements
from exigible.dunning.cases import actions_with_all
from exigible.dunning.composing import Message, compose
from exigible.dunning.mailing import Delivery, Fate, Mailer, MailServerDown
from exigible.dunning.models import Action, Channel, Run
from exigible.dunning.readiness import email_of_sender
from exigible.dunning.services.confirming import claim, confirm, fail, keep_amounts, supersede, tell
from exigible.dunning.services.storing import keep, path_of
from exigible.kernel.errors import Refused, UserMistake
from exigible.kernel.text import clean

AT_ONCE: Final = 32
MOST_ATTEMPTS: Final = 8
LONGEST_WAIT_MINUTES: Final = 120

Attachments = list[tuple[str, bytes]]


class EmailRound:
    """The e-mails of a run, through one mailer. Raises Refused where no e-mail can leave at all."""

    def __init__(self, run: Run, by: int | None, on_unsure: Callable[[Action, str], None]) -> None:
        self._run = run
        self._by = by
        self._on_unsure = on_unsure
        self._mailer: Mailer | None = None
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
        after = 0
        while actions := self._approved(after):
            self._mailer = self._mailer or Mailer()
            for message, attachments in _prepared(actions):
                if message.waits is not None:
                    self.waits_for = message.waits.code
                elif not self._send(message, attachments):
                    return
            after = actions[-1].pk

    def _approved(self, after: int) -> list[Action]:
        chosen = actions_with_all(
            run=self._run, channel=Channel.EMAIL, state=Action.State.APPROVED, pk__gt=after
        )
        ready = chosen.filter(Q(not_before=None) | Q(not_before__lte=timezone.now()))
        return list(ready.order_by("pk")[:AT_ONCE])

    def _send(self, prepared: Message, attachments: Attachments | None) -> bool:
        """Claim, hand over, confirm one message; False when the run was stopped."""
        claimed = self._claim(prepared, attachments)
        if claimed is None:
            return Run.objects.filter(pk=self._run.pk, state=Run.State.SENDING).exists()
        message, email, content = claimed
        assert self._mailer is not None
        try:
            delivery = self._mailer.deliver(email, content)
        except MailServerDown:
            _put_back(message.action)
            raise
        self._settle(message, delivery, email.to[0])
        return True

    @transaction.atomic
    def _claim(
        self, prepared: Message, attachments: Attachments | None
    ) -> tuple[Message, EmailMultiAlternatives, bytes] | None:
        """Take the message and read its amounts again; its very text is kept before anything leaves."""
        if not claim(self._run, Channel.EMAIL, 1, only=prepared.action.pk):
            return None
        [message] = compose(list(actions_with_all(pk=prepared.action.pk)), timezone.localdate())
        if message.stop is not None:
            supersede(message)
            return None
        try:
            if attachments is None or message.says != prepared.says:
                attachments = _attachments([message])[0]
            email = _email(message, attachments)
            content = email.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own has it
        except UserMistake as mistake:
            fail(message.action, str(mistake))
            return None
        except ValueError as error:  # an address that is none
            _refuse(message.action, str(error))
            return None
        _keep(message, email, content)
        return message, email, content

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


def _prepared(actions: list[Action]) -> list[tuple[Message, Attachments | None]]:
    """The messages and their attachments; None where these could not be made together with the others."""
    messages = compose(actions, timezone.localdate())
    going = [message for message in messages if message.stop is None and message.waits is None]
    try:
        made = dict(zip((m.action.pk for m in going), _attachments(going), strict=True))
    except UserMistake:
        made = {}
    return [(message, made.get(message.action.pk)) for message in messages]


def _attachments(messages: list[Message]) -> list[Attachments]:
    """The statement of account; and the letter itself where it has an annex or is a formal notice."""
    statements = render_statements([message.statement for message in messages])
    formal = [message for message in messages if message.is_formal]
    letters = dict(
        zip((m.action.pk for m in formal), render_letters([m.letter for m in formal]), strict=True)
    )
    return [
        [
            *([(_file_name(_letter_word, message), letters[message.action.pk])] if message.is_formal else []),
            (_file_name(_statement_word, message), statement),
        ]
        for message, statement in zip(messages, statements, strict=True)
    ]


def _letter_word() -> str:
    return _("letter")


def _statement_word() -> str:
    return _("statement")


def _file_name(word: Callable[[], str], message: Message) -> str:
    with override(message.letter.language):
        return f"{word()}-{message.letter.dated:%Y-%m-%d}.pdf"


def _keep(message: Message, email: EmailMultiAlternatives, content: bytes) -> None:
    """Note what is about to leave, and keep its very text."""
    path = path_of(message.action, message.action.customer.code)
    keep_amounts([message])
    Action.objects.filter(pk=message.action.pk).update(
        message_id=email.extra_headers["Message-ID"],
        sent_minor=message.letter.net_minor,
        file=path,
        file_sha256=keep(path, content),
    )
    message.action.refresh_from_db(fields=["message_id", "file", "file_sha256", "attempts"])


def _email(message: Message, attachments: Attachments) -> EmailMultiAlternatives:
    """The message as it goes. With a test address set, it goes there and nowhere else."""
    action, company = message.action, message.action.run.company
    body = render_email(message.letter)
    sender = _sender_address(message)
    email = EmailMultiAlternatives(
        subject=body.subject,
        body=body.text,
        from_email=formataddr((clean(company.name, 120), sender)),
        to=[company.test_recipient or action.recipient],
        headers={
            "Message-ID": action.message_id or make_msgid("reminder", sender.rpartition("@")[2]),
            "Date": format_datetime(timezone.localtime()),
        },
    )
    email.attach_alternative(body.html, "text/html")
    logo = inline_logo(message.letter.sender)
    if logo is not None:
        email.attach(_inline(logo.content_id, logo.content))
    for name, content in attachments:
        email.attach(name, content, "application/pdf")
    return email


def _inline(content_id: str, content: bytes) -> MIMEImage:
    image = MIMEImage(content)
    image.add_header("Content-ID", f"<{content_id}>")
    image.add_header("Content-Disposition", "inline")
    return image


def _sender_address(message: Message) -> str:
    address = email_of_sender(message.action.run.company)
    if not address:
        raise Refused("no-sender", "The company has no e-mail address to write from: see its settings.")
    return address


def _put_back(action: Action) -> None:
    """Nothing was handed over: the message waits as before."""
    Action.objects.filter(pk=action.pk, state=Action.State.RESERVED).update(
        state=Action.State.APPROVED, attempts=max(action.attempts - 1, 0)
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
