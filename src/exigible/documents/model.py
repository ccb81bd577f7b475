"""What a letter is made of. Texts are plain and already worded; amounts are minor units of one currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Language = Literal["fr", "en"]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes. Letters carry this name, logo and colour, and no other.

    `logo` and `signature_image` are PNG, JPEG or SVG files, and are in every letter (so: well under 100 KB,
    at best SVG); `colour` is "#rrggbb"; `signature` are the lines under the signature (name, title);
    `legal_lines` stand at the foot of every page (form, capital, register, VAT number); `contact` names the
    person to reach.
    """

    name: str
    address: tuple[str, ...] = ()
    legal_lines: tuple[str, ...] = ()
    logo: bytes | None = None
    colour: str = "#1f3a5f"
    iban: str = ""
    bic: str = ""
    signature: tuple[str, ...] = ()
    signature_image: bytes | None = None
    contact: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class LetterItem:
    """One open item that is claimed: `amount_minor` is what was billed, `open_minor` what is left of it.

    `days_late` is 0 or less before the due date. `detail` is a short text under the document's number
    (label, instalment, order, what part of it is disputed).
    """

    document: str
    issued_on: date | None
    due_on: date
    days_late: int
    amount_minor: int
    open_minor: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class LetterCredit:
    """A credit note or a payment not yet allocated, taken off what is claimed: `open_minor` is negative.

    `detail` is a short text under the document's number.
    """

    document: str
    dated: date | None
    open_minor: int
    detail: str = ""

    def __post_init__(self) -> None:
        if self.open_minor > 0:
            raise ValueError(
                f"credit {self.document} adds {self.open_minor} to the claim: it must be negative"
            )


@dataclass(frozen=True, slots=True)
class LetterCharge:
    """What is claimed beside the invoices (late interest, fixed indemnity), as the caller words it.

    Only what the law or the contract of the case gives may be put here; this room checks no right to it.
    """

    label: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class InterestRow:
    """Interest of one document at one rate; both days are counted; `rate` in hundredths of a percent."""

    document: str
    base_minor: int
    starts_on: date
    ends_on: date
    days: int
    rate: int
    interest_minor: int


@dataclass(frozen=True, slots=True)
class InterestAnnex:
    """The working of the late interest, on a page of its own. `notes` give the rule and its source."""

    rows: tuple[InterestRow, ...]
    notes: tuple[str, ...] = ()

    @property
    def total_minor(self) -> int:
        return sum(row.interest_minor for row in self.rows)


@dataclass(frozen=True, slots=True)
class Debtor:
    """One of several debtors to whom one letter speaks: what it owes, less its own credits and no other's."""

    name: str
    items: tuple[LetterItem, ...]
    credits: tuple[LetterCredit, ...] = ()

    @property
    def net_minor(self) -> int:
        items = sum(item.open_minor for item in self.items)
        return items + sum(credit.open_minor for credit in self.credits)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one customer about items in one currency.

    `recipient` are the lines seen through the envelope's window; `reference` is what the payment should
    quote; `body` stands before the table, `closing` after it; `dispatch` says how it travels when that is
    to be printed (registered letter and its number); `mentions` are the small lines under the signature.
    Where it speaks for `debtors`, its items and credits are theirs, in their order.
    """

    sender: Sender
    recipient: tuple[str, ...]
    language: Language
    place: str
    dated: date
    reference: str
    subject: str
    body: tuple[str, ...]
    currency: str
    items: tuple[LetterItem, ...] = ()
    credits: tuple[LetterCredit, ...] = ()
    charges: tuple[LetterCharge, ...] = ()
    closing: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    dispatch: str = ""
    customer_code: str = ""
    payment_lines: tuple[str, ...] = ()
    annex: InterestAnnex | None = None
    debtors: tuple[Debtor, ...] = ()

    @property
    def claimed_minor(self) -> int:
        """What is left to pay on the items, before credits and charges."""
        return sum(item.open_minor for item in self.items)

    @property
    def net_minor(self) -> int:
        """Items, less credits, plus charges: what the letter asks for."""
        credit = sum(credit.open_minor for credit in self.credits)
        return self.claimed_minor + credit + sum(charge.amount_minor for charge in self.charges)
