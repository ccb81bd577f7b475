"""Addresses of the import desk."""

from __future__ import annotations

from django.urls import path

from exigible.intake import views

urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/<int:pk>/", views.page, name="import"),
    path("imports/<int:pk>/progress/", views.progress, name="import-progress"),
    path("imports/<int:pk>/mapping/", views.try_mapping, name="import-mapping"),
    path("imports/<int:pk>/compare/", views.compare, name="import-compare"),
    path("imports/<int:pk>/write/", views.write, name="import-write"),
    path("imports/<int:pk>/again/", views.again, name="import-again"),
    path("imports/<int:pk>/choices/", views.choose_anew, name="import-choices"),
    path("imports/<int:pk>/kind/", views.change_kind, name="import-kind"),
    path("imports/<int:pk>/put-aside/", views.put_aside, name="import-put-aside"),
    path("imports/<int:pk>/problems.csv", views.problems, name="import-problems"),
]
