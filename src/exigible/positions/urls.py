from __future__ import annotations

from django.urls import path

from exigible.positions import downloads, views

urlpatterns = [
    path("aged-balance/", views.aged_balance, name="aged-balance"),
    path("aged-balance/group/", views.group, name="aged-balance-group"),
    path("aged-balance/lines/", views.lines, name="aged-balance-lines"),
    path("aged-balance/export/", downloads.export, name="aged-balance-export"),
    path("aged-balance/exports/<int:export>/", downloads.progress, name="aged-balance-export-progress"),
    path("aged-balance/exports/<int:export>/file/", downloads.fetch_export, name="aged-balance-export-file"),
    path("customers/<path:code>/statement/", downloads.statement, name="statement"),
]
