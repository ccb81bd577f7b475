"""Spreadsheets: cells as they were last computed, numbers without the noise of binary fractions.

The library that reads them ends the whole program when a file claims more cells than memory has, and a file
of a kilobyte can: one cell in the last row and the last column. So a process of its own, with bounded memory
and time, opens the file first.
"""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import python_calamine

from exigible.intake.readers.problems import Findings, refuse
from exigible.intake.readers.table.model import Cell, Row

MOST_UNPACKED: Final = 1 << 30
_MOST_RATIO: Final = 100
_RATIO_MATTERS_FROM: Final = 32 << 20
_MOST_MEMBERS: Final = 10_000
_PROBE_SECONDS: Final = 120
_PROBE_MEMORY: Final = 1 << 30
_ENCRYPTED_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")
_LARGEST_EXACT: Final = 10**15  # a spreadsheet's numbers have 15 figures

_PROBE: Final = """
import json, resource, sys
import python_calamine
path, memory, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
book = python_calamine.CalamineWorkbook.from_filelike(open(path, "rb"))
kinds = (python_calamine.SheetTypeEnum.WorkSheet, python_calamine.SheetVisibleEnum.Visible)
names = [meta.name for meta in book.sheets_metadata if (meta.typ, meta.visible) == kinds]
print(json.dumps([name for name in names if book.get_sheet_by_name(name).start is not None]))
"""


def check_archive(path: Path) -> None:
    """Refuses what unpacks to far more than it should, before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise refuse("damaged-file", str(error)) from error
    if any(member.flag_bits & 1 for member in members):
        raise refuse("encrypted-file")
    unpacked = sum(member.file_size for member in members)
    swollen = any(
        member.file_size > max(_RATIO_MATTERS_FROM, _MOST_RATIO * member.compress_size) for member in members
    )
    if swollen or unpacked > MOST_UNPACKED or len(members) > _MOST_MEMBERS:
        raise refuse("zip-bomb", f"{unpacked >> 20} MB", f"{MOST_UNPACKED >> 20} MB")


def kind_of_workbook(path: Path) -> str | None:
    """ "xlsx", "xlsb", "ods" or "xls" by what the file holds, None for anything else."""
    with path.open("rb") as stream:
        head = stream.read(8)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    if not head.startswith(b"PK\x03\x04"):
        return None
    check_archive(path)
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.lower().startswith("xl/") for name in names):
        return "xlsx"
    return "ods" if "content.xml" in names else None


def filled_sheets(path: Path) -> list[str]:
    """The names of the visible sheets that have cells, found by a process that may fail without harm."""
    _refuse_encrypted(path)
    size, limit = f"{max(path.stat().st_size >> 10, 1)} kB", f"{_PROBE_MEMORY >> 20} MB"
    command = [sys.executable, "-I", "-c", _PROBE, str(path), str(_PROBE_MEMORY), str(_PROBE_SECONDS)]
    try:
        probe = subprocess.run(command, capture_output=True, timeout=2 * _PROBE_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise refuse("too-many-cells", size, limit) from error
    if probe.returncode == 0:
        names: list[str] = json.loads(probe.stdout)
        return names
    last = probe.stderr.decode(errors="replace").strip().splitlines()[-1:] or [""]
    if "PasswordError" in last[0]:
        raise refuse("encrypted-file")
    if probe.returncode < 0 or "memory" in last[0].lower():
        raise refuse("too-many-cells", size, limit)
    raise refuse("damaged-file", last[0].rpartition(": ")[2])


def _refuse_encrypted(path: Path) -> None:
    """A protected .xlsx is an old Office container around the encrypted package."""
    with path.open("rb") as stream:
        head = stream.read(1 << 20)
    if head.startswith(b"\xd0\xcf\x11\xe0") and _ENCRYPTED_PACKAGE in head:
        raise refuse("encrypted-file")


class Sheet:
    """One sheet, held in memory by the library at about 33 bytes a cell."""

    def __init__(self, path: Path, name: str) -> None:
        with path.open("rb") as stream:
            book = python_calamine.CalamineWorkbook.from_filelike(stream)
            self._sheet = book.get_sheet_by_name(name)
        self.first_column = self._sheet.start[1] if self._sheet.start else 0

    def rows(self, _findings: Findings | None = None) -> Iterator[Row]:
        """Lines from 1 as the spreadsheet numbers them, cells from column A."""
        before: list[Cell] = [None] * self.first_column
        for line, values in enumerate(self._sheet.iter_rows(), 1):
            yield line, before + [_cell(value) for value in values]


def _cell(value: object) -> Cell:
    """A cell in the types of tables.

    A number is taken to 15 significant figures, all that a spreadsheet keeps and shows: 0.1 + 0.2 is 0.3.
    """
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < _LARGEST_EXACT else Decimal(f"{value:.15g}")
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, (date, int)):
        return value
    if isinstance(value, (time, timedelta)):
        return str(value)
    return str(value).strip() or None
