"""Handing e-mails to the mail server, and what can be known of each: taken, refused, for later, unsure.

One connection serves many messages. What matters is the moment when it breaks: before the text of a message
has left, nothing was sent; after it, and before the server's answer, nobody can know.
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr
from enum import Enum
from types import TracebackType
from typing import Any

import structlog
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

from exigible.kernel.errors import Refused

log = structlog.get_logger(__name__)


class Fate(Enum):
    """What is known of a message once it was handed over."""

    SENT = "sent"
    REFUSED = "refused"  # this address will never take it
    FAILED = "failed"  # the server will never take this message, whatever the address
    LATER = "later"  # nothing was sent, and it may be tried again
    UNSURE = "unsure"  # it may have been sent


@dataclass(frozen=True, slots=True)
class Delivery:
    """`message_id`: the name that a gateway gives it; `again_in`: how long it asks to wait."""

    fate: Fate
    said: str = ""
    message_id: str = ""
    again_in: timedelta | None = None


class MailServerDown(Exception):
    """The mail server cannot be reached or does not let us in: no message was handed over."""


class _Watched:
    """Notes whether the text of the current message may have left the house."""

    has_begun_text = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.has_begun_text = True
        return super().data(msg)  # type: ignore[misc]


class _WatchedSMTP(_Watched, smtplib.SMTP):
    pass


class _WatchedSMTPOverTLS(_Watched, smtplib.SMTP_SSL):
    pass


class _WatchedBackend(EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _WatchedSMTPOverTLS if self.use_ssl else _WatchedSMTP


class Mailer:
    """`with Mailer() as mailer: mailer.deliver(message, content)`, with the backend of Django's settings.

    Raises Refused("mail-not-configured") where no mail server is set.
    """

    def __init__(self) -> None:
        backend = get_connection()
        self._smtp = _WatchedBackend() if isinstance(backend, EmailBackend) else None
        self._other: BaseEmailBackend | None = None if self._smtp else backend
        if self._smtp and not self._smtp.host:
            raise Refused(
                "mail-not-configured", "No mail server is set: give its name in EXIGIBLE_SMTP_HOST."
            )

    def __enter__(self) -> Mailer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def deliver(self, message: EmailMessage, content: bytes) -> Delivery:
        """Hand over one message to its one recipient. `content` is the very text of it, CRLF.

        Raises MailServerDown when there is no server to hand it to.
        """
        if self._other is not None:
            self._other.send_messages([message])
            return Delivery(Fate.SENT)
        for _attempt in range(2):
            was_open = self._open()
            delivery = self._hand_over(message.from_email, message.to[0], content)
            # A connection kept from the message before may have been closed meanwhile: open another.
            if delivery.fate is not Fate.LATER or not was_open or self._smtp_connection is not None:
                return delivery
        return delivery

    @property
    def _smtp_connection(self) -> Any:
        assert self._smtp is not None
        return self._smtp.connection

    def _open(self) -> bool:
        """Whether the connection was open before."""
        assert self._smtp is not None
        try:
            return not self._smtp.open()
        except (OSError, smtplib.SMTPException) as error:
            raise MailServerDown(str(error)) from error

    def _hand_over(self, sender: str, recipient: str, content: bytes) -> Delivery:
        smtp, address = self._smtp_connection, _address(recipient)
        smtp.has_begun_text = False
        try:
            smtp.sendmail(_address(sender), [address], content)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = error.recipients[address]
            return Delivery(Fate.REFUSED if code >= 500 else Fate.LATER, _words(code, said))
        except smtplib.SMTPResponseException as error:
            fate = Fate.FAILED if error.smtp_code >= 500 else Fate.LATER
            return Delivery(fate, _words(error.smtp_code, error.smtp_error))
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return Delivery(Fate.UNSURE if smtp.has_begun_text else Fate.LATER, str(error))
        return Delivery(Fate.SENT)

    def _drop(self) -> None:
        """Forget a connection that is broken."""
        assert self._smtp is not None
        if self._smtp.connection is not None:
            self._smtp.connection.close()
        self._smtp.connection = None

    def _close(self) -> None:
        try:
            for backend in filter(None, (self._smtp, self._other)):
                backend.close()
        except (OSError, smtplib.SMTPException) as error:
            log.info("the mail server was gone at the end", reason=str(error))


def _address(written: str) -> str:
    """The bare address, in the form that servers understand."""
    return parseaddr(sanitize_address(written, "utf-8"))[1]


def _words(code: int, said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return f"{code} {text}"
