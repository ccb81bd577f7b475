"""Several telephones at once: receipts follow one another without a gap, and one visit is one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from exigible.kernel.errors import Refused
from exigible.visits.models import Receipt, Stop, Tour, Visit
from exigible.visits.results import Noted, note_visit
from tests.books import Books
from tests.visits.test_results import CASH, noted, stop_of

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(jobs: list[tuple[Stop, Noted]], by: int) -> list[Any]:
    def one(job: tuple[Stop, Noted]) -> Any:
        try:
            return note_visit(stop=job[0], noted=job[1], by=by)[1]
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(one, jobs))


def test_three_receipts_at_once_have_three_numbers_in_a_row(late: Books, tour: Tour) -> None:
    jobs = [(stop_of(tour, code), noted("paid", handed=CASH)) for code in ("ACME", "BETA", "GAMMA")]
    assert at_once(jobs, tour.who_id) == [True, True, True]
    assert sorted(Receipt.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_one_result_sent_by_two_pages_at_once_is_one(late: Books, tour: Tour) -> None:
    job = (stop_of(tour), noted("paid", handed=CASH))
    assert sorted(at_once([job, job, job], tour.who_id)) == [False, False, True]
    assert (Visit.objects.count(), Receipt.objects.count()) == (1, 1)


def test_two_people_at_the_same_door_are_one_visit_and_one_word_of_it(late: Books, tour: Tour) -> None:
    jobs = [(stop_of(tour), noted("paid", handed=CASH)) for _telephone in range(2)]
    assert set(at_once(jobs, tour.who_id)) == {True, "visited-meanwhile"}
    assert (Visit.objects.count(), Receipt.objects.count()) == (1, 1)
