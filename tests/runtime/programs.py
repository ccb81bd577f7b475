"""Programs that use an EXIGIBLE_HOME of their own, run and killed as a system would."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

import psutil

import exigible

SOURCES = Path(exigible.__file__).parent.parent
START = "from exigible.runtime import database, postgres; database.ensure_database()"
# Where the tests run in the background, programs would ignore the interrupt that ends them.
HEAR = "; import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
STAY = START + HEAR + "; print('ready', flush=True); import time; time.sleep(600)"


@dataclass
class Home:
    """One EXIGIBLE_HOME, used as ourselves or as another user of the system."""

    path: Path
    user: str | None = None
    python: str = sys.executable
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def environment(self, **more: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "PYTHONPATH"}}
        site_packages = [path for path in sys.path if path.endswith("site-packages")]
        return (
            kept
            | {"EXIGIBLE_HOME": str(self.path), "PYTHONPATH": ":".join([str(SOURCES), *site_packages])}
            | more
        )

    def begin(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start a program that is ended, at the latest, with the test."""
        program = subprocess.Popen(
            arguments,
            env=self.environment(**environment),
            cwd="/",
            user=self.user,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(program)
        return program

    def run(self, code: str, **environment: str) -> str:
        """Run Python code to its end; returns what it printed."""
        program = self.begin(self.python, "-c", textwrap.dedent(code), **environment)
        out, err = program.communicate(timeout=120)
        assert program.returncode == 0, err
        return out.strip()

    def stay(self) -> subprocess.Popen[str]:
        """A program that uses the server until it is ended."""
        program = self.begin(self.python, "-c", STAY)
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n", program.communicate()[1]
        return program

    def command(
        self, *arguments: str, given: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run `exigible` with these arguments."""
        program = [self.python, "-m", "exigible.cli", *arguments]
        return subprocess.run(
            program,
            env=self.environment(**environment),
            cwd="/",
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def data(self) -> Path:
        return self.path / "postgres" / "data"

    def server_pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def servers(self) -> list[psutil.Process]:
        """The processes that stand in the data folder."""
        return [process for process in psutil.process_iter() if self._stands_here(process)]

    def is_busy_with(self, words: str) -> bool:
        """Whether a process of the server says so; one that ends while it is asked does not."""
        for process in self.servers():
            with contextlib.suppress(psutil.NoSuchProcess):
                if words in " ".join(process.cmdline()):
                    return True
        return False

    def _stands_here(self, process: psutil.Process) -> bool:
        try:
            return process.cwd() == str(self.data.resolve())
        except psutil.Error:
            return False

    def end(self) -> None:
        for program in self.started:
            program.kill()
            program.communicate()
        for process in self.servers():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGQUIT)
        psutil.wait_procs(self.servers(), timeout=10)
        shutil.rmtree(self.path, ignore_errors=True)


def new_home(user: str | None = None) -> Home:
    """An empty home, that of `user` where one is named."""
    path = Path(tempfile.mkdtemp(prefix="exigible-home-"))
    if user:
        shutil.chown(path, user)
    return Home(path, user, python_for(user))


def python_for(user: str | None) -> str:
    """An interpreter that `user` can run: ours, or the system's where ours is in a private folder."""
    for python in (sys.executable, f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"):
        try:
            subprocess.run([python, "-c", ""], user=user, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return python
    raise FileNotFoundError(
        f"no Python {sys.version_info.major}.{sys.version_info.minor} that {user} can run"
    )
