"""The list of imports, and what is known of a file from before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTransform

from exigible.intake.asking import is_at_work
from exigible.intake.models import FileKind, Import
from exigible.intake.telling import minor_of
from exigible.ledger.models import Company

_PAGE: Final = 50
_ABOUT: Final = {
    FileKind.FEC: "items",
    FileKind.CUSTOMERS: "customers",
    FileKind.ITEMS: "items",
    FileKind.BANK: "bank_lines",
}


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import in the list. `created` and `changed` count what such a file is about: items, bank lines…

    `difference_minor` is None where there is no control total.
    """

    job: Import
    created: int
    changed: int
    difference_minor: int | None
    currency: str

    @property
    def is_at_work(self) -> bool:
        return is_at_work(self.job)

    @property
    def kind(self) -> str:
        return self.job.say_kind(is_guessed=bool(getattr(self.job, "is_guessed", False)))

    @property
    def has_result(self) -> bool:
        return self.job.state in (Import.State.READY, Import.State.APPLIED)


def imports_of(company: Company, asked: Mapping[str, str]) -> tuple[list[ImportRow], str, str]:
    """A page of a company's imports, newest first, with the cursors of the next and the previous page."""
    after, before = _number(asked.get("after")), _number(asked.get("before"))
    found = _listed(company)
    if before:
        jobs = list(found.filter(pk__gt=before).order_by("pk")[: _PAGE + 1])
        more_before, jobs = len(jobs) > _PAGE, jobs[:_PAGE][::-1]
        more_after = bool(jobs)
    else:
        jobs = list((found.filter(pk__lt=after) if after else found).order_by("-pk")[: _PAGE + 1])
        more_before, more_after, jobs = bool(after), len(jobs) > _PAGE, jobs[:_PAGE]
    following = str(jobs[-1].pk) if jobs and more_after else ""
    preceding = str(jobs[0].pk) if jobs and more_before else ""
    return [_row(company, job) for job in jobs], following, preceding


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def _listed(company: Company) -> QuerySet[Import]:
    """Of the results, which may hold hundreds of problems, only what the list shows is fetched."""
    return (
        Import.objects.filter(company=company)
        .select_related("by")
        .defer("result", "description", "options")
        .annotate(
            is_guessed=KeyTransform("guess_kind", "options"),
            created=KeyTransform("created", "result"),
            changed=KeyTransform("changed", "result"),
            difference=KeyTransform("difference", KeyTransform("control", "result")),
            control_currency=KeyTransform("currency", KeyTransform("control", "result")),
        )
    )


def _row(company: Company, job: Any) -> ImportRow:
    currency = job.control_currency or company.currency
    return ImportRow(
        job=job,
        created=_counted(job, job.created or {}),
        changed=_counted(job, job.changed or {}),
        difference_minor=minor_of(job.difference, currency) if job.difference else None,
        currency=currency,
    )


def _counted(job: Import, counts: Mapping[str, int]) -> int:
    """How many of what such a file is about; where there is none, of all else that came of it.

    A customer and its bank account are not two new things, nor a statement and its lines.
    """
    return counts.get(_ABOUT[FileKind(job.kind)], 0) or sum(counts.values())


def same_file_before(job: Import) -> Import | None:
    """The import by which this very file, byte for byte, came in before, as the same kind if it ever did."""
    found = (
        Import.objects.filter(company=job.company_id, sha256=job.sha256, state=Import.State.APPLIED)
        .exclude(pk=job.pk)
        .defer("result", "description")
        .order_by("-applied_at")
    )
    return found.filter(kind=job.kind).first() or found.first()


def is_read_alike(job: Import, other: Import) -> bool:
    """Whether two imports of one file take the same of it; what is not chosen yet may become so."""
    ours, theirs = _way(job), _way(other)
    return job.kind == other.kind and all(
        ours[name] == theirs[name] for name in ours if ours[name] and theirs[name]
    )


def _way(job: Import) -> dict[str, Any]:
    """How an import reads its file: the sheet, the columns by their places, the customers' accounts."""
    mapping = dict(job.options.get("mapping") or {})
    columns = {field: choice["column"] for field, choice in mapping.pop("columns", {}).items()}
    for name in ("fingerprint", "unused"):  # they follow from the file and the columns
        mapping.pop(name, None)
    accounts = sorted(job.options.get("receivable_accounts") or [])
    named = {name: job.options.get(name) for name in ("sheet", "account")}
    return {"columns": columns, "forms": mapping, "accounts": accounts, **named}
