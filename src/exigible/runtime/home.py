"""Where Exigible keeps what it writes: one folder, EXIGIBLE_HOME, and nothing outside it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import platformdirs

SYSTEM_HOME = Path("/var/lib/exigible")


def home() -> Path:
    """The program's folder: EXIGIBLE_HOME, or /var/lib/exigible for root, or the user's data folder."""
    chosen = os.environ.get("EXIGIBLE_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    if os.geteuid() == 0:
        return SYSTEM_HOME
    return platformdirs.user_data_path("exigible", appauthor=False)


def ensure_home() -> Path:
    """The program's folder, made where it is missing: its content for its owner, its name for the server."""
    path = home()
    path.mkdir(mode=0o711, parents=True, exist_ok=True)
    for name in ("files", "static", "uploads"):
        (path / name).mkdir(mode=0o700, exist_ok=True)
    return path


def folder(name: str) -> Path:
    """A folder inside the program's own; made by `ensure_home`, so that reading settings writes nothing."""
    return home() / name


def secret_key() -> str:
    """The key that signs sessions, made once and kept readable by its owner only."""
    path = home() / "secret-key"
    if not path.exists():
        ensure_home()
        _write_once(path, secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii")


def _write_once(path: Path, text: str) -> None:
    """Write a private file whole, unless another process has just done so."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # the other process's key is as good, and is already in use
    finally:
        draft.unlink()
