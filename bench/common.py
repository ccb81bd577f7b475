"""What the benchmarks share: a home of their own, a clock, and one way to print."""

from __future__ import annotations

import atexit
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager


def open_house() -> None:
    """An empty database of this run: an embedded server in a folder that is removed at the end.

    DATABASE_URL is not used: a benchmark must not fill a database that somebody keeps.
    """
    home = tempfile.mkdtemp(prefix="exigible-bench-")
    os.environ["EXIGIBLE_HOME"] = home
    os.environ.pop("DATABASE_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "exigible.conf.settings"
    from exigible.runtime import postgres
    from exigible.runtime.setup import migrate, prepare

    def close() -> None:
        postgres.release()
        postgres.stop()
        shutil.rmtree(home, ignore_errors=True)

    atexit.register(close)
    prepare()
    migrate()


@contextmanager
def clock(times: dict[str, float], name: str) -> Iterator[None]:
    """Add the seconds of the block to `times`."""
    start = time.perf_counter()
    yield
    times[name] = times.get(name, 0.0) + time.perf_counter() - start


def peak_megabytes() -> int:
    """The most memory that this process has held, the database server's not counted."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def line(what: str, seconds: float, *, reference: float | None = None, note: str = "") -> None:
    """One row: what, seconds, and how many times the reference's."""
    ratio = f"{seconds / reference:8.2f} ×" if reference else " " * 10
    print(f"{what:58} {seconds:9.3f} s {ratio}  {note}", flush=True)


def title(text: str) -> None:
    print(f"\n{text}", flush=True)
