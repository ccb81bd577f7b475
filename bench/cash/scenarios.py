"""The ways in which customers pay: each takes what is free and says what it pays, or finds nothing to pay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bench.cash import differences, unusual, whole
from bench.cash.till import Drafts, Till

SCENARIOS: dict[str, Callable[[Till, date], Drafts]] = {
    "one invoice": whole.one_invoice,
    "one due date of several": whole.one_due_date,
    "several invoices": whole.several,
    "all that is due": whole.all_due,
    "part payment": differences.part,
    "part payment of several": differences.part_of_several,
    "one invoice in several payments": differences.in_parts,
    "credit note deducted": whole.credit,
    "charges told by the bank": differences.charges("charges told by the bank", is_told=True),
    "charges not told": differences.charges("charges not told", is_told=False),
    "discount within its terms": differences.discount,
    "discount taken too late": differences.late_discount,
    "tax kept back": differences.withholding,
    "cents short": differences.cents,
    "overpaid": differences.overpaid,
    "paid twice": unusual.twice,
    "invoice already closed": unusual.closed,
    "in advance": unusual.advance,
    "round sum on account": unusual.round_sum,
    "parent for subsidiary": unusual.parent,
    "factor for many": unusual.factor,
    "payment provider": unusual.provider,
    "cheques paid in": unusual.cheques,
    "two invoices of the same amount": unusual.same_amount,
    "sets of the same sum": unusual.same_sum,
}
