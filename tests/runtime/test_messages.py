"""Translations without GNU gettext: which strings are found, kept, and missed."""

from __future__ import annotations

from pathlib import Path

import pytest

from exigible.runtime import messages
from exigible.runtime.extraction import Message, Untranslatable, from_python, from_template


def texts(found: list[object]) -> list[tuple[str, ...]]:
    return [item.texts for item in found if isinstance(item, Message)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('_("One")', [("One",)]),
        ('gettext_lazy("One " "two")', [("One two",)]),
        ('ngettext("%(n)s item", "%(n)s items", n)', [("%(n)s item", "%(n)s items")]),
        ('raise Refused("rule", "The rule of {n}.", n=3)', [("The rule of {n}.",)]),
        ('sentence = "Said later."', [("Said later.",)]),
        ('_SENTENCES = {"code": "One.", "other": "Two."}', [("One.",), ("Two.",)]),
        ('print("not for translation")', []),
        ("_(name)", []),
    ],
)
def test_python_strings_are_found(source: str, expected: list[tuple[str, ...]]) -> None:
    assert texts(list(from_python(source, "x.py"))) == expected


def test_a_context_tells_two_meanings_apart() -> None:
    (found,) = from_python('pgettext("month", "May")', "x.py")
    assert isinstance(found, Message)
    assert (found.texts, found.context) == (("May",), "month")


@pytest.mark.parametrize(
    "source", ['_(f"Hello {name}")', 'raise Refused("rule", f"Not {n}.")', 'raise UserMistake("no-words")']
)
def test_strings_that_no_translator_would_see_are_reported(source: str) -> None:
    (found,) = from_python(source, "x.py")
    assert isinstance(found, Untranslatable)


def test_template_strings_are_found() -> None:
    source = """{% load i18n %}<a title="{% translate "It's <b>here</b>" %}">
    {% blocktranslate trimmed count n=n %}
      {{ n }} line
    {% plural %}
      {{ n }} lines
    {% endblocktranslate %}{{ _("in a filter")|upper }}{% translate "May" context "month" %}</a>"""
    assert sorted(texts(list(from_template(source, "x.html")))) == [
        ("%(n)s line", "%(n)s lines"),
        ("It's <b>here</b>",),
        ("May",),
        ("in a filter",),
    ]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(messages, "PACKAGE", tmp_path)
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "views.py").write_text('_("One {n}")\n_("Two")\n')
    return tmp_path / "room"


def translate(room: Path, **known: str) -> None:
    path = messages._path(room, "fr")
    text = path.read_text()
    for source, translation in known.items():
        text = text.replace(f'msgid "{source}"\nmsgstr ""', f'msgid "{source}"\nmsgstr "{translation}"')
    path.write_text(text)


def test_update_keeps_what_is_translated_and_drops_what_is_gone(room: Path) -> None:
    messages.update(room)
    translate(room, Two="Deux")
    (room / "views.py").write_text('_("Two")\n_("Three")\n')
    messages.update(room)
    text = messages._path(room, "fr").read_text()
    assert 'msgstr "Deux"' in text
    assert "One" not in text
    assert [problem.split(": ")[1] for problem in messages.check(room)] == ["not translated"]


def test_update_twice_changes_nothing(room: Path) -> None:
    messages.update(room)
    before = messages._path(room, "fr").read_bytes()
    messages.update(room)
    assert messages._path(room, "fr").read_bytes() == before


def test_check_reports_a_translation_that_loses_a_value(room: Path) -> None:
    messages.update(room)
    translate(room, Two="Deux", **{"One {n}": "Un {m}"})
    assert ["has other placeholders" in problem for problem in messages.check(room)] == [True]


def test_check_is_content_when_all_is_translated_and_compile_makes_what_django_reads(room: Path) -> None:
    messages.update(room)
    translate(room, Two="Deux", **{"One {n}": "Un {n}"})
    assert messages.check(room) == []
    messages.compile_room(room)
    assert messages._path(room, "fr").with_suffix(".mo").exists()
