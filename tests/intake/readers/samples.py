"""Small files for the readers' tests, and the way to the shared ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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


def fec_line(account: str, debit: str = "0,00", credit: str = "0,00", **cells: str) -> dict[str, str]:
    """A line of the sale 1 of 15 January 2024, unless told otherwise."""
    line = dict.fromkeys(HEADER, "")
    line |= {
        "JournalCode": "VE",
        "JournalLib": "Ventes",
        "EcritureNum": "1",
        "EcritureDate": "20240115",
        "CompteNum": account,
        "CompteLib": "Compte",
        "PieceRef": "FA1",
        "PieceDate": "20240110",
        "EcritureLib": "Facture",
        "ValidDate": "20240131",
    }
    return line | {"Debit": debit, "Credit": credit} | cells


def sale(
    gross: str = "120,00", net: str = "100,00", vat: str = "20,00", **cells: str
) -> list[dict[str, str]]:
    """An invoice to Durand."""
    customer = {"CompAuxNum": "C1", "CompAuxLib": "Durand SA"}
    return [
        fec_line("41100000", debit=gross, **customer, **cells),
        fec_line("70700000", credit=net, **cells),
        fec_line("44571000", credit=vat, **cells),
    ]


def payment(amount: str = "120,00", **cells: str) -> list[dict[str, str]]:
    """What Durand pays by transfer."""
    bank = {"JournalCode": "BQ", "JournalLib": "Banque", "EcritureNum": "2", "PieceRef": "VIR1"} | cells
    return [
        fec_line("51200000", debit=amount, **bank),
        fec_line("41100000", credit=amount, CompAuxNum="C1", CompAuxLib="Durand SA", **bank),
    ]


def fec_text(
    lines: list[dict[str, str]], separator: str = "\t", newline: str = "\n", header: list[str] | None = None
) -> str:
    names = header or HEADER
    rows = [names, *([line.get(name, "") for name in names] for line in lines)]
    return "".join(separator.join(row) + newline for row in rows)


def write_fec(
    folder: Path,
    lines: list[dict[str, str]],
    *,
    name: str = "fec.txt",
    encoding: str = "utf-8",
    separator: str = "\t",
    newline: str = "\n",
    header: list[str] | None = None,
) -> Path:
    path = folder / name
    path.write_bytes(fec_text(lines, separator, newline, header).encode(encoding))
    return path


def shared_data(*parts: str) -> Path:
    """A path among the files that others made; the test is skipped where they are not."""
    root = Path(os.environ.get("EXIGIBLE_SHARED_DATA") or Path(__file__).parents[4] / "shared" / "data")
    path = root.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{path} is not here")
    return path
