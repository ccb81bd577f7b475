"""Open items and payments from a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from exigible.intake.readers.cells import currency_of, text_of
from exigible.intake.readers.documents import DocumentType, document_type_of, type_by_sign
from exigible.intake.readers.mapping import Mapping
from exigible.intake.readers.problems import Findings
from exigible.intake.readers.records.line import Line, lines_of, require_fields
from exigible.intake.readers.table.model import Table
from exigible.kernel.currencies import EXPONENTS
from exigible.kernel.money import exponent, to_decimal_string

_DEBIT_SENSES: Final = frozenset({"D", "S", "DEBIT", "+", "DR", "1", "+1"})
_CREDIT_SENSES: Final = frozenset({"C", "H", "CREDIT", "CREDIT NOTE", "-", "CR", "-1"})


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """One due date of one document. Amounts are in minor units, positive when the customer owes them.

    `customer_code` or `customer_name` is given, perhaps both. `open_minor` is None unless the file says what
    is still open; where it says nothing else, the amount is what is open.
    """

    line: int
    customer_code: str
    customer_name: str
    document_type: DocumentType
    document_number: str
    issue_date: date
    due_date: date | None
    currency: str
    amount_minor: int
    open_minor: int | None
    reference: str
    order_number: str


def read_items(table: Table, mapping: Mapping, *, currency: str) -> tuple[Iterator[ItemRecord], Findings]:
    """The items of a table, and what is found wrong while they are taken.

    `currency` is that of lines that name none. Lines with an error are left out: look at
    `findings.error_count` after the last item before keeping anything. Raises UnreadableFile when a required
    field has no column, UserMistake("unknown-currency").
    """
    exponent(currency)
    require_fields(table, mapping)
    findings = Findings()
    findings.extend(table.findings.problems)
    return _ItemReader(mapping, currency, findings).read(table), findings


class _ItemReader:
    def __init__(self, mapping: Mapping, currency: str, findings: Findings) -> None:
        self.mapping = mapping
        self.currency = currency
        self.findings = findings
        self.first_lines: dict[tuple[object, ...], int] = {}

    def read(self, table: Table) -> Iterator[ItemRecord]:
        for line in lines_of(table, self.mapping, self.findings):
            before = self.findings.error_count
            record = self._record(line)
            if record is not None:
                self._check(line, record)
                if self.findings.error_count == before:
                    yield record

    def _record(self, line: Line) -> ItemRecord | None:
        before = self.findings.error_count
        number = line.code("document_number", 80, required=True)
        issued = line.date("issue_date", required=True)
        due = line.date("due_date")
        currency = self._currency(line)
        amount, open_minor = self._amounts(line, currency) if currency else (None, None)
        code, name = self._customer(line)
        reference = line.text("reference", 80)
        if issued is None or amount is None or self.findings.error_count > before:
            return None
        kind = self._type(line, amount, number, reference)
        if self.mapping.credits_are_positive and kind in ("credit_note", "payment"):
            amount = -abs(amount)
        if open_minor is not None and amount < 0 < open_minor:
            open_minor = -open_minor
        order = line.text("order_number", 80)
        return ItemRecord(
            line.number, code, name, kind, number, issued, due, currency, amount, open_minor, reference, order
        )

    def _customer(self, line: Line) -> tuple[str, str]:
        code, name = line.code("customer_code", 40), line.text("customer_name", 200)
        if not code and not name:
            field = "customer_code" if "customer_code" in self.mapping.columns else "customer_name"
            line.error("missing-value", field, "", field)
        return code, name

    def _currency(self, line: Line) -> str:
        """The currency of the line, "" when it is none: its column says it, or its amount, or the caller."""
        named = currency_of(text_of(line.cell("currency")))
        written = next(filter(None, map(line.currency_in, ("amount", "debit", "credit", "open_amount"))), "")
        if named and written and named != written:
            line.error("currency-conflict", "amount", written, named)
        found = named or written or self.currency
        if found in EXPONENTS:
            return found
        line.error("unknown-currency", "currency", found, "ISO 4217")
        return ""

    def _amounts(self, line: Line, currency: str) -> tuple[int | None, int | None]:
        digits = exponent(currency)
        before = self.findings.error_count
        open_minor = line.amount("open_amount", digits)
        form = self.mapping.amount_form
        if form == "open_only":
            amount = open_minor
        elif form == "debit_credit":
            amount = self._by_columns(line, digits)
        else:
            amount = line.amount("amount", digits)
            if form == "amount_sense" and amount is not None:
                amount = self._by_sense(line, amount)
        if amount is None and self.findings.error_count == before:
            field = "amount" if "amount" in self.mapping.columns else "debit"
            line.error("missing-amount", field, "", "amount")
        return amount, open_minor

    def _by_columns(self, line: Line, digits: int) -> int | None:
        debit, credit = line.amount("debit", digits), line.amount("credit", digits)
        if debit is None and credit is None:
            return None
        if debit and credit:
            line.warn_once("debit-and-credit", "debit", f"{debit} / {credit}", "one of them")
        sign = 1 if self.mapping.credit_column_is_negative else -1
        return (debit or 0) + sign * (credit or 0)

    def _by_sense(self, line: Line, amount: int) -> int | None:
        sense = line.text("sense", 20).upper().replace("É", "E")
        if sense in _DEBIT_SENSES:
            return amount
        if sense in _CREDIT_SENSES:
            return -amount
        line.error("bad-sense", "sense", sense, "D, C")
        return None

    def _type(self, line: Line, amount: int, number: str, reference: str) -> DocumentType:
        text = line.text("document_type", 80)
        if not text:
            return self.mapping.default_type or type_by_sign(amount, number, reference)
        found = document_type_of(text)
        if found is None:
            line.warn_once(
                "unknown-document-type", "document_type", text, "invoice, credit_note, payment, other"
            )
        return found or "other"

    def _check(self, line: Line, record: ItemRecord) -> None:
        """What is wrong between the fields of a line, and between lines."""
        self._check_dates(line, record)
        self._check_signs(line, record)
        self._check_duplicates(line, record)

    def _check_dates(self, line: Line, record: ItemRecord) -> None:
        if record.due_date is not None and record.due_date < record.issue_date:
            line.warn(
                "due-before-issue", "due_date", record.due_date.isoformat(), record.issue_date.isoformat()
            )
        line.warn_if_order_assumed("issue_date")

    def _check_signs(self, line: Line, record: ItemRecord) -> None:
        amount, open_minor = record.amount_minor, record.open_minor
        if not amount and not open_minor:
            line.warn_once("zero-amount", "amount", "0", "amount")
        if (record.document_type == "invoice" and amount < 0) or (
            record.document_type == "credit_note" and amount > 0
        ):
            shown = to_decimal_string(amount, record.currency)
            line.warn_once("sign-unexpected", "amount", shown, record.document_type)
        if open_minor is not None and not min(amount, 0) <= open_minor <= max(amount, 0):
            found, expected = (to_decimal_string(minor, record.currency) for minor in (open_minor, amount))
            line.error("open-exceeds-amount", "open_amount", found, expected)

    def _check_duplicates(self, line: Line, record: ItemRecord) -> None:
        """A document's rows are its due dates: twice the same one is a mistake.

        A payment's number may be no more than "VIR": there all must be the same, and it is only a warning.
        """
        numbered = record.document_type in ("invoice", "credit_note")
        customer = record.customer_code or record.customer_name
        key: tuple[object, ...] = (customer, record.document_type, record.document_number, record.due_date)
        if not numbered:
            key = (*key, record.issue_date, record.amount_minor)
        first = self.first_lines.setdefault(key, record.line)
        if first != record.line:
            report = line.error if numbered else line.warn
            report("duplicate-document", "document_number", record.document_number, "", first_line=first)
