"""`exigible import …`: the same door as the pages, from a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from exigible.intake.models import Import

REFUSED, FAULT = 1, 3
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("import")
def import_group() -> None:
    """Books, customers and items from files. Shows what a file changes, then writes it once."""


def _options(command: Any) -> Any:
    command = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")(command)
    command = click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")(command)
    command = click.option("--company", required=True, metavar="CODE", help="Whose books they are.")(command)
    return click.argument("file", type=_FILE)(command)


_mapping = click.option("--mapping", metavar="NAME", help="A mapping of columns remembered under this name.")


@import_group.command("fec")
@_options
def import_fec(file: Path, company: str, dry_run: bool, as_json: bool) -> None:
    """Accounting entries: a FEC."""
    _import("fec", file, company, "", dry_run=dry_run, as_json=as_json)


@import_group.command("customers")
@_options
@_mapping
def import_customers(file: Path, company: str, mapping: str | None, dry_run: bool, as_json: bool) -> None:
    """Customers, from CSV or Excel."""
    _import("customers", file, company, mapping or "", dry_run=dry_run, as_json=as_json)


@import_group.command("items")
@_options
@_mapping
def import_items(file: Path, company: str, mapping: str | None, dry_run: bool, as_json: bool) -> None:
    """Open items and their due dates, from CSV or Excel."""
    _import("items", file, company, mapping or "", dry_run=dry_run, as_json=as_json)


def _import(kind: str, file: Path, code: str, mapping: str, *, dry_run: bool, as_json: bool) -> None:
    from exigible.intake.services import abandon, apply, forget, preview, receive
    from exigible.ledger.queries import find_company

    company = find_company(code)
    options = {"mapping": _named_mapping(company.pk, kind, mapping)} if mapping else {}
    with file.open("rb") as content:
        job = receive(company=company, kind=kind, content=content, name=file.name, by=None, options=options)
    click.echo(f"{file}: reading…", err=True)
    preview(job)
    if job.state == job.State.READY and not dry_run:
        click.echo(f"{file}: writing…", err=True)
        apply(job)
    state, result = job.state, public_result(job, str(file))
    if dry_run:
        forget(job)
    elif state == job.State.REFUSED:
        abandon(job)
    _print(result, as_json=as_json)
    if state not in (job.State.READY, job.State.APPLIED):
        sys.exit(FAULT if state == job.State.FAILED else REFUSED)


def _named_mapping(company_id: int, kind: str, name: str) -> dict[str, Any]:
    from exigible.intake.models import Mapping as Remembered
    from exigible.kernel.errors import UserMistake

    found = Remembered.objects.filter(company_id=company_id, kind=kind, name=name).first()
    if found is None:
        raise UserMistake("unknown-mapping", "No mapping is remembered under the name {found}.", found=name)
    columns: dict[str, Any] = found.columns
    return columns


def public_result(job: Import, file: str) -> dict[str, Any]:
    """What the import found or did, its problems put into words."""
    from exigible.intake.wording import public_problem

    result = job.result
    told = {name: [public_problem(problem) for problem in result.get(name, [])] for name in ("warnings", "errors")}
    return {**result, "file": file, **told}


def _print(result: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False, indent=2))
        return
    click.echo(f"{result['file']}: {result['rows']} rows")
    for name in ("created", "changed"):
        shown = ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in result[name].items())
        click.echo(f"  {name + ':':11}{shown or 0}")
    click.echo(f"  {'unchanged:':11}{result['unchanged']}")
    if control := result.get("control"):
        click.echo(
            f"  {'control:':11}{control['books']} in the file, {control['items']} here,"
            f" difference {control['difference']} {control['currency']}"
        )
    for name in ("errors", "warnings"):
        for problem in result[name]:
            click.echo(f"{name[:-1]}: {_place(result['file'], problem)}: {problem['message']}")


def _place(file: str, problem: Mapping[str, Any]) -> str:
    """`file:line: column`, as far as they are known; an editor jumps to it."""
    place = f"{file}:{problem['line']}" if problem["line"] else file
    return f"{place}: {problem['column']}" if problem["column"] else place
