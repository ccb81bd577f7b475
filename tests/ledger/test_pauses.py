"""A pause is a dated fact: since when, until when, why, who set it, who lifted it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone
from tests.books import make_company

from exigible.kernel.errors import Refused
from exigible.ledger import edits
from exigible.ledger.check import run_checks
from exigible.ledger.models import Customer, Pause
from exigible.timeline.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme() -> Customer:
    return edits.add_customer(company=make_company(), fields={"code": "ACME", "name": "Acme"}, by=None)


def ahead(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def spans() -> list[tuple[date, date, date | None]]:
    return list(Pause.objects.order_by("pk").values_list("starts_on", "until", "lifted_on"))


def test_a_pause_that_is_lifted_or_replaced_stays_in_the_history(acme: Customer) -> None:
    edits.pause_dunning(customer=acme, until=ahead(5), reason="audit", by=None)
    edits.pause_dunning(customer=acme, until=ahead(9), reason="plan", by=None)
    edits.pause_dunning(customer=acme, until=None, reason="", by=None)
    today = ahead(0)
    assert spans() == [(today, ahead(5), today), (today, ahead(9), today)]
    acme.refresh_from_db()
    assert (acme.dunning_paused_until, acme.dunning_pause_reason) == (None, "")


def test_a_pause_may_be_dated_back(acme: Customer) -> None:
    edits.pause_dunning(customer=acme, until=ahead(5), reason="audit", by=None, starts_on=ahead(-20))
    assert spans() == [(ahead(-20), ahead(5), None)]
    assert Event.objects.latest("pk").data == {
        "until": ahead(5).isoformat(), "since": ahead(-20).isoformat(),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("starts", "until", "code"), [(1, 5, "pause-starts-later"), (-2, -3, "pause-ends-first")]
)
def test_a_pause_to_come_or_that_ends_before_it_starts_is_refused(
    acme: Customer, starts: int, until: int, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        edits.pause_dunning(customer=acme, until=ahead(until), reason="x", by=None, starts_on=ahead(starts))
    assert refused.value.code == code
    assert not Pause.objects.exists()


class TestTheCheckOfPauses:
    """`exigible check` finds a customer whose pause is not what its dated rows say of today."""

    @staticmethod
    def found() -> tuple[int, tuple[str, ...]]:
        [finding] = [finding for finding in run_checks() if finding.name == "pauses"]
        return finding.broken, finding.examples

    def test_holds_when_pauses_are_set_replaced_lifted_and_over(self, acme: Customer) -> None:
        assert self.found() == (0, ())
        edits.pause_dunning(customer=acme, until=ahead(5), reason="audit", by=None)
        edits.pause_dunning(customer=acme, until=ahead(9), reason="plan", by=None, starts_on=ahead(-3))
        assert self.found() == (0, ())
        with time_machine.travel(timezone.now() + timedelta(days=30), tick=False):  # over; the copy stays
            assert self.found() == (0, ())
        edits.pause_dunning(customer=acme, until=None, reason="", by=None)
        assert self.found() == (0, ())

    def test_tells_a_customer_that_is_said_to_be_paused_without_a_row(self, acme: Customer) -> None:
        Customer.objects.filter(pk=acme.pk).update(dunning_paused_until=ahead(5))
        assert self.found() == (1, (str(acme.pk),))

    def test_tells_a_row_that_holds_of_a_customer_that_is_said_to_be_reminded(self, acme: Customer) -> None:
        edits.pause_dunning(customer=acme, until=ahead(5), reason="audit", by=None)
        Customer.objects.filter(pk=acme.pk).update(dunning_paused_until=None)
        assert self.found() == (1, (str(acme.pk),))

    def test_tells_two_ends_that_differ(self, acme: Customer) -> None:
        edits.pause_dunning(customer=acme, until=ahead(5), reason="audit", by=None)
        Customer.objects.filter(pk=acme.pk).update(dunning_paused_until=ahead(6))
        assert self.found() == (1, (str(acme.pk),))
