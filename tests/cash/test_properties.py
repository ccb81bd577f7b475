"""Whatever is received, matched, undone, returned or imported again, nothing is double and the past stays."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.books import balance, new_moment, write_books
from tests.cash.bank import Bank

from exigible.cash.services import accept, letter, undo
from exigible.kernel.errors import Refused, UserMistake
from exigible.ledger.check import run_checks
from exigible.ledger.models import BankLine, Company, OpenItem

FIRST_DAY = date(2026, 4, 1)
DATES = [date(2026, month, day) for month in range(1, 8) for day in (1, 15)]
AMOUNTS = ["1000.00", "990.00", "999.99", "733.40", "1733.40", "940.00", "500.00", "512.30", "77.00"]
TEXTS = ["", "F-10412", "10412 10455", "F-10412 moins AV-00031", "10501"]
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("receive"), st.sampled_from(AMOUNTS), st.sampled_from(TEXTS)),
        st.tuples(st.just("match"), st.just(0), st.just(0)),
        st.tuples(st.just("undo"), st.integers(0, 5), st.just(0)),
        st.tuples(st.just("accept"), st.integers(0, 5), st.integers(0, 2)),
        st.tuples(st.just("by-hand"), st.integers(0, 5), st.integers(0, 3)),
        st.tuples(st.just("return"), st.integers(0, 5), st.just(0)),
    ),
    max_size=12,
)


class TestAnySequenceOfActs(TestCase):
    @settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(acts=ACTS)
    def test_keeps_the_invariants_and_the_past(self, acts: list[tuple[str, Any, Any]]) -> None:
        books = write_books("""
            2026-01-05 invoice     F-10412  ACME   1000.00 due 2026-02-05
            2026-02-05 invoice     F-10455  ACME    733.40 due 2026-03-05
            2026-02-20 credit_note AV-00031 ACME    -60.00
            2026-02-05 invoice     F-10501  BETA    512.30 due 2026-03-05
        """)
        bank = Bank(books)
        for act in acts:
            new_moment()
            before = _balances(books.company)
            first_day = _do(bank, act)
            after = _balances(books.company)
            unmoved = [day for day in DATES if first_day is None or day < first_day]
            assert {day: after[day] for day in unmoved} == {day: before[day] for day in unmoved}
            assert [finding for finding in run_checks() if finding.broken] == []
            _assert_nothing_double(books.company)


def _do(bank: Bank, act: tuple[str, Any, Any]) -> date | None:
    """Gives the first day on which the act may change a balance; None where it may not at all."""
    kind, value, more = act
    company = bank.books.company
    lines = list(bank.lines.values())
    if kind == "receive":
        day = FIRST_DAY + timedelta(days=3 * len(lines))
        bank.receives(value, "ACME", more, on=day, end_to_end=f"E{len(lines)}")
        return None
    if not lines:
        return None
    if kind == "match":
        bank.match()
        return FIRST_DAY
    line = lines[value % len(lines)]
    line.refresh_from_db()
    try:
        with transaction.atomic():
            _act_on(kind, line, more, bank, company)
    except (Refused, UserMistake):
        return None
    return FIRST_DAY if kind == "return" else line.booked_on  # what comes in is matched too


def _act_on(kind: str, line: BankLine, more: int, bank: Bank, company: Company) -> None:
    if kind == "undo":
        undo(company_id=company.pk, line_id=line.pk, by=None)
    elif kind == "accept":
        accept(company_id=company.pk, line_id=line.pk, by=None, rank=more)
    elif kind == "by-hand":
        invoice = bank.books[("F-10412", "F-10455", "F-10501", "AV-00031")[more]]
        part = min(line.left_minor, invoice.open_minor)
        letter(
            company_id=company.pk,
            line_id=line.pk,
            customer_id=invoice.customer_id,
            allocations=[(invoice.pk, part)],
            by=None,
            amount_minor=part,
        )
    elif kind == "return" and line.amount_minor > 0:
        day = line.booked_on + timedelta(days=10)
        amount = f"-{line.amount_minor // 100}.{line.amount_minor % 100:02}"
        bank.receives(amount, "ACME", on=day, is_return=True, end_to_end=line.end_to_end)
        bank.match()


def _balances(company: Company) -> dict[date, int]:
    return {day: balance(company, as_of=day) for day in DATES}


def _assert_nothing_double(company: Company) -> None:
    """What the bank told of and is posted is in the balance once: neither twice, nor lost."""
    posted = sum(line.amount_minor - line.left_minor for line in BankLine.objects.filter(company=company))
    waived = sum(
        -item.amount_minor
        for item in OpenItem.objects.filter(company=company, is_reversed=False, source="adjustment")
    )
    assert balance(company, as_of=date(2030, 1, 1)) == 1000_00 + 733_40 - 60_00 + 512_30 - posted - waived
