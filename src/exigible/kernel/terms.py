"""Payment terms: from the date of an invoice to the date it is due."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Final

from exigible.kernel.errors import UserMistake

_TERMS: Final = re.compile(
    r"(?:(?P<net>\d{1,3})|(?P<before>\d{1,3})? ?EOM|EOM ?(?P<after>\d{1,3}))\Z", re.ASCII
)


class Counting(Enum):
    """Where the end of the month comes in."""

    NET = "net"
    DAYS_THEN_MONTH_END = "days_then_month_end"
    MONTH_END_THEN_DAYS = "month_end_then_days"


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """A number of days and how they are counted.

    "45 jours fin de mois" has two lawful readings (C. com. L441-10 I; the DGCCRF accepts both, the contract
    says which), and they are a fortnight apart: an invoice of 15 January is due on 31 March when the days
    come first ("45EOM"), on 17 March when the month's end does ("EOM45").
    """

    days: int
    counting: Counting = Counting.NET

    @classmethod
    def parse(cls, text: str) -> PaymentTerms:
        """Reads "30" (days from issue), "45EOM" (45 days, then end of month), "EOM45" (the reverse).

        "EOM" alone is the end of the month of issue. Raises UserMistake("bad-payment-terms").
        """
        found = _TERMS.match(" ".join(text.upper().split()))
        if found is None:
            raise UserMistake(
                "bad-payment-terms", "“{found}” are not payment terms: 30, 45EOM or EOM45.", found=text[:80]
            )
        if found["net"]:
            return cls(int(found["net"]))
        if found["after"]:
            return cls(int(found["after"]), Counting.MONTH_END_THEN_DAYS)
        return cls(int(found["before"] or 0), Counting.DAYS_THEN_MONTH_END)

    def due_on(self, issued_on: date) -> date:
        """The due date of an invoice issued that day, left on a Sunday or a holiday if it falls there.

        Raises UserMistake("date-out-of-range") past the year 9999.
        """
        try:
            return self._due_on(issued_on)
        except OverflowError:
            raise UserMistake(
                "date-out-of-range",
                "{terms} days from {date} lead out of range.",
                terms=str(self),
                date=issued_on,
            ) from None

    def _due_on(self, issued_on: date) -> date:
        delay = timedelta(days=self.days)
        if self.counting is Counting.DAYS_THEN_MONTH_END:
            return month_end(issued_on + delay)
        if self.counting is Counting.MONTH_END_THEN_DAYS:
            return month_end(issued_on) + delay
        return issued_on + delay

    def __str__(self) -> str:
        if self.counting is Counting.DAYS_THEN_MONTH_END:
            return f"{self.days}EOM"
        if self.counting is Counting.MONTH_END_THEN_DAYS:
            return f"EOM{self.days}"
        return str(self.days)


def month_end(d: date) -> date:
    """The last day of that month."""
    return d.replace(day=calendar.monthrange(d.year, d.month)[1])


_DISCOUNT: Final = re.compile(
    r"(?P<percent>\d{1,2})(?:[.,](?P<decimals>\d{1,3}))? ?%? ?/ ?(?P<days>\d{1,3})\Z", re.ASCII
)


@dataclass(frozen=True, slots=True)
class DiscountTerms:
    """An early-payment discount (escompte): so many thousandths of a percent within so many days of issue."""

    rate: int
    days: int

    @classmethod
    def parse(cls, text: str) -> DiscountTerms:
        """Reads "2/10" (2 % within 10 days) and "1.5/8". Raises UserMistake("bad-discount-terms")."""
        found = _DISCOUNT.match(" ".join(text.split()))
        rate = int(found["percent"]) * 1000 + int((found["decimals"] or "").ljust(3, "0")) if found else 0
        if found is None or not rate:
            raise UserMistake("bad-discount-terms", "“{found}” is not a discount: 2/10.", found=text[:80])
        return cls(rate, int(found["days"]))

    def __str__(self) -> str:
        percent, thousandths = divmod(self.rate, 1000)
        decimals = f"{thousandths:03}".rstrip("0")
        return f"{percent}.{decimals}/{self.days}" if decimals else f"{percent}/{self.days}"

    def until(self, issued_on: date) -> date:
        """The last day on which the discount may be taken."""
        return issued_on + timedelta(days=self.days)
