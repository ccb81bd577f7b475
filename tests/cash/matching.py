"""A receipt and a customer's items, written as an accountant would say them.

explain_it("31 500,00 from RIVIERA CHARTER: FACT 10412", "F-1 1000.00", "F-2 500.00")
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zlib import crc32

from exigible.cash.rules.explain import explain
from exigible.cash.rules.facts import Claim, Closed, Outcome, Payer, Policy, Receipt

DAY = date(2026, 11, 20)
KNOWN = Payer(customer_id=1, has_iban=True, name_score=100)


def claim(number: str, amount: int, *, customer: int = 1, age: int = 40, **more: Any) -> Claim:
    """An item issued `age` days before the payment and due 30 days after its issue."""
    issued_on = more.pop("issued_on", DAY - timedelta(days=age))
    return Claim(
        id=more.pop("id", crc32(f"{number} {customer}".encode())),
        customer_id=customer,
        number=number,
        issued_on=issued_on,
        due_on=more.pop("due_on", issued_on + timedelta(days=30)),
        open_minor=amount,
        amount_minor=amount,
        **more,
    )


def received(amount: int, text: str = "", **more: Any) -> Receipt:
    return Receipt(id=1, amount_minor=amount, currency="EUR", day=DAY, payer_name="ACME", text=text, **more)


def match(receipt: Receipt, *claims: Claim, payers: tuple[Payer, ...] = (KNOWN,), **more: Any) -> Outcome:
    policy = more.pop("policy", Policy())
    closed: tuple[Closed, ...] = more.pop("closed", ())
    return explain(receipt, claims, payers, policy, closed=closed, **more)


def paid(outcome: Outcome, *claims: Claim, rank: int = 0) -> dict[str, int]:
    """What the explanation at `rank` pays, by document."""
    numbers = {one.id: one.number for one in claims}
    found: dict[str, int] = {}
    for item, amount in outcome.explanations[rank].allocations:
        found[numbers[item]] = found.get(numbers[item], 0) + amount
    return found


def codes(outcome: Outcome) -> set[str]:
    told = {reason.code for reason in outcome.reasons}
    return (
        told | {reason.code for reason in outcome.explanations[0].reasons} if outcome.explanations else told
    )
