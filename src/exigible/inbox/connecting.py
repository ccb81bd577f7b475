"""A connection to a company's IMAP server, and what prevents one, as a code."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import (
    ImapToolsError,
    MailboxFolderSelectError,
    MailboxFolderStatusError,
    MailboxLoginError,
    MailboxMoveError,
)

from exigible.inbox.models import Mailbox

TIMEOUT: Final = 30.0
"""Seconds that the server has for each answer."""


class MailboxProblem(Exception):
    """Why a mailbox cannot be read. `said`: the server's own words."""

    def __init__(self, code: str, said: str = "") -> None:
        super().__init__(code, said)
        self.code, self.said = code, said


@contextmanager
def connect(mailbox: Mailbox) -> Iterator[BaseMailBox]:
    """The server, signed in, no folder open. Raises MailboxProblem."""
    from exigible.inbox.fetching import password_of

    password = password_of(mailbox.company)
    if not password:
        raise MailboxProblem("no-password")
    try:
        server = _opened(mailbox)
    except Exception as error:
        raise problem_of(error) from error
    try:
        _sign_in(server, mailbox.user, password)
        yield server
    finally:
        _leave(server)


def _opened(mailbox: Mailbox) -> BaseMailBox:
    if mailbox.security == Mailbox.Security.NONE:
        return MailBoxUnencrypted(mailbox.host, mailbox.port, timeout=TIMEOUT)
    trusted = ssl.create_default_context()
    if mailbox.security == Mailbox.Security.STARTTLS:
        return MailBoxStartTls(mailbox.host, mailbox.port, timeout=TIMEOUT, ssl_context=trusted)
    return MailBox(mailbox.host, mailbox.port, timeout=TIMEOUT, ssl_context=trusted)


def _sign_in(server: BaseMailBox, user: str, password: str) -> None:
    try:
        if (user + password).isascii():
            server.login(user, password, initial_folder=None)
        else:
            server.login_utf8(user, password, initial_folder=None)
    except (MailboxLoginError, imaplib.IMAP4.error) as error:
        if isinstance(error, imaplib.IMAP4.abort):
            raise problem_of(error) from error
        raise MailboxProblem("login-refused", _said(error)) from None  # the command holds the password
    except OSError as error:
        raise problem_of(error) from error


def _leave(server: BaseMailBox) -> None:
    """Say goodbye; a server that is gone already needs none."""
    try:
        server.logout()
    except (OSError, imaplib.IMAP4.error, ImapToolsError):
        server.client.shutdown()


def problem_of(error: Exception) -> MailboxProblem:
    """What went wrong, in the few ways that ask for different remedies."""
    if isinstance(error, MailboxProblem):
        return error
    if isinstance(error, ssl.SSLCertVerificationError):
        return MailboxProblem("certificate", _said(error))
    if isinstance(error, MailboxFolderSelectError | MailboxFolderStatusError):
        return MailboxProblem("no-folder", _said(error))
    if isinstance(error, MailboxMoveError):
        return MailboxProblem("not-moved", _said(error))
    if isinstance(error, OSError | imaplib.IMAP4.abort):
        return MailboxProblem("unreachable", _said(error))
    return MailboxProblem("server", _said(error))


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
