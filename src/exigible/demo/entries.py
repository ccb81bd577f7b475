"""What the books are made of: lines of customer accounts, their lettering, and balanced entries."""

from __future__ import annotations

from dataclasses import dataclass, field

from exigible.demo.customers import Customer
from exigible.demo.days import year_of

RECEIVABLE = "411000"
ADVANCES = "419100"
GOODS, SERVICES, EXPORTS = "707000", "706000", "707900"
SALES_VAT = "445710"
BANK, BANK_CHARGES, DISCOUNTS, ROUNDING, LOSSES = "512100", "627000", "665000", "658000", "654000"


@dataclass(slots=True)
class Lettering:
    """Lines of one customer account lettered together on one day; partial if they do not sum to zero."""

    items: list[Item]
    day: int
    code: str = ""

    @property
    def remainder(self) -> int:
        return sum(item.amount for item in self.items)


@dataclass(slots=True)
class Item:
    """One line of a customer account: `amount` in minor units, debit positive.

    `dues` are the true due dates of a debit with the part due at each. `letterings` are the states it went
    through, at most one a year, the last one final.
    """

    kind: str
    customer: Customer
    day: int
    ref: str
    amount: int
    label: str
    account: str = RECEIVABLE
    dues: tuple[tuple[int, int], ...] = ()
    letterings: list[Lettering] | None = None

    def lettering_in(self, year: int) -> Lettering | None:
        """How the line is lettered in the books of that year."""
        for lettering in self.letterings or ():
            if year_of(lettering.day) == year:
                return lettering
        return None

    def is_settled_by(self, day: int) -> bool:
        """True if a lettering that sums to zero was made by the end of that day."""
        if not self.letterings:
            return False
        final = self.letterings[-1]
        return final.day <= day and final.remainder == 0


def letter(items: list[Item], day: int) -> None:
    """Letter these lines together; a wider lettering of the same year replaces the one before."""
    made = Lettering(items, day)
    year = year_of(day)
    for item in items:
        if item.letterings is None:
            item.letterings = [made]
        else:
            item.letterings = [old for old in item.letterings if year_of(old.day) != year] + [made]


@dataclass(slots=True)
class BankMovement:
    """What the bank's statement says of a movement. `method` is VIR, CHQ, PRLV, MVOLA, CB, RETURN or OUT."""

    name: str
    text: str
    iban: str = ""
    method: str = "VIR"


@dataclass(slots=True)
class Entry:
    """One balanced entry: lines of customer accounts, and `others` as (account, minor units, debit positive).

    An entry that is not `in_books` stands on the bank's statement only: the accountant has not seen it yet.
    """

    journal: str
    day: int
    label: str
    items: list[Item] = field(default_factory=list)
    others: list[tuple[str, int]] = field(default_factory=list)
    ref: str = ""
    bank: BankMovement | None = None
    mergeable: bool = False
    in_books: bool = True
