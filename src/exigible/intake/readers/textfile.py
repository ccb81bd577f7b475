"""What a text file is made of: its encoding and its lines, found by reading all of it once.

The whole file is read because one accented letter may stand on its last line: a name stored in the wrong
encoding is worse than half a second.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, TextIO

from exigible.intake.readers.problems import problem_of, refuse
from exigible.kernel.errors import Problem

BLOCK: Final = 1 << 20
LONGEST_LINE: Final = 1 << 20
_BLOCKS_WEIGHED: Final = 8  # of those that are not UTF-8: enough to tell, and counting is slow

_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a spreadsheet or another zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"{\\rtf", "a word processor's document"),
    (b"<!DOCTYPE", "a web page"),
    (b"<!doctype", "a web page"),
    (b"<html", "a web page"),
    (b"<HTML", "a web page"),
    (b"<?xml", "an XML document"),
)
_ASCII: Final = bytes(range(128))
_VALID_UTF8: Final = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_NOT_IN_CP1252: Final = b"\x81\x8d\x8f\x90\x9d"


@dataclass(frozen=True, slots=True)
class TextFacts:
    """`encoding` is a Python codec; `newline` ends the lines (a CR before LF is left to the reader)."""

    encoding: str
    newline: str
    lines: int
    size: int
    ends_with_newline: bool
    problems: tuple[Problem, ...] = ()


def kind_by_first_bytes(path: Path) -> str | None:
    """What the file is, in English, when its first bytes are those of something else than plain text."""
    with path.open("rb") as stream:
        head = stream.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((what for magic, what in _MAGIC if head.startswith(magic)), None)


def inspect_text(path: Path) -> TextFacts:
    """Finds encoding and lines. Raises UnreadableFile for what is not text, is empty, or has no lines."""
    size = path.stat().st_size
    if not size:
        raise refuse("empty-file", expected="text")
    other = kind_by_first_bytes(path)
    if other is not None:
        raise refuse("not-a-text-file", other, "text")
    with path.open("rb") as stream:
        head = stream.read(BLOCK)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _inspect_utf16(path, size)
    newline = "\r" if b"\n" not in head and b"\r" in head else "\n"
    census = _Census(newline.encode())
    for block in _blocks(path, newline.encode()):
        census.take(block)
    encoding, problems = census.verdict()
    if encoding == "utf-8" and head.startswith(b"\xef\xbb\xbf"):
        encoding = "utf-8-sig"
    ended = census.last_byte == newline.encode()
    return TextFacts(encoding, newline, census.newlines + (not ended), size, ended, problems)


def _inspect_utf16(path: Path, size: int) -> TextFacts:
    """A Windows program's "Unicode text". Its byte-order mark says all there is to find out."""
    newlines, last = 0, ""
    try:
        with path.open(encoding="utf-16", newline="\n") as stream:
            while text := stream.read(BLOCK):
                newlines, last = newlines + text.count("\n"), text[-1]
    except UnicodeError as error:
        raise refuse("bad-encoding", str(error), "UTF-16", line=newlines + 1) from error
    return TextFacts("utf-16", "\n", newlines + (last != "\n"), size, last == "\n")


def _blocks(path: Path, newline: bytes) -> Iterator[bytes]:
    """The file in blocks of whole lines, so that no letter is cut in two."""
    carried = b""
    lines = 0
    with path.open("rb") as stream:
        while read := stream.read(BLOCK):
            block = carried + read
            cut = block.rfind(newline) + 1
            if len(block) - cut > LONGEST_LINE:
                raise refuse("line-too-long", line=lines + block.count(newline) + 1)
            lines += block.count(newline)
            carried = block[cut:]
            if cut:
                yield block[:cut]
    if carried:
        yield carried


@dataclass
class _Census:
    """Counts of what tells encodings apart."""

    newline: bytes
    newlines: int = 0
    last_byte: bytes = b""
    valid: int = 0  # letters of several bytes in UTF-8, about
    invalid: int = 0  # bytes over 127 that are not part of one
    invalid_blocks: int = 0
    high_bytes: Counter[int] = field(default_factory=Counter)
    first_invalid: tuple[int, str] | None = None

    def take(self, block: bytes) -> None:
        if b"\0" in block:
            raise refuse("not-a-text-file", "a file of binary data", "text")
        if not block.isascii():
            self._take_accents(block)
        self.newlines += block.count(self.newline)
        self.last_byte = block[-1:]

    def _take_accents(self, block: bytes) -> None:
        try:
            self.valid += len(block) - len(block.decode())
        except UnicodeDecodeError as error:
            self.high_bytes.update(block.translate(None, _ASCII))
            self.invalid_blocks += 1
            if self.invalid_blocks <= _BLOCKS_WEIGHED:
                remainder, count = _VALID_UTF8.subn(b"", block)
                self.valid += count
                self.invalid += len(remainder.translate(None, _ASCII))
            if self.first_invalid is None:
                around = block[max(error.start - 10, 0) : error.start + 10]
                line = self.newlines + block.count(self.newline, 0, error.start) + 1
                self.first_invalid = line, around.decode("cp1252", "replace").strip()

    def verdict(self) -> tuple[str, tuple[Problem, ...]]:
        """The encoding; with an error when no single one fits.

        ISO 8859-15 is the law's 8-bit encoding; cp1252 differs where it has printable bytes from 80 to 9F.
        """
        if not self.invalid:
            return "utf-8", ()
        if self.valid > self.invalid:
            return "utf-8", (self._mixed("UTF-8"),)
        if self._looks_like_dos():
            guess = problem_of("encoding-guessed", None, None, "cp850", "UTF-8")
            return "cp850", (replace(guess, severity="warning"),)
        if not any(self.high_bytes[byte] for byte in range(0x80, 0xA0)):
            return "iso8859-15", ()
        if any(self.high_bytes[byte] for byte in _NOT_IN_CP1252):
            return "cp1252", (self._mixed("Windows-1252"),)
        return "cp1252", ()

    def _looks_like_dos(self) -> bool:
        """In cp850 é and è are 82 and 8A, a low quotation mark and Š in cp1252, which no French file has."""
        accented = sum(self.high_bytes[byte] for byte in range(0xE0, 0x100))
        return self.high_bytes[0x82] + self.high_bytes[0x8A] > accented

    def _mixed(self, expected: str) -> Problem:
        line, found = self.first_invalid or (1, "")
        return problem_of("bad-encoding", line, None, found, expected)


def open_text(path: Path, facts: TextFacts) -> TextIO:
    """The file as text; bytes that the verdict could not place come as U+FFFD (and were reported)."""
    return path.open(encoding=facts.encoding, errors="replace", newline=facts.newline)


def csv_lines(stream: TextIO) -> Iterator[str]:
    """The lines as the csv module takes them: it refuses a carriage return within a line."""
    for line in stream:
        yield line.rstrip("\r\n").replace("\r", " ") + "\n"
