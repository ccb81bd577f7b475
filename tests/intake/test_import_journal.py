"""The journal of imports: whatever happens, an import is in a clear state and can be done again."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection
from tests.intake.fec_text import fec_bytes, import_books, parse_lines, preview_books

from exigible.intake import services
from exigible.intake.asking import ASKED_TO_WRITE, ask_for_writing
from exigible.intake.books import write
from exigible.intake.books.staging import table_name
from exigible.intake.jobs import apply_import, preview_import
from exigible.intake.models import Import
from exigible.intake.progress import Progress
from exigible.intake.services import abandon, apply, choose_options, preview, receive, recover_interrupted
from exigible.kernel.errors import Refused, UserMistake
from exigible.ledger.models import Customer, OpenItem

pytestmark = pytest.mark.django_db

BOOKS = """
    2025-01-10 sale F-1 ACME 120.00
    2025-01-12 sale F-2 ACME  50.00 account 416000
"""


def handed_in(company) -> Import:
    content = BytesIO(fec_bytes(parse_lines(BOOKS)))
    return receive(company=company, kind="fec", content=content, name="/tmp/books 2025.txt", by=None)


class TestReceive:
    def test_keeps_the_file_as_it_came(self, company):
        job = handed_in(company)
        content = Path(job.file.path).read_bytes()
        assert (job.state, job.file_name, job.size) == ("received", "books 2025.txt", len(content))
        assert content == fec_bytes(parse_lines(BOOKS))

    def test_refuses_a_file_that_is_too_large(self, company, monkeypatch):
        monkeypatch.setattr(services, "LARGEST_FILE", 100)
        with pytest.raises(UserMistake, match="larger"):
            handed_in(company)
        assert not Import.objects.exists()


class TestStates:
    def test_other_accounts_have_the_file_read_anew(self, company):
        job = preview(handed_in(company))
        assert job.result["created"]["items"] == 2
        choose_options(job=job, options={"receivable_accounts": ["411"]})
        assert (job.state, job.result) == ("received", {})
        assert preview(job).result["created"]["items"] == 1

    def test_what_is_applied_stays_so(self, company):
        job = import_books(company, BOOKS)
        for act in (preview, apply, abandon):
            with pytest.raises(Refused):
                act(job)
        with pytest.raises(Refused):
            choose_options(job=job, options={})
        job.refresh_from_db()
        assert job.state == "applied"

    def test_what_is_put_aside_leaves_no_file_and_no_rows(self, company):
        job = preview_books(company, BOOKS)
        path = Path(job.file.path)
        abandon(job)
        assert job.state == "abandoned"
        assert not path.exists()
        assert not is_table(table_name(job.pk))
        with pytest.raises(Refused):
            apply(job)

    def test_rows_that_waited_are_gone_once_they_are_written(self, company):
        assert not is_table(table_name(import_books(company, BOOKS).pk))

    def test_the_file_is_read_again_when_a_crash_of_the_server_emptied_what_waited(self, company):
        job = preview_books(company, BOOKS)
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table_name(job.pk)}")
        assert apply(job).result["created"]["items"] == 2

    def test_a_fault_half_way_leaves_nothing_and_can_be_tried_again(self, company, monkeypatch):
        job = preview_books(company, BOOKS)
        real = write.run

        def faulty(file: str, name: str, params: object) -> int:
            if name == "make_allocations":
                raise RuntimeError("the disk is full")
            return real(file, name, params)

        with monkeypatch.context() as patched:
            patched.setattr(write, "run", faulty)
            with pytest.raises(RuntimeError):
                apply(job)
        job.refresh_from_db()
        assert (job.state, job.note) == ("failed", "failed")
        assert not OpenItem.objects.exists()
        assert not Customer.objects.exists()
        assert apply(job).state == "applied"


class TestInterrupted:
    @pytest.mark.parametrize(("state", "back"), [("reading", "received"), ("applying", "ready")])
    def test_goes_back_to_where_it_can_be_started_again(self, company, state, back):
        job = preview_books(company, BOOKS)
        Import.objects.filter(pk=job.pk).update(state=state, progress=40)
        assert recover_interrupted() == 1
        job.refresh_from_db()
        assert (job.state, job.note, job.progress) == (back, "interrupted", 0)
        assert apply(job).state == "applied"

    def test_goes_back_to_the_start_where_nothing_had_been_shown_yet(self, company):
        job = handed_in(company)
        Import.objects.filter(pk=job.pk).update(state="applying")
        recover_interrupted()
        job.refresh_from_db()
        assert job.state == "received"


@pytest.mark.django_db(transaction=True)
class TestSeenFromElsewhere:
    def test_progress_shows_while_the_work_goes_on(self, company):
        job = preview_books(company, BOOKS)
        seen = []
        elsewhere = connection.copy()
        with Progress(job.pk) as progress:
            progress.step("writing-items", 70, 83)
            with elsewhere.cursor() as cursor:
                cursor.execute("SELECT progress, progress_words FROM intake_import WHERE id = %s", [job.pk])
                seen.append(cursor.fetchone())
        elsewhere.close()
        assert seen == [(70, "writing-items")]

    def test_one_at_a_time_works_on_an_import(self, company):
        job = preview_books(company, BOOKS)
        with Progress(job.pk):
            with pytest.raises(Refused, match="already working"):
                apply(job)
            Import.objects.filter(pk=job.pk).update(state="applying")
            assert recover_interrupted() == 0
        assert recover_interrupted() == 1


def is_table(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
        return bool(cursor.fetchone()[0])


def order_in_hand(task: str, job: Import) -> None:
    """What the queue holds of a worker that was killed at its work."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, status, args)"
            " VALUES ('default', %s, 0, 'doing', jsonb_build_object('import_id', %s::bigint))",
            [task, job.pk],
        )


class TestKilledInAWorkersHands:
    @pytest.fixture
    def job(self, company) -> Import:
        job = preview_books(company, BOOKS)
        Import.objects.filter(pk=job.pk).update(state="applying", progress=40)
        order_in_hand("intake.apply", job)
        return job

    def test_is_ordered_again_without_being_asked(self, job):
        assert recover_interrupted() == 1
        job.refresh_from_db()
        assert (job.state, job.note, job.progress_words) == ("ready", ASKED_TO_WRITE, "resumed")
        assert orders("intake.apply", "todo", job) == 1
        assert recover_interrupted() == 0

    def test_waits_for_no_person_meanwhile_and_is_imported_once(self, job):
        recover_interrupted()
        job.refresh_from_db()
        with pytest.raises(Refused, match="already working"):
            ask_for_writing(job)
        apply_import.func(job.pk)
        job.refresh_from_db()
        assert (job.state, job.note) == ("applied", "")
        apply_import.func(job.pk)  # the order that died with its worker comes back
        assert OpenItem.objects.count() == 2

    def test_an_order_that_comes_back_does_not_read_anew_what_is_to_be_written(self, company):
        job = preview_books(company, BOOKS)
        ask_for_writing(job)
        preview_import.func(job.pk)
        job.refresh_from_db()
        assert (job.state, job.note) == ("ready", ASKED_TO_WRITE)

    def test_what_was_put_aside_stays_so_when_its_order_comes_back(self, job):
        Import.objects.filter(pk=job.pk).update(state="ready")
        job.refresh_from_db()
        abandon(job)
        apply_import.func(job.pk)
        job.refresh_from_db()
        assert (job.state, OpenItem.objects.count()) == ("abandoned", 0)


def orders(task: str, status: str, job: Import) -> int:
    """How many orders for an import stand in the queue."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs"
            " WHERE task_name = %s AND status = %s AND (args ->> 'import_id')::bigint = %s",
            [task, status, job.pk],
        )
        return int(cursor.fetchone()[0])
