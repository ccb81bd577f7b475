"""What is known of calls, numbers and hours, read for many customers at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Q
from django.utils.dateparse import parse_datetime

from exigible.calls.models import CallPolicy, OngoingCall, WrongNumber
from exigible.calls.phones import Number, read_number
from exigible.calls.rules import (
    SPOKEN,
    UNANSWERED,
    USUAL,
    Best,
    CallRules,
    Outcome,
    PastCall,
    Tries,
    band_of,
    best,
)
from exigible.dunning.answers import Answers
from exigible.dunning.rules import ItemFacts
from exigible.ledger.models import Company, Contact, Customer, OpenItem
from exigible.timeline.models import Event

CALL: Final = "call"
FOLLOWED: Final = timedelta(days=90)
"""How far back a call still asks for another one."""
LEARNT: Final = timedelta(days=730)
ON_THE_LINE: Final = timedelta(minutes=20)
"""How long an open call sheet says that someone is calling."""
HOLD_DAYS: Final = 5

ROLES: Final = {"accounts_payable": 0, "finance": 1}

# The last call of each customer, where it asks for another one.
FOLLOWED_SQL: Final = """
    SELECT customer_id FROM (
        SELECT DISTINCT ON (customer_id) customer_id, data ->> 'outcome' AS outcome
        FROM timeline_event
        WHERE company_id = %(company)s AND kind = %(kind)s AND customer_id IS NOT NULL
          AND happened_at > %(since)s
        ORDER BY customer_id, happened_at DESC, id DESC
    ) AS last
    WHERE outcome = ANY (%(asking)s)
"""
ASKING: Final = (*UNANSWERED, Outcome.CALL_BACK, Outcome.WRONG_NUMBER)

MEAN_SQL: Final = """
    SELECT count(*) FILTER (WHERE data ->> 'outcome' = ANY (%(spoken)s)),
           count(*) FILTER (WHERE data ->> 'outcome' = ANY (%(tried)s))
    FROM timeline_event
    WHERE company_id = %(company)s AND kind = %(kind)s AND happened_at > %(since)s
"""


def policy_of(company: Company) -> CallPolicy:
    """The company's own policy, or an unsaved one with what is usual."""
    return CallPolicy.objects.filter(company=company).first() or CallPolicy(company=company)


def rules_of(policy: CallPolicy) -> CallRules:
    """A policy as the rules read it."""
    return CallRules(**{name: getattr(policy, name) for name in USUAL.__slots__})


def followed_customers(company: Company, now: datetime) -> list[int]:
    """The customers whose last call asks for another one."""
    asked: dict[str, Any] = {
        "company": company.pk, "kind": CALL, "since": now - FOLLOWED, "asking": [str(o) for o in ASKING]
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FOLLOWED_SQL, asked)
        return [row[0] for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class MadeCall:
    """A call as the timeline keeps it."""

    event: int
    at: datetime
    outcome: str
    by: int | None
    again_at: datetime | None

    def past(self, zone: Any) -> PastCall:
        """The call in the debtor's own time."""
        again = self.again_at.astimezone(zone) if self.again_at else None
        return PastCall(self.at.astimezone(zone), self.outcome, again)


def calls_of(company: Company, customers: Collection[int], now: datetime) -> Mapping[int, list[MadeCall]]:
    """The calls of some customers in the last two years, the newest first; in one query."""
    found: dict[int, list[MadeCall]] = defaultdict(list)
    events = Event.objects.filter(
        company=company, customer__in=customers, kind=CALL, happened_at__gt=now - LEARNT, happened_at__lte=now
    ).order_by("-happened_at", "-id")
    for key, customer, at, by, data in events.values_list("pk", "customer", "happened_at", "by", "data"):
        again = parse_datetime(data.get("again_at", ""))
        found[customer].append(MadeCall(key, at, data.get("outcome", ""), by, again))
    return found


def mean_tries(company: Company, now: datetime) -> Tries:
    """How often anyone answered a call of the company in the last two years."""
    asked: dict[str, Any] = {
        "company": company.pk, "kind": CALL, "since": now - LEARNT,
        "spoken": [str(o) for o in SPOKEN], "tried": [str(o) for o in SPOKEN | UNANSWERED],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(MEAN_SQL, asked)
        return Tries(*cursor.fetchone())


@dataclass(frozen=True, slots=True)
class BestTimes:
    """When someone answers best, as far as the calls made bear it out."""

    band: Best | None
    weekday: Best | None


def best_times(calls: Iterable[PastCall], mean: Tries) -> BestTimes:
    """The best band of hours and the best weekday of a customer, from its own calls."""
    bands: dict[int, Tries] = {}
    days: dict[int, Tries] = {}
    for call in calls:
        if call.outcome in SPOKEN or call.outcome in UNANSWERED:
            answered = call.outcome in SPOKEN
            _count(bands, band_of(call.at.hour), answered)
            _count(days, call.at.weekday(), answered)
    return BestTimes(best(bands, mean), best(days, mean))


def _count(by_key: dict[int, Tries], key: int, answered: bool) -> None:
    before = by_key.get(key, Tries(0, 0))
    by_key[key] = Tries(before.reached + answered, before.tried + 1)


@dataclass(frozen=True, slots=True)
class Reach:
    """A number at which a customer may be reached; `contact` is None for the customer's own."""

    number: Number
    contact: Contact | None = None
    is_wrong: bool = False


def reaches_of(company: Company, customers: Sequence[Customer], on: date) -> Mapping[int, list[Reach]]:
    """The numbers of some customers, whom to ask first first, those known to be wrong last; two queries."""
    keys = [customer.pk for customer in customers]
    here = Q(left_on=None) | Q(left_on__gt=on)
    contacts: dict[int, list[Contact]] = defaultdict(list)
    for contact in Contact.objects.filter(here, company=company, customer__in=keys).exclude(phone=""):
        contacts[contact.customer_id].append(contact)
    wrong = set(
        WrongNumber.objects.filter(company=company, customer__in=keys).values_list("customer", "number")
    )
    return {customer.pk: _reaches(company, customer, contacts[customer.pk], wrong) for customer in customers}


def _reaches(
    company: Company, customer: Customer, contacts: list[Contact], wrong: Collection[tuple[int, str]]
) -> list[Reach]:
    country = customer.country or company.country
    ranked = sorted(contacts, key=lambda c: (ROLES.get(c.role, 2), c.preferred_channel != "phone", c.pk))
    known = [*((contact.phone, contact) for contact in ranked), (customer.phone, None)]
    found: dict[str, Reach] = {}
    for text, contact in known:
        number = read_number(text, country, company.country)
        if number is not None and number.key not in found:
            found[number.key] = Reach(number, contact, (customer.pk, number.key) in wrong)
    return sorted(found.values(), key=lambda reach: reach.is_wrong)


@dataclass(frozen=True, slots=True)
class Owed:
    """What may be asked of a customer in one currency, of what is overdue, and since when that is.

    What is contested or promised is not asked for, nor what came in unallocated.
    """

    currency: str
    asked_minor: int
    oldest_due_on: date


def owed_by(
    company: Company, customers: Collection[int], on: date, answers: Answers
) -> Mapping[int, list[Owed]]:
    """What is overdue by customer, the company's own currency first; in one query."""
    late: dict[tuple[int, str], list[ItemFacts]] = defaultdict(list)
    credits_minor: dict[tuple[int, str], int] = defaultdict(int)
    is_late_or_credit = Q(open_minor__gt=0, due_on__lt=on) | Q(open_minor__lt=0)
    items = OpenItem.objects.filter(is_late_or_credit, company=company, customer__in=customers)
    rows = items.values_list("customer", "currency", "pk", "due_on", "open_minor")
    for customer, currency, item, due_on, minor in rows:
        if minor > 0:
            late[customer, currency].append(ItemFacts(item, due_on, minor))
        else:
            credits_minor[customer, currency] += minor
    owed: dict[int, list[Owed]] = defaultdict(list)
    for account in sorted(late, key=lambda known: (known[1] != company.currency, known[1])):
        facts = answers.apply(account, late[account])
        asked = max(0, sum(item.claimed_minor for item in facts) + credits_minor[account])
        oldest = min(item.due_on for item in facts)
        owed[account[0]].append(Owed(account[1], asked, oldest))
    return owed


def others_calling(company: Company, customer: Customer, by: int, now: datetime) -> list[OngoingCall]:
    """Who else has the call sheet of a customer open."""
    recent = OngoingCall.objects.filter(company=company, customer=customer, since__gt=now - ON_THE_LINE)
    return list(recent.exclude(by=by).select_related("by").order_by("since"))
