"""The open items behind a figure of the aged balance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from psycopg.sql import SQL

from exigible.documents.naming import Document, telling_label, unclear_numbers
from exigible.kernel.ageing import days_overdue
from exigible.kernel.errors import UserMistake
from exigible.ledger.models import Company
from exigible.positions import sql
from exigible.positions.filters import Filters
from exigible.positions.queries import fetch
from exigible.positions.rules import Parameters

ORDERS = {
    "due": SQL("l.due_on, i.document_number"),
    "-due": SQL("l.due_on DESC, i.document_number"),
    "open": SQL("l.left_minor, l.due_on"),
    "-open": SQL("l.left_minor DESC, l.due_on"),
    "document": SQL("i.document_number"),
    "-document": SQL("i.document_number DESC"),
    "name": SQL("c.sort_name, c.code, l.due_on"),
    "-name": SQL("c.sort_name DESC, c.code, l.due_on"),
}

_FIELDS = SQL("""
    SELECT i.id, c.code, c.name, i.document_type, i.document_number, i.issued_on, l.due_on, i.currency,
           i.amount_minor, l.left_minor, coalesce(nullif(u.name, ''), u.email, ''), c.segment, i.label
""")
_FROM = SQL("""
    FROM ({lines}) l JOIN ledger_openitem i ON i.id = l.item_id JOIN ledger_customer c ON c.id = i.customer_id
    LEFT JOIN team_user u ON u.id = c.collector_id
""")


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item with what was left of it; `left_minor` is negative for a credit, which is in no bucket."""

    item_id: int
    customer_code: str
    customer_name: str
    document_type: str
    document: str
    issued_on: date
    due_on: date
    currency: str
    amount_minor: int
    left_minor: int
    collector: str
    segment: str
    label: str

    def days_overdue(self, asked: Parameters) -> int:
        """Age on the date asked for, by the basis asked for."""
        return days_overdue(self.issued_on if asked.basis == "issue" else self.due_on, asked.as_of)

    def bucket(self, asked: Parameters) -> str:
        """The key of its bucket; "" for a credit."""
        return asked.buckets.key(self.days_overdue(asked)) if self.left_minor > 0 else ""


def telling_labels(lines: Sequence[ItemLine]) -> list[str]:
    """For each line, the label where the number does not tell it from the customer's others, else ""."""
    documents = [Document(line.document_type, line.document, line.issued_on, line.label) for line in lines]
    of_customer: dict[str, list[Document]] = defaultdict(list)
    for line, document in zip(lines, documents, strict=True):
        of_customer[line.customer_code].append(document)
    unclear = {code: unclear_numbers(known) for code, known in of_customer.items()}
    return [
        telling_label(document, unclear[line.customer_code])
        for line, document in zip(lines, documents, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Lines:
    """The first lines of a figure, how many there are in all, and their sum, which is the figure."""

    lines: list[ItemLine]
    count: int
    total_minor: int


def figure_lines(
    company: Company, asked: Parameters, *, column: str, filters: Filters, order: str, limit: int
) -> Lines:
    """The lines that make one figure of one currency (`filters.currency`), in one statement.

    `column` is a bucket, "unallocated", "overdue" or "total". Raises UserMistake("unknown-column") or
    ("bad-sort").
    """
    if column not in (*asked.buckets.keys, sql.UNALLOCATED, sql.OVERDUE, sql.TOTAL):
        raise UserMistake("unknown-column", "The aged balance has no column “{found}”.", found=column)
    if order not in ORDERS:
        raise UserMistake("bad-sort", "The list cannot be sorted by “{found}”.", found=order)
    statement = SQL(
        "{fields}, count(*) OVER (), positions_sum(l.left_minor) OVER () {source}"
        " ORDER BY {order}, i.id LIMIT %(limit)s"
    ).format(
        fields=_FIELDS,
        source=_FROM.format(lines=sql.lines(column, asked, filters)),
        order=ORDERS[order],
    )
    found = fetch(statement, sql.values(company.pk, asked, filters) | {"limit": limit})
    count, total = (found[0][-2], found[0][-1]) if found else (0, 0)
    return Lines([ItemLine(*row[:-2]) for row in found], count, total)


def all_lines(company: Company, asked: Parameters, filters: Filters) -> Iterator[ItemLine]:
    """Every open item, by customer and date, read from the server as they are used."""
    statement = SQL("{fields} {source} ORDER BY c.sort_name, c.code, l.due_on, i.id").format(
        fields=_FIELDS, source=_FROM.format(lines=sql.lines(sql.TOTAL, asked, filters))
    )
    values: dict[str, Any] = sql.values(company.pk, asked, filters)
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        while rows := cursor.fetchmany(5_000):
            yield from (ItemLine(*row) for row in rows)
