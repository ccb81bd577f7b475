"""The guides speak of what exists: commands and options, screens, words on the screen, pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po
from django.utils.translation import override

from exigible.cli import ROOM_COMMANDS, cli
from exigible.team.models import Role
from exigible.web.navigation import SCREENS

ROOT = Path(__file__).parent.parent
LANGUAGES = ("fr", "en")
DOCUMENTS = ("README.md", "docs/guide/fr.md", "docs/guide/en.md")
LARGEST_PICTURE = 300_000


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def guide(language: str) -> str:
    return text_of(f"docs/guide/{language}.md")


# --- commands ---


def commands_in(text: str) -> Iterator[str]:
    """What follows `exigible` in examples and in running text."""
    examples = re.findall(r"^ {4}(?:\S*/)?exigible +([^#\n]+)", text, re.MULTILINE)
    yield from examples
    yield from re.findall(r"`exigible +([^`]+)`", text)


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the words name, and what is left of them."""
    found: click.Command = cli
    context = click.Context(cli, info_name="exigible")
    while isinstance(found, click.Group) and words and not words[0].startswith("-"):
        inner = found.get_command(context, words[0])
        assert inner is not None, f"exigible has no command {words[0]}"
        found, words = inner, words[1:]
    return found, words


def named_commands() -> list[tuple[str, str]]:
    return [(document, said) for document in DOCUMENTS for said in commands_in(text_of(document))]


@pytest.mark.parametrize(("document", "said"), named_commands())
def test_every_command_and_option_exists(document, said):
    command, rest = command_of(said.split())
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    assert [word for word in rest if word.startswith("--") and word not in known] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_options_named_alone_belong_to_some_command(document):
    alone = set(re.findall(r"`(--[a-z-]+)", text_of(document)))
    assert alone <= every_option()


@cache
def every_option() -> frozenset[str]:
    found = {"--help"}
    waiting: list[click.Command] = [command_of([name])[0] for name in [*cli.commands, *ROOM_COMMANDS]]
    while waiting:
        command = waiting.pop()
        waiting += command.commands.values() if isinstance(command, click.Group) else []
        found |= {option for parameter in command.params for option in parameter.opts}
    return frozenset(found)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_variable_of_the_environment_is_read_by_the_program(document):
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    named = set(re.findall(r"EXIGIBLE_[A-Z_]+[A-Z]", text_of(document)))
    assert [name for name in named if name not in source] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_variable_that_the_program_reads_stands_in_the_table_of_the_guide(language):
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    read = {"DATABASE_URL", *re.findall(r"""["'](EXIGIBLE_[A-Z_]+)["']""", source)}
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", guide(language), re.MULTILINE)) == read


# --- screens and words on them ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_screens_of_the_guide_are_those_of_the_navigation(language):
    rows = re.findall(r"^\| `(g .)` \| \*([^*]+)\* \|", guide(language), re.MULTILINE)
    with override(language):
        assert rows == [(screen.keys, str(screen.label)) for screen in SCREENS]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_roles_of_the_guide_are_those_of_the_program(language):
    with override(language):
        rows = [line for line in guide(language).splitlines() if line.count("|") == 8]
        named = [row.split("*")[1] for row in rows if row.startswith("| *")]
        assert named == [str(role.label) for role in Role]


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_in_italics_are_on_the_screen(language):
    text = re.sub(r"`[^`]*`|\*\*", "", guide(language))
    said = {" ".join(word.split()) for word in re.findall(r"(?<![*\w])\*([^*|]+?)\*(?![*\w])", text)}
    explained = {"italique", "italics"}
    assert sorted(word for word in said - explained if not is_on_the_screen(word, language)) == []


def is_on_the_screen(word: str, language: str) -> bool:
    if re.fullmatch(r"(au|as of) [\d/]+( \w+ \d+)?", word):
        return True
    return word in words_on_the_screen(language)


@cache
def words_on_the_screen(language: str) -> frozenset[str]:
    """Every string of the program in that language."""
    found: set[str] = set()
    for path in (ROOT / "src/exigible").glob("*/locale/fr/LC_MESSAGES/django.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                said = message.string if language == "fr" else message.id
                found.update([said] if isinstance(said, str) else said)
    return frozenset(" ".join(word.replace("’", "'").split()) for word in found)


def test_both_guides_have_the_same_parts():
    shapes = [re.findall(r"^(#+) ", guide(language), re.MULTILINE) for language in LANGUAGES]
    assert shapes[0] == shapes[1]
    examples = [len(list(commands_in(guide(language)))) for language in LANGUAGES]
    assert examples[0] == examples[1]


@pytest.mark.parametrize("document", [*DOCUMENTS[1:], "docs/data-model.md", "docs/extending.md"])
def test_links_lead_somewhere(document):
    text = text_of(document)
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    files = [link.partition("#")[0] for link in links if not link.startswith("#")]
    assert [f for f in files if not ((ROOT / document).parent / f).exists()] == []
    anchors = {anchor(title) for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
    assert [link for link in links if link.startswith("#") and link[1:] not in anchors] == []


def anchor(title: str) -> str:
    """The address that a heading gets where the guide is read."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


# --- pictures ---


def test_the_pictures_of_the_readme_are_there_and_light():
    named = re.findall(r"!\[[^\]]*\]\((docs/pictures/[^)]+)\)", text_of("README.md"))
    assert named
    sizes = {name: (ROOT / name).stat().st_size for name in named if (ROOT / name).exists()}
    assert [name for name in named if sizes.get(name, LARGEST_PICTURE + 1) > LARGEST_PICTURE] == []
