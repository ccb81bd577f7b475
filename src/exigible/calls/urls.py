"""Addresses of calls."""

from __future__ import annotations

from django.urls import path

from exigible.calls import settings_views, views

urlpatterns = [
    path("calls/", views.calls, name="calls"),
    path("calls/next/", views.following, name="call-next"),
    # A code may hold a slash: what stands under a sheet comes before the sheet.
    path("calls/sheet/<path:code>/pdf/", views.pdf, name="customer-call-pdf"),
    path("calls/sheet/<path:code>/numbers/", views.right_number, name="call-number-right"),
    path("calls/sheet/<path:code>/", views.sheet, name="customer-call"),
    path("settings/calls/", settings_views.policy, name="call-policy"),
    path("settings/calls/<str:language>/", settings_views.script, name="call-script"),
    path("settings/calls/<str:language>/reset/", settings_views.reset, name="call-script-reset"),
]
