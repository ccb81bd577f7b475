"""Money: whole minor units and an ISO 4217 code. No float, and never two currencies in one sum."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from babel import Locale
from babel.numbers import get_currency_symbol

from exigible.kernel.amounts import LARGEST_MINOR, detect_decimal_mark, parse_amount
from exigible.kernel.currencies import USED_IN_WHOLE_UNITS, exponent
from exigible.kernel.errors import Refused, UserMistake

__all__ = [
    "LARGEST_MINOR",
    "Money",
    "detect_decimal_mark",
    "exponent",
    "format_amount",
    "in_units_paid",
    "parse_amount",
    "split_evenly",
    "to_decimal_string",
]

MINUS = "\N{MINUS SIGN}"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units of one currency.

    Adding, subtracting or ordering two currencies raises Refused("mixed-currencies"); an unknown currency
    raises UserMistake("unknown-currency"); an amount that is not an int raises TypeError.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are an int, not {type(self.minor).__name__}")
        exponent(self.currency)

    def _minor_of(self, other: Money) -> int:
        if other.currency != self.currency:
            raise Refused(
                "mixed-currencies",
                "Amounts in {left} and in {right} cannot be added or compared.",
                left=self.currency,
                right=other.currency,
            )
        return other.minor

    def __add__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.minor + self._minor_of(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.minor - self._minor_of(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._minor_of(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._minor_of(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._minor_of(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._minor_of(other)

    def __str__(self) -> str:
        return f"{to_decimal_string(self.minor, self.currency)} {self.currency}"


def to_decimal_string(minor: int, currency: str) -> str:
    """The amount for machines (JSON, CSV): a dot, all the digits of the currency, no grouping."""
    digits = exponent(currency)
    if not digits:
        return str(minor)
    units, rest = divmod(abs(minor), 10**digits)
    return f"{'-' if minor < 0 else ''}{units}.{rest:0{digits}d}"


@dataclass(frozen=True, slots=True)
class _Style:
    """How one currency is written in one language, worked out once."""

    scale: int
    digits: int
    hides_zero_decimals: bool
    group: str
    decimal: str
    prefix: str
    suffix: str


@lru_cache(maxsize=256)
def _style(currency: str, locale: str, with_symbol: bool) -> _Style:
    digits = exponent(currency)
    language = Locale.parse(locale.replace("-", "_"))
    marks = language.number_symbols["latn"]
    prefix, suffix = _around(currency, language) if with_symbol else ("", "")
    return _Style(
        scale=10**digits,
        digits=digits,
        hides_zero_decimals=digits == 0 or currency in USED_IN_WHOLE_UNITS,
        group=marks["group"],
        decimal=marks["decimal"],
        prefix=prefix,
        suffix=suffix,
    )


def _around(currency: str, language: Locale) -> tuple[str, str]:
    """The currency's symbol, before or after the figures as the language has it.

    CLDR has no symbol for the ariary in French; "Ar" is what is printed in Madagascar.
    """
    symbol = "Ar" if currency == "MGA" else get_currency_symbol(currency, locale=language)
    if language.currency_formats["standard"].pattern.lstrip().startswith("¤"):
        return symbol + (NO_BREAK_SPACE if symbol[-1].isalpha() else ""), ""
    return "", NO_BREAK_SPACE + symbol


def format_amount(minor: int, currency: str, *, locale: str = "fr", with_symbol: bool = False) -> str:
    """The amount for people: "1 234,56" in French, "1,234.56" in English, "1 234,56 €" with the symbol.

    The figures are held together by no-break spaces, a negative has a true minus sign, and a whole number
    of ariary is written without decimals. Marks come from CLDR once per currency and language: what is
    done per amount is integer arithmetic, for exports have a hundred thousand of them.
    """
    style = _style(currency, locale, with_symbol)
    units, rest = divmod(abs(minor), style.scale)
    figures = f"{units:,}".replace(",", style.group)
    if rest or not style.hides_zero_decimals:
        figures = f"{figures}{style.decimal}{rest:0{style.digits}d}"
    return f"{MINUS if minor < 0 else ''}{style.prefix}{figures}{style.suffix}"


def in_units_paid(minor: int, currency: str) -> int:
    """A worked-out amount as it can be paid: to the whole unit, half up, where no smaller coin is in use."""
    if currency not in USED_IN_WHOLE_UNITS:
        return minor
    unit = int(10 ** exponent(currency))
    sign = -1 if minor < 0 else 1
    return sign * ((2 * abs(minor) + unit) // (2 * unit)) * unit


def split_evenly(minor: int, n: int) -> list[int]:
    """`n` parts that add up to `minor` exactly and differ by one minor unit at most.

    The last parts carry the remainder (100.00 in three: 33.33, 33.33, 33.34), as an instalment plan is
    rounded on its last instalments. Raises UserMistake("bad-number-of-parts") when `n` is under 1.
    """
    if n < 1:
        raise UserMistake("bad-number-of-parts", "An amount cannot be split into {n} parts.", n=n)
    part, remainder = divmod(abs(minor), n)
    sign = -1 if minor < 0 else 1
    return [sign * (part + (position >= n - remainder)) for position in range(n)]
