"""As whom the embedded server runs: PostgreSQL refuses root, so root gives it a user of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PREFERRED = "exigible"
FALLBACKS = ("postgres", "nobody")


class ServerUnavailable(Exception):
    """The database server cannot be had; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the system."""

    name: str
    uid: int
    gid: int


def server_account(data: Path) -> Account | None:
    """The user that owns the server and `data`; None where that is simply ourselves (we are not root)."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return _account(data.stat().st_uid)
    for name in (PREFERRED, *FALLBACKS):
        found = _named(name) or (name == PREFERRED and _create(name))
        if found:
            return found
    raise ServerUnavailable(
        "PostgreSQL does not run as root, and no user for it could be made: useradd exigible"
    )


def own_name() -> str:
    """Our own user's name, as the server will see it at the other end of the socket."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise ServerUnavailable(
            f"user {os.geteuid()} has no name on this system, which PostgreSQL needs: add it to /etc/passwd"
        ) from None


def run_as(
    account: Account | None, arguments: Sequence[str], *, cwd: Path, timeout: float = 600
) -> subprocess.CompletedProcess[str]:
    """Run a program as `account` (None: as ourselves) from `cwd`, which only we need to be able to enter.

    The folder is entered before the user is changed, so nothing on the way to it has to be opened to others.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")} | {"LC_ALL": "C"}
    return subprocess.run(
        arguments,
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=timeout,
        umask=0o077,
        check=False,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def can_enter(account: Account | None, folder: Path) -> bool:
    """Whether `account` can reach `folder` by its path."""
    return run_as(account, ["/bin/sh", "-c", 'test -x "$0"', str(folder)], cwd=Path("/")).returncode == 0


def _account(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise ServerUnavailable(
            f"the database belongs to user {uid}, who is unknown on this system"
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _named(name: str) -> Account | None:
    try:
        return _account(pwd.getpwnam(name).pw_uid)
    except KeyError:
        return None


def _create(name: str) -> Account | None:
    """Make a system user without home, password or shell; None where this system has no useradd."""
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        return None
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    subprocess.run(
        [useradd, *options, "--shell", "/usr/sbin/nologin", name], capture_output=True, check=False
    )
    return _named(name)
