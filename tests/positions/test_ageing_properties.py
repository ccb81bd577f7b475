"""Whatever is done to the books, the database sums what the rule says, on any date, known at any moment."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.books import make_company, new_moment
from tests.positions.facts import DueDates, item_facts

from exigible.kernel.ageing import Buckets, days_overdue
from exigible.kernel.errors import Refused
from exigible.ledger.models import Allocation, Company, Customer, OpenItem
from exigible.ledger.services import add_item, allocate, change_due_date, reverse_allocation, reverse_item
from exigible.positions import kept, rules
from exigible.positions.models import ReportRow
from exigible.positions.queries import aged_balance, issue_moment
from exigible.positions.rules import Ageing, ItemFacts, Parameters

FIRST_DAY = date(2026, 1, 1)
KINDS = ("invoice", "payment", "invoice", "payment", "allocate", "allocate", "undo", "reverse", "due-date")
ACTS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 20_000), st.integers(0, 70)), max_size=22)
ASKED = st.builds(
    Parameters,
    as_of=st.integers(-5, 200).map(lambda days: FIRST_DAY + timedelta(days=days)),
    basis=st.sampled_from(["due", "issue"]),
    buckets=st.sampled_from([Buckets(), Buckets((10,)), Buckets((1, 2, 45, 100))]),
)


@dataclass
class RandomBooks:
    """A company of two customers, one the parent of the other, in two currencies."""

    company: Company
    customers: list[Customer]
    random: Random
    due_dates: DueDates = field(default_factory=dict)
    moments: list[datetime] = field(default_factory=list)

    def act(self, kind: str, value: int, days: int) -> None:
        """Do one act as a new moment; what the ledger refuses changes nothing."""
        new_moment()
        try:
            with transaction.atomic():
                _ACTS[kind](self, value, FIRST_DAY + timedelta(days=days))
        except (Refused, IntegrityError):
            return
        moment = moment_of_this_act()
        if moment:
            self.moments.append(moment)

    def facts(self) -> list[ItemFacts]:
        return item_facts(self.company, self.due_dates)


def moment_of_this_act() -> datetime | None:
    """The moment of what was just written; None when the act had nothing to do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nullif(current_setting('exigible.recorded_at', true), '')::timestamptz")
        return cursor.fetchone()[0]


def _add(books: RandomBooks, value: int, on: date, sign: int) -> None:
    item = add_item(
        customer=books.random.choice(books.customers),
        document_type="invoice" if sign > 0 else "payment",
        document_number=f"D{OpenItem.objects.count()}",
        issued_on=on,
        due_on=on + timedelta(days=books.random.choice([0, 30, 31, 60])),
        amount_minor=sign * value,
        currency=books.random.choice(["EUR", "EUR", "USD"]),
        by=None,
    )
    books.due_dates[item.pk] = {item.recorded_at: item.due_on}


def _allocate(books: RandomBooks, value: int, on: date) -> None:
    debit = books.random.choice(list(OpenItem.objects.filter(open_minor__gt=0).order_by("pk")) or [None])
    credit = books.random.choice(list(OpenItem.objects.filter(open_minor__lt=0).order_by("pk")) or [None])
    if debit and credit and debit.currency == credit.currency:
        amount = min(value, debit.open_minor, -credit.open_minor)
        first = max(debit.effective_on, credit.effective_on, on)
        allocate(debit_item=debit, credit_item=credit, amount_minor=amount, effective_on=first, by=None)


def _undo(books: RandomBooks, value: int, on: date) -> None:
    standing = list(Allocation.objects.filter(reverses=None, reversed_by=None).order_by("pk"))
    if standing:
        allocation = standing[value % len(standing)]
        reverse_allocation(allocation=allocation, effective_on=max(on, allocation.effective_on), by=None)


def _reverse(books: RandomBooks, value: int, on: date) -> None:
    items = list(OpenItem.objects.filter(is_reversed=False).order_by("pk"))
    if items:
        item = items[value % len(items)]
        reverse_item(item=item, reason="wrong", effective_on=max(on, item.effective_on), by=None)


def _change_due_date(books: RandomBooks, value: int, on: date) -> None:
    items = list(OpenItem.objects.order_by("pk"))
    if items:
        item = items[value % len(items)]
        change_due_date(item=item, due_on=on, by=None)
        moment = moment_of_this_act()
        assert moment is not None
        books.due_dates[item.pk][moment] = on


_ACTS = {
    "invoice": lambda books, value, on: _add(books, value, on, 1),
    "payment": lambda books, value, on: _add(books, value, on, -1),
    "allocate": _allocate,
    "undo": _undo,
    "reverse": _reverse,
    "due-date": _change_due_date,
}


def open_books(seed: int) -> RandomBooks:
    company = make_company()
    parent = Customer.objects.create(company=company, code="A", name="Alpha")
    child = Customer.objects.create(company=company, code="B", name="Beta", parent=parent)
    return RandomBooks(company, [parent, child], Random(seed))


def summed(company: Company, asked: Parameters) -> dict[tuple[str, str], Ageing]:
    found = aged_balance(
        company, as_of=asked.as_of, known_at=asked.known_at, basis=asked.basis, buckets=asked.buckets
    )
    return {(row.key, row.currency): row.ageing for row in found.rows}


def sum_of_movements(company: Company, asked: Parameters) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT currency, sum(amount_minor)::bigint FROM ledger_movement WHERE company_id = %s"
            " AND effective_on <= %s AND recorded_at <= coalesce(%s, 'infinity'::timestamptz)"
            " GROUP BY currency HAVING sum(amount_minor) <> 0",
            [company.pk, asked.as_of, asked.known_at],
        )
        return dict(cursor.fetchall())


class TestAnyBooks(TestCase):
    @settings(max_examples=50, suppress_health_check=list(HealthCheck))
    @given(acts=ACTS, seed=st.integers(0, 2**16), asked=ASKED, known=st.none() | st.integers(0, 30))
    def test_the_database_sums_what_the_rule_says(
        self, acts: list[tuple[str, int, int]], seed: int, asked: Parameters, known: int | None
    ) -> None:
        books = open_books(seed)
        for act in acts:
            books.act(*act)
        if known is not None and books.moments:
            asked = Parameters(
                asked.as_of, books.moments[known % len(books.moments)], asked.basis, asked.buckets
            )
        rows = summed(books.company, asked)
        assert rows == rules.aged_balance(books.facts(), asked)
        totals = rules.totals((currency, ageing) for (_, currency), ageing in rows.items())
        balances = {currency: ageing.total for currency, ageing in totals.items() if ageing.total}
        assert balances == sum_of_movements(books.company, asked)

    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    @given(acts=ACTS, seed=st.integers(0, 2**16), asked=ASKED)
    def test_a_kept_report_follows_the_books_act_by_act(
        self, acts: list[tuple[str, int, int]], seed: int, asked: Parameters
    ) -> None:
        books = open_books(seed)
        for number, act in enumerate(acts):
            books.act(*act)
            if number % 3 == 0 or number == len(acts) - 1:
                report = kept.keep(books.company, asked)
                facts = books.facts()
                assert rows_of(report.id) == rules.aged_balance(facts, asked)
                assert delays_of(report.id) == expected_delays(facts, asked)
                assert (
                    report.totals
                    == aged_balance(
                        books.company, as_of=asked.as_of, basis=asked.basis, buckets=asked.buckets
                    ).totals
                )

    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    @given(acts=ACTS, more=ACTS, seed=st.integers(0, 2**16), asked=ASKED)
    def test_a_report_known_at_a_past_moment_is_the_one_issued_then(
        self, acts: list[tuple[str, int, int]], more: list[tuple[str, int, int]], seed: int, asked: Parameters
    ) -> None:
        books = open_books(seed)
        for act in acts:
            books.act(*act)
        then = replace(asked, known_at=issue_moment(books.company))
        issued = summed(books.company, then)
        assert issued == summed(books.company, asked)
        for act in more:
            books.act(*act)
        assert summed(books.company, then) == issued


def rows_of(report: int) -> dict[tuple[str, str], Ageing]:
    rows = ReportRow.objects.filter(report_id=report).select_related("customer")
    for row in rows:
        ageing = Ageing(tuple(row.amounts), row.unallocated)
        assert (row.overdue, row.total) == (ageing.overdue, ageing.total)
    return {(row.customer.code, row.currency): Ageing(tuple(row.amounts), row.unallocated) for row in rows}


def delays_of(report: int) -> dict[tuple[str, str], tuple[date, int]]:
    rows = ReportRow.objects.filter(report_id=report, overdue__gt=0).select_related("customer")
    return {(row.customer.code, row.currency): (row.oldest_on, int(row.weighted_overdue)) for row in rows}


def expected_delays(facts: list[ItemFacts], asked: Parameters) -> dict[tuple[str, str], tuple[date, int]]:
    found: dict[tuple[str, str], tuple[date, int]] = {}
    for item in facts:
        left, on = rules.open_minor(item, asked.as_of), rules.ageing_date(item, asked.basis)
        if left > 0 and on < asked.as_of:
            oldest, weighted = found.get((item.customer, item.currency), (on, 0))
            later = weighted + left * days_overdue(on, asked.as_of)
            found[item.customer, item.currency] = (min(oldest, on), later)
    return found
