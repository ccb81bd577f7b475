"""Document numbers in the words of a payment: cut, glued, without their prefix, with zeros lost or added."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache
from itertools import accumulate
from typing import Final

from exigible.kernel.text import fold

_DATE: Final = re.compile(
    r"(?<!\d)(?:[0-3]?\d([/.\-])[01]?\d\1(?:19|20)?\d\d|(?:19|20)\d\d-[01]\d-[0-3]\d)(?!\d)"
)
_DECIMAL: Final = re.compile(r"(?<![\d,.])(?:\d{1,3}(?:[  .]\d{3})+|\d+)[,.]\d{2}(?!\d)")
_DIGITS: Final = re.compile(r"\d+")
_NOT_ALNUM: Final = re.compile(r"[^a-z0-9]+")
_ALNUM: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_SPAN: Final = re.compile(r"(\d{3,})\s+(?:a|au|to|jusqu'a)\s+(?:[a-z]{0,4}[\s.\-]*)?(\d{3,})", re.ASCII)
_LEAST_TAIL: Final = 3
_LEAST_GLUED: Final = 4
_LONGEST_SPAN: Final = 60
_YEAR: Final = re.compile(r"20[0-4]\d")
"""A row that may as well be a year names only the number that it spells whole."""

_DATED: Final = re.compile(r"(?:20)?[1-4]\d(\d{4,6})")


class Naming(IntEnum):
    """How plainly a text names a document."""

    SPAN = 1
    """It stands between two numbers that are named ("10412 to 10415")."""
    TAIL = 2
    """Its last digits stand alone in the text, zeros before them lost or added."""
    GLUED = 3
    """Its last digits are part of a row of numbers written without spaces."""
    WHOLE = 4
    """All its letters and digits, or all its digits, whatever stood between them."""


@dataclass(frozen=True, slots=True)
class Named:
    """`digits` is how many digits of the number the text shows: few digits are met by chance."""

    naming: Naming
    digits: int


@dataclass(frozen=True, slots=True)
class _Form:
    """A document number as it may be met."""

    compact: str
    digits: str
    tail: str


@lru_cache(maxsize=500_000)
def form_of(number: str) -> _Form:
    """Letters and digits alone; all the digits; the last digits without the zeros before them."""
    plain = fold(number)
    runs = _DIGITS.findall(plain)
    return _Form(_NOT_ALNUM.sub("", plain), "".join(runs), runs[-1].lstrip("0") if runs else "")


@dataclass(frozen=True, slots=True)
class Words:
    """A text, prepared once for all the numbers that are sought in it."""

    dense: str
    """Letters and digits alone."""
    parted: frozenset[int]
    """The places in `dense` before which something else stood."""
    rows: tuple[tuple[str, int], ...]
    """Rows of digits that are neither part of a date nor of an amount, each with its place in `dense`."""
    spans: tuple[tuple[int, int], ...]

    @property
    def runs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row for row, _ in self.rows))

    @property
    def bare_runs(self) -> tuple[str, ...]:
        """The rows without the zeros before them."""
        return _bare(row for row, _ in self.rows)

    def without(self, spelt: Collection[tuple[int, int]], tails: Collection[str]) -> Words:
        """What is left to name others when some numbers are spelt whole, at these places, with these ends."""
        rows = tuple(
            (row, at)
            for row, at in self.rows
            if row.lstrip("0") not in tails
            and not any(start < at + len(row) and at < end and end - start > len(row) for start, end in spelt)
        )
        return replace(self, rows=rows)


def _bare(rows: Iterable[str]) -> tuple[str, ...]:
    bare = (row.lstrip("0") for row in rows)
    return tuple(dict.fromkeys(row for row in bare if len(row) >= _LEAST_TAIL))


def words_of(text: str) -> Words:
    return _words_of(fold(text))


@lru_cache(maxsize=8_192)
def _words_of(plain: str) -> Words:
    """A line's words are wanted to find its documents, and once more or twice to explain it."""
    words = _NOT_ALNUM.sub(" ", plain).split()
    ends = accumulate(map(len, words))
    # Dates and amounts are blanked, not cut out, so that what is left keeps its place.
    without = _DECIMAL.sub(_blank, _DATE.sub(_blank, plain))
    return Words(
        "".join(words),
        frozenset(ends),
        tuple(_rows(plain, without)),
        tuple(
            (int(first), int(last))
            for first, last in _SPAN.findall(without)
            if 0 < int(last) - int(first) <= _LONGEST_SPAN
        ),
    )


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _rows(plain: str, without: str) -> Iterator[tuple[str, int]]:
    """The rows of digits, each with how many letters and digits stand before it."""
    before = list(accumulate((letter in _ALNUM for letter in plain), initial=0))
    for row in _DIGITS.finditer(without):
        if len(row[0]) >= _LEAST_TAIL:
            yield row[0], before[row.start()]


def keys_of(text: str) -> list[str]:
    """The last digits under which documents named in the text may be found among all of a company's.

    A year written on to a number may be part of its row of digits ("FA2610412", "202610412").
    """
    found = dict.fromkeys(words_of(text).bare_runs)
    for run in list(found):
        if dated := _DATED.fullmatch(run):
            found |= dict.fromkeys(_bare(dated.groups()))
    return list(found)


def key_of(number: str) -> str:
    """The last digits of a document number, without the zeros before them: what `keys_of` gives for it."""
    return form_of(number).tail


def named_in(words: Words, numbers: Iterable[str]) -> dict[str, Named]:
    """Which of the numbers the text names, and how plainly. A number may be several items' (due dates).

    What spells one number whole names no other: of two that both stand there, the longer one is meant.
    """
    if not _DIGITS.search(words.dense):
        return {}
    forms = {number: form_of(number) for number in _worth_a_look(words, numbers)}
    found, spelt = _spelt(forms, words)
    if spelt:
        ends = {form.tail for form in map(forms.__getitem__, found) if len(form.compact) > len(form.tail)}
        words = words.without(spelt, ends)
    runs = [row for row in words.runs if not _YEAR.fullmatch(row)]
    if not runs and not words.spans:
        return found
    bare, long = _bare(runs), tuple(row for row in runs if len(row) >= _LEAST_GLUED)
    for number, form in forms.items():
        is_met = form.tail in bare or form.digits.endswith(long) or form.digits.lstrip("0") in bare
        if is_met and number not in found and (named := _named(form, runs, bare)):
            found[number] = named
    if any(len(run) >= 2 * _LEAST_GLUED for run in bare):
        found |= _glued(bare, {number: form.tail for number, form in forms.items()}, set(found))
    if words.spans:
        found |= _spanned(words.spans, {n: f.tail for n, f in forms.items() if n not in found}, found, forms)
    return found


def _worth_a_look(words: Words, numbers: Iterable[str]) -> Iterable[str]:
    """Those that the text may name: it ends with their last digits, and nearly all of a ledger's do not.

    A number between two that are named stands nowhere; one that ends otherwise than with digits is kept.
    """
    if words.spans:
        return numbers
    dense = words.dense
    return [number for number in numbers if (end := number[-_LEAST_TAIL:]) in dense or not end.isdecimal()]


def _spelt(forms: Mapping[str, _Form], words: Words) -> tuple[dict[str, Named], set[tuple[int, int]]]:
    """The numbers that stand in the text whole, the longest first, and where each stands."""
    dense = words.dense
    standing = [
        (number, form)
        for number, form in forms.items()
        if form.compact in dense and len(form.compact) >= 4 and form.digits
    ]
    found: dict[str, Named] = {}
    taken: set[tuple[int, int]] = set()
    for number, form in sorted(standing, key=lambda pair: -len(pair[1].compact)):
        places = [
            (start, end)
            for start, end in _places_of(form.compact, words)
            if (start, end) in taken or not any(start < other[1] and other[0] < end for other in taken)
        ]
        if places:
            found[number] = Named(Naming.WHOLE, len(form.digits))
            taken.update(places)
    return found, taken


def _places_of(compact: str, words: Words) -> Iterator[tuple[int, int]]:
    """Where the number stands, but not where it is part of a longer row of digits."""
    dense = words.dense
    start = dense.find(compact)
    while start >= 0:
        end = start + len(compact)
        is_cut_before = compact[0].isdigit() and start > 0 and dense[start - 1].isdigit()
        is_cut_after = end < len(dense) and dense[end].isdigit() and end not in words.parted
        if not (is_cut_before and start not in words.parted) and not (compact[-1].isdigit() and is_cut_after):
            yield start, end
        start = dense.find(compact, start + 1)


def _named(form: _Form, runs: Sequence[str], bare: Collection[str]) -> Named | None:
    if len(form.digits) >= 5 and form.digits.lstrip("0") in bare:
        return Named(Naming.WHOLE, len(form.digits))
    if len(form.tail) >= _LEAST_TAIL and form.tail in bare:
        return Named(Naming.TAIL, len(form.tail))
    ends = [len(run) for run in runs if len(run) >= _LEAST_GLUED and form.digits.endswith(run)]
    return Named(Naming.TAIL, max(ends)) if ends else None


def _glued(runs: Iterable[str], tails: Mapping[str, str], known: set[str]) -> dict[str, Named]:
    """Rows of digits that are several known numbers written without a space: all of the row, or nothing."""
    by_tail: dict[str, list[str]] = defaultdict(list)
    runs = [run for run in runs if len(run) >= 2 * _LEAST_GLUED]
    rows = " ".join(runs)
    for number, tail in tails.items():
        if tail in rows and len(tail) >= _LEAST_GLUED:
            by_tail[tail].append(number)
    found: dict[str, Named] = {}
    for run in runs:
        if run in by_tail:
            continue
        for tail in _cut(run, by_tail.keys()):
            found |= {n: Named(Naming.GLUED, len(tail)) for n in by_tail[tail] if n not in known}
    return found


def _cut(run: str, tails: Iterable[str]) -> list[str]:
    """The tails, zeros between them allowed, that make up the whole run; none where they do not."""
    sizes = sorted({len(tail) for tail in tails}, reverse=True)
    known = set(tails)
    parts: list[str] = []
    at = 0
    while at < len(run):
        piece = next((run[at : at + size] for size in sizes if run[at : at + size] in known), None)
        if piece is None and run[at] == "0":
            at += 1
        elif piece is None:
            return []
        else:
            parts.append(piece)
            at += len(piece)
    return parts if len(parts) > 1 else []


def _spanned(
    spans: Iterable[tuple[int, int]],
    tails: Mapping[str, str],
    found: Mapping[str, Named],
    forms: Mapping[str, _Form],
) -> dict[str, Named]:
    """Numbers between two that are named."""
    ends = {int(forms[number].tail) for number in found if forms[number].tail}
    between: dict[str, Named] = {}
    for first, last in spans:
        if first in ends and last in ends:
            for number, tail in tails.items():
                if tail and first < int(tail) < last:
                    between[number] = Named(Naming.SPAN, len(tail))
    return between
