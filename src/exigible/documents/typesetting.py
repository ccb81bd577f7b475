"""Typst, kept warm: templates and finished data in, PDF bytes out. Nothing is fetched.

Letters are PDF/A-2a and PDF/UA-1: they can be archived, and read by a screen reader.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeVar

import structlog
import typst

from exigible.kernel.errors import UserMistake

T = TypeVar("T")

HERE: Final = Path(__file__).parent
STANDARDS: Final = ["a-2a", "ua-1"]
_TEMPLATE_FILES: Final = frozenset({".typ", ".svg"})
_LARGEST_TEMPLATE_FILE: Final = 4 * 2**20
_PACKAGE: Final = re.compile(rb"['\"]@[\w-]+/")
_MISSING_GLYPH: Final = "could not be displayed"
_PAGE_COUNT: Final = re.compile(rb"/Type/Pages/Count (\d+)")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Templates:
    """The files of the templates by name: ours, under those of the user's own folder."""

    files: Mapping[str, bytes]


def load_templates(folder: Path | None = None) -> Templates:
    """Our templates, each replaced by the file of the same name in `folder` when there is one; .typ and .svg.

    Raises UserMistake("template-too-large") for a file over 4 MB, and UserMistake("template-imports-package")
    for a template that asks for a Typst package, which would have to be fetched.
    """
    files = {path.name: path.read_bytes() for path in (HERE / "typst").glob("*.typ")}
    if folder is not None and folder.is_dir():
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() in _TEMPLATE_FILES and path.is_file():
                files[path.name] = _read_template(path)
    return Templates(files)


def _read_template(path: Path) -> bytes:
    if path.stat().st_size > _LARGEST_TEMPLATE_FILE:
        raise UserMistake("template-too-large", "The template {name} is over 4 MB.", name=path.name)
    content = path.read_bytes()
    if path.suffix.lower() == ".typ" and _PACKAGE.search(content):
        raise UserMistake(
            "template-imports-package", "The template {name} imports a Typst package.", name=path.name
        )
    return content


@lru_cache(maxsize=2)
def _fonts(*, of_the_machine: bool) -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=of_the_machine,
        include_embedded_fonts=of_the_machine,
        font_paths=[str(HERE / "fonts")],
    )


class _Desk:
    """A compiler with a private folder that it reads; it serves one call at a time.

    Templates in a folder are parsed once, those given in memory at each call: a seventh of a letter's time.
    """

    def __init__(self, *, fonts_of_the_machine: bool) -> None:
        self._folder = TemporaryDirectory(prefix="exigible-typst-")
        self._files: dict[str, bytes] = {}
        self._compiler = typst.Compiler(
            root=self._folder.name, font_paths=_fonts(of_the_machine=fonts_of_the_machine)
        )

    def compile(self, files: Mapping[str, bytes], noon: datetime, standards: list[Any]) -> bytes:
        self._lay_out(files)
        main = self._path("main.typ")
        try:
            pdf = self._compiler.compile(input=main, format="pdf", pdf_standards=standards, timestamp=noon)
        finally:
            self._remove("data.json")  # whom a company writes to stays nowhere longer than it must
        assert isinstance(pdf, bytes)
        return pdf

    def _lay_out(self, files: Mapping[str, bytes]) -> None:
        for name in self._files.keys() - files.keys():
            self._remove(name)
        for name, content in files.items():
            if self._files.get(name) != content:
                self._files.pop(name, None)
                self._path(name).write_bytes(content)
                self._files[name] = content

    def _remove(self, name: str) -> None:
        del self._files[name]
        self._path(name).unlink()

    def _path(self, name: str) -> Path:
        return Path(self._folder.name, name)


class _Kept(threading.local):
    """The desks of a thread: one for each set of fonts."""

    def __init__(self) -> None:
        self.desks: dict[bool, _Desk] = {}

    def desk(self, *, fonts_of_the_machine: bool) -> _Desk:
        if fonts_of_the_machine not in self.desks:
            self.desks[fonts_of_the_machine] = _Desk(fonts_of_the_machine=fonts_of_the_machine)
        return self.desks[fonts_of_the_machine]


_kept = _Kept()


def typeset(
    template: str, data: Mapping[str, Any], assets: Mapping[str, bytes], templates: Templates, dated: date
) -> bytes:
    """The PDF of `data` by the function that `template` defines under its own name ("letter" in letter.typ).

    The same data on the same date gives the same bytes. A character that our typeface lacks is taken from
    the fonts of the machine; where none has it, the document is made all the same, with a box in its place
    and without being PDF/A, and the log says so. Raises UserMistake("template-failed") with Typst's words.
    """
    main = f'#import "{template}.typ": {template}\n#{template}(json("data.json"))\n'
    files = {
        **templates.files,
        **assets,
        "main.typ": main.encode(),
        "data.json": json.dumps(data, ensure_ascii=False).encode(),
    }
    noon = datetime.combine(dated, time(12), tzinfo=UTC)
    try:
        return _kept.desk(fonts_of_the_machine=False).compile(files, noon, STANDARDS)
    except typst.TypstError as error:
        if _MISSING_GLYPH not in error.message:
            raise _template_failed(template, error) from error
    return _compile_foreign(template, files, noon)


def _compile_foreign(template: str, files: dict[str, bytes], noon: datetime) -> bytes:
    desk = _kept.desk(fonts_of_the_machine=True)
    try:
        return desk.compile(files, noon, STANDARDS)
    except typst.TypstError as error:
        if _MISSING_GLYPH not in error.message:
            raise _template_failed(template, error) from error
        log.warning("document has characters that no font shows", template=template, reason=error.message)
    return desk.compile(files, noon, [])


def _template_failed(template: str, error: typst.TypstError) -> UserMistake:
    return UserMistake(
        "template-failed",
        "The template {template} could not be set: {reason}",
        template=template,
        reason=error.message,
        where=error.diagnostic,
    )


def page_count(pdf: bytes) -> int:
    """How many pages a PDF of ours has, read from its page tree."""
    found = _PAGE_COUNT.search(pdf)
    assert found, "a PDF without a page tree"
    return int(found.group(1))


ROWS_OF_ONE_PAGE: Final = 16
"""A document with no more lines than this is tried on one page."""


def on_one_page(compose: Callable[[bool], bytes]) -> tuple[bytes, bool] | None:
    """A short document at ease, or else a little tighter, and which of the two; None if it takes two pages.

    `compose` is told whether to be tight; it leaves out page numbers and sums carried over, which would
    nearly double the time.
    """
    for is_tight in (False, True):
        page = compose(is_tight)
        if page_count(page) == 1:
            return page, is_tight
    return None


def in_parallel(work: Callable[[T], bytes], parts: Sequence[T]) -> list[bytes]:
    """The work on each part, in order, on all cores: Typst lets other threads run while it works."""
    cores = min(os.cpu_count() or 1, len(parts))
    if cores <= 1:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(cores, thread_name_prefix="typesetting") as threads:
        return list(threads.map(work, parts))
