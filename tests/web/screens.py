"""Addresses of a site with two screens."""

from __future__ import annotations

from django.urls import path

from tests.web.urls import screen

urlpatterns = [
    path("<slug:company>/day/", screen, name="day"),
    path("<slug:company>/customers/", screen, name="customers"),
]
