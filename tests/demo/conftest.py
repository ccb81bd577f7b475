from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.demo.reading import Group

from exigible.demo.generate import generate

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="session")
def group(tmp_path_factory: pytest.TempPathFactory) -> Group:
    """The small demo as it is on a Saturday of November."""
    folder = tmp_path_factory.mktemp("demo")
    return Group(folder, generate(folder, today=TODAY))


@pytest.fixture(scope="session")
def french(tmp_path_factory: pytest.TempPathFactory) -> Group:
    """A demo with the French company alone."""
    folder: Path = tmp_path_factory.mktemp("demo-fr")
    return Group(folder, generate(folder, today=TODAY, countries=["FR"]))
