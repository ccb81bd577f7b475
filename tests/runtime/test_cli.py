"""The command's manners: quick help, exit statuses, messages beside results."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import click
import pytest

from exigible import __version__
from exigible.cli import ROOM_COMMANDS, cli, run
from exigible.kernel.errors import Refused
from exigible.runtime.account import ServerUnavailable
from tests.runtime.programs import START, Home


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


SERVING_OR_WRITING_A_FILE = {"serve", "worker", "demo", "cash lettering"}


def leaves(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Each command that does something, by all of its words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, f"{before}{name} ")
        else:
            yield before + name, command


def test_every_command_with_a_result_tells_it_in_json_too() -> None:
    silent = {name for name, command in leaves(cli) if "as_json" not in {p.name for p in command.params}}
    assert silent == SERVING_OR_WRITING_A_FILE


def test_init_and_backup_tell_scripts_what_they_made(home: Home) -> None:
    made = home.command("init", "--json")
    assert json.loads(made.stdout) == {"home": str(home.path), "version": __version__}
    assert "ready" in made.stderr
    file = home.path / "kept.tar"
    kept = json.loads(home.command("backup", str(file), "--json").stdout)
    assert kept == {"file": str(file), "bytes": file.stat().st_size}
    assert json.loads(home.command("restore", str(file), "--yes", "--json").stdout) == {"file": str(file)}


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
    home.run(START)
    refused = home.command("company", "add", "X", "--name", "X", "--country", "FR", "--currency", "EUR")
    assert refused.returncode == 1
    assert "exigible init" in refused.stderr


def test_messages_are_in_the_language_of_the_terminal(home: Home) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert "Un autre programme" in home.command("serve", "--port", port, LC_ALL="fr_FR.UTF-8").stderr
        assert "Another program" in home.command("serve", "--port", port, LC_ALL="en_GB.UTF-8").stderr


@pytest.mark.parametrize("command", [["check"], ["company", "add", "X", "--name", "X", "--country", "FR"]])
def test_without_a_database_a_command_says_so_before_it_builds_anything(
    home: Home, command: list[str]
) -> None:
    refused = home.command(*command, *(["--currency", "EUR"] if len(command) > 1 else []))
    assert (refused.returncode, list(home.path.iterdir())) == (1, [])
    assert refused.stderr == (
        "The database is not made yet, or is of another version: run `exigible init`.\n"
    )


@pytest.mark.parametrize(
    ("variable", "value", "takes"),
    [
        ("EXIGIBLE_SMTP_TLS", "maybe", "none, starttls (most servers, port 587) or implicit"),
        ("EXIGIBLE_SMTP_PORT", "smtp", "the number of a port"),
        ("EXIGIBLE_HTTPS", "yes", "true or false"),
        ("EXIGIBLE_TIME_ZONE", "Paris", "a time zone, such as Europe/Paris"),
        ("DATABASE_URL", "://", "postgresql://user:password@server"),
    ],
)
def test_a_wrong_variable_is_named_in_one_sentence_with_what_it_takes(
    home: Home, variable: str, value: str, takes: str
) -> None:
    refused = home.command("serve", "--port", "0", **{variable: value})
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert refused.stderr.startswith(variable)
    assert takes in refused.stderr
    assert not home.data.exists()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", (False, False, 25)),
        ("none", (False, False, 25)),
        ("false", (False, False, 25)),
        ("starttls", (True, False, 25)),
        ("true", (True, False, 25)),
        ("implicit", (False, True, 465)),
    ],
)
def test_the_connection_to_the_mail_server_is_plain_upgraded_or_encrypted_at_once(
    home: Home, written: str, expected: tuple[bool, bool, int]
) -> None:
    said = home.run(
        "from exigible.conf import settings as s; print((s.EMAIL_USE_TLS, s.EMAIL_USE_SSL, s.EMAIL_PORT))",
        EXIGIBLE_SMTP_TLS=written,
    )
    assert said == str(expected)


def test_a_date_in_another_form_is_refused_with_the_form_it_takes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["aged-balance", "--company", "X", "--as-of", "31/12/2024"]) == 2
    said = capsys.readouterr().err
    assert "'31/12/2024' is not a date written YYYY-MM-DD (AAAA-MM-JJ)" in said
    assert "%Y" not in said
