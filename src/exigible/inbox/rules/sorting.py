"""What kind of reply it is, and the words that decided. What is unsure is left to a person.

Three readings are added up. The rules (`hits`) are phrases with their tense, negation and condition; the
ideas (`ideas`) are what single words mean, whatever the phrase; and the words count for themselves, for what
no list foresaw. How much each counts stands in one table (`weights`), and the words behind the weightiest
lines are shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from exigible.inbox.rules.cues import Kind
from exigible.inbox.rules.days import days_in
from exigible.inbox.rules.hits import (
    SPEAKS,
    Hit,
    hits_in,
    hits_of_attachments,
    scores_of,
    weighed_by_author,
)
from exigible.inbox.rules.ideas import Idea, ideas_in, words_in
from exigible.inbox.rules.message import Reply
from exigible.inbox.rules.phrases import Sentence, sentence_of, sentences_of
from exigible.inbox.rules.weights import KINDS, scored, shares, table, together

__all__ = ["Evidence", "Hit", "Kind", "Verdict", "evidence_of", "own_sentences", "sort_reply"]

_SURE: Final = 0.6
"""Confidence under which a person decides; docs/benchmarks.md has what is right above it."""
_SURE_OF_SEVERAL: Final = 0.9
"""The same where the message says other things too: which of them is the first is soon mistaken."""
_COOLED: Final = 1.3
"""What scores are divided by before they become a confidence: the fit is surer of itself than it is right."""
_GREETING: Final = 4
"""Words: a message or a sentence no longer than this is a greeting, a name or a word thrown in."""
_MOST_SHOWN: Final = 12
_MOST_IDEAS_SHOWN: Final = 3
_TELLS: Final = 0.3
"""The weight from which an idea's words are shown."""
_NEAR: Final = 25
"""Characters between two ideas that are shown as one stretch of words."""
_MEANINGLESS: Final = frozenset(("i", "we", "you", "not", "past", "thanks", "<num>", "<day>"))
"""Ideas that alone do not make a sentence understood."""
_REPEATED_SUBJECT: Final = re.compile(r"(?:re|tr|fw|fwd|rv|ref|aw|antw|wg)\s?(?:\[\d+\])?\s?:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verdict:
    kind: Kind
    confidence: float
    """Between 0 and 1: about how often such a verdict is right. Never shown as money is."""
    is_unsure: bool
    """Two kinds are near, or nothing speaks: a person is to read it."""
    also: tuple[Kind, ...] = ()
    """Other kinds that the message holds too (a promise for one invoice, a dispute on another)."""
    why: tuple[Hit, ...] = ()
    """What decided, the weightiest first, those of `kind` before those of `also`."""


@dataclass(slots=True)
class Evidence:
    """What of the table of weights a reply meets."""

    met: dict[str, float] = field(default_factory=dict)
    """The lines that are met, and how strongly."""
    hits: list[Hit] = field(default_factory=list)
    ideas: dict[str, tuple[Sentence, tuple[Idea, ...]]] = field(default_factory=dict)
    """For a line of one or two ideas, where they were first met."""
    is_understood: bool = True
    """Whether each sentence that is more than a greeting says something."""


def sort_reply(reply: Reply, *, today: date, language_hint: str | None = None) -> Verdict:
    """The kind of a reply written on the day `today`.

    `language_hint` ("fr", "en", "en-US") is the customer's language: it says how "03/04" is read, no more,
    for people answer in any language.
    """
    if reply.bounce is not None:
        hit = Hit("bounce", Kind.OTHER, 4.0, reply.bounce.diagnostic[:200], -1)
        return Verdict(Kind.OTHER, 0.99, is_unsure=False, why=(hit,))
    evidence = evidence_of(reply, today=today, language_hint=language_hint)
    if not evidence.hits and not evidence.ideas:
        return Verdict(Kind.OTHER, 0.3, is_unsure=True)
    told = shares(score / _COOLED for score in scored(evidence.met, table()))
    confidence, kind = max(zip(told, KINDS, strict=True))
    also = _also(kind, evidence)
    is_partial = "unreadable" in reply.problems or _is_courtesy_alone(evidence) or _is_a_word(evidence)
    is_unsure = is_partial or confidence < (_SURE_OF_SEVERAL if also else _SURE)
    why = tuple(_why(kind, also, evidence))
    return Verdict(kind, round(min(0.99, confidence), 2), is_unsure, also, why)


def evidence_of(reply: Reply, *, today: date, language_hint: str | None = None) -> Evidence:
    """All that a reply written on the day `today` says for one kind or another."""
    evidence = Evidence()
    sentences = own_sentences(reply)
    opening = next((sentence for sentence in sentences if len(sentence.words) > _GREETING), None)
    for sentence in sentences:
        names = _read(sentence, today, language_hint, evidence)
        if sentence is opening:
            evidence.met |= {f"opens:{name}": 1.0 for name in names}
    evidence.hits = weighed_by_author([*evidence.hits, *hits_of_attachments(reply)], reply)
    for kind, score in scores_of(evidence.hits).items():
        evidence.met[f"rule:{kind}"] = score / SPEAKS
    spoken = [hit for hit in evidence.hits if hit.weight >= SPEAKS]
    written = (hit for hit in spoken if hit.place >= 0)
    if first := min(written, default=None, key=lambda hit: (hit.place, -hit.weight)):
        evidence.met[f"first:{first.kind}"] = 1.0
    if reply.automatic:
        evidence.met["automatic"] = 1.0
    if not spoken and sum(len(sentence.words) for sentence in sentences) <= _GREETING:
        evidence.met["short"] = 1.0
    return evidence


def own_sentences(reply: Reply) -> list[Sentence]:
    """The sentences of the message, after its subject where the sender wrote that too."""
    sentences = sentences_of(reply.words)
    if reply.subject and not _REPEATED_SUBJECT.match(reply.subject.strip()):
        sentences.insert(0, sentence_of(reply.subject, place=-1))
    return sentences


def _read(sentence: Sentence, today: date, language_hint: str | None, evidence: Evidence) -> Iterable[str]:
    """Adds to the evidence what a sentence says; the names of its ideas."""
    days = days_in(sentence, today, month_first=language_hint == "en-US")
    hits = list(hits_in(sentence, days))
    evidence.hits += hits
    if days and hits and all(hit.code == "advertising" for hit in hits):
        return ()  # how long an offer stands is no absence and no promise
    by_name: dict[str, Idea] = {}
    for idea in ideas_in(sentence, days):
        by_name.setdefault(idea.name, idea)
    for line in together(by_name):
        evidence.met[line] = 1.0
        evidence.ideas.setdefault(line, (sentence, tuple(by_name[name] for name in line.split("+"))))
    for word in words_in(sentence):
        evidence.met[word.name] = 1.0
        evidence.ideas.setdefault(word.name, (sentence, (word,)))
    if len(sentence.words) > _GREETING and not hits and _MEANINGLESS.issuperset(by_name):
        evidence.is_understood = False
    return by_name.keys()


def _is_courtesy_alone(evidence: Evidence) -> bool:
    """Thanks and nothing else that is understood, though more was written: what was missed may matter."""
    told = [hit for hit in evidence.hits if hit.weight >= 1]
    return not evidence.is_understood and all(hit.code in ("acknowledged", "thanks") for hit in told)


def _is_a_word(evidence: Evidence) -> bool:
    """A word or two of which no rule speaks: too little to go by."""
    return not evidence.hits and "short" in evidence.met


def _also(kind: Kind, evidence: Evidence) -> tuple[Kind, ...]:
    """The other kinds of which a rule speaks plainly, the weightiest first."""
    said: dict[Kind, float] = {}
    for hit in evidence.hits:
        if hit.weight >= SPEAKS and hit.kind not in (kind, Kind.OTHER):
            said[hit.kind] = max(hit.weight, said.get(hit.kind, 0))
    return tuple(sorted(said, key=lambda k: -said[k]))


def _why(kind: Kind, also: tuple[Kind, ...], evidence: Evidence) -> Iterator[Hit]:
    weightiest = sorted(evidence.hits, key=lambda hit: -hit.weight)
    by_rule = [hit for k in (kind, *also) for hit in weightiest if hit.kind is k]
    own = [hit for hit in by_rule if hit.kind is kind]
    by_ideas = list(_spoken_ideas(kind, evidence, own))
    yield from [*own, *by_ideas, *by_rule[len(own) :]][:_MOST_SHOWN]


def _spoken_ideas(kind: Kind, evidence: Evidence, shown: list[Hit]) -> Iterator[Hit]:
    """The words behind the lines that weigh most for a kind, those that a rule shows already left out."""
    at = KINDS.index(kind)
    lines: Mapping[str, tuple[float, ...]] = table()
    weighed = sorted(((lines[line][at], line) for line in evidence.ideas if line in lines), reverse=True)
    told = [hit.words for hit in shown]
    for weight, line in weighed:
        if weight < _TELLS or len(told) - len(shown) >= _MOST_IDEAS_SHOWN:
            return
        sentence, met = evidence.ideas[line]
        ideas = tuple(idea for idea in met if idea.name not in _MEANINGLESS)
        for words in _words_of(sentence, ideas):
            if not any(words in other or other in words for other in told):
                told.append(words)
                yield Hit("words", kind, weight, words, sentence.place)


def _words_of(sentence: Sentence, ideas: tuple[Idea, ...]) -> Iterator[str]:
    """The words of the ideas, in one stretch where they stand near each other."""
    stretches: list[tuple[int, int]] = []
    for idea in sorted(ideas, key=lambda idea: idea.start):
        if stretches and idea.start - stretches[-1][1] <= _NEAR:
            start, end = stretches.pop()
            stretches.append((start, max(end, idea.end)))
        else:
            stretches.append((idea.start, idea.end))
    yield from (sentence.original(start, end) for start, end in stretches)
