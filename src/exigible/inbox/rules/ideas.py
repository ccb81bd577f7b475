"""The ideas in a sentence: what its words mean in a debtor's reply, whichever words and language they are.

The lists are data, one file a language in `lexicon/`; English and French words share their ideas, so that
what is learnt of one serves the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Final, NamedTuple

from exigible.inbox.rules.days import Day
from exigible.inbox.rules.phrases import Sentence, plain_word

_TOKEN: Final = re.compile(r"<[a-z]+>|[\w.+-]+@[\w.-]+|\+?\d[\d .,/-]*|[a-z]+|\?")
_SHORTEST_BEGINNING: Final = 3
_SHORT: Final = 4
"""Letters: words no longer than this mean nothing in a sentence of the other language ("on", "part")."""
_LANGUAGES: Final = ("fr", "en")
_OF_FRENCH: Final = frozenset((
    "le", "la", "les", "un", "une", "des", "du", "de", "et", "est", "pas", "ne", "je", "nous", "vous",
    "il", "elle", "sur", "pour", "par", "avec", "que", "qui", "au", "aux", "ce", "cette", "votre",
    "vos", "notre", "nos", "mon", "ma", "dans", "en", "bonjour", "merci", "c", "d", "l", "n", "j", "s",
))  # fmt: skip
_OF_ENGLISH: Final = frozenset((
    "the", "an", "of", "to", "is", "are", "was", "we", "you", "i", "it", "this", "that", "our", "your",
    "my", "for", "with", "by", "at", "on", "in", "and", "be", "have", "has", "will", "please", "hi",
    "hello", "can", "not", "from",
))  # fmt: skip
_TELEPHONE: Final = 9
"""Figures: a number of at least as many is one to call, or of an account."""


@dataclass(frozen=True, slots=True)
class Idea:
    """An idea of the lexicon, or of a kind of figure: "<ahead>", "<behind>" and "<day>" for days to come,
    gone by, and either; "<mail>", "<tel>" and "<num>"; or "=" and a word itself, or two in a row."""

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
    words: dict[str, dict[str, frozenset[str]]]
    """By language, then by word."""
    beginnings: dict[str, dict[str, frozenset[str]]]
    """Likewise, words of which only the beginning is given."""
    phrases: dict[str, tuple[tuple[tuple[str, ...], bool, str], ...]]
    """By their first word: the words after it, whether only the last one's beginning is given, the idea."""


def ideas_in(sentence: Sentence, days: Iterable[Day]) -> list[Idea]:
    """All that the words of a sentence may mean, a word often several things; `days` are those in it."""
    tokens = list(_tokens(sentence.plain, days))
    language = _language(token.text for token in tokens)
    found: list[Idea] = []
    for at, token in enumerate(tokens):
        found += [Idea(name, token.start, token.end) for name in _meanings(token.text, language)]
        for rest, is_beginning, name in _lexicon().phrases.get(token.text, ()):
            following = tokens[at + 1 : at + 1 + len(rest)]
            if len(following) == len(rest) and _follow(following, rest, is_beginning):
                found.append(Idea(name, token.start, following[-1].end))
    return found


def words_in(sentence: Sentence) -> list[Idea]:
    """Each word of a sentence, and each two in a row, under names of their own: "=avoir", "=jamais_recu".

    What no list has foreseen is heard so. Little words alone say nothing and are left out.
    """
    tokens = list(_tokens_of(sentence.plain, 0, len(sentence.plain)))
    told = [not _is_little(token.text) for token in tokens]
    alone = [
        Idea(f"={token.text}", token.start, token.end)
        for token, tells in zip(tokens, told, strict=True)
        if tells
    ]
    return alone + [
        Idea(f"={a.text}_{b.text}", a.start, b.end)
        for n, (a, b) in enumerate(pairwise(tokens))
        if told[n] or told[n + 1]
    ]


def _is_little(word: str) -> bool:
    return word[0] in "<?" or word in _OF_FRENCH or word in _OF_ENGLISH


def _language(words: Iterable[str]) -> str:
    """The language of most of its little words; "" where neither has more."""
    said = list(words)
    french, english = sum(word in _OF_FRENCH for word in said), sum(word in _OF_ENGLISH for word in said)
    return "" if french == english else "fr" if french > english else "en"


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
def _meanings(word: str, language: str) -> tuple[str, ...]:
    """The ideas of a word in a sentence of that language, for the languages borrow from one another."""
    names = {word} if word[0] in "<?" else set()
    for own in _LANGUAGES:
        if own == language or not language or len(word) > _SHORT:
            names |= _lexicon().words[own].get(word, frozenset())
            for end in range(_SHORTEST_BEGINNING, len(word) + 1):
                names |= _lexicon().beginnings[own].get(word[:end], frozenset())
    return tuple(sorted(names))


@cache
def _lexicon() -> _Lexicon:
    lexicon = _Lexicon({own: {} for own in _LANGUAGES}, {own: {} for own in _LANGUAGES}, {})
    for language, name, entry in _entries():
        is_beginning = entry.endswith("*")
        first, *rest = _as_tokens(entry.rstrip("*"), is_beginning)
        if rest:
            known = lexicon.phrases.get(first, ())
            lexicon.phrases[first] = (*known, (tuple(rest), is_beginning, name))
        else:
            words = (lexicon.beginnings if is_beginning else lexicon.words)[language]
            words[first] = words.get(first, frozenset()) | {name}
    return lexicon


def _entries() -> Iterator[tuple[str, str, str]]:
    for language in _LANGUAGES:
        text = (files(__package__) / "lexicon" / f"{language}.txt").read_text(encoding="utf-8")
        for line in text.splitlines():
            name, separator, entries = line.partition(":")
            if separator and not line.startswith("#"):
                yield from ((language, name, entry.strip()) for entry in entries.split(",") if entry.strip())


def _as_tokens(entry: str, is_beginning: bool) -> list[str]:
    """An entry in the tokens of a sentence, abbreviations written out as they are there."""
    plain = entry if is_beginning or entry.startswith("<") else " ".join(map(plain_word, entry.split()))
    return [token.text for token in _tokens_of(plain, 0, len(plain))]
