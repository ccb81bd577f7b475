"""Addresses of the inbox."""

from __future__ import annotations

from django.urls import path

from exigible.inbox.views import acts, day, files, mailbox, screen

urlpatterns = [
    path("inbox/", screen.inbox, name="inbox"),
    path("inbox/day/", day.replies_of_the_day, name="inbox-day"),
    path("inbox/customers/", screen.customers, name="inbox-customers"),
    path("inbox/upload/", files.upload, name="inbox-upload"),
    path("inbox/fetch/", files.fetch, name="inbox-fetch"),
    path("inbox/<int:mail>/", screen.mail, name="inbox-mail"),
    path("inbox/<int:mail>/answer/", acts.answer, name="inbox-answer"),
    path("inbox/<int:mail>/reopen/", acts.reopen, name="inbox-reopen"),
    path("inbox/<int:mail>/customer/", acts.put_to, name="inbox-customer"),
    path("inbox/<int:mail>/address-works/", acts.lift, name="inbox-address-works"),
    path("inbox/<int:mail>/original/", files.original, name="inbox-original"),
    path("inbox/<int:mail>/attachments/<int:place>/", files.attachment, name="inbox-attachment"),
    path("settings/inbox/", mailbox.mailbox, name="inbox-settings"),
    path("settings/inbox/try/", files.try_mailbox, name="inbox-try"),
]
