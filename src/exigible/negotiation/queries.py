"""The promises of a company's customers, with the money that came in since, read in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from exigible.cash.seen import seen_payments
from exigible.ledger.calendars import calendar_of
from exigible.ledger.models import Company
from exigible.negotiation.models import PromiseTerms
from exigible.negotiation.rules import USUAL, PromiseFacts, Receipt, Standing, Terms, standings

Account = tuple[int, str]
"""A customer and a currency."""

Standings = Mapping[Account, list[Standing]]

# The promises of whom made one of late, those before them included: they take their share of the money.
PROMISES: Final = """
    SELECT p.customer_id, p.currency, coalesce(nullif(c.country, ''), %(home)s), p.id, p.made_on, p.due_on,
           p.amount_minor,
           ARRAY(SELECT i.item_id FROM negotiation_promiseitem i WHERE i.promise_id = p.id)
    FROM negotiation_promise p JOIN ledger_customer c ON c.id = p.customer_id
    WHERE p.company_id = %(company)s
      AND (%(customers)s::bigint[] IS NULL OR p.customer_id = ANY (%(customers)s))
      AND p.made_on <= %(on)s AND (p.withdrawn_on IS NULL OR p.withdrawn_on > %(on)s)
      AND p.due_on > %(on)s::date - %(remembered)s
"""

# What payments settled, where it went; a payment that was given back settled nothing.
LETTERED: Final = """
    SELECT d.customer_id, d.currency, p.effective_on, d.id,
           sum(CASE WHEN a.reverses_id IS NULL THEN a.amount_minor ELSE -a.amount_minor END)::bigint
    FROM ledger_openitem d
    JOIN ledger_allocation a ON a.debit_item_id = d.id AND a.effective_on <= %(on)s
    JOIN ledger_openitem p ON p.id = a.credit_item_id
    WHERE d.company_id = %(company)s AND d.customer_id = ANY (%(customers)s) AND d.document_type <> 'payment'
      AND p.document_type = 'payment' AND p.effective_on BETWEEN %(since)s AND %(on)s
    GROUP BY 1, 2, 3, 4
    HAVING sum(CASE WHEN a.reverses_id IS NULL THEN a.amount_minor ELSE -a.amount_minor END) > 0
"""

ON_ACCOUNT: Final = """
    SELECT i.customer_id, i.currency, i.effective_on, NULL::bigint, -sum(m.amount_minor)::bigint
    FROM ledger_openitem i
    JOIN ledger_movement m ON m.company_id = i.company_id AND m.item_id = i.id AND m.effective_on <= %(on)s
    WHERE i.company_id = %(company)s AND i.customer_id = ANY (%(customers)s) AND i.document_type = 'payment'
      AND i.amount_minor < 0 AND i.effective_on BETWEEN %(since)s AND %(on)s
    GROUP BY i.id
    HAVING sum(m.amount_minor) < 0
"""

REMEMBERED_DAYS: Final = 400


def promise_terms(company: Company) -> Terms:
    """When the company takes a promise for kept."""
    own = PromiseTerms.objects.filter(company=company).first()
    return Terms(own.kept_percent, own.grace_days) if own else USUAL


def promise_standings(company: Company, on: date, customers: Sequence[int] | None = None) -> Standings:
    """How every promise of the last year or so stands on a day, by customer and currency.

    `customers` limits it to some. In five queries, however many there are.
    """
    asked: dict[str, Any] = {
        "company": company.pk,
        "home": company.country,
        "on": on,
        "customers": None if customers is None else list(customers),
        "remembered": REMEMBERED_DAYS,
    }
    promises: dict[Account, list[PromiseFacts]] = defaultdict(list)
    countries: dict[int, str] = {}
    for customer, currency, country, key, made_on, due_on, minor, items in _rows(PROMISES, asked):
        made = PromiseFacts(key, made_on, due_on, minor, frozenset(items))
        promises[customer, currency].append(made)
        countries[customer] = country
    if not promises:
        return {}
    since = min(promise.made_on for each in promises.values() for promise in each)
    receipts = _receipts(company, asked | {"customers": list(countries), "since": since})
    terms = promise_terms(company)
    return {
        account: standings(each, receipts[account], on, calendar_of(countries[account[0]], company), terms)
        for account, each in promises.items()
    }


def _receipts(company: Company, asked: Mapping[str, Any]) -> Mapping[Account, list[Receipt]]:
    found: dict[Account, list[Receipt]] = defaultdict(list)
    for query in (LETTERED, ON_ACCOUNT):
        for customer, currency, on, item, minor in _rows(query, asked):
            found[customer, currency].append(Receipt(on, minor, item))
    if asked["on"] >= timezone.localdate():  # what the bank showed counts before anyone lettered it
        for seen in seen_payments(company, asked["customers"]):
            receipt = Receipt(seen.booked_on, seen.left_minor)
            found[seen.customer_id, seen.currency].append(receipt)
    return found


def _rows(query: str, asked: Mapping[str, Any]) -> Iterable[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, dict(asked))
        return cursor.fetchall()
