"""What a matcher says of a bank line, in one form for all matchers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guess:
    """One explanation: who paid, so much of each item, what remains and as what."""

    customer_id: int
    allocations: Mapping[int, int]
    remainder_minor: int = 0
    remainder_as: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` is posted, proposed, ambiguous or unmatched; `probability` is in hundredths of a percent."""

    line_id: int
    status: str
    probability: int = 0
    guesses: tuple[Guess, ...] = ()
    held: tuple[str, ...] = ()

    @property
    def first(self) -> Guess | None:
        return self.guesses[0] if self.guesses else None
