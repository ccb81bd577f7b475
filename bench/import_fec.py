"""Importing books of 1,000,000 lines, beside a bare COPY of the same rows."""

from __future__ import annotations

import csv
import sys
import tempfile
from pathlib import Path

from bench.common import clock, line, open_house, peak_megabytes, title

LINES = 1_000_000
CUSTOMERS = 100_000


def main(lines: int = LINES, customers: int = CUSTOMERS) -> None:
    open_house()
    from exigible.demo.large_fec import generate_fec_lines

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "123456789FEC20251231.txt"
        generate_fec_lines(path, lines=lines, customers=customers)
        megabytes = path.stat().st_size // 2**20
        title(f"Import of a FEC of {lines:,} lines ({megabytes} MB, {customers:,} customers)")
        times: dict[str, float] = {}
        with clock(times, "copy"):
            _copy(path)
        line("bare COPY of the same rows (the reference)", times["copy"])
        _import(path, times)
        with clock(times, "again"):
            _again(path)
        line("the same file again: nothing changes", times["again"], reference=times["copy"])


def _copy(path: Path) -> None:
    from django.db import connection

    with connection.cursor() as cursor, path.open(encoding="utf-8", newline="") as file:
        columns = ", ".join(f"c{n} text" for n in range(18))
        cursor.execute(f"CREATE TEMP TABLE bare ({columns})")
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for row in csv.reader(file, delimiter="\t"):
                copy.write_row(row)
        cursor.execute("DROP TABLE bare")


def _import(path: Path, times: dict[str, float]) -> None:
    from exigible.intake.services import apply, preview, receive
    from exigible.ledger.check import run_checks
    from exigible.ledger.services import add_company

    company = add_company(code="BENCH", name="Bench", country="FR", currency="EUR", by=None)
    with clock(times, "receive"), path.open("rb") as content:
        job = receive(company=company, kind="fec", content=content, name=path.name, by=None)
    with clock(times, "preview"):
        preview(job)
    with clock(times, "apply"):
        apply(job)
    whole = times["receive"] + times["preview"] + times["apply"]
    for name, words in (("receive", "  kept"), ("preview", "  read and compared"), ("apply", "  written")):
        line(words, times[name], reference=times["copy"])
    line("import, all in", whole, reference=times["copy"], note=f"peak {peak_megabytes()} MB; {_told(job)}")
    with clock(times, "check"):
        broken = [finding.name for finding in run_checks() if finding.broken]
    line("every invariant verified", times["check"], note=f"broken: {broken or 'none'}")


def _again(path: Path) -> None:
    from exigible.intake.services import apply, preview, receive
    from exigible.ledger.models import Company

    with path.open("rb") as content:
        job = receive(company=Company.objects.get(), kind="fec", content=content, name=path.name, by=None)
    preview(job)
    apply(job)
    assert not any(job.result["created"].values()), job.result["created"]


def _told(job: object) -> str:
    result = job.result  # type: ignore[attr-defined]
    return f"{job.state}, {result.get('created')}, {result.get('control')}"  # type: ignore[attr-defined]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
