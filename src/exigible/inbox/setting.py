"""Setting the mailbox of a company."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from exigible.inbox.models import Mailbox
from exigible.ledger.models import Company
from exigible.ledger.services import lock_books
from exigible.timeline.services import record_event

WHERE = ("host", "port", "user", "folder")
"""What says which folder is read: with another one, nothing of it is known."""


@transaction.atomic
def save_mailbox(*, company: Company, fields: Mapping[str, Any], by: int | None) -> Mailbox:
    """Set where customers' replies are fetched; another folder is read from its beginning."""
    lock_books(company.pk)
    mailbox = Mailbox.objects.filter(company=company).first() or Mailbox(company=company)
    if any(getattr(mailbox, name) != fields[name] for name in WHERE):
        mailbox.uid_validity, mailbox.last_uid, mailbox.left_uids = None, 0, []
    for name, value in fields.items():
        setattr(mailbox, name, value)
    mailbox.problem, mailbox.said, mailbox.failing_since, mailbox.checked_at = "", "", None, None
    mailbox.save()
    told = {name: str(getattr(mailbox, name)) for name in WHERE}
    record_event(
        company_id=company.pk, customer_id=None, kind="mailbox-changed", by=by, text=mailbox.host, data=told
    )
    return mailbox
