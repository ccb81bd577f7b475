"""What the page of one import shows, by what has become of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Final, cast

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from exigible.intake.asking import is_at_work, is_waiting, will_resume
from exigible.intake.figures import bank_figures, changes_nothing, control_of, effects_of, shown_before
from exigible.intake.forms import AccountsForm, MappingForm, UploadForm, mapping_form
from exigible.intake.looks import is_looked_at, is_statement, kept_table
from exigible.intake.models import FileKind, Import
from exigible.intake.progress import is_alive
from exigible.intake.queries import is_read_alike, same_file_before
from exigible.intake.readers.cells import text_of
from exigible.intake.readers.mapping import Mapping
from exigible.intake.readers.records import read_customers, read_items
from exigible.intake.readers.records.bank import read_bank_table
from exigible.intake.readers.vocabulary import FIELDS
from exigible.intake.telling import field_name, tell_all
from exigible.intake.wording import as_json, word_step
from exigible.language import formats

State = Import.State
_PARTS: Final = {
    State.READY: "ready",
    State.REFUSED: "refused",
    State.APPLIED: "applied",
    State.FAILED: "failed",
    State.ABANDONED: "abandoned",
}
_CHANGEABLE: Final = (State.RECEIVED, State.READY, State.REFUSED, State.FAILED)
_SHOWN_ROWS: Final = 20
_SHOWN_SAMPLES: Final = 3
_SHOWN_PROBLEMS: Final = 100


def part_of(job: Import) -> str:
    """Which part of the page shows: working, books, table, statement, ready, refused, applied…"""
    if is_at_work(job) or (job.state == State.RECEIVED and not is_looked_at(job)):
        return "working"
    if job.state == State.RECEIVED:
        if is_statement(job):
            return "statement"
        return "books" if job.kind == FileKind.FEC else "table"
    return _PARTS[State(job.state)]


def can_be_changed(job: Import) -> bool:
    """Whether the file may still be read in another way."""
    return job.state in _CHANGEABLE and not is_at_work(job)


def page_context(job: Import) -> dict[str, Any]:
    """Everything that the page of an import shows."""
    part = part_of(job)
    makers = {"books": _books, "table": _table, "ready": _result, "applied": _result, "refused": _refused}
    context = {
        "job": job,
        "part": part,
        "look": _look(job),
        "can_be_changed": can_be_changed(job),
        "was_interrupted": job.note == "interrupted",
        "step": _step(job),
        "kinds": FileKind.choices,
        "has_choices": not is_statement(job),
    }
    return context | (makers[part](job) if part in makers else {})


def twin_context(job: Import) -> dict[str, Any]:
    """The import by which the same file came in before, and what follows from it for this one."""
    twin = same_file_before(job)
    if twin is None:
        return {"twin": None}
    values = {"moment": formats.moment(twin.applied_at), "kind": twin.kind_words}
    if twin.kind != job.kind:
        said = _("This very file was imported on %(moment)s as something else: %(kind)s.")
    elif is_read_alike(job, twin):
        said = _(
            "This very file was imported on %(moment)s: "
            "read in the same way a second time, it changes nothing."
        )
    else:
        said = _("This very file was imported on %(moment)s, read in another way than now.")
    return {"twin": twin, "twin_said": said % values}


def asks_for_reversals(job: Import) -> bool:
    """Whether a person must confirm first that many open items are reversed."""
    return job.state == State.READY and "reverses-many" in job.result.get("asks", [])


def _step(job: Import) -> str:
    if is_waiting(job):
        return word_step(job.progress_words) or _("Waiting for a worker")
    if job.is_running and not is_alive(job.pk) and will_resume(job):
        return _(
            "The server stopped, and nothing was written: the work begins again by itself in about a minute"
        )
    if job.state == State.RECEIVED:
        return _("Taking a first look at the file")
    return word_step(job.progress_words) or _("Beginning")


def _look(job: Import) -> dict[str, Any]:
    """What the first look found, its dates as dates."""
    look = job.description.get("look", {})
    days = {key: date.fromisoformat(look[key]) for key in ("start", "end", "closing_on") if look.get(key)}
    return look | days


def _books(job: Import) -> dict[str, Any]:
    return {"accounts": AccountsForm(job), "told": tell_all(_look(job)["problems"], job.company.currency)}


def _table(job: Import) -> dict[str, Any]:
    return mapping_context(job, mapping_form(job))


def _result(job: Import) -> dict[str, Any]:
    warnings = job.result.get("warnings", [])
    effects = effects_of(job)
    return {
        "effects": effects,
        "has_amounts": any(effect.amount_minor is not None for effect in effects),
        "changes_nothing": changes_nothing(job),
        "asks_for_reversals": asks_for_reversals(job),
        "control": control_of(job),
        "bank": bank_figures(job),
        "told": tell_all(warnings[:_SHOWN_PROBLEMS], job.company.currency),
        "told_count": job.result.get("warning_count", len(warnings)),
        "lines": job.description.get("lines"),
        "shown_before": shown_before(job),
        "links": _links(job) if job.state == State.APPLIED else [],
    }


def _refused(job: Import) -> dict[str, Any]:
    errors = job.result.get("errors", [])
    count = job.result.get("error_count", len(errors))
    shown = tell_all(errors[:_SHOWN_PROBLEMS], job.company.currency)
    return {"told": shown, "told_count": count, "untold": count - len(shown), "form": UploadForm()}


def _links(job: Import) -> list[tuple[str, str, str]]:
    """Where to go from an import that is done: label, icon, address."""
    control = control_of(job)
    as_of = f"?as_of={control.as_of.isoformat()}" if control and control.as_of else ""
    wanted = [
        (_("Aged balance"), "balance", "aged-balance", as_of),
        (_("Customers"), "customers", "customers", ""),
        (_("My day"), "day", "day", ""),
    ]
    found = ((label, icon, _address(name, job), query) for label, icon, name, query in wanted)
    return [(label, icon, address + query) for label, icon, address, query in found if address]


def _address(name: str, job: Import) -> str:
    try:
        return reverse(name, kwargs={"company": job.company.code})
    except NoReverseMatch:
        return ""


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column of the file: the form's field that says what it is, samples, and why it was guessed so."""

    field: Any
    header: str
    samples: list[str]
    why: str
    confidence: int | None


def mapping_context(job: Import, form: MappingForm) -> dict[str, Any]:
    """The columns to choose for, and the first lines as they will be read."""
    missing = form.missing()
    heads, rows, problems = ([], [], []) if missing else _preview(job, form.mapping)
    return {
        "mapping": form,
        "columns": _column_rows(job, form),
        "missing": missing,
        "heads": heads,
        "rows": rows,
        "told": tell_all(job.description["look"]["problems"], job.company.currency),
        "row_problems": problems,
        "job": job,
    }


def _column_rows(job: Import, form: MappingForm) -> list[ColumnRow]:
    table = kept_table(job)
    rows = [cells for _, cells in table.rows()]
    by_column = {choice.column: choice for choice in form.guess.columns.values()}
    remembered = job.description["look"]["remembered"]
    found = []
    for at, (header, field) in enumerate(zip(form.headers, form.columns, strict=True)):
        filled = (text_of(row[at], 60) for row in rows if row[at] is not None)
        choice = by_column.get(at)
        why = _why(choice.reasons, remembered) if choice else ""
        found.append(
            ColumnRow(field, header, list(islice(dict.fromkeys(filled), _SHOWN_SAMPLES)), why,
                      choice.confidence if choice else None)
        )  # fmt: skip
    return found


def _why(reasons: tuple[str, ...], remembered: str) -> str:
    if remembered:
        return _("remembered from “%(name)s”") % {"name": remembered}
    words = {
        "name-exact": _("its name says so"),
        "name-loose": _("its name may mean it"),
        "name-similar": _("its name resembles it"),
        "content-disagrees": _("but its content does not look like it"),
        "content-code": _("it holds codes"),
        "content-letters": _("it holds names"),
        "chosen": _("chosen by you"),
    }
    said = [words.get(reason) or _("its content looks like it") for reason in reasons]
    return ", ".join(dict.fromkeys(said))


def _preview(job: Import, mapping: Mapping) -> tuple[list[str], list[list[Any]], list[dict[str, Any]]]:
    """Heads and rows of the first lines read with a mapping, and what is wrong in them."""
    table, currency = kept_table(job), job.company.currency
    records, findings = cast("Any", _READERS[mapping.kind])(table, mapping, currency=currency)
    names = _preview_names(mapping)
    rows = [_preview_row(record, names, currency) for record in islice(records, _SHOWN_ROWS)]
    problems = tell_all([as_json(problem) for problem in findings.errors[:10]], currency).rows
    return [field_name(name) for name in names], rows, problems


_READERS: Final = {"customers": read_customers, "items": read_items, "bank": read_bank_table}


def _preview_names(mapping: Mapping) -> list[str]:
    known = set(mapping.columns)
    if mapping.kind == "bank":
        known -= {"debit", "credit", "sense", "balance", "account"}
        known |= {"currency", "amount"}
    if mapping.kind == "items":
        known -= {"debit", "credit", "sense"}
        known |= {"document_type", "currency", "amount"}
    return [name for name in FIELDS[mapping.kind] if name in known]


_AMOUNTS: Final = {
    "amount": "amount_minor",
    "open_amount": "open_minor",
    "credit_limit": "credit_limit_minor",
    "charges": "charges_minor",
    "original_amount": "instructed_minor",
}
_OTHERS: Final = {"original_currency": "instructed_currency"}


def _preview_row(record: Any, names: list[str], currency: str) -> list[dict[str, Any]]:
    unit = getattr(record, "currency", currency)
    cells = []
    for name in names:
        value = getattr(record, _AMOUNTS.get(name) or _OTHERS.get(name, name))
        kind = "money" if name in _AMOUNTS else "date" if name.endswith(("_date", "_on")) else "text"
        if name == "document_type":
            value = _document_type(value)
        paid_in = getattr(record, "instructed_currency", "") if name == "original_amount" else ""
        cells.append({"kind": kind, "value": value, "currency": paid_in or unit, "label": field_name(name)})
    return cells


def _document_type(code: str) -> str:
    return {
        "invoice": _("invoice"),
        "credit_note": _("credit note"),
        "payment": _("payment"),
        "other": _("other"),
    }[code]
