"""Amounts of money as people write them in a message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from exigible.kernel.currencies import exponent
from exigible.kernel.errors import UserMistake
from exigible.kernel.money import Money, parse_amount

_MOST: Final = 50
_CURRENCIES: Final = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD", "us$": "USD",
    "dollars": "USD", "£": "GBP", "gbp": "GBP", "ar": "MGA", "mga": "MGA", "ariary": "MGA", "ariarys": "MGA",
    "chf": "CHF", "mur": "MUR",
    "xof": "XOF", "fcfa": "XOF", "zar": "ZAR",
}  # fmt: skip
_SIGN: Final = "(" + "|".join(sorted(map(re.escape, _CURRENCIES), key=len, reverse=True)) + ")"
_FIGURES: Final = r"(\d{1,3}(?:[ \u00a0\u202f.,']\d{3})+(?:[.,]\d{1,2})?|\d{1,12}(?:[.,]\d{1,3})?)"
_SCALE: Final = r"(?:\s?(k|millions?|m)(?![a-z]))?"
_AFTER: Final = re.compile(rf"(?<![\w.,/-]){_FIGURES}{_SCALE}\s?(?:d')?{_SIGN}(?![\w$])", re.IGNORECASE)
_BEFORE: Final = re.compile(rf"(?<!\w){_SIGN}\s?{_FIGURES}{_SCALE}(?![\w,.]*\d)", re.IGNORECASE)
_BARE: Final = re.compile(
    r"(?<![\w.,/-])(\d{1,3}(?:[ \u00a0\u202f.,']\d{3})*[.,]\d{2}|\d{1,9}[.,]\d{2})(?![\w/.,-]|\s?%)"
)
_THOUSANDS: Final = re.compile(r"\d{1,3}[.,]\d{3}")


def amounts_in(text: str, currency: str | None = None) -> Iterator[Money]:
    """The amounts that are written with a currency, and, in `currency`, those with two decimals and none."""
    yield from (money for _, money, _ in placed_amounts(text, currency))


def placed_amounts(text: str, currency: str | None = None) -> list[tuple[int, Money, str]]:
    """The same, each with where it starts, and as written."""
    found: dict[int, tuple[Money, str]] = {}
    taken: list[tuple[int, int]] = []
    for pattern, sign, figures in ((_AFTER, 3, 1), (_BEFORE, 1, 2)):
        for match in pattern.finditer(text[:50_000]):
            money = money_of(match[figures], match[figures + 1], _CURRENCIES[match[sign].lower()])
            if money and not _is_taken(match.span(figures), taken):
                found[match.start()] = (money, match[0])
                taken.append(match.span())
    if currency is not None:
        for match in _BARE.finditer(text[:50_000]):
            money = money_of(match[1], None, currency)
            if money and not _is_taken(match.span(), taken) and not _is_date(match[1]):
                found[match.start()] = (money, match[0])
    return [(at, *found[at]) for at in sorted(found)][:_MOST]


def _is_taken(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in taken)


def _is_date(figures: str) -> bool:
    """ "12.11" is a day as well: without a currency it is not taken for an amount."""
    found = re.fullmatch(r"(\d{1,2})\.(\d{2})", figures)
    return found is not None and 1 <= int(found[1]) <= 31 and 1 <= int(found[2]) <= 12


def money_of(figures: str, scale: str | None, currency: str) -> Money | None:
    """The amount; None where the figures make none. Marks before three figures part thousands."""
    if _THOUSANDS.fullmatch(figures) and exponent(currency) < 3 and not scale:
        figures = re.sub(r"[.,]", "", figures)
    try:
        minor = parse_amount(figures, exponent=exponent(currency))
    except UserMistake:
        return None
    times = 1 if not scale else 1_000 if scale.lower() == "k" else 1_000_000
    return Money(minor * times, currency) if minor else None
