"""What is known of a company at one moment, so that nothing is read again while nothing happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction

from exigible.ledger.services import lock_books

NOW: Final = "SELECT pg_current_snapshot()::text, coalesce(max(id), 0) FROM timeline_event"

HAS_CHANGED: Final = """
    ledger_changed_since(%(company)s, %(snapshot)s::pg_snapshot) OR EXISTS (
        SELECT FROM timeline_event
        WHERE id > %(last_event)s AND company_id = %(company)s AND kind <> ALL (%(ours)s)
    )
"""
"""Whether the books, or anything told on a timeline of the company, changed since: part of a statement."""

OURS: Final = [
    "email-sent", "letter-sent", "sms-sent", "reminder-to-do", "reminder-refused", "reminder-failed",
    "reminder-held",
]  # fmt: skip
"""What sending itself tells: it changes nothing in what the other messages say."""


@dataclass(frozen=True, slots=True)
class Known:
    """A moment at which no one was writing in the company's books: all that came before is seen."""

    company_id: int
    snapshot: str
    last_event: int

    @classmethod
    @transaction.atomic
    def now(cls, company_id: int) -> Known:
        """The moment of the call; it waits for who is writing in the books."""
        lock_books(company_id)
        with connection.cursor() as cursor:
            cursor.execute(NOW)
            return cls(company_id, *cursor.fetchone())

    @property
    def asked(self) -> dict[str, Any]:
        """The parameters of `HAS_CHANGED`."""
        return {
            "company": self.company_id,
            "snapshot": self.snapshot,
            "last_event": self.last_event,
            "ours": OURS,
        }


NOTHING: Final = Known(company_id=0, snapshot="1:1:", last_event=0)
"""Where nothing is known from before."""
