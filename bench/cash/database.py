"""The same world in the ledger of a fresh company, matched by the service as after an import."""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.cash import rates
from bench.cash.answers import Answer, Guess
from bench.cash.world import CURRENCY, FIRST_DAY, LAST_DAY, Customer, Item, Line, World

_CUSTOMER = (
    "id", "company_id", "code", "name", "sort_name", "kind", "parent_id", "group_code", "country",
    "language", "siren", "siret", "vat_number", "tax_id", "statistics_id", "trade_register", "email",
    "phone", "address", "postcode", "city", "payment_terms", "discount_terms", "segment",
    "is_key_account", "is_insolvent", "version", "updated_at",
)  # fmt: skip
_ITEM = (
    "id", "company_id", "customer_id", "document_type", "document_number", "installment", "issued_on",
    "due_on", "due_derived", "effective_on", "currency", "amount_minor", "open_minor", "is_reversed",
    "foreign_currency", "label", "reference", "order_number", "account", "source",
)  # fmt: skip
_ALLOCATION = (
    "company_id",
    "debit_item_id",
    "credit_item_id",
    "amount_minor",
    "effective_on",
    "group_code",
    "source",
)
_LINE = (
    "id", "company_id", "account_id", "statement_id", "line_key", "reference", "booked_on", "value_on",
    "amount_minor", "left_minor", "currency", "nature", "bank_code", "payer_name", "payer_iban",
    "payer_bic", "ultimate_name", "text", "bank_text", "end_to_end", "mandate", "creditor_reference",
    "advice", "is_return", "return_reason", "returned_reference", "instructed_minor",
    "instructed_currency", "exchange_rate", "charges_minor", "entry_reference", "set_aside",
)  # fmt: skip


def load(world: World) -> int:
    """Write the world into the books of a new company; the ids are those of the world."""
    from django.db import transaction

    from exigible.cash.models import CashPolicy
    from exigible.ledger.services import add_company, lock_books

    company = add_company(code="BENCH", name="Bench", country="FR", currency=CURRENCY, by=None)
    CashPolicy.objects.create(company=company, withholding_rates=[rates.WITHHOLDING_RATE])
    with transaction.atomic():
        lock_books(company.pk)
        _load_customers(company.pk, world.customers)
        _load_items(company.pk, world.items)
        _load_lines(company, world.lines)
    _analyze()
    return int(company.pk)


def _load_customers(company: int, customers: Iterable[Customer]) -> None:
    from exigible.kernel.text import fold

    now = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime())
    _copy("ledger_customer", _CUSTOMER, (
        (one.id, company, one.code, one.name, fold(one.name), one.kind, one.parent_id, one.group, one.country,
         "fr", *[""] * 12, one.discount_terms, "", False, False, 1, now)
        for one in customers
    ))  # fmt: skip
    _copy("ledger_payeraccount", ("company_id", "customer_id", "iban", "holder"), (
        (company, one.id, account, "") for one in customers for account in one.ibans
    ))  # fmt: skip


def _load_items(company: int, items: Sequence[Item]) -> None:
    """What is not open of an item was paid when it was due."""
    paid = [item for item in items if item.open_minor != item.amount_minor]
    first = len(items) + 1
    _copy("ledger_openitem", _ITEM, (_item(company, item) for item in items))
    _copy("ledger_openitem", _ITEM, (
        (first + place, company, item.customer_id, "payment", f"P{item.id}", 1, day, day, False, day,
         CURRENCY, item.open_minor - item.amount_minor, 0, False, "", "", "", "", "411", "user")
        for place, item in enumerate(paid)
        for day in (_paid_on(item),)
    ))  # fmt: skip
    _copy("ledger_allocation", _ALLOCATION, (
        (company, item.id, first + place, item.amount_minor - item.open_minor, _paid_on(item), "", "user")
        for place, item in enumerate(paid)
    ))  # fmt: skip


def _paid_on(item: Item) -> Any:
    return max(item.issued_on, min(item.due_on, FIRST_DAY - timedelta(days=1)))


def _item(company: int, item: Item) -> tuple[Any, ...]:
    kind = "invoice" if item.amount_minor > 0 else "credit_note"
    return (
        item.id, company, item.customer_id, kind, item.number, item.rank, item.issued_on, item.due_on, False,
        item.issued_on, CURRENCY, item.amount_minor, 0, False, "", "", item.reference, "", "411", "user",
    )  # fmt: skip


def _load_lines(company: Any, lines: Iterable[Line]) -> None:
    from exigible.ledger.models import BankAccount, BankStatement

    account = BankAccount.objects.create(
        company=company, number="FR7699901000010000000000197", currency=CURRENCY
    )
    statement = BankStatement.objects.create(
        company=company, account=account, number="1", starts_on=FIRST_DAY, ends_on=LAST_DAY
    )
    _copy("ledger_bankline", _LINE, (_line(company.pk, account.pk, statement.pk, line) for line in lines))


def _line(company: int, account: int, statement: int, line: Line) -> tuple[Any, ...]:
    return (
        line.id, company, account, statement, uuid.UUID(int=line.id), str(line.id), line.day, line.day,
        line.amount_minor, line.amount_minor, CURRENCY, "transfer", "", line.payer_name, line.payer_iban, "",
        "", line.text, "", line.end_to_end, "", "", json.dumps([]), line.is_return, "", "",
        line.instructed_minor, CURRENCY if line.instructed_minor else "", "", line.charges_minor, "", "",
    )  # fmt: skip


def _copy(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    from django.db import connection

    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _analyze() -> None:
    """Numbers go on after those that were given; the planner knows what is there."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("ledger_customer", "ledger_openitem", "ledger_bankline"):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )
        cursor.execute("VACUUM ANALYZE")


def match(company: int) -> tuple[list[Answer], float, float]:
    """What the service makes of every line, with the seconds that it takes, the database's part and all.

    The second number is seconds of a processor, of this process and of the server's: others may be busy on
    the machine.
    """
    from exigible.cash.services import match_company

    start, busy = time.perf_counter(), time.process_time() + _server_seconds()
    match_company(company)
    seconds, busy = time.perf_counter() - start, time.process_time() + _server_seconds() - busy
    return _answers(company), seconds, busy


def _server_seconds() -> float:
    """Of a processor, that this connection's process of the server has taken; 0 where that is not told."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _answers(company: int) -> list[Answer]:
    from exigible.cash.models import Match

    rows = Match.objects.filter(company=company).values_list(
        "line_id", "status", "probability", "explanations", "reasons"
    )
    return [
        Answer(
            line, status, probability, tuple(map(_guess, told)), tuple(reason["code"] for reason in reasons)
        )
        for line, status, probability, told, reasons in rows.iterator()
    ]


def _guess(told: dict[str, Any]) -> Guess:
    return Guess(
        told["customer"],
        dict(told["allocations"]),
        told["remainder_minor"],
        told["remainder_as"],
        tuple(reason["code"] for reason in told["reasons"]),
    )
