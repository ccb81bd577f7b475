"""The ideas in a sentence: what its words mean in a debtor's reply, whichever words and language they are.

The lists are data, one file a language in `lexicon/`; English and French words share their ideas, so that
what is learnt of one serves the other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from exigible.inbox.rules.days import Day
from exigible.inbox.rules.phrases import Sentence, plain_word

_TOKEN: Final = re.compile(r"<[a-z]+>|[\w.+-]+@[\w.-]+|\+?\d[\d .,/-]*|[a-z]+|\?")
_SHORTEST_BEGINNING: Final = 3
_TELEPHONE: Final = 9
"""Figures: a number of at least as many is one to call, or of an account."""


@dataclass(frozen=True, slots=True)
class Idea:
    """An idea of the lexicon, or of a kind of figure: "<ahead>", "<behind>" and "<day>" for days to come,
    gone by, and either; "<mail>", "<tel>" and "<num>"."""

    name: str
    start: int
    end: int
    """Where its words stand in `Sentence.plain`."""


class _Token(NamedTuple):
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Lexicon:
    words: dict[str, frozenset[str]]
    beginnings: dict[str, frozenset[str]]
    """Words of which only the beginning is given."""
    phrases: dict[str, tuple[tuple[tuple[str, ...], bool, str], ...]]
    """By their first word: the words after it, whether only the last one's beginning is given, the idea."""


def ideas_in(sentence: Sentence, days: Iterable[Day]) -> list[Idea]:
    """All that the words of a sentence may mean, a word often several things; `days` are those in it."""
    tokens = list(_tokens(sentence.plain, days))
    found: list[Idea] = []
    for at, token in enumerate(tokens):
        found += [Idea(name, token.start, token.end) for name in _meanings(token.text)]
        for rest, is_beginning, name in _lexicon().phrases.get(token.text, ()):
            following = tokens[at + 1 : at + 1 + len(rest)]
            if len(following) == len(rest) and _follow(following, rest, is_beginning):
                found.append(Idea(name, token.start, following[-1].end))
    return found


def _tokens(plain: str, days: Iterable[Day]) -> Iterator[_Token]:
    at = 0
    for day in days:
        yield from _tokens_of(plain, at, day.start)
        side = "<day>" if day.ahead and day.behind else "<ahead>" if day.ahead else "<behind>"
        yield _Token(side, day.start, day.end)
        at = day.end
    yield from _tokens_of(plain, at, len(plain))


def _tokens_of(plain: str, start: int, end: int) -> Iterator[_Token]:
    for found in _TOKEN.finditer(plain, start, end):
        text = found[0]
        if "@" in text:
            text = "<mail>"
        elif text[-1].isdigit() or text[0] in "+0123456789":
            text = "<tel>" if sum(map(str.isdigit, text)) >= _TELEPHONE else "<num>"
        yield _Token(text, *found.span())


def _follow(tokens: list[_Token], words: tuple[str, ...], is_beginning: bool) -> bool:
    *before, last = words
    if any(token.text != word for token, word in zip(tokens, before, strict=False)):
        return False
    return tokens[-1].text.startswith(last) if is_beginning else tokens[-1].text == last


@lru_cache(maxsize=20_000)
def _meanings(word: str) -> tuple[str, ...]:
    lexicon = _lexicon()
    names = set(lexicon.words.get(word, ()))
    for end in range(_SHORTEST_BEGINNING, len(word) + 1):
        names |= lexicon.beginnings.get(word[:end], frozenset())
    if word[0] in "<?":
        names.add(word)
    return tuple(sorted(names))


@cache
def _lexicon() -> _Lexicon:
    words: dict[str, set[str]] = defaultdict(set)
    beginnings: dict[str, set[str]] = defaultdict(set)
    phrases: dict[str, list[tuple[tuple[str, ...], bool, str]]] = defaultdict(list)
    for name, entry in _entries():
        is_beginning = entry.endswith("*")
        first, *rest = _as_tokens(entry.rstrip("*"), is_beginning)
        if rest:
            phrases[first].append((tuple(rest), is_beginning, name))
        else:
            (beginnings if is_beginning else words)[first].add(name)
    return _Lexicon(
        {word: frozenset(names) for word, names in words.items()},
        {word: frozenset(names) for word, names in beginnings.items()},
        {word: tuple(entries) for word, entries in phrases.items()},
    )


def _entries() -> Iterator[tuple[str, str]]:
    for language in ("fr", "en"):
        text = (files(__package__) / "lexicon" / f"{language}.txt").read_text(encoding="utf-8")
        for line in text.splitlines():
            name, separator, entries = line.partition(":")
            if separator and not line.startswith("#"):
                yield from ((name, entry.strip()) for entry in entries.split(",") if entry.strip())


def _as_tokens(entry: str, is_beginning: bool) -> list[str]:
    """An entry in the tokens of a sentence, abbreviations written out as they are there."""
    plain = entry if is_beginning or entry.startswith("<") else " ".join(map(plain_word, entry.split()))
    return [token.text for token in _tokens_of(plain, 0, len(plain))]
