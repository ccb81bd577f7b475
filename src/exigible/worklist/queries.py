"""What the day's list is decided from, read in bulk, and the list itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Case, Count, Q, QuerySet, Sum, When
from psycopg.sql import SQL

from exigible.disputes.queries import Contested, disputed_accounts
from exigible.ledger.models import Company, Pause
from exigible.ledger.pauses import pauses_on
from exigible.negotiation.queries import Account, Standings, promise_standings
from exigible.team.scope import Scope
from exigible.worklist.models import Task, Worklist
from exigible.worklist.rules import WorkFacts

FEW_MOVEMENTS = 50_000  # about a third of a second
AMOUNTS = ("value", "stake_minor")
SORTS = {"value": "value", "stake": "stake_minor", "age": "oldest_days", "name": "customer__sort_name"}
NOT_CONTESTED = Contested()
CONTACT_KINDS = (
    "call", "visit", "promise", "email-sent", "letter-sent", "sms-sent", "reminder-done", "reminder-sent",
)  # fmt: skip
CLAIM_DECLARED, CLAIM_NOT_DECLARED = "claim-declared", "claim-not-declared"
FILE_KINDS = (
    CLAIM_DECLARED,
    CLAIM_NOT_DECLARED,
    "contact-added",
    "contact-changed",
    "customer-changed",
    "dunning-pause-withdrawn",
    "dunning-paused",
    "dunning-resumed",
    "promise",
    "promise-withdrawn",
    "dispute-opened",
    "dispute-resolved",
)

# One row a customer and currency that owes something overdue on the day, or anything once insolvency is
# opened or while it contests something. What is open is summed from movements, so that the list of a past
# day can be had too.
FACTS_SQL = SQL("""
WITH item AS (
    SELECT customer_id, item_id, currency, bool_or(is_credit) AS is_credit,
           sum(amount_minor)::bigint AS left_minor,
           (array_agg(due_on ORDER BY recorded_at DESC, id DESC))[1] AS due_on
    FROM ledger_movement
    WHERE company_id = %(company)s AND effective_on <= %(on)s {one}
    GROUP BY customer_id, item_id, currency
    HAVING sum(amount_minor) <> 0
), insolvent AS (
    SELECT id AS customer_id FROM ledger_customer WHERE company_id = %(company)s AND is_insolvent
), owed AS (
    SELECT customer_id, currency,
           coalesce(sum(left_minor) FILTER (WHERE NOT is_credit AND due_on < %(on)s), 0)::bigint AS overdue,
           coalesce(sum(left_minor) FILTER (WHERE is_credit), 0)::bigint AS unallocated,
           sum(left_minor)::bigint AS balance,
           min(due_on) FILTER (WHERE NOT is_credit AND due_on < %(on)s) AS oldest_due_on
    FROM item
    GROUP BY customer_id, currency
    HAVING sum(left_minor) FILTER (WHERE NOT is_credit AND due_on < %(on)s) > 0
        OR customer_id IN (SELECT customer_id FROM insolvent)
        OR customer_id = ANY (%(contesting)s)
), declared AS (
    SELECT DISTINCT ON (customer_id) customer_id, kind = %(declared)s AS is_done
    FROM timeline_event
    WHERE company_id = %(company)s AND customer_id IN (SELECT customer_id FROM insolvent)
      AND happened_at < %(until)s {one}
      AND (kind = ANY (%(declarations)s)
           OR kind = 'customer-changed' AND data -> 'changes' -> 'is_insolvent' IS NOT NULL)
    ORDER BY customer_id, happened_at DESC, id DESC
), contact AS (
    SELECT customer_id, (max(happened_at) AT TIME ZONE %(zone)s)::date AS last_on
    FROM timeline_event
    WHERE company_id = %(company)s AND kind = ANY (%(contacts)s) AND happened_at < %(until)s
      {one}
    GROUP BY customer_id
), reminded AS (
    SELECT DISTINCT ON (customer_id, currency) customer_id, currency, step,
           (sent_at AT TIME ZONE %(zone)s)::date AS last_on
    FROM dunning_action
    WHERE company_id = %(company)s AND state = 'sent' AND sent_at < %(until)s {one}
    ORDER BY customer_id, currency, sent_at DESC, id DESC
), proposed AS (
    SELECT customer_id, currency, max(id) AS action FROM dunning_action
    WHERE company_id = %(company)s AND state = 'proposed' {one}
    GROUP BY customer_id, currency
), left_to_a_person AS (
    SELECT customer_id, currency, reason_params ->> 'ending' AS ending,
           (reason_params ->> 'last_on')::date AS last_on
    FROM dunning_heldback
    WHERE company_id = %(company)s AND reason_code = 'policy-ended' {one}
      AND run_id = (
          SELECT id FROM dunning_run
          WHERE company_id = %(company)s AND day <= %(on)s AND state <> 'cancelled'
          ORDER BY day DESC LIMIT 1
      )
)
SELECT o.customer_id, o.currency, o.overdue, o.unallocated, o.oldest_due_on, o.balance,
       c.country, c.credit_limit_minor, c.is_insolvent,
       c.email <> '' OR coalesce(reach.email, false), c.phone <> '' OR coalesce(reach.phone, false),
       contact.last_on, reminded.step, reminded.last_on, proposed.action,
       coalesce(declared.is_done, false), coalesce(ended.ending, ''), ended.last_on
FROM owed o
JOIN ledger_customer c ON c.id = o.customer_id
LEFT JOIN (
    SELECT customer_id, bool_or(email <> '') AS email, bool_or(phone <> '') AS phone
    FROM ledger_contact WHERE company_id = %(company)s AND left_on IS NULL {one} GROUP BY customer_id
) AS reach USING (customer_id)
LEFT JOIN contact ON contact.customer_id = o.customer_id
LEFT JOIN reminded ON reminded.customer_id = o.customer_id AND reminded.currency = o.currency
LEFT JOIN proposed ON proposed.customer_id = o.customer_id AND proposed.currency = o.currency
LEFT JOIN declared ON declared.customer_id = o.customer_id
LEFT JOIN left_to_a_person ended ON ended.customer_id = o.customer_id AND ended.currency = o.currency
""")


def work_facts(company: Company, on: date, customer: int | None = None) -> Iterator[WorkFacts]:
    """The facts of every customer to whom something may be said on the day, by currency, in a few queries.

    With `customer`, an id, of that one alone.
    """
    ones = None if customer is None else [customer]
    answers = _Answers(
        promise_standings(company, on, ones),
        disputed_accounts(company, on, on - timedelta(days=1), ones),
        pauses_on(company.pk, on, ones),
    )
    values: dict[str, Any] = {
        "company": company.pk,
        "on": on,
        "zone": settings.TIME_ZONE,
        "until": datetime.combine(on + timedelta(days=1), datetime.min.time()).astimezone(),
        "contacts": list(CONTACT_KINDS),
        "declared": CLAIM_DECLARED,
        "declarations": [CLAIM_DECLARED, CLAIM_NOT_DECLARED],
        "customer": customer,
        "contesting": [contesting for contesting, _currency in answers.disputes],
    }
    one = SQL("AND customer_id = %(customer)s") if customer is not None else SQL("")
    with connection.chunked_cursor() as cursor:
        cursor.execute(FACTS_SQL.format(one=one), values)
        for row in cursor:
            yield _facts(company, row, answers)


class _Answers(NamedTuple):
    """What customers promised and contest, by customer and currency; and whose reminders rest."""

    promises: Standings
    disputes: Mapping[Account, Contested]
    rests: Mapping[int, Pause]


def _facts(company: Company, row: tuple[Any, ...], answers: _Answers) -> WorkFacts:
    account = row[0], row[1]
    contested = answers.disputes.get(account, NOT_CONTESTED)
    return WorkFacts(
        customer_id=row[0],
        currency=row[1],
        overdue_minor=row[2],
        unallocated_minor=row[3],
        oldest_due_on=row[4],
        balance_minor=row[5],
        country=row[6] or company.country,
        credit_limit_minor=row[7] if row[1] == company.currency else None,
        paused_until=answers.rests[row[0]].until if row[0] in answers.rests else None,
        insolvent=row[8],
        has_email=row[9],
        has_phone=row[10],
        promises=tuple(answers.promises.get(account, ())),
        disputed_minor=contested.due_minor,
        contested_minor=contested.minor,
        answer_due_on=contested.answer_by,
        awaited_minor=contested.awaited_minor,
        awaited_since=contested.credit_since,
        last_contact_on=row[11],
        last_level=row[12] or "",
        last_level_on=row[13],
        proposed_action=row[14],
        claim_declared=row[15],
        policy_ending=row[16],
        policy_ended_on=row[17],
    )


def day_tasks(scope: Scope, on: date) -> QuerySet[Task]:
    """The list of a day as this person may see it, in no order."""
    tasks = Task.objects.filter(company=scope.company, on=on).select_related(
        "customer", "customer__collector"
    )
    # Said of the customers too: only then can they be walked by name, as far as a page reaches.
    tasks = tasks.filter(customer__company=scope.company)
    if scope.membership.portfolio_only:
        tasks = tasks.filter(customer__collector=scope.user)
    return tasks


def sorted_tasks(tasks: QuerySet[Task], sort: str, currencies: Sequence[str] = ()) -> QuerySet[Task]:
    """The lines by `sort`, a word of SORTS with "-" before it if it falls; else the most valuable act first,
    and at the end, whatever the act is worth, those with nothing at stake.

    `currencies` are those of the lines, as `in_turn` gives them. The amounts of two are not compared: where
    lines are sorted by an amount, those of one currency come after those of the other.
    """
    field = SORTS.get(sort.removeprefix("-"))
    by = ("-" if sort.startswith("-") or not field else "") + (field or "value")
    last = [] if field else [Case(When(stake_minor=0, then=1), default=0)]
    if len(currencies) < 2 or field not in (None, *AMOUNTS):
        return tasks.order_by(*last, by, "id")
    turns = Case(*(When(currency=currency, then=turn) for turn, currency in enumerate(currencies)))
    return tasks.order_by(turns, *last, by, "id")


def in_turn(currencies: Iterable[str], own: str) -> list[str]:
    """The currencies in the order of the list: the company's own first, then by their codes."""
    return sorted(set(currencies), key=lambda currency: (currency != own, currency))


def in_this_order(tasks: QuerySet[Task], keys: Iterable[int]) -> list[Task]:
    """The lines of these keys, in their order."""
    wanted = list(keys)
    known = tasks.in_bulk(wanted)
    return [known[key] for key in wanted]


# The books, the reminders proposed or approved, what is known of customers: the list is decided from these.
IS_STALE_SQL = """
SELECT %(cluster)s <> (SELECT system_identifier FROM pg_control_system())
    OR ledger_changed_since(%(company)s, %(snapshot)s::pg_snapshot)
    OR EXISTS (SELECT FROM dunning_run
               WHERE company_id = %(company)s AND greatest(proposed_at, finished_at) > %(at)s)
    OR EXISTS (SELECT FROM dunning_action WHERE company_id = %(company)s
               AND state IN ('approved', 'reserved', 'to_do', 'ambiguous') AND approved_at > %(at)s)
    OR EXISTS (SELECT FROM timeline_event WHERE company_id = %(company)s AND kind = ANY (%(kinds)s)
               AND happened_at > %(at)s)
"""


def find_list(company: Company, on: date) -> Worklist | None:
    """The list of a day, as it was last made."""
    return Worklist.objects.filter(company=company, on=on).first()


def is_stale(known: Worklist) -> bool:
    """Whether something that the list was decided from has changed since, as far as this server can tell."""
    asked: dict[str, Any] = {
        "company": known.company_id,
        "cluster": known.cluster,
        "snapshot": known.snapshot,
        "at": known.built_at,
        "kinds": list(FILE_KINDS),
    }
    with connection.cursor() as cursor:
        cursor.execute(IS_STALE_SQL, asked)
        return bool(cursor.fetchone()[0])


def is_small(company: Company) -> bool:
    """Whether the list can be made while one waits: so few movements that it takes a moment."""
    few = "SELECT count(*) <= %s FROM (SELECT FROM ledger_movement WHERE company_id = %s LIMIT %s) m"
    with connection.cursor() as cursor:
        cursor.execute(few, [FEW_MOVEMENTS, company.pk, FEW_MOVEMENTS + 1])
        return bool(cursor.fetchone()[0])


def day_counts(tasks: QuerySet[Task]) -> list[dict[str, Any]]:
    """How many lines a list has and what is at stake, by currency, act, and whether done; in one query."""
    found: Any = (
        tasks.order_by()
        .annotate(is_done=Q(done_at__isnull=False))
        .values("currency", "act", "is_done")
        .annotate(count=Count("id"), stake=Sum("stake_minor"))
    )
    return list(found)
