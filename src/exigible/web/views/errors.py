"""Pages for what cannot be shown. The root addresses name these as handlers."""

from __future__ import annotations

import logging
import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from exigible.web.fragments import note, wants_fragment

logger = logging.getLogger("exigible.fault")


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return _say(
        request, 404, _("This page does not exist"),
        _("It may have moved, or it belongs to a company that you have no access to."),
    )  # fmt: skip


@requires_csrf_token
def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return _say(
        request, 403, _("You may not do this"),
        _("Your role does not allow it. Ask an administrator of the company."),
    )  # fmt: skip


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return _say(request, 400, _("This request cannot be read"), _("Go back and try again."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """The form is older than the session."""
    return _say(
        request, 403, _("This form is out of date"),
        _("You signed in again since it was opened. Reload the page."),
    )  # fmt: skip


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours, logged with the reference that the page shows. Needs neither database nor context."""
    reference = secrets.token_hex(4).upper()
    logger.exception("fault %s at %s %s", reference, request.method, request.path)
    if wants_fragment(request):
        sentence = _("A fault of ours. Nothing was left half done. Reference: %(reference)s")
        return note(request, sentence % {"reference": reference}, 500)
    return HttpResponse(render_to_string("web/fault.html", {"reference": reference}), status=500)


def _say(request: HttpRequest, status: int, title: str, sentence: str) -> HttpResponse:
    if wants_fragment(request):
        return note(request, f"{title}. {sentence}", status)
    return render(request, "web/error.html", {"title": title, "sentence": sentence}, status=status)
