"""Every invariant of the ledger and the timeline, verified over the whole database."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from psycopg.sql import SQL


@dataclass(frozen=True)
class Finding:
    """The result of one check: how many rows break it, and some of their ids. None broken means it holds."""

    name: str
    meaning: str
    broken: int
    examples: tuple[str, ...]


CHECKS: dict[str, tuple[str, str]] = {
    "remainder": (
        "the remainder kept with each item is the sum of its movements",
        """SELECT i.id::text FROM ledger_openitem i
           LEFT JOIN (
             SELECT company_id, item_id, sum(amount_minor) AS total FROM ledger_movement GROUP BY 1, 2
           ) m
             ON m.company_id = i.company_id AND m.item_id = i.id
           WHERE coalesce(m.total, 0) <> i.open_minor""",
    ),
    "facts": (
        "each item, reversal and allocation has exactly its movements",
        """SELECT what FROM (
             SELECT 'items' AS what, count(*) AS facts,
                    (SELECT count(*) FROM ledger_movement WHERE fact = 1) AS moves
             FROM ledger_openitem
             UNION ALL
             SELECT 'item reversals', count(*), (SELECT count(*) FROM ledger_movement WHERE fact = 2)
             FROM ledger_itemreversal
             UNION ALL
             SELECT 'allocations', 2 * count(*), (SELECT count(*) FROM ledger_movement WHERE fact IN (3, 4))
             FROM ledger_allocation
           ) AS counted WHERE facts <> moves""",
    ),
    "within-amount": (
        "on no date is an item settled beyond its amount, nor below zero",
        """SELECT item_id::text FROM (
             SELECT m.item_id, i.amount_minor,
                    sum(sum(m.amount_minor)) OVER (PARTITION BY m.item_id ORDER BY m.effective_on)
                    AS remainder
             FROM ledger_movement m JOIN ledger_openitem i ON i.id = m.item_id
             GROUP BY m.item_id, i.amount_minor, m.effective_on
           ) AS day WHERE remainder * sign(amount_minor) NOT BETWEEN 0 AND abs(amount_minor)""",
    ),
    "one-company": (
        "items, allocations and movements stay in one company and one currency",
        """SELECT a.id::text FROM ledger_allocation a
           JOIN ledger_openitem d ON d.id = a.debit_item_id JOIN ledger_openitem c ON c.id = a.credit_item_id
           WHERE d.company_id <> a.company_id OR c.company_id <> a.company_id OR d.currency <> c.currency
              OR d.amount_minor < 0 OR c.amount_minor > 0
           UNION ALL
           SELECT m.id::text FROM ledger_movement m JOIN ledger_openitem i ON i.id = m.item_id
           WHERE (m.company_id, m.customer_id, m.currency) <> (i.company_id, i.customer_id, i.currency)""",
    ),
    "due-dates": (
        "movements stand at the due date of their item",
        """SELECT m.item_id::text FROM ledger_movement m JOIN ledger_openitem i ON i.id = m.item_id
           WHERE m.due_on <> i.due_on GROUP BY m.item_id, m.due_on, m.effective_on
           HAVING sum(m.amount_minor) <> 0""",
    ),
    "bank": (
        "what is left of each bank line is its amount less its postings, each of an item that stands",
        """SELECT l.id::text FROM ledger_bankline l
           LEFT JOIN (
             SELECT p.line_id, sum(p.amount_minor) AS total, bool_or(i.is_reversed) AS is_of_reversed
             FROM ledger_bankposting p JOIN ledger_openitem i ON i.id = p.item_id
             WHERE p.reverses_id IS NULL
               AND NOT EXISTS (SELECT FROM ledger_bankposting o WHERE o.reverses_id = p.id)
             GROUP BY p.line_id
           ) AS posted ON posted.line_id = l.id
           WHERE l.left_minor <> l.amount_minor - coalesce(posted.total, 0) OR posted.is_of_reversed""",
    ),
    "timeline": (
        "each line of a timeline carries the hash of the one before, and its own is right",
        """SELECT id::text FROM (
             SELECT *, coalesce(lag(hash) OVER chain, '\\x'::bytea) AS expected_previous,
                    row_number() OVER chain AS expected_sequence
             FROM timeline_event
             WINDOW chain AS (PARTITION BY company_id, coalesce(customer_id, 0) ORDER BY sequence)
           ) AS e
           WHERE sequence <> expected_sequence OR previous_hash <> expected_previous
              OR hash <> timeline_event_digest(company_id, customer_id, sequence, kind, happened_at,
                                               recorded_at, by_id, text, data, previous_hash)""",
    ),
}


def run_checks() -> list[Finding]:
    """Verify each invariant; a finding with `broken` above zero is a fault."""
    return [_run(name, meaning, sql) for name, (meaning, sql) in CHECKS.items()]


def _run(name: str, meaning: str, sql: str) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(
            SQL("SELECT count(*), (array_agg(broken.key))[1:5] FROM ({}) AS broken (key)").format(SQL(sql))
        )
        count, examples = cursor.fetchone()
    return Finding(name, meaning, count, tuple(examples or ()))
