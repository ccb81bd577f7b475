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
_CONFIRMED_BY = {"other-siren": "--other-siren", "reverses-many": "--reverse"}
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
@click.option("--other-siren", is_flag=True, help="The file's name bears another SIREN, and it is ours.")
@click.option("--reverse", is_flag=True, help="Reverse what is not in the file, be it many open items.")
def import_fec(
    file: Path, company: str, other_siren: bool, reverse: bool, dry_run: bool, as_json: bool
) -> int:
    """Accounting entries: a FEC."""
    confirmed = {"other_siren": other_siren, "reverse": reverse}
    return _import("fec", file, company, confirmed, dry_run=dry_run, as_json=as_json)


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
    kind: str, file: Path, code: str, asked: Mapping[str, str | bool | None], *, dry_run: bool, as_json: bool
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
    if as_json:
        click.echo(json.dumps(public_result(job, file), ensure_ascii=False, indent=2))
        return
    for line in (*_lines(job), *_problem_lines(job, file), *_end(job, is_trial=is_trial)):
        click.echo(line)


def _problem_lines(job: Import, file: str) -> Iterator[str]:
    """The errors and the warnings that are kept, and how many more there were."""
    from django.utils.translation import ngettext

    result = job.result
    errors, warnings = result.get("errors", []), result.get("warnings", [])
    yield from (_problem_line(job, file, problem) for problem in errors)
    if more := result.get("error_count", 0) - len(errors):
        words = ngettext("… and {count} more error.", "… and {count} more errors.", more)
        yield f"{file}: {words.format(count=more)}"
    yield from (_problem_line(job, file, problem) for problem in warnings)
    if more := result.get("warning_count", len(warnings)) - len(warnings):
        words = ngettext("… and {count} more warning.", "… and {count} more warnings.", more)
        yield f"{file}: {words.format(count=more)}"


def _problem_line(job: Import, file: str, problem: Mapping[str, Any]) -> str:
    """`file:line: column: what is wrong`, as far as they are known; an editor jumps to it."""
    from exigible.intake.telling import field_name
    from exigible.intake.wording import word_problem

    column = problem["column"]
    names = job.description.get("columns", {}).values()
    if column and names and column not in names:
        column = field_name(column)
    place = f"{file}:{problem['line']}" if problem["line"] else file
    said = word_problem({**problem, "column": column}, is_placed=bool(problem["line"]))
    return f"{place}: {said}" if not column or column in said else f"{place}: {column}: {said}"


def _end(job: Import, *, is_trial: bool) -> Iterator[str]:
    """That nothing was written, where nothing was; and how to confirm what waits for it."""
    from django.utils.translation import gettext as _

    for problem in job.problems:
        if option := _CONFIRMED_BY.get(problem["code"]):
            yield _("If it is the company's file all the same, add {option}.").format(option=option)
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
