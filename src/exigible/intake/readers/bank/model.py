"""A bank statement and its lines, whatever file they came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from exigible.intake.readers.problems import Findings

Nature = Literal["transfer", "direct_debit", "cheque", "card", "cash", "charge", "interest", "other"]
"""What moved the money, where the bank says so by its code; else "other"."""


@dataclass(frozen=True, slots=True)
class AdvisedDocument:
    """A document that the payment itself lists. A credit note's amount is negative."""

    number: str
    amount_minor: int | None = None
    currency: str = ""
    discount_minor: int | None = None
    """Kept back by the payer from this document, positive; `amount_minor` is what is paid after it."""
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class BankLine:
    """One movement on the account: an entry, or one transaction of an entry that the bank booked as a batch.

    `reference` is the bank's own (CAMT AcctSvcrRef, else NtryRef; MT940 bank reference; OFX FITID), "" where
    it gives none. Of a transaction in a batch it is the transaction's own, else the entry's followed by
    "/" and its rank. `amount_minor` is in minor units of `currency`: positive came in, negative went out.
    """

    place: int
    """Line of the file where it begins, from 1."""
    reference: str
    booked_on: date
    value_on: date | None
    amount_minor: int
    currency: str
    nature: Nature = "other"
    bank_code: str = ""
    """The bank's code as it stands: "PMNT/RCDT/ESCT", "NTRF", "05"."""
    payer_name: str = ""
    """The other side: who paid what came in, who was paid what went out."""
    payer_iban: str = ""
    """Its account, an IBAN where the file gives one, without spaces."""
    payer_bic: str = ""
    ultimate_name: str = ""
    """For whom the other side paid."""
    text: str = ""
    """The payment's own words (unstructured remittance); its parts are joined by a line feed."""
    bank_text: str = ""
    """The bank's words on the entry."""
    end_to_end: str = ""
    mandate: str = ""
    creditor_reference: str = ""
    """Structured, ISO 11649 or national, without spaces."""
    advice: tuple[AdvisedDocument, ...] = ()
    is_return: bool = False
    """It gives back an earlier movement: a returned transfer or debit, a bounced cheque, a reversal."""
    return_reason: str = ""
    """ISO 20022 code such as "AM04", or the bank's words."""
    returned_reference: str = ""
    """The reference of what is given back, where the bank gives one that is not `end_to_end`."""
    instructed_minor: int | None = None
    """What the payer ordered, where it differs: another currency, or before charges."""
    instructed_currency: str = ""
    exchange_rate: str = ""
    """As the bank writes it, a decimal number."""
    charges_minor: int | None = None
    """Kept back by the banks from this payment, in `currency`; positive."""
    entry_reference: str = ""
    """Of the batch that it is part of, "" where it stands alone."""
    entry_minor: int | None = None
    """The amount of that batch."""


@dataclass(frozen=True, slots=True)
class BankStatement:
    """A stretch of an account. Balances are None where the file has none (a notice of credits, a table)."""

    place: int
    account: str
    """IBAN where the file gives one, else the bank's number of the account, without spaces; "" if unknown."""
    currency: str
    lines: tuple[BankLine, ...]
    number: str = ""
    """The bank's identification of this statement."""
    starts_on: date | None = None
    ends_on: date | None = None
    opening_minor: int | None = None
    closing_minor: int | None = None
    is_final: bool = True
    """False for what the bank may still change (CAMT.052, MT942) or only announces (CAMT.054)."""
    holder: str = ""
    bank: str = ""
    """BIC or national code of the bank."""

    @property
    def difference_minor(self) -> int | None:
        """What lacks between the opening balance, the movements and the closing one: 0 when all is there."""
        if self.opening_minor is None or self.closing_minor is None:
            return None
        return self.closing_minor - self.opening_minor - sum(line.amount_minor for line in self.lines)


@dataclass
class BankFile:
    """What a reader found: `format` is "camt.053.001.08", "mt940", "cfonb120", "ofx1", "ofx2", "table"."""

    format: str
    statements: list[BankStatement]
    findings: Findings = field(default_factory=Findings)

    def lines(self) -> Iterator[tuple[BankStatement, BankLine]]:
        for statement in self.statements:
            for line in statement.lines:
                yield statement, line
