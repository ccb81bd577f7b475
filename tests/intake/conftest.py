"""After each import, whatever it was, the ledger's invariants hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from exigible.ledger.models import Company


@pytest.fixture
def company(db: None) -> Iterator[Company]:
    """A French company in euros; what a test does to it must leave the ledger sound."""
    from tests.books import make_company

    from exigible.ledger.check import run_checks

    yield make_company()
    assert [finding for finding in run_checks() if finding.broken] == []
