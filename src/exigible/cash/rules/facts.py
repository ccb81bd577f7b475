"""What the matcher is told, and what it answers. Amounts are minor units of the receipt's currency.

What there is very much of, or what passes from one process to another, is a named tuple: quickest to make and
to send.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

Status = Literal["posted", "proposed", "ambiguous", "unmatched"]
RemainderAs = Literal[
    "", "keep_open", "on_account", "charge", "discount", "withholding", "write_off", "exchange"
]
"""What becomes of the difference: the items keep it open, the customer keeps it on account, or an adjustment
closes it."""
ADJUSTMENTS: tuple[RemainderAs, ...] = ("charge", "discount", "withholding", "write_off", "exchange")


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that came in and is not yet lettered: a bank line, or an unallocated credit of the books."""

    id: int
    amount_minor: int
    currency: str
    day: date
    payer_name: str = ""
    payer_iban: str = ""
    text: str = ""
    """All the words that came with it."""
    creditor_reference: str = ""
    advised: tuple[tuple[str, int | None], ...] = ()
    """Documents that the payment lists, each with the amount paid on it where it is told."""
    is_attached: bool = False
    """A person attached that list (a remittance advice), so that it counts also where it does not add up."""
    advised_discount_minor: int = 0
    """Of the amounts listed, what the payer says that it kept back as a discount."""
    charges_minor: int | None = None
    instructed_minor: int | None = None
    """What the payer ordered in the same currency, before the banks' charges."""
    customer_id: int | None = None
    """Whose it is, where that is already known (a credit of the books, or a person said so)."""


class Claim(NamedTuple):
    """An open item that a receipt may settle. Credit notes are negative."""

    id: int
    customer_id: int
    number: str
    issued_on: date
    due_on: date
    open_minor: int
    amount_minor: int
    reference: str = ""
    discount_percent: int = 0
    """Early-payment discount in thousandths of a percent, 0 without one."""
    discount_until: date | None = None
    is_disputed: bool = False


class Closed(NamedTuple):
    """A document that the text names and that is settled or written off already."""

    customer_id: int
    number: str
    amount_minor: int
    closed_on: date | None = None


class Payer(NamedTuple):
    """A customer who may have paid, and what speaks for it."""

    customer_id: int
    has_iban: bool = False
    iban_customers: int = 1
    """How many customers are known to pay from that account."""
    name_score: int = 0
    """0 to 100: how alike the names are."""
    same_name_customers: int = 1
    is_remembered: bool = False
    """A person confirmed this name for this customer before."""
    is_given: bool = False
    """The receipt is on this customer's account already."""
    is_group: bool = False
    """Parent or subsidiary of a customer that the evidence names; the evidence is not sure of this one."""
    is_refused: bool = False
    """A person said that it was not this customer."""
    documents: frozenset[str] | None = None
    """Where these alone are looked at, and not all of its items: see `rules.payers.narrowed`."""

    @property
    def is_only_named(self) -> bool:
        """Whether nothing speaks for it but documents that the text names."""
        says_something = self.has_iban or self.name_score or self.is_remembered or self.is_given
        return not (says_something or self.is_group or self.is_refused)


@dataclass(frozen=True, slots=True)
class Policy:
    """What the company lets the program decide alone."""

    threshold: int = 9950
    """Least probability, in hundredths of a percent, of what posts by itself."""
    small_difference_minor: int = 100
    """Most that is written off on a payment as a small difference."""
    charge_cap_minor: int = 3000
    """Most that is taken for bank charges."""
    discount_grace_days: int = 5
    withholding_rates: tuple[int, ...] = ()
    """Rates of tax that customers keep back, in thousandths of a percent."""
    posts_alone: bool = True


class Reason(NamedTuple):
    """Why, as a code that is worded for people, with its values."""

    code: str
    params: Mapping[str, object] = {}


class Explanation(NamedTuple):
    """One way in which the receipt makes sense.

    `allocations` are (item, amount): positive of a debit, negative of a credit note deducted. What is paid
    and what is deducted, less the adjustment, equals the receipt but for what goes on account.
    """

    customer_id: int
    allocations: tuple[tuple[int, int], ...]
    remainder_minor: int = 0
    remainder_as: RemainderAs = ""
    weight: float = 0.0
    """Relative likelihood; only comparisons mean anything."""
    reasons: tuple[Reason, ...] = ()

    @property
    def items(self) -> frozenset[int]:
        return frozenset(item for item, _ in self.allocations)


class Outcome(NamedTuple):
    """What is made of a receipt: the explanations, the likeliest first, and how sure the first one is."""

    receipt_id: int
    status: Status
    probability: int
    """Of the first explanation, in hundredths of a percent (9950 is 99.5 %)."""
    explanations: tuple[Explanation, ...] = ()
    reasons: tuple[Reason, ...] = ()
    """Why there is no explanation, or why the likeliest is not posted alone."""
