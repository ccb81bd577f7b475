"""A letter retouched by hand: fetched as Word, handed back as PDF or Word, taken off again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.documents.word import MIME_TYPE, letter_docx
from exigible.dunning.models import ON_PAPER, Action, RetouchedLetter
from exigible.dunning.services.retouching import (
    attach_retouched,
    retouched_content,
    withdraw_retouched,
)
from exigible.dunning.views import very
from exigible.dunning.views.reading import all_messages
from exigible.dunning.views.responses import pdf_response
from exigible.kernel.errors import UserMistake
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view


def _find(request: HttpRequest, pk: int) -> tuple[Scope, Action]:
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    letters = all_messages(scope).filter(channel__in=ON_PAPER).select_related("customer", "run")
    return scope, get_object_or_404(letters, pk=pk)


@company_view()
def word(request: HttpRequest, action: int) -> HttpResponse:
    """The letter as it would go now, as a Word file."""
    _scope, found = _find(request, action)
    name = f"{found.customer.code}-{found.run.day:%Y-%m-%d}.docx"
    return _attachment(letter_docx(very.compose_now(found).letter), name, MIME_TYPE)


@company_view()
def retouched(request: HttpRequest, action: int, kept: int) -> HttpResponse:
    """A retouched file as it came."""
    _scope, found = _find(request, action)
    file = get_object_or_404(RetouchedLetter, action=found, pk=kept)
    content = retouched_content(file)
    return pdf_response(content, file.name) if file.is_pdf else _attachment(content, file.name, MIME_TYPE)


def _attachment(content: bytes, name: str, kind: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": disposition})


@require_POST
@company_view(Right.COLLECT)
def attach(request: HttpRequest, action: int) -> HttpResponse:
    """Hand a retouched letter back: a PDF is what is sent, a Word file is kept beside it."""
    scope, found = _find(request, action)
    file = request.FILES.get("file")
    if file is None:
        raise UserMistake("no-file", "Choose the retouched file first.")
    kept = attach_retouched(action=found, name=str(file.name), content=file.read(), by=scope.user.pk)
    messages.success(
        request,
        _("This PDF is what will be sent to {customer}.").format(customer=found.customer.name)
        if kept.is_pdf
        else _("The Word file is kept with the message; what is sent stays the PDF below."),
    )
    return redirect("reminder", company=scope.company.code, action=found.pk)


@require_POST
@company_view(Right.COLLECT)
def withdraw(request: HttpRequest, action: int) -> HttpResponse:
    """Send the letter of the program after all."""
    scope, found = _find(request, action)
    withdraw_retouched(action=found, by=scope.user.pk)
    messages.success(request, _("The retouched files are put away: the letter goes as the program wrote it."))
    return redirect("reminder", company=scope.company.code, action=found.pk)
