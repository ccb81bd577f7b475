"""A pause is a dated fact: since when, until when, why, who set it, who lifted it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.books import make_company

from exigible.kernel.errors import Refused
from exigible.ledger import edits
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
