"""Addresses of promises."""

from __future__ import annotations

from django.urls import path

from exigible.negotiation import views

urlpatterns = [
    path(
        "customers/<path:code>/promises/<int:promise>/withdraw/",
        views.withdraw,
        name="promise-withdraw",
    ),
    path("settings/promises/", views.terms, name="promise-terms"),
]
