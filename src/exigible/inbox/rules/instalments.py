"""What a promise consists of: each amount with the day of its own clause."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import accumulate
from typing import Final

from exigible.inbox.rules.amounts import money_of, placed_amounts
from exigible.inbox.rules.days import Day
from exigible.inbox.rules.phrases import Sentence, phrase
from exigible.kernel.money import Money

_MOST: Final = 8
_THE_REST: Final = phrase(
    "(le (solde|reste|restant|reliquat|complement|surplus)|l autre (moitie|partie)"
    "|la (seconde|deuxieme) (moitie|partie)|the (balance|rest|remainder|remaining|other half|second half))"
)
_GOES_ON: Final = re.compile(r"(?:[,;:.]|(?<!\w)(?:et|puis|and|then|but|mais)) $")
"""What stands before "the balance" where it begins something else than the payment spoken of so far."""
_TO_PAY: Final = re.compile(
    r"(?<!\w)(?:pay\w*|send\w*|transfer\w*|wir\w+|settl\w+|(?:payment|instal+ment|deposit|sum) of"
    r"|r[eé]gl\w+|paie\w*|vir(?:er|ons|e|erai|erons)|vers\w+"
    r"|(?:virement|acompte|versement|r[eè]glement|paiement|somme|ch[eè]que) de)"
    r"(?: (?:you|vous|un acompte de|the sum of|la somme de))?"
    r" (\d{1,3}(?:[ \u00a0\u202f.,]\d{3})+(?:[.,]\d\d)?)(?![\w/.,-]*\d)(?! ?[%€$£])",
    re.IGNORECASE,
)
"""A sum in thousands without its currency, right after what pays it."""


@dataclass(frozen=True, slots=True)
class Instalment:
    """A payment that is promised, as far as it is told. Never for a day gone by."""

    on: date | None = None
    money: Money | None = None
    words: tuple[str, ...] = ()
    """The sender's own words for the day and the amount."""
    is_rest: bool = False
    """It is what something paid before it leaves."""


@dataclass(slots=True)
class _Told:
    """One thing told in a sentence: a day, an amount, or that the rest is spoken of from here on."""

    at: int
    day: Day | None = None
    money: Money | None = None
    words: str = ""


@dataclass(slots=True)
class _Reading:
    done: list[Instalment] = field(default_factory=list)
    current: Instalment = Instalment()
    is_over: bool = False
    """The payment spoken of is for a day gone by: no promise."""

    def close(self) -> None:
        if (self.current.on or self.current.money) and not self.is_over:
            self.done.append(self.current)
        self.current, self.is_over = Instalment(), False


def first_of(instalments: Sequence[Instalment]) -> Instalment | None:
    """The one to note: the first with its amount and its day, else the last day, else an amount alone."""
    whole = next((one for one in instalments if one.on and one.money), None)
    dated = [one for one in instalments if one.on]
    last = max(dated, default=None, key=lambda one: one.on or date.min)
    return whole or last or next(iter(instalments), None)


def instalments_in(
    sentences: Iterable[tuple[Sentence, Sequence[Day]]], currency: str | None = None
) -> list[Instalment]:
    """What is promised in some sentences, with the days that they name about pay, in its order.

    An amount and a day go together until another amount, another day or "the balance" comes. `currency` is
    that of sums written without one.
    """
    reading = _Reading()
    for sentence, days in sentences:
        for told in sorted(_told_in(sentence, days, currency), key=lambda one: one.at):
            _take(reading, told, sentence)
    reading.close()
    return reading.done[:_MOST]


def _told_in(sentence: Sentence, days: Sequence[Day], currency: str | None) -> Iterator[_Told]:
    """The days, amounts and rests of a sentence, each with the number of its word."""
    yield from (_Told(_word_at(sentence.starts, day.start), day=day, words=day.words) for day in days)
    for match in _THE_REST.finditer(sentence.plain):
        yield _Told(_word_at(sentence.starts, match.start()))
    starts = list(accumulate((len(word) + 1 for word in sentence.words), initial=0))
    for at, money, words in _amounts(" ".join(sentence.words), currency):
        yield _Told(_word_at(starts, at), money=money, words=words)


def _word_at(starts: Sequence[int], place: int) -> int:
    return bisect_right(starts, place) - 1


def _amounts(text: str, currency: str | None) -> Iterator[tuple[int, Money, str]]:
    placed = placed_amounts(text, currency)
    yield from placed
    for match in _TO_PAY.finditer(text) if currency else ():
        money = money_of(match[1], None, currency or "")
        if money and not any(match.start(1) <= at < match.end() for at, _, _ in placed):
            yield match.start(1), money, match[1]


def _take(reading: _Reading, told: _Told, sentence: Sentence) -> None:
    current = reading.current
    if told.day:
        _take_day(reading, told.day)
    elif told.money:
        if told.money in [one.money for one in (*reading.done, current)]:
            return
        if current.money:
            reading.close()
        words = (*reading.current.words, told.words)
        reading.current = replace(reading.current, money=told.money, words=words)
    else:
        if current.money or _GOES_ON.search(sentence.plain[: sentence.starts[told.at]]):
            reading.close()
        reading.current = replace(reading.current, is_rest=True)


def _take_day(reading: _Reading, day: Day) -> None:
    if day.ahead and day.ahead in [one.on for one in (*reading.done, reading.current)]:
        return
    if reading.current.on or reading.is_over:
        reading.close()
    reading.is_over = day.ahead is None
    words = (*reading.current.words, day.words.strip(".,;:"))
    reading.current = replace(reading.current, on=day.ahead, words=words)
