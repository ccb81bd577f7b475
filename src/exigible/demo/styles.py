"""The ways in which a batch of items gets paid on a day, from the plain transfer to the returned debit.

Each way takes the payer, the day, the items and their sum in minor units (positive).
"""

from __future__ import annotations

from collections.abc import Callable

from exigible.demo.customers import DIRECT_DEBIT
from exigible.demo.entries import BANK, BANK_CHARGES, DISCOUNTS, ROUNDING, Entry, Item, letter
from exigible.demo.payer import Payer

QUIRK_ODDS = 0.35
CAST_ODDS = 0.6
RETURN_FEE = 12


def plain(payer: Payer, day: int, items: list[Item], total: int) -> None:
    """Paid to the cent and lettered at once."""
    payment = payer.pay(day, total, items, mergeable=payer.customer.pays_for_group)
    if payment:
        letter([*items, payment], day)


def unlettered(payer: Payer, day: int, items: list[Item], total: int) -> None:
    """Paid to the cent, but the accountant letters it months later, or has not yet."""
    payment = payer.pay(day, total, items)
    lettered_on = day + 40 + int(180 * payer.rng.random())
    if payment and lettered_on <= payer.window.bank_cutoff and payer.rng.random() < 0.9:
        letter([*items, payment], lettered_on)


def partial(payer: Payer, day: int, items: list[Item], total: int) -> None:
    """A part now, the rest one to three months later, if it comes."""
    first = payer.rounded(total * 45 // 100, total)
    payment = payer.pay(day, first, items, remark="ACOMPTE")
    if not payment:
        return
    letter([*items, payment], day)
    rest_day = payer.later(day, 25, 60)
    if payer.rng.random() < 0.2 or payer.is_bankrupt_on(rest_day):
        return
    rest = payer.pay(rest_day, total - first, items, remark="SOLDE")
    if rest:
        letter([*items, payment, rest], rest_day)


def two_payments(payer: Payer, day: int, items: list[Item], total: int) -> None:
    """Two sums that match no invoice by themselves; lettered when both are there."""
    first = payer.rounded(total * 6 // 10, total)
    payment = payer.pay(day, first, [])
    rest_day = payer.later(day, 4, 18)
    if not payment or payer.is_bankrupt_on(rest_day):
        return
    rest = payer.pay(rest_day, total - first, items)
    if rest:
        letter([*items, payment, rest], rest_day)


def charges(payer: Payer, day: int, items: list[Item], total: int) -> None:
    """The banks on the way kept something."""
    _with_loss(
        payer, day, items, total, (BANK_CHARGES, payer.profile.scale * (8 + int(14 * payer.rng.random())))
    )


def rounding(payer: Payer, day: int, items: list[Item], total: int) -> None:
    """A few cents short, written off at once."""
    _with_loss(payer, day, items, total, (ROUNDING, payer.profile.step * (1 + int(60 * payer.rng.random()))))


def discount(payer: Payer, day: int, items: list[Item], total: int) -> None:
    """Two percent taken for paying early."""
    loss = total * 2 // 100 // payer.profile.step * payer.profile.step
    _with_loss(payer, day, items, total, (DISCOUNTS, loss), "ESCOMPTE 2%")


def _with_loss(
    payer: Payer, day: int, items: list[Item], total: int, loss: tuple[str, int], remark: str = ""
) -> None:
    if not 0 < loss[1] * 5 <= total:
        plain(payer, day, items, total)
        return
    payment = payer.pay(day, total, items, losses=[loss], remark=remark)
    if payment:
        letter([*items, payment], day)


def double(payer: Payer, day: int, items: list[Item], total: int) -> None:
    """Paid twice; the second payment is given back, or waits unallocated."""
    plain(payer, day, items, total)
    again = payer.pay(payer.later(day, 3, 15), total, items)
    if again and payer.rng.random() < 0.7:
        _refund(payer, again, payer.later(again.day, 20, 40))


def _refund(payer: Payer, payment: Item, day: int) -> None:
    ref = payer.new_ref(day, "RBT")
    label = f"Remboursement trop-perçu {payment.ref} {payer.customer.bank_name[:30]}"
    item = Item("refund", payer.customer, day, ref, -payment.amount, label)
    if payer.post(
        Entry("bank", day, label, [item], [(BANK, payment.amount)], ref, payer.movement(label, "OUT"))
    ):
        letter([payment, item], day)


def over(payer: Payer, day: int, items: list[Item], total: int) -> None:
    """More than was owed: lettered, with a remainder that belongs to the customer."""
    excess = payer.profile.step * 100 * (1 + int(9 * payer.rng.random()))
    payment = payer.pay(day, total + excess, items)
    if payment:
        letter([*items, payment], day)


def returned(payer: Payer, day: int, items: list[Item], total: int) -> None:
    """A direct debit sent back by the bank; the customer pays later, or does not."""
    payment = payer.pay(day, total, items)
    if not payment:
        return
    back = payer.later(day, 3, 4)
    if not _send_back(payer, payment, back):
        letter([*items, payment], day)
        return
    again = payer.later(back, 12, 25)
    if payer.rng.random() < 0.7 and not payer.is_bankrupt_on(again):
        plain(payer, again, items, total)


def _send_back(payer: Payer, payment: Item, day: int) -> bool:
    fee = payer.profile.scale * RETURN_FEE
    ref = payer.new_ref(day, "REJ")
    label = f"Rejet {payment.ref} provision insuffisante {payer.customer.bank_name[:30]}"
    item = Item("return", payer.customer, day, ref, -payment.amount, label)
    others = [(BANK, payment.amount - fee), (BANK_CHARGES, fee)]
    movement = payer.movement(f"REJET {payment.ref}", "RETURN")
    if not payer.post(Entry("bank", day, label, [item], others, ref, movement)):
        return False
    letter([payment, item], day)
    return True


STYLES: dict[str, Callable[[Payer, int, list[Item], int], None]] = {
    "plain": plain,
    "unlettered": unlettered,
    "partial": partial,
    "two_payments": two_payments,
    "charges": charges,
    "rounding": rounding,
    "discount": discount,
    "double": double,
    "over": over,
    "returned": returned,
}
BASE_ODDS = (
    ("partial", 0.02),
    ("two_payments", 0.015),
    ("unlettered", 0.012),
    ("rounding", 0.01),
    ("double", 0.006),
    ("over", 0.006),
    ("discount", 0.01),
)


def draw_style(payer: Payer, items: list[Item]) -> str:
    """The way this payer settles these items."""
    style = _draw(payer)
    # a part payment of several invoices would not say which one stays open
    return "plain" if style == "partial" and len(items) > 1 else style


def _draw(payer: Payer) -> str:
    customer, draw = payer.customer, payer.rng.random()
    if customer.pays_for_group:
        return "plain"
    if customer.quirk in STYLES and draw < (CAST_ODDS if customer.part else QUIRK_ODDS):
        return customer.quirk
    if customer.part:
        return "plain"
    if customer.method == DIRECT_DEBIT:
        return "returned" if draw > 0.93 else "plain"
    if customer.country != payer.profile.country and draw > 0.94:
        return "charges"
    for style, odds in BASE_ODDS:
        draw -= odds
        if draw < 0:
            return style
    return "plain"
