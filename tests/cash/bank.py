"""A bank account for tests: lines come in, and are matched with little books.

bank = Bank(books)
bank.receives("500.00", "ACME", "FACT 101")
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from tests.books import Books

from exigible.cash.models import Match
from exigible.cash.services import match_company
from exigible.kernel.money import parse_amount
from exigible.ledger.models import BankAccount, BankLine, BankStatement
from exigible.ledger.services import lock_books


@dataclass
class Bank:
    books: Books
    lines: dict[str, BankLine] = field(default_factory=dict)

    def receives(self, amount: str, payer: str = "", text: str = "", **more: Any) -> BankLine:
        """A line of that amount; a negative one went out."""
        company = self.books.company
        minor = parse_amount(amount, exponent=2, decimal_mark=".")
        reference = more.pop("reference", f"R{len(self.lines) + 1}")
        with transaction.atomic():
            lock_books(company.pk)
            account, _ = BankAccount.objects.get_or_create(company=company, number="FR76", currency="EUR")
            statement = BankStatement.objects.create(company=company, account=account)
            line = BankLine.objects.create(
                company=company,
                account=account,
                statement=statement,
                line_key=uuid.uuid4(),
                reference=reference,
                booked_on=more.pop("on", date(2026, 4, 10)),
                amount_minor=minor,
                left_minor=minor,
                currency=more.pop("currency", "EUR"),
                payer_name=payer,
                text=text,
                **more,
            )
        self.lines[reference] = line
        return line

    def match(self, line: BankLine | None = None) -> dict[str, int]:
        """Match all, or one line; how many came to what."""
        wanted = None if line is None else [line.pk]
        return match_company(self.books.company.pk, lines=wanted).counts

    def status(self, line: BankLine) -> str:
        return Match.objects.get(line=line).status
