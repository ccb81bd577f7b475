"""Every visible string of every room is translated, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from exigible.runtime import messages


@pytest.mark.parametrize("room", messages.rooms(), ids=lambda room: room.name)
def test_every_string_of_the_room_is_translated(room: Path) -> None:
    problems = messages.check(room)
    assert not problems, "run `make messages`, then translate:\n" + "\n".join(problems)


def test_one_english_string_has_one_french_in_all_rooms() -> None:
    """Django merges the rooms' catalogues: of two translations of one string, one would be lost."""
    known: dict[object, set[object]] = {}
    for path in sorted(messages.PACKAGE.glob("*/locale/fr/LC_MESSAGES/django.po")):
        with path.open("rb") as file:
            for entry in read_po(file, locale="fr"):
                if entry.id and entry.string:
                    known.setdefault((entry.context, str(entry.id)), set()).add(str(entry.string))
    assert {key: found for key, found in known.items() if len(found) > 1} == {}
