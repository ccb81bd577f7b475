"""The page of keys."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def keys(request: HttpRequest) -> HttpResponse:
    """All the keys, to read or print; `?` shows those of the page one is on."""
    return render(request, "web/keys.html")
