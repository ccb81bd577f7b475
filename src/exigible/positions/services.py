"""Exports of the aged balance: written at once, or by a worker when they take long."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from psycopg.sql import SQL

from exigible.documents import sheets
from exigible.documents.model import Language
from exigible.kernel.errors import ExigibleError
from exigible.ledger.models import Company
from exigible.positions import exports, sql
from exigible.positions.asking import as_json, from_json
from exigible.positions.filters import NO_COLLECTOR, Filters
from exigible.positions.models import Export
from exigible.positions.queries import aged_balance, fetch, issue_moment
from exigible.positions.rules import Grouping, Parameters
from exigible.team.models import User

QUICK_MOVEMENTS = 20_000  # written in about a second
TOLD_EVERY = 5_000  # lines

Tell = Callable[[int], None]


def issued(company: Company, parameters: Parameters) -> Parameters:
    """The same question as a report that is issued now, and will be the same whenever it is asked again."""
    known_at = parameters.known_at or issue_moment(company)
    return replace(parameters, known_at=known_at)


def is_quick(company: Company, parameters: Parameters, filters: Filters) -> bool:
    """Whether the export is written while one waits."""
    few = SQL(
        "SELECT count(*) <= %(most)s FROM (SELECT FROM ledger_movement m WHERE {} LIMIT %(most)s + 1) m"
    )
    values = sql.values(company.pk, parameters, filters) | {"most": QUICK_MOVEMENTS}
    return bool(fetch(few.format(sql.counts(parameters, filters)), values)[0][0])


def file_name(company: Company, parameters: Parameters, form: str) -> str:
    """What the file is called: "aged-balance-ACO-2026-06-30.xlsx"."""
    return f"aged-balance-{company.code}-{parameters.as_of.isoformat()}.{form}"


def write_aged_balance(
    target: IO[bytes],
    *,
    company: Company,
    parameters: Parameters,
    by: Grouping,
    filters: Filters,
    form: str,
    language: Language,
    tell: Tell | None = None,
) -> None:
    """Write the aged balance as "xlsx", with the lines behind it, or "csv" as the reader's Excel opens it.

    `tell` hears of lines written.
    """
    balance = aged_balance(
        company,
        as_of=parameters.as_of,
        known_at=parameters.known_at,
        basis=parameters.basis,
        buckets=parameters.buckets,
        by=by,
        filters=filters,
    )
    with override(language):
        report = exports.aged_balance_report(balance, filters, chosen_words(filters))
    if form == Export.Form.CSV:
        for line in sheets.aged_balance_csv(report, language=language):
            target.write(line.encode())
        return
    if tell:
        sections = [replace(section, lines=_counted(section.lines, tell)) for section in report.sections]
        report = replace(report, sections=sections)
    sheets.write_aged_balance(target, report, language=language)


def _counted(lines: Iterable[sheets.AgedLine], tell: Tell) -> Iterator[sheets.AgedLine]:
    for number, line in enumerate(lines, start=1):
        if number % TOLD_EVERY == 0:
            tell(number)
        yield line


def chosen_words(filters: Filters) -> str:
    """What the filters leave, in words; "" when they leave all."""
    parts: list[str] = []
    if filters.collector is not None:
        user = (
            User.objects.filter(pk=filters.collector).first() if filters.collector != NO_COLLECTOR else None
        )
        parts.append(_("Collector: {name}").format(name=user or _("nobody")))
    if filters.segment is not None:
        parts.append(_("Segment: {name}").format(name=filters.segment))
    if filters.group is not None:
        parts.append(_("Group: {name}").format(name=filters.group))
    if filters.customers:
        parts.append(_("Customers: {codes}").format(codes=", ".join(filters.customers)))
    if filters.search.strip():
        parts.append(_("Customers with “{text}”").format(text=filters.search.strip()))
    return " · ".join(parts)


def ask_for_export(
    *,
    company: Company,
    by: User,
    parameters: Parameters,
    grouping: Grouping,
    filters: Filters,
    form: str,
    language: str,
) -> Export:
    """Have a worker write an export. Asked again while the same one waits or is written, gives that one."""
    from exigible.positions.jobs import write_export_job

    asked = as_json(parameters, grouping, filters)
    unfinished = Export.objects.filter(
        company=company, by=by, form=form, state__in=(Export.State.WAITING, Export.State.WRITING)
    )
    same = [
        export for export in unfinished if export.asked | {"known_at": None} == asked | {"known_at": None}
    ]
    if same:
        return same[0]
    with transaction.atomic():
        export = Export.objects.create(company=company, by=by, form=form, language=language, asked=asked)
        write_export_job.defer(export_id=export.pk)
    return export


def write_export(export: Export) -> None:
    """Write the file of an export. What is done already is left alone; a second run begins again."""
    if export.state == Export.State.DONE:
        return
    _set(export, state=Export.State.WRITING, written=0)
    parameters, by, filters = from_json(export.asked)
    with tempfile.TemporaryFile() as target:
        try:
            write_aged_balance(
                target,
                company=export.company,
                parameters=parameters,
                by=by,
                filters=filters,
                form=export.form,
                language="en" if export.language == "en" else "fr",
                tell=lambda written: _set(export, written=written),
            )
        except ExigibleError as error:
            _set(export, state=Export.State.FAILED, reason=_worded(error, export.language))
            return
        except Exception:
            _set(export, state=Export.State.FAILED)
            raise
        target.seek(0)
        name = Path(file_name(export.company, parameters, export.form)).name
        export.file.save(name, File(target), save=False)
    _set(export, state=Export.State.DONE, file=export.file.name)


def _worded(error: ExigibleError, language: str) -> str:
    with override(language):
        return (
            str(type(error)(error.code, _(error.sentence), **error.params)) if error.sentence else str(error)
        )


def _set(export: Export, **fields: object) -> None:
    Export.objects.filter(pk=export.pk).update(**fields)


def forget_exports(before: datetime) -> int:
    """Delete the exports asked for before a moment, with their files; gives how many."""
    old = list(Export.objects.filter(asked_at__lt=before))
    for export in old:
        export.file.delete(save=False)
        export.delete()
    return len(old)
