"""Mail of these tests is kept in a folder of their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from tests.dunning.mailserver import MailServer, mail_server
from tests.inbox.imap_server import PASSWORD, ImapServer, imap_server


@pytest.fixture
def files(settings: object, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    return tmp_path


@pytest.fixture
def monday() -> Iterator[None]:
    """Monday 23 November 2026, at nine in Paris."""
    with time_machine.travel(datetime(2026, 11, 23, 8, tzinfo=UTC), tick=True):
        yield


@pytest.fixture
def mail(settings: object) -> Iterator[MailServer]:
    """A real mail server, to which the program's e-mails go."""
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port  # type: ignore[attr-defined]
        settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = False, ""  # type: ignore[attr-defined]
        yield server


@pytest.fixture
def imap(monkeypatch: pytest.MonkeyPatch) -> Iterator[ImapServer]:
    """A real IMAP server, whose password the program knows for the company ACO."""
    monkeypatch.setenv("EXIGIBLE_IMAP_PASSWORD_ACO", PASSWORD)
    with imap_server() as server:
        yield server
