"""`exigible demo`: a believable group, made, imported through the same door as anyone's files, and served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from exigible.demo.generate import SizeName

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

    users = open_group(size=size, seed=seed, countries=(country,) if country else ("MC", "MG"), tell=_tell)
    if no_serve:
        return

    def announce(address: str) -> None:
        click.echo(
            f"\nThe site is up: {address}\nSign in as {users[0]} with the password {PASSWORD}", err=True
        )
        click.echo(f"Others: {', '.join(users[1:])} (same password). Stop it with Ctrl-C.", err=True)

    server.serve("127.0.0.1", port, on_ready=announce)


def _tell(sentence: str) -> None:
    click.echo(sentence, err=True)
