"""The statements that sum movements. Values are named: `company`, `as_of`, `known_at`, and the filters'."""

from __future__ import annotations

from typing import Any

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from exigible.kernel.ageing import Buckets
from exigible.kernel.text import fold
from exigible.positions.filters import CUSTOMERS, GROUP_KEY, Filters
from exigible.positions.rules import Grouping, Parameters

UNALLOCATED, OVERDUE, TOTAL = "unallocated", "overdue", "total"
COMMA, AND, AS_OF = SQL(", "), SQL(" AND "), SQL("%(as_of)s::date")

# Customers `c` with their parents `p` and collectors `u`, joined to lines that have a customer_id.
NAMED = SQL(
    "JOIN ledger_customer c ON c.id = {line}.customer_id LEFT JOIN ledger_customer p ON p.id = c.parent_id"
    " LEFT JOIN team_user u ON u.id = c.collector_id"
)
KEYS: dict[Grouping, SQL] = {
    "customer": SQL("c.code"),
    "group": GROUP_KEY,
    "collector": SQL("coalesce(u.email, '')"),
    "segment": SQL("c.segment"),
}
NAMES: dict[Grouping, SQL] = {
    "customer": SQL("c.name"),
    "group": SQL(
        "coalesce(max(c.name) FILTER (WHERE c.code = {key}), max(p.name) FILTER (WHERE p.code = {key}),"
        " min(p.name) FILTER (WHERE p.group_code = {key}),"
        " CASE WHEN count(*) = 1 THEN min(c.name) END, {key})"
    ),
    "collector": SQL("coalesce(max(nullif(u.name, '')), max(u.email), '')"),
    "segment": SQL("min(c.segment)"),
}

# The letters of Europe that `fold` makes another letter of. To translate takes long: what is plain is not.
_ACCENTED = "".join(letter for letter in map(chr, range(0xC0, 0x180)) if len(fold(letter)) == 1)
_FOLDED = SQL(
    "CASE WHEN octet_length({name}) = char_length({name}) THEN lower({name})"
    " ELSE translate(lower({name}), {accented}, {plain}) END"
)


def folded(name: Composable) -> Composed:
    """The name as people look it up, where none is stored: capitals and accents do not count."""
    plain = "".join(map(fold, _ACCENTED))
    return _FOLDED.format(name=name, accented=Literal(_ACCENTED), plain=Literal(plain))


def values(company_id: int, asked: Parameters, filters: Filters) -> dict[str, Any]:
    """The values that the statements name."""
    return {"company": company_id, "as_of": asked.as_of, "known_at": asked.known_at} | filters.values()


def ageing_day(asked: Parameters) -> Identifier:
    """The column of the date by which a movement `m` is aged."""
    return Identifier("m", "issued_on" if asked.basis == "issue" else "due_on")


def counts(asked: Parameters, filters: Filters) -> Composed:
    """The condition for a movement `m` to count: company, date, moment, currency, customer."""
    parts: list[Composable] = [SQL("m.company_id = %(company)s"), SQL("m.effective_on <= %(as_of)s")]
    if asked.known_at is not None:
        parts.append(SQL("m.recorded_at <= %(known_at)s"))
    if filters.currency:
        parts.append(SQL("m.currency = %(currency)s"))
    if filters.picks_customers:
        chosen = SQL("m.customer_id IN (SELECT c.id FROM {} WHERE {})")
        parts.append(chosen.format(CUSTOMERS, filters.condition()))
    return AND.join(parts)


def is_in(column: str, day: Composable, buckets: Buckets, as_of: Composable = AS_OF) -> Composable:
    """The condition for a movement `m`, aged by `day`, to stand in a column: a bucket or a sum of them."""
    if column == TOTAL:
        return SQL("true")
    if column == UNALLOCATED:
        return SQL("m.is_credit")
    ranges = {key: (first, last) for key, first, last in buckets.ranges} | {OVERDUE: (1, None)}
    first, last = ranges[column]
    parts: list[Composable] = [SQL("NOT m.is_credit")]
    if first is not None:
        parts.append(SQL("{} <= {} - {}").format(day, as_of, Literal(first)))
    if last is not None:
        parts.append(SQL("{} >= {} - {}").format(day, as_of, Literal(last)))
    return AND.join(parts)


def sums(asked: Parameters, filters: Filters) -> Composed:
    """One scan of the movements: by customer and currency, a sum for each bucket and for the unallocated."""
    return SQL(
        "SELECT m.customer_id, m.currency, {} FROM ledger_movement m WHERE {}"
        " GROUP BY m.customer_id, m.currency"
    ).format(by_bucket(asked), counts(asked, filters))


def by_bucket(asked: Parameters, as_of: Composable = AS_OF) -> Composed:
    """The sum of movements `m` for each bucket and for the unallocated, under these names."""
    return COMMA.join(
        SQL("positions_sum(m.amount_minor) FILTER (WHERE {}) AS {}").format(
            is_in(key, ageing_day(asked), asked.buckets, as_of), Identifier(key)
        )
        for key in (*asked.buckets.keys, UNALLOCATED)
    )


def history(asked: Parameters) -> Composed:
    """The position of one customer (value `customer`) on each of the dates of a value `days`."""
    return SQL(
        "SELECT d.day, m.currency, {} FROM unnest(%(days)s::date[]) AS d (day) JOIN ledger_movement m"
        " ON m.company_id = %(company)s AND m.customer_id = %(customer)s AND m.effective_on <= d.day"
        " GROUP BY 1, 2 ORDER BY 2, 1"
    ).format(by_bucket(asked, Identifier("d", "day")))


def balance(by: Grouping, asked: Parameters, filters: Filters) -> Composed:
    """The lines of an aged balance: key, name, currency, buckets, unallocated; customers in order of name."""
    amounts: list[Composable] = [Identifier("s", key) for key in (*asked.buckets.keys, UNALLOCATED)]
    shown = amounts if by == "customer" else [SQL("positions_sum({})").format(amount) for amount in amounts]
    return SQL(
        "SELECT {key}, {name}, s.currency, {shown} FROM ({sums}) s {named}"
        " WHERE ({amounts}) <> ({zeros}) {end}"
    ).format(
        key=KEYS[by],
        name=NAMES[by].format(key=KEYS[by]),
        shown=COMMA.join(shown),
        sums=sums(asked, filters),
        named=NAMED.format(line=Identifier("s")),
        amounts=COMMA.join(amounts),
        zeros=COMMA.join([Literal(0)] * len(amounts)),
        end=SQL("ORDER BY c.sort_name, 1, 3" if by == "customer" else "GROUP BY 1, 3"),
    )


def lines(column: str, asked: Parameters, filters: Filters) -> Composed:
    """What is left of each item, of the movements that make a column: item_id, due_on, left_minor."""
    return SQL(
        "SELECT m.item_id, m.due_on, positions_sum(m.amount_minor) AS left_minor FROM ledger_movement m"
        " WHERE {} AND {} GROUP BY m.item_id, m.due_on HAVING positions_sum(m.amount_minor) <> 0"
    ).format(counts(asked, filters), is_in(column, ageing_day(asked), asked.buckets))


def report_rows(asked: Parameters, customers: bool) -> Composed:
    """The rows of a kept report, of the customers in a value `touched` only if `customers`.

    The movements are summed by date of ageing first: only so can the oldest date with an open debt be known.
    They are written in the order of their customers: whoever joins the two reads both from end to end.
    """
    day, buckets = ageing_day(asked), asked.buckets
    late = SQL("NOT m.is_credit AND m.day < %(as_of)s")
    amounts = [
        SQL("positions_sum(m.left_minor) FILTER (WHERE {})").format(
            is_in(key, Identifier("m", "day"), buckets)
        )
        for key in buckets.keys
    ]
    return SQL(
        "SELECT %(report)s, m.customer_id, m.currency, ARRAY[{amounts}],"
        " positions_sum(m.left_minor) FILTER (WHERE m.is_credit),"
        " positions_sum(m.left_minor) FILTER (WHERE {late}),"
        " positions_sum(m.left_minor), 1, min(m.day) FILTER (WHERE {late}),"
        " coalesce(sum(m.left_minor::numeric * (%(as_of)s::date - m.day)) FILTER (WHERE {late}), 0)"
        " FROM (SELECT m.customer_id, m.currency, m.is_credit,"
        " CASE WHEN NOT m.is_credit THEN {day} END AS day, positions_sum(m.amount_minor) AS left_minor"
        " FROM ledger_movement m WHERE {counts}"
        " GROUP BY 1, 2, 3, 4 HAVING positions_sum(m.amount_minor) <> 0) m GROUP BY m.customer_id, m.currency"
        " ORDER BY m.customer_id"
    ).format(
        amounts=COMMA.join(amounts),
        late=late,
        day=day,
        counts=AND.join(
            [counts(asked, Filters()), *([SQL("m.customer_id = ANY (%(touched)s)")] if customers else [])]
        ),
    )


def summed_amounts(buckets: Buckets, rows: str) -> Composed:
    """The sums of the elements of `amounts` over rows of a kept report."""
    positions = range(1, len(buckets.keys) + 1)
    return COMMA.join(
        SQL("positions_sum({}[{}])").format(Identifier(rows, "amounts"), Literal(n)) for n in positions
    )
