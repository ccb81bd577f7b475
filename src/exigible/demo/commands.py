"""`exigible demo`: a believable group, made, imported through the same door as anyone's files, and served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from exigible.demo.generate import SizeName
    from exigible.demo.group import SignIn

# Printed with the address: the site of the demonstration listens on this machine only.
PASSWORD = "exigible-demo"  # noqa: S105


@click.command("demo")
@click.option("--size", type=click.Choice(["small", "medium", "large"]), default="small", show_default=True)
@click.option("--country", type=click.Choice(["FR", "MC", "MG"]), help="the company of one country only")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--seed", default=1, show_default=True)
@click.option("--no-serve", is_flag=True, help="make and import, then stop")
def demo(size: SizeName, country: str | None, port: int, seed: int, no_serve: bool) -> None:
    """A sample group: made from a seed, imported, its morning run done, and served."""
    from exigible.demo.group import open_group
    from exigible.runtime import server

    people = open_group(size=size, seed=seed, countries=(country,) if country else ("MC", "MG"), tell=_tell)
    if no_serve:
        _tell("")
        _tell_who_signs_in(people)
        return

    def announce(address: str) -> None:
        _tell(f"\nThe site is up: {address} (stop it with Ctrl-C)")
        _tell_who_signs_in(people)

    server.serve("127.0.0.1", port, on_ready=announce)


def _tell_who_signs_in(people: list[SignIn]) -> None:
    """Each person with the role, the most useful one first."""
    _tell("Sign in as:")
    for person in people:
        _tell(f"  {person.email:42} {person.role:14} {person.password or '(a password of their own)'}")


def _tell(sentence: str) -> None:
    click.echo(sentence, err=True)
