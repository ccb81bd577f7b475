"""The workbooks and CSV files that users take away: aged balance, statement of account, any table."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final, Literal

from django.utils.translation import gettext as _
from django.utils.translation import override
from xlsxwriter.utility import xl_col_to_name

from exigible.documents.ages import bucket_colours
from exigible.documents.csvfile import csv_for_reader, csv_lines, csv_text
from exigible.documents.model import Language
from exigible.documents.spreadsheet import (
    Cell,
    Column,
    Sheet,
    Target,
    table_workbook,
    workbook,
    write_workbook,
)
from exigible.documents.statement import (
    MovementsSection,
    OpenItemsSection,
    Statement,
    StatementItem,
)
from exigible.documents.wording import bucket_name, short_date, words
from exigible.kernel.ageing import Buckets

__all__ = [
    "AgedLine",
    "AgedReport",
    "AgedRow",
    "AgedSection",
    "Cell",
    "Column",
    "Sheet",
    "aged_balance_csv",
    "aged_balance_workbook",
    "csv_for_reader",
    "csv_lines",
    "csv_text",
    "statement_workbook",
    "table_workbook",
    "workbook",
    "write_aged_balance",
    "write_workbook",
]

_FIXED: Final = 2
"""Columns before the buckets: code and name."""
_MARK_AND_HEAD: Final = 2
"""Lines of a CSV file before its rows."""


@dataclass(frozen=True, slots=True)
class AgedRow:
    """A line of the balance: `amounts` one for each bucket, `unallocated` negative or 0, minor units."""

    key: str
    name: str
    amounts: tuple[int, ...]
    unallocated: int
    disputed: int = 0


@dataclass(frozen=True, slots=True)
class AgedLine:
    """An open item behind the balance; `bucket` is "" for a credit, which is in none."""

    customer_code: str
    customer_name: str
    document_type: str
    document: str
    issued_on: date | None
    due_on: date | None
    days_overdue: int
    bucket: str
    amount_minor: int
    open_minor: int
    collector: str = ""
    segment: str = ""


@dataclass(frozen=True, slots=True)
class AgedSection:
    """The balance in one currency; `lines` may be an iterator."""

    currency: str
    rows: Sequence[AgedRow]
    lines: Iterable[AgedLine] = ()


@dataclass(frozen=True, slots=True)
class AgedReport:
    """What was asked for, said at the top of each sheet, and a section for each currency.

    `known_at` is shown as given: hand it in the reader's time zone. `chosen` words the filters.
    """

    company: str
    as_of: date
    buckets: Buckets
    sections: Sequence[AgedSection]
    basis: Literal["due", "issue"] = "due"
    by: Literal["customer", "group", "collector", "segment"] = "customer"
    known_at: datetime | None = None
    chosen: str = ""


def aged_balance_workbook(report: AgedReport, *, language: Language) -> bytes:
    """The aged balance as .xlsx: for each currency a sheet of the balance and one of its lines."""
    target = io.BytesIO()
    write_aged_balance(target, report, language=language)
    return target.getvalue()


def aged_balance_csv(report: AgedReport, *, language: Language) -> Iterator[str]:
    """The balance as CSV in the reader's form, with the currency of each row; without the lines behind."""
    with override(language):
        currency_head = Column(_("Currency"), key="currency")
        tables = [(_aged_columns(report, section.currency, language), section) for section in report.sections]
    for number, (columns, section) in enumerate(tables):
        columns.insert(_FIXED, currency_head)
        cells = (_aged_cells(row) for row in section.rows)
        rows = ([*row[:_FIXED], section.currency, *row[_FIXED:]] for row in cells)
        lines = csv_for_reader(columns, rows, language=language)
        yield from lines if number == 0 else islice(lines, _MARK_AND_HEAD, None)


def write_aged_balance(target: Target, report: AgedReport, *, language: Language) -> None:
    """The same to a path or an open file; lines are written as they come."""
    with override(language):
        write_workbook(target, _aged_sheets(report, language), language=language, author=report.company)


def _aged_sheets(report: AgedReport, language: Language) -> Iterator[Sheet]:
    notes = _aged_notes(report, language)
    for section in report.sections:
        title = _("Aged balance of {company} in {currency}").format(
            company=report.company, currency=section.currency
        )
        yield Sheet(
            _("Balance {currency}").format(currency=section.currency),
            title,
            _aged_columns(report, section.currency, language),
            [_aged_cells(row) for row in section.rows],
            notes,
            frozen=_FIXED,
        )
        yield Sheet(
            _("Lines {currency}").format(currency=section.currency),
            title,
            _line_columns(report.buckets, section.currency, language),
            (_line_cells(line, language) for line in section.lines),
            notes,
            totals={9: sum(sum(row.amounts) + row.unallocated for row in section.rows)},
        )


def _aged_notes(report: AgedReport, language: Language) -> tuple[str, ...]:
    said = _("As at {date}, by due date") if report.basis == "due" else _("As at {date}, by invoice date")
    notes = [said.format(date=short_date(report.as_of, language))]
    if report.known_at is not None:
        moment = f"{short_date(report.known_at.date(), language)} {report.known_at:%H:%M}"
        notes.append(_("As known on {moment}").format(moment=moment))
    if report.chosen:
        notes.append(report.chosen)
    return tuple(notes)


def _aged_columns(report: AgedReport, currency: str, language: Language) -> list[Column]:
    buckets = [
        Column(bucket_name(key, language), "money", key, currency, has_total=True, colour=colour)
        for key, colour in zip(report.buckets.keys, bucket_colours(report.buckets), strict=True)
    ]
    first, last = xl_col_to_name(_FIXED), xl_col_to_name(_FIXED + len(buckets))
    overdue = xl_col_to_name(_FIXED + 1), xl_col_to_name(_FIXED + len(buckets) - 1)

    def money(head: str, key: str, cells: tuple[str, str] | None = None) -> Column:
        formula = (lambda row: f"=SUM({cells[0]}{row}:{cells[1]}{row})") if cells else None
        return Column(head, "money", key, currency, has_total=True, formula=formula)

    return [
        Column(_("Code"), key="customer", width=14),
        Column(_by_names()[report.by], key="name", width=38),
        *buckets,
        money(words(language)["unallocated"], "unallocated"),
        money(_("Total"), "total", (first, last)),
        money(_("Total overdue"), "overdue", overdue),
        money(_("Disputed"), "disputed"),
    ]


def _by_names() -> dict[str, str]:
    return {
        "customer": _("Customer"),
        "group": _("Group"),
        "collector": _("Collector"),
        "segment": _("Segment"),
    }


def _aged_cells(row: AgedRow) -> list[Cell]:
    total = sum(row.amounts) + row.unallocated
    return [row.key, row.name, *row.amounts, row.unallocated, total, sum(row.amounts[1:]), row.disputed]


def _line_columns(buckets: Buckets, currency: str, language: Language) -> list[Column]:
    colours = zip(buckets.keys, bucket_colours(buckets), strict=True)
    tints = {bucket_name(key, language): colour for key, colour in colours}
    return [
        Column(_("Code"), key="customer", width=14),
        Column(_("Customer"), key="name", width=34),
        Column(_("Type"), key="document_type", width=12),
        Column(_("Document"), key="document", width=18),
        Column(_("Date"), "date", "issue_date"),
        Column(_("Due date"), "date", "due_date"),
        Column(_("Days overdue"), "integer", "days_overdue"),
        Column(_("Age"), key="bucket", width=16, tints=tints),
        Column(f"{words(language)['amount']} ({currency})", "money", "amount", currency),
        Column(f"{_('Open amount')} ({currency})", "money", "open_amount", currency, has_total=True),
        Column(_("Collector"), key="collector"),
        Column(_("Segment"), key="segment"),
    ]


def _line_cells(line: AgedLine, language: Language) -> list[Cell]:
    return [
        line.customer_code,
        line.customer_name,
        line.document_type,
        line.document,
        line.issued_on,
        line.due_on,
        line.days_overdue if line.open_minor > 0 else None,
        bucket_name(line.bucket, language) if line.bucket else words(language)["unallocated"],
        line.amount_minor,
        line.open_minor,
        line.collector,
        line.segment,
    ]


def statement_workbook(statement: Statement) -> bytes:
    """A statement of account as .xlsx: a sheet for each currency, in the language of the statement."""
    with override(statement.language):
        sheets = [
            _open_items_sheet(section, statement)
            if isinstance(section, OpenItemsSection)
            else _movements_sheet(section, statement)
            for section in statement.sections
        ]
        return workbook(sheets, language=statement.language, author=statement.sender.name)


def _statement_notes(statement: Statement) -> tuple[str, ...]:
    who = " · ".join(filter(None, (statement.customer_code, *statement.recipient[:1])))
    return (statement.sender.name, who)


def _open_items_sheet(section: OpenItemsSection, statement: Statement) -> Sheet:
    said = words(statement.language)
    unit = f" ({section.currency})"
    columns = [
        Column(said["document"], key="document", width=20),
        Column(said["label"], key="label", width=30),
        Column(said["issued_on"], "date", "issue_date"),
        Column(said["due_on"], "date", "due_date"),
        Column(_("Days overdue"), "integer", "days_overdue"),
        Column(said["amount"] + unit, "money", "amount", section.currency),
        Column(said["open"] + unit, "money", "open_amount", section.currency, has_total=True),
    ]
    as_of = short_date(statement.as_of, statement.language)
    title = said["statement"].format(date=as_of)
    rows = [_open_item_cells(item) for item in section.items]
    return Sheet(section.currency, title, columns, rows, _statement_notes(statement))


def _open_item_cells(item: StatementItem) -> list[Cell]:
    days = item.days_late if item.open_minor > 0 else None
    return [item.document, item.label, item.issued_on, item.due_on, days, item.amount_minor, item.open_minor]


def _movements_sheet(section: MovementsSection, statement: Statement) -> Sheet:
    said = words(statement.language)
    money = [
        Column(f"{said[name]} ({section.currency})", "money", name, section.currency, has_total=True)
        for name in ("debit", "credit")
    ]
    balance = Column(
        f"{said['balance']} ({section.currency})",
        "money",
        "balance",
        section.currency,
        formula=lambda row: f"=N(G{row - 1})+E{row}-F{row}",
    )
    columns = [
        Column(said["issued_on"], "date", "date"),
        Column(said["document"], key="document", width=20),
        Column(said["label"], key="label", width=34),
        Column(said["due_on"], "date", "due_date"),
        *money,
        balance,
    ]
    starts, ends = (short_date(day, statement.language) for day in (section.starts_on, statement.as_of))
    title = said["statement_movements"].format(start=starts, end=ends)
    rows = list(_movement_cells(section, statement))
    return Sheet(section.currency, title, columns, rows, _statement_notes(statement))


def _movement_cells(section: MovementsSection, statement: Statement) -> Iterator[list[Cell]]:
    balance = section.opening_minor
    debit, credit = max(balance, 0), max(-balance, 0)
    label = words(statement.language)["opening_balance"]
    yield [section.starts_on, "", label, None, debit or None, credit or None, balance]
    for movement in section.movements:
        minor = movement.amount_minor
        balance += minor
        debit, credit = max(minor, 0), max(-minor, 0)
        yield [
            movement.dated,
            movement.document,
            movement.label,
            movement.due_on,
            debit or None,
            credit or None,
            balance,
        ]
