"""The `exigible` command. Each room brings its own commands; they are read when they are called for."""

from __future__ import annotations

import functools
import importlib
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from exigible import __version__

if TYPE_CHECKING:
    from exigible.kernel.errors import ExigibleError

# The command, where it is defined, and what it says of itself in the list.
ROOM_COMMANDS = {
    "company": ("exigible.ledger.commands:company_group", "Companies whose books are kept here."),
    "user": ("exigible.team.commands:user_group", "People and their roles."),
    "import": ("exigible.intake.commands:import_group", "Books, customers and items from files."),
    "aged-balance": ("exigible.positions.commands:aged_balance", "Who owes what, since when."),
    "statement": ("exigible.positions.commands:statement", "A customer's statement of account."),
    "cash": ("exigible.cash.commands:cash_group", "Bank lines: who paid, and what."),
    "dunning": ("exigible.dunning.commands:dunning_group", "Reminders: propose, approve, send."),
    "inbox": ("exigible.inbox.commands:inbox_group", "Replies of customers, fetched or from files."),
    "registered": ("exigible.registered.commands:registered_group", "Registered letters and their tracking."),
    "worklist": ("exigible.worklist.commands:worklist", "What to do today, in order, and why."),
    "check": ("exigible.ledger.commands:check", "Verify every invariant of the ledger."),
    "demo": ("exigible.demo.commands:demo", "A sample company, imported and served."),
}

MAKING_THEIR_OWN = ("demo",)
"""Commands of rooms that make the database where there is none; the others say how to make it."""

DONE, REFUSED, WRONG_USAGE, FAULT = range(4)

AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")

_PREPARED: set[click.Command] = set()


class Rooms(click.Group):
    """A group whose commands are read from the rooms that define them, when one is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *ROOM_COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in ROOM_COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, name = ROOM_COMMANDS[cmd_name][0].split(":")
        command = getattr(importlib.import_module(module), name)
        return _with_database(command, may_make=cmd_name in MAKING_THEIR_OWN)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        own = {name: command.get_short_help_str(80) for name, command in self.commands.items()}
        room = {name: said for name, (_, said) in ROOM_COMMANDS.items()}
        with formatter.section("Commands"):
            formatter.write_dl(sorted((own | room).items()))


def _with_database(command: click.Command, *, may_make: bool) -> click.Command:
    """The same command, made ready (database, models) when it runs, and not when its help is asked for."""
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            command.commands[name] = _with_database(inner, may_make=may_make)
    elif command.callback is not None and command not in _PREPARED:
        command.callback = _prepared(command.callback, may_make=may_make)
        for parameter in command.params:
            if isinstance(parameter.type, click.DateTime):
                parameter.metavar = parameter.metavar or "YYYY-MM-DD"
        _PREPARED.add(command)
    return command


def _prepared(callback: Callable[..., Any], *, may_make: bool) -> Callable[..., Any]:
    @functools.wraps(callback)
    def run(*arguments: Any, **options: Any) -> Any:
        from exigible.runtime.setup import prepare, require_database

        if not may_make:
            require_database()
        prepare()
        return callback(*arguments, **options)

    return run


@click.group(cls=Rooms, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="Exigible %(version)s")
def cli() -> None:
    """Who owes what, since when and why, and what to do about it today.

    EXIGIBLE_HOME holds the database and the files; DATABASE_URL names a PostgreSQL of your own.
    """


@cli.command()
@AS_JSON
def init(as_json: bool) -> None:
    """Make the database, or bring it to this version."""
    from exigible.runtime.home import home
    from exigible.runtime.setup import migrate, prepare

    prepare()
    migrate()
    click.echo(f"The database is ready ({home()}).", err=True)
    _print_json(as_json, home=str(home()), version=__version__)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: any free one."
)
@click.option("--no-worker", is_flag=True, help="The site alone: jobs are left to `exigible worker`.")
def serve(host: str, port: int, no_worker: bool) -> None:
    """Serve the site, and do its jobs, in one process."""
    from exigible.runtime import server

    def announce(address: str) -> None:
        click.echo(f"Exigible serves at {address} (stop it with Ctrl-C).", err=True)

    server.serve(host, port, with_worker=not no_worker, on_ready=announce)


@cli.command()
def worker() -> None:
    """Do jobs beside those of `exigible serve`."""
    from exigible.runtime import server

    server.work()


@cli.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True))
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@AS_JSON
def backup(file: str, force: bool, as_json: bool) -> None:
    """Write the database and the files, as of now, to one FILE."""
    from pathlib import Path

    from exigible.runtime.backup import make_backup, refuse_to_replace
    from exigible.runtime.setup import prepare, require_database

    if not force:
        refuse_to_replace(Path(file))
    require_database()
    prepare()
    size = make_backup(Path(file))
    click.echo(f"{file}: {size / 1e6:.1f} MB", err=True)
    _print_json(as_json, file=file, bytes=size)


@cli.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--yes", is_flag=True, help="Replace what the database holds without asking.")
@AS_JSON
def restore(file: str, yes: bool, as_json: bool) -> None:
    """Put back a backup FILE: into an empty database, or instead of what it holds."""
    from pathlib import Path

    from exigible.runtime.backup import holds_data, restore_backup
    from exigible.runtime.setup import prepare

    prepare()
    if not yes and holds_data():
        click.confirm("Replace everything that this database and its files hold?", abort=True, err=True)
    restore_backup(Path(file))
    click.echo(f"Restored from {file}.", err=True)
    _print_json(as_json, file=file)


def _print_json(asked: bool, **result: object) -> None:
    if asked:
        click.echo(json.dumps(result, ensure_ascii=False))


def main() -> None:
    """Run the command and leave with its status: 0 done, 1 refused, 2 wrong usage, 3 a fault of ours."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; returns its exit status. What is said about it goes to standard error."""
    try:
        result = cli.main(arguments, prog_name="exigible", standalone_mode=False)
    except click.ClickException as error:
        _plainly(error).show()
        return error.exit_code
    except click.Abort:
        click.echo("Stopped; nothing more was done.", err=True)
        return REFUSED
    except Exception as error:  # noqa: BLE001  the last place that can say it
        return _tell(error)
    return result if isinstance(result, int) else DONE


def _plainly(error: click.ClickException) -> click.ClickException:
    """The same refusal of an argument, its form of a date said as people write it."""
    if isinstance(error, click.BadParameter) and error.param and isinstance(error.param.type, click.DateTime):
        found = error.message.partition(" does not match")[0]
        sentence = f"{found} is not a date written YYYY-MM-DD (AAAA-MM-JJ), such as 2024-12-31."
        return click.BadParameter(sentence, error.ctx, error.param)
    return error


def _tell(error: Exception) -> int:
    """Word an error for the terminal."""
    from exigible.kernel.errors import ExigibleError
    from exigible.runtime.account import ServerUnavailable
    from exigible.runtime.environment import WrongSetting
    from exigible.runtime.logs import configure, report_fault

    if isinstance(error, WrongSetting):
        click.echo(str(error), err=True)
        return WRONG_USAGE
    if isinstance(error, ExigibleError):
        click.echo(_worded(error), err=True)
        return REFUSED
    if isinstance(error, ServerUnavailable):
        click.echo(str(error), err=True)
        return FAULT
    if _database_is_missing(error):
        click.echo("The database is not made yet, or is of another version: run `exigible init`.", err=True)
        return REFUSED
    configure()
    reference = report_fault(error, command=sys.argv[1:2])
    click.echo(f"A fault of ours; nothing was half-done. Reference: {reference}", err=True)
    return FAULT


def _worded(error: ExigibleError) -> str:
    """The error in the language of the terminal."""
    if not error.sentence:
        return str(error)
    from django.utils.translation import gettext

    from exigible.runtime.setup import set_up_django

    set_up_django()
    return str(type(error)(error.code, gettext(error.sentence), **error.params))


def _database_is_missing(error: Exception) -> bool:
    import psycopg.errors

    from exigible.runtime.setup import NotMadeYet

    if isinstance(error, NotMadeYet):
        return True
    missing = (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn)
    return isinstance(error, missing) or isinstance(error.__cause__, missing)


if __name__ == "__main__":
    main()
