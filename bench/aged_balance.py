"""The aged balance of 1,000,000 items of 100,000 customers, beside the plainest SQL and DuckDB over Parquet.

`python -m bench.aged_balance 100000` runs it for that many items. The items are invoices, and payments that
settle six in ten of them in whole or in part; one payment in ten is not allocated.
"""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from bench.common import clock, line, open_house, title

ITEMS = 1_000_000
TODAY = date(2026, 11, 20)
PAST = (date(2024, 12, 31), date(2025, 12, 31), date(2026, 6, 30))
TIMES = 5
REFERENCE = "the plainest SQL over the movements (the reference)"

ADD_CUSTOMERS = """
    INSERT INTO ledger_customer (company_id, code, name, sort_name, kind, group_code, country, language,
        siren, siret, vat_number, tax_id, statistics_id, trade_register, email, phone, address, postcode,
        city, payment_terms, segment, is_key_account, is_insolvent, version, updated_at,
        collector_id)
    SELECT %(company)s, 'C' || lpad(n::text, 6, '0'), initcap(md5(n::text)), md5(n::text), 'business',
        CASE n %% 5 WHEN 0 THEN 'G' || n %% 4000 ELSE '' END, 'FR', 'fr', '', '', '', '', '', '', '', '', '',
        '06000', 'Nice', '', (ARRAY['retail', 'industry', 'public', 'export'])[1 + n %% 4], false, false,
        1, now(), CASE n %% 3 WHEN 0 THEN %(collector)s END
    FROM generate_series(1, %(customers)s) AS n
"""
ADD_INVOICES = """
    INSERT INTO ledger_openitem (company_id, customer_id, document_type, document_number, installment,
        issued_on, due_on, due_derived, effective_on, currency, amount_minor, open_minor, is_reversed,
        foreign_currency, label, reference, order_number, account, source)
    SELECT %(company)s, c.id, 'invoice', 'F' || n, 1, day, day + 30 + 15 * (n %% 3)::int, false, day, 'EUR',
        1000 + (n * 48271 %% 500000), 0, false, '', '', '', '', '411', 'user'
    FROM generate_series(1::bigint, %(invoices)s) AS n
    CROSS JOIN LATERAL (SELECT %(today)s::date - (n * 16807 %% 1095)::int AS day) AS drawn
    JOIN ledger_customer c ON c.company_id = %(company)s
        AND c.code = 'C' || lpad((1 + n * 7919 %% %(customers)s)::text, 6, '0')
"""
ADD_PAYMENTS = """
    INSERT INTO ledger_openitem (company_id, customer_id, document_type, document_number, installment,
        issued_on, due_on, due_derived, effective_on, currency, amount_minor, open_minor, is_reversed,
        foreign_currency, label, reference, order_number, account, source)
    SELECT company_id, customer_id, 'payment', 'P' || id, 1, day, day, false, day, 'EUR',
        CASE id %% 7 WHEN 0 THEN -(1 + amount_minor / 3) ELSE -amount_minor END, 0, false,
        '', '', '', '', '411', 'user'
    FROM ledger_openitem
    CROSS JOIN LATERAL (
        SELECT least(%(today)s, greatest(issued_on, due_on - 5 + (id %% 60)::int)) AS day
    ) AS drawn
    WHERE company_id = %(company)s AND id %% 10 < 6
"""
ALLOCATE = """
    INSERT INTO ledger_allocation (company_id, debit_item_id, credit_item_id, amount_minor, effective_on,
        group_code, source)
    SELECT p.company_id, i.id, p.id, -p.amount_minor, p.effective_on, '', 'user'
    FROM ledger_openitem p JOIN ledger_openitem i ON i.id = substr(p.document_number, 2)::bigint
    WHERE p.company_id = %(company)s AND p.document_type = 'payment' AND i.id %% 10 <> 5
"""

# The plainest SQL: no company, currency, name or order.
PLAIN = """
    SELECT customer_id,
        sum(amount_minor) FILTER (WHERE NOT is_credit AND due_on >= {day}),
        sum(amount_minor) FILTER (WHERE NOT is_credit AND due_on < {day} AND due_on >= {day} - 30),
        sum(amount_minor) FILTER (WHERE NOT is_credit AND due_on < {day} - 30 AND due_on >= {day} - 60),
        sum(amount_minor) FILTER (WHERE NOT is_credit AND due_on < {day} - 60 AND due_on >= {day} - 90),
        sum(amount_minor) FILTER (WHERE NOT is_credit AND due_on < {day} - 90),
        sum(amount_minor) FILTER (WHERE is_credit)
    FROM {table} WHERE effective_on <= {day} GROUP BY customer_id
"""
BARE = "SELECT customer_id, amount_minor, effective_on, due_on, is_credit FROM ledger_movement"


def main(items: int = ITEMS) -> None:
    open_house()
    company, user = make_books(items)
    movements = _rows("SELECT count(*) FROM ledger_movement", {})[0][0]
    title(f"Aged balance: {items:,} items of {items // 10:,} customers, {movements:,} movements")
    measure_query(company)
    measure_pages(company, user)


def make_books(items: int) -> tuple[Any, Any]:
    """A company with three years of invoices, six in ten paid; 6 payments for 10 invoices make the items."""
    from django.db import transaction

    from exigible.ledger.services import add_company, lock_books
    from exigible.team.services import add_user

    company = add_company(code="BENCH", name="Bench", country="FR", currency="EUR", by=None)
    user = add_user(company=company, email="bench@example.org", role="senior", by=None)
    values = {
        "company": company.pk,
        "collector": user.pk,
        "customers": items // 10,
        "invoices": items * 10 // 16,
        "today": TODAY,
    }
    with transaction.atomic():
        lock_books(company.pk)
        for statement in (ADD_CUSTOMERS, "ANALYZE ledger_customer", ADD_INVOICES, ADD_PAYMENTS):
            _execute(statement, values)
        _execute("ANALYZE ledger_openitem", {})
        _execute(ALLOCATE, values)
    _execute(f"CREATE UNLOGGED TABLE bare AS {BARE}", {})
    _execute("VACUUM ANALYZE", {})
    return company, user


def measure_query(company: Any) -> None:
    """Our query beside the plainest one, over the same rows and over a table of what it needs only."""
    duck = _duckdb()
    for as_of in PAST:
        title(f"as of {as_of}")
        seconds = _medians(_acts(company, as_of, duck))
        for name, measured in seconds.items():
            line(name, measured, reference=seconds[REFERENCE])


def _acts(company: Any, as_of: date, duck: Callable[[date], Any]) -> dict[str, Callable[[], Any]]:
    from django.utils import timezone

    from exigible.positions.queries import aged_balance
    from exigible.positions.rules import Parameters

    return {
        REFERENCE: lambda: _rows(_plain("ledger_movement", as_of), {}),
        "  over a table of the five columns it needs": lambda: _rows(_plain("bare", as_of), {}),
        "  DuckDB over Parquet of that table": lambda: duck(as_of),
        "the query, with names, in their order": _query(company, Parameters(as_of)),
        "  as known at a moment": _query(company, Parameters(as_of, timezone.now())),
        "the whole report in Python, with its totals": lambda: aged_balance(company, as_of=as_of).totals,
    }


def _plain(table: str, as_of: date) -> str:
    return PLAIN.format(table=table, day=f"DATE '{as_of}'")


def _query(company: Any, asked: Any) -> Callable[[], Any]:
    from exigible.positions import sql
    from exigible.positions.filters import Filters
    from exigible.positions.queries import fetch

    values = sql.values(company.pk, asked, Filters())
    statement = sql.balance("customer", asked, Filters())
    return lambda: fetch(statement, values)


def measure_pages(company: Any, user: Any) -> None:
    """What a person waits for, at the server: the first time, then any page, then after someone wrote."""
    from django.test import Client

    from exigible.positions import kept
    from exigible.positions.rules import Parameters

    client = Client()
    client.force_login(user)
    title("pages, at the server")
    times: dict[str, float] = {}
    with clock(times, "keep"):
        kept.keep(company, Parameters(PAST[-1]))
    line("all positions computed and kept, once until the books change", times["keep"])
    for words, seconds in _medians({words: _page(client, words) for words in PAGES}).items():
        line(words, seconds)
    _write_something(company)
    with clock(times, "again"):
        _page(client, "aged-balance/?")()
    line("aged-balance/? after someone wrote an invoice", times["again"])


PAGES = (
    "aged-balance/?",
    "aged-balance/?sort=-total&",
    "aged-balance/?sort=-90%2B&",
    "aged-balance/?sort=-average&",
    "aged-balance/?by=group&sort=-total&",
    "aged-balance/?by=collector&",
    "aged-balance/?by=segment&",
    "aged-balance/?q=c4ca&",
    "aged-balance/?segment=retail&sort=-total&",
    "aged-balance/lines/?customer=C000001&currency=EUR&",
    "aged-balance/group/?group=G5&",
    "customers/?sort=-overdue&",
    "customers/C000001/statement/?",
)


def _page(client: Any, words: str) -> Callable[[], None]:
    address = f"/BENCH/{words}as_of={PAST[-1]}"

    def ask() -> None:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.streaming or b'hx-trigger="load"' not in answer.content, address

    return ask


def _write_something(company: Any) -> None:
    from exigible.ledger.models import Customer
    from exigible.ledger.services import add_item

    add_item(
        customer=Customer.objects.filter(company=company).earliest("pk"),
        document_type="invoice",
        document_number="NEW",
        issued_on=PAST[-1],
        due_on=PAST[-1],
        amount_minor=100,
        currency="EUR",
        by=None,
    )


def _duckdb() -> Callable[[date], Any]:
    """The same sums by DuckDB, over a Parquet file of the bare rows, on two threads."""
    import duckdb
    from django.db import connection

    folder = Path(os.environ["EXIGIBLE_HOME"])
    rows, parquet = folder / "bare.csv", folder / "bare.parquet"
    with (
        connection.cursor() as cursor,
        rows.open("wb") as file,
        cursor.copy("COPY bare TO STDOUT (FORMAT csv, HEADER)") as copy,
    ):
        file.writelines(copy)
    database = duckdb.connect(config={"threads": 2})
    database.execute(f"COPY (SELECT * FROM read_csv('{rows}')) TO '{parquet}' (FORMAT parquet)")

    def ask(as_of: date) -> Any:
        return database.execute(_plain(f"'{parquet}'", as_of)).fetchall()

    return ask


def _medians(acts: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """The median seconds of each act; they take turns, so that a busy moment is no one's alone."""
    taken: dict[str, list[float]] = {name: [] for name in acts}
    for turn in range(TIMES + 1):
        for name, act in acts.items():
            times: dict[str, float] = {}
            with clock(times, name):
                act()
            if turn:  # the first time warms up
                taken[name].append(times[name])
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def _execute(query: str, values: dict[str, Any]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query, values or None)


def _rows(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query, values or None)
        return cursor.fetchall()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
