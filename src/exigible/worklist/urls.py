from __future__ import annotations

from django.urls import path

from exigible.worklist import views

urlpatterns = [
    path("day/", views.day, name="day"),
    path("day/again/", views.again, name="day-again"),
    path("day/<int:task>/why/", views.why, name="day-why"),
    path("day/<int:task>/done/", views.done, name="day-done"),
    path("customers/<path:code>/note/", views.note, name="customer-note"),
    path("customers/<path:code>/claim-declared/", views.claim_declared, name="customer-claim-declared"),
    path("customers/<path:code>/promise/", views.promise, name="customer-promise"),
]
