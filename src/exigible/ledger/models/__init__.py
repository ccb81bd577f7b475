"""The truth: companies, their customers, open items, and the allocations that settle them.

Nothing here is deleted; a mistake is reversed. What must never be false is held by the constraints below and
by the triggers of `migrations/0002_invariants.sql`. Amounts are integers of minor units (cents); a positive
amount is owed by the customer, a negative one is owed to it.
"""

from __future__ import annotations

from exigible.ledger.models.bank import BankAccount, BankLine, BankPosting, BankStatement
from exigible.ledger.models.days import CalendarDay, Pause
from exigible.ledger.models.items import Allocation, Change, ItemReversal, Movement, OpenItem, RecordedAt
from exigible.ledger.models.parties import (
    Company,
    Contact,
    Contract,
    Country,
    Customer,
    PayerAccount,
    default_bucket_bounds,
    default_receivable_accounts,
)

__all__ = [
    "Allocation",
    "BankAccount",
    "BankLine",
    "BankPosting",
    "BankStatement",
    "CalendarDay",
    "Change",
    "Company",
    "Contact",
    "Contract",
    "Country",
    "Customer",
    "ItemReversal",
    "Movement",
    "OpenItem",
    "Pause",
    "PayerAccount",
    "RecordedAt",
    "default_bucket_bounds",
    "default_receivable_accounts",
]
