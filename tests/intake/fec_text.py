"""Little books for tests, as an accountant would jot them down, written as a FEC.

    2025-01-15 sale    F-1 ACME  120.00 A 2025-02-10
    2025-02-10 bank    V-1 ACME -120.00 A 2025-02-10
    2025-01-01 opening F-0 ACME   80.00 issued 2024-11-30

Day, what the entry is, document, customer, amount (debit positive), and, where there are any, the lettering
code with its date, the date of the document, the account.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from zlib import crc32

from tests.books import new_moment

from exigible.intake.models import Import
from exigible.intake.services import apply, preview, receive
from exigible.kernel.money import parse_amount, to_decimal_string
from exigible.ledger.models import Company, OpenItem

HEADER = [
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
]
JOURNALS = {
    "sale": ("VE", "Ventes", "707000"),
    "bank": ("BQ", "Banque", "512000"),
    "opening": ("AN", "A nouveaux", "110000"),
    "other": ("OD", "Opérations diverses", "658000"),
}


@dataclass(frozen=True)
class Line:
    """One line on a customer's account; its entry is balanced by a line of its own."""

    day: date
    nature: str
    piece: str
    customer: str
    amount_minor: int
    lettering: str = ""
    lettered_on: date | None = None
    issued_on: date | None = None
    account: str = "411000"
    foreign: str = ""

    def rows(self) -> list[list[str]]:
        """The entry. Its number is made of the document's, so that it stays when lines around it go."""
        journal, label, contra = JOURNALS[self.nature]
        head = [journal, label, str(crc32(self.piece.encode())), f"{self.day:%Y%m%d}"]
        piece = [self.piece, f"{self.issued_on or self.day:%Y%m%d}", f"{self.nature} {self.piece}"]
        lettering = [self.lettering, f"{self.lettered_on:%Y%m%d}" if self.lettered_on else ""]
        ours = [self.account, "Clients", self.customer, f"Customer {self.customer}" if self.customer else ""]
        foreign = self.foreign.split() or ["", ""]
        return [
            [*head, *ours, *piece, *_sides(self.amount_minor), *lettering, f"{self.day:%Y%m%d}", *foreign],
            [*head, contra, "Contra", "", "", *piece, *_sides(-self.amount_minor), "", "", "", "", ""],
        ]


def _sides(amount_minor: int) -> list[str]:
    text = to_decimal_string(abs(amount_minor), "EUR").replace(".", ",")
    return [text, "0,00"] if amount_minor > 0 else ["0,00", text]


def parse_line(text: str) -> Line:
    words = text.split()
    day, nature, piece, customer = date.fromisoformat(words[0]), words[1], words[2], words[3]
    line = Line(day, nature, piece, "" if customer == "-" else customer,
                parse_amount(words[4], exponent=2, decimal_mark="."))  # fmt: skip
    rest = words[5:]
    while rest:
        if rest[0] in {"issued", "account", "foreign"}:
            value: object = date.fromisoformat(rest[1]) if rest[0] == "issued" else rest[1]
            if rest[0] == "foreign":
                value = f"{rest[1]} {rest.pop(2)}"
            name = {"issued": "issued_on", "account": "account", "foreign": "foreign"}[rest[0]]
            line, rest = replace(line, **{name: value}), rest[2:]  # type: ignore[arg-type]
        else:
            has_day = len(rest) > 1 and rest[1][:2] == "20"
            line = replace(
                line, lettering=rest[0], lettered_on=date.fromisoformat(rest[1]) if has_day else None
            )
            rest = rest[1 + has_day :]
    return line


def parse_lines(text: str) -> list[Line]:
    return [parse_line(raw.strip()) for raw in text.splitlines() if raw.strip()]


def fec_bytes(lines: list[Line], *others: date) -> bytes:
    """The file. `others` are days of entries without customer, such as the one at which the books end."""
    rows = [row for line in lines for row in line.rows()]
    for day in others:
        head = ["OD", "Opérations diverses", "99999", f"{day:%Y%m%d}"]
        piece = ["PAIE", f"{day:%Y%m%d}", "Paie"]
        for account, minor in (("641000", 100), ("421000", -100)):
            rows.append([*head, account, "Paie", "", "", *piece, *_sides(minor), "", "", "", "", ""])
    return "\n".join("\t".join(row) for row in [HEADER, *rows]).encode() + b"\n"


def import_books(
    company: Company, text: str | list[Line] | bytes, *others: str, name: str = "books.txt"
) -> Import:
    """Bring books in as a user does: received, previewed, applied."""
    job = preview_books(company, text, *others, name=name)
    return apply(job) if job.state == Import.State.READY else job


def preview_books(
    company: Company, text: str | list[Line] | bytes, *others: str, name: str = "books.txt"
) -> Import:
    new_moment()
    if not isinstance(text, bytes):
        lines = parse_lines(text) if isinstance(text, str) else text
        text = fec_bytes(lines, *map(date.fromisoformat, others))
    return preview(receive(company=company, kind="fec", content=BytesIO(text), name=name, by=None))


def item(company: Company, number: str) -> OpenItem:
    return OpenItem.objects.get(company=company, document_number=number, is_reversed=False)


def open_amounts(company: Company) -> dict[str, int]:
    items = OpenItem.objects.filter(company=company, is_reversed=False).exclude(open_minor=0)
    return dict(items.values_list("document_number", "open_minor"))


def nothing_changed(job: Import) -> bool:
    figures = [*job.result["created"].values(), *job.result["changed"].values()]
    return job.state == Import.State.APPLIED and not any(figures)


def codes(job: Import) -> list[str]:
    return [problem["code"] for problem in job.problems]
