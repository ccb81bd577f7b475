"""A Monday at a company whose customers are late: its mail servers and its clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from tests.dunning.conftest import files, mail
from tests.inbox.conftest import imap

__all__ = ["files", "imap", "mail", "monday"]


@pytest.fixture
def monday() -> Iterator[None]:
    """Monday 23 November 2026, at half past nine in Nice: offices are open."""
    with time_machine.travel(datetime(2026, 11, 23, 8, 30, tzinfo=UTC), tick=True):
        yield
