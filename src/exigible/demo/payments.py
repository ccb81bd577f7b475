"""How customers pay, or do not: from the punctual transfer to the returned debit and the round sum on account."""

from __future__ import annotations

import random
from collections.abc import Callable

from exigible.demo.customers import DIRECT_DEBIT, Customer, Window
from exigible.demo.days import compact, first_of_year, month_of, payment_run_on_or_after, weekday_on_or_after, year_of
from exigible.demo.entries import (
    ADVANCES,
    BANK,
    BANK_CHARGES,
    DISCOUNTS,
    LOSSES,
    RECEIVABLE,
    ROUNDING,
    BankMovement,
    Entry,
    Item,
    letter,
)
from exigible.demo.profiles import Profile
from exigible.demo.sales import DISPUTES, Sale

QUIRK_ODDS = 0.35
ROUND_SUM = 50  # payments on account are multiples of 50 euros of list price


class Settlement:
    """Plays one customer's payments; what it makes is read from `entries` once `run` is done."""

    def __init__(
        self, customer: Customer, sales: list[Sale], rng: random.Random, profile: Profile, window: Window
    ) -> None:
        self.customer = customer
        self.entries: list[Entry] = []
        self._sales = sales
        self._rng = rng
        self._profile = profile
        self._window = window
        self._credits = [sale.credit for sale in sales if sale.invoice is None and sale.credit]
        self._refs: set[str] = set()
        self._cheque = 1_000_000 + int(8_000_000 * rng.random())

    def run(self) -> None:
        """Settle every sale as far as the customer does within the window."""
        batches: dict[int, list[Item]] = {}
        for sale in self._sales:
            if sale.invoice is None:
                continue
            if sale.story == "cancel" and sale.credit:
                letter([sale.invoice, sale.credit], sale.credit.day)
            elif sale.story == "instalments":
                self._pay_instalments(sale.invoice)
            else:
                self._plan_payment(sale, sale.invoice, batches)
        for day in sorted(batches):
            self._settle(day, batches[day])
        self._pay_on_account()

    # when

    def _pay_day(self, item: Item, due: int) -> int | None:
        """The day this item is paid, or None if it never is."""
        customer, habit, rng = self.customer, self.customer.habit, self._rng
        if customer.part == "counter":
            return item.day
        if rng.random() * 1_000 < habit.never:
            return None
        wobble = (rng.random() + rng.random() + rng.random() - 1.5) * 2
        years = (item.day - self._window.start) / 365
        delay = habit.base + int(wobble * habit.spread + habit.drift * years)
        if customer.method == DIRECT_DEBIT:
            delay = 0
        day = weekday_on_or_after(max(item.day + 1, due + delay))
        if habit.seasonal and month_of(day) in (11, 12, 1, 2):
            day = weekday_on_or_after(day + 30 + int(60 * rng.random()))
        if customer.runs and customer.method != DIRECT_DEBIT:
            day = payment_run_on_or_after(day, customer.runs)
        if customer.stops_on is not None and day >= customer.stops_on:
            return None
        return day

    def _plan_payment(self, sale: Sale, invoice: Item, batches: dict[int, list[Item]]) -> None:
        if sale.story == "unpaid":
            return
        day = self._pay_day(invoice, invoice.dues[0][0])
        if day is None and not sale.credit and self._rng.random() < 0.7:
            self._write_off(invoice)
        if sale.story == "dispute":
            if day is not None:
                self._pay_short(invoice, sale.credit, day)
            return
        if sale.credit and day is not None and sale.credit.day <= day:
            batches.setdefault(day, []).append(sale.credit)
        elif sale.credit:
            self._credits.append(sale.credit)
        if day is not None:
            batches.setdefault(day, []).append(invoice)

    # the movement of money

    def _ref(self, day: int, method: str) -> str:
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

    def _move(self, entry: Entry) -> bool:
        """Record a bank movement; False if the books do not know it (not yet, or never)."""
        if entry.day > self._window.horizon:
            return False
        entry.in_books = entry.day <= self._window.bank_cutoff
        self.entries.append(entry)
        return entry.in_books

    def _pay(
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
        """A payment that settles `amount`, of which `losses` (charges, discount) did not reach the bank."""
        customer = self.customer
        ref = self._ref(day, customer.method)
        numbers = [item.ref for item in paid]
        label = " ".join(filter(None, (customer.method, customer.bank_name[:30], *numbers[:2], remark)))
        item = Item("payment", customer, day, ref, -amount, label[:90], account)
        net = amount - sum(loss for _, loss in losses or ())
        text = self._remittance(numbers, remark)
        bank = BankMovement(customer.bank_name[:70], text, customer.iban, customer.method)
        others = [(BANK, net), *(losses or ())]
        booked = self._move(Entry("bank", day, item.label, [item], others, ref, bank, mergeable))
        return item if booked else None

    def _remittance(self, numbers: list[str], remark: str) -> str:
        """What the payer wrote: all the numbers, only the last digits, or nothing of use."""
        draw = self._rng.random()
        if not numbers or draw < 0.08:
            text = "VIREMENT"
        elif draw < 0.22:
            text = "REGLT " + " ".join(number[-5:].lstrip("0") for number in numbers)
        elif draw < 0.3:
            text = "FACTURE " + numbers[0].replace("-", "").replace("/", " ")
        else:
            text = "FACTURES " + " ".join(numbers)
        return f"{text} {remark}".strip()[:140]

    # the ways of settling

    def _settle(self, day: int, items: list[Item]) -> None:
        items = items + [credit for credit in self._credits if credit.day <= day]
        if sum(item.amount for item in items) <= 0:
            items = [item for item in items if item not in self._credits]
        total = sum(item.amount for item in items)
        if total < 0:
            return
        self._credits = [credit for credit in self._credits if credit not in items]
        if total == 0:
            letter(items, day)
            return
        STYLES[self._style(items)](self, day, items, total)

    def _style(self, items: list[Item]) -> str:
        customer, draw = self.customer, self._rng.random()
        if customer.part == "counter" or customer.pays_for_group:
            return "plain"
        if customer.quirk in STYLES and draw < QUIRK_ODDS:
            return self._possible(customer.quirk, items)
        if customer.method == DIRECT_DEBIT:
            return "returned" if draw > 0.93 else "plain"
        if customer.country != self._profile.country and draw > 0.94:
            return "charges"
        for style, odds in BASE_ODDS:
            draw -= odds
            if draw < 0:
                return self._possible(style, items)
        return "plain"

    def _possible(self, style: str, items: list[Item]) -> str:
        """A part payment of several invoices would not say which one stays open."""
        return "plain" if style == "partial" and len(items) > 1 else style

    def _plain(self, day: int, items: list[Item], total: int) -> None:
        mergeable = self.customer.pays_for_group
        payment = self._pay(day, total, items, mergeable=mergeable)
        if payment:
            letter([*items, payment], day)

    def _unlettered(self, day: int, items: list[Item], total: int) -> None:
        """Paid to the cent, but the accountant letters it months later, or has not yet."""
        payment = self._pay(day, total, items)
        later = day + 40 + int(180 * self._rng.random())
        if payment and later <= self._window.bank_cutoff and self._rng.random() < 0.9:
            letter([*items, payment], later)

    def _partial(self, day: int, items: list[Item], total: int) -> None:
        """A part now, the rest one to three months later, if it comes."""
        first = self._rounded(total * 45 // 100, total)
        payment = self._pay(day, first, items, remark="ACOMPTE")
        if not payment:
            return
        letter([*items, payment], day)
        later = weekday_on_or_after(day + 25 + int(60 * self._rng.random()))
        if self._rng.random() < 0.2 or self._is_bankrupt_on(later):
            return
        rest = self._pay(later, total - first, items, remark="SOLDE")
        if rest:
            letter([*items, payment, rest], later)

    def _two_payments(self, day: int, items: list[Item], total: int) -> None:
        """Two sums that match no invoice by themselves; lettered when both are there."""
        first = self._rounded(total * 6 // 10, total)
        payment = self._pay(day, first, [])
        later = weekday_on_or_after(day + 4 + int(18 * self._rng.random()))
        if not payment or self._is_bankrupt_on(later):
            return
        rest = self._pay(later, total - first, items)
        if rest:
            letter([*items, payment, rest], later)

    def _charges(self, day: int, items: list[Item], total: int) -> None:
        self._with_loss(day, items, total, BANK_CHARGES, self._profile.scale * (8 + int(14 * self._rng.random())))

    def _rounding(self, day: int, items: list[Item], total: int) -> None:
        loss = self._profile.step * (1 + int(60 * self._rng.random()))
        self._with_loss(day, items, total, ROUNDING, loss)

    def _discount(self, day: int, items: list[Item], total: int) -> None:
        step = self._profile.step
        self._with_loss(day, items, total, DISCOUNTS, total * 2 // 100 // step * step, "ESCOMPTE 2%")

    def _with_loss(
        self, day: int, items: list[Item], total: int, account: str, loss: int, remark: str = ""
    ) -> None:
        if loss * 5 > total or not loss:
            self._plain(day, items, total)
            return
        payment = self._pay(day, total, items, losses=[(account, loss)], remark=remark)
        if payment:
            letter([*items, payment], day)

    def _double(self, day: int, items: list[Item], total: int) -> None:
        """Paid twice; the second payment is given back, or waits unallocated."""
        self._plain(day, items, total)
        again = self._pay(weekday_on_or_after(day + 3 + int(15 * self._rng.random())), total, items)
        if again and self._rng.random() < 0.7:
            self._refund(again, weekday_on_or_after(again.day + 20 + int(40 * self._rng.random())))

    def _write_off(self, invoice: Item) -> None:
        """Given up at the end of the year, ten months after it fell due at the earliest."""
        day = first_of_year(year_of(invoice.dues[-1][0] + 300) + 1) - 1
        if day > self._window.bank_cutoff:
            return
        ref = f"OD{compact(day)[:6]}-{invoice.ref}"
        label = f"Créance irrécouvrable {invoice.ref} {self.customer.name}"[:80].rstrip()
        item = Item("write_off", self.customer, day, ref, -invoice.amount, label)
        self.entries.append(Entry("other", day, label, [item], [(LOSSES, invoice.amount)], ref))
        letter([invoice, item], day)

    def _refund(self, payment: Item, day: int) -> None:
        ref = self._ref(day, "RBT")
        label = f"Remboursement trop-perçu {payment.ref} {self.customer.bank_name[:30]}"
        item = Item("refund", self.customer, day, ref, -payment.amount, label)
        bank = BankMovement(self.customer.bank_name[:70], label, self.customer.iban, "OUT")
        if self._move(Entry("bank", day, label, [item], [(BANK, payment.amount)], ref, bank)):
            letter([payment, item], day)

    def _over(self, day: int, items: list[Item], total: int) -> None:
        """More than was owed: lettered, with a remainder that belongs to the customer."""
        excess = self._profile.step * 100 * (1 + int(9 * self._rng.random()))
        payment = self._pay(day, total + excess, items)
        if payment:
            letter([*items, payment], day)

    def _returned(self, day: int, items: list[Item], total: int) -> None:
        """A direct debit sent back by the bank; the customer pays by transfer later, or does not."""
        payment = self._pay(day, total, items)
        back = weekday_on_or_after(day + 3 + int(4 * self._rng.random()))
        if not payment or not self._return(payment, back):
            if payment:
                letter([*items, payment], day)
            return
        later = weekday_on_or_after(back + 12 + int(25 * self._rng.random()))
        if self._rng.random() < 0.7 and not self._is_bankrupt_on(later):
            self._plain(later, items, total)

    def _return(self, payment: Item, day: int) -> bool:
        fee = self._profile.scale * 12
        ref = self._ref(day, "REJ")
        label = f"Rejet {payment.ref} provision insuffisante {self.customer.bank_name[:30]}"
        item = Item("return", self.customer, day, ref, -payment.amount, label)
        bank = BankMovement(self.customer.bank_name[:70], f"REJET {payment.ref}", self.customer.iban, "RETURN")
        others = [(BANK, payment.amount - fee), (BANK_CHARGES, fee)]
        if not self._move(Entry("bank", day, label, [item], others, ref, bank)):
            return False
        letter([payment, item], day)
        return True

    def _pay_short(self, invoice: Item, credit: Item | None, day: int) -> None:
        """A disputed invoice: paid less what is disputed, until a credit note settles it."""
        reason = DISPUTES[int(len(DISPUTES) * self._rng.random())]
        step = self._profile.step
        disputed = -credit.amount if credit else invoice.amount * (5 + int(25 * self._rng.random())) // 100
        disputed = max(step, disputed if credit else disputed // step * step)
        if disputed >= invoice.amount:
            return
        payment = self._pay(day, invoice.amount - disputed, [invoice], remark=f"DEDUCTION {reason}")
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
            day = self._pay_day(invoice, due)
            if day is None or (paid and day <= paid[-1].day):
                return
            payment = self._pay(day, amount, [invoice], remark=f"ECHEANCE {rank}/{len(invoice.dues)}")
            if not payment:
                return
            paid.append(payment)
            letter([invoice, *paid], day)

    def _pay_on_account(self) -> None:
        """Round sums that no one ever explained."""
        customer, rng, window = self.customer, self._rng, self._window
        if customer.part == "counter" or customer.quirk not in ("on_account", "advance"):
            return
        span = (customer.stops_on or customer.active_to) - customer.active_from
        account = ADVANCES if customer.quirk == "advance" else RECEIVABLE
        for _ in range(1 + int(2 * rng.random())):
            day = weekday_on_or_after(customer.active_from + int((span - 5) * rng.random()))
            amount = self._profile.scale * ROUND_SUM * (2 + int(18 * rng.random()))
            if window.prehistory <= day:
                remark = "AVANCE SUR COMMANDE" if account == ADVANCES else "VIREMENT RECU"
                self._pay(day, amount, [], remark=remark, account=account)

    # helpers

    def _rounded(self, wanted: int, total: int) -> int:
        """`wanted` cut to a round sum, if there is one below `total`."""
        unit = self._profile.scale * ROUND_SUM
        step = self._profile.step
        return wanted // unit * unit or max(1, total // 2 // step * step)

    def _is_bankrupt_on(self, day: int) -> bool:
        return self.customer.stops_on is not None and day >= self.customer.stops_on


STYLES: dict[str, Callable[[Settlement, int, list[Item], int], None]] = {
    "plain": Settlement._plain,
    "unlettered": Settlement._unlettered,
    "partial": Settlement._partial,
    "two_payments": Settlement._two_payments,
    "charges": Settlement._charges,
    "rounding": Settlement._rounding,
    "discount": Settlement._discount,
    "double": Settlement._double,
    "over": Settlement._over,
    "returned": Settlement._returned,
}
BASE_ODDS = (("partial", 0.02), ("two_payments", 0.015), ("unlettered", 0.012), ("rounding", 0.01),
             ("double", 0.006), ("over", 0.006), ("discount", 0.01))  # fmt: skip


def merge_group_payments(entries: list[Entry], members: list[Customer]) -> list[Entry]:
    """One bank movement for the payments that members of a group make on one day through their head."""
    head = members[0]
    merged: dict[int, Entry] = {}
    kept: list[Entry] = []
    for entry in entries:
        first = merged.get(entry.day) if entry.mergeable and entry.in_books else None
        if first is None:
            if entry.mergeable and entry.in_books:
                merged[entry.day] = entry
            kept.append(entry)
            continue
        first.items.extend(entry.items)
        first.others = [(BANK, sum(amount for _, amount in first.others + entry.others))]
        first.ref = f"VIR{compact(entry.day)[2:]}-G{head.index:05d}"
        for item in first.items:
            item.ref = first.ref
        if first.bank and entry.bank:
            first.bank = BankMovement(head.bank_name[:70], f"{first.bank.text} {entry.bank.text}"[:140], head.iban)
    return kept
