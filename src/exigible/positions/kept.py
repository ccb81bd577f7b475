"""Reports that are computed once and kept until the books change.

A kept report is the position of every customer for one set of parameters: pages read, sort and filter it.
When little was written since, only the customers concerned are computed again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from exigible.ledger.models import Company
from exigible.positions import sql
from exigible.positions.filters import Filters
from exigible.positions.rules import Ageing, Parameters

QUICK_MOVEMENTS = 100_000  # about a quarter of a second to sum
MOST_TOUCHED = 5_000  # movements written since, beyond which all are summed again
KEPT_REPORTS = 10  # of a company
WORTH_ANALYSING = 5_000  # rows, beyond which the planner must know of them

_FIND = SQL("""
    SELECT r.id, r.transaction, CASE WHEN here.id = r.cluster THEN r.last_movement END, r.totals,
           r.snapshot <> '' AND here.id = r.cluster
           AND NOT ledger_changed_since(r.company_id, nullif(r.snapshot, '')::pg_snapshot)
           AND NOT EXISTS (SELECT FROM ledger_change c
                           WHERE c.company_id = r.company_id AND c.transaction = r.transaction)
    FROM positions_report r, (SELECT system_identifier AS id FROM pg_control_system()) here
    WHERE r.company_id = %(company)s AND r.by = 'customer' AND r.as_of = %(as_of)s AND r.basis = %(basis)s
      AND r.bounds = %(bounds)s::int[] AND r.known_at IS NOT DISTINCT FROM %(known_at)s
""")
CREATE = SQL("""
    INSERT INTO positions_report (company_id, as_of, known_at, basis, bounds, by, computed_at, cluster,
                                  snapshot, transaction, totals)
    VALUES (%(company)s, %(as_of)s, %(known_at)s, %(basis)s, %(bounds)s::int[], %(by)s, now(), 0, '', 0, '{}')
    ON CONFLICT DO NOTHING
""")
_TOUCHED = SQL("""
    SELECT customer_id FROM ledger_movement WHERE id > %(last)s AND company_id = %(company)s LIMIT %(most)s
""")
_FILL = SQL("""
    INSERT INTO positions_reportrow (report_id, customer_id, currency, amounts, unallocated, overdue, total,
                                     members, oldest_on, weighted_overdue) {}
""")
_FINISH = SQL("""
    UPDATE positions_report SET computed_at = clock_timestamp(), snapshot = %(snapshot)s, totals = %(totals)s,
           transaction = pg_current_xact_id()::text::bigint, last_movement = %(last)s,
           cluster = (SELECT system_identifier FROM pg_control_system())
    WHERE id = %(report)s
""")
_PRUNE = SQL("""
    WITH old AS (
        DELETE FROM positions_report WHERE id IN (
            SELECT id FROM positions_report WHERE company_id = %(company)s AND snapshot <> ''
            ORDER BY computed_at DESC OFFSET %(kept)s FOR UPDATE SKIP LOCKED)
        RETURNING id)
    DELETE FROM positions_reportrow WHERE report_id IN (SELECT id FROM old)
""")


# By currency: how many positions there are, what is unallocated, and the amount of each bucket.
Sums = dict[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A report that stands in the database. `version` changes each time it is computed again.

    `totals` and `counts` (of customers) are by currency.
    """

    id: int
    version: int
    asked: Parameters
    totals: dict[str, Ageing]
    counts: dict[str, int]
    last_movement: int | None
    is_fresh: bool

    @property
    def customers(self) -> int:
        """Positions in the report: one a customer and currency."""
        return sum(self.counts.values())


def find(company: Company, asked: Parameters) -> Kept | None:
    """The kept report, if it still says what the books say."""
    kept = _find(company, asked, lock=False)
    return kept if kept and kept.is_fresh else None


def at_hand(company: Company, asked: Parameters) -> Kept | None:
    """The report, if it is kept or computed at once; None when whoever waits should be told so first."""
    return find(company, asked) or (keep(company, asked) if is_quick(company, asked) else None)


def is_quick(company: Company, asked: Parameters) -> bool:
    """Whether computing the report now would hardly be felt: a small company, or little changed since."""
    kept = _find(company, asked, lock=False)
    return bool(kept and _touched(company, kept) is not None) or is_small(company)


def is_small(company: Company) -> bool:
    """Whether all the company's movements are summed in less than half a second."""
    few = "SELECT count(*) <= %s FROM (SELECT FROM ledger_movement WHERE company_id = %s LIMIT %s) m"
    with connection.cursor() as cursor:
        cursor.execute(few, [QUICK_MOVEMENTS, company.pk, QUICK_MOVEMENTS + 1])
        return bool(cursor.fetchone()[0])


def keep(company: Company, asked: Parameters) -> Kept:
    """The report, computed now unless it is kept and still holds. Who asks at the same time waits for it."""
    return find(company, asked) or _compute(company, asked)


def _compute(company: Company, asked: Parameters) -> Kept:
    values = values_of(company, asked)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CREATE, values)
        before = _find(company, asked, lock=True)
        assert before is not None
        if before.is_fresh:
            return before
        # What is committed between these readings and the sums is counted, and looked at again next time.
        cursor.execute("SELECT positions_last_movement(%s), pg_current_snapshot()::text", [company.pk])
        last, snapshot = cursor.fetchone()
        touched = _touched(company, before)
        values |= {"report": before.id, "touched": touched, "snapshot": snapshot}
        is_full = touched is None
        totals = _fill(values, asked, touched) if is_full else _refill(values, asked, touched, before)
        values["last"] = last if is_full or last is not None else before.last_movement
        cursor.execute(_FINISH, values | {"totals": Jsonb(_as_stored(totals))})
        cursor.execute(_PRUNE, values)
        kept = _find(company, asked, lock=False)
        assert kept is not None
        if is_full and kept.customers > WORTH_ANALYSING:
            cursor.execute("ANALYZE positions_reportrow")
        return kept


def values_of(company: Company, asked: Parameters) -> dict[str, Any]:
    bounds = list(asked.buckets.bounds)
    kept = {"basis": asked.basis, "bounds": bounds, "kept": KEPT_REPORTS, "by": "customer"}
    return sql.values(company.pk, asked, Filters()) | kept


def _find(company: Company, asked: Parameters, *, lock: bool) -> Kept | None:
    statement = _FIND + SQL("FOR UPDATE OF r") if lock else _FIND
    with connection.cursor() as cursor:
        cursor.execute(statement, values_of(company, asked))
        row = cursor.fetchone()
    if row is None:
        return None
    key, version, last, stored, is_fresh = row
    totals = json.loads(stored)
    return Kept(
        id=key,
        version=version,
        asked=asked,
        totals={
            currency: Ageing(tuple(found["amounts"]), found["unallocated"])
            for currency, found in sorted(totals.items())
        },
        counts={currency: found["customers"] for currency, found in totals.items()},
        last_movement=last,
        is_fresh=is_fresh,
    )


def _touched(company: Company, kept: Kept) -> list[int] | None:
    """The customers of whom something was written since; None when all must be computed."""
    if kept.last_movement is None:
        return None
    with connection.cursor() as cursor:
        values = {"company": company.pk, "last": kept.last_movement, "most": MOST_TOUCHED + 1}
        cursor.execute(_TOUCHED, values)
        found = cursor.fetchall()
    return sorted({customer for (customer,) in found}) if len(found) <= MOST_TOUCHED else None


def _fill(values: dict[str, Any], asked: Parameters, touched: list[int] | None) -> Sums:
    """Write the rows, of the customers `touched` or of all; gives their sums."""
    some = touched is not None
    with connection.cursor() as cursor:
        cursor.execute(
            SQL("DELETE FROM positions_reportrow WHERE report_id = %(report)s {}").format(_which(touched)),
            values,
        )
        cursor.execute(_FILL.format(sql.report_rows(asked, customers=some)), values)
    return _sums(values, asked, touched)


def _refill(values: dict[str, Any], asked: Parameters, touched: list[int] | None, before: Kept) -> Sums:
    """Write the rows of some customers again; the sums of all move by as much as theirs do."""
    out = _sums(values, asked, touched)
    into = _fill(values, asked, touched)
    sums = {
        currency: (before.counts[currency], total.unallocated, *total.amounts)
        for currency, total in before.totals.items()
    }
    nothing = (0,) * (2 + len(asked.buckets.keys))
    return {
        currency: tuple(
            kept - old + new
            for kept, old, new in zip(
                *(found.get(currency, nothing) for found in (sums, out, into)), strict=True
            )
        )
        for currency in sums | into
    }


def _which(touched: list[int] | None) -> SQL:
    return SQL("") if touched is None else SQL("AND customer_id = ANY (%(touched)s)")


def _sums(values: dict[str, Any], asked: Parameters, touched: list[int] | None) -> Sums:
    statement = SQL(
        "SELECT w.currency, count(*), positions_sum(w.unallocated), {} FROM positions_reportrow w"
        " WHERE w.report_id = %(report)s {} GROUP BY w.currency"
    ).format(sql.summed_amounts(asked.buckets, "w"), _which(touched))
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {currency: tuple(sums) for currency, *sums in cursor.fetchall()}


def _as_stored(totals: Sums) -> dict[str, dict[str, Any]]:
    return {
        currency: {"amounts": list(amounts), "unallocated": unallocated, "customers": customers}
        for currency, (customers, unallocated, *amounts) in totals.items()
        if customers
    }
