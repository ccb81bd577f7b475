"""Mail in and out as files: read by hand, handed out as received, and what came with it."""

from __future__ import annotations

from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from exigible.inbox.fetching import fetch_mailbox
from exigible.inbox.jobs import fetch_later
from exigible.inbox.models import Attachment, Mailbox
from exigible.inbox.queries import mails_of
from exigible.inbox.receiving import receive
from exigible.inbox.rules.message import LARGEST
from exigible.inbox.storing import content_of, raw_of
from exigible.inbox.wording import fetched_sentence, problem_sentence
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view

MOST_FILES = 50


@require_POST
@company_view(Right.COLLECT)
def upload(request: HttpRequest) -> HttpResponse:
    """Read e-mails given by hand (.eml), as if they had come in."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    files = request.FILES.getlist("files")[:MOST_FILES]
    new = last = 0
    for file in files:
        if not file.size or file.size > LARGEST:
            messages.warning(request, _("%(name)s is empty or too large.") % {"name": file.name})
            continue
        received = receive(company=scope.company, raw=file.read(), by=scope.user.pk)
        new, last = new + received.is_new, received.mail.pk
    known = len(files) - new
    if new:
        said = ngettext("{count} mail read.", "{count} mails read.", new)
        messages.success(request, said.format(count=new))
    elif files and last:
        said = ngettext("This mail was known already.", "These mails were known already.", known)
        messages.info(request, said)
    elif not files:
        messages.warning(request, _("Choose a file first."))
    return redirect("inbox-mail", scope.company.code, last) if last else redirect("inbox", scope.company.code)


@require_POST
@company_view(Right.COLLECT)
def fetch(request: HttpRequest) -> HttpResponse:
    """Have the mailbox read now, by a worker."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    mailbox = Mailbox.objects.filter(company=scope.company, is_active=True).first()
    if mailbox is None:
        messages.warning(request, _("No mailbox is set for this company."))
    else:
        fetch_later(mailbox)
        messages.info(request, _("The mailbox is being read: what is new appears here in a moment."))
    return redirect("inbox", company=scope.company.code)


@require_POST
@company_view(Right.ADMINISTER)
def try_mailbox(request: HttpRequest) -> HttpResponse:
    """Read the mailbox at once, and say what came of it."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    mailbox = get_object_or_404(Mailbox.objects.select_related("company"), company=scope.company)
    report = fetch_mailbox(mailbox=mailbox, by=scope.user.pk)
    if report.problem:
        messages.error(request, problem_sentence(report.problem, scope.company, report.said))
    else:
        messages.success(request, _("The mailbox was read.") + " " + fetched_sentence(report))
    return redirect("inbox-settings", company=scope.company.code)


@company_view()
def original(request: HttpRequest, mail: int) -> FileResponse:
    """The mail as it was received: a file for the reader's own mail program, never shown here."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    found = get_object_or_404(mails_of(scope), pk=mail)
    return _file(raw_of(found), f"mail-{found.pk}.eml")


@company_view()
def attachment(request: HttpRequest, mail: int, place: int) -> FileResponse:
    """A file that came with a mail, to be kept, not opened in the page."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    found = get_object_or_404(mails_of(scope), pk=mail)
    chosen = get_object_or_404(Attachment.objects.select_related("mail"), mail=found, place=place)
    return _file(content_of(chosen), chosen.name)


def _file(content: bytes, name: str) -> FileResponse:
    response = FileResponse(
        BytesIO(content), as_attachment=True, filename=name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
