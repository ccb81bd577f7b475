"""All the files of one company, made in order: customers, their entries, then the books year by year."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from exigible.demo.bank import write_statement
from exigible.demo.books import CUSTOMER_ACCOUNTS, Books, Spools, decimal_text
from exigible.demo.customers import Customer, Window, build_customers, families, spread_sales
from exigible.demo.days import first_of_year, iso, month_end
from exigible.demo.dice import seeded
from exigible.demo.entries import BANK, Entry, Item
from exigible.demo.lettering import BUCKETS, Position, assign_codes, position_of
from exigible.demo.manifest import CompanyTruth, DemoFile
from exigible.demo.notes import Late, Note, is_worth_a_note, write_notes
from exigible.demo.overhead import record_overhead
from exigible.demo.profiles import Profile, Size
from exigible.demo.sales import Numbering, Seller, plan_sales, register
from exigible.demo.settlement import merge_group_payments, settle
from exigible.demo.sheets import (
    ITEM_COLUMNS,
    TRUTH_COLUMNS,
    CsvFile,
    write_customers,
    write_due_dates,
    write_truth,
)

ITEMS_OF_AN_INVOICE = 190  # in hundredths: the invoice, its payments, its credit notes
DEFAULT_TERMS = "30"
MOST_LATE = 1_200


class CompanyFiles:
    """Makes one company's folder; `truth` and `notes` are filled as it goes."""

    def __init__(self, profile: Profile, folder: Path, size: Size, seed: int, window: Window) -> None:
        self.truth = _company_truth(profile, size)
        self.notes: list[Note] = []
        self._profile = profile
        self._folder = folder / profile.code
        self._seed = seed
        self._window = window
        self._size = size
        self._kinds: Counter[str] = Counter()
        self._total = Position()
        self._late: list[Late] = []

    def make(self, scratch: Path) -> list[DemoFile]:
        """Write every file; returns those to import, in order."""
        self._folder.mkdir(exist_ok=True)
        today = date.fromordinal(self._window.today)
        customers = self._customers()
        spools = Spools(scratch)
        books = Books(self._profile, self._window, spools)
        listed = write_customers(self._folder / "clients.xlsx", customers, self._profile, today)
        due_dates = self._play(customers, books)
        self._close_books(books)
        files = [
            self._file("customers", "clients.xlsx", listed),
            *self._write_books(books),
            self._file("items", "echeances.csv", due_dates),
            *self._write_statements(books, spools),
        ]
        spools.close()
        self.notes = write_notes(self._late, self._profile.code, self._profile.currency, today, self._seed)
        self._tell_truth()
        return files

    def _file(self, kind: str, name: str, rows: int) -> DemoFile:
        return DemoFile(kind, self._profile.code, f"{self._profile.code}/{name}", rows)

    def _customers(self) -> list[Customer]:
        customers = build_customers(self._profile, self._size.customers, self._seed, self._window)
        rng = seeded(f"{self._seed}/{self._profile.code}/sales")
        spread_sales(customers, self._size.items * 100 // ITEMS_OF_AN_INVOICE, rng)
        self.truth.cast = {customer.part: customer.code for customer in customers if customer.part}
        return customers

    def _rng(self, customer: Customer) -> random.Random:
        company = ord(self._profile.country[1]) % 64
        return seeded((self._seed * 10_000_019 + customer.index) * 64 + company)

    # playing the customers

    def _play(self, customers: list[Customer], books: Books) -> int:
        """Play every customer's three years; returns how many rows of due dates were written."""
        seller = self._seller(customers)
        truth = CsvFile(self._folder / "truth.csv", TRUTH_COLUMNS)
        dues = CsvFile(self._folder / "echeances.csv", ITEM_COLUMNS, ";")
        with truth, dues:
            for members in families(customers):
                by_customer = self._play_family(members, seller, books)
                for customer, items in zip(members, by_customer, strict=True):
                    self._conclude(customer, items, truth, dues)
        return dues.rows

    def _seller(self, customers: list[Customer]) -> Seller:
        """First pass: plan every sale, so that numbers run in order of date over all customers."""
        invoices = Numbering(self._profile.invoice_format)
        credit_notes = Numbering(self._profile.credit_format)
        for customer in customers:
            register(plan_sales(customer, self._rng(customer), self._window), invoices, credit_notes)
        invoices.close()
        credit_notes.close()
        return Seller(self._profile, invoices, credit_notes)

    def _play_family(self, members: list[Customer], seller: Seller, books: Books) -> list[list[Item]]:
        entries: list[Entry] = []
        for customer in members:
            rng = self._rng(customer)
            plans = plan_sales(customer, rng, self._window)
            sales, sold = seller.sell(customer, plans, rng)
            entries += sold + settle(customer, sales, rng, self._profile, self._window)
        if members[0].pays_for_group:
            entries = merge_group_payments(entries, members[0])
        by_customer = self._known_items(entries, members)
        for items in by_customer:
            self.truth.letterings += assign_codes(items, self._window.first_year)
            self._carry_forward(items, books)
        for entry in entries:
            books.record(entry)
        return by_customer

    def _known_items(self, entries: list[Entry], members: list[Customer]) -> list[list[Item]]:
        """Each member's lines that the books show: those settled before the first year are gone for good."""
        start = self._window.start
        found: dict[int, list[Item]] = {customer.index: [] for customer in members}
        for entry in entries:
            for item in entry.items if entry.in_books else ():
                if item.day >= start or not item.is_settled_by(start - 1):
                    _forget_letterings_before(item, start)
                    found[item.customer.index].append(item)
        return [found[customer.index] for customer in members]

    def _carry_forward(self, items: list[Item], books: Books) -> None:
        for year in self._window.years:
            first = first_of_year(year)
            for item in items:
                if item.day < first and not item.is_settled_by(first - 1):
                    books.open_item(item, year)

    def _conclude(self, customer: Customer, items: list[Item], truth: CsvFile, dues: CsvFile) -> None:
        position = position_of(items, self._window.today)
        self._total.add(position)
        self._kinds.update(item.kind for item in items)
        write_truth(truth, customer.code, position, len(items))
        if customer.true_dues:
            for item in items:
                if item.kind == "invoice":
                    write_due_dates(dues, item, self._profile.currency)
                    self.truth.instalment_rows += len(item.dues) - 1
        final = {id(item.letterings[-1]): item.letterings[-1] for item in items if item.letterings}
        self.truth.partial_letterings += sum(lettering.remainder != 0 for lettering in final.values())
        if len(self._late) < MOST_LATE and is_worth_a_note(customer, position):
            self._late.append(Late(customer, position))

    # closing and writing

    def _close_books(self, books: Books) -> None:
        """Year after year: open, do what is done besides selling, close."""
        result = 0
        receivables = books.opening_receivables[self._window.first_year]
        books.open_first_year()
        self._bank_balance = books.balances[BANK]
        for year in self._window.years:
            if books.opening_receivables[year] != receivables:
                raise AssertionError(f"customers open {year} with another sum than they closed with")
            books.spool_opening(year)
            record_overhead(books, year, result)
            result = books.close_year(year)
            receivables += sum(books.movements[year][account] for account in CUSTOMER_ACCOUNTS)
            self.truth.receivables_at[str(year)] = decimal_text(receivables, ".")
        if receivables != self._total.balance:
            raise AssertionError("the customers' truth is not what their accounts say")

    def _write_books(self, books: Books) -> Iterator[DemoFile]:
        for year in self._window.years:
            lines = books.write_year(self._folder, year)
            self.truth.fec_lines[str(year)] = lines
            yield self._file("fec", books.file_name(year), lines)

    def _write_statements(self, books: Books, spools: Spools) -> Iterator[DemoFile]:
        balance = self._bank_balance + books.bank_before_statements
        day = self._window.bank_start
        while day <= self._window.horizon:
            last = min(month_end(day), self._window.horizon)
            month = iso(day)[:7]
            name = f"camt053-{month}.xml"
            lines = spools.sorted_lines(f"bank-{month.replace('-', '')}")
            balance, count = write_statement(
                self._folder / name, self._profile, month, iso(last), balance, lines
            )
            yield self._file("bank", name, count)
            day = month_end(day) + 1

    def _tell_truth(self) -> None:
        truth, total = self.truth, self._total
        truth.items = dict(sorted(self._kinds.items()))
        truth.balance = decimal_text(total.balance, ".")
        truth.overdue = decimal_text(total.overdue, ".")
        truth.unallocated = decimal_text(total.unallocated, ".")
        truth.buckets = {
            name: decimal_text(amount, ".") for name, amount in zip(BUCKETS, total.buckets, strict=True)
        }


def _forget_letterings_before(item: Item, start: int) -> None:
    """A part payment lettered before the first year shows in no file."""
    if item.letterings:
        item.letterings = [made for made in item.letterings if made.day >= start] or None


def _company_truth(profile: Profile, size: Size) -> CompanyTruth:
    return CompanyTruth(
        code=profile.code,
        name=profile.name,
        country=profile.country,
        currency=profile.currency,
        siren=profile.books_id if profile.country == "FR" else "",
        registration=profile.registration,
        address=profile.address,
        postcode=profile.postcode,
        city=profile.city,
        phone=profile.phone,
        email=profile.email,
        iban=profile.iban,
        bic=profile.bic,
        signatory=profile.signatory,
        default_terms=DEFAULT_TERMS,
        customers=size.customers,
        truth=f"{profile.code}/truth.csv",
    )
