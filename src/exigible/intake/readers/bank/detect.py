"""The door of bank statements: what a file is by its content, never by its name, and the reader for it."""

from __future__ import annotations

import re
import tempfile
import zipfile
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from exigible.intake.readers.bank.camt import is_camt, read_camt
from exigible.intake.readers.bank.cfonb import is_cfonb, read_cfonb
from exigible.intake.readers.bank.model import BankFile
from exigible.intake.readers.bank.mt940 import is_mt940, read_mt940
from exigible.intake.readers.bank.ofx import is_ofx, read_ofx
from exigible.intake.readers.guessing import guess_mapping
from exigible.intake.readers.mapping import Mapping
from exigible.intake.readers.problems import Findings, UnreadableFile, problem_of, refuse
from exigible.intake.readers.records.bank import read_bank_statements
from exigible.intake.readers.table import Table, open_table
from exigible.intake.readers.table.workbook import check_archive, kind_of_workbook
from exigible.intake.readers.textfile import kind_by_first_bytes
from exigible.kernel.errors import UserMistake

BankFormat = Literal["camt", "mt940", "cfonb", "ofx", "table"]

_HEAD: Final = 1 << 16
_BLOCK: Final = 1 << 20
MOST_UNPACKED: Final = 256 << 20
"""Bytes of the one file in an archive: a year of a busy account has a tenth of it."""
_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"
_XML: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml\b|!|[A-Za-z])")
_ROOT: Final = re.compile(rb"<([A-Za-z][\w.:-]{0,60})")
_WEB_PAGE: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html)\b", re.IGNORECASE)


def bank_format(path: Path) -> BankFormat:
    """What kind of statement a file holds; "table" for any text or spreadsheet that is nothing else.

    An archive is of the kind of the one file in it. Raises UnreadableFile for what is neither text nor
    spreadsheet, is empty, or is XML of another kind; the message names what was found.
    """
    with _unpacked(path) as file:
        return _format_of(file)


def open_bank_table(path: Path, *, sheet: str | None = None) -> Table:
    """The table of a file whose format is "table", to show and to map; out of its archive if it is in one.

    Spreadsheets and CSV files of a few thousand lines are held in memory, so that the archive may go.
    """
    with _unpacked(path) as file:
        table = open_table(file, sheet=sheet)
        if file is not path:
            rows = list(table.raw_rows(Findings()))
            table.raw_rows = lambda _findings: iter(rows)
        return table


def read_bank_file(
    path: Path, *, currency: str, mapping: Mapping | None = None, sheet: str | None = None
) -> BankFile:
    """The statements of a file of any known format, with warnings in `findings`.

    `currency` is that of lines that name none. `mapping` and `sheet` serve tables only; without a mapping one
    is guessed, and refused ("guess-unsure") where a needed column has no name that tells it.
    Raises UnreadableFile with every error found, UserMistake("bad-mapping") for the mapping of another table.
    """
    with _unpacked(path) as file:
        kind = _format_of(file)
        if kind == "camt":
            return read_camt(file)
        if kind == "mt940":
            return read_mt940(file)
        if kind == "cfonb":
            return read_cfonb(file, currency=currency)
        if kind == "ofx":
            return read_ofx(file)
        return _read_table(file, currency, mapping, sheet)


def _read_table(path: Path, currency: str, mapping: Mapping | None, sheet: str | None) -> BankFile:
    table = open_table(path, sheet=sheet)
    if mapping is None:
        mapping = guess_mapping("bank", table)
        if not mapping.missing:
            _refuse_doubts(mapping)
    elif not mapping.fits(table.headers):
        raise UserMistake("bad-mapping", "The columns are not those of the mapping.")
    return read_bank_statements(table, mapping, currency=currency)


def _refuse_doubts(mapping: Mapping) -> None:
    """A person must confirm a date or an amount that only looks like one: a report has dates and sums too."""
    needed = [mapping.columns[name] for name in ("booked_on", "amount") if name in mapping.columns]
    doubts = [
        problem_of("guess-unsure", None, choice.header, choice.header)
        for choice in needed
        if not any(reason.startswith("name-") for reason in choice.reasons)
    ]
    if doubts:
        raise UnreadableFile(doubts)


def _format_of(path: Path) -> BankFormat:
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head.strip():
        raise refuse("empty-file", expected="text")
    if is_ofx(head):
        return "ofx"
    if _XML.match(head):
        return _format_of_xml(head)
    if kind_of_workbook(path) is not None:
        return "table"
    other = kind_by_first_bytes(path)
    if other is not None:
        raise refuse("not-a-bank-statement", other)
    if is_mt940(head):
        return "mt940"
    if is_cfonb(head):
        return "cfonb"
    if b"\0" in head and not head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise refuse("not-a-bank-statement", "a file of binary data")
    return "table"


def _format_of_xml(head: bytes) -> BankFormat:
    if _WEB_PAGE.match(head):
        raise refuse("not-a-bank-statement", "a web page")
    if is_camt(head):
        return "camt"
    root = _ROOT.search(head)
    raise refuse("unknown-xml", root[1].decode() if root else "")


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """The file itself, or the one in the archive that it is, for as long as it is needed."""
    with path.open("rb") as stream:
        head = stream.read(len(_ZIP))
    if head == _EMPTY_ZIP:
        raise refuse("empty-file", expected="text")
    if head != _ZIP or kind_of_workbook(path) is not None:
        yield path
        return
    check_archive(path)
    with tempfile.TemporaryDirectory() as folder:
        yield _extracted(path, Path(folder) / "statement")


def _extracted(archive: Path, target: Path) -> Path:
    """The one file of an archive. What its directory says of sizes may be wrong: the bytes are counted."""
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [
                one for one in opened.infolist() if not one.is_dir() and not _is_leftover(one.filename)
            ]
            if len(members) != 1:
                raise refuse("several-files" if members else "empty-file", str(len(members)))
            with opened.open(members[0]) as source, target.open("wb") as copy:
                while block := source.read(_BLOCK):
                    if copy.tell() + len(block) > MOST_UNPACKED:
                        raise refuse("zip-bomb", f"> {MOST_UNPACKED >> 20} MB", f"{MOST_UNPACKED >> 20} MB")
                    copy.write(block)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise refuse("damaged-file", str(error)) from error
    with target.open("rb") as stream:
        if stream.read(len(_ZIP)) == _ZIP and kind_of_workbook(target) is None:
            raise refuse("not-a-bank-statement", "a spreadsheet or another zip archive")
    return target


def _is_leftover(name: str) -> bool:
    """What a Mac adds to an archive."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2] == ".DS_Store"
