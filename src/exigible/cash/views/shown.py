"""What the right pane shows of a payment, and what the person wishes to see of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from exigible.cash.exchange import implied_rate
from exigible.cash.models import Match
from exigible.cash.views.advice import AdviceShown
from exigible.cash.views.originals import Choice
from exigible.cash.views.rows import Row
from exigible.cash.wording import exchange_rate as rate_words
from exigible.kernel.money import exponent, to_decimal_string
from exigible.language import formats
from exigible.ledger.models import BankLine, Customer, OpenItem


class Paid(NamedTuple):
    """An item, what would be or was paid on it, and what it is called."""

    item: OpenItem
    amount_minor: int
    name: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One explanation, as a card: `key` chooses it."""

    rank: int
    key: str
    customer: str
    words: str
    documents: Sequence[Paid]
    reasons: Sequence[str]
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ItemRow:
    item: OpenItem
    amount_minor: int
    """What ticking it takes: all that is open, or the part that is proposed."""
    is_ticked: bool
    is_named: bool
    other_customer: str
    """Its customer where that is not the one of the pane."""
    days: int
    name: str

    @property
    def is_part(self) -> bool:
        return self.amount_minor != self.item.open_minor


@dataclass(frozen=True, slots=True)
class Remainder:
    """A choice for what lacks or is too much; `cap_minor`: the most of it without someone who approves."""

    code: str
    key: str
    label: str
    is_short: bool
    is_chosen: bool
    cap_minor: int | None = None


@dataclass
class Pane:
    row: Row
    customer: Customer | None = None
    answers: Sequence[Answer] = ()
    is_undecided: bool = False
    """There are answers, and none is chosen yet."""
    certainty: str = ""
    reasons: Sequence[str] = ()
    items: Sequence[ItemRow] = ()
    has_more: bool = False
    remainders: Sequence[Remainder] = ()
    gone: Sequence[str] = ()
    """Documents of the proposal that are no longer open for as much."""
    documents: Sequence[Paid] = ()
    """What a payment that is lettered has paid."""
    mistake: str = ""
    number: str = ""
    share: str = ""
    """The part of the payment, as it was typed."""
    reasons_aside: Sequence[tuple[str, str]] = ()
    advice: AdviceShown | None = None
    is_return: bool = False
    """It is looked at as a payment that came back, not as a refund."""
    originals: Sequence[Choice] = ()
    """Payments that it may give back."""
    items_currency: str = ""
    currencies: Sequence[str] = ()
    """The payment's own, and the others in which the customer has open items."""
    told_minor: int | None = None
    """What the statement says that the payment is in the currency of the items, where that is another."""
    rate: str = ""
    typed_worth: str = ""

    @property
    def currency(self) -> str:
        """Of the items."""
        return self.items_currency or self.line.currency

    @property
    def is_foreign(self) -> bool:
        return self.currency != self.line.currency

    @property
    def worth_minor(self) -> int | None:
        """What is left of the payment in the currency of the items; None while no rate is known."""
        return self.told_minor if self.is_foreign else self.line.left_minor

    @property
    def worth(self) -> str:
        """The same as a field has it."""
        if self.typed_worth or self.told_minor is None:
            return self.typed_worth
        return to_decimal_string(self.told_minor, self.currency).replace(".", ",")

    @property
    def line_digits(self) -> int:
        return exponent(self.line.currency)

    @property
    def next_currency(self) -> str:
        """The one that the key for another currency goes to."""
        at = self.currencies.index(self.currency) + 1
        return self.currencies[at % len(self.currencies)]

    @property
    def is_refund(self) -> bool:
        return self.line.left_minor < 0 and not self.is_return

    @property
    def line(self) -> BankLine:
        return self.row.line

    @property
    def facts(self) -> list[str]:
        """What else the bank says of it."""
        line = self.line
        told = line.charges_minor and _("charges %(amount)s") % {
            "amount": formats.money(line.charges_minor, line.currency)
        }
        advised = [entry["number"] for entry in line.advice]
        listed = advised and _("lists %(documents)s") % {"documents": ", ".join(advised[:8])}
        place = _("received on %(account)s") if line.amount_minor > 0 else _("taken from %(account)s")
        ours = formats.iban(str(line.account))
        account = place % {"account": ours} if ours.strip() else ""
        worth = self._worth_in_words()
        payer = formats.iban(line.payer_iban)
        parts = (worth, payer, line.creditor_reference, line.end_to_end, told, listed, account)
        return [str(part) for part in parts if part and part != "NOTPROVIDED"]

    def _worth_in_words(self) -> str:
        """What a payment that is lettered in another currency was taken for, and at which rate."""
        match: Match | None = getattr(self.line, "match", None)
        done = match.explanations[0] if match and match.explanations else {}
        if "currency" not in done or self.line.left_minor:
            return ""
        rate = implied_rate(self.line.amount_minor, self.line.currency, done["worth_minor"], done["currency"])
        return _("worth %(amount)s, at %(rate)s") % {
            "amount": formats.money(done["worth_minor"], done["currency"], with_symbol=True),
            "rate": rate_words(rate, self.line.currency, done["currency"]),
        }

    @property
    def digits(self) -> int:
        return exponent(self.currency)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person looks at: a customer of their choice, or one of the answers; items found by number."""

    customer: int | None = None
    rank: int | None = None
    number: str = ""
    ticked: frozenset[int] = frozenset()
    share: str = ""
    currency: str = ""
    rate: str = ""
    worth: str = ""
    as_: str = ""
    """What went out is looked at as a "return" or as a "refund"; "" for what it seems to be."""

    @classmethod
    def of(cls, query: Mapping[str, str], ticked: Iterable[str] = ()) -> Wish:
        def number(name: str) -> int | None:
            value = query.get(name, "")
            return int(value) if value.isdecimal() and len(value) < 19 else None

        ids = (one.partition(":")[0] for one in ticked)
        return cls(
            number("customer"),
            number("answer"),
            query.get("number", "").strip()[:40],
            frozenset(int(one) for one in ids if one.isdecimal() and len(one) < 19),
            query.get("share", "").strip()[:30],
            query.get("currency", ""),
            query.get("rate", "").strip()[:30],
            query.get("worth", "").strip()[:30],
            query.get("as", ""),
        )
