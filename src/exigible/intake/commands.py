"""`exigible import …`: the same door as the pages, from a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from exigible.intake.models import Import

DONE, REFUSED = 0, 1
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("import")
def import_group() -> None:
    """Books, customers, items, bank statements. Shows what a file changes, then writes it once."""


def _options(command: Any) -> Any:
    for option in (
        click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output."),
        click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing."),
        click.option("--company", required=True, metavar="CODE", help="Whose books they are."),
        click.argument("file", type=_FILE),
    ):
        command = option(command)
    return command


_mapping = click.option("--mapping", metavar="NAME", help="A mapping of columns remembered under this name.")


@import_group.command("fec")
@_options
def import_fec(file: Path, company: str, dry_run: bool, as_json: bool) -> int:
    """Accounting entries: a FEC."""
    return _import("fec", file, company, {}, dry_run=dry_run, as_json=as_json)


@import_group.command("customers")
@_options
@_mapping
def import_customers(file: Path, company: str, mapping: str | None, dry_run: bool, as_json: bool) -> int:
    """Customers, from CSV or Excel."""
    return _import("customers", file, company, {"mapping": mapping}, dry_run=dry_run, as_json=as_json)


@import_group.command("items")
@_options
@_mapping
def import_items(file: Path, company: str, mapping: str | None, dry_run: bool, as_json: bool) -> int:
    """Open items and their due dates, from CSV or Excel."""
    return _import("items", file, company, {"mapping": mapping}, dry_run=dry_run, as_json=as_json)


@import_group.command("bank")
@_options
@_mapping
@click.option("--account", metavar="NUMBER", help="The account, where the file does not tell it.")
def import_bank(
    file: Path, company: str, mapping: str | None, account: str | None, dry_run: bool, as_json: bool
) -> int:
    """Bank statements: CAMT.053 and .054, MT940, CFONB 120, OFX, CSV or Excel."""
    asked = {"mapping": mapping, "account": account}
    return _import("bank", file, company, asked, dry_run=dry_run, as_json=as_json)


def _import(
    kind: str, file: Path, code: str, asked: Mapping[str, str | None], *, dry_run: bool, as_json: bool
) -> int:
    """`asked` are the options as they were given; the mapping by its name."""
    from exigible.intake.services import abandon, apply, forget, preview, receive
    from exigible.ledger.queries import find_company

    company = find_company(code)
    options: dict[str, Any] = {name: value for name, value in asked.items() if value}
    if name := options.get("mapping"):
        options["mapping"] = _named_mapping(company.pk, kind, name)
    with file.open("rb") as content:
        job = receive(company=company, kind=kind, content=content, name=file.name, by=None, options=options)
    _tell_step(file, "reading")
    act = preview if dry_run else apply
    act(job)
    is_refused = job.state == job.State.REFUSED
    _print(job, str(file), as_json=as_json, is_trial=dry_run)
    if dry_run:
        forget(job)
    elif is_refused:
        abandon(job)
    return REFUSED if is_refused else DONE


def _tell_step(file: Path, step: str) -> None:
    from exigible.intake.wording import word_step

    click.echo(f"{file}: {word_step(step)}…", err=True)


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
    told = {
        name: [public_problem(problem) for problem in result.get(name, [])] for name in ("warnings", "errors")
    }
    return {**result, "file": file, **told}


def _print(job: Import, file: str, *, as_json: bool, is_trial: bool) -> None:
    result = public_result(job, file)
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False, indent=2))
        return
    for line in (*_lines(job), *_problem_lines(result, file), *_end(job, is_trial=is_trial)):
        click.echo(line)


def _problem_lines(result: Mapping[str, Any], file: str) -> Iterator[str]:
    """The errors and the warnings that are kept, and how many more there were."""
    from django.utils.translation import ngettext

    for problem in result["errors"]:
        yield f"{_place(file, problem)}: {problem['message']}"
    if more := result.get("error_count", 0) - len(result["errors"]):
        words = ngettext("… and {count} more error.", "… and {count} more errors.", more)
        yield f"{file}: {words.format(count=more)}"
    for problem in result["warnings"]:
        yield f"{_place(file, problem)}: {problem['message']}"
    if more := result.get("warning_count", len(result["warnings"])) - len(result["warnings"]):
        words = ngettext("… and {count} more warning.", "… and {count} more warnings.", more)
        yield f"{file}: {words.format(count=more)}"


def _end(job: Import, *, is_trial: bool) -> Iterator[str]:
    """That nothing was written, where nothing was."""
    from django.utils.translation import gettext as _

    if job.state == job.State.REFUSED:
        yield _("The file is refused: nothing was written.")
    elif is_trial:
        yield _("This was a trial: nothing was written.")


def _lines(job: Import) -> Iterator[str]:
    """The figures for people: rows, what is made, changed and left, the control total."""
    from django.utils.translation import gettext as _
    from django.utils.translation import ngettext

    from exigible.intake.figures import effects_of

    result = job.result
    if job.state == job.State.REFUSED:
        return
    yield ngettext("{count} row", "{count} rows", result["rows"]).format(count=result["rows"])
    for effect in effects_of(job):
        yield f"  {effect.count:>9} {effect.words}"
    if accounts := result["created"].get("payer_accounts"):
        words = ngettext("new bank account of a payer", "new bank accounts of payers", accounts)
        yield f"  {accounts:>9} {words}"
    if dates := result["changed"].get("due_dates"):
        yield f"  {dates:>9} {ngettext('due date worked out anew', 'due dates worked out anew', dates)}"
    if control := result.get("control"):
        yield _("Control: {books} in the file, {items} here, difference {difference} {currency}").format(
            **control
        )


def _place(file: str, problem: Mapping[str, Any]) -> str:
    """`file:line: column`, as far as they are known; an editor jumps to it."""
    place = f"{file}:{problem['line']}" if problem["line"] else file
    return f"{place}: {problem['column']}" if problem["column"] else place
