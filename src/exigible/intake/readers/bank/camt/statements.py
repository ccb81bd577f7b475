"""A statement as it is being read: what stands above its entries, its lines, and whether they add up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from exigible.intake.readers.bank.camt.values import (
    account_in,
    bank_in,
    booked_amount,
    date_at,
    name_in,
    read_date,
    side_of,
)
from exigible.intake.readers.bank.camt.xml import Node
from exigible.intake.readers.bank.model import BankLine, BankStatement
from exigible.intake.readers.bank.parts import check_statement
from exigible.intake.readers.problems import Findings
from exigible.kernel.currencies import EXPONENTS

_OPENING: Final = "OPBD"
_PREVIOUS_CLOSING: Final = "PRCD"
_CLOSING: Final = "CLBD"
_LEFT_OUT_SHOWN: Final = 5


class _Balance(NamedTuple):
    minor: int
    on: date | None


@dataclass
class OpenStatement:
    """Gathers a statement. A statement in several currencies is closed as one for each of them."""

    place: int
    is_final: bool
    findings: Findings
    number: str = ""
    account: str = ""
    currency: str = ""
    holder: str = ""
    bank: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    lines: dict[str, list[BankLine]] = field(default_factory=dict)
    not_booked: dict[str, int] = field(default_factory=dict)
    _balances: dict[tuple[str, str], _Balance] = field(default_factory=dict)

    def take(self, node: Node) -> None:
        """Reads one of the elements above the entries; those of no concern are passed over."""
        if node.name == "Id":
            self.number = name_in(node.text)
        elif node.name in ("ElctrncSeqNb", "LglSeqNb"):
            self.number = self.number or name_in(node.text)
        elif node.name == "FrToDt":
            self.starts_on = read_date(node.first_text(("FrDtTm",), ("FrDt",)))
            self.ends_on = read_date(node.first_text(("ToDtTm",), ("ToDt",)))
        elif node.name == "Acct":
            self._take_account(node)
        elif node.name == "Bal":
            self._take_balance(node)

    def _take_account(self, node: Node) -> None:
        self.account = account_in(node)
        self._take_currency(node.find("Ccy"))
        self.holder = name_in(node.first_text(("Ownr", "Nm"), ("Ownr", "Pty", "Nm"), ("Nm",)))
        servicer = node.find("Svcr")
        self.bank = bank_in(servicer)

    def _take_currency(self, node: Node | None) -> None:
        if node is None:
            return
        if node.text not in EXPONENTS:
            self.findings.error("unknown-currency", node.line, "Ccy", node.text)
        self.currency = node.text

    def _take_balance(self, node: Node) -> None:
        """Booked balances only: the available and the forward ones do not follow from the entries.

        A statement over several days may have those of each: the first opening and the last closing count.
        """
        kind = node.first_text(("Tp", "CdOrPrtry", "Cd"), ("Tp", "CdOrPrtry", "Prtry"), ("Tp", "Cd"))
        amount_node = node.find("Amt")
        if not self.currency and amount_node is not None and amount_node.currency in EXPONENTS:
            self.currency = amount_node.currency
        if kind not in (_OPENING, _PREVIOUS_CLOSING, _CLOSING):
            return
        amount, side = booked_amount(amount_node, node, self.findings), side_of(node, self.findings)
        on = date_at(node, "Dt", self.findings)
        if amount is None or side is None:
            return
        known = self._balances.get((kind, amount.currency))
        if known is None or (on and known.on and (on > known.on if kind == _CLOSING else on < known.on)):
            self._balances[kind, amount.currency] = _Balance(side * amount.minor, on)

    def count_not_booked(self, status: str) -> None:
        if status in self.not_booked or len(self.not_booked) < _LEFT_OUT_SHOWN:
            self.not_booked[status] = self.not_booked.get(status, 0) + 1
        else:
            self.not_booked["…"] = self.not_booked.get("…", 0) + 1

    def close(self) -> Iterator[BankStatement]:
        """The statements it makes, each in one currency; warns of what is missing or does not add up."""
        self._tell()
        for currency in self._currencies():
            statement = self._in(currency)
            check_statement(statement, self.findings)
            yield statement

    def _tell(self) -> None:
        if not self.account:
            self.findings.warn("no-account", self.place, None, self.number)
        if self.not_booked:
            counts = ", ".join(f"{count} {status}" for status, count in sorted(self.not_booked.items()))
            self.findings.warn("entries-not-booked", self.place, None, counts, number=self.number)
        if len(self._currencies()) > 1:
            self.findings.warn("several-currencies", self.place, None, ", ".join(self._currencies()))

    def _currencies(self) -> list[str]:
        """Its own first. One of which there is neither a line nor a balance makes no statement of its own."""
        told = dict.fromkeys([*(currency for _, currency in self._balances), *self.lines])
        if self.currency in told or not told:
            told = dict.fromkeys([self.currency, *told])
        return list(told)

    def _in(self, currency: str) -> BankStatement:
        opening = self._balances.get((_OPENING, currency)) or self._balances.get(
            (_PREVIOUS_CLOSING, currency)
        )
        closing = self._balances.get((_CLOSING, currency))
        first_day = self._balances.get((_OPENING, currency))
        return BankStatement(
            place=self.place,
            account=self.account,
            currency=currency,
            lines=tuple(self.lines.get(currency, ())),
            number=self.number,
            starts_on=self.starts_on or (first_day.on if first_day else None),
            ends_on=self.ends_on or (closing.on if closing else None),
            opening_minor=opening.minor if opening else None,
            closing_minor=closing.minor if closing else None,
            is_final=self.is_final,
            holder=self.holder,
            bank=self.bank,
        )
