"""Backup and restore: what was there is there again, to the byte, or nothing is changed."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.programs import START, Home, new_home

CHANGE = (
    START
    + """
import psycopg
with psycopg.connect(database.connection_string()) as connection:
    connection.execute("UPDATE kept SET n = n + 1")
"""
)
READ = (
    START
    + """
import psycopg
with psycopg.connect(database.connection_string()) as connection:
    print(connection.execute("SELECT sum(n) FROM kept").fetchone()[0])
"""
)

DJANGO = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "exigible.conf.settings"
from exigible.runtime.setup import prepare
prepare()
from datetime import date
from exigible.ledger.models import Company
from exigible.worklist.models import Worklist
"""
MAKE_A_LIST = (
    DJANGO
    + """
from exigible.worklist.services import build_day
company = Company.objects.create(code="A", name="A", country="FR", currency="EUR")
build_day(company=company, on=date(2026, 6, 30))
"""
)
COUNT_LISTS = DJANGO + "print(Company.objects.count(), Worklist.objects.count())"


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """A home with a table of our own beside the program's, and a file."""
    home = new_home()
    assert home.command("init").returncode == 0
    home.run(
        START
        + """
import psycopg
with psycopg.connect(database.connection_string()) as connection:
    connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 100) AS n")
"""
    )
    (home.path / "files" / "contract.txt").write_text("signed")
    yield home
    home.end()


@pytest.fixture(scope="module")
def archive(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("backup") / "books.exigible"
    done = home.command("backup", str(path))
    assert done.returncode == 0, done.stderr
    return path


def test_a_restored_home_is_what_it_was(home: Home, archive: Path) -> None:
    home.run(CHANGE)
    (home.path / "files" / "contract.txt").write_text("changed")
    (home.path / "files" / "later.txt").write_text("later")
    done = home.command("restore", "--yes", str(archive))
    assert done.returncode == 0, done.stderr
    assert home.run(READ) == "5050"
    assert [path.name for path in (home.path / "files").iterdir()] == ["contract.txt"]
    assert (home.path / "files" / "contract.txt").read_text() == "signed"


def test_a_days_list_is_not_brought_along_as_if_it_were_of_that_server(home: Home, tmp_path: Path) -> None:
    """The snapshot of a list says nothing to another database: it is made anew at the first look."""
    home.run(MAKE_A_LIST)
    assert home.run(COUNT_LISTS) == "1 1"
    path = tmp_path / "with-a-list.exigible"
    assert home.command("backup", str(path)).returncode == 0
    other = new_home()
    try:
        assert other.command("restore", str(path)).returncode == 0
        assert other.run(COUNT_LISTS) == "1 0"
    finally:
        other.end()


def test_a_backup_restores_on_another_machine_without_asking(archive: Path) -> None:
    other = new_home()
    try:
        done = other.command("restore", str(archive))
        assert done.returncode == 0, done.stderr
        assert other.run(READ) == "5050"
        assert (other.path / "files" / "contract.txt").read_text() == "signed"
        assert other.command("check").returncode == 0
    finally:
        other.end()


def test_it_works_with_a_server_of_ones_own(home: Home, archive: Path, tmp_path: Path) -> None:
    home.stay()
    home.run(
        START
        + """
import psycopg
with psycopg.connect(database.connection_string(), autocommit=True) as connection:
    connection.execute("CREATE DATABASE elsewhere")
"""
    )
    url = f"postgresql:///elsewhere?host={home.data}&user=exigible"
    other = Home(tmp_path / "home")
    done = other.command("restore", str(archive), DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    assert other.run(READ, DATABASE_URL=url) == "5050"
    again = other.command("backup", str(tmp_path / "again"), DATABASE_URL=url)
    assert again.returncode == 0, again.stderr
    assert not other.data.exists()


def test_what_is_there_is_replaced_only_when_confirmed(home: Home, archive: Path) -> None:
    asked = home.command("restore", str(archive), given="n\n")
    assert asked.returncode == 1
    assert "Replace" in asked.stderr


def test_a_damaged_backup_changes_nothing(home: Home, archive: Path, tmp_path: Path) -> None:
    before = home.run(READ)
    cut = tmp_path / "cut"
    cut.write_bytes(archive.read_bytes()[:20_000])
    refused = home.command("restore", "--yes", str(cut), LC_ALL="C.UTF-8")
    assert refused.returncode == 1
    assert "not a" in refused.stderr
    assert home.run(READ) == before


def test_a_backup_whose_database_cannot_be_loaded_changes_nothing(
    home: Home, archive: Path, tmp_path: Path
) -> None:
    before = home.run(READ)
    with tarfile.open(archive) as source:
        dump = source.extractfile("database.dump")
        assert dump is not None
        content = dump.read()
    broken = rewritten(archive, tmp_path / "broken", **{"database.dump": content[: len(content) // 2]})
    refused = home.command("restore", "--yes", str(broken))
    assert refused.returncode == 3
    assert "nothing was restored" in refused.stderr
    assert home.run(READ) == before
    assert (home.path / "files" / "contract.txt").exists()


def test_a_backup_of_a_newer_version_is_refused(home: Home, archive: Path, tmp_path: Path) -> None:
    manifest = {"format": 1, "program": "9.0", "made_at": "", "migrations": ["ledger.9999_from_the_future"]}
    newer = rewritten(archive, tmp_path / "newer", **{"manifest.json": json.dumps(manifest).encode()})
    refused = home.command("restore", "--yes", str(newer), LC_ALL="C.UTF-8")
    assert refused.returncode == 1
    assert "newer version (9.0)" in refused.stderr


def test_a_backup_that_reaches_outside_its_folder_is_refused(
    home: Home, archive: Path, tmp_path: Path
) -> None:
    wicked = rewritten(archive, tmp_path / "wicked", **{"files/../../escaped": b"x"})
    assert home.command("restore", "--yes", str(wicked)).returncode == 1
    assert not (home.path / "escaped").exists()


def test_a_restore_waits_for_no_one_it_refuses_while_the_site_runs(home: Home, archive: Path) -> None:
    user = START + "; import psycopg, time; c = psycopg.connect(database.connection_string()); "
    site = home.begin(home.python, "-c", user + "print('ready', flush=True); time.sleep(600)")
    assert site.stdout is not None
    assert site.stdout.readline() == "ready\n"
    refused = home.command("restore", "--yes", str(archive), LC_ALL="C.UTF-8")
    assert refused.returncode == 1
    assert "stop the site" in refused.stderr


def test_a_failed_backup_leaves_the_one_before(home: Home, archive: Path) -> None:
    before = archive.read_bytes()
    unreachable = "postgresql://nobody@127.0.0.1:1/none"
    failed = home.command("backup", str(archive), "--force", DATABASE_URL=unreachable)
    assert failed.returncode == 3
    assert "the database does not answer" in failed.stderr
    assert archive.read_bytes() == before
    assert list(archive.parent.iterdir()) == [archive]


def test_a_file_that_exists_is_replaced_only_by_force(home: Home, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.txt"
    theirs.write_text("not ours")
    refused = home.command("backup", str(theirs), LC_ALL="C.UTF-8")
    assert (refused.returncode, theirs.read_text()) == (1, "not ours")
    assert "add --force" in refused.stderr
    assert home.command("backup", str(theirs), "--force").returncode == 0


def test_a_file_that_is_no_backup_is_said_to_be_none_in_one_sentence(home: Home, tmp_path: Path) -> None:
    other = tmp_path / "books.txt"
    other.write_text("JournalCode\tJournalLib\n")
    refused = home.command("restore", "--yes", str(other), LC_ALL="C.UTF-8")
    assert refused.stderr == f"{other} is not a backup of Exigible, or is damaged.\n"


def rewritten(archive: Path, target: Path, **changed: bytes) -> Path:
    """A copy of the archive with some members replaced or added."""
    with tarfile.open(archive) as source, tarfile.open(target, "w") as copy:
        for member in source:
            if member.name not in changed:
                copy.addfile(member, source.extractfile(member))
        for name, content in changed.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            copy.addfile(member, io.BytesIO(content))
    return target
