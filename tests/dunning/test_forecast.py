"""What would a policy do to a customer over the next ninety days?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from exigible.dunning.forecast import Foreseen, forecast_customer, foresee
from exigible.dunning.rules import Decision
from exigible.ledger.edits import pause_dunning
from exigible.negotiation.services import make_promise
from tests.dunning.facts import MONDAY, POLICY, customer, item
from tests.dunning.reminders import books_with


def told(found: list[Foreseen]) -> list[tuple[str, str]]:
    return [
        (
            one.on.isoformat(),
            one.decision.step.key if isinstance(one.decision, Decision) else one.decision.reason.code,
        )
        for one in found
    ]


def test_an_invoice_climbs_the_steps_on_their_days_skipping_days_off() -> None:
    facts = customer(item(1, late=-10))  # due on Thursday 3 December
    assert told(foresee(facts, POLICY, MONDAY, 90, lambda items, _on: list(items))) == [
        ("2026-11-30", "courtesy"),  # the fifth day before, the 28th, is a Saturday
        ("2026-12-10", "reminder"),
        ("2026-12-24", "firm"),
        ("2027-01-18", "formal_notice"),  # the 17th is a Sunday
    ]


def test_what_holds_back_is_told_once_with_its_first_day() -> None:
    facts = customer(item(1, late=10), is_insolvent=True)
    found = told(foresee(facts, POLICY, MONDAY, 90, lambda items, _on: list(items)))
    assert found[0] == ("2026-11-23", "insolvent")
    assert len(found) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("monday")
def test_a_promise_puts_the_next_step_off_until_it_would_be_broken() -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01")
    make_promise(
        customer=books.customer("ACME"), amount_minor=1200_00, currency="EUR", due_on=date(2026, 11, 25),
        by=None, happened_at=datetime(2026, 11, 20, 9, tzinfo=UTC),
    )  # fmt: skip
    (outlook,) = forecast_customer(books.customer("ACME"), MONDAY)
    assert told(outlook.foreseen)[:2] == [("2026-11-23", "promise-not-due"), ("2026-12-01", "reminder")]
    assert outlook.foreseen[-1].on < MONDAY + timedelta(days=90)


@pytest.mark.django_db
@pytest.mark.usefixtures("monday")
def test_a_pause_to_come_is_foreseen_on_its_days() -> None:
    books = books_with("2026-10-20 invoice F-1 ACME 1200.00 due 2026-11-25")
    pause_dunning(
        customer=books.customer("ACME"), starts_on=date(2026, 12, 1), until=date(2026, 12, 20),
        reason="inventaire", by=None,
    )  # fmt: skip
    (outlook,) = forecast_customer(books.customer("ACME"), MONDAY)
    assert told(outlook.foreseen)[:3] == [
        ("2026-11-23", "courtesy"),
        ("2026-12-02", "paused"),
        ("2026-12-21", "reminder"),
    ]
    assert outlook.foreseen[1].decision.reason.params == {"until": "2026-12-20", "why": "inventaire"}
