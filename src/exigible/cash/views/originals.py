"""Payments that a returned line may give back, for a person to choose one."""

from __future__ import annotations

from dataclasses import dataclass

from exigible.cash.originals import Original, originals_for, speaks_for
from exigible.cash.queries import lines_of
from exigible.cash.views.rows import Row, rows_of
from exigible.ledger.models import BankLine
from exigible.team.scope import Scope


@dataclass(frozen=True, slots=True)
class Choice:
    """A payment as a choice: `key` chooses it; `is_chosen` where the two lines have enough in common."""

    original: Original
    row: Row
    key: str
    is_chosen: bool

    @property
    def who(self) -> str:
        """Who paid: of a share of several in one line, the customer that it was lettered for."""
        share = self.original.share
        return share.item.customer.name if share else self.row.payer


def originals_shown(scope: Scope, line: BankLine, text: str) -> list[Choice]:
    """The likeliest first; the first one is chosen where it alone has something in common with the line."""
    found = originals_for(line, lines_of(scope), text)
    speaks = [speaks_for(line, one) for one in found]
    is_evident = bool(speaks) and speaks[0] > 0 and speaks.count(speaks[0]) == 1
    rows = rows_of(scope, [one.line for one in found])
    return [
        Choice(one, row, str(place), is_evident and place == 1)
        for place, (one, row) in enumerate(zip(found, rows, strict=True), 1)
    ]
