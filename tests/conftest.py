"""The suite's own server: an embedded PostgreSQL in a folder of this run, unless DATABASE_URL is given."""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

HOMES = "exigible-test-"
SCREENSHOTS = Path(__file__).parent.parent / "build" / "screenshots"
CHROMIUM_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]

hypothesis.settings.register_profile("exigible", deadline=None)
hypothesis.settings.load_profile("exigible")


def _remove_abandoned_homes() -> None:
    """Stop the servers, and remove the folders, of test runs that were killed."""
    for home in Path(tempfile.gettempdir()).glob(HOMES + "*"):
        with contextlib.suppress(OSError), open(home / "postgres" / "users.lock", "ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # taken while its run lives
            command = "from exigible.runtime import postgres; postgres.stop()"
            subprocess.run(
                [sys.executable, "-c", command], env=os.environ | {"EXIGIBLE_HOME": str(home)}, check=False
            )
            shutil.rmtree(home)


def _remove_home(home: str, pid: int) -> None:
    if os.getpid() == pid:
        from exigible.runtime import postgres

        postgres.release()
        shutil.rmtree(home, ignore_errors=True)


def _choose_home() -> None:
    """Point the program to a folder of this run, before Django's settings are read."""
    _remove_abandoned_homes()
    home = tempfile.mkdtemp(prefix=HOMES)
    atexit.register(_remove_home, home, os.getpid())
    os.environ["EXIGIBLE_HOME"] = home


_choose_home()
os.environ["DJANGO_SETTINGS_MODULE"] = "exigible.conf.settings"
os.environ["EXIGIBLE_EMAIL_BACKEND"] = "django.core.mail.backends.locmem.EmailBackend"
# Playwright's synchronous interface keeps an event loop in the test's thread, which Django would refuse.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_configure() -> None:
    """Read the settings now that the folder is chosen; pytest-django then sets Django up."""
    from django.conf import settings

    from exigible.runtime import messages

    messages.compile_all()
    assert settings.DATABASES


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let each worker choose its folder before the settings are read, as this process did."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Have a server when the first test asks for the database; a test's data needs to survive no crash."""
    import psycopg

    from exigible.runtime import database

    database.ensure_database()
    if os.environ.get("DATABASE_URL"):
        return
    with psycopg.connect(database.connection_string(), autocommit=True) as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(autouse=True)
def _in_french() -> Iterator[None]:
    """Each test begins in French, whatever language the one before it spoke."""
    from django.utils import translation

    with translation.override("fr"):
        yield


@pytest.fixture(autouse=True)
def _jobs_end_with_their_test(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """Jobs are not Django's to flush: those of a test that commits would wait for the worker of the next."""
    yield
    marker = request.node.get_closest_marker("django_db")
    commits = (marker is not None and marker.kwargs.get("transaction")) or not {
        "transactional_db", "live_server",
    }.isdisjoint(request.fixturenames)  # fmt: skip
    if commits:
        from django.db import connection

        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_periodic_defers; DELETE FROM procrastinate_jobs")


def chromium(offered: str) -> str:
    """The path of Chromium, or a failure that says how to get it: browser tests are never skipped."""
    names = (os.environ.get("EXIGIBLE_CHROMIUM", ""), *CHROMIUM_NAMES, offered)
    for path in map(shutil.which, filter(None, names)):
        if path:
            return path
    pytest.fail("Chromium is missing: run scripts/install-chromium, or give its path in EXIGIBLE_CHROMIUM")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One real Chromium for the whole run."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=15_000)  # several run at once, on machines that do other things too
    with sync_playwright() as playwright:
        path = chromium(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh browser profile, in French; what a test changes (theme, size) is gone with it."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page of that profile; a script error on it fails the test that opened it."""
    errors: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert not errors, f"script errors in the page: {errors}"


@pytest.fixture
def keep_screenshot(page: Page) -> Callable[[str], None]:
    """Keep the page as it stands under build/screenshots/NAME.png, where EXIGIBLE_SCREENSHOTS is set."""

    def keep(name: str) -> None:
        if not os.environ.get("EXIGIBLE_SCREENSHOTS"):
            return
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    return keep
