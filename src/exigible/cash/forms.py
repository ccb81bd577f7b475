"""What a person chose at the desk, read and worked out; the company's cash policy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from exigible.cash.exchange import converted, parse_rate
from exigible.cash.models import CashPolicy
from exigible.cash.rules.facts import ADJUSTMENTS, RemainderAs
from exigible.kernel.errors import UserMistake
from exigible.kernel.money import exponent, parse_amount, to_decimal_string
from exigible.language import formats
from exigible.language.inputs import parse_typed
from exigible.ledger.models import BankLine, Company

ASIDE: Final = ("internal", "supplier", "bank", "other")
DISPUTE: Final = "dispute"
"""Lettered as what is kept open; what is left of the item is contested then, on a page of its own."""
SHORT: Final[tuple[RemainderAs, ...]] = ("keep_open", *ADJUSTMENTS)
"""What may become of what lacks; what is too much can only stay on account."""

_NUMBER: Final = re.compile(r"-?\d{1,18}", re.ASCII)

Chosen = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Decision:
    """What `services.letter` is asked for."""

    allocations: Chosen
    remainder_minor: int
    remainder_as: RemainderAs


def decide(share_minor: int, chosen: Chosen, remainder_as: str, *, is_foreign: bool = False) -> Decision:
    """Items chosen for a payment, or a part of it, and what becomes of the difference.

    A negative share is a refund: credits are chosen for it, and all is seen in a mirror.

    What lacks is kept open on the last items, to be contested or not, or closed by an adjustment; what is too
    much stays on account, or is written off as well: cents, an exchange gain.
    Raises UserMistake("nothing-ticked") where no item is chosen, UserMistake("no-remainder") where there is a
    difference, and no answer to it.
    """
    if share_minor < 0:
        return _of_refund(share_minor, chosen, remainder_as)
    remainder_as = "keep_open" if remainder_as == DISPUTE else remainder_as
    short = sum(amount for _, amount in chosen) - share_minor
    if not short:
        return Decision(chosen, 0, "")
    allowed: tuple[str, ...] = SHORT if short > 0 else ("on_account", "write_off", "exchange")
    if not is_foreign:
        allowed = tuple(one for one in allowed if one != "exchange")
    if not chosen and remainder_as not in allowed:
        raise UserMistake(
            "nothing-ticked", "Nothing is ticked: tick the items, or say what becomes of the amount."
        )
    if remainder_as not in allowed:
        raise UserMistake("no-remainder", "Say what becomes of the remainder, then letter the payment.")
    if remainder_as == "keep_open":
        chosen = _in_turn(share_minor, chosen)
    return Decision(chosen, abs(short), cast("RemainderAs", remainder_as))


def _of_refund(share_minor: int, chosen: Chosen, remainder_as: str) -> Decision:
    if any(amount > 0 for _, amount in chosen):
        raise UserMistake("not-a-credit", "A refund is lettered with credit notes and payments only.")
    if remainder_as not in ("", "keep_open", "on_account"):
        remainder_as = ""
    found = decide(-share_minor, [(item, -amount) for item, amount in chosen], remainder_as)
    mirrored = [(item, -amount) for item, amount in found.allocations]
    return Decision(mirrored, found.remainder_minor, found.remainder_as)


def _in_turn(share_minor: int, chosen: Chosen) -> list[tuple[int, int]]:
    """The credits, then the debits as they stand, as far as the payment and the credits reach."""
    credits_ = [(item, amount) for item, amount in chosen if amount < 0]
    left = share_minor - sum(amount for _, amount in credits_)
    taken = []
    for item, amount in chosen:
        if amount > 0 and left > 0:
            taken.append((item, min(amount, left)))
            left -= min(amount, left)
    return taken + credits_


def read_chosen(values: Iterable[str]) -> list[tuple[int, int]]:
    """`item=ID:MINOR` of each item ticked. Raises UserMistake for what is not."""
    chosen: dict[int, int] = {}
    for value in values:
        item, _colon, amount = value.partition(":")
        if not item.isdecimal() or not amount.removeprefix("-").isdecimal() or len(value) > 40:
            raise UserMistake("unknown-item", "One of the items does not exist.")
        chosen[int(item)] = int(amount)
    return list(chosen.items())


def read_share(posted: QueryDict, left_minor: int, currency: str) -> int:
    """The part of a payment that is lettered now: as typed, else all that was left when the page was made."""
    typed = posted.get("share", "").strip()
    if not typed:
        seen = posted.get("left", "")
        return int(seen) if _NUMBER.fullmatch(seen) else left_minor
    share = parse_typed(typed, currency)
    if share <= 0:
        raise UserMistake("bad-share", "The part of a payment is an amount above zero.")
    return share


@dataclass(frozen=True, slots=True)
class Worth:
    """What a part of a payment is worth in the currency of the items; both the same where that is its own."""

    currency: str
    minor: int


def read_worth(posted: QueryDict, line: BankLine, share_minor: int) -> Worth:
    """As typed: a rate, else the amount. Raises UserMistake for what is neither."""
    currency = posted.get("currency", "") or line.currency
    if currency == line.currency:
        return Worth(currency, share_minor)
    exponent(currency)
    rate = posted.get("rate", "").strip()
    if rate:
        minor = converted(share_minor, line.currency, parse_rate(rate), currency)
    else:
        typed = posted.get("worth", "").strip()
        minor = parse_typed(typed, currency) if typed else 0
    if minor <= 0:
        raise UserMistake("no-rate", "Say at which rate the payment is worth how much.")
    return Worth(currency, minor)


_PERCENT: Final = 3
"""Decimals of a percentage: rates are kept in thousandths of a percent."""


class CashPolicyForm(forms.Form):
    """How far the program may letter by itself, amounts in the company's currency."""

    posts_alone = forms.BooleanField(label=_("Letter by itself what is sure"), required=False)
    threshold = forms.CharField(
        label=_("Least certainty (%)"),
        max_length=6,
        help_text=_("Between 90 and 99.99: below it a person decides."),
    )
    small_difference = forms.CharField(
        label=_("Small difference"), max_length=20, help_text=_("The most written off on one payment.")
    )
    daily_write_off = forms.CharField(
        label=_("Written off in a day"), max_length=20, help_text=_("The most that the program writes off.")
    )
    charge_cap = forms.CharField(
        label=_("Bank charges"), max_length=20, help_text=_("The most taken for charges on one payment.")
    )
    exchange_cap = forms.CharField(
        label=_("Exchange difference (%)"), max_length=6,
        help_text=_("The most taken for it on one payment, in percent of what it is worth."),
    )  # fmt: skip
    grace_days = forms.IntegerField(
        label=_("Days of grace for a discount"), min_value=0, max_value=365,
        help_text=_("A discount is still good when the payment is that late."),
    )  # fmt: skip
    withholding_rates = forms.CharField(
        label=_("Tax that customers keep back (%)"),
        required=False,
        max_length=80,
        help_text=_("Rates separated by semicolons, such as 5; 10; 1,5."),
    )

    def __init__(self, company: Company, policy: CashPolicy, data: Any = None) -> None:
        self.company = company
        super().__init__(data, initial=_initial(company, policy))

    def _amount(self, name: str) -> int:
        try:
            minor = parse_typed(self.cleaned_data[name], self.company.currency)
        except UserMistake as mistake:
            raise forms.ValidationError(_("Write an amount such as 1 234,56")) from mistake
        if minor < 0:
            raise forms.ValidationError(_("An amount of zero or more is expected"))
        return minor

    def clean_small_difference(self) -> int:
        return self._amount("small_difference")

    def clean_daily_write_off(self) -> int:
        return self._amount("daily_write_off")

    def clean_charge_cap(self) -> int:
        return self._amount("charge_cap")

    def clean_threshold(self) -> int:
        threshold = _read_rate(self.cleaned_data["threshold"])
        if threshold % 10 or not 90_000 <= threshold <= 99_990:
            raise forms.ValidationError(_("A percentage from 90 to 99.99, with two decimals at most"))
        return threshold // 10

    def clean_exchange_cap(self) -> int:
        rate = _read_rate(self.cleaned_data["exchange_cap"])
        if not 0 <= rate <= 20_000:
            raise forms.ValidationError(_("A percentage from 0 to 20"))
        return rate

    def clean_withholding_rates(self) -> list[int]:
        typed = [part for part in self.cleaned_data["withholding_rates"].split(";") if part.strip()]
        rates = [_read_rate(part) for part in typed]
        if any(not 0 < one < 100_000 for one in rates):
            raise forms.ValidationError(_("A rate is above 0 and below 100 %"))
        return sorted(set(rates))

    def fields_of_policy(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "posts_alone": data["posts_alone"],
            "threshold": data["threshold"],
            "small_difference_minor": data["small_difference"],
            "daily_write_off_minor": data["daily_write_off"],
            "charge_cap_minor": data["charge_cap"],
            "exchange_cap": data["exchange_cap"],
            "discount_grace_days": data["grace_days"],
            "withholding_rates": data["withholding_rates"],
        }


def _read_rate(text: str) -> int:
    """A percentage as typed, in thousandths of a percent."""
    mark = "." if "." in text else ","
    try:
        return parse_amount(text.replace("%", "").strip(), exponent=_PERCENT, decimal_mark=mark)
    except UserMistake as mistake:
        raise forms.ValidationError(_("Write a percentage such as 99,5")) from mistake


def _initial(company: Company, policy: CashPolicy) -> dict[str, Any]:
    def amount(minor: int) -> str:
        return to_decimal_string(minor, company.currency).replace(".", formats.decimal_mark())

    return {
        "posts_alone": policy.posts_alone,
        "threshold": _shown_rate(policy.threshold * 10),
        "small_difference": amount(policy.small_difference_minor),
        "daily_write_off": amount(policy.daily_write_off_minor),
        "charge_cap": amount(policy.charge_cap_minor),
        "exchange_cap": _shown_rate(policy.exchange_cap),
        "grace_days": policy.discount_grace_days,
        "withholding_rates": "; ".join(map(_shown_rate, policy.withholding_rates)),
    }


def _shown_rate(thousandths: int) -> str:
    whole, rest = divmod(thousandths, 1000)
    decimals = f"{rest:03d}".rstrip("0")
    return f"{whole}{formats.decimal_mark()}{decimals}" if decimals else str(whole)
