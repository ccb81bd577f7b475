"""One big FEC of one year, for measuring: exactly as many lines as asked, lettered where it is paid."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TextIO

from exigible.demo.books import HEADER, decimal_text
from exigible.demo.days import compact, first_of_year
from exigible.demo.dice import seeded
from exigible.demo.lettering import letter_code

SALE_LINES, PAYMENT_LINES = 3, 2
ROOM_FOR_ANY_SALE = SALE_LINES + PAYMENT_LINES + 2  # after it, what is left can still be filled exactly
UNPAID_SHARE = 0.12


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice that will be paid in the year."""

    customer: int
    ref: str
    gross: int
    code: str


@dataclass(slots=True)
class YearWriter:
    """Writes entries in order of date and counts down the lines that are left to write."""

    file: TextIO
    year: int
    customers: int
    rng: random.Random
    left: int
    entries: int = 0
    invoices: int = 0
    letters: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    payable: defaultdict[int, list[Bill]] = field(default_factory=lambda: defaultdict(list))

    @property
    def valid(self) -> str:
        return f"\t{self.year}1231\t\t\n"

    def sell(self, day: int, last_day: int, *, may_be_paid: bool) -> None:
        """An invoice of three lines; if it will be paid this year, its two lines are counted at once."""
        rng = self.rng
        self.invoices += 1
        self.entries += 1
        drawn = 1 + int(self.customers * rng.random())
        customer = self.invoices if self.invoices <= self.customers else drawn
        gross, ref = self._amount(), f"FA{self.invoices:07d}"
        paid_on = day + 12 + int(75 * rng.random())
        letters = "\t"
        if may_be_paid and paid_on <= last_day and rng.random() > UNPAID_SHARE:
            code = letter_code(self.letters[customer])
            self.letters[customer] += 1
            self.payable[paid_on].append(Bill(customer, ref, gross, code))
            self.left -= PAYMENT_LINES
            letters = f"{code}\t{compact(paid_on)}"
        self.left -= SALE_LINES
        self._write_sale(compact(day), customer, ref, gross, letters)

    def _amount(self) -> int:
        net = 2_000 + int(900_000 * self.rng.random() ** 3)
        return net + (net * 20 + 50) // 100

    def _write_sale(self, day: str, customer: int, ref: str, gross: int, letters: str) -> None:
        vat = gross // 6
        head = f"VE\tVentes\t{self.entries}\t{day}\t"
        piece = f"{ref}\t{day}\tFacture {ref}\t"
        self.file.write(
            f"{head}411000\tClients\tC{customer:06d}\tClient n° {customer}\t{piece}"
            f"{decimal_text(gross)}\t0,00\t{letters}{self.valid}"
            f"{head}707000\tVentes\t\t\t{piece}0,00\t{decimal_text(gross - vat)}\t\t{self.valid}"
            f"{head}445710\tTVA collectée\t\t\t{piece}0,00\t{decimal_text(vat)}\t\t{self.valid}"
        )

    def pay(self, day: int, bill: Bill) -> None:
        """The payment of an invoice, lettered with it."""
        self.entries += 1
        moment = compact(day)
        amount = decimal_text(bill.gross)
        head = f"BQ\tBanque\t{self.entries}\t{moment}\t"
        piece = f"VIR{self.entries:08d}\t{moment}\tVIR {bill.ref}\t"
        self.file.write(
            f"{head}512100\tBanque\t\t\t{piece}{amount}\t0,00\t\t{self.valid}"
            f"{head}411000\tClients\tC{bill.customer:06d}\tClient n° {bill.customer}\t{piece}0,00\t{amount}\t"
            f"{bill.code}\t{moment}{self.valid}"
        )

    def charge(self, day: int) -> None:
        """Bank charges: two lines without a customer."""
        self.entries += 1
        self.left -= 2
        moment = compact(day)
        head = f"BQ\tBanque\t{self.entries}\t{moment}\t"
        piece = f"FRAIS{self.entries:08d}\t{moment}\tFrais bancaires\t"
        self.file.write(
            f"{head}627000\tServices bancaires\t\t\t{piece}12,00\t0,00\t\t{self.valid}"
            f"{head}512100\tBanque\t\t\t{piece}0,00\t12,00\t\t{self.valid}"
        )


def generate_fec_lines(
    path: Path, lines: int = 1_000_000, customers: int = 100_000, seed: int = 1, *, year: int = 2025
) -> None:
    """Write a FEC of one year with exactly `lines` lines under its header (at least 2), of about this many
    customers; UTF-8, tab. Deterministic from the seed; holds only the bills to be paid later in memory.
    """
    first, last = first_of_year(year), date(year, 12, 31).toordinal()
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(HEADER + "\n")
        writer = YearWriter(file, year, customers, seeded(seed), lines)
        for day in range(first, last + 1):
            for bill in writer.payable.pop(day, ()):
                writer.pay(day, bill)
            floor = writer.left - writer.left // (last - day + 1)
            while writer.left > max(floor, ROOM_FOR_ANY_SALE):
                writer.sell(day, last, may_be_paid=True)
        _fill(writer, last)


def _fill(writer: YearWriter, day: int) -> None:
    """Spend the last few lines: three for an unpaid invoice, two for bank charges."""
    while writer.left > 0:
        if writer.left % 2:
            writer.sell(day, day, may_be_paid=False)
        else:
            writer.charge(day)
