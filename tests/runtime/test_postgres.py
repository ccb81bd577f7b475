"""The embedded server: made once, shared, found again after any crash, and never anyone else's process."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.runtime.programs import START, Home, python_for

CREATE = (
    START
    + """
import psycopg
with psycopg.connect(database.connection_string()) as connection:
    connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
"""
)
COUNT = (
    START
    + """
import psycopg
with psycopg.connect(database.connection_string()) as connection:
    print(connection.execute("SELECT count(*) FROM kept").fetchone()[0])
"""
)


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)


def test_first_use_makes_a_server_and_the_end_of_the_program_stops_it(any_home: Home) -> None:
    out = any_home.run(START + "; print(postgres.status().ready)")
    assert out == "True"
    assert not any_home.servers()


def test_what_was_written_is_there_at_the_next_start(any_home: Home) -> None:
    any_home.run(CREATE)
    assert any_home.run(COUNT) == "1"


def test_reading_the_settings_and_the_status_starts_nothing(home: Home) -> None:
    out = home.run(
        """
        from exigible.runtime import database, postgres
        database.django_settings()
        print(postgres.status().pid)
        """
    )
    assert out == "None"
    assert list(home.path.iterdir()) == []


def test_two_first_starts_at_once_make_one_server(any_home: Home) -> None:
    first, second = (
        any_home.begin(any_home.python, "-c", CREATE),
        any_home.begin(any_home.python, "-c", START),
    )
    assert first.wait(60) == 0, first.communicate()
    assert second.wait(60) == 0, second.communicate()
    assert any_home.run(COUNT) == "1"


def test_the_server_serves_until_the_last_program_leaves(home: Home) -> None:
    first = home.stay()
    server = home.server_pid()
    second = home.stay()
    assert home.server_pid() == server
    first.send_signal(signal.SIGINT)  # ends Python the regular way
    first.wait(10)
    assert home.servers()
    second.send_signal(signal.SIGINT)
    second.wait(10)
    wait_until(lambda: not home.servers())


def test_the_server_outlives_a_killed_program_and_the_next_one_takes_it_over(any_home: Home) -> None:
    program = any_home.stay()
    server = any_home.server_pid()
    program.kill()
    program.wait()
    assert any_home.run(START + "; print(postgres.status().pid)") == str(server)
    wait_until(lambda: not any_home.servers())


def test_rows_committed_before_the_server_was_killed_are_there_after_it(any_home: Home) -> None:
    any_home.stay()
    any_home.run(CREATE)
    os.kill(any_home.server_pid(), signal.SIGKILL)
    assert any_home.run(COUNT) == "1"


def test_a_server_killed_while_busy_does_not_keep_the_next_one_out(home: Home) -> None:
    home.stay()
    busy = START + '; import psycopg; psycopg.connect(database.connection_string()).execute("%s")'
    endless = "DO $$ BEGIN LOOP END LOOP; END $$"
    home.begin(home.python, "-c", busy % endless)
    wait_until(lambda: home.is_busy_with("DO"))
    os.kill(home.server_pid(), signal.SIGKILL)
    assert home.run(START + "; print(postgres.status().ready)") == "True"


def test_a_pid_file_that_names_another_process_is_cleared_and_that_process_left_alone(any_home: Home) -> None:
    any_home.run(CREATE)
    owner = any_home.data.stat().st_uid
    stranger = subprocess.Popen(["sleep", "60"], user=owner)
    try:
        lock = f"{stranger.pid}\n{any_home.data}\n1700000000\n5432\n.\n\n  1  1\nready   \n"
        for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            (any_home.data / name).write_text(lock)
            os.chown(any_home.data / name, owner, -1)
        assert any_home.run(COUNT) == "1"
        assert stranger.poll() is None
        assert psutil.Process(stranger.pid).status() == psutil.STATUS_SLEEPING
    finally:
        stranger.kill()
        stranger.wait()


def test_a_damaged_pid_file_does_not_keep_the_server_down(home: Home) -> None:
    home.run(CREATE)
    (home.data / "postmaster.pid").write_text("nonsense\n")
    assert home.run(COUNT) == "1"


def test_a_first_start_that_was_interrupted_is_begun_anew(home: Home) -> None:
    half_made = home.path / "postgres" / "data.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    home.run(CREATE)
    assert home.run(COUNT) == "1"
    assert not half_made.exists()


def test_stopping_stops_the_server_for_all(home: Home) -> None:
    home.stay()
    home.run("from exigible.runtime import postgres; postgres.stop()")
    assert not home.servers()


def test_a_long_path_gets_its_socket_in_a_short_private_folder(home: Home) -> None:
    deep = Home(home.path / ("long-" * 20) / ("longer-" * 20), python=home.python)
    out = deep.run(
        START + "; folder = postgres.socket_folder(); print(folder, folder.stat().st_mode & 0o077)"
    )
    folder, open_to_others = out.split()
    assert len(folder) < 60
    assert open_to_others == "0"
    assert not Path(folder).exists(), "it goes with the server"


def test_no_permission_on_the_way_to_the_home_is_changed(home: Home) -> None:
    home.path.chmod(0o700)
    inner = Home(home.path / "private" / "home", python=home.python)
    (home.path / "private").mkdir(mode=0o700)
    assert inner.run(START + "; print(postgres.status().ready)") == "True"
    assert home.path.stat().st_mode & 0o777 == 0o700
    assert (home.path / "private").stat().st_mode & 0o777 == 0o700


def test_the_files_are_for_their_owner_only(home: Home) -> None:
    home.run(START)
    for folder in (home.path / "files", home.data):
        assert folder.stat().st_mode & 0o077 == 0


root_only = pytest.mark.skipif(os.geteuid() != 0, reason="as root the server has a user of its own")


@root_only
def test_as_root_the_server_runs_as_a_user_of_its_own(home: Home) -> None:
    home.stay()
    server = psutil.Process(home.server_pid())
    assert server.username() != "root"
    assert home.data.stat().st_uid == server.uids().real
    assert (home.path / "postgres").stat().st_uid == 0


@root_only
def test_another_user_of_the_machine_is_not_let_in(home: Home) -> None:
    home.path.chmod(0o755)
    home.stay()
    home.data.chmod(0o755)  # even one who reached the socket is turned away
    connect = (
        "from exigible.runtime import database; import psycopg; psycopg.connect(database.connection_string())"
    )
    try:
        stranger = Home(home.path, "nobody", python_for("nobody"), home.started)
    except FileNotFoundError as error:
        pytest.skip(str(error))
    program = stranger.begin(stranger.python, "-c", connect)
    _, said = program.communicate(timeout=30)
    assert program.returncode != 0
    assert "authentication failed" in said


@root_only
def test_programs_out_of_the_server_users_reach_are_copied_for_it(home: Home, tmp_path: Path) -> None:
    from exigible.runtime import binaries

    wheel = binaries.newest().folder.parent
    private = tmp_path / "private"
    (private / binaries.WHEEL).mkdir(parents=True)
    private.chmod(0o700)
    (private / binaries.WHEEL / "__init__.py").touch()
    (private / binaries.WHEEL / "newest").symlink_to(binaries.newest().folder)
    (private / f"{binaries.WHEEL}.libs").symlink_to(wheel.parent / f"{binaries.WHEEL}.libs")
    path = f"{private}:{home.environment()['PYTHONPATH']}"
    home.path.chmod(0o711)
    assert home.run(START + "; print(postgres.status().ready)", PYTHONPATH=path) == "True"
    assert (home.path / f"pg-{binaries.newest().version}").is_dir()
    assert private.stat().st_mode & 0o777 == 0o700
