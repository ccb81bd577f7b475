"""What happens by itself: the morning's proposal, the sending in the background, the alarms."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from structlog.testing import CapturingLogger

from exigible.dunning import jobs
from exigible.dunning.models import Action, Run
from exigible.dunning.watch import Alarm, alarm_sentence, alarms, run_is_due
from tests.dunning.mailserver import MailServer
from tests.dunning.reminders import MONDAY, approve_all, books_with, make_sender, propose, send, steps
from tests.dunning.test_by_hand import policy_by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

ONE = "2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01"


def at(hour: int, *, day: int = 23) -> int:
    return int(datetime(2026, 11, day, hour, tzinfo=UTC).timestamp())


def have_the_morning(timestamp: int) -> None:
    """The periodic job, then what it asked for, as a worker does them."""
    jobs.morning(timestamp)
    for job in ProcrastinateJob.objects.filter(task_name="dunning.propose_run", status="todo"):
        jobs.propose_run_job(**job.args)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.pk])


def codes(company: object, now: datetime | None = None) -> list[str]:
    return [alarm.code for alarm in alarms(company, now)]  # type: ignore[arg-type]


def test_the_morning_proposes_and_sends_nothing(mail: MailServer) -> None:
    books = books_with(ONE)
    have_the_morning(at(5))
    run = Run.objects.get()
    assert (run.day, run.state, run.proposed_by) == (MONDAY, "proposed", None)
    assert (steps(run), mail.messages) == ({"ACME": "reminder"}, [])
    have_the_morning(at(6))
    assert Run.objects.filter(company=books.company).count() == 1


def test_the_morning_is_the_companys_own() -> None:
    paris, tana = make_sender("PAR"), make_sender("TNR", country="MG")
    four_utc = datetime(2026, 11, 23, 4, tzinfo=UTC)
    assert run_is_due(paris, four_utc) is None
    assert run_is_due(tana, four_utc) == MONDAY


def test_no_run_is_made_on_a_sunday_nor_on_a_holiday_of_the_company() -> None:
    company = make_sender(country="MC")
    for day in (datetime(2026, 11, 22, 9, tzinfo=UTC), datetime(2026, 11, 19, 9, tzinfo=UTC)):
        assert run_is_due(company, day) is None


def test_missed_days_are_one_run_of_today() -> None:
    books = books_with(ONE)
    have_the_morning(at(5, day=16))
    have_the_morning(at(5, day=23))
    assert list(Run.objects.order_by("day").values_list("day", flat=True)) == [date(2026, 11, 16), MONDAY]
    assert Action.objects.filter(company=books.company, state="proposed").count() == 1


def test_a_run_sent_in_the_background_ends_done(mail: MailServer) -> None:
    books = books_with(ONE)
    run = propose(books)
    approve_all(run)
    jobs.send_run_job(run.pk, None)
    run.refresh_from_db()
    assert (run.state, len(mail.messages)) == ("done", 1)


def test_what_the_mail_server_puts_off_is_tried_again_by_itself(
    mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(jobs, "send_later", lambda _run, _by, minutes, **_how: asked.append(minutes))
    mail.refuse["acme@example.net"] = "451 Later"
    run = propose(books_with(ONE))
    approve_all(run)
    jobs.send_run_job(run.pk, None)
    assert asked == [10]
    Action.objects.update(approved_at=timezone.now() - timedelta(days=3))
    jobs.send_run_job(run.pk, None)
    assert asked == [10]


def test_a_job_for_a_run_that_is_no_more_does_nothing() -> None:
    jobs.send_run_job(12345, None)


# --- alarms ---


def test_an_alarm_says_that_no_run_was_made_although_something_is_overdue() -> None:
    books = books_with(ONE)
    assert codes(books.company) == ["no-run"]
    propose(books)
    assert codes(books.company) == []
    assert codes(books.company, datetime(2026, 11, 25, 12, tzinfo=UTC)) == ["not-approved", "no-run"]


def test_a_company_to_which_nothing_is_overdue_has_no_alarm() -> None:
    assert codes(books_with("2026-11-01 invoice F-1 ACME 1200.00 due 2026-12-01").company) == []


def test_an_alarm_says_that_approved_messages_are_not_sent() -> None:
    books = books_with(ONE)
    approve_all(propose(books))
    assert codes(books.company) == []
    Action.objects.update(approved_at=timezone.now() - timedelta(days=2))
    assert codes(books.company) == ["not-sent"]


def test_an_alarm_says_that_reminders_were_due_and_none_went_though_each_morning_replaced_the_last() -> None:
    books = books_with(ONE)
    for day in (0, 1, 2):
        propose(books, MONDAY + timedelta(days=day))
    wednesday = datetime(2026, 11, 25, 12, tzinfo=UTC)
    assert Action.objects.filter(state="proposed", run__day__lt=MONDAY + timedelta(days=2)).count() == 0
    [alarm] = alarms(books.company, wednesday)
    assert (alarm.code, alarm.params) == ("nothing-went", {"count": 1, "day": MONDAY})


def test_a_day_on_which_something_went_has_no_such_alarm() -> None:
    books = books_with("2026-10-01 invoice F-1 ACME 1200.00 due 2026-11-01", email="")
    approve_all(propose(books))
    send(Run.objects.get())
    propose(books, MONDAY + timedelta(days=1))
    assert codes(books.company, datetime(2026, 11, 24, 12, tzinfo=UTC)) == []


def test_an_alarm_says_since_when_the_mail_server_takes_nothing(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    books = books_with(ONE)
    approve_all(propose(books))
    send(Run.objects.get())
    assert codes(books.company) == []
    [alarm] = alarms(books.company, timezone.now() + timedelta(hours=1))
    assert (alarm.code, "refused" in alarm.params["said"]) == ("mail-failing", True)


def test_an_alarm_says_that_a_call_or_a_visit_has_been_to_do_for_more_than_a_week() -> None:
    books = books_with(ONE)
    policy_by(books.company, "visit")
    approve_all(propose(books))
    send(Run.objects.get())
    assert "to-do-late" in codes(books.company, datetime(2026, 12, 2, 12, tzinfo=UTC))


def test_an_alarm_says_that_a_message_is_ambiguous(mail: MailServer) -> None:
    mail.die_after_text = 1
    books = books_with(ONE)
    run = propose(books)
    approve_all(run)
    send(run)
    [alarm] = alarms(books.company)
    assert (alarm.code, alarm.run) == ("ambiguous", run.pk)


def test_an_alarm_says_that_sending_was_interrupted() -> None:
    books = books_with(ONE)
    approve_all(propose(books))
    Action.objects.update(state="reserved", reserved_at=timezone.now() - timedelta(hours=1))
    assert codes(books.company) == ["interrupted"]


def test_an_alarm_says_that_the_rate_of_the_half_year_is_not_known() -> None:
    january = datetime(2027, 1, 4, 12, tzinfo=UTC)
    text = "2026-11-01 invoice F-1 ACME 1200.00 due 2027-12-01"
    assert codes(books_with(text).company, january) == ["rate-not-set"]
    agreed = make_sender("RATE", late_interest_rate="9.5")
    assert codes(agreed, january) == []
    assert codes(make_sender("MCO", country="MC"), january) == []


@pytest.mark.parametrize(
    "alarm",
    [
        Alarm("no-run", {"day": None}),
        Alarm("no-run", {"day": MONDAY}),
        Alarm("rate-not-set", {"half_year": "2027 H1"}),
        *(
            Alarm(code, {"count": 2, "day": MONDAY})
            for code in ("ambiguous", "interrupted", "not-sent", "not-approved", "nothing-went", "to-do-late")
        ),
        *(
            Alarm(code, {"since": datetime(2026, 11, 23, 8, tzinfo=UTC), "said": "no route"})
            for code in ("mail-failing", "gateway-failing")
        ),
    ],
)
def test_every_alarm_is_a_sentence(alarm: Alarm) -> None:
    assert "{" not in alarm_sentence(alarm)


def test_the_watch_says_the_alarms_in_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    books_with(ONE)
    said = CapturingLogger()
    monkeypatch.setattr(jobs, "log", said)
    with time_machine.travel(datetime(2026, 11, 25, 12, tzinfo=UTC)):
        jobs.watch(0)
    assert "no-run" in str(said.calls)
    assert "No reminder was ever proposed, although something is overdue." in str(said.calls)
    assert "'see': 'Reminders'" in str(said.calls)
