"""What reminders are to know of what came in: whose reply is unread, which addresses send mail back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.conf import settings
from django.db import connection

from exigible.dunning.heard import Heard
from exigible.ledger.models import Company

HEARD: Final = """
    SELECT customer_id, min((received_at AT TIME ZONE %(zone)s)::date), ''
    FROM inbox_mail
    WHERE company_id = %(company)s AND holds AND customer_id IS NOT NULL
      AND (%(customers)s::bigint[] IS NULL OR customer_id = ANY(%(customers)s))
      AND (received_at AT TIME ZONE %(zone)s)::date <= %(on)s
      AND (answered_at IS NULL OR (answered_at AT TIME ZONE %(zone)s)::date > %(on)s)
    GROUP BY customer_id
    UNION ALL
    SELECT NULL, NULL, d.address
    FROM inbox_deadaddress d
    WHERE d.company_id = %(company)s AND d.since <= %(on)s AND (d.lifted_on IS NULL OR d.lifted_on > %(on)s)
      AND (%(customers)s::bigint[] IS NULL OR d.address IN (
        SELECT lower(email) FROM ledger_customer WHERE id = ANY(%(customers)s)
        UNION SELECT lower(email) FROM ledger_contact WHERE customer_id = ANY(%(customers)s)
      ))
"""


def heard(company: Company, on: date, customers: Sequence[int] | None = None) -> Heard:
    """As of a day, in one query. An automatic reply, or a message that came back, holds nothing."""
    asked = {
        "company": company.pk,
        "customers": None if customers is None else list(customers),
        "on": on,
        "zone": settings.TIME_ZONE,
    }
    with connection.cursor() as cursor:
        cursor.execute(HEARD, asked)
        rows = cursor.fetchall()
    unread = {customer: day for customer, day, _ in rows if customer is not None}
    return Heard(unread, frozenset(address for customer, _, address in rows if customer is None))
