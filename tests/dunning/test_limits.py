"""How many messages leave in an hour: counted from the database, over restarts, with the clock moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override
from procrastinate.contrib.django.models import ProcrastinateJob

from exigible.dunning import jobs
from exigible.dunning.models import Action, Run, SendingPolicy
from exigible.dunning.views.leaving import waiting_lines
from tests.books import Books
from tests.dunning.mailserver import MailServer
from tests.dunning.reminders import MONDAY, approve_all, books_with, propose, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

NINE = datetime(2026, 11, 23, 8, tzinfo=UTC)  # in Paris


def late_customers(count: int, **limits: int) -> Books:
    lines = [f"2026-10-01 invoice FA-{n} C{n} 100.00 due 2026-11-10" for n in range(count)]
    books = books_with("\n".join(lines))
    SendingPolicy.objects.create(company=books.company, **limits)
    return books


def sent_at(run: Run, moment: datetime) -> int:
    """How many left by then, once the run is sent again."""
    with time_machine.travel(moment, tick=False):
        send(run)
    return Action.objects.filter(run=run, state="sent").count()


def approved(books: Books) -> Run:
    run = propose(books, MONDAY)
    approve_all(run)
    return run


def test_what_is_over_the_limit_of_an_hour_waits_for_the_next_one(mail: MailServer) -> None:
    run = approved(late_customers(5, emails_an_hour=2))
    assert sent_at(run, NINE) == 2
    assert sent_at(run, NINE + timedelta(minutes=59)) == 2
    assert sent_at(run, NINE + timedelta(minutes=61)) == 4
    assert sent_at(run, NINE + timedelta(minutes=122)) == 5
    assert len(mail.messages) == 5


def test_the_run_says_until_when_and_for_what_it_waits(mail: MailServer) -> None:
    run = approved(late_customers(5, emails_an_hour=2))
    sent_at(run, NINE)
    with time_machine.travel(NINE + timedelta(minutes=1)), override("en"):
        assert waiting_lines(run) == ["3 messages wait until 10:00, for the limit of 2 an hour."]
    run.refresh_from_db()
    assert (run.state, run.problem) == ("approved", "")


def test_a_domain_that_has_had_enough_waits_and_the_others_do_not(mail: MailServer) -> None:
    books = late_customers(4, emails_an_hour_to_a_domain=1)
    for number, domain in enumerate(("big.example", "BIG.example", "small.example", "tiny.example")):
        customer = books.customer(f"C{number}")
        customer.email = f"compta@{domain}"
        customer.save()
    run = approved(books)
    assert sent_at(run, NINE) == 3
    [waiting] = Action.objects.filter(run=run, state="approved")
    assert (waiting.problem, waiting.not_before) == ("limit-domain 1", NINE + timedelta(hours=1))
    assert sent_at(run, NINE + timedelta(minutes=61)) == 4


def test_what_another_run_sent_in_the_last_hour_counts(mail: MailServer) -> None:
    books = late_customers(3, emails_an_hour=2)
    run = approved(books)
    first = Action.objects.filter(run=run).order_by("pk")[0]
    Action.objects.filter(run=run).exclude(pk=first.pk).update(not_before=NINE + timedelta(minutes=30))
    assert sent_at(run, NINE) == 1
    assert sent_at(run, NINE + timedelta(minutes=31)) == 2  # the third waits for the first to be an hour old
    assert sent_at(run, NINE + timedelta(minutes=61)) == 3


def test_without_a_limit_all_leave_at_once(mail: MailServer) -> None:
    run = approved(late_customers(5))
    assert sent_at(run, timezone.now()) == 5


def test_a_run_that_waits_for_its_hour_is_taken_up_then_and_not_every_ten_minutes(mail: MailServer) -> None:
    run = approved(late_customers(5, emails_an_hour=2))
    with time_machine.travel(NINE, tick=False):
        jobs.send_run_job(run_id=run.pk, by=None)
        [job] = ProcrastinateJob.objects.filter(task_name="dunning.send_run")
    assert job.scheduled_at is not None
    assert 55 <= (job.scheduled_at - NINE).total_seconds() / 60 <= 65
