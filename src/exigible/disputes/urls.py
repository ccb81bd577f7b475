"""Addresses of disputes."""

from __future__ import annotations

from django.urls import path

from exigible.disputes import views

urlpatterns = [
    path("customers/<path:code>/items/<int:item>/contest/", views.contest, name="dispute-open"),
    path("customers/<path:code>/disputes/<int:dispute>/resolve/", views.resolve, name="dispute-resolve"),
]
