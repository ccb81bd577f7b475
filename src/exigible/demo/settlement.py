"""How a customer settles all it was sold: in batches, in instalments, short of what it disputes, or never."""

from __future__ import annotations

import random

from exigible.demo.customers import Customer, Window
from exigible.demo.days import compact, first_of_year, weekday_on_or_after, year_of
from exigible.demo.entries import ADVANCES, BANK, LOSSES, RECEIVABLE, BankMovement, Entry, Item, letter
from exigible.demo.payer import ROUND_SUM, Payer
from exigible.demo.profiles import Profile
from exigible.demo.sales import DISPUTES, Sale
from exigible.demo.styles import STYLES, draw_style

WRITTEN_OFF_SHARE = 0.7
WRITE_OFF_DAYS = 300


def settle(
    customer: Customer, sales: list[Sale], rng: random.Random, profile: Profile, window: Window
) -> list[Entry]:
    """Play one customer's payments of its sales; returns the entries they make."""
    settlement = Settlement(Payer(customer, rng, profile, window), sales)
    settlement.run()
    return settlement.payer.entries


class Settlement:
    """The state of one customer's account while its payments are played."""

    def __init__(self, payer: Payer, sales: list[Sale]) -> None:
        self.payer = payer
        self._sales = sales
        self._credits = [sale.credit for sale in sales if sale.invoice is None and sale.credit]
        self._batches: dict[int, list[Item]] = {}

    def run(self) -> None:
        """Settle every sale as far as the customer does within the window."""
        for sale in self._sales:
            if sale.invoice is not None:
                self._plan(sale, sale.invoice)
        for day in sorted(self._batches):
            self._settle(day, self._batches[day])
        self._pay_on_account()

    def _plan(self, sale: Sale, invoice: Item) -> None:
        if sale.story == "cancel" and sale.credit:
            letter([invoice, sale.credit], sale.credit.day)
        elif sale.story == "instalments":
            self._pay_instalments(invoice)
        elif sale.story == "given_up":
            self._give_up(invoice)
        elif sale.story != "unpaid":
            day = self.payer.pay_day(invoice, invoice.dues[0][0])
            if day is None:
                self._leave_unpaid(sale, invoice)
            elif sale.story == "dispute":
                self._pay_short(invoice, sale.credit, day)
            else:
                self._plan_batch(sale, invoice, day)

    def _plan_batch(self, sale: Sale, invoice: Item, day: int) -> None:
        batch = self._batches.setdefault(day, [])
        batch.append(invoice)
        if sale.credit and sale.credit.day <= day:
            batch.append(sale.credit)
        elif sale.credit:
            self._credits.append(sale.credit)

    def _settle(self, day: int, items: list[Item]) -> None:
        """Pay a batch, less the credit notes that wait, unless they come to more than it."""
        waiting = [credit for credit in self._credits if credit.day <= day]
        total = sum(item.amount for item in items + waiting)
        if total <= 0:
            waiting, total = [], sum(item.amount for item in items)
        items = items + waiting
        if total == 0:
            letter(items, day)
        elif total > 0:
            self._credits = [credit for credit in self._credits if credit not in waiting]
            STYLES[draw_style(self.payer, items)](self.payer, day, items, total)

    def _leave_unpaid(self, sale: Sale, invoice: Item) -> None:
        """Never paid: most are given up."""
        if not sale.credit and self.payer.rng.random() < WRITTEN_OFF_SHARE:
            self._give_up(invoice)

    def _give_up(self, invoice: Item) -> None:
        """Written off at a year's end, ten months after it fell due or more."""
        day = first_of_year(year_of(invoice.dues[-1][0] + WRITE_OFF_DAYS) + 1) - 1
        ref = f"OD{compact(day)[:6]}-{invoice.ref}"
        label = f"Créance irrécouvrable {invoice.ref} {self.payer.customer.name}"[:80].rstrip()
        item = Item("write_off", self.payer.customer, day, ref, -invoice.amount, label)
        if self.payer.post(Entry("other", day, label, [item], [(LOSSES, invoice.amount)], ref)):
            letter([invoice, item], day)

    def _pay_short(self, invoice: Item, credit: Item | None, day: int) -> None:
        """A disputed invoice: paid less what is disputed, until a credit note settles it."""
        rng, step = self.payer.rng, self.payer.profile.step
        reason = DISPUTES[int(len(DISPUTES) * rng.random())]
        share = invoice.amount * (5 + int(25 * rng.random())) // 100
        disputed = -credit.amount if credit else max(step, share // step * step)
        if disputed >= invoice.amount:
            return
        payment = self.payer.pay(day, invoice.amount - disputed, [invoice], remark=f"DEDUCTION {reason}")
        if not payment:
            return
        if credit and credit.day <= day:
            letter([invoice, credit, payment], day)
            return
        letter([invoice, payment], day)
        if credit:
            letter([invoice, payment, credit], credit.day)

    def _pay_instalments(self, invoice: Item) -> None:
        paid: list[Item] = []
        for rank, (due, amount) in enumerate(invoice.dues, start=1):
            day = self.payer.pay_day(invoice, due)
            if day is None or (paid and day <= paid[-1].day):
                return
            payment = self.payer.pay(day, amount, [invoice], remark=f"ECHEANCE {rank}/{len(invoice.dues)}")
            if not payment:
                return
            paid.append(payment)
            letter([invoice, *paid], day)

    def _pay_on_account(self) -> None:
        """Round sums that no one ever explained."""
        customer, rng = self.payer.customer, self.payer.rng
        if customer.part == "counter" or customer.quirk not in ("on_account", "advance"):
            return
        span = (customer.stops_on or customer.active_to) - customer.active_from - 5
        account = ADVANCES if customer.quirk == "advance" else RECEIVABLE
        remark = "AVANCE SUR COMMANDE" if account == ADVANCES else "VIREMENT RECU"
        days = [customer.active_from + int(span * rng.random()) for _ in range(1 + int(2 * rng.random()))]
        if customer.part:
            days.append(self.payer.window.start + 500)
        for day in map(weekday_on_or_after, days):
            amount = self.payer.profile.scale * ROUND_SUM * (2 + int(18 * rng.random()))
            self.payer.pay(day, amount, [], remark=remark, account=account)


def merge_group_payments(entries: list[Entry], head: Customer) -> list[Entry]:
    """One bank movement for the payments that members of a group make on one day through their head."""
    merged: dict[int, Entry] = {}
    kept: list[Entry] = []
    for entry in entries:
        if not (entry.mergeable and entry.in_books):
            kept.append(entry)
        elif entry.day in merged:
            _absorb(merged[entry.day], entry, head)
        else:
            merged[entry.day] = entry
            kept.append(entry)
    return kept


def _absorb(first: Entry, other: Entry, head: Customer) -> None:
    first.items.extend(other.items)
    first.others = [(BANK, sum(amount for _, amount in first.others + other.others))]
    first.ref = f"VIR{compact(first.day)[2:]}-G{head.index:05d}"
    for item in first.items:
        item.ref = first.ref
    if first.bank and other.bank:
        text = f"{first.bank.text} {other.bank.text}"[:140]
        first.bank = BankMovement(head.bank_name[:70], text, head.iban)
