"""What the rules need to know of customers, read in bulk: a few statements for thousands of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db import connection

from exigible.cash.seen import seen_cash
from exigible.dunning.answers import Answers, read_answers
from exigible.dunning.heard import Heard, read_heard
from exigible.dunning.numbers import e164, is_mobile, parse_number
from exigible.dunning.rules import Channel, CustomerFacts, ItemFacts, PolicyRules, Rest, choose_policy
from exigible.kernel.text import is_email
from exigible.ledger.calendars import calendar_of
from exigible.ledger.models import Company
from exigible.ledger.pauses import pauses_from

Row = tuple[Any, ...]

TALKS: Final = ("call", "visit")
"""Kinds of timeline lines, beside our own messages, by which a customer was contacted."""

CUSTOMERS: Final = """
    SELECT c.id, coalesce(nullif(c.country, ''), %(home)s) AS country, c.segment, c.kind,
           coalesce(nullif(p.language, ''), c.language) AS language,
           coalesce(nullif(p.email, ''), c.email) AS email, c.address <> '' AS has_address,
           coalesce(p.preferred_channel = 'letter', false) AS prefers_letter,
           c.is_insolvent
    FROM ledger_customer c
    LEFT JOIN LATERAL (
        SELECT email, language, preferred_channel FROM ledger_contact k
        WHERE k.company_id = c.company_id AND k.customer_id = c.id AND k.receives_reminders
          AND (k.left_on IS NULL OR k.left_on > %(on)s)
        ORDER BY k.email = '', k.role <> 'accounts_payable', k.role <> 'finance', k.id
        LIMIT 1
    ) AS p ON true
    WHERE c.company_id = %(company)s AND c.id = ANY(%(customers)s)
"""

ITEMS_NOW: Final = """
    SELECT customer_id, currency, id, due_on, open_minor
    FROM ledger_openitem
    WHERE company_id = %(company)s AND customer_id = ANY(%(customers)s) AND open_minor <> 0
      AND effective_on <= %(on)s AND (open_minor < 0 OR due_on <= %(horizon)s)
    ORDER BY customer_id, currency, due_on, id
"""

ITEMS_THEN: Final = """
    SELECT i.customer_id, i.currency, i.id, i.due_on, held.open_minor
    FROM (
        SELECT item_id, sum(amount_minor)::bigint AS open_minor
        FROM ledger_movement
        WHERE company_id = %(company)s AND customer_id = ANY(%(customers)s) AND effective_on <= %(on)s
        GROUP BY item_id HAVING sum(amount_minor) <> 0
    ) AS held
    JOIN ledger_openitem i ON i.company_id = %(company)s AND i.id = held.item_id
    WHERE held.open_minor < 0 OR i.due_on <= %(horizon)s
    ORDER BY i.customer_id, i.currency, i.due_on, i.id
"""

# What a person does by hand is said when it is done, which may be days after its run.
LEVELS: Final = """
    SELECT l.item_id, l.level,
           CASE WHEN a.channel IN ('phone', 'visit', 'registered')
                THEN (a.sent_at AT TIME ZONE %(zone)s)::date ELSE r.day END AS day
    FROM dunning_action a
    JOIN dunning_run r ON r.id = a.run_id
    JOIN dunning_actionitem l ON l.action_id = a.id
    WHERE a.company_id = %(company)s AND a.customer_id = ANY(%(customers)s)
      AND a.state IN ('sent', 'ambiguous') AND (l.level IS NOT NULL OR l.sent_minor > 0)
    ORDER BY l.level NULLS FIRST, day
"""

CONTACTS: Final = """
    SELECT customer_id, max(day)
    FROM (
        SELECT a.customer_id, r.day
        FROM dunning_action a JOIN dunning_run r ON r.id = a.run_id
        WHERE a.company_id = %(company)s AND a.state IN ('sent', 'ambiguous') AND r.day > %(since)s
        UNION ALL
        SELECT a.through_id, r.day
        FROM dunning_action a JOIN dunning_run r ON r.id = a.run_id
        WHERE a.company_id = %(company)s AND a.state IN ('sent', 'ambiguous') AND r.day > %(since)s
          AND a.through_id IS NOT NULL
        UNION ALL
        SELECT customer_id, (sent_at AT TIME ZONE %(zone)s)::date
        FROM dunning_action
        WHERE company_id = %(company)s AND channel IN ('phone', 'visit', 'registered')
          AND reserved_at IS NOT NULL AND state = 'sent' AND sent_at > %(since)s
        UNION ALL
        SELECT customer_id, (happened_at AT TIME ZONE %(zone)s)::date
        FROM timeline_event
        WHERE company_id = %(company)s AND kind = ANY(%(talks)s) AND customer_id IS NOT NULL
          AND coalesce(data->>'outcome', '') NOT IN ('no-answer', 'wrong-number')
          AND happened_at > %(since)s::date AND (happened_at AT TIME ZONE %(zone)s)::date <= %(on)s
    ) AS contact
    GROUP BY customer_id
"""

PENDING: Final = """
    SELECT a.customer_id, a.currency, min(r.day)
    FROM dunning_action a JOIN dunning_run r ON r.id = a.run_id
    WHERE a.company_id = %(company)s AND a.state IN ('approved', 'reserved', 'to_do', 'ambiguous')
    GROUP BY a.customer_id, a.currency
"""

NUMBERS: Final = """
    SELECT customer_id, phone, receives_reminders
    FROM (
        SELECT customer_id, phone, receives_reminders,
               CASE role WHEN 'accounts_payable' THEN 0 WHEN 'finance' THEN 1 ELSE 2 END AS rank, id
        FROM ledger_contact
        WHERE company_id = %(company)s AND customer_id = ANY(%(customers)s) AND phone <> ''
          AND (left_on IS NULL OR left_on > %(on)s)
        UNION ALL
        SELECT id, phone, true, 3, 0 FROM ledger_customer
        WHERE company_id = %(company)s AND id = ANY(%(customers)s) AND phone <> ''
    ) AS number
    ORDER BY customer_id, rank, id
"""

WRITTEN: Final = ("email", "sms")
TRIED_AGAIN_AFTER: Final = timedelta(days=30)
"""How long a call or a visit that found nobody gives way to a letter; no text fixes it."""

REFUSED: Final = """
    SELECT coalesce(a.through_id, a.customer_id), a.channel, a.recipient, max(r.day)
    FROM dunning_action a JOIN dunning_run r ON r.id = a.run_id
    WHERE a.company_id = %(company)s AND a.state = 'refused'
    GROUP BY 1, a.channel, a.recipient
"""


class Numbers(NamedTuple):
    """Where a customer is written text messages to, and where it is called, in E.164; empty: nowhere."""

    mobile: str
    phone: str


NO_NUMBERS: Final = Numbers("", "")


@dataclass(frozen=True, slots=True)
class Known:
    """What is read once for the whole company: the few customers that have it."""

    answers: Answers = field(default_factory=Answers)
    contacts: dict[int, date] = field(default_factory=dict)
    pending: dict[tuple[int, str], date] = field(default_factory=dict)
    refused: frozenset[tuple[int, str]] = frozenset()
    seen: Mapping[tuple[int, str], int] = field(default_factory=dict)
    """What came in on the bank and is not lettered yet: nobody is asked for what was paid yesterday."""
    heard: Heard = field(default_factory=Heard)
    unreached: Mapping[int, frozenset[Channel]] = field(default_factory=dict)

    def is_dead(self, customer: int, email: str) -> bool:
        """Whether an address refused a message of this customer, or sent one back for good."""
        return (customer, email) in self.refused or email.lower() in self.heard.dead


@dataclass(frozen=True, slots=True)
class Reading:
    """For whom facts are read, and as of which day. `is_past`: amounts are those of that day.

    Items are read that a policy may speak of by then or within `ahead` days more.
    """

    company: Company
    on: date
    policies: Sequence[PolicyRules]
    is_past: bool
    known: Known
    ahead: int = 0
    with_numbers: bool = False

    def facts(self, customers: Sequence[int]) -> Iterator[tuple[CustomerFacts, PolicyRules | None]]:
        """The facts of these customers, by currency, each with its policy; who owes nothing is left out."""
        asked = self._asked(customers)
        people = {row[0]: row for row in _rows(CUSTOMERS, asked | {"home": self.company.country})}
        numbers = self._numbers(asked, people)
        rests = read_rests(self.company, self.on, customers)
        levels = {item: (level, day) for item, level, day in _rows(LEVELS, asked)}  # the last level stays
        rows = _rows(ITEMS_THEN if self.is_past else ITEMS_NOW, asked)
        for (customer, currency), group in groupby(rows, key=itemgetter(0, 1)):
            items, unallocated = _split(group, levels)
            if items:
                number, resting = numbers.get(customer, NO_NUMBERS), rests.get(customer, ())
                yield self._facts(people[customer], currency, items, unallocated, number, resting)

    def head(self, customer: int) -> tuple[CustomerFacts, PolicyRules | None]:
        """What is known of the head of a group, whatever it owes, and the policy that speaks to the group."""
        asked = self._asked([customer])
        [person] = _rows(CUSTOMERS, asked | {"home": self.company.country})
        rests = read_rests(self.company, self.on, [customer]).get(customer, ())
        facts, policy = self._facts(person, self.company.currency, [], 0, NO_NUMBERS, rests)
        return replace(facts, seen_minor=0, pending_since=None), policy

    def _numbers(self, asked: dict[str, Any], people: Mapping[int, Row]) -> dict[int, Numbers]:
        """Where the customers are called and written text messages to; read where they are asked for."""
        steps = (step for policy in self.policies for step in policy.steps)
        if not self.with_numbers and not any(step.channel in ("sms", "phone") for step in steps):
            return {}
        found: dict[int, Numbers] = {}
        for customer, text, is_written_to in _rows(NUMBERS, asked):
            number = parse_number(text, people[customer][1], self.company.country)
            if number is not None and (customer, e164(number)) not in self.known.heard.wrong_numbers:
                may_write = is_written_to and is_mobile(number)
                known = found.get(customer, NO_NUMBERS)
                found[customer] = self._with(known, customer, e164(number), may_write)
        return found

    def _with(self, known: Numbers, customer: int, number: str, may_write: bool) -> Numbers:
        mobile = number if may_write and (customer, number) not in self.known.refused else ""
        return Numbers(known.mobile or mobile, known.phone or number)

    def _asked(self, customers: Sequence[int]) -> dict[str, Any]:
        days = max((policy.days_before for policy in self.policies), default=0)
        return {
            "company": self.company.pk,
            "customers": list(customers),
            "on": self.on,
            "is_past": self.is_past,
            "horizon": self.on + timedelta(days=days + self.ahead),
            "zone": settings.TIME_ZONE,
        }

    def _facts(
        self,
        person: Row,
        currency: str,
        items: list[ItemFacts],
        unallocated: int,
        numbers: Numbers,
        rests: tuple[Rest, ...],
    ) -> tuple[CustomerFacts, PolicyRules | None]:
        pk, country, segment, kind, language, email, has_address, prefers_letter, insolvent = person
        answers = self.known.answers
        facts = CustomerFacts(
            customer_id=pk,
            currency=currency,
            items=answers.apply((pk, currency), items),
            calendar=calendar_of(country, self.company),
            unallocated_minor=unallocated,
            seen_minor=self.known.seen.get((pk, currency), 0),
            is_insolvent=insolvent,
            rests=rests,
            promise=answers.promised((pk, currency)),
            last_contacted_on=self.known.contacts.get(pk),
            pending_since=self.known.pending.get((pk, currency)),
            unread_since=self.known.heard.unread.get(pk),
            email=email if is_email(email) and not self.known.is_dead(pk, email) else "",
            has_address=has_address and pk not in self.known.heard.nowhere,
            prefers_letter=prefers_letter,
            mobile=numbers.mobile,
            phone=numbers.phone,
            unreached=self.known.unreached.get(pk, frozenset()),
            language=language,
        )
        return facts, choose_policy(self.policies, country, segment, kind)


def open_reading(
    company: Company,
    on: date,
    policies: Sequence[PolicyRules],
    *,
    today: date,
    customers: Sequence[int] | None = None,
    ahead: int = 0,
    with_numbers: bool = False,
) -> Reading:
    """Prepare to read facts as of `on`; `customers` limits what is read ahead, not who can be asked for.

    `with_numbers`: read telephone numbers even where no policy calls or writes text messages.
    """
    longest = max((policy.min_days_between_contacts for policy in policies), default=0)
    asked = {
        "company": company.pk,
        "customers": None if customers is None else list(customers),
        "on": on,
        "since": on - timedelta(days=longest),
        "zone": settings.TIME_ZONE,
        "talks": list(TALKS),
    }
    # What is pending first: a message sent between the two readings is then seen twice, and not missed.
    pending = {(customer, currency): day for customer, currency, day in _rows(PENDING, asked)}
    refused = _rows(REFUSED, asked)
    known = Known(
        answers=read_answers(company, on, customers),
        contacts=dict(_rows(CONTACTS, asked)),
        pending=pending,
        refused=frozenset((customer, address) for customer, way, address, _ in refused if way in WRITTEN),
        seen={} if on < today else seen_cash(company),
        heard=read_heard(company, on, customers),
        unreached=_unreached(refused, on - TRIED_AGAIN_AFTER),
    )
    return Reading(
        company, on, policies, is_past=on < today, known=known, ahead=ahead, with_numbers=with_numbers
    )


def read_rests(
    company: Company, on: date, customers: Sequence[int] | None = None
) -> dict[int, tuple[Rest, ...]]:
    """When reminders rest from a day on, now or to come, by customer; the few that have it."""
    return {
        customer: tuple(Rest(pause.starts_on, pause.until, pause.reason) for pause in pauses)
        for customer, pauses in pauses_from(company.pk, on, customers).items()
    }


def _unreached(refused: Iterable[Row], since: date) -> dict[int, frozenset[Channel]]:
    """The ways by which a customer was lately tried in vain by a person."""
    found: dict[int, frozenset[Channel]] = {}
    for customer, channel, _recipient, last_on in refused:
        if channel not in WRITTEN and last_on > since:
            found[customer] = found.get(customer, frozenset()) | {channel}
    return found


def customer_ids(company: Company) -> list[int]:
    """Every customer of a company, in the order of their ids."""
    return [
        row[0]
        for row in _rows(
            "SELECT id FROM ledger_customer WHERE company_id = %(company)s ORDER BY id",
            {"company": company.pk},
        )
    ]


def _split(group: Iterator[Row], levels: dict[int, tuple[int, date]]) -> tuple[list[ItemFacts], int]:
    """Items owed, and the sum of the credits."""
    items, unallocated = [], 0
    for _, _, item, due_on, open_minor in group:
        if open_minor < 0:
            unallocated += open_minor
        else:
            level, day = levels.get(item, (None, None))
            items.append(ItemFacts(item, due_on, open_minor, level, day))
    return items, unallocated


def run_day(company: Company, asked: date) -> date:
    """The day of the run that is asked for on a day: that day, or the company's next business day."""
    return calendar_of(company.country, company).next_business_day(asked)


def _rows(query: str, asked: dict[str, Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return cursor.fetchall()
