"""Document numbers in the words of a payment: cut, glued, without their prefix, with zeros lost or added."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

from exigible.kernel.text import fold

_DATE: Final = re.compile(
    r"(?<!\d)(?:[0-3]?\d([/.\-])[01]?\d\1(?:19|20)?\d\d|(?:19|20)\d\d-[01]\d-[0-3]\d)(?!\d)"
)
_DECIMAL: Final = re.compile(r"(?<![\d,.])\d{1,3}(?:[  .]?\d{3})*[,.]\d{2}(?!\d)")
_DIGITS: Final = re.compile(r"\d+")
_NOT_ALNUM: Final = re.compile(r"[^a-z0-9]+")
_SPAN: Final = re.compile(r"(\d{3,})\s+(?:a|au|to|jusqu'a)\s+(?:[a-z]{0,4}[\s.\-]*)?(\d{3,})", re.ASCII)
_LEAST_TAIL: Final = 3
_LEAST_GLUED: Final = 4
_LONGEST_SPAN: Final = 60


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

    compact: str
    """Letters and digits alone, with a space for the rest."""
    dense: str
    runs: tuple[str, ...]
    """Rows of digits that are neither part of a date nor of an amount."""
    bare_runs: tuple[str, ...]
    """The same without the zeros before them."""
    spans: tuple[tuple[int, int], ...]


def words_of(text: str) -> Words:
    plain = fold(text)
    compact = _NOT_ALNUM.sub(" ", plain)
    without = _DECIMAL.sub(" ", _DATE.sub(" ", plain))
    runs = [run for run in _DIGITS.findall(without) if len(run) >= _LEAST_TAIL]
    bare = [run.lstrip("0") for run in runs]
    spans = [(int(first), int(last)) for first, last in _SPAN.findall(without)]
    return Words(
        compact,
        compact.replace(" ", ""),
        tuple(dict.fromkeys(runs)),
        tuple(dict.fromkeys(run for run in bare if len(run) >= _LEAST_TAIL)),
        tuple(span for span in spans if 0 < span[1] - span[0] <= _LONGEST_SPAN),
    )


def keys_of(text: str) -> list[str]:
    """The last digits under which documents named in the text may be found among all of a company's."""
    return list(words_of(text).bare_runs)


def key_of(number: str) -> str:
    """The last digits of a document number, without the zeros before them: what `keys_of` gives for it."""
    return form_of(number).tail


def named_in(words: Words, numbers: Iterable[str]) -> dict[str, Named]:
    """Which of the numbers the text names, and how plainly. A number may be several items' (due dates)."""
    forms = {number: form_of(number) for number in numbers}
    found = {number: named for number, form in forms.items() if (named := _named(form, words))}
    glued = {number: form.tail for number, form in forms.items() if number not in found}
    found |= _glued(words.bare_runs, {**glued, **{n: forms[n].tail for n in found}}, set(found))
    found |= _spanned(words.spans, {n: f.tail for n, f in forms.items() if n not in found}, found, forms)
    return found


def _named(form: _Form, words: Words) -> Named | None:
    if len(form.compact) >= 4 and form.digits and _stands_in(form.compact, words.dense):
        return Named(Naming.WHOLE, len(form.digits))
    if len(form.digits) >= 5 and form.digits.lstrip("0") in words.bare_runs:
        return Named(Naming.WHOLE, len(form.digits))
    if len(form.tail) >= _LEAST_TAIL and form.tail in words.bare_runs:
        return Named(Naming.TAIL, len(form.tail))
    ends = [len(run) for run in words.runs if len(run) >= _LEAST_GLUED and form.digits.endswith(run)]
    return Named(Naming.TAIL, max(ends)) if ends else None


def _stands_in(compact: str, dense: str) -> bool:
    """Whether the number stands there whole, not as part of a longer row of digits."""
    at = dense.find(compact)
    while at >= 0:
        end = at + len(compact)
        is_cut_before = compact[0].isdigit() and at > 0 and dense[at - 1].isdigit()
        is_cut_after = compact[-1].isdigit() and end < len(dense) and dense[end].isdigit()
        if not is_cut_before and not is_cut_after:
            return True
        at = dense.find(compact, at + 1)
    return False


def _glued(runs: Iterable[str], tails: Mapping[str, str], known: set[str]) -> dict[str, Named]:
    """Rows of digits that are several known numbers written without a space: all of the row, or nothing."""
    by_tail: dict[str, list[str]] = defaultdict(list)
    for number, tail in tails.items():
        if len(tail) >= _LEAST_GLUED:
            by_tail[tail].append(number)
    found: dict[str, Named] = {}
    for run in runs:
        if run in by_tail or len(run) < 2 * _LEAST_GLUED:
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
