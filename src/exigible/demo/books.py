"""The books of one company: entries are spooled by month as they come, then written as one FEC a year.

The FEC is the file of article A47 A-1 of the French Livre des procédures fiscales: 18 columns, in order of
date. Memory holds one month of entries at most, however many there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TextIO

from exigible.demo.customers import Window
from exigible.demo.days import compact, first_of_year, month_end, year_of
from exigible.demo.entries import ADVANCES, BANK, GOODS, RECEIVABLE, Entry, Item
from exigible.demo.profiles import Profile

HEADER = (
    "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\t"
    "PieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise"
)
ACCOUNT_LABELS = {
    "101000": "Capital",
    "110000": "Report à nouveau",
    "120000": "Résultat de l'exercice (bénéfice)",
    "129000": "Résultat de l'exercice (perte)",
    "215000": "Matériel et outillage",
    "370000": "Stocks de marchandises",
    "401100": "Fournisseurs marchandises",
    "401200": "Fournisseurs transports",
    "401300": "Fournisseurs frais généraux",
    RECEIVABLE: "Clients",
    ADVANCES: "Clients - avances et acomptes reçus",
    "421000": "Personnel - rémunérations dues",
    "431000": "Sécurité sociale",
    "445510": "TVA à décaisser",
    "445660": "TVA déductible",
    "445670": "Crédit de TVA",
    "445710": "TVA collectée",
    "491000": "Dépréciation des comptes clients",
    BANK: "Banque",
    "607000": "Achats de marchandises",
    "613000": "Locations",
    "624000": "Transports sur ventes",
    "627000": "Services bancaires",
    "641000": "Rémunérations du personnel",
    "645000": "Charges sociales",
    "654000": "Pertes sur créances irrécouvrables",
    "658000": "Charges diverses de gestion",
    "665000": "Escomptes accordés",
    "681740": "Dotations dépréciation créances",
    "706000": "Prestations de services",
    GOODS: "Ventes de marchandises",
    "707900": "Ventes à l'exportation",
}
CUSTOMER_ACCOUNTS = (RECEIVABLE, ADVANCES)
JOURNAL_ORDER = {"sales": "1", "purchases": "2", "other": "3", "bank": "4"}
UNIT, RECORD = "\x1e", "\x1f"


def decimal_text(minor: int, mark: str = ",") -> str:
    """Minor units of a currency of two decimals as 1234,56."""
    sign = "-" if minor < 0 else ""
    minor = abs(minor)
    return f"{sign}{minor // 100}{mark}{minor % 100:02d}"


def _sides(amount: int) -> str:
    """Debit and credit columns."""
    return f"{decimal_text(amount)}\t0,00" if amount >= 0 else f"0,00\t{decimal_text(-amount)}"


@lru_cache(maxsize=8_192)
def _validated(day: int, horizon: int) -> str:
    return compact(min(month_end(day), horizon))


class Spools:
    """Text files that are appended to by name and read once, sorted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, TextIO] = {}

    def append(self, name: str, line: str) -> None:
        file = self._files.get(name)
        if file is None:
            file = self._files[name] = (self._folder / name).open("w+", encoding="utf-8", newline="\n")
        file.write(line)
        file.write("\n")

    def lines(self, name: str) -> Iterator[str]:
        """The lines of a spool as they came; none where nothing was appended."""
        file = self._files.get(name)
        if file is None:
            return
        file.seek(0)
        for line in file:
            yield line.rstrip("\n")

    def sorted_lines(self, name: str) -> list[str]:
        return sorted(self.lines(name))

    def close(self) -> None:
        for name, file in self._files.items():
            file.close()
            (self._folder / name).unlink()


class Books:
    """Takes entries and open items, keeps every account's movement, writes the files."""

    def __init__(self, profile: Profile, window: Window, spools: Spools) -> None:
        self.profile = profile
        self.window = window
        self.turnover: defaultdict[str, int] = defaultdict(int)
        self.movements: defaultdict[int, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.opening_receivables: defaultdict[int, int] = defaultdict(int)
        self.balances: dict[str, int] = {}
        self.bank_before_statements = 0
        self._spools = spools
        self._sequence = 0

    # taking

    def record(self, entry: Entry) -> None:
        """Spool an entry; the bank keeps those that the books do not know yet. Must balance."""
        if entry.day < self.window.start:
            return
        self._sequence += 1
        if entry.bank and entry.day >= self.window.bank_start:
            self._spool_bank(entry)
        if not entry.in_books:
            return
        self._count(entry)
        code, label = self.profile.journal(entry.journal)
        key = f"{compact(entry.day)}{JOURNAL_ORDER[entry.journal]}{self._sequence:09d}"
        rows = RECORD.join(self._rows(entry))
        self._spools.append(f"month-{key[:6]}", f"{key}{UNIT}{code}{UNIT}{label}{UNIT}{rows}")

    def open_item(self, item: Item, year: int) -> None:
        """Carry a line that is not settled at the end of the year before into the year's opening entry."""
        self.opening_receivables[year] += item.amount
        label = f"A nouveau {item.ref}"
        self._spools.append(f"opening-{year}", self._item_row(item, year, label, first_of_year(year)))

    def _count(self, entry: Entry) -> None:
        movement = self.movements[year_of(entry.day)]
        check = 0
        for item in entry.items:
            movement[item.account] += item.amount
            check += item.amount
        for account, amount in entry.others:
            movement[account] += amount
            check += amount
            if account == BANK and entry.day < self.window.bank_start:
                self.bank_before_statements += amount
            if account.startswith("70"):
                self.turnover[compact(entry.day)[:6]] -= amount
            elif account == "445710" and entry.journal == "sales":
                self.turnover["vat" + compact(entry.day)[:6]] -= amount
        if check:
            raise AssertionError(f"unbalanced by {check}: {entry}")

    def _rows(self, entry: Entry) -> Iterator[str]:
        year = year_of(entry.day)
        for item in entry.items:
            yield self._item_row(item, year, item.label, entry.day)
        tail = f"\t\t{_validated(entry.day, self.window.horizon)}\t\t"
        piece = f"\t\t\t{entry.ref}\t{compact(entry.day)}\t{entry.label}\t"
        for account, amount in entry.others:
            yield f"{account}\t{ACCOUNT_LABELS[account]}{piece}{_sides(amount)}\t{tail}"

    def _item_row(self, item: Item, year: int, label: str, day: int) -> str:
        lettering = item.lettering_in(year)
        letters = f"{lettering.code}\t{compact(lettering.day)}" if lettering else "\t"
        customer = item.customer
        return (
            f"{item.account}\t{ACCOUNT_LABELS[item.account]}\t{customer.code}\t{customer.name}\t{item.ref}\t"
            f"{compact(item.day)}\t{label}\t{_sides(item.amount)}\t{letters}\t"
            f"{_validated(day, self.window.horizon)}\t\t"
        )

    def _spool_bank(self, entry: Entry) -> None:
        bank = entry.bank
        if bank is None:
            return
        amount = sum(amount for account, amount in entry.others if account == BANK)
        key = f"{compact(entry.day)}{self._sequence:09d}"
        fields = (key, str(amount), entry.ref, bank.name, bank.text, bank.iban, bank.method)
        self._spools.append(f"bank-{key[:6]}", UNIT.join(fields))

    # closing

    def open_first_year(self) -> None:
        """The balance sheet that the first year begins with; 110 takes what makes it balance."""
        scale = self.profile.scale
        sales = sum(amount for month, amount in self.turnover.items() if month.isdigit())
        yearly = sales // len(self.window.years)
        step = self.profile.step
        self.balances = {
            BANK: yearly // 8 // step * step + 60_000 * scale,
            "101000": -150_000 * scale,
            "215000": 48_500 * scale,
            "370000": yearly // 10 // step * step,
        }
        rest = sum(self.balances.values()) + self.opening_receivables[self.window.first_year]
        self.balances["110000"] = -rest

    def close_year(self, year: int) -> int:
        """Carry the year's movements into the balances; the result goes to 120 or 129. Returns the result."""
        result = 0
        for account, amount in self.movements[year].items():
            if account in CUSTOMER_ACCOUNTS:
                continue
            if account[0] in "67":
                result -= amount
            else:
                self.balances[account] = self.balances.get(account, 0) + amount
        account = "120000" if result >= 0 else "129000"
        self.balances[account] = self.balances.get(account, 0) - result
        return result

    def spool_opening(self, year: int) -> None:
        """Add the lines of all other accounts to the year's opening entry, which must balance."""
        day = first_of_year(year)
        valid = _validated(day, self.window.horizon)
        total = self.opening_receivables[year]
        for account in sorted(self.balances):
            amount = self.balances[account]
            total += amount
            if amount:
                head = f"{account}\t{ACCOUNT_LABELS[account]}\t\t\tAN{year}\t{compact(day)}\tA nouveau {year}"
                self._spools.append(f"opening-{year}", f"{head}\t{_sides(amount)}\t\t\t{valid}\t\t")
        if total:
            raise AssertionError(f"the opening of {year} is unbalanced by {total}")

    # writing

    def file_name(self, year: int) -> str:
        """The legal name: identifier, FEC, end of the fiscal year."""
        return f"{self.profile.books_id}FEC{year}1231.txt"

    def write_year(self, folder: Path, year: int) -> int:
        """Write the FEC of one year; returns its number of lines, the header apart."""
        written = 0
        numbers: defaultdict[str, int] = defaultdict(int)
        newline, profile = self.profile.newline, self.profile
        with (folder / self.file_name(year)).open("w", encoding=profile.encoding, newline=newline) as file:
            file.write(HEADER + "\n")
            for day, code, label, rows in self._entries_of(year):
                counter = "all" if profile.global_numbering else code
                numbers[counter] += 1
                head = f"{code}\t{label}\t{numbers[counter]:06d}\t{day}\t"
                for row in rows:
                    file.write(f"{head}{row}\n")
                    written += 1
        return written

    def _entries_of(self, year: int) -> Iterator[tuple[str, str, str, Iterator[str]]]:
        code, label = self.profile.journal("opening")
        yield compact(first_of_year(year)), code, label, self._spools.lines(f"opening-{year}")
        for month in range(1, 13):
            name = f"month-{date(year, month, 1):%Y%m}"
            for line in self._spools.sorted_lines(name):
                key, code, label, rows = line.split(UNIT)
                yield key[:8], code, label, iter(rows.split(RECORD))
