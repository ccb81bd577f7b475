"""Mistakes and refusals said in the page; messages that reach fragments; what a browser may run."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django_htmx.http import HttpResponseClientRefresh

from exigible.kernel.errors import ExigibleError, Refused, UserMistake
from exigible.web.fragments import note, wants_fragment
from exigible.web.wording import word

GetResponse = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)


class MistakeMiddleware:
    """A UserMistake or a Refused that no view has caught becomes a sentence and status 422."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if wants_fragment(request) and _asks_to_sign_in(response):
            return HttpResponseClientRefresh()
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        if _is_fragment(request, response):
            _append_messages(request, response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, UserMistake | Refused):
            return None
        if wants_fragment(request):
            return note(request, word(error), 422)
        return _mistake_page(request, error)


def _asks_to_sign_in(response: HttpResponse) -> bool:
    """The session ended: the whole page asks again, not the fragment in it."""
    location = response.headers.get("Location", "")
    return response.status_code == 302 and location.startswith(resolve_url(settings.LOGIN_URL))


def _is_fragment(request: HttpRequest, response: HttpResponse) -> bool:
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    return wants_fragment(request) and is_html and not response.streaming and response.status_code != 204


def _append_messages(request: HttpRequest, response: HttpResponse) -> None:
    """A fragment carries the pending messages along: htmx puts them where the page shows messages."""
    shown = [render_to_string("web/message.html", {"message": m}, request) for m in get_messages(request)]
    if shown:
        swap = f'<div hx-swap-oob="beforeend:#messages">{"".join(shown)}</div>'
        response.content = response.content + swap.encode()


def _mistake_page(request: HttpRequest, error: ExigibleError) -> HttpResponse:
    context = {"sentence": word(error), "code": error.code, "is_refusal": isinstance(error, Refused)}
    return render(request, "web/mistake.html", context, status=422)
