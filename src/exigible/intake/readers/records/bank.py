"""Bank statements from a table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from exigible.intake.readers.bank.model import BankFile, BankLine, BankStatement
from exigible.intake.readers.bank.parts import check_statement, meant_reference
from exigible.intake.readers.cells import currency_of, text_of
from exigible.intake.readers.mapping import Mapping
from exigible.intake.readers.problems import Findings, UnreadableFile, refuse
from exigible.intake.readers.records.balances import Balance, account_in, balance_in, check_running, ends_of
from exigible.intake.readers.records.line import Line, lines_of, require_fields
from exigible.intake.readers.table.model import Table
from exigible.kernel.currencies import EXPONENTS
from exigible.kernel.money import exponent

_IN: Final = frozenset({"C", "CR", "CREDIT", "H", "HABEN", "+", "IN", "1", "+1"})
_OUT: Final = frozenset({"D", "DR", "DEBIT", "S", "SOLL", "-", "OUT", "-1"})
_AMOUNTS: Final = ("amount", "debit", "credit", "balance")
_LONGEST_TEXT: Final = 1000


@dataclass(frozen=True, slots=True)
class _Movement:
    """A line with what a statement needs of it and a movement does not have."""

    line: BankLine
    account: str
    balance_minor: int | None


def read_bank_table(table: Table, mapping: Mapping, *, currency: str) -> tuple[Iterator[BankLine], Findings]:
    """The movements of a table in its order, and what is found wrong while they are taken.

    `currency` is that of lines that name none. A line with an error is left out. Lines that only give a
    balance are no movements; a running balance is checked after the last line, from the oldest to the newest
    whichever way the file goes, and a disagreement is a warning. Raises UnreadableFile when a required field
    has no column, UserMistake("unknown-currency").
    """
    reader = _BankReader(table, mapping, currency)
    return (movement.line for movement in reader.read()), reader.findings


def read_bank_statements(table: Table, mapping: Mapping, *, currency: str) -> BankFile:
    """The statements of a table: one for each account and currency in it.

    Raises what `read_bank_table` raises, and UnreadableFile with every error found: half a statement would be
    taken for a whole one.

    Opening and closing balances come from the running balance, else from lines such as "Solde initial" among
    the movements or above the names of the columns.
    """
    reader = _BankReader(table, mapping, currency)
    groups: dict[tuple[str, str], list[_Movement]] = defaultdict(list)
    for movement in reader.read():
        groups[movement.account, movement.line.currency].append(movement)
    if reader.findings.error_count:
        raise UnreadableFile(reader.findings.errors, reader.findings.error_count)
    statements = [_statement(account, code, moves) for (account, code), moves in groups.items()]
    if not statements:
        raise refuse("no-statement")
    if len(statements) == 1:
        titles = [
            balance_in([title], exponent(currency), mapping.decimal_mark) for title in table.facts.titles
        ]
        told = [balance for balance in titles if balance is not None] + reader.balances
        statements = [_completed(statements[0], told, account_in(table.facts.titles))]
    for statement in statements:
        check_statement(statement, reader.findings)
    return BankFile("table", statements, reader.findings)


def _statement(account: str, currency: str, movements: Sequence[_Movement]) -> BankStatement:
    lines = tuple(movement.line for movement in movements)
    opening, closing = ends_of([(one.line, one.balance_minor) for one in movements])
    days = [line.booked_on for line in lines]
    return BankStatement(
        lines[0].place, account, currency, lines, starts_on=min(days), ends_on=max(days),
        opening_minor=opening, closing_minor=closing,
    )  # fmt: skip


def _completed(statement: BankStatement, told: Sequence[Balance], account: str) -> BankStatement:
    """The only statement of a file, with the account and the balances that are told beside the movements."""
    first, last = min(statement.lines, key=_day).booked_on, max(statement.lines, key=_day).booked_on
    ends: dict[str, int] = {}
    for balance in told:
        end = balance.end_between(first, last)
        if end:
            ends.setdefault(end, balance.minor)
    opening, closing = statement.opening_minor, statement.closing_minor
    return replace(
        statement,
        account=statement.account or account,
        opening_minor=ends.get("opening") if opening is None else opening,
        closing_minor=ends.get("closing") if closing is None else closing,
    )


def _day(line: BankLine) -> date:
    return line.booked_on


class _BankReader:
    def __init__(self, table: Table, mapping: Mapping, currency: str) -> None:
        exponent(currency)
        require_fields(table, mapping)
        self.table = table
        self.mapping = mapping
        self.currency = currency
        self.findings = Findings()
        self.findings.extend(table.findings.problems)
        self.balances: list[Balance] = []
        self.first_lines: dict[str, int] = {}
        self.ranks: Counter[str] = Counter()

    def read(self) -> Iterator[_Movement]:
        groups: dict[tuple[str, str], list[tuple[BankLine, int | None]]] = defaultdict(list)
        for line in lines_of(self.table, self.mapping, self.findings):
            movement = None if self._is_balance(line) else self._movement(line)
            if movement is not None:
                kept = movement.account, movement.line.currency
                groups[kept].append((movement.line, movement.balance_minor))
                yield movement
        if not self.findings.error_count:  # the balance after a line that was left out agrees with nothing
            for lines in groups.values():
                check_running(lines, self.mapping.columns.get("balance"), self.findings)

    def _is_balance(self, line: Line) -> bool:
        """Whether the line gives a balance and moves nothing; it is kept for the statement."""
        texts = [cell for cell in line.cells if isinstance(cell, str)]
        amounts = [line.cell(name) for name in _AMOUNTS]
        found = balance_in(texts, exponent(self.currency), self.mapping.decimal_mark, amounts)
        if found is None:
            return False
        if found.minor > 0 and line.cell("debit") is not None and line.cell("credit") is None:
            found = replace(found, minor=-found.minor)
        self.balances.append(found)
        return True

    def _movement(self, line: Line) -> _Movement | None:
        before = self.findings.error_count
        booked, value_on = line.date("booked_on", required=True), line.date("value_on")
        line.warn_if_order_assumed("booked_on")
        currency = self._currency(line)
        amount = self._amount(line, currency) if currency else None
        balance = line.amount("balance", exponent(currency)) if currency else None
        if booked is None or amount is None or self.findings.error_count > before:
            return None
        original, original_currency = self._original(line, currency)
        charges = line.amount("charges", exponent(currency))
        found = BankLine(
            line.number, self._reference(line), booked, value_on, amount, currency,
            payer_name=line.text("payer_name", 200), payer_iban=_account(line, "payer_iban"),
            text=line.text("text", _LONGEST_TEXT), bank_text=line.text("bank_text", _LONGEST_TEXT),
            end_to_end=line.text("end_to_end", 100), charges_minor=abs(charges) if charges else None,
            instructed_minor=original, instructed_currency=original_currency,
        )  # fmt: skip
        return (
            None
            if self.findings.error_count > before
            else _Movement(found, _account(line, "account"), balance)
        )

    def _currency(self, line: Line) -> str:
        """The currency of the line, "" when it is none: its column says it, or its amount, or the caller."""
        named = currency_of(text_of(line.cell("currency")))
        written = next(filter(None, map(line.currency_in, _AMOUNTS)), "")
        if named and written and named != written:
            line.error("currency-conflict", "amount", written, named)
        found = named or written or self.currency
        if found in EXPONENTS:
            return found
        line.error("unknown-currency", "currency", found, "ISO 4217")
        return ""

    def _amount(self, line: Line, currency: str) -> int | None:
        """What came in, negative for what went out."""
        digits, before = exponent(currency), self.findings.error_count
        form = self.mapping.amount_form
        if form == "debit_credit":
            amount = self._by_columns(line, digits)
        else:
            amount = line.amount("amount", digits)
            if amount is not None and form == "amount_sense":
                amount = self._by_sense(line, abs(amount))
            elif amount is not None and self.mapping.outgoing_is_positive:
                amount = -amount
        if amount is None and self.findings.error_count == before:
            line.error("missing-amount", "debit" if form == "debit_credit" else "amount", "", "amount")
        if amount == 0:
            line.warn_once("zero-amount", "amount", "0", "amount")
        return amount

    def _by_columns(self, line: Line, digits: int) -> int | None:
        debit, credit = line.amount("debit", digits), line.amount("credit", digits)
        if debit is None and credit is None:
            return None
        if debit and credit:
            line.warn_once("debit-and-credit", "debit", f"{debit} / {credit}", "one of them")
        out = debit or 0
        return (credit or 0) + (out if self.mapping.debit_column_is_negative else -out)

    def _by_sense(self, line: Line, amount: int) -> int | None:
        sense = line.text("sense", 20).upper().replace("É", "E")
        if sense in _IN or sense in _OUT:
            return amount if sense in _IN else -amount
        line.error("bad-sense", "sense", sense, "D, C")
        return None

    def _original(self, line: Line, currency: str) -> tuple[int | None, str]:
        """What the payer ordered, where it is in another currency."""
        code = currency_of(text_of(line.cell("original_currency"))) or line.currency_in("original_amount")
        if code == currency or code not in EXPONENTS:
            return None, ""
        amount = line.amount("original_amount", exponent(code))
        return (amount, code) if amount else (None, "")

    def _reference(self, line: Line) -> str:
        """The bank's reference. One that it gives twice gets a rank, so that both payments are kept."""
        reference = meant_reference(line.code("reference", 100))
        if not reference:
            return ""
        first = self.first_lines.setdefault(reference, line.number)
        self.ranks[reference] += 1
        if first == line.number:
            return reference
        line.warn("duplicate-reference", "reference", reference, "", first_line=first)
        return f"{reference}/{self.ranks[reference]}"


def _account(line: Line, name: str) -> str:
    """An IBAN, or the number as it is written, without spaces."""
    text = "".join(text_of(line.cell(name), 60).split())
    try:
        return str(IBAN(text).compact)
    except SchwiftyException:
        return text
