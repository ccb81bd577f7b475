"""`exigible serve`: site and worker in one process, alive through faults, gentle when it stops."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.programs import Home

SLOW_SITE = """
import sys, time
from django.http import HttpResponse
from django.urls import path

def slow(request):
    time.sleep(1)
    return HttpResponse("done")

sys.modules["slow_site"] = sys.modules["__main__"]
urlpatterns = [path("slow", slow)]

from exigible.runtime import server, setup
setup.prepare()
from django.conf import settings
settings.ROOT_URLCONF = "slow_site"
settings.MIDDLEWARE = []

def announce(address):
    print(f"at {address} ", file=sys.stderr)

server.serve("127.0.0.1", 0, with_worker=False, on_ready=announce)
"""


class Site:
    """A running `exigible serve`."""

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self.program = program
        assert program.stderr is not None
        self.said: list[str] = []
        for line in program.stderr:
            self.said.append(line)
            if found := re.search(r"at (http://\S+) ", line):
                self.address = found[1]
                break
        else:
            pytest.fail("it did not start: " + "".join(self.said))
        threading.Thread(target=lambda: self.said.extend(program.stderr or []), daemon=True).start()

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self.address + path, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def stop(self) -> int:
        self.program.send_signal(signal.SIGTERM)
        return self.program.wait(30)


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """One home for these tests: each starts and ends its own programs on it."""
    from tests.runtime.programs import new_home

    home = new_home()
    assert home.command("init").returncode == 0
    yield home
    home.end()


def serve(home: Home, *options: str) -> Site:
    return Site(home.begin(home.python, "-m", "exigible.cli", "serve", "--port", "0", *options))


def test_it_serves_tells_its_health_and_stops_gently(home: Home) -> None:
    site = serve(home)
    status, answer = site.get("/healthz")
    health = json.loads(answer)
    assert health["database"]["ok"]
    assert set(health["queue"]) == {"waiting", "running", "failed"}
    assert status in {200, 503}, "the worker may be a moment behind the site"
    wait_for_worker(site)
    assert site.stop() == 0, site.said
    assert not home.servers()


def forget_workers(home: Home) -> None:
    """Those that were killed: their last sign of life would be taken for one of the next worker."""
    home.run(
        "import psycopg; from exigible.runtime.database import connection_string as where\n"
        "with psycopg.connect(where()) as c: c.execute('DELETE FROM procrastinate_workers')"
    )


def wait_for_worker(site: Site) -> None:
    for _ in range(100):
        if site.get("/healthz")[0] == 200:
            return
        time.sleep(0.1)
    pytest.fail("no worker came: " + "".join(site.said))


def test_a_second_site_on_the_port_says_who_is_there(home: Home) -> None:
    site = serve(home)
    port = site.address.rsplit(":", 1)[1]
    second = home.command("serve", "--port", port, LC_ALL="C.UTF-8")
    assert second.returncode == 1
    assert f"Exigible already runs at http://127.0.0.1:{port}." in second.stderr
    assert site.stop() == 0


def test_another_program_on_the_port_is_told_apart(home: Home) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as other:
        refused = home.command("serve", "--port", str(other.getsockname()[1]), LC_ALL="C.UTF-8")
    assert refused.returncode == 1
    assert "Another program uses port" in refused.stderr


def test_the_site_comes_back_when_its_database_server_is_killed(home: Home) -> None:
    site = serve(home)
    wait_for_worker(site)
    os.kill(home.server_pid(), signal.SIGKILL)
    time.sleep(0.2)
    wait_for_worker(site)
    assert site.stop() == 0


@pytest.mark.parametrize("seconds", [0.1, 0.5, 0.8])
def test_the_site_stops_also_while_its_worker_is_losing_the_database(home: Home, seconds: float) -> None:
    site = serve(home)
    wait_for_worker(site)
    os.kill(home.server_pid(), signal.SIGKILL)
    time.sleep(seconds)
    assert site.stop() == 0


def test_the_site_starts_again_after_it_was_killed(home: Home) -> None:
    site = serve(home)
    site.program.kill()
    site.program.wait()
    forget_workers(home)
    again = serve(home)
    wait_for_worker(again)
    assert again.stop() == 0


def test_two_programs_bring_the_tables_to_this_version_one_after_the_other(home: Home) -> None:
    first, second = serve(home, "--no-worker"), serve(home, "--no-worker")
    assert first.get("/healthz")[0] in {200, 503}
    assert first.stop() == 0
    assert second.get("/healthz")[0] in {200, 503}
    assert second.stop() == 0


def test_a_worker_may_run_beside_the_site(home: Home) -> None:
    site = serve(home, "--no-worker")
    forget_workers(home)
    one_more = home.begin(home.python, "-m", "exigible.cli", "worker")
    wait_for_worker(site)
    one_more.send_signal(signal.SIGTERM)
    assert one_more.wait(30) == 0
    assert site.stop() == 0


def test_slow_pages_do_not_wait_for_each_other(home: Home, tmp_path: Path) -> None:
    script = tmp_path / "slow.py"
    script.write_text(SLOW_SITE)
    site = Site(home.begin(home.python, str(script)))
    answers: list[tuple[int, str]] = []
    visitors = [threading.Thread(target=lambda: answers.append(site.get("/slow"))) for _ in range(5)]
    began = time.monotonic()
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert answers == [(200, "done")] * 5
    assert time.monotonic() - began < 3.5, "five pages of one second each were served one after the other"
    assert site.stop() == 0


def test_a_page_under_way_is_finished_before_the_site_stops(home: Home, tmp_path: Path) -> None:
    script = tmp_path / "slow.py"
    script.write_text(SLOW_SITE)
    site = Site(home.begin(home.python, str(script)))
    answers: list[tuple[int, str]] = []
    visitor = threading.Thread(target=lambda: answers.append(site.get("/slow")))
    visitor.start()
    time.sleep(0.3)
    assert site.stop() == 0
    visitor.join()
    assert answers == [(200, "done")]
