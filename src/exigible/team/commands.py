"""Commands about the people who work here."""

from __future__ import annotations

import json
import secrets
import sys

import click


@click.group("user")
def user_group() -> None:
    """People and their roles."""


@user_group.command("add")
@click.argument("email")
@click.option("--role", required=True)
@click.option("--company", "code", required=True)
@click.option("--name", default="")
@click.option("--password-stdin", is_flag=True, help="read the password from standard input")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def user_add(email: str, role: str, code: str, name: str, password_stdin: bool, as_json: bool) -> None:
    """Give a person a role in a company; without --password-stdin a password is made and printed once.

    A person known already keeps their password; the JSON then holds none.
    """
    from exigible.ledger.queries import find_company
    from exigible.team.services import add_user

    password = sys.stdin.readline().rstrip("\n") if password_stdin else secrets.token_urlsafe(12)
    user = add_user(company=find_company(code), email=email, role=role, by=None, password=password, name=name)
    is_made = not password_stdin and user.check_password(password)
    if as_json:
        result = {"email": user.email, "name": user.name, "role": role, "company": code}
        click.echo(json.dumps(result | ({"password": password} if is_made else {}), ensure_ascii=False))
        return
    click.echo(f"{user.email}: {role}, {code}")
    if not user.check_password(password):
        click.echo("known already: the password stays what it was", err=True)
    if is_made:
        click.echo(f"password: {password}", err=True)
