"""Addresses of promises and of customers' requests."""

from __future__ import annotations

from django.urls import path

from exigible.negotiation import request_views, views

urlpatterns = [
    path(
        "customers/<path:code>/promises/<int:promise>/withdraw/",
        views.withdraw,
        name="promise-withdraw",
    ),
    path("requests/", request_views.requests, name="requests"),
    path("customers/<path:code>/requests/new/", request_views.take, name="request-take"),
    path("customers/<path:code>/requests/<int:pk>/", request_views.answer, name="request"),
    path(
        "customers/<path:code>/requests/<int:pk>/hand-over/",
        request_views.hand_over,
        name="request-hand-over",
    ),
    path("settings/promises/", views.terms, name="promise-terms"),
]
