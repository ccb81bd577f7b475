"""The sums of a kept report by group, collector or segment, kept until the report or a customer changes."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from psycopg.sql import SQL, Composed

from exigible.ledger.models import Company
from exigible.positions import sql
from exigible.positions.filters import Filters
from exigible.positions.kept import CREATE, WORTH_ANALYSING, Kept, values_of
from exigible.positions.rules import Ageing, Grouping

_FIND = SQL("""
    SELECT r.id, r.snapshot <> '' AND r.made_from = %(version)s
           AND r.cluster = (SELECT system_identifier FROM pg_control_system())
           AND NOT EXISTS (
               SELECT FROM positions_customerchange c
               WHERE c.company_id = r.company_id
                 AND (c.transaction = r.transaction
                      OR c.transaction >= pg_snapshot_xmin(seen.snapshot)::text::bigint
                         AND NOT pg_visible_in_snapshot(c.transaction::text::xid8, seen.snapshot)))
    FROM positions_report r, LATERAL (SELECT nullif(r.snapshot, '')::pg_snapshot AS snapshot) seen
    WHERE r.company_id = %(company)s AND r.by = %(by)s AND r.as_of = %(as_of)s AND r.basis = %(basis)s
      AND r.bounds = %(bounds)s::int[] AND r.known_at IS NOT DISTINCT FROM %(known_at)s
""")

# The customer who has the group's own code stands for it; else the one who was first known. Groups are
# written in the order of those customers, which is that of the key: who reads them all reads from end to end.
_FILL = SQL("""
    INSERT INTO positions_reportrow (report_id, customer_id, name, sort_name, currency, amounts, unallocated,
                                     overdue, total, members, oldest_on, weighted_overdue)
    SELECT %(groups)s, coalesce(min(c.id) FILTER (WHERE c.code = {key}), min(c.id)),
           {name}, {sort_name}, w.currency, ARRAY[{amounts}],
           positions_sum(w.unallocated), positions_sum(w.overdue), positions_sum(w.total), count(*),
           min(w.oldest_on), sum(w.weighted_overdue)
    FROM positions_reportrow w JOIN ledger_customer c ON c.id = w.customer_id
    LEFT JOIN ledger_customer p ON p.id = c.parent_id LEFT JOIN team_user u ON u.id = c.collector_id
    WHERE w.report_id = %(report)s
    GROUP BY {key}, w.currency ORDER BY 2
""")
_SUMS = SQL("""
    SELECT w.currency, w.members, w.amounts, w.unallocated
    FROM positions_reportrow w JOIN ledger_customer c ON c.id = w.customer_id
    WHERE w.report_id = %(groups)s AND w.currency = coalesce(%(currency)s, w.currency) AND {}
    ORDER BY w.currency
""")
_FINISH = SQL("""
    UPDATE positions_report SET computed_at = clock_timestamp(), snapshot = %(snapshot)s,
           made_from = %(version)s, transaction = pg_current_xact_id()::text::bigint,
           cluster = (SELECT system_identifier FROM pg_control_system())
    WHERE id = %(groups)s
""")


def keep_groups(company: Company, kept: Kept, by: Grouping) -> int:
    """The id of the report by group, collector or segment made from a kept one: summed now if need be."""
    values = values_of(company, kept.asked) | {"by": by, "version": kept.version, "report": kept.id}
    with connection.cursor() as cursor:
        cursor.execute(_FIND, values)
        found = cursor.fetchone()
    return int(found[0]) if found and found[1] else _compute(kept, by, values)


def kept_sums(company: Company, kept: Kept, by: Grouping, filters: Filters) -> dict[str, tuple[int, Ageing]]:
    """Of what the filters let through, which is one row of a grouping (`filters.grouping`), by currency:
    how many positions, and their sums. In the currency of the filters, if they have one."""
    values = sql.values(company.pk, kept.asked, filters) | {"groups": keep_groups(company, kept, by)}
    with connection.cursor() as cursor:
        cursor.execute(_SUMS.format(filters.condition()), values)
        return {
            currency: (members, Ageing(tuple(amounts), unallocated))
            for currency, members, amounts, unallocated in cursor.fetchall()
        }


@transaction.atomic
def _compute(kept: Kept, by: Grouping, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(CREATE, values)
        cursor.execute(_FIND + SQL("FOR UPDATE OF r"), values)
        groups, is_fresh = cursor.fetchone()
        if is_fresh:
            return int(groups)
        # The rows summed are those of one version: whoever would compute them again waits.
        cursor.execute(
            "SELECT transaction, pg_current_snapshot()::text FROM positions_report WHERE id = %s FOR SHARE",
            [kept.id],
        )
        version, snapshot = cursor.fetchone()
        values |= {"groups": groups, "version": version, "snapshot": snapshot}
        cursor.execute("DELETE FROM positions_reportrow WHERE report_id = %s", [groups])
        cursor.execute(_filled(kept, by), values)
        cursor.execute(_FINISH, values)
        if cursor.rowcount and kept.customers > WORTH_ANALYSING:
            cursor.execute("ANALYZE positions_reportrow")
        return int(groups)


def _filled(kept: Kept, by: Grouping) -> Composed:
    name = sql.NAMES[by].format(key=sql.KEYS[by])
    amounts = sql.summed_amounts(kept.asked.buckets, "w")
    return _FILL.format(key=sql.KEYS[by], name=name, sort_name=sql.folded(name), amounts=amounts)
