"""Payments, day after day, each with the truth of what it pays.

A payment takes its items from what the customer owes on that day, so that no two truths take the same money.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from bench.cash import rates
from bench.cash.scenarios import SCENARIOS
from bench.cash.till import Draft, Till, make_till
from bench.cash.world import FIRST_DAY, LAST_DAY, Customer, Item, Line, Truth, draw, one_in
from bench.cash.writing import add_noise, name_documents, name_payer

_TRIES = 60
_TREASURIES = (
    "DDFIP DES ALPES MARITIMES",
    "TRESORERIE MUNICIPALE",
    "SGC GRAND LITTORAL",
    "DRFIP PACA BOUCHES DU RHONE",
)


def make_payments(
    customers: list[Customer], items: list[Item], number: int, seed: int
) -> tuple[list[Line], list[Truth]]:
    """So many receipts from customers, and the lines that stand between them, by day."""
    till = make_till(customers, items, seed)
    days = sorted(_weekday(till.rng) for _ in range(number))
    for day in days:
        if len(till.made) >= number:
            break
        _one(till, day)
    strangers = _strangers(till.rng, number * rates.NOT_CUSTOMERS // 1000) + _going_out(till, number)
    made = sorted([(line, truth) for line, truth, _ in till.made] + strangers, key=lambda pair: pair[0].day)
    for number_, (line, truth) in enumerate(made, 1):
        line.id = truth.line_id = number_
    return [line for line, _ in made], [truth for _, truth in made]


def _weekday(rng: random.Random) -> date:
    while True:
        day = FIRST_DAY + timedelta(days=rng.randrange((LAST_DAY - FIRST_DAY).days + 1))
        if day.weekday() < 5:
            return day


def _one(till: Till, day: date) -> None:
    scenario = draw(till.rng, rates.SCENARIOS)
    for _ in range(_TRIES):
        drafts = SCENARIOS[scenario](till, day)
        if drafts:
            for draft, on in drafts:
                _write(till, draft, on)
            return
    raise RuntimeError(f"no customer is left for: {scenario}")


def _write(till: Till, draft: Draft, day: date) -> None:
    """The bank line of a payment, as messy as the rates say, and its truth."""
    rng, payer = till.rng, draft.payer or draft.customer
    line = Line(0, day, draft.amount)
    several = len({item.number for item in draft.documents}) > 1
    how = draft.naming or draw(rng, rates.NAMING_SEVERAL if several else rates.NAMING_ONE)
    if not draft.documents:
        how = "nothing"
    if how == "order number" and not (draft.documents[0].reference and not several):
        how = "exact"
    line.text, named = name_documents(rng, draft.documents, how)
    add_noise(rng, line, payer, draft.documents if how != "nothing" else ())
    truth = Truth(
        0,
        draft.scenario,
        draft.customer.id,
        draft.allocations,
        draft.remainder,
        draft.remainder_as,
        how,
        named,
    )
    _sign(rng, line, truth, payer)
    if draft.is_told:
        line.instructed_minor = draft.amount + draft.remainder
        line.charges_minor = draft.remainder if one_in(rng, 600) else None
    if draft.scenario == "one invoice" and how == "exact" and truth.is_payer_known:
        till.paid_by_name.append((draft.documents[0], line))
    till.made.append((line, truth, list(draft.documents)))


def _sign(rng: random.Random, line: Line, truth: Truth, payer: Customer) -> None:
    """The payer's name and account; public bodies pay through a treasury that pays for many."""
    truth.payer_name, truth.account = draw(rng, rates.PAYER_NAMES), draw(rng, rates.ACCOUNTS)
    if payer.pays_by_treasury:
        truth.payer_name, truth.account = "treasury", "of a treasury"
        place = payer.id % len(_TREASURIES)
        line.payer_name, line.payer_iban = _TREASURIES[place], f"FR7630001000640000000000{place:03}"
    else:
        line.payer_name = name_payer(rng, payer, truth.payer_name)
        if truth.account != "missing":
            line.payer_iban = payer.ibans[0] if truth.account == "known" else payer.other_iban
    is_named = truth.payer_name not in ("alias", "missing", "treasury")
    truth.is_payer_known = bool(payer.id) and (truth.account == "known" or is_named)


def _strangers(rng: random.Random, number: int) -> list[tuple[Line, Truth]]:
    """Money from others than customers, which must be left alone."""
    found = []
    for _ in range(number):
        name, text = rng.choice(_STRANGERS)
        account = f"FR7630001000{rng.randrange(10**15):015}"
        words = f"{text} {rng.randrange(10**6, 10**9)}"
        line = Line(0, _weekday(rng), rng.randint(20_00, 9_000_00), name, account, words)
        found.append((line, Truth(0, "not a customer's", None, naming="another number", account="unknown")))
    return found


_STRANGERS = (
    ("DGFIP REMBOURSEMENT TVA", "REMBT CREDIT TVA"),
    ("URSSAF PACA", "REMBOURSEMENT COTISATIONS"),
    ("AXA FRANCE IARD", "INDEMNITE SINISTRE"),
    ("CPAM DES ALPES MARITIMES", "IJ SUBROGATION"),
    ("ORANGE SA", "AVOIR FACTURE"),
    ("EDF ENTREPRISES", "REMBOURSEMENT FACTURE"),
    ("CREDIT DU LITTORAL", "INTERETS CREDITEURS"),
)


def _going_out(till: Till, number: int) -> list[tuple[Line, Truth]]:
    """Refunds made to customers, and debits that their banks send back."""
    found = []
    for place in range(number * rates.GOING_OUT // 1000):
        customer = till.pick()
        returned = place % 2 == 0
        item = till.rng.choice(till.free[customer.id] or till.closed[customer.id] or [None])
        if item is None:
            continue
        name = name_payer(till.rng, customer, "as registered")
        words = f"{'IMPAYE PRLV' if returned else 'REMBOURSEMENT'} {item.number}"
        line = Line(0, _weekday(till.rng), -abs(item.amount_minor), name, customer.ibans[0], words)
        line.is_return = returned
        found.append((line, Truth(0, "debit returned" if returned else "refund", None, naming="exact")))
    return found
