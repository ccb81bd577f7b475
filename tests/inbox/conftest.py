"""Mail of these tests is kept in a folder of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.dunning.conftest import mail, monday  # noqa: F401
from tests.inbox.imap_server import PASSWORD, ImapServer, imap_server


@pytest.fixture
def files(settings: object, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    return tmp_path


@pytest.fixture
def imap(monkeypatch: pytest.MonkeyPatch) -> Iterator[ImapServer]:
    """A real IMAP server, whose password the program knows for the company ACO."""
    monkeypatch.setenv("EXIGIBLE_IMAP_PASSWORD_ACO", PASSWORD)
    with imap_server() as server:
        yield server
