"""An import that is killed at any moment leaves nothing half-written, and can be done again.

The suite kills a few times; EXIGIBLE_KILLS=50 asks for more.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from psycopg import conninfo
from tests.books import make_company

from exigible.demo.large_fec import generate_fec_lines
from exigible.intake.models import Import
from exigible.intake.services import apply, preview, receive, recover_interrupted
from exigible.ledger.check import run_checks
from exigible.ledger.models import Allocation, Customer, OpenItem
from exigible.runtime.database import connection_string

KILLS = int(os.environ.get("EXIGIBLE_KILLS", "5"))
WORK = """
import sys
from exigible.runtime.setup import set_up_django
set_up_django()
from exigible.intake.models import Import
from exigible.intake.services import apply, preview
job = Import.objects.get(pk=int(sys.argv[1]))
print("begins", flush=True)
preview(job)
apply(job)
print("ends", flush=True)
"""


@pytest.fixture
def books(tmp_path) -> Path:
    path = tmp_path / "123456789FEC20251231.txt"
    generate_fec_lines(path, lines=8_000, customers=400, seed=3)
    return path


def counts() -> tuple[int, int, int]:
    return Customer.objects.count(), OpenItem.objects.count(), Allocation.objects.count()


def receive_books(company, path: Path) -> Import:
    with path.open("rb") as content:
        return receive(company=company, kind="fec", content=content, name=path.name, by=None)


def start_in_a_process(job: Import) -> subprocess.Popen[str]:
    """Preview and apply in another process, against the database of this test."""
    name = str(connection.settings_dict["NAME"])
    environment = os.environ | {"DATABASE_URL": _address(name)}
    return subprocess.Popen(
        [sys.executable, "-c", WORK, str(job.pk)], env=environment, stdout=subprocess.PIPE, text=True
    )


def _address(name: str) -> str:

    parts = conninfo.conninfo_to_dict(connection_string(dbname=name))
    user, database = quote(str(parts.pop("user"))), quote(str(parts.pop("dbname")))
    return f"postgresql://{user}@/{database}?" + "&".join(
        f"{k}={quote(str(v), safe='')}" for k, v in parts.items()
    )


@pytest.mark.django_db(transaction=True)
def test_killed_at_random_moments_an_import_is_whole_or_not_at_all(books):
    whole, took = _done_in_peace(books)
    chance = random.Random(7)
    job, before = receive_books(make_company("ACO0"), books), counts()
    for attempt in range(1, KILLS + 1):
        _kill_at_work(job, chance.uniform(0, took * 1.1))
        if job.state == Import.State.APPLIED:
            assert _since(before) == whole
            job, before = receive_books(make_company(f"ACO{attempt}"), books), counts()
        else:
            assert counts() == before, "something was half-written"
            recover_interrupted()
    job.refresh_from_db()
    preview(job)
    apply(job)
    assert _since(before) == whole
    assert job.result["control"]["difference"] == "0.00"
    assert [finding.name for finding in run_checks() if finding.broken] == []


def _kill_at_work(job: Import, after_seconds: float) -> None:
    process = start_in_a_process(job)
    assert process.stdout is not None
    assert process.stdout.readline() == "begins\n"
    time.sleep(after_seconds)
    process.kill()
    process.wait()
    _wait_until_the_server_noticed(job)
    job.refresh_from_db()


def _since(before: tuple[int, int, int]) -> tuple[int, ...]:
    return tuple(now - was for now, was in zip(counts(), before, strict=True))


def _done_in_peace(books: Path) -> tuple[tuple[int, int, int], float]:
    """What the file makes in a company of its own, and how long it takes here."""
    job = receive_books(make_company("PEACE"), books)
    start = time.monotonic()
    preview(job)
    apply(job)
    return counts(), time.monotonic() - start


def _wait_until_the_server_noticed(job: Import) -> None:
    """A killed client's transaction ends when the server finds its connection closed."""
    from exigible.intake.progress import is_alive

    deadline = time.monotonic() + 20
    while is_alive(job.pk) or _others_in_transaction():
        assert time.monotonic() < deadline, "the killed process still holds the import"
        time.sleep(0.05)


def _others_in_transaction() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
        )
        return bool(cursor.fetchone()[0])
