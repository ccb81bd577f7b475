"""The text of a PDF, line by line as it is printed.

A PDF can be made to take all the time and memory there is, so a process of its own reads it, bounded. One
library repairs what is damaged and takes off a protection that asks for no password, the other reads.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from exigible.intake.readers.problems import refuse

MOST_PAGES: Final = 50
_SECONDS: Final = 60
_MEMORY: Final = 1 << 30
_MOST_CHARACTERS: Final = 2_000_000
_ENCRYPTED: Final = 3

_READ: Final = """
import io, itertools, logging, resource, sys
path, memory, seconds, pages, characters, encrypted = sys.argv[1], *map(int, sys.argv[2:])
resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
logging.disable(logging.CRITICAL)
import pikepdf
from pypdf import PdfReader
repaired = io.BytesIO()
try:
    with pikepdf.open(path) as document:
        document.save(repaired)
except pikepdf.PasswordError:
    sys.exit(encrypted)
reader = PdfReader(repaired)
texts = []
for page in itertools.islice(reader.pages, pages):
    try:
        texts.append(page.extract_text(extraction_mode="layout"))
    except Exception:  # the layout mode fails in many ways on odd fonts; the words alone still say something
        texts.append(page.extract_text())
sys.stdout.buffer.write("\\n".join(texts)[:characters].encode("utf-8", "replace"))
"""


def text_of_pdf(content: bytes) -> str:
    """The lines of the first pages, columns apart as they are printed.

    Raises UnreadableFile: "encrypted-file", "damaged-file" (also what takes too much time or memory),
    "no-text" (a scanned page).
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "advice.pdf"
        path.write_bytes(content)
        limits = (_MEMORY, _SECONDS, MOST_PAGES, _MOST_CHARACTERS, _ENCRYPTED)
        command = [sys.executable, "-I", "-c", _READ, str(path), *map(str, limits)]
        try:
            reading = subprocess.run(command, capture_output=True, timeout=2 * _SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise refuse("damaged-file", "PDF") from error
    if reading.returncode == _ENCRYPTED:
        raise refuse("encrypted-file")
    if reading.returncode:
        last = reading.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["PDF"]
        raise refuse("damaged-file", last[0].rpartition(": ")[2])
    text = reading.stdout.decode()
    if not text.strip():
        raise refuse("no-text")
    return text
