"""Whatever is done, in whatever order, the invariants hold and the past stays what it was."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.books import balance, make_company, new_moment

from exigible.kernel.errors import Refused
from exigible.ledger.check import run_checks
from exigible.ledger.models import Allocation, Company, Customer, OpenItem
from exigible.ledger.services import (
    add_item,
    allocate,
    change_due_date,
    reverse_allocation,
    reverse_item,
)

FIRST_DAY = date(2026, 1, 1)
DAYS = st.integers(0, 60)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("invoice"), st.integers(1, 20_000), DAYS),
        st.tuples(st.just("payment"), st.integers(1, 20_000), DAYS),
        st.tuples(st.just("allocate"), st.integers(1, 20_000), DAYS),
        st.tuples(st.just("reverse-allocation"), st.integers(0, 9), DAYS),
        st.tuples(st.just("reverse-item"), st.integers(0, 9), DAYS),
        st.tuples(st.just("due-date"), st.integers(0, 9), DAYS),
    ),
    max_size=25,
)


class TestAnySequenceOfActs(TestCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(acts=ACTS, seed=st.randoms(use_true_random=False))
    def test_keeps_the_invariants_and_what_was_known(self, acts, seed):
        company = make_company()
        customer = Customer.objects.create(company=company, code="A", name="A")
        issued: list[tuple[object, dict[date, int]]] = []
        for number, act in enumerate(acts):
            new_moment()
            _do(company, customer, number, act, seed)
            known_at = _last_moment(company)
            if known_at:
                issued.append((known_at, _balances(company, known_at)))
        assert [finding for finding in run_checks() if finding.broken] == []
        for known_at, balances in issued:
            assert _balances(company, known_at) == balances
        open_now = sum(OpenItem.objects.filter(company=company).values_list("open_minor", flat=True))
        assert open_now == balance(company, as_of=FIRST_DAY + timedelta(days=10_000))


def _do(company: Company, customer: Customer, number: int, act: tuple[str, int, int], seed) -> None:
    kind, value, day = act
    on = FIRST_DAY + timedelta(days=day)
    try:
        with transaction.atomic():
            _ACTS[kind](company, customer, number, value, on, seed)
    except (Refused, IntegrityError):
        pass  # a refused act changes nothing: the invariants below say so


def _add(sign: int):
    def act(company, customer, number, value, on, seed):
        add_item(
            customer=customer, document_type="invoice" if sign > 0 else "payment",
            document_number=f"D{number}",
            issued_on=on, due_on=on + timedelta(days=30), amount_minor=sign * value, currency="EUR", by=None,
        )  # fmt: skip

    return act


def _allocate(company, customer, number, value, on, seed):
    debits = list(OpenItem.objects.filter(company=company, open_minor__gt=0).order_by("pk"))
    credit_items = list(OpenItem.objects.filter(company=company, open_minor__lt=0).order_by("pk"))
    if debits and credit_items:
        debit, credit = seed.choice(debits), seed.choice(credit_items)
        amount = min(value, debit.open_minor, -credit.open_minor)
        first = max(debit.effective_on, credit.effective_on, on)
        allocate(debit_item=debit, credit_item=credit, amount_minor=amount, effective_on=first, by=None)


def _reverse_allocation(company, customer, number, value, on, seed):
    standing = list(
        Allocation.objects.filter(company=company, reverses=None, reversed_by=None).order_by("pk")
    )
    if standing:
        allocation = standing[value % len(standing)]
        reverse_allocation(allocation=allocation, effective_on=max(on, allocation.effective_on), by=None)


def _reverse_item(company, customer, number, value, on, seed):
    items = list(OpenItem.objects.filter(company=company, is_reversed=False).order_by("pk"))
    if items:
        reverse_item(item=items[value % len(items)], reason="test", by=None)


def _due_date(company, customer, number, value, on, seed):
    items = list(OpenItem.objects.filter(company=company).order_by("pk"))
    if items:
        change_due_date(item=items[value % len(items)], due_on=on, by=None)


_ACTS = {
    "invoice": _add(1),
    "payment": _add(-1),
    "allocate": _allocate,
    "reverse-allocation": _reverse_allocation,
    "reverse-item": _reverse_item,
    "due-date": _due_date,
}


def _last_moment(company: Company):
    from exigible.ledger.models import Movement

    last = Movement.objects.filter(company=company).order_by("-recorded_at").first()
    return last and last.recorded_at


def _balances(company: Company, known_at) -> dict[date, int]:
    days = [FIRST_DAY + timedelta(days=n) for n in (0, 15, 30, 45, 60, 120)]
    return {day: balance(company, as_of=day, known_at=known_at) for day in days}
