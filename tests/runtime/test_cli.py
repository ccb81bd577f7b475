"""The command's manners: quick help, exit statuses, messages beside results."""

from __future__ import annotations

import time

import pytest

from exigible.cli import ROOM_COMMANDS, cli, run
from exigible.kernel.errors import Refused
from exigible.runtime.account import ServerUnavailable
from tests.runtime.programs import Home


def test_help_lists_every_command_and_touches_no_database(home: Home) -> None:
    began = time.monotonic()
    shown = home.command("--help")
    assert time.monotonic() - began < 3
    assert all(
        name in shown.stdout for name in [*ROOM_COMMANDS, "init", "serve", "worker", "backup", "restore"]
    )
    assert list(home.path.iterdir()) == []


@pytest.mark.parametrize("name", sorted(ROOM_COMMANDS))
def test_every_room_brings_its_command(name: str) -> None:
    assert run([name, "--help"]) == 0


def test_wrong_usage_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", "--port", "nowhere"]) == 2
    assert run(["no-such-command"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "no-such-command" in captured.err


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (Refused("rule", "The rule of {name}.", name="three"), 1, "The rule of three."),
        (ServerUnavailable("the database does not answer"), 3, "the database does not answer"),
        (ZeroDivisionError("oops"), 3, "Reference: "),
    ],
)
def test_what_goes_wrong_is_said_beside_the_result(
    error: Exception,
    status: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(**_options: object) -> None:
        raise error

    monkeypatch.setattr(cli.commands["init"], "callback", fail)
    assert run(["init"]) == status
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err


def test_a_database_without_tables_is_told_how_to_get_them(home: Home) -> None:
    refused = home.command("company", "add", "X", "--name", "X", "--country", "FR", "--currency", "EUR")
    assert refused.returncode == 1
    assert "exigible init" in refused.stderr


def test_messages_are_in_the_language_of_the_terminal(home: Home) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert "Un autre programme" in home.command("serve", "--port", port, LC_ALL="fr_FR.UTF-8").stderr
        assert "Another program" in home.command("serve", "--port", port, LC_ALL="en_GB.UTF-8").stderr
