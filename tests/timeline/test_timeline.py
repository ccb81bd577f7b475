"""A customer's file only grows, and proves by itself that no line of it was changed."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from django.db import IntegrityError, connection, transaction
from tests.books import make_company, write_books

from exigible.ledger.check import run_checks
from exigible.timeline.models import Event
from exigible.timeline.services import record_event


def note(customer, text, **more) -> Event:
    return record_event(
        company_id=customer.company_id, customer_id=customer.pk, kind="note", by=None, text=text, **more
    )


@pytest.fixture
def customer(db):
    return write_books("").customer("ACME")


def test_each_line_carries_the_hash_of_the_one_before(customer):
    for text in ("first", "second", "third"):
        note(customer, text)
    lines = list(Event.objects.order_by("sequence"))
    assert [line.sequence for line in lines] == [1, 2, 3]
    assert bytes(lines[0].previous_hash) == b""
    assert [bytes(line.previous_hash) for line in lines[1:]] == [bytes(line.hash) for line in lines[:-1]]
    assert len(bytes(lines[0].hash)) == sha256().digest_size


def test_each_customer_and_the_company_have_a_chain_of_their_own(customer):
    other = write_books("", company=make_company("TWO")).customer("ACME")
    note(customer, "one")
    note(other, "one of another company")
    record_event(company_id=customer.company_id, customer_id=None, kind="import-applied", by=None)
    assert set(Event.objects.values_list("sequence", flat=True)) == {1}


def test_when_it_happened_may_be_earlier_than_when_it_was_written(customer):
    yesterday = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    event = note(customer, "called yesterday", happened_at=yesterday)
    event.refresh_from_db()
    assert event.happened_at == yesterday
    assert event.recorded_at > yesterday


@pytest.mark.parametrize("act", ["UPDATE timeline_event SET text = 'x'", "DELETE FROM timeline_event"])
def test_no_line_is_changed_or_taken_away(customer, act):
    note(customer, "as it was said")
    with (
        pytest.raises(IntegrityError, match="only grows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act)


def test_a_line_stands_only_if_the_act_does(customer):
    with pytest.raises(RuntimeError), transaction.atomic():
        note(customer, "about to fail")
        raise RuntimeError
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "forged", ["text = 'another'", "happened_at = now()", "data = '{}'", "by_id = NULL, kind = 'call'"]
)
def test_a_line_forged_past_the_triggers_is_found(customer, forged):
    note(
        customer,
        "as it was said",
        data={"amount": "12.00"},
        happened_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"UPDATE timeline_event SET {forged}")
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert [finding.name for finding in run_checks() if finding.broken] == ["timeline"]


@pytest.mark.django_db(transaction=True)
def test_two_people_writing_at_once_make_one_chain():
    customer = write_books("").customer("ACME")

    def write() -> None:
        for number in range(10):
            note(customer, str(number))
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Event.objects.values_list("sequence", flat=True)) == list(range(1, 41))
    assert [finding.name for finding in run_checks() if finding.broken] == []
