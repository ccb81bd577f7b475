"""Translations: `python -m exigible.runtime.messages update | check | compile [ROOM…]`.

`update` finds every visible string and writes it to its room's `locale/fr/LC_MESSAGES/django.po`, keeping
what is translated; `check` fails on what is missing; `compile` makes the `.mo` files. Babel does the work of
GNU gettext, so none is needed.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from exigible import __version__
from exigible.runtime.extraction import Message, Untranslatable, extract

PACKAGE = Path(__file__).resolve().parent.parent
LANGUAGES = ("fr",)  # the sources are English
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)[^{}]*\}|(%[sd])")
TIMELESS = datetime(2026, 1, 1, tzinfo=UTC)  # a date that changes would only make conflicts

Key = tuple[str, str | None]


def rooms() -> list[Path]:
    """The folders that keep translations of their own."""
    return sorted(path for path in PACKAGE.iterdir() if path.is_dir() and path.name[0] not in "._")


def update(room: Path) -> None:
    """Write the room's catalogues anew: its strings of today, with the translations known so far."""
    wanted = _wanted(room)
    for language in LANGUAGES:
        path = _path(room, language)
        if not wanted:
            path.unlink(missing_ok=True)
            continue
        known = {_key(entry): entry.string for entry in _entries(_read(room, language))}
        catalog = _empty(language)
        for key, messages in sorted(wanted.items(), key=lambda entry: (entry[0][0], entry[0][1] or "")):
            texts = max((message.texts for message in messages), key=len)
            files = sorted({message.file for message in messages})
            catalog.add(
                texts if len(texts) > 1 else texts[0],
                known.get(key) or None,
                [(file, 0) for file in files],
                context=key[1],
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=100, include_lineno=False)


def check(room: Path) -> list[str]:
    """What is wrong with the room's translations, a line each; empty when all is well."""
    found = list(extract(room, PACKAGE.parent))
    problems = [f"{item.file}:{item.line}: {item.why}" for item in found if isinstance(item, Untranslatable)]
    wanted = _by_key(found)
    for language in LANGUAGES:
        entries = {_key(entry): entry for entry in _entries(_read(room, language))}
        where = f"{room.name} ({language})"
        for key, messages in wanted.items():
            place = f"{messages[0].file}:{messages[0].line}"
            problems += [
                f"{where}: {why}: {key[0]!r}, {place}" for why in _faults(entries.get(key), messages)
            ]
        problems += [f"{where}: no longer used: {key[0]!r}" for key in entries if key not in wanted]
    return problems


def compile_room(room: Path) -> None:
    """Make the .mo files that Django reads."""
    for language in LANGUAGES:
        path = _path(room, language)
        if path.exists():
            draft = path.with_suffix(f".{os.getpid()}")  # two programs may compile at once
            with draft.open("wb") as file:
                write_mo(file, _read(room, language))
            draft.replace(path.with_suffix(".mo"))


def compile_all() -> None:
    """Make every room's .mo files; takes a fraction of a second."""
    for room in rooms():
        compile_room(room)


def _wanted(room: Path) -> dict[Key, list[Message]]:
    return _by_key(list(extract(room, PACKAGE.parent)))


def _by_key(found: list[Message | Untranslatable]) -> dict[Key, list[Message]]:
    wanted: dict[Key, list[Message]] = {}
    for message in found:
        if isinstance(message, Message) and message.texts[0]:
            wanted.setdefault((message.texts[0], message.context), []).append(message)
    return wanted


def _faults(entry: Entry | None, messages: list[Message]) -> Iterator[str]:
    """Why this entry is no good translation of what the sources say."""
    if entry is None:
        yield "missing"
        return
    strings = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ("",))
    if not all(strings):
        yield "not translated"
        return
    if entry.fuzzy:
        yield "doubtful (fuzzy)"
    sources = max((message.texts for message in messages), key=len)
    if len(sources) > 1 and len(strings) < 2:
        yield "has no plural"
    allowed = {place for text in sources for place in _placeholders(text)}
    needed = set(_placeholders(sources[-1]))
    if any(set(_placeholders(text)) - allowed for text in strings) or needed - set(
        _placeholders(strings[-1])
    ):
        yield "has other placeholders"


def _placeholders(text: str) -> list[str]:
    return [next(filter(None, match.groups()), "") for match in PLACEHOLDER.finditer(text)]


def _path(room: Path, language: str) -> Path:
    return room / "locale" / language / "LC_MESSAGES" / "django.po"


def _read(room: Path, language: str) -> Catalog:
    path = _path(room, language)
    if not path.exists():
        return _empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="django", abort_invalid=True)


def _empty(language: str) -> Catalog:
    return Catalog(
        locale=language,
        domain="django",
        header_comment="# Exigible, AGPL-3.0-or-later",
        project="Exigible",
        version=__version__,
        msgid_bugs_address="-",
        creation_date=TIMELESS,
        revision_date=TIMELESS,
        last_translator="Exigible",
        language_team="Exigible",
        fuzzy=False,
    )


def _entries(catalog: Catalog) -> list[Entry]:
    return [entry for entry in catalog if entry.id]


def _key(entry: Entry) -> Key:
    return (entry.id if isinstance(entry.id, str) else entry.id[0], entry.context)


def main(arguments: list[str]) -> int:
    """Run one of the three commands, on all rooms or on those named; returns the exit status."""
    command, names = arguments[0] if arguments else "", arguments[1:]
    chosen = [room for room in rooms() if not names or room.name in names]
    if command == "compile":
        for room in chosen:
            compile_room(room)
    elif command == "update":
        for room in chosen:
            update(room)
    elif command == "check":
        problems = [problem for room in chosen for problem in check(room)]
        sys.stderr.write("".join(f"{problem}\n" for problem in problems))
        return 1 if problems else 0
    else:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
