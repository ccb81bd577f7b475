"""What a payment is worth in another currency: one amount in, one out, never a sum of two currencies."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from exigible.kernel.errors import UserMistake
from exigible.kernel.money import exponent
from exigible.ledger.models import BankLine

_RATE: Final = re.compile(r"\d{1,9}(?:[.,]\d{1,10})?", re.ASCII)
_EXACT: Final = Context(prec=60)
_SHOWN: Final = Decimal("0.000001")


def parse_rate(text: str) -> Decimal:
    """A rate as typed, with a comma or a dot: units of the items' currency for one of the payment's.

    Raises UserMistake("bad-rate") for what is none, or is zero.
    """
    plain = "".join(text.split()).replace("\u202f", "")
    rate = Decimal(plain.replace(",", ".")) if _RATE.fullmatch(plain) else Decimal(0)
    if not rate:
        raise UserMistake("bad-rate", "Write a rate such as 0,92154.")
    return rate


def converted(minor: int, currency: str, rate: Decimal, other: str) -> int:
    """Minor units of `other` for these of `currency`, rounded half up to the smallest unit of `other`."""
    scale = Decimal(10) ** (exponent(other) - exponent(currency))
    exact = _EXACT.multiply(_EXACT.multiply(Decimal(minor), rate), scale)
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP, _EXACT))


def told_worth(line: BankLine, share_minor: int, currency: str) -> int | None:
    """What the statement says that a part of the line is in that currency: what the payer ordered.

    Of a part, its share of that, rounded half up. None where the statement does not tell. The bank's rate is
    not used: formats do not agree on which of the two currencies it is for.
    """
    if line.instructed_currency != currency or not line.instructed_minor or currency == line.currency:
        return None
    whole = Decimal(abs(line.instructed_minor) * share_minor) / Decimal(line.amount_minor)
    return int(whole.quantize(Decimal(1), ROUND_HALF_UP))


def implied_rate(minor: int, currency: str, worth_minor: int, other: str) -> Decimal:
    """The rate that makes the one amount the other, to six decimals."""
    one = Decimal(minor).scaleb(-exponent(currency), _EXACT)
    return (Decimal(worth_minor).scaleb(-exponent(other), _EXACT) / one).quantize(_SHOWN, ROUND_HALF_UP)
