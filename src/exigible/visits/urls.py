"""Addresses of visits. What a telephone keeps stands under `visits/`: its worker reaches no further."""

from __future__ import annotations

from django.urls import path

from exigible.visits import phone_views, receipt_views, settings_views, views

urlpatterns = [
    path("visits/", views.tours, name="visits"),
    path("visits/new/", views.new, name="visit-new"),
    path("visits/worker.js", phone_views.worker, name="visit-worker"),
    path("visits/receipts/", receipt_views.receipts, name="visit-receipts"),
    path("visits/receipts/<int:number>/pdf/", receipt_views.pdf, name="visit-receipt-pdf"),
    path("visits/receipts/<int:number>/mail/", receipt_views.mail, name="visit-receipt-mail"),
    path("visits/stops/<int:pk>/", views.stop, name="visit-stop"),
    path("visits/stops/<int:pk>/move/", views.move, name="visit-stop-move"),
    path("visits/stops/<int:pk>/off/", views.off, name="visit-stop-off"),
    path("visits/<int:pk>/", views.tour, name="visit-tour"),
    path("visits/<int:pk>/add/", views.add, name="visit-add"),
    path("visits/<int:pk>/start/", views.start, name="visit-start"),
    path("visits/<int:pk>/order/", views.order, name="visit-order"),
    path("visits/<int:pk>/cancel/", views.cancel, name="visit-cancel"),
    path("visits/<int:pk>/pdf/", views.pdf, name="visit-pdf"),
    path("visits/<int:pk>/phone/", phone_views.phone, name="visit-phone"),
    path("visits/<int:pk>/phone/state/", phone_views.state, name="visit-state"),
    path("visits/<int:pk>/phone/results/", phone_views.results, name="visit-results"),
    path("settings/visits/", settings_views.policy, name="visit-policy"),
]
