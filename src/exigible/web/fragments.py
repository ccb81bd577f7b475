"""Answers to htmx: a piece of a page, or a note over it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def wants_fragment(request: HttpRequest) -> bool:
    """Whether the answer goes into a page that is already there."""
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.boosted


def note(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    """The sentence goes to the page's messages; the page, and what the person had typed in it, stays."""
    response = render(request, "web/note.html", {"sentence": sentence}, status=status)
    response.headers["HX-Retarget"] = "#messages"
    response.headers["HX-Reswap"] = "beforeend"
    return response
