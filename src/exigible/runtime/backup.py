"""Backup and restore: the database and the files in one archive, whole or not at all.

The archive is a tar with `manifest.json`, `database.dump` (PostgreSQL's custom format), `secret-key` and
`files/`. It is written with the clients that the wheel ships, so it works with a server of one's own too.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

import psycopg
import structlog
from psycopg import conninfo

from exigible import __version__
from exigible.kernel.errors import Refused, UserMistake
from exigible.runtime import binaries
from exigible.runtime.account import ServerUnavailable
from exigible.runtime.database import connection_string, parameters
from exigible.runtime.home import ensure_home, folder, home

log = structlog.get_logger(__name__)

FORMAT = 1
MEMBERS = ("manifest.json", "database.dump", "secret-key")
# Said by newer clients and unknown to older servers; it changes nothing of what is restored.
UNKNOWN_TO_OLD_SERVERS = b"SET transaction_timeout = 0;\n"
# Reports that can be computed again, and the numbers of transactions, which mean nothing to another server:
# a day's list without its own is made anew at the first look, and keeps what was done of it.
NOT_WORTH_KEEPING = (
    "--no-unlogged-table-data",
    "--exclude-table-data=ledger_change",
    "--exclude-table-data=positions_customerchange",
    "--exclude-table-data=worklist_worklist",
)


def refuse_to_replace(target: Path) -> None:
    """Raises Refused("file-exists") where something stands in the place of the backup."""
    if target.exists():
        sentence = "{file} exists already: choose another name, or add --force."
        raise Refused("file-exists", sentence, file=str(target))


def make_backup(target: Path) -> int:
    """Write the backup to `target`, replacing it only when the new one is complete; returns its bytes.

    The files are read after the database, so every file that the database names is in it.
    """
    draft = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with _working_folder() as work:
            _dump(work / "database.dump")
            (work / "manifest.json").write_text(json.dumps(_manifest(), indent=2), encoding="utf-8")
            shutil.copyfile(home() / "secret-key", work / "secret-key")
            _pack(draft, work)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target.stat().st_size


def holds_data() -> bool:
    """Whether the database holds any table: then a restore replaces something."""
    with psycopg.connect(connection_string()) as connection:
        tables = "SELECT FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        row = connection.execute(f"SELECT EXISTS ({tables})").fetchone()
        return bool(row and row[0])


def restore_backup(source: Path) -> None:
    """Make the database and the files as they were in the backup, then bring the tables to this version.

    The database changes in one transaction: whatever fails, it stays as it was. Raises UserMistake
    ("not-a-backup") and Refused ("newer-backup", "database-in-use").
    """
    from exigible.runtime.setup import migrate, migration_lock

    with _working_folder() as work:
        manifest = _unpack(source, work)
        _refuse_newer(manifest)
        with migration_lock():
            _refuse_while_used()
            _load(work / "database.dump")
        _replace_files(work)
    migrate()


@contextmanager
def _working_folder() -> Iterator[Path]:
    """A private folder beside the files, so that moving them is a rename."""
    path = Path(tempfile.mkdtemp(prefix=".backup-", dir=ensure_home()))
    try:
        yield path
    finally:
        shutil.rmtree(path)


# --- writing ---


def _manifest() -> dict[str, Any]:
    with psycopg.connect(connection_string()) as connection:
        rows = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
        moment = connection.execute("SELECT now()::text").fetchone()
    return {
        "format": FORMAT,
        "program": __version__,
        "made_at": moment and moment[0],
        "migrations": [name for (name,) in rows],
    }


def _dump(path: Path) -> None:
    options = ["--format=custom", "--no-owner", "--no-privileges", *NOT_WORTH_KEEPING, "--file", str(path)]
    command = [binaries.newest().program("pg_dump"), *options, "--dbname", _address()]
    done = subprocess.run(
        command, env=_environment(), capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        raise ServerUnavailable(f"the database could not be copied: {done.stderr.strip()}")


def _pack(target: Path, work: Path) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as raw, tarfile.open(fileobj=raw, mode="w") as archive:
        for name in MEMBERS:
            archive.add(work / name, name)
        archive.add(folder("files"), "files")
        raw.flush()
        os.fsync(raw.fileno())


# --- reading ---


def _unpack(source: Path, work: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source) as archive:
            _extract(archive, work)
        manifest = json.loads((work / "manifest.json").read_text(encoding="utf-8"))
    except (tarfile.TarError, OSError, ValueError, EOFError) as error:
        log.debug("backup cannot be read", file=str(source), reason=str(error))
        sentence = "{file} is not a backup of Exigible, or is damaged."
        raise UserMistake("not-a-backup", sentence, file=str(source)) from error
    missing = [name for name in MEMBERS if not (work / name).exists()]
    if missing:
        sentence = "{file} is not a complete backup: {missing} is missing."
        raise UserMistake("not-a-backup", sentence, file=str(source), missing=", ".join(missing))
    return dict(manifest)


def _extract(archive: tarfile.TarFile, work: Path) -> None:
    """Write out what a backup may hold, and nothing outside `work`: no links, no ways up."""
    for member in archive:
        path = PurePosixPath(member.name)
        expected = member.name in MEMBERS or path.parts[:1] == ("files",)
        if not expected or ".." in path.parts or not (member.isfile() or member.isdir()):
            raise ValueError(f"unexpected {member.name}")
        if member.isdir():
            (work / path).mkdir(mode=0o700, exist_ok=True)
            continue
        content = archive.extractfile(member)
        assert content
        with (work / path).open("wb") as file:
            shutil.copyfileobj(content, file, 1 << 20)


def _refuse_newer(manifest: dict[str, Any]) -> None:
    """Refuse a backup whose tables this version does not know."""
    from django.db.migrations.loader import MigrationLoader

    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if manifest["format"] > FORMAT or set(manifest["migrations"]) - known:
        sentence = "The backup was made by a newer version ({program}): update Exigible first."
        raise Refused("newer-backup", sentence, program=manifest["program"])


def _refuse_while_used() -> None:
    from django.db import connection

    connection.close()
    query = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
               AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND query NOT LIKE %s"""
    with psycopg.connect(connection_string()) as session:
        row = session.execute(query, ["SELECT pg_advisory_lock(%"]).fetchone()
    if row and row[0]:
        sentence = "{count} connections use the database: stop the site and the workers first."
        raise Refused("database-in-use", sentence, count=row[0])


def _load(dump: Path) -> None:
    """Replace the whole content of the database in one transaction."""
    reader = [binaries.newest().program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(dump)]
    writer = [binaries.newest().program("psql"), "--no-psqlrc", "--quiet", "--single-transaction"]
    options = ["--set=ON_ERROR_STOP=1", "--output", os.devnull, "--dbname", _address()]
    with (
        tempfile.TemporaryFile(dir=dump.parent) as said,
        subprocess.Popen(reader, stdout=subprocess.PIPE, stderr=said) as source,
        subprocess.Popen(
            [*writer, *options], env=_environment(), stdin=subprocess.PIPE, stderr=said
        ) as target,
    ):
        assert source.stdout
        assert target.stdin
        complete = _feed(source.stdout, target.stdin, source)
        if not complete:
            target.kill()  # before it sees the end of its input, which would commit
        target.stdin.close()
        if target.wait() or not complete:
            said.seek(0)
            raise ServerUnavailable(f"nothing was restored: {said.read().decode(errors='replace').strip()}")


def _feed(source: IO[bytes], target: IO[bytes], reader: subprocess.Popen[bytes]) -> bool:
    """Pass the script on, led by the removal of what is there; whether all of it was there to pass."""
    try:
        target.write(b"DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n")
        target.write(source.read(65_536).replace(UNKNOWN_TO_OLD_SERVERS, b""))
        shutil.copyfileobj(source, target, 1 << 20)
        target.flush()
    except BrokenPipeError:
        return False
    return reader.wait() == 0


def _replace_files(work: Path) -> None:
    """Swap the folders by renames: the old files go only when the new ones stand."""
    old, new = folder("files"), work / "files"
    new.mkdir(exist_ok=True)
    new.chmod(0o700)
    old.rename(work / "files.old")
    new.rename(old)
    (work / "secret-key").chmod(0o600)
    (work / "secret-key").replace(home() / "secret-key")


# --- PostgreSQL's clients ---


def _address() -> str:
    """The database for a client's command line, which others may read: so without the password."""
    return conninfo.make_conninfo(**{k: v for k, v in parameters().items() if k != "password"})


def _environment() -> dict[str, str]:
    return os.environ | {"PGPASSWORD": parameters().get("password", "")}
