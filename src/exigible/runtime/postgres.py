"""The embedded PostgreSQL: made, started, found again and stopped through `pg_ctl`.

One server serves one EXIGIBLE_HOME and all programs that use it. Each program holds a shared lock for as
long as it runs; the last one to leave stops the server. A program that is killed leaves the server running,
and the next start takes it over. Only a process proven to be this folder's server is waited for or signalled.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from exigible.runtime import binaries, tuning
from exigible.runtime.account import Account, ServerUnavailable, can_enter, own_name, run_as, server_account
from exigible.runtime.home import ensure_home, home

ROLE = "exigible"
PORT = "5432"
SOCKET_PATH_LIMIT = 100  # the system's limit is 103 or 107 bytes
START_SECONDS = 600  # recovery after a crash may replay much
ORPHANS_SECONDS = 3.0

_held: IO[bytes] | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """What `exigible` knows of its server; `pid` is None when it does not run."""

    data: Path
    pid: int | None
    ready: bool


def socket_folder() -> Path:
    """Where clients find the server's socket: its data folder, or a short private one for a long path."""
    data = _data()
    if len(os.fsencode(data / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT:
        return data
    base = Path("/run") if os.geteuid() == 0 and os.path.isdir("/run") else Path("/tmp")
    return base / f"exigible-{os.geteuid()}-{hashlib.sha256(os.fsencode(data)).hexdigest()[:12]}"


def start() -> None:
    """Make the server ready and keep it so until this program ends.

    Raises ServerUnavailable, with the server's own words, where it cannot be started.
    """
    global _held
    with _turn():
        if _held is None:
            _held = open(_folder() / "users.lock", "ab")
            fcntl.flock(_held, fcntl.LOCK_SH)
            atexit.register(_release_in, os.getpid())
        _remove_half_made()
        account = server_account(_data())
        if not _data().exists():
            _create(account)
        _serve(account)


def release() -> None:
    """Let go of the server; stops it when no other program uses it."""
    global _held
    if _held is None:
        return
    with _turn(), _held, contextlib.suppress(BlockingIOError):  # others use it: it stays
        fcntl.flock(_held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _stop()
    _held = None


def stop() -> None:
    """Stop the server for everyone who uses it; open transactions are rolled back."""
    if _folder().exists():
        with _turn():
            _stop()


def status() -> Status:
    """Whether the server of this EXIGIBLE_HOME runs and takes connections."""
    pid = _server_pid()
    return Status(_data(), pid, pid is not None and _is_ready())


def _folder() -> Path:
    return home() / "postgres"


def _data() -> Path:
    return _folder() / "data"


def _release_in(pid: int) -> None:
    """Release at the end of the program that started the server, not of a copy that it forked."""
    if os.getpid() == pid:
        release()


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    """One program at a time starts, stops or makes the server."""
    ensure_home()
    _folder().mkdir(mode=0o711, exist_ok=True)
    try:
        lock = open(_folder() / "turn.lock", "ab")
    except PermissionError:
        raise ServerUnavailable(
            f"{_folder()} belongs to another user: set EXIGIBLE_HOME to a folder of yours"
        ) from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# --- making the data folder ---


def _half_made() -> Path:
    return _folder() / "data.new"


def _remove_half_made() -> None:
    """Remove what an interrupted first start left: only a finished folder is ever called `data`."""
    if _half_made().exists():
        shutil.rmtree(_half_made())


def _create(account: Account | None) -> None:
    """Make the folder of a new server, which lets in its owner and us, by the socket, and no one else."""
    draft = _half_made()
    draft.mkdir(mode=0o700)
    if account:
        os.chown(draft, account.uid, account.gid)
    programs = binaries.within_reach(binaries.newest(), account, home())
    options = ["--username", ROLE, "--encoding", "UTF8", "--auth", "peer", "--locale", "C"]
    unicode_rules = ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
    made = run_as(
        account,
        [programs.program("initdb"), "-D", _reachable(draft, account), *options, *unicode_rules],
        cwd=draft,
    )
    if made.returncode:
        raise ServerUnavailable(f"the database folder {_data()} could not be made: {made.stderr.strip()}")
    _admit(draft, {own_name(), account.name if account else own_name()})
    draft.rename(_data())


def _admit(data: Path, names: set[str]) -> None:
    """Say who may enter: these system users, as told by the socket itself, and nobody by the network."""
    (data / "pg_hba.conf").write_text("local all all peer map=exigible\n", encoding="utf-8")
    lines = [f'exigible "{name}" {ROLE}\n' for name in sorted(names)]
    (data / "pg_ident.conf").write_text("".join(lines), encoding="utf-8")
    with open(data / "postgresql.conf", "a", encoding="utf-8") as file:
        file.write(f"\ninclude_if_exists = '{tuning.FILE_NAME}'\n")


# --- starting and stopping ---


def _serve(account: Account | None) -> None:
    """Bring the server up, unless it is up: wait for one that is on its way, clear what a dead one left."""
    deadline = time.monotonic() + START_SECONDS
    while _server_pid() is not None:
        if _is_ready():
            return
        if time.monotonic() > deadline:
            raise ServerUnavailable(f"the server of {_data()} is there but not ready: see {_log()}")
        time.sleep(0.05)
    _forget_dead_server()
    _launch(account)


def _launch(account: Account | None) -> None:
    programs = binaries.within_reach(binaries.for_data(_data()), account, home())
    _write_settings(tuning.for_this_machine(_prepare_socket(account)))
    _log().unlink(missing_ok=True)
    data = _reachable(_data(), account)
    options = ["-D", data, "-l", os.path.join(data, "server.log"), "-w", "-t", str(START_SECONDS)]
    started = run_as(
        account, [programs.program("pg_ctl"), "start", *options], cwd=_data(), timeout=START_SECONDS + 30
    )
    if started.returncode:
        raise ServerUnavailable(f"PostgreSQL did not start: {_last_words() or started.stderr.strip()}")


def _write_settings(text: str) -> None:
    """Put this machine's settings into the data folder, by a rename: it may follow no link laid there."""
    draft = _folder() / tuning.FILE_NAME
    draft.write_text(text, encoding="utf-8")
    draft.chmod(0o644)
    draft.replace(_data() / tuning.FILE_NAME)


def _stop() -> None:
    if _server_pid() is None:
        return
    account = server_account(_data())
    programs = binaries.within_reach(binaries.for_data(_data()), account, home())
    options = ["-D", _reachable(_data(), account), "-m", "fast", "-w", "-t", "120"]
    stopped = run_as(account, [programs.program("pg_ctl"), "stop", *options], cwd=_data())
    if stopped.returncode and _server_pid() is not None:
        raise ServerUnavailable(f"PostgreSQL did not stop: {stopped.stderr.strip()}")
    if socket_folder() != _data():
        with contextlib.suppress(OSError):
            socket_folder().rmdir()


def _reachable(data: Path, account: Account | None) -> str:
    """How the server names its folder: by its path or, where it cannot walk there, as where it stands."""
    if account is None or can_enter(account, data):
        return str(data)
    if os.path.islink("/proc/self/cwd"):
        return "/proc/self/cwd"
    raise ServerUnavailable(f"user {account.name} cannot enter {data}: set EXIGIBLE_HOME to another folder")


def _prepare_socket(account: Account | None) -> str:
    """The server's name for the socket folder: relative to its data, so that it need not walk there."""
    folder = socket_folder()
    if folder == _data():
        return "."
    owner = account.uid if account else os.geteuid()
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        if account:
            os.chown(folder, account.uid, account.gid)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid != owner or found.st_mode & 0o077:
        raise ServerUnavailable(
            f"{folder} is not ours alone: remove it, or set EXIGIBLE_HOME to a shorter path"
        )
    return str(folder)


# --- knowing the server from other processes ---


def _pid_file_lines() -> list[str]:
    return _lines(_data() / "postmaster.pid")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []


def _server_pid() -> int | None:
    """The server's process, if the number in its pid file still is this folder's server.

    A number is reused after a crash or a restart of the machine: its process counts only if it is a
    PostgreSQL that stands in our data folder (a zombie stands nowhere).
    """
    lines = _pid_file_lines()
    if not lines or not lines[0].strip().isdigit():
        return None
    return int(lines[0]) if _serves_data(int(lines[0])) else None


def _serves_data(pid: int) -> bool:
    try:
        process = psutil.Process(pid)
        program = os.path.basename(process.exe())
        return program == "postgres" and str(process.cwd()) == os.path.realpath(_data())
    except (psutil.NoSuchProcess, psutil.AccessDenied):  # a zombie is a NoSuchProcess too
        return False


def _is_ready() -> bool:
    lines = _pid_file_lines()
    return len(lines) > 7 and lines[7].strip() == "ready"


def _forget_dead_server() -> None:
    """Clear the way after a server that died: its children first, then a lock that names someone else.

    PostgreSQL itself deals with a lock whose process is gone; it only refuses where the number lives on in
    another process, which it cannot tell from a server and which is none of our business.
    """
    _end_orphans()
    for lock in (_data() / "postmaster.pid", socket_folder() / f".s.PGSQL.{PORT}.lock"):
        lines = _lines(lock)
        if lines and (not lines[0].strip().isdigit() or psutil.pid_exists(int(lines[0]))):
            lock.unlink()


def _end_orphans() -> None:
    """Wait for the children of a killed server to notice it, and end those that are too busy to."""
    orphans = [process for process in psutil.process_iter() if _serves_data(process.pid)]
    _, alive = psutil.wait_procs(orphans, timeout=ORPHANS_SECONDS)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=ORPHANS_SECONDS)


def _log() -> Path:
    """What the server said at its last start; later words stand in `log/` beside it, a file a weekday."""
    return _data() / "server.log"


def _last_words() -> str:
    """What the server said last, for the person who must know why it is not there."""
    logs = [_log(), *(_data() / "log").glob("*.log")]
    written = sorted((path for path in logs if path.exists()), key=lambda path: path.stat().st_mtime)
    return written[-1].read_text(encoding="utf-8", errors="replace")[-1500:].strip() if written else ""
