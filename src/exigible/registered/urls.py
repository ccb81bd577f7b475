"""Addresses of registered letters."""

from __future__ import annotations

from django.urls import path

from exigible.registered.views import day, letter, lists, posting, tracking

urlpatterns = [
    path("registered/", lists.registered, name="registered"),
    path("registered/day/", day.letters_of_the_day, name="registered-day"),
    path("registered/numbers/", posting.numbers, name="registered-numbers"),
    path("registered/posting/", posting.posting, name="registered-posting"),
    path("registered/print/", posting.print_all, name="registered-print"),
    path("registered/listing/", posting.listing, name="registered-listing"),
    path("registered/electronic/", posting.electronic, name="registered-electronic"),
    path("registered/tracking/", tracking.tracking, name="registered-tracking"),
    path("registered/<int:action>/", letter.letter, name="registered-letter"),
    path("registered/<int:action>/pdf/", letter.pdf, name="registered-pdf"),
    path("registered/<int:action>/heard/", letter.heard, name="registered-heard"),
    path("registered/<int:action>/heard/<int:event>/back/", letter.back, name="registered-back"),
    path("registered/<int:action>/proofs/", letter.prove, name="registered-prove"),
    path("registered/<int:action>/proofs/<int:proof>/", letter.proof, name="registered-proof"),
    path("registered/<int:action>/number/", letter.number, name="registered-number"),
    path("registered/<int:action>/drop/", letter.drop, name="registered-drop"),
    path("registered/<int:action>/consent/", letter.consent, name="registered-consent"),
    path("registered/<int:action>/address/", letter.right_address, name="registered-address"),
    path("registered/<int:action>/settle/", letter.settle, name="registered-settle"),
]
