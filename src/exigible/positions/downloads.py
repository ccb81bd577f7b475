"""What is taken away: the aged balance as Excel or CSV, a customer's statement as PDF or Excel."""

from __future__ import annotations

import io
from datetime import date
from typing import IO

from django.core.files import File
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date

from exigible.documents.sheets import statement_workbook
from exigible.documents.statement import render_statements
from exigible.kernel.errors import UserMistake
from exigible.positions import exports, services, statements
from exigible.positions.asking import from_json, read_asked
from exigible.positions.models import Export
from exigible.team.scope import Scope, company_view

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}


def _scope(request: HttpRequest) -> Scope:
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    return scope


@company_view()
def export(request: HttpRequest) -> HttpResponseBase:
    """The aged balance of the same address as a file; where it is long, a worker writes it."""
    asked, form = read_asked(request), request.GET.get("format", "xlsx")
    if form not in Export.Form.values:
        raise UserMistake("unknown-format", "There is no export as “{found}”.", found=form)
    company, language = asked.scope.company, exports.reader_language()
    parameters = services.issued(company, asked.parameters)
    if not services.is_quick(company, parameters, asked.filters):
        waiting = services.ask_for_export(
            company=company,
            by=asked.scope.user,
            parameters=parameters,
            grouping=asked.by,
            filters=asked.filters,
            form=form,
            language=language,
        )
        return redirect("aged-balance-export-progress", company=company.code, export=waiting.pk)
    target = io.BytesIO()
    services.write_aged_balance(
        target,
        company=company,
        parameters=parameters,
        by=asked.by,
        filters=asked.filters,
        form=form,
        language=language,
    )
    target.seek(0)
    return _file(target, services.file_name(company, parameters, form))


@company_view()
def progress(request: HttpRequest, export: int) -> HttpResponse:
    """How far an export is, and where to fetch it once it is written."""
    found = _export(request, export)
    template = "progress" if request.htmx else "export"  # type: ignore[attr-defined]
    return render(request, f"positions/{template}.html", {"export": found})


@company_view()
def fetch_export(request: HttpRequest, export: int) -> FileResponse:
    """The file of an export."""
    found = get_object_or_404(_exports(request), pk=export, state=Export.State.DONE)
    parameters, _by, _filters = from_json(found.asked)
    return _file(found.file.open(), services.file_name(found.company, parameters, found.form))


def _export(request: HttpRequest, key: int) -> Export:
    return get_object_or_404(_exports(request), pk=key)


def _exports(request: HttpRequest) -> QuerySet[Export]:
    scope = _scope(request)
    return Export.objects.select_related("company").filter(company=scope.company, by=scope.user)


@company_view()
def statement(request: HttpRequest, code: str) -> FileResponse:
    """A customer's statement as of the date looked at: `format` pdf or xlsx, `kind` open or movements."""
    scope, words = _scope(request), request.GET
    customer = get_object_or_404(scope.customers().select_related("company", "collector"), code=code)
    form = words.get("format", "pdf")
    if form not in ("pdf", "xlsx"):
        raise UserMistake("unknown-format", "There is no export as “{found}”.", found=form)
    found = statements.statement(
        customer,
        scope.as_of,
        "movements" if words.get("kind") == "movements" else "open",
        _day(words.get("since", "")),
        scope.known_at,
    )
    document = exports.statement_document(found, dated=timezone.localdate())
    content = render_statements([document])[0] if form == "pdf" else statement_workbook(document)
    name = f"statement-{customer.code}-{scope.as_of.isoformat()}.{form}"
    return _file(io.BytesIO(content), name, is_read_here=form == "pdf")


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _file(content: IO[bytes] | File[bytes], name: str, *, is_read_here: bool = False) -> FileResponse:
    kind = TYPES[name.rpartition(".")[2]]
    return FileResponse(content, as_attachment=not is_read_here, filename=name, content_type=kind)
