"""What the import desk asks before another firm's books do harm, and what it says of a file it has seen."""

from __future__ import annotations

import pytest
from django.db import connection
from tests.intake.fec_text import fec_bytes, import_books, parse_lines, preview_books
from tests.intake.test_other_books import OTHER, OURS, THEIRS, YEAR
from tests.intake.test_screens import CUSTOMERS, address, page, received, signed_in

from exigible.intake.asking import ASKED, ASKED_TO_WRITE
from exigible.intake.models import Import
from exigible.intake.services import apply, preview

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(company):
    return signed_in(company)


def note_of(job: Import) -> str:
    return str(Import.objects.values_list("note", flat=True).get(pk=job.pk))


class TestAnotherSiren:
    def test_waits_for_a_tick(self, client, company):
        import_books(company, YEAR, name=OURS)
        job = received(client, company, fec_bytes(parse_lines(YEAR)), THEIRS)
        assert "These are the books of this company" in page(client, company, job)
        chosen = {"account": ["411000"]}
        assert client.post(address("import-compare", company, job), chosen).status_code == 422
        client.post(address("import-compare", company, job), chosen | {"other_siren": "on"})
        assert note_of(job) == ASKED
        job.refresh_from_db()
        assert preview(job).state == "ready"

    def test_is_not_spoken_of_where_it_is_the_companys(self, client, company):
        import_books(company, YEAR, name=OURS)
        job = received(client, company, fec_bytes(parse_lines(YEAR)), OURS)
        assert "other_siren" not in page(client, company, job)


class TestManyReversals:
    def test_wait_for_a_tick(self, client, company):
        import_books(company, YEAR, "2025-12-31")
        job = preview_books(company, OTHER, "2025-12-31")
        shown = page(client, company, job)
        assert "would reverse 120 open items" in shown
        assert shown.count(address("import-write", company, job)) == 1
        client.post(address("import-write", company, job))
        assert note_of(job) == ""
        client.post(address("import-write", company, job), {"reverse": "1"})
        assert note_of(job) == ASKED_TO_WRITE
        job.refresh_from_db()
        assert apply(job).state == "applied"

    def test_are_asked_for_anew_when_the_file_is_compared_anew(self, client, company):
        import_books(company, YEAR, "2025-12-31")
        job = preview_books(company, OTHER, "2025-12-31")
        client.post(address("import-write", company, job), {"reverse": "1"})
        Import.objects.filter(pk=job.pk).update(note="")
        client.post(address("import-choices", company, job))
        job.refresh_from_db()
        assert preview(job).result["asks"] == ["reverses-many"]


class TestTheSameFile:
    @pytest.fixture
    def known(self, client, company):
        job = received(client, company, CUSTOMERS, "c.csv", "customers")
        client.post(address("import-compare", company, job), columns(job))
        job.refresh_from_db()
        return apply(preview(job))

    def test_read_in_the_same_way_changes_nothing(self, client, company, known):
        job = received(client, company, CUSTOMERS, "c.csv", "customers")
        assert "read in the same way a second time, it changes nothing" in page(client, company, job)

    def test_as_another_kind_is_said_to_be_so_and_promises_nothing(self, client, company, known):
        shown = page(client, company, received(client, company, CUSTOMERS, "c.csv", "items"))
        assert "as something else: Customers." in shown
        assert "changes nothing" not in shown

    def test_with_other_columns_is_said_to_be_read_otherwise(self, client, company, known):
        job = received(client, company, CUSTOMERS, "c.csv", "customers")
        client.post(address("import-compare", company, job), columns(job) | {"column-2": ""})
        job.refresh_from_db()
        preview(job)
        shown = page(client, company, job)
        assert "read in another way than now" in shown
        assert "a second time" not in shown


def columns(job: Import) -> dict[str, str]:
    """The form as the page fills it in."""
    from exigible.intake.forms import mapping_form

    form = mapping_form(job)
    return {name: form[name].value() or "" for name in form.fields}


def test_cut_off_work_is_said_to_begin_again_by_itself_and_offers_nothing_to_press(client, company):
    job = preview_books(company, YEAR)
    Import.objects.filter(pk=job.pk).update(state="applying", progress=40)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, status, args)"
            " VALUES ('default', 'intake.apply', 0, 'doing', jsonb_build_object('import_id', %s::bigint))",
            [job.pk],
        )
    shown = page(client, company, job)
    assert "the work begins again by itself" in shown
    assert "start it again below" not in shown
    assert address("import-put-aside", company, job) not in shown
    client.post(address("import-put-aside", company, job))
    client.post(address("import-write", company, job))
    job.refresh_from_db()
    assert job.state == "applying"
