"""What is sold: when, for how much, on which terms; documents are numbered in order of date."""

from __future__ import annotations

import random
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from exigible.demo.customers import SEGMENTS, Customer, Window
from exigible.demo.days import due_on, first_of_year, month_of, weekday_on_or_after, year_of
from exigible.demo.entries import EXPORTS, GOODS, SALES_VAT, SERVICES, Entry, Item
from exigible.demo.profiles import Profile

SEASONAL_TRADES = ("hotel", "charter", "restaurant")
FIRST_NUMBER = 501
VAT_PERCENT = 20
LIMITATION_DAYS = 1_826
DISPUTES = ("CASSE TRANSPORT", "MANQUANT 2 COLIS", "PRIX NON CONFORME AU DEVIS", "RETOUR MARCHANDISE",
            "DOUBLE FACTURATION", "REMISE NON DEDUITE", "LIVRAISON PARTIELLE")  # fmt: skip


@dataclass(slots=True)
class Planned:
    """A sale to come: its day, its story, and the day of the credit note it leads to (0: none)."""

    day: int
    story: str
    credit_day: int = 0


@dataclass(slots=True)
class Sale:
    """An invoice with what became of it; a yearly rebate is a credit note without an invoice."""

    story: str
    invoice: Item | None
    credit: Item | None


def plan_sales(customer: Customer, rng: random.Random, window: Window) -> list[Planned]:
    """The customer's sales in order of date. Deterministic: the same generator state gives the same plan."""
    plans = [_plan_one(customer, rng, window) for _ in range(customer.sales)]
    plans += _cast_sales(customer, window)
    if not customer.part and customer.active_from == window.prehistory and rng.random() < 0.004:
        plans.append(Planned(weekday_on_or_after(window.start - 200 - int(600 * rng.random())), "unpaid"))
    if customer.segment == "key" and customer.habit.name in ("punctual", "early"):
        plans.extend(_yearly_rebates(rng, window))
    plans.sort(key=lambda planned: planned.day)
    return plans


def _cast_sales(customer: Customer, window: Window) -> list[Planned]:
    """The sales without which a part could not be played."""
    if customer.part == "old_debt":
        return [Planned(weekday_on_or_after(window.today - LIMITATION_DAYS + 30), "unpaid")]
    if customer.part == "given_up":
        return [Planned(weekday_on_or_after(window.start + 60), "given_up")]
    if customer.part == "dispute":
        day = weekday_on_or_after(window.start + 200)
        return [Planned(day, "dispute", weekday_on_or_after(day + 80))]
    if customer.part == "bankrupt" and customer.stops_on:
        return [Planned(weekday_on_or_after(customer.stops_on - days), "sale") for days in (24, 12, 5)]
    return []


def _plan_one(customer: Customer, rng: random.Random, window: Window) -> Planned:
    day = _draw_day(customer, rng)
    if customer.part == "counter":
        return Planned(day, "sale")
    story, lag = _draw_story(customer, rng)
    credit_day = weekday_on_or_after(day + lag) if lag else 0
    return Planned(day, story, credit_day if credit_day <= window.horizon else 0)


def _draw_day(customer: Customer, rng: random.Random) -> int:
    first, span = customer.active_from, customer.active_to - customer.active_from - 2
    day = first + int(span * rng.random())
    if customer.trade in SEASONAL_TRADES and not 4 <= month_of(day) <= 9 and rng.random() < 0.6:
        day = first + int(span * rng.random())
    return weekday_on_or_after(day)


def _draw_story(customer: Customer, rng: random.Random) -> tuple[str, int]:
    """The story of a sale and after how many days its credit note comes (0: never)."""
    draw = rng.random()
    if customer.quirk == "instalments" and draw < 0.3:
        return "instalments", 0
    if draw < (0.4 if customer.quirk == "dispute" else 0.03):
        return "dispute", 60 + int(60 * rng.random()) if rng.random() < 0.75 else 0
    if draw > 0.995:
        return "cancel", 2 + int(12 * rng.random())
    if draw > 0.97:
        return "return", 4 + int(40 * rng.random())
    if customer.true_dues and draw > 0.7:
        return "special", 0
    return "sale", 0


def _yearly_rebates(rng: random.Random, window: Window) -> Iterator[Planned]:
    for year in list(window.years)[1:]:
        day = weekday_on_or_after(first_of_year(year) + 11 + int(8 * rng.random()))
        if day <= window.horizon:
            yield Planned(day, "rebate", day)


class Numbering:
    """Numbers of documents, in order of date within each year, for sales planned customer by customer.

    First every plan is `add`ed, then `close` ranks them all; `take` hands the numbers out in the same order.
    """

    def __init__(self, template: str) -> None:
        self._template = template
        self._days: array[int] = array("L")
        self._numbers: array[int] = array("L")
        self._next = 0

    def add(self, day: int) -> None:
        self._days.append(day)

    def close(self) -> None:
        """Rank all the days that were added."""
        self._numbers = array("L", bytes(self._days.itemsize * len(self._days)))
        year, number = 0, FIRST_NUMBER
        for position in sorted(range(len(self._days)), key=self._days.__getitem__):
            if year_of(self._days[position]) != year:
                year, number = year_of(self._days[position]), FIRST_NUMBER
            self._numbers[position] = number
            number += 1

    def take(self, day: int) -> str:
        """The number of the next document, which must be of the day that was added in its place."""
        if self._days[self._next] != day:
            raise AssertionError("documents are taken in another order than they were planned")
        number = self._numbers[self._next]
        self._next += 1
        year = year_of(day)
        return self._template.format(year=year, yy=year % 100, number=number)


def register(plans: list[Planned], invoices: Numbering, credit_notes: Numbering) -> None:
    """Announce a customer's documents to the numberings."""
    for planned in plans:
        if planned.story != "rebate":
            invoices.add(planned.day)
        if planned.credit_day:
            credit_notes.add(planned.credit_day)


class Seller:
    """Turns plans into invoices and credit notes with their entries, for one company."""

    def __init__(self, profile: Profile, invoices: Numbering, credit_notes: Numbering) -> None:
        self._profile = profile
        self._invoices = invoices
        self._credit_notes = credit_notes

    def sell(
        self, customer: Customer, plans: list[Planned], rng: random.Random
    ) -> tuple[list[Sale], list[Entry]]:
        """The customer's sales, in the order of the plan, and the entries of the sales journal."""
        sales: list[Sale] = []
        entries: list[Entry] = []
        for planned in plans:
            net = self._net_price(customer, planned, rng)
            invoice = credit = None
            if planned.story != "rebate":
                invoice = self._invoice(customer, planned, net, rng, entries)
            if planned.credit_day:
                credit = self._credit_note(customer, planned, net, rng, entries)
            sales.append(Sale(planned.story, invoice, credit))
        return sales, entries

    def _net_price(self, customer: Customer, planned: Planned, rng: random.Random) -> int:
        _, _, price, _ = SEGMENTS[customer.segment]
        factor = 300 + int(700 * rng.random()) + int(3_500 * rng.random() ** 4)
        if planned.story == "instalments":
            factor *= 4
        scale, step = self._profile.scale, self._profile.step
        net = price * scale * factor // 1_000 + int(scale * rng.random())
        return max(step, net // step * step)

    def _taxed(self, customer: Customer) -> bool:
        """France and Monaco are one VAT territory; what leaves it, or Madagascar, is sold without VAT."""
        return (customer.country == "MG") == (self._profile.country == "MG")

    def _gross(self, customer: Customer, net: int) -> int:
        return net + (net * VAT_PERCENT + 50) // 100 if self._taxed(customer) else net

    def _revenue(self, customer: Customer, net: int, gross: int, service: int = 0) -> list[tuple[str, int]]:
        if not self._taxed(customer):
            return [(EXPORTS, -net)]
        lines = [(GOODS, service - net), (SALES_VAT, net - gross)]
        return [*lines, (SERVICES, -service)] if service else lines

    def _invoice(
        self, customer: Customer, planned: Planned, net: int, rng: random.Random, entries: list[Entry]
    ) -> Item:
        gross = self._gross(customer, net)
        ref = self._invoices.take(planned.day)
        step = self._profile.step
        service = net * 8 // 100 // step * step if rng.random() < 0.25 else 0
        label = f"Facture {ref} {customer.name}"[:80].rstrip()
        dues = self._dues(customer, planned, gross, rng)
        item = Item("invoice", customer, planned.day, ref, gross, label, dues=dues)
        entries.append(
            Entry("sales", planned.day, label, [item], self._revenue(customer, net, gross, service), ref)
        )
        return item

    def _dues(
        self, customer: Customer, planned: Planned, gross: int, rng: random.Random
    ) -> tuple[tuple[int, int], ...]:
        if planned.story == "special":
            return ((planned.day + rng.choice((10, 15, 75, 90)), gross),)
        if planned.story == "instalments":
            third = gross // 3 // self._profile.step * self._profile.step
            parts = (third, third, gross - 2 * third)
            return tuple((planned.day + 30 * rank, part) for rank, part in enumerate(parts, start=1))
        return ((due_on(customer.terms, planned.day), gross),)

    def _credit_note(
        self, customer: Customer, planned: Planned, net: int, rng: random.Random, entries: list[Entry]
    ) -> Item:
        percent = {"cancel": 100, "rebate": 40}.get(planned.story, 5 + int(30 * rng.random()))
        step = self._profile.step
        net = max(step, net * percent // 100 // step * step)
        gross = self._gross(customer, net)
        ref = self._credit_notes.take(planned.credit_day)
        reason = {"cancel": "annulation", "rebate": "ristourne de fin d'année", "return": "retour"}
        label = f"Avoir {ref} {reason.get(planned.story, 'litige')} {customer.name}"[:80].rstrip()
        item = Item("credit_note", customer, planned.credit_day, ref, -gross, label)
        others = [(account, -amount) for account, amount in self._revenue(customer, net, gross)]
        entries.append(Entry("sales", planned.credit_day, label, [item], others, ref))
        return item
