"""Positions as they leave the program: JSON, CSV, Excel and PDF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from exigible.documents import sheets
from exigible.documents.model import Language
from exigible.documents.statement import (
    MovementsSection,
    OpenItemsSection,
    Statement,
    StatementItem,
    StatementMovement,
)
from exigible.documents.wording import bucket_name
from exigible.kernel.money import format_amount, to_decimal_string
from exigible.positions.filters import Filters
from exigible.positions.lines import ItemLine, all_lines
from exigible.positions.parties import recipient_of, sender_of
from exigible.positions.queries import AgedBalance, AgedRow
from exigible.positions.rules import Ageing, Parameters
from exigible.positions.statements import (
    GROUP_SETTLEMENT,
    REVERSAL,
    AccountStatement,
    StatementLine,
    StatementSection,
)

# --- the aged balance ---


def aged_balance_json(balance: AgedBalance) -> dict[str, Any]:
    """The aged balance as scripts read it (CONTRACTS): amounts are decimal strings.

    `rows` and `total` are in the company's currency; each other currency stands by itself in
    `other_currencies`, for two are never added.
    """
    keys = balance.asked.buckets.keys
    own = balance.company.currency
    totals = {own: Ageing.zero(balance.asked.buckets)} | balance.totals
    sections = {
        currency: {
            "currency": currency,
            "rows": [_row_json(row, balance.by, keys) for row in balance.in_currency(currency)],
            "total": _amounts_json(total, 0, currency, keys),
        }
        for currency, total in totals.items()
    }
    return {
        "company": balance.company.code,
        "as_of": balance.asked.as_of.isoformat(),
        "known_at": _moment(balance.asked.known_at),
        "basis": balance.asked.basis,
        "by": balance.by,
        "buckets": list(keys),
        **sections.pop(own),
        "other_currencies": list(sections.values()),
    }


def _row_json(row: AgedRow, by: str, keys: Sequence[str]) -> dict[str, str]:
    return {by: row.key, "name": row.name, **_amounts_json(row.ageing, row.disputed, row.currency, keys)}


def _amounts_json(ageing: Ageing, disputed: int, currency: str, keys: Sequence[str]) -> dict[str, str]:
    sums = (ageing.unallocated, ageing.total, ageing.overdue, disputed)
    names = (*keys, "unallocated", "total", "overdue", "disputed")
    return {
        name: to_decimal_string(minor, currency)
        for name, minor in zip(names, (*ageing.amounts, *sums), strict=True)
    }


def _moment(known_at: datetime | None) -> str | None:
    return known_at.isoformat() if known_at else None


def aged_balance_csv(balance: AgedBalance, *, delimiter: str = ",") -> Iterator[str]:
    """The aged balance as CSV, line by line: the columns of the Excel, and the currency of each row."""
    for number, currency in enumerate(balance.currencies):
        columns, rows = _csv_columns(balance, currency), _csv_rows(balance, currency)
        lines = sheets.csv_lines(columns, rows, delimiter=delimiter)
        head = next(lines)
        if number == 0:
            yield head
        yield from lines


def _csv_columns(balance: AgedBalance, currency: str) -> list[sheets.Column]:
    names = (*balance.asked.buckets.keys, "unallocated", "total", "overdue", "disputed")
    texts = [sheets.Column(name) for name in (balance.by, "name", "currency")]
    return texts + [sheets.Column(name, "money", currency=currency) for name in names]


def _csv_rows(balance: AgedBalance, currency: str) -> Iterator[list[sheets.Cell]]:
    for row in balance.in_currency(currency):
        ageing = row.ageing
        sums = (ageing.unallocated, ageing.total, ageing.overdue, row.disputed)
        yield [row.key, row.name, currency, *ageing.amounts, *sums]


def aged_balance_table(balance: AgedBalance) -> Iterator[str]:
    """The aged balance for a terminal: a table for each currency, with its total."""
    language = reader_language()
    heads = [bucket_name(key, language) for key in balance.asked.buckets.keys]
    heads += [_("Unallocated"), _("Total"), _("Overdue")]
    for currency, total in balance.totals.items():
        rows = [(row.key, row.name, row.ageing) for row in balance.in_currency(currency)]
        yield f"{balance.company.name} · {balance.asked.as_of.isoformat()} · {currency}\n"
        yield _table_line("", "", heads)
        for key, name, ageing in [*rows, ("", _("Total"), total)]:
            sums = (*ageing.amounts, ageing.unallocated, ageing.total, ageing.overdue)
            yield _table_line(key, name, [format_amount(minor, currency, locale=language) for minor in sums])


def reader_language() -> Language:
    """The language of who reads the screen or the terminal."""
    return "en" if (get_language() or "").startswith("en") else "fr"


def _table_line(key: str, name: str, cells: Sequence[str]) -> str:
    return f"{key[:12]:12} {name[:28]:28}" + "".join(f"{cell:>16}" for cell in cells) + "\n"


def aged_balance_report(balance: AgedBalance, filters: Filters, chosen: str = "") -> sheets.AgedReport:
    """The aged balance with the lines behind it, for a workbook. The lines are read as they are written.

    `chosen` says in words what the filters leave.
    """
    known_at = balance.asked.known_at
    return sheets.AgedReport(
        company=balance.company.name,
        as_of=balance.asked.as_of,
        buckets=balance.asked.buckets,
        sections=[_sheet_section(balance, filters, currency) for currency in balance.currencies],
        basis=balance.asked.basis,
        by=balance.by,
        known_at=timezone.localtime(known_at) if known_at else None,
        chosen=chosen,
    )


def _sheet_section(balance: AgedBalance, filters: Filters, currency: str) -> sheets.AgedSection:
    rows = [
        sheets.AgedRow(row.key, row.name, row.ageing.amounts, row.ageing.unallocated, row.disputed)
        for row in balance.in_currency(currency)
    ]
    return sheets.AgedSection(currency, rows, _lines(balance, filters, currency))


def _lines(balance: AgedBalance, filters: Filters, currency: str) -> Iterator[sheets.AgedLine]:
    found = all_lines(balance.company, balance.asked, replace(filters, currency=currency))
    return (_sheet_line(line, balance.asked) for line in found)


def _sheet_line(line: ItemLine, asked: Parameters) -> sheets.AgedLine:
    return sheets.AgedLine(
        customer_code=line.customer_code,
        customer_name=line.customer_name,
        document_type=document_name(line.document_type),
        document=line.document,
        issued_on=line.issued_on,
        due_on=line.due_on,
        days_overdue=line.days_overdue(asked),
        bucket=line.bucket(asked),
        amount_minor=line.amount_minor,
        open_minor=line.left_minor,
        collector=line.collector,
        segment=line.segment,
    )


def document_name(kind: str) -> str:
    """What a line is, in the reader's language."""
    names = {
        "invoice": _("Invoice"),
        "credit_note": _("Credit note"),
        "payment": _("Payment"),
        REVERSAL: _("Entry taken back"),
        GROUP_SETTLEMENT: _("Settled within the group"),
    }
    return names.get(kind) or _("Entry")


# --- the statement of account ---


def statement_json(statement: AccountStatement) -> dict[str, Any]:
    """A statement of account as scripts read it: amounts are decimal strings."""
    return {
        "company": statement.customer.company.code,
        "customer": statement.customer.code,
        "name": statement.customer.name,
        "as_of": statement.as_of.isoformat(),
        "known_at": _moment(statement.asked.known_at),
        "kind": statement.kind,
        "since": statement.since.isoformat() if statement.since else None,
        "buckets": list(statement.asked.buckets.keys),
        "currencies": [_section_json(section, statement) for section in statement.sections],
    }


def _section_json(section: StatementSection, statement: AccountStatement) -> dict[str, Any]:
    sums = _amounts_json(section.ageing, 0, section.currency, statement.asked.buckets.keys)
    opening = {"opening": to_decimal_string(section.opening_minor, section.currency)}
    return {
        "currency": section.currency,
        **(opening if statement.kind == "movements" else {}),
        "lines": [_line_json(line, section.currency, statement) for line in section.lines],
        "total": sums,
    }


def _line_json(line: StatementLine, currency: str, statement: AccountStatement) -> dict[str, Any]:
    known = {
        "date": line.dated.isoformat(),
        "type": line.kind,
        "document": line.document,
        **({"label": line.label} if line.label else {}),
        "due_date": line.due_on.isoformat(),
        "amount": to_decimal_string(line.amount_minor, currency),
    }
    if statement.kind == "movements":
        return known
    left = {"open_amount": to_decimal_string(line.left_minor, currency)}
    return known | left | {"days_overdue": line.days_overdue(statement.as_of)}


def statement_document(statement: AccountStatement, *, dated: date) -> Statement:
    """The statement as it is printed, in the customer's language and under the company's name."""
    customer, company = statement.customer, statement.customer.company
    language: Language = "en" if customer.language == "en" else "fr"
    with override(language):
        return Statement(
            sender=sender_of(company),
            recipient=recipient_of(customer, company, language),
            language=language,
            place=company.city,
            dated=dated,
            as_of=statement.as_of,
            reference=customer.code,
            customer_code=customer.code,
            sections=tuple(_printed(section, statement) for section in statement.sections),
            buckets=statement.asked.buckets,
        )


def _printed(section: StatementSection, statement: AccountStatement) -> OpenItemsSection | MovementsSection:
    if statement.since is None:
        items = tuple(_printed_item(line, statement.as_of) for line in section.lines)
        return OpenItemsSection(section.currency, items)
    movements = tuple(_printed_movement(line) for line in section.lines)
    return MovementsSection(section.currency, statement.since, section.opening_minor, movements)


def _what(line: StatementLine) -> str:
    """What a line is, and the label of a document that its number does not name."""
    return " · ".join(filter(None, (document_name(line.kind), line.label)))


def _printed_item(line: StatementLine, as_of: date) -> StatementItem:
    return StatementItem(
        document=line.document,
        label=_what(line),
        issued_on=line.dated,
        due_on=line.due_on if line.left_minor > 0 else None,
        days_late=line.days_overdue(as_of),
        amount_minor=line.amount_minor,
        open_minor=line.left_minor,
    )


def _printed_movement(line: StatementLine) -> StatementMovement:
    return StatementMovement(
        dated=line.dated,
        document=line.document,
        label=_what(line),
        amount_minor=line.amount_minor,
        due_on=line.due_on if line.kind == "invoice" else None,
    )
