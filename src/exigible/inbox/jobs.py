"""The mailboxes, read every few minutes. A reading may run twice: the second one finds nothing new."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from exigible.inbox.fetching import fetch_mailbox
from exigible.inbox.models import Mailbox


@app.periodic(cron="*/5 * * * *", periodic_id="inbox-fetch")
@app.task(name="inbox.fetch_all", queueing_lock="inbox-fetch")
def fetch_all(timestamp: int) -> None:  # noqa: ARG001  given to every periodic task
    """Have every company's mailbox read: one that does not answer keeps no other waiting."""
    for mailbox in Mailbox.objects.filter(is_active=True).order_by("pk"):
        fetch_later(mailbox)


@app.task(name="inbox.fetch")
def fetch_job(mailbox_id: int) -> None:
    """Read one mailbox."""
    mailbox = Mailbox.objects.select_related("company").filter(pk=mailbox_id, is_active=True).first()
    if mailbox is not None:
        fetch_mailbox(mailbox=mailbox, by=None)


def fetch_later(mailbox: Mailbox) -> None:
    """Ask a worker to read a mailbox, unless it is already asked for."""
    lock = f"inbox-fetch/{mailbox.pk}"
    try:
        with transaction.atomic():  # a refusal must not spoil the caller's transaction
            fetch_job.configure(queueing_lock=lock, lock=lock).defer(mailbox_id=mailbox.pk)
    except AlreadyEnqueued:
        return
