"""Addresses of reminders."""

from __future__ import annotations

from django.urls import path

from exigible.dunning.views import (
    acts,
    calendars,
    home,
    messages,
    notes,
    policies,
    retouching,
    runs,
    sending,
    template_preview,
    template_versions,
    templates,
)

TEMPLATE = "reminders/templates/<slug:tone>/<slug:language>/"

urlpatterns = [
    path("reminders/", home.home, name="reminders"),
    path("reminders/alarms/", home.alarms_of_the_day, name="reminders-alarms"),
    path("reminders/propose/", home.propose, name="reminders-propose"),
    path("reminders/proposing/", home.proposing, name="reminders-proposing"),
    path("reminders/policies/", policies.policies, name="policies"),
    path("reminders/policies/new/", policies.add, name="policy-new"),
    path("reminders/policies/<int:policy>/", policies.change, name="policy"),
    path("reminders/calendars/", calendars.calendars, name="calendars"),
    path("reminders/calendars/change/", calendars.change, name="calendar-change"),
    path("reminders/templates/", templates.templates, name="templates"),
    path("reminders/templates/banned/", templates.ban, name="templates-ban"),
    path("reminders/templates/narrower/", templates.narrower, name="template-narrower"),
    path("reminders/templates/customers/", template_preview.customers, name="template-customers"),
    path(TEMPLATE, templates.template, name="template"),
    path(TEMPLATE + "save/", templates.save, name="template-save"),
    path(TEMPLATE + "preview/", template_preview.preview, name="template-preview"),
    path(TEMPLATE + "seen/", template_preview.seen, name="template-seen"),
    path(TEMPLATE + "send-me/", template_preview.send_me, name="template-send-me"),
    path(TEMPLATE + "versions/", template_versions.versions, name="template-versions"),
    path(TEMPLATE + "restore/", template_versions.restore, name="template-restore"),
    path("reminders/notes/<slug:tone>/<str:code>/", notes.note, name="note-written"),
    path("reminders/messages/<int:action>/", messages.message, name="reminder"),
    path("reminders/messages/<int:action>/peek/", messages.peek, name="reminder-peek"),
    path("reminders/messages/<int:action>/email/", messages.email, name="reminder-email"),
    path("reminders/messages/<int:action>/letter.pdf", messages.letter, name="reminder-letter"),
    path(
        "reminders/messages/<int:action>/attached/<int:number>.pdf",
        messages.attachment,
        name="reminder-attachment",
    ),
    path("reminders/messages/<int:action>/letter.docx", retouching.word, name="reminder-word"),
    path("reminders/messages/<int:action>/retouched/", retouching.attach, name="reminder-retouch"),
    path(
        "reminders/messages/<int:action>/retouched/<int:kept>/",
        retouching.retouched,
        name="reminder-retouched",
    ),
    path(
        "reminders/messages/<int:action>/retouched/withdraw/",
        retouching.withdraw,
        name="reminder-retouched-withdraw",
    ),
    path("reminders/messages/<int:action>/resolve/", messages.resolve, name="reminder-resolve"),
    path("reminders/<int:run>/", runs.goes_out, name="run"),
    path("reminders/<int:run>/left-out/", runs.left_out, name="run-left-out"),
    path("reminders/<int:run>/held-back/", runs.held_back, name="run-held-back"),
    path("reminders/<int:run>/progress/", runs.progress, name="run-progress"),
    path("reminders/<int:run>/letters.pdf", runs.letters, name="run-letters"),
    path("reminders/<int:run>/exclude/", acts.exclude, name="run-exclude"),
    path("reminders/<int:run>/include/", acts.include, name="run-include"),
    path("reminders/<int:run>/approve/", acts.approve, name="run-approve"),
    path("reminders/<int:run>/send/", acts.send, name="run-send"),
    path("reminders/<int:run>/stop/", acts.stop, name="run-stop"),
    path("settings/sending/", sending.limits, name="sending-settings"),
    path("settings/sending/text-messages/", sending.gateway, name="sms-gateway"),
    path("settings/sending/text-messages/try/", sending.try_gateway, name="sms-gateway-try"),
]
