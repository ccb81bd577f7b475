"""Every visible string of every room is translated, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from exigible.runtime import messages


@pytest.mark.parametrize("room", messages.rooms(), ids=lambda room: room.name)
def test_every_string_of_the_room_is_translated(room: Path) -> None:
    problems = messages.check(room)
    assert not problems, "run `make messages`, then translate:\n" + "\n".join(problems)
