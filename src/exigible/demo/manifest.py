"""What a generated folder holds, and the truth behind it, to compare an import with."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from exigible.demo.profiles import Person

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class DemoFile:
    """A file to import, in the order of the list; `kind` is customers, fec, items, bank or notes."""

    kind: str
    company: str
    path: str
    rows: int


@dataclass(slots=True)
class CompanyTruth:
    """A company as it is to be created, and what is true of it at `today`; amounts are decimal strings.

    `items` counts the lines of customer accounts by kind once the FECs are in; `instalment_rows` is how many
    more there are once the due dates of `items.csv` split the invoices in instalments. `cast` names the
    customers with a known story. `receivables_at` is the balance of customer accounts at each year's end.
    """

    code: str
    name: str
    country: str
    currency: str
    siren: str
    registration: str
    address: str
    postcode: str
    city: str
    phone: str
    email: str
    iban: str
    bic: str
    signatory: str
    default_terms: str
    customers: int
    truth: str
    items: dict[str, int] = field(default_factory=dict)
    instalment_rows: int = 0
    letterings: int = 0
    partial_letterings: int = 0
    balance: str = "0.00"
    overdue: str = "0.00"
    unallocated: str = "0.00"
    buckets: dict[str, str] = field(default_factory=dict)
    receivables_at: dict[str, str] = field(default_factory=dict)
    fec_lines: dict[str, int] = field(default_factory=dict)
    cast: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class DemoManifest:
    """All that `generate` made in a folder."""

    seed: int
    size: str
    today: str
    companies: list[CompanyTruth]
    files: list[DemoFile]
    users: list[Person]

    def write(self, folder: Path) -> None:
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")

    def company(self, code: str) -> CompanyTruth:
        """The company of this code. Raises KeyError."""
        for company in self.companies:
            if company.code == code:
                return company
        raise KeyError(code)

    def files_of(self, company: str, kind: str | None = None) -> list[DemoFile]:
        """The company's files in import order, all or of one kind."""
        return [file for file in self.files if file.company == company and kind in (None, file.kind)]


def read_manifest(folder: Path) -> DemoManifest:
    """Read back the manifest of a generated folder. Raises OSError, ValueError, KeyError, TypeError."""
    data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    people = [Person(p["email"], p["name"], p["role"], tuple(p["companies"])) for p in data["users"]]
    return DemoManifest(
        seed=data["seed"],
        size=data["size"],
        today=data["today"],
        companies=[CompanyTruth(**company) for company in data["companies"]],
        files=[DemoFile(**file) for file in data["files"]],
        users=people,
    )


def read_truth(path: Path) -> dict[str, dict[str, str]]:
    """The true position of each customer by code: the columns of `sheets.TRUTH_COLUMNS`."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["customer"]: row for row in csv.DictReader(file)}
