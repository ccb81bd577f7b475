"""Addresses. Everything of a company stands under its code, so that any screen can be sent to a colleague."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

from exigible.runtime.health import healthz

ROOMS = (
    "positions",
    "intake",
    "cash",
    "disputes",
    "negotiation",
    "dunning",
    "inbox",
    "worklist",
    "calls",
    "registered",
    "visits",
    "team",
)

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    *(
        path("<slug:company>/", include(f"exigible.{room}.urls"))
        for room in ROOMS
        if find_spec(f"exigible.{room}.urls")
    ),
    path("", include("exigible.web.urls")),
]

handler404 = "exigible.web.views.errors.not_found"
handler403 = "exigible.web.views.errors.not_allowed"
handler400 = "exigible.web.views.errors.bad_request"
handler500 = "exigible.web.views.errors.server_error"
