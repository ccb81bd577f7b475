"""What the collectors wrote down: calls, promises kept waiting, promises broken, disputes, bad news."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from exigible.demo.books import decimal_text
from exigible.demo.customers import Customer
from exigible.demo.dice import seeded
from exigible.demo.lettering import Position
from exigible.kernel.money import format_amount

MOST_NOTES = 400


@dataclass(frozen=True, slots=True)
class Note:
    """A note of a collector; `promise_amount` is a decimal string in the company's currency."""

    company: str
    customer: str
    date: str
    author: str
    kind: str
    text: str
    promise_date: str | None = None
    promise_amount: str | None = None

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Late:
    """A customer that is late at `today`, as the collector sees it."""

    customer: Customer
    position: Position


CALLS = (
    "Appel : {contact} en réunion, rappeler demain matin.",
    "Appel sans réponse, message laissé sur le répondeur.",
    "{contact} demande le duplicata des factures ; envoyé ce jour.",
    "Le standard indique que la comptabilité n'est joignable que le mardi et le jeudi.",
)
PROMISES = (
    "{contact} promet un virement de {amount} {currency} pour le {day}.",
    "Appel : règlement de {amount} {currency} annoncé pour le {day} ({contact}).",
    "{contact} confirme par téléphone : chèque de {amount} {currency} posté, à recevoir avant le {day}.",
)
DISPUTES = (
    "{contact} conteste la dernière livraison : deux colis manquants. Bon de livraison demandé au dépôt.",
    "Le client attend un avoir pour le prix non conforme au devis. Transmis aux ventes.",
)


def is_worth_a_note(customer: Customer, position: Position) -> bool:
    return position.overdue > 0 and customer.listed and customer.part != "intercompany"


def write_notes(late: list[Late], company: str, currency: str, today: date, seed: int) -> list[Note]:
    """Notes on some of the late customers; about one in three has a promise that was broken this week."""
    rng = seeded(f"{seed}/{company}/notes")
    notes: list[Note] = []
    for each in late:
        customer = each.customer
        if customer.part == "bankrupt":
            notes.append(_bankruptcy(customer, company, today))
        if len(notes) < MOST_NOTES and (customer.part or rng.random() < 0.6):
            notes.extend(_conversation(rng, each, company, currency, today))
    return sorted(notes, key=lambda note: (note.date, note.customer))


def _conversation(rng: random.Random, late: Late, company: str, currency: str, today: date) -> Iterator[Note]:
    draw = rng.random()
    if draw < 0.4:
        yield _promise(rng, late, company, currency, today, -rng.randint(1, 5))
    elif draw < 0.55:
        yield _promise(rng, late, company, currency, today, rng.randint(2, 9))
    elif draw < 0.65:
        yield _plain(
            late.customer, company, today - timedelta(days=rng.randint(3, 20)), "call", rng.choice(DISPUTES)
        )
    if draw > 0.5:
        yield _plain(
            late.customer, company, today - timedelta(days=rng.randint(6, 30)), "call", rng.choice(CALLS)
        )


def _promise(rng: random.Random, late: Late, company: str, currency: str, today: date, offset: int) -> Note:
    """A promise for `offset` days from today; a past one was not kept, since the amount is still overdue."""
    promised = today + timedelta(days=offset)
    while promised.weekday() > 4:
        promised += timedelta(days=1 if offset > 0 else -1)
    written = min(promised, today) - timedelta(days=rng.randint(3, 12))
    amount = decimal_text(late.position.overdue, ".")
    customer = late.customer
    words = format_amount(late.position.overdue, currency, locale="fr")
    text = rng.choice(PROMISES).format(
        contact=customer.contact, amount=words, currency=currency, day=f"{promised:%d/%m}"
    )
    return Note(company, customer.code, written.isoformat(), customer.collector, "call", text,
                promised.isoformat(), amount)  # fmt: skip


def _plain(customer: Customer, company: str, day: date, kind: str, text: str) -> Note:
    words = text.format(contact=customer.contact)
    return Note(company, customer.code, day.isoformat(), customer.collector, kind, words)


def _bankruptcy(customer: Customer, company: str, today: date) -> Note:
    day = date.fromordinal(min(customer.stops_on or 0, today.toordinal() - 30))
    text = "Le client ne répond plus ; un confrère annonce une procédure collective. Commandes bloquées."
    return _plain(customer, company, day, "note", text)
