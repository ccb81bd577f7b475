from __future__ import annotations

from django.urls import path

from exigible.cash.views import acts, advice, desk, matching, settings, unallocated

LINE = "cash/lines/<int:line>/"

urlpatterns = [
    path("cash/", desk.desk, name="cash"),
    path("cash/more/", desk.more, name="cash-more"),
    path("cash/customers/", desk.customers, name="cash-customers"),
    path("cash/match/", matching.match_now, name="cash-match"),
    path("cash/match/progress/", matching.progress, name="cash-match-progress"),
    path("cash/settings/", settings.settings, name="cash-settings"),
    path("cash/unallocated/", unallocated.unallocated, name="cash-unallocated"),
    path("cash/unallocated/owner/", unallocated.owner, name="cash-owner"),
    path(LINE, desk.line, name="cash-line"),
    path(LINE + "letter/", acts.letter, name="cash-letter"),
    path(LINE + "undo/", acts.undo, name="cash-undo"),
    path(LINE + "not/", acts.not_this_customer, name="cash-not"),
    path(LINE + "aside/", acts.put_aside, name="cash-aside"),
    path(LINE + "return/", acts.give_back, name="cash-give-back"),
    path(LINE + "advice/", acts.attach_advice, name="cash-advice"),
    path(LINE + "advice/off/", acts.withdraw_advice, name="cash-advice-off"),
    path(LINE + "advice/<int:advice>/", advice.advice_file, name="cash-advice-file"),
    path(LINE + "back/", acts.take_back, name="cash-take-back"),
]
