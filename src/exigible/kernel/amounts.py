"""Reading amounts as people and their programs write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, Literal, NoReturn

from exigible.kernel.errors import UserMistake

DecimalMark = Literal[",", "."]

LARGEST_MINOR: Final = 10**17
"""No amount is larger, in minor units: it leaves room for sums in a 64-bit column."""

_SPACES: Final = " \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u061c\u2060\ufeff"))

# The shapes that make nearly all of a file: digits, or digits by threes, then one or two decimals.
_COMMON: Final = re.compile(
    rf"(-?)(?:([0-9]{{1,15}})|([0-9]{{1,3}}(?:([.,'’{_SPACES}])[0-9]{{3}})(?:\4[0-9]{{3}}){{0,3}}))"
    r"(?:([.,])([0-9]{1,2}))?\Z"
)
_SIGNED: Final = re.compile(
    rf"(?P<open>\()?(?P<before>[-+−])?[{_SPACES}]*"
    rf"(?P<figures>[0-9.,'’{_SPACES}]*?)"
    rf"[{_SPACES}]*(?P<after>[-+−])?(?P<close>\))?\Z"
)
_GROUPED: Final = re.compile(rf"[0-9]{{1,3}}(?:(?P<sep>[.,'’{_SPACES}])[0-9]{{3}}(?:(?P=sep)[0-9]{{3}})*)?\Z")
_SPACE: Final = re.compile(f"[{_SPACES}]")
_OTHER_MARK: Final[dict[str, DecimalMark]] = {",": ".", ".": ","}


def parse_amount(text: str, *, exponent: int, decimal_mark: str | None = None) -> int:
    """The amount in minor units of a currency with `exponent` decimals.

    Reads "1 234,56" with any kind of space, "1.234,56", "1,234.56", "1'234.56", a sign before or after,
    and "(12,00)" as a negative. Without `decimal_mark` the text must leave no doubt. Zeros beyond the
    currency's decimals are let through, for they change nothing.

    Raises UserMistake: "bad-amount" (no amount is written there), "ambiguous-amount" ("1,234" is either
    1234 or 1.234), "too-many-decimals", "amount-too-large" (over 10**17 minor units).
    """
    common = _COMMON.match(text)
    if common is not None:
        sign, units, grouped, separator, mark, decimals = common.groups("")
        mark_fits = decimal_mark is None or decimal_mark == mark if mark else separator not in (",", ".")
        if mark_fits and (not mark or mark != separator) and len(decimals) <= exponent:
            digits = units or grouped.replace(separator, "")
            return _bounded(int(sign + digits + decimals) * 10 ** (exponent - len(decimals)), text)
    return _parse_any(text, exponent, decimal_mark)


def _parse_any(text: str, exponent: int, decimal_mark: str | None) -> int:
    negative, figures = _unsigned(text)
    mark = _decimal_mark_of(figures, text) if decimal_mark is None else decimal_mark
    units, _, decimals = figures.partition(mark) if mark else (figures, "", "")
    if decimals and not decimals.isdigit():
        _refuse("bad-amount", text)
    digits = _ungrouped(units, text) if units else ""
    if not digits and not decimals:
        _refuse("bad-amount", text)
    kept, beyond = decimals[:exponent], decimals[exponent:]
    if beyond.strip("0"):
        _refuse("too-many-decimals", text, decimals=exponent)
    significant = (digits + kept.ljust(exponent, "0")).lstrip("0")
    if len(significant) > len(str(LARGEST_MINOR)):
        _refuse("amount-too-large", text)
    minor = int(significant or "0")
    return _bounded(-minor if negative else minor, text)


def _unsigned(text: str) -> tuple[bool, str]:
    """Whether the amount is negative, and its figures without sign or brackets."""
    signed = _SIGNED.match(text.translate(_INVISIBLE).strip())
    if signed is None or not signed["figures"]:
        _refuse("bad-amount", text)
    bracketed = signed["open"] is not None
    signs = (signed["before"] or "") + (signed["after"] or "")
    if bracketed != (signed["close"] is not None) or len(signs) + bracketed > 1:
        _refuse("bad-amount", text)
    return bracketed or signs in ("-", "−"), signed["figures"]


def _ungrouped(units: str, text: str) -> str:
    """The digits before the decimal mark, grouped by threes or not at all: else two numbers have met."""
    if units.isdigit():
        return units
    if _GROUPED.match(_SPACE.sub(" ", units)) is None:
        _refuse("bad-amount", text)
    return re.sub(r"[^0-9]", "", units)


def _decimal_mark_of(figures: str, text: str) -> str | None:
    """The decimal mark of this one amount, None if it has no decimals."""
    marks = {mark for mark in ",." if mark in figures}
    if not marks:
        return None
    evidence = _evidence(figures)
    if evidence is None:
        _refuse("ambiguous-amount", text)
    return evidence


def _evidence(figures: str) -> DecimalMark | None:
    """The decimal mark these figures imply, None when they would suit both."""
    last = max(figures.rfind(","), figures.rfind("."))
    if last < 0:
        return None
    mark: DecimalMark = "," if figures[last] == "," else "."
    if figures.count(mark) > 1:
        return _OTHER_MARK[mark]
    before, after = figures[:last], figures[last + 1 :]
    could_be_a_group = len(after) == 3 and 1 <= len(before) <= 3 and before.isdigit() and before[0] != "0"
    return None if could_be_a_group else mark


def detect_decimal_mark(samples: Iterable[str]) -> DecimalMark | None:
    """The decimal mark of a column, from the amounts in it that leave no doubt.

    None when none does, or when they disagree: the person who knows the file must then say it.
    """
    found: set[DecimalMark] = set()
    for sample in samples:
        signed = _SIGNED.match(sample.translate(_INVISIBLE).strip())
        mark = _evidence(signed["figures"]) if signed else None
        if mark is not None:
            found.add(mark)
    return found.pop() if len(found) == 1 else None


def _bounded(minor: int, text: str) -> int:
    if abs(minor) > LARGEST_MINOR:
        _refuse("amount-too-large", text)
    return minor


_SENTENCES: Final = {
    "bad-amount": "“{found}” is not an amount.",
    "ambiguous-amount": "“{found}” can be read in two ways: say which mark the decimals have.",
    "too-many-decimals": "“{found}” has more than {decimals} decimals.",
    "amount-too-large": "“{found}” is too large an amount.",
}


def _refuse(code: str, text: str, **params: object) -> NoReturn:
    raise UserMistake(code, _SENTENCES[code], found=text[:80], **params)
