"""The morning run of 100,000 customers with 1,000,000 open items, beside the plain SQL of what is due.

`python -m bench.morning_run 10000` runs it for that many customers, ten items each.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Any

from bench.common import clock, line, open_house, peak_megabytes, title

CUSTOMERS = 100_000
ITEMS_EACH = 10

ADD_CUSTOMERS = """
    INSERT INTO ledger_customer (company_id, code, name, sort_name, kind, group_code, country, language,
        siren, siret, vat_number, tax_id, statistics_id, trade_register, email, phone, address, postcode,
        city, payment_terms, segment, is_key_account, is_insolvent, version, updated_at)
    SELECT %(company)s, 'C' || n, 'Customer ' || n, 'customer ' || n, 'business', '',
        (ARRAY['FR','FR','FR','MC','MG','IT'])[1 + n %% 6], CASE n %% 10 WHEN 0 THEN 'en' ELSE 'fr' END,
        '', '', '', '', '', '', CASE n %% 7 WHEN 0 THEN '' ELSE 'c' || n || '@example.net' END, '',
        CASE n %% 9 WHEN 0 THEN '' ELSE n || ' rue Haute' END, '06000', 'Nice', '', '', false,
        n %% 200 = 0, 1, now()
    FROM generate_series(1, %(customers)s) AS n
"""

# One in fifty rests, one in fifty is to rest in a month.
ADD_PAUSES = """
    INSERT INTO ledger_pause (company_id, customer_id, starts_on, until, reason, created_at)
    SELECT company_id, id, start, start + 30, 'audit', now()
    FROM ledger_customer
    CROSS JOIN LATERAL (SELECT %(today)s::date + CASE id %% 50 WHEN 0 THEN 0 ELSE 30 END AS start) AS drawn
    WHERE company_id = %(company)s AND id %% 50 < 2
"""

# Due from 400 days ago to 60 days ahead; one in twenty-five is a credit not allocated.
ADD_ITEMS = """
    INSERT INTO ledger_openitem (company_id, customer_id, document_type, document_number, installment,
        issued_on, due_on, due_derived, effective_on, currency, amount_minor, open_minor, is_reversed,
        foreign_currency, label, reference, order_number, account, source)
    SELECT %(company)s, c.id, CASE WHEN is_credit THEN 'payment' ELSE 'invoice' END,
        'F' || c.id || '-' || n, 1, due_on - 30, due_on, false, due_on - 30, 'EUR', amount, amount, false,
        '', '', '', '', '411', 'user'
    FROM ledger_customer c
    CROSS JOIN generate_series(1, %(each)s) AS n
    CROSS JOIN LATERAL (
        SELECT (c.id * 31 + n * 17) %% 25 = 0 AS is_credit,
               (%(today)s::date + 60 - ((c.id * 7919 + n * 104729) %% 460)::int) AS due_on
    ) AS drawn
    CROSS JOIN LATERAL (
        SELECT CASE WHEN is_credit THEN -1 ELSE 1 END * (5000 + (c.id * 13 + n * 7) %% 500000) AS amount
    ) AS sized
    WHERE c.company_id = %(company)s
"""

PLAIN = """
    SELECT customer_id, id, due_on, open_minor FROM ledger_openitem
    WHERE company_id = %(company)s AND open_minor > 0 AND due_on < %(today)s ORDER BY customer_id
"""


def main(customers: int = CUSTOMERS) -> None:
    open_house()
    company, today = make_books(customers)
    title(f"The morning run: {customers:,} customers, {customers * ITEMS_EACH:,} open items")
    times: dict[str, float] = {}
    with clock(times, "plain"):
        due = len(_rows(PLAIN, {"company": company.pk, "today": today}))
    line("plain SQL: the due items, fetched (the reference)", times["plain"], note=f"{due:,} items due")
    _measure_decisions(company, today, times)
    run = _measure_run(company, today, times)
    _measure_next_day(company, run, times)


def make_books(customers: int) -> tuple[Any, Any]:
    """A company with so many customers of ten open items each, and the next business day."""
    from django.db import transaction
    from django.utils import timezone

    from exigible.dunning.facts import calendar_of
    from exigible.ledger.services import add_company, lock_books

    company = add_company(code="BENCH", name="Bench", country="FR", currency="EUR", by=None)
    today = calendar_of("FR", company).next_business_day(timezone.localdate())
    values = {"company": company.pk, "customers": customers, "each": ITEMS_EACH, "today": today}
    with transaction.atomic():
        lock_books(company.pk)
        _execute(ADD_CUSTOMERS, values)
        _execute("ANALYZE ledger_customer", {})
        _execute(ADD_PAUSES, values)
        _execute(ADD_ITEMS, values)
    _execute("VACUUM ANALYZE", {})
    return company, today


def _measure_decisions(company: Any, today: Any, times: dict[str, float]) -> None:
    from exigible.dunning.services import preview_run

    with clock(times, "decide"):
        preview = preview_run(company=company, on=today)
    told = (
        f"{len(preview.actions):,} messages, {len(preview.held_back):,} held back, peak {peak_megabytes()} MB"
    )
    line("facts read and every customer decided", times["decide"], reference=times["plain"], note=told)


def _measure_run(company: Any, today: Any, times: dict[str, float]) -> Any:
    from exigible.dunning.models import ActionItem
    from exigible.dunning.services import propose_run
    from exigible.worklist.services import build_day

    with clock(times, "propose"):
        run = propose_run(company=company, on=today, by=None)
    note = f"{ActionItem.objects.count():,} lines written"
    line("the run proposed, in the database", times["propose"], reference=times["plain"], note=note)
    with clock(times, "again"):
        propose_run(company=company, on=today, by=None)
    line("  proposed again", times["again"], reference=times["plain"])
    with clock(times, "day"):
        tasks = build_day(company=company, on=today)
    line("the day's list", times["day"], reference=times["plain"], note=f"{tasks:,} lines")
    morning = times["propose"] + times["day"]
    line("the whole morning", morning, reference=times["plain"], note=f"peak {peak_megabytes()} MB")
    return run


def _measure_next_day(company: Any, run: Any, times: dict[str, float]) -> None:
    """The morning after a day on which everything proposed was sent."""
    from django.utils import timezone

    from exigible.dunning.facts import calendar_of
    from exigible.dunning.models import Action
    from exigible.dunning.services import approve, propose_run

    with clock(times, "approve"):
        count = approve(run=run, by=None)
    line(f"{count:,} messages approved", times["approve"])
    ours = Action.objects.filter(run=run)
    ours.update(state="reserved")
    ours.update(state="sent", sent_at=timezone.now(), sent_minor=0)
    later = calendar_of("FR", company).next_business_day(run.day + timedelta(days=14))
    with clock(times, "later"):
        following = propose_run(company=company, on=later, by=None)
    note = f"{Action.objects.filter(run=following).count():,} messages"
    line("two weeks later, all of it sent: the next run", times["later"], reference=times["plain"], note=note)


def _execute(query: str, values: dict[str, Any]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query, values or None)


def _rows(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
