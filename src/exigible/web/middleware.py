"""Mistakes and refusals said in the page; messages that reach fragments; what a browser may run."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urldefrag

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

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
        if wants_fragment(request) and response.status_code == 302:
            response = _for_the_page(request, response)
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


def _for_the_page(request: HttpRequest, redirection: HttpResponse) -> HttpResponse:
    """A redirection that concerns the whole page: the end of the session, or what follows an act.

    The browser would follow it by itself and put that page, or nothing, where a fragment is awaited; the
    messages of the act would be lost. After a GET, another fragment is meant: it is followed as usual.
    """
    location = redirection.headers["Location"]
    if location.startswith(resolve_url(settings.LOGIN_URL)):
        return HttpResponseClientRefresh()
    if request.method == "GET":
        return redirection
    here = request.htmx.current_url_abs_path  # type: ignore[attr-defined]
    is_here = urldefrag(location).url == urldefrag(here or "").url
    return HttpResponseClientRefresh() if is_here else HttpResponseClientRedirect(location)


def _is_fragment(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the answer is put into the page. One that leads elsewhere leaves the messages to that page."""
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    is_put = wants_fragment(request) and response.status_code not in (204, 302)
    leads_elsewhere = "HX-Redirect" in response.headers or "HX-Refresh" in response.headers
    return is_put and is_html and not response.streaming and not leads_elsewhere


def _append_messages(request: HttpRequest, response: HttpResponse) -> None:
    """A fragment carries the pending messages along: htmx puts them where the page shows messages."""
    shown = [render_to_string("web/message.html", {"message": m}, request) for m in get_messages(request)]
    if shown:
        swap = f'<div hx-swap-oob="beforeend:#messages">{"".join(shown)}</div>'
        response.content = response.content + swap.encode()


def _mistake_page(request: HttpRequest, error: ExigibleError) -> HttpResponse:
    context = {"sentence": word(error), "code": error.code, "is_refusal": isinstance(error, Refused)}
    return render(request, "web/mistake.html", context, status=422)
