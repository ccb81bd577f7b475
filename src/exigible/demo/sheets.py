"""The tables beside the books: customers in Excel, true due dates and the known truth in CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import TextIO

import xlsxwriter

from exigible.demo.books import decimal_text
from exigible.demo.customers import SEGMENTS, Customer
from exigible.demo.days import iso
from exigible.demo.entries import Item
from exigible.demo.lettering import BUCKETS, Position
from exigible.demo.profiles import Profile

Column = tuple[str, Callable[[Customer], str | int]]

ITEM_COLUMNS = ("customer_code", "document_type", "document_number", "issue_date", "due_date", "currency",
                "amount", "open_amount", "reference", "order_number")  # fmt: skip
TRUTH_COLUMNS = ("customer", "balance", *BUCKETS, "unallocated", "overdue", "items")


def _segment(customer: Customer) -> str:
    return SEGMENTS[customer.segment][0]


def _limit(customer: Customer) -> str | int:
    return customer.credit_limit // 100 or ""


MODERN_COLUMNS: tuple[Column, ...] = (
    ("Code", lambda c: c.code),
    ("Nom", lambda c: c.name),
    ("Pays", lambda c: c.country),
    ("NIF", lambda c: c.tax_id if c.country == "MG" else ""),
    ("STAT", lambda c: c.statistics_id),
    ("SIREN", lambda c: c.siren),
    ("N° TVA", lambda c: c.vat_number),
    ("Adresse", lambda c: c.address),
    ("CP", lambda c: c.postcode),
    ("Ville", lambda c: c.city),
    ("Tél.", lambda c: c.phone),
    ("Email", lambda c: c.email),
    ("Conditions de règlement", lambda c: c.terms),
    ("Plafond de crédit", _limit),
    ("IBAN", lambda c: c.iban),
    ("Groupe", lambda c: c.group_code),
    ("Chargé de recouvrement", lambda c: c.collector),
    ("Segment", _segment),
)
LEGACY_COLUMNS: tuple[Column, ...] = (
    ("Code client", lambda c: c.code),
    ("Raison sociale", lambda c: c.name),
    ("Catégorie client", _segment),
    ("SIREN", lambda c: c.siren),
    ("SIRET", lambda c: c.siret),
    ("N° TVA intracommunautaire", lambda c: c.vat_number),
    ("NIS", lambda c: c.tax_id),
    ("RCI", lambda c: c.trade_register),
    ("Adresse", lambda c: c.address),
    ("Code postal", lambda c: c.postcode),
    ("Ville", lambda c: c.city),
    ("Code pays", lambda c: c.country),
    ("Interlocuteur", lambda c: c.contact),
    ("Téléphone", lambda c: c.phone),
    ("E-mail compta", lambda c: c.email),
    ("Langue", lambda _: "fr"),
    ("Délai de paiement", lambda c: c.terms),
    ("Encours autorisé", _limit),
    ("IBAN", lambda c: c.iban),
    ("Code groupe", lambda c: c.group_code),
    ("Chargé de recouvrement", lambda c: c.collector),
)


def write_customers(path: Path, customers: Iterable[Customer], profile: Profile, today: date) -> int:
    """Write the customers' list as the company's accounting program exports it; returns how many rows."""
    columns = LEGACY_COLUMNS if profile.legacy_headers else MODERN_COLUMNS
    workbook = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False})
    made = datetime(today.year, today.month, today.day, tzinfo=UTC)
    workbook.set_properties({"title": "Clients", "created": made})
    sheet = workbook.add_worksheet("Clients")
    row = 0
    if profile.legacy_headers:
        sheet.write_string(0, 0, f"{profile.name} — Liste des clients au {today:%d/%m/%Y}")
        row = 2
    bold = workbook.add_format({"bold": True})
    for column, (title, _) in enumerate(columns):
        sheet.write_string(row, column, title, bold)
    first = row
    for customer in customers:
        if customer.listed:
            row += 1
            for column, (_, value) in enumerate(columns):
                _write_cell(sheet, row, column, value(customer))
    workbook.close()
    return row - first


def _write_cell(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: str | int) -> None:
    if isinstance(value, int):
        sheet.write_number(row, column, value)
    elif value:
        sheet.write_string(row, column, value)


class CsvFile:
    """A CSV file with a header, written row by row."""

    def __init__(self, path: Path, columns: tuple[str, ...], delimiter: str = ",") -> None:
        self._file: TextIO = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, delimiter=delimiter, lineterminator="\n")
        self._writer.writerow(columns)
        self.rows = 0

    def __enter__(self) -> CsvFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def row(self, values: Iterable[object]) -> None:
        self._writer.writerow(values)
        self.rows += 1


def write_due_dates(file: CsvFile, item: Item, currency: str) -> None:
    """One row for each true due date of an invoice."""
    customer = item.customer
    for due, amount in item.dues:
        known = (customer.code, "invoice", item.ref, iso(item.day), iso(due), currency)
        file.row((*known, decimal_text(amount, "."), "", "", ""))


def write_truth(file: CsvFile, code: str, position: Position, items: int) -> None:
    """One row of what a customer truly owes."""
    amounts = (position.balance, *position.buckets, position.unallocated, position.overdue)
    file.row((code, *(decimal_text(amount, ".") for amount in amounts), items))
