"""One customer as a payer: when it pays, and how its money reaches the bank and the books."""

from __future__ import annotations

import random

from exigible.demo.customers import DIRECT_DEBIT, Customer, Window
from exigible.demo.days import compact, month_of, payment_run_on_or_after, weekday_on_or_after
from exigible.demo.entries import BANK, RECEIVABLE, BankMovement, Entry, Item
from exigible.demo.profiles import Profile

ROUND_SUM = 50  # payments on account are multiples of 50 euros of list price
WINTER = (11, 12, 1, 2)


class Payer:
    """Makes one customer's payments; every entry made is in `entries`."""

    def __init__(self, customer: Customer, rng: random.Random, profile: Profile, window: Window) -> None:
        self.customer = customer
        self.rng = rng
        self.profile = profile
        self.window = window
        self.entries: list[Entry] = []
        self._refs: set[str] = set()
        self._cheque = 1_000_000 + int(8_000_000 * rng.random())

    # when

    def pay_day(self, item: Item, due: int) -> int | None:
        """The day this item is paid, or None if it never is."""
        customer = self.customer
        if customer.part == "counter":
            return item.day
        if self.rng.random() * 1_000 < customer.habit.never:
            return None
        day = self._usual_day(item, due)
        return None if self.is_bankrupt_on(day) else day

    def _usual_day(self, item: Item, due: int) -> int:
        customer, habit, rng = self.customer, self.customer.habit, self.rng
        wobble = (rng.random() + rng.random() + rng.random() - 1.5) * 2
        years = (item.day - self.window.start) / 365
        delay = habit.base + int(wobble * habit.spread + habit.drift * years)
        if customer.method == DIRECT_DEBIT:
            return weekday_on_or_after(max(item.day + 1, due))
        day = weekday_on_or_after(max(item.day + 1, due + delay))
        if habit.seasonal and month_of(day) in WINTER:
            day = weekday_on_or_after(day + 30 + int(60 * rng.random()))
        return payment_run_on_or_after(day, customer.runs) if customer.runs else day

    def later(self, day: int, least: int, spread: int) -> int:
        """A working day from `least` to `least + spread` days after this one."""
        return weekday_on_or_after(day + least + int(spread * self.rng.random()))

    def is_bankrupt_on(self, day: int) -> bool:
        return self.customer.stops_on is not None and day >= self.customer.stops_on

    # how much

    def rounded(self, wanted: int, total: int) -> int:
        """`wanted` cut to a round sum; where there is none, half of `total`."""
        unit, step = self.profile.scale * ROUND_SUM, self.profile.step
        return wanted // unit * unit or max(1, total // 2 // step * step)

    # the movement of money

    def new_ref(self, day: int, method: str) -> str:
        """A piece number that this customer has not used yet."""
        if method == "CHQ":
            self._cheque += 1
            return f"CHQ{self._cheque}"
        base = f"{method}{compact(day)[2:]}-{self.customer.index:05d}"
        ref, rank = base, 1
        while ref in self._refs:
            rank += 1
            ref = f"{base}-{rank}"
        self._refs.add(ref)
        return ref

    def post(self, entry: Entry) -> bool:
        """Record a movement; False if the books do not know it: the bank alone does, or it is to come."""
        if entry.day > self.window.horizon:
            return False
        entry.in_books = entry.day <= self.window.bank_cutoff
        self.entries.append(entry)
        return entry.in_books

    def pay(
        self,
        day: int,
        amount: int,
        paid: list[Item],
        *,
        losses: list[tuple[str, int]] | None = None,
        remark: str = "",
        account: str = RECEIVABLE,
        mergeable: bool = False,
    ) -> Item | None:
        """A payment that settles `amount`, of which `losses` (charges, discount) did not reach the bank.

        None if the books do not know it.
        """
        customer = self.customer
        ref = self.new_ref(day, customer.method)
        numbers = [item.ref for item in paid]
        label = " ".join(filter(None, (customer.method, customer.bank_name[:30], *numbers[:2], remark)))
        item = Item("payment", customer, day, ref, -amount, label[:90], account)
        net = amount - sum(loss for _, loss in losses or ())
        movement = self.movement(self._remittance(numbers, remark), customer.method)
        others = [(BANK, net), *(losses or ())]
        booked = self.post(Entry("bank", day, item.label, [item], others, ref, movement, mergeable))
        return item if booked else None

    def movement(self, text: str, method: str) -> BankMovement:
        """What the bank's statement says of a movement of this customer's."""
        return BankMovement(self.customer.bank_name[:70], text, self.customer.iban, method)

    def _remittance(self, numbers: list[str], remark: str) -> str:
        """What the payer wrote: all the numbers, only the last digits, or nothing of use."""
        draw = self.rng.random()
        if not numbers or draw < 0.08:
            text = "VIREMENT"
        elif draw < 0.22:
            text = "REGLT " + " ".join(number[-5:].lstrip("0") for number in numbers)
        elif draw < 0.3:
            text = "FACTURE " + numbers[0].replace("-", "").replace("/", " ")
        else:
            text = "FACTURES " + " ".join(numbers)
        return f"{text} {remark}".strip()[:140]
