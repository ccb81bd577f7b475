"""What a rule is: words that speak for a kind of reply, and how strongly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from exigible.inbox.rules.phrases import phrase


class Kind(StrEnum):
    """What a reply is for the one who reads it. Where it says several things, the first one is its kind."""

    PROMISE = "promise"
    """Payment is announced for later, with or without a day, in full, in part or by a plan that is
    proposed; it is approved or in the next run; it hangs on money that the debtor awaits itself."""
    PAID = "paid-already"
    """Payment has been made or is on its way, as they say; whether it came is asked; proof of it is sent."""
    DISPUTE = "dispute"
    """What is claimed is contested: not delivered, not as agreed, wrong amount, cancelled, not theirs. Or a
    credit note or a corrected sum is awaited, or payment refused until something is put right."""
    REQUEST = "request"
    """Something is needed from the creditor, the debt not being contested: a document, bank details, a
    reference, an explanation, a way to pay, time to pay. Payment that hangs on it is no promise."""
    OUT_OF_OFFICE = "out-of-office"
    """The reader, their team or their office is away, and will be back."""
    CONTACT = "contact-change"
    """Someone else, or another address, is to be written to, for good."""
    OTHER = "other"
    """All else: received, passed on, looked into; cannot pay and names no date; insolvent; asks for a call,
    or to be left alone; a machine acknowledges."""


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
