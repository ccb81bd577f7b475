"""What a rule is: words that speak for a kind of reply, and how strongly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from exigible.inbox.rules.phrases import phrase


class Kind(StrEnum):
    """What a reply is for the one who reads it."""

    PROMISE = "promise"
    """It will be paid, or a plan is proposed."""
    PAID = "paid-already"
    DISPUTE = "dispute"
    """It is contested, a credit note is awaited, or payment is refused until something is put right."""
    REQUEST = "request"
    """A document or information is asked for, or time to pay."""
    OUT_OF_OFFICE = "out-of-office"
    CONTACT = "contact-change"
    """Someone else, or another address, is to be written to."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Cue:
    """One rule. `weight` is in natural units: 1 hints, 2 speaks, 3 leaves little doubt."""

    code: str
    kind: Kind
    weight: float
    sought: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...] = ()
    """Where one of these stands in the same sentence, the rule says nothing."""


def cue(code: str, kind: Kind, weight: float, *phrases: str, unless: Sequence[str] = ()) -> Cue:
    return Cue(code, kind, weight, tuple(map(phrase, phrases)), tuple(map(phrase, unless)))
