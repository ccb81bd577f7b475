"""What reminders are to know of letters that came back: to whose postal address none is to be written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db import connection

from exigible.dunning.heard import Heard
from exigible.ledger.models import Company, Customer

NOWHERE: Final = """
    SELECT DISTINCT w.customer_id
    FROM registered_wrongaddress w
    JOIN ledger_customer c ON c.company_id = w.company_id AND c.id = w.customer_id
    WHERE w.company_id = %(company)s
      AND (%(customers)s::bigint[] IS NULL OR w.customer_id = ANY(%(customers)s))
      AND w.since <= %(on)s AND (w.lifted_on IS NULL OR w.lifted_on > %(on)s)
      AND w.address = concat_ws(E'\\n', c.address, c.postcode, c.city)
"""


def heard(company: Company, on: date, customers: Sequence[int] | None = None) -> Heard:
    """As of a day, in one query. Once the address is another one, it is written to again."""
    asked = {"company": company.pk, "customers": None if customers is None else list(customers), "on": on}
    with connection.cursor() as cursor:
        cursor.execute(NOWHERE, asked)
        return Heard(nowhere=frozenset(row[0] for row in cursor.fetchall()))


def address_of(customer: Customer) -> str:
    """The postal address as it is compared: address, postcode and city."""
    return "\n".join((customer.address, customer.postcode, customer.city))
