"""Letters and e-mails of these tests go to a folder and a mailbox of their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from tests.dunning.mailserver import MailServer, mail_server


@pytest.fixture(autouse=True)
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
