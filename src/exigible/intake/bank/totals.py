"""What a bank file adds up to, account by account, and whether the ledger then agrees with the bank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from exigible.intake.tables.statements import Params, rows
from exigible.kernel.money import to_decimal_string


@dataclass(frozen=True, slots=True)
class AccountFigures:
    """One account in one currency, over all its statements in the file; amounts in minor units.

    `known_minor`: the closing balance known before, where there is one. `missing_minor`: of lines that the
    ledger has on these days and the file has not.
    """

    number: str
    currency: str
    bank: str
    is_new: bool
    opening_minor: int | None
    known_minor: int | None
    closing_minor: int | None
    closing_on: date | None
    first_day: date | None
    last_day: date | None
    lines_in: int
    minor_in: int
    lines_out: int
    minor_out: int
    new_lines: int
    missing_minor: int

    @property
    def expected_minor(self) -> int | None:
        """The balance by the ledger: that known before, else the file's opening one, and all lines."""
        start = self.opening_minor if self.known_minor is None else self.known_minor
        return None if start is None else start + self.minor_in + self.minor_out + self.missing_minor

    @property
    def difference_minor(self) -> int | None:
        """What the ledger has more than the bank; None where one of them tells no balance."""
        expected = self.expected_minor
        return None if expected is None or self.closing_minor is None else expected - self.closing_minor

    def as_json(self) -> dict[str, Any]:
        """The form in which results hold it: decimal strings and ISO dates."""
        return {
            "account": self.number,
            "currency": self.currency,
            "bank": self.bank,
            "is_new": self.is_new,
            "first_day": self.first_day.isoformat() if self.first_day else None,
            "last_day": self.last_day.isoformat() if self.last_day else None,
            "opening": self._text(self.opening_minor),
            "in": self._text(self.minor_in),
            "out": self._text(self.minor_out),
            "closing": self._text(self.closing_minor),
            "difference": self._text(self.difference_minor),
            "lines": self.lines_in + self.lines_out,
            "new_lines": self.new_lines,
        }

    def _text(self, minor: int | None) -> str | None:
        return None if minor is None else to_decimal_string(minor, self.currency)


def account_figures(params: Params) -> list[AccountFigures]:
    """The accounts of the plan, by currency and number."""
    return [AccountFigures(*row) for row in rows("bank", "account_figures", params)]


def sums(figures: Sequence[AccountFigures]) -> list[dict[str, Any]]:
    """What came in and went out, for each currency by itself."""
    found = []
    for currency in sorted({one.currency for one in figures}):
        these = [one for one in figures if one.currency == currency]
        found.append(
            {
                "currency": currency,
                "lines_in": sum(one.lines_in for one in these),
                "in": to_decimal_string(sum(one.minor_in for one in these), currency),
                "lines_out": sum(one.lines_out for one in these),
                "out": to_decimal_string(sum(one.minor_out for one in these), currency),
            }
        )
    return found


def control(figures: Sequence[AccountFigures], currency: str) -> dict[str, Any] | None:
    """The control total: `books` is what the bank says, `items` what the ledger comes to, as decimal strings.

    `books` is the closing balance of the last statement of each account. `items` is the closing balance known
    before the file (else the opening balance of its first statement), with all lines that the ledger has from
    there on: those of the file, and those it knows on the same days that the file lacks. So a difference is a
    statement that is missing, a movement that is missing in the file, or one that the ledger has twice.

    Two currencies are never added: it is of the accounts in `currency`, else in the file's first currency.
    None where no account has balances; `accounts` are those that differ.
    """
    told = [one for one in figures if one.difference_minor is not None]
    if not told:
        return None
    chosen = currency if any(one.currency == currency for one in told) else told[0].currency
    these = [one for one in told if one.currency == chosen]
    books = sum(one.closing_minor or 0 for one in these)
    items = sum(one.expected_minor or 0 for one in these)
    days = [one.closing_on for one in these if one.closing_on]
    return {
        **_said(books, items, chosen),
        "currency": chosen,
        "as_of": max(days).isoformat() if days else None,
        "accounts": [
            {"account": one.number, **_said(one.closing_minor or 0, one.expected_minor or 0, chosen)}
            for one in these
            if one.difference_minor
        ],
    }


def _said(books: int, items: int, currency: str) -> dict[str, str]:
    amounts = {"books": books, "items": items, "difference": items - books}
    return {name: to_decimal_string(minor, currency) for name, minor in amounts.items()}
