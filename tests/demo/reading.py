"""A second, plain reading of the demo's files, that shares nothing with what wrote them."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from python_calamine import CalamineWorkbook

from exigible.demo.manifest import CompanyTruth, DemoManifest
from exigible.kernel.dates import PaymentTerms, parse_date

ENCODINGS = {"MNS": "utf-8", "TDI": "cp1252", "AZN": "iso-8859-15"}
CUSTOMER_ACCOUNTS = ("411", "419")


def minor(text: str) -> int:
    """A decimal of two places, with a comma or a point, in minor units."""
    whole, decimals = text.replace(",", ".").split(".")
    assert len(decimals) == 2
    return int(whole + decimals)


@dataclass(frozen=True)
class Line:
    """A line of a FEC, `amount` debit positive."""

    year: int
    journal: str
    entry: str
    day: str
    account: str
    customer: str
    ref: str
    piece_day: str
    label: str
    amount: int
    letter: str
    lettered_on: str

    @property
    def is_opening(self) -> bool:
        return self.journal == "AN"

    @property
    def is_customers(self) -> bool:
        return self.account.startswith(CUSTOMER_ACCOUNTS)


def read_fec(path: Path, encoding: str) -> Iterator[Line]:
    year = int(path.stem[-8:-4])
    with path.open(encoding=encoding, newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        assert len(next(rows)) == 18
        for row in rows:
            assert len(row) == 18
            journal, _, entry, day, account, _, customer, _, ref, piece_day, label, debit, credit = row[:13]
            amount = minor(debit) - minor(credit)
            assert minor(debit) == 0 or minor(credit) == 0
            yield Line(
                year, journal, entry, day, account, customer, ref, piece_day, label, amount, row[13], row[14]
            )


@dataclass(frozen=True)
class Group:
    """The demo's folder with its manifest."""

    folder: Path
    manifest: DemoManifest

    @property
    def today(self) -> date:
        return date.fromisoformat(self.manifest.today)

    def companies(self) -> list[CompanyTruth]:
        return self.manifest.companies

    def books(self, company: str) -> list[Line]:
        """All lines of all years, in order."""
        return [
            line
            for file in self.manifest.files_of(company, "fec")
            for line in read_fec(self.folder / file.path, ENCODINGS[company])
        ]

    def customers(self, company: str) -> dict[str, dict[str, str]]:
        """The rows of the customers' list by code, columns by header."""
        file = self.manifest.files_of(company, "customers")[0]
        rows = CalamineWorkbook.from_path(self.folder / file.path).get_sheet_by_index(0).to_python()
        start = next(rank for rank, row in enumerate(rows) if str(row[0]).startswith("Code"))
        header = [str(cell) for cell in rows[start]]
        listed = [dict(zip(header, map(str, row), strict=True)) for row in rows[start + 1 :]]
        return {row[header[0]]: row for row in listed}

    def due_dates(self, company: str) -> dict[tuple[str, str], list[tuple[date, int]]]:
        """The true due dates of `echeances.csv` by customer and invoice."""
        found: dict[tuple[str, str], list[tuple[date, int]]] = defaultdict(list)
        for file in self.manifest.files_of(company, "items"):
            with (self.folder / file.path).open(encoding="utf-8", newline="") as rows:
                for row in csv.DictReader(rows, delimiter=";"):
                    key = (row["customer_code"], row["document_number"])
                    found[key].append((parse_date(row["due_date"]), minor(row["amount"])))
        return found


def buckets_from_files(group: Group, company: str) -> dict[str, list[int]]:
    """What each customer owes, from the files alone: not due, 1-30, 31-60, 61-90, 90+, unallocated."""
    terms_column = {"MNS": "Délai de paiement"}.get(company, "Conditions de règlement")
    terms = {code: row[terms_column] for code, row in group.customers(company).items()}
    known = group.due_dates(company)
    items, letters = _items_and_letters(group.books(company))
    position: dict[str, list[int]] = defaultdict(lambda: [0] * 6)
    for keys in _settled_together(items, letters):
        credit = -sum(items[key].amount for key in keys if items[key].amount < 0)
        parts: list[tuple[date, int]] = []
        for key in keys:
            line = items[key]
            if line.amount > 0:
                due = PaymentTerms.parse(terms.get(line.customer, "30")).due_on(parse_date(line.piece_day))
                parts += known.get((line.customer, line.ref), [(due, line.amount)])
        mine = position[keys[0][0]]
        for due, amount in sorted(parts):
            paid = min(credit, amount)
            credit -= paid
            days = (group.today - due).days
            mine[0 if days <= 0 else min(4, (days + 29) // 30)] += amount - paid
        mine[5] -= credit
    return position


Key = tuple[str, str, str, int]


def _key(line: Line) -> Key:
    return (line.customer, line.account, line.ref, line.amount)


def _items_and_letters(lines: list[Line]) -> tuple[dict[Key, Line], dict[tuple[int, str, str], list[Key]]]:
    """Each customer line once (an opening line is the line of the year before), and the lettered groups."""
    items: dict[Key, Line] = {}
    letters: dict[tuple[int, str, str], list[Key]] = defaultdict(list)
    for line in lines:
        if line.is_customers:
            assert not (_key(line) in items and not line.is_opening), "a number is used twice"
            items.setdefault(_key(line), line)
            if line.letter:
                letters[line.year, line.customer, line.letter].append(_key(line))
    return items, letters


def _settled_together(
    items: dict[Key, Line], letters: dict[tuple[int, str, str], list[Key]]
) -> Iterator[list[Key]]:
    """Each line in the last group it was lettered with; alone if it never was."""
    last = {key: group for group, keys in letters.items() for key in keys}
    for group, keys in letters.items():
        if all(last[key] == group for key in keys):
            yield keys
    for key in items:
        if key not in last:
            yield [key]
