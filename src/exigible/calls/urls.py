"""Addresses of calls."""

from __future__ import annotations

from django.urls import path

from exigible.calls import settings_views, views

urlpatterns = [
    path("calls/", views.calls, name="calls"),
    path("calls/next/", views.following, name="call-next"),
    path("customers/<path:code>/call/", views.sheet, name="customer-call"),
    path("customers/<path:code>/call/numbers/", views.right_number, name="call-number-right"),
    path("settings/calls/", settings_views.policy, name="call-policy"),
    path("settings/calls/<str:language>/", settings_views.script, name="call-script"),
    path("settings/calls/<str:language>/reset/", settings_views.reset, name="call-script-reset"),
]
