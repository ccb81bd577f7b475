"""The import desk: a file is handed in, looked at, compared, and written when a person says so."""

from __future__ import annotations

from typing import Any, Final, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.documents.sheets import csv_for_reader
from exigible.intake import asking, services
from exigible.intake.books.guard import IS_OURS, MAY_REVERSE
from exigible.intake.forms import GUESS, AccountsForm, MappingForm, UploadForm, mapping_form
from exigible.intake.looks import AT_ONCE, forget_look, is_looked_at, is_statement, look, looks_like_books
from exigible.intake.mappings import remember_mapping
from exigible.intake.models import FileKind, Import
from exigible.intake.queries import imports_of
from exigible.intake.screens import (
    asks_for_reversals,
    can_be_changed,
    mapping_context,
    page_context,
    part_of,
    twin_context,
)
from exigible.intake.telling import problem_table, tell_all, word_error
from exigible.kernel.errors import ExigibleError, Refused, UserMistake
from exigible.language import formats
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view

_HEAD_BYTES: Final = 65_536


def _scope(request: HttpRequest) -> Scope:
    return cast("Scope", request.company_scope)  # type: ignore[attr-defined]


def _job(request: HttpRequest, pk: int) -> Import:
    found = Import.objects.select_related("company", "by")
    return get_object_or_404(found, pk=pk, company=_scope(request).company)


def _to_page(job: Import) -> HttpResponse:
    return redirect("import", company=job.company.code, pk=job.pk)


@company_view(Right.IMPORT)
def imports(request: HttpRequest) -> HttpResponse:
    """What came in, newest first, and where to hand in the next file."""
    if request.method == "POST":
        return _upload(request)
    return _list(request, UploadForm(initial={"kind": request.GET.get("kind", GUESS)}))


def _list(request: HttpRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    rows, following, preceding = imports_of(_scope(request).company, request.GET)
    context = {"rows": rows, "form": form, "following": following, "preceding": preceding,
               "is_moving": any(row.is_at_work for row in rows)}  # fmt: skip
    return render(request, "intake/imports.html", context, status=status)


def _upload(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _say_upload_error(request, form)
    try:
        job = _receive(request, form.cleaned_data["file"], form.cleaned_data["kind"])
    except UserMistake as mistake:
        form.add_error("file", word_error(mistake))
        return _say_upload_error(request, form)
    url = reverse("import", kwargs={"company": job.company.code, "pk": job.pk})
    return JsonResponse({"url": url}) if _wants_json(request) else redirect(url)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _say_upload_error(request: HttpRequest, form: UploadForm) -> HttpResponse:
    if _wants_json(request):
        said = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return JsonResponse({"error": said}, status=422)
    return _list(request, form, status=422)


def _receive(request: HttpRequest, file: UploadedFile[Any], kind: str) -> Import:
    """Keep the file and look at it: at once if it is small, else by a worker."""
    scope, name = _scope(request), file.name or ""
    options: dict[str, Any] = {}
    if kind == GUESS:
        kind = FileKind.FEC if looks_like_books(file.read(_HEAD_BYTES), name) else FileKind.ITEMS
        options = {"guess_kind": True} if kind == FileKind.ITEMS else {}
    content = cast("Any", file.file)
    job = services.receive(
        company=scope.company, kind=kind, content=content, name=name, by=scope.user.pk, options=options
    )
    _look(job)
    return job


def _look(job: Import) -> None:
    if job.size <= AT_ONCE:
        look(job)
    else:
        asking.ask_for_look(job)


@company_view(Right.IMPORT)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One import, whatever it has come to."""
    return _page(request, _job(request, pk))


def _page(
    request: HttpRequest, job: Import, status: int = 200, more: dict[str, Any] | None = None
) -> HttpResponse:
    context = page_context(job) | twin_context(job) | (more or {})
    return render(request, "intake/import.html", context, status=status)


@company_view(Right.IMPORT)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the work has come; when it is over, what came of it."""
    job = _job(request, pk)
    if part_of(job) == "working":
        return render(request, "intake/working.html", page_context(job))
    context = page_context(job) | twin_context(job)
    response = render(request, "intake/state.html", context)
    response.headers["HX-Retarget"] = "#import"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


@company_view(Right.IMPORT)
@require_POST
def try_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """The first lines as they would be read with the columns now chosen."""
    job = _job(request, pk)
    if part_of(job) != "table":
        raise Refused("import-is-settled", "This import can no longer be changed.")
    form = mapping_form(job, request.POST)
    form.is_valid()
    return render(request, "intake/preview_rows.html", mapping_context(job, form))


@company_view(Right.IMPORT)
@require_POST
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the file as chosen and compare it with the ledger: a worker does it."""
    job = _job(request, pk)
    if job.state != Import.State.RECEIVED or not is_looked_at(job) or not can_be_changed(job):
        return _say_taken(request, job)
    options: dict[str, Any] = {}
    if job.kind == FileKind.FEC:
        accounts = AccountsForm(job, request.POST)
        if not accounts.is_valid():
            return _page(request, job, 422, {"accounts": accounts})
        options = {
            "receivable_accounts": accounts.cleaned_data["accounts"],
            IS_OURS: bool(accounts.cleaned_data.get(IS_OURS)),
        }
    elif not is_statement(job):
        mapping = mapping_form(job, request.POST)
        if not mapping.is_valid() or mapping.missing():
            return _page(request, job, 422, mapping_context(job, mapping) | {"is_refused": True})
        _remember(job, mapping)
        options = {"mapping": mapping.mapping.to_dict(), **mapping.account_chosen()}
    return _ask(request, job, asking.ask_for_preview, options)


def _remember(job: Import, form: MappingForm) -> None:
    if form.cleaned_data["remember"]:
        remember_mapping(company=job.company, name=form.cleaned_data["remember"], mapping=form.mapping)


@company_view(Right.IMPORT)
@require_POST
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what the file changes: a worker does it. Many reversals wait for a tick of their own."""
    job = _job(request, pk)
    if asks_for_reversals(job):
        if not request.POST.get(MAY_REVERSE):
            messages.warning(request, _("Nothing was imported: tick that the items are to be reversed."))
            return _to_page(job)
        services.confirm_reversals(job=job)
    return _ask(request, job, asking.ask_for_writing)


@company_view(Right.IMPORT)
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Start once more what failed or never began, with the same choices."""
    job = _job(request, pk)
    if is_looked_at(job):
        return _ask(request, job, asking.ask_for_preview)
    if can_be_changed(job):
        forget_look(job)
        _look(job)
    return _to_page(job)


def _ask(request: HttpRequest, job: Import, ask: Any, options: dict[str, Any] | None = None) -> HttpResponse:
    try:
        with transaction.atomic():
            locked = Import.objects.select_for_update(of=("self",)).select_related("company").get(pk=job.pk)
            if options is not None and not asking.is_at_work(locked):
                services.choose_options(job=locked, options=options)
            ask(locked)
    except Refused:
        return _say_taken(request, job)
    return _to_page(job)


def _say_taken(request: HttpRequest, job: Import) -> HttpResponse:
    """Two people pressed at once: one was first, and this one is told what has become of the file."""
    job.refresh_from_db()
    if asking.is_at_work(job):
        messages.warning(
            request,
            _("Someone was faster: this file is being worked on already. Its progress is shown here."),
        )
    else:
        messages.warning(
            request, _("This import has gone on meanwhile: what has become of it is shown here.")
        )
    return _to_page(job)


@company_view(Right.IMPORT)
@require_POST
def choose_anew(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the choice of accounts or columns; what was read with the other choice is forgotten."""
    job = _job(request, pk)
    if not can_be_changed(job):
        return _say_taken(request, job)
    services.choose_options(job=job, options={})
    return _to_page(job)


@company_view(Right.IMPORT)
@require_POST
def change_kind(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the file for something else, or another of its sheets, and look at it anew."""
    job = _job(request, pk)
    kind, sheet = request.POST.get("kind", job.kind), request.POST.get("sheet", "")
    if not can_be_changed(job) or kind not in FileKind.values:
        return _say_taken(request, job)
    forget_look(job, kind=kind, options={"sheet": sheet} if sheet else {})
    _look(job)
    return _to_page(job)


@company_view(Right.IMPORT)
@require_POST
def put_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave the file out: nothing of it was written, and nothing will be."""
    job = _job(request, pk)
    if asking.is_at_work(job) or job.state == Import.State.ABANDONED:
        return _say_taken(request, job)
    try:
        services.abandon(job)
    except ExigibleError:
        return _say_taken(request, job)
    messages.success(
        request, _("%(file)s was put aside. Nothing of it was imported.") % {"file": job.file_name}
    )
    return redirect("imports", company=job.company.code)


@company_view(Right.IMPORT)
def problems(request: HttpRequest, pk: int) -> HttpResponse:
    """The errors and warnings as CSV, for whoever mends the file; no cell of it is run by a spreadsheet."""
    job = _job(request, pk)
    told = tell_all(job.problems, job.company.currency)
    text = "".join(csv_for_reader(*problem_table(told), language=formats.language()))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="import-{job.pk}-problems.csv"'
    return response
