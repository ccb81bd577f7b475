from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.runtime.programs import Home, new_home, python_for


@pytest.fixture
def home() -> Iterator[Home]:
    """An empty EXIGIBLE_HOME; whatever was started on it is ended with the test."""
    home = new_home()
    yield home
    home.end()


@pytest.fixture(params=["ourselves", "another user"])
def any_home(request: pytest.FixtureRequest) -> Iterator[Home]:
    """An empty EXIGIBLE_HOME used as ourselves and, where we are root, as a user who is not."""
    user = None
    if request.param == "another user":
        if os.geteuid() != 0:
            pytest.skip("only root can become another user; as ourselves we are not root already")
        user = "nobody"
        try:
            python_for(user)
        except FileNotFoundError as error:
            pytest.skip(str(error))
    home = new_home(user)
    yield home
    home.end()
