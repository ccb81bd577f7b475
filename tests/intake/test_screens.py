"""The import desk as people see it: each state of an import, who may do what, and two at once."""

from __future__ import annotations

import csv
import io
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from tests.books import make_company
from tests.intake.fec_text import fec_bytes, import_books, parse_lines, preview_books

from exigible.intake import services
from exigible.intake.asking import ASKED, ASKED_TO_WRITE
from exigible.intake.looks import look
from exigible.intake.models import Import, Mapping
from exigible.intake.services import apply, preview
from exigible.intake.templatetags.intake import file_size
from exigible.ledger.models import Customer
from exigible.team.models import Membership, User

pytestmark = pytest.mark.django_db

YEAR = """
    2025-01-10 sale  F-1 ACME  120.00 A 2025-02-20
    2025-02-18 bank  V-1 ACME -120.00 A 2025-02-20
    2025-03-01 sale  F-2 ACME 1300.00
    2025-03-05 sale  AV-1 BETA -50.00
    2025-03-06 sale  A-1 GAMMA -20.00 account 419100
"""
CUSTOMERS = b"Code client;Raison sociale;Ville;Montant libre\nACME;Acme SARL;Nice;1\nBETA;Beta SA;Monaco;2\n"
ITEMS = """Client;N° facture;Date facture;Date échéance;Montant TTC
ACME;F-9;01/03/2025;31/03/2025;1 300,00
""".encode()


def signed_in(company, role="accountant", language="en"):
    user = User.objects.create_user(f"{role}@{company.code.lower()}.example", name=role.title())
    Membership.objects.create(company=company, user=user, role=role)
    client = Client()
    client.force_login(user)
    client.cookies["language"] = language
    return client


@pytest.fixture
def client(company):
    return signed_in(company)


def address(name, company, job=None):
    return reverse(name, kwargs={"company": company.code} | ({"pk": job.pk} if job else {}))


def hand_in(client, company, content, name="books.txt", kind="guess", **headers):
    file = SimpleUploadedFile(name, content)
    return client.post(address("imports", company), {"file": file, "kind": kind}, **headers)


def received(client, company, content, name="books.txt", kind="guess"):
    response = hand_in(client, company, content, name, kind)
    assert response.status_code == 302, response.content
    return Import.objects.get(pk=int(response.headers["Location"].rstrip("/").rpartition("/")[2]))


def page(client, company, job):
    response = client.get(address("import", company, job))
    assert response.status_code == 200
    return response.content.decode()


def books(text=YEAR):
    return fec_bytes(parse_lines(text))


class TestTheList:
    def test_says_what_to_do_first_where_nothing_was_imported(self, client, company):
        shown = client.get(address("imports", company)).content.decode()
        assert shown.index("accounting entries (FEC)") < shown.index("The customers, in Excel")
        assert shown.index("The customers, in Excel") < shown.index("The due dates, in Excel")
        assert 'type="file"' in shown

    def test_shows_what_each_import_did_and_the_difference_with_the_books(self, client, company):
        import_books(company, YEAR)
        shown = client.get(address("imports", company)).content.decode()
        assert "books.txt" in shown
        assert "imported" in shown
        assert "0.00" in shown

    def test_counts_what_the_file_is_about_and_not_what_comes_with_it(self, client, company):
        content = b"Code client;Raison sociale;IBAN\nACME;Acme SARL;FR7630006000011234567890189\n"
        job = services.receive(
            company=company, kind="customers", content=BytesIO(content), name="c.csv", by=None, options={}
        )
        done = apply(preview(job))
        assert done.result["created"] == {"customers": 1, "payer_accounts": 1}
        assert [row.created for row in client.get(address("imports", company)).context["rows"]] == [1]

    def test_takes_as_many_queries_for_a_hundred_imports_as_for_one(self, client, company):
        preview_books(company, YEAR)
        client.get(address("imports", company))
        with CaptureQueriesContext(
            connection,
        ) as few:
            client.get(address("imports", company))
        one = Import.objects.get()
        for _ in range(70):
            one.pk = None
            one.save(force_insert=True)
        with CaptureQueriesContext(connection) as many:
            shown = client.get(address("imports", company))
        assert len(many) == len(few)
        assert "after=" in shown.content.decode()

    def test_turns_its_pages_by_cursor(self, client, company):
        preview_books(company, YEAR)
        one = Import.objects.get()
        for _ in range(70):
            one.pk = None
            one.save(force_insert=True)
        first = client.get(address("imports", company))
        second = client.get(address("imports", company), {"after": first.context["following"]})
        assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 21)
        back = client.get(address("imports", company), {"before": second.context["preceding"]})
        assert [row.job.pk for row in back.context["rows"]] == [row.job.pk for row in first.context["rows"]]


class TestHandingIn:
    @pytest.mark.parametrize(
        ("content", "name", "kind"),
        [
            (books(), "anything.txt", "fec"),
            (CUSTOMERS, "export.csv", "customers"),
            (ITEMS, "export.csv", "items"),
            (b"nothing known", "123456789FEC20251231.txt", "fec"),
        ],
    )
    def test_recognises_what_is_in_the_file(self, client, company, content, name, kind):
        assert received(client, company, content, name).kind == kind

    def test_takes_the_kind_that_is_said(self, client, company):
        assert received(client, company, ITEMS, kind="customers").kind == "customers"

    def test_answers_the_page_that_sends_it_with_the_address_to_go_to(self, client, company):
        response = hand_in(client, company, books(), HTTP_ACCEPT="application/json")
        assert response.json()["url"] == address("import", company, Import.objects.get())

    def test_without_a_file_says_so(self, client, company):
        response = client.post(address("imports", company), {"kind": "fec"})
        assert response.status_code == 422
        assert not Import.objects.exists()

    def test_refuses_a_file_that_is_too_large(self, client, company, monkeypatch):
        monkeypatch.setattr(services, "LARGEST_FILE", 100)
        response = hand_in(client, company, books(), HTTP_ACCEPT="application/json")
        assert response.status_code == 422
        assert "larger than" in response.json()["error"]
        assert not Import.objects.exists()

    def test_leaves_a_big_file_to_a_worker(self, client, company, monkeypatch):
        monkeypatch.setattr("exigible.intake.views.AT_ONCE", 10)
        job = received(client, company, books())
        assert "first look" in page(client, company, job)
        look(job)
        assert "411000" in page(client, company, job)

    @pytest.mark.parametrize("kind", ["guess", "fec", "customers", "items"])
    def test_says_what_the_file_is_where_it_is_something_else(self, client, company, kind):
        job = received(client, company, b"%PDF-1.7 invoice", "invoice.txt", kind)
        assert job.state == "refused"
        assert "a PDF" in page(client, company, job)

    @pytest.mark.parametrize("content", [b"%PDF-1.7 statement", b"\x89PNG\r\n\x1a\n" * 9])
    def test_calls_nothing_open_items_that_it_could_not_recognise(self, client, company, content):
        job = received(client, company, content, "releve.xml", "guess")
        shown = page(client, company, job) + client.get(address("imports", company)).content.decode()
        assert shown.count("File not recognised") == 2
        assert "Open items ·" not in shown


class TestBooksReceived:
    def test_shows_what_was_found_and_the_customers_accounts_ticked(self, client, company):
        shown = page(client, company, received(client, company, books()))
        assert "UTF-8" in shown
        assert "1,250.00" in shown
        assert shown.count(" checked") == 2

    def test_reads_and_compares_with_the_accounts_chosen(self, client, company):
        job = received(client, company, books())
        response = client.post(address("import-compare", company, job), {"account": ["411000"]})
        assert response.status_code == 302
        job.refresh_from_db()
        assert job.options["receivable_accounts"] == ["411", "413", "416"]
        assert job.note == ASKED
        assert preview(job).result["created"]["customers"] == 2

    def test_refuses_none_at_all(self, client, company):
        job = received(client, company, books())
        response = client.post(address("import-compare", company, job), {})
        assert response.status_code == 422
        assert "at least one account" in response.content.decode()

    def test_takes_other_accounts_by_their_first_digits(self, client, company):
        job = received(client, company, books())
        client.post(address("import-compare", company, job), {"account": ["411000"], "other": "467, 4671"})
        job.refresh_from_db()
        assert job.options["receivable_accounts"] == ["411", "413", "416", "467", "4671"]

    def test_tells_that_this_very_file_was_imported_before(self, client, company):
        job = received(client, company, books())
        apply(preview(job))
        assert "This very file" in page(client, company, received(client, company, books()))


class TestTableReceived:
    def test_guesses_the_columns_and_shows_the_lines_as_they_will_be_read(self, client, company):
        shown = page(client, company, received(client, company, ITEMS, "items.csv"))
        assert '<option value="document_number" selected>' in shown
        assert "its name says so" in shown
        assert "1,300.00" in shown

    def test_says_what_is_still_needed(self, client, company):
        job = received(client, company, ITEMS, "items.csv")
        response = client.post(address("import-mapping", company, job), {"column-0": "customer_code"})
        assert "Document number" in response.content.decode()
        refused = client.post(address("import-compare", company, job), {"column-0": "customer_code"})
        assert refused.status_code == 422

    def test_one_field_has_one_column(self, client, company):
        job = received(client, company, CUSTOMERS, "customers.csv")
        columns = {"column-0": "code", "column-1": "name", "column-2": "name"}
        response = client.post(address("import-compare", company, job), columns)
        assert response.status_code == 422
        assert "Another column" in response.content.decode()

    def test_remembers_the_columns_for_the_next_file(self, client, company):
        job = received(client, company, CUSTOMERS, "customers.csv")
        columns = {"column-0": "code", "column-1": "name", "column-3": "segment", "remember": "Our program"}
        client.post(address("import-compare", company, job), columns)
        assert Mapping.objects.get().name == "Our program"
        shown = page(client, company, received(client, company, CUSTOMERS, "next.csv"))
        assert "Our program" in shown
        assert '<option value="segment" selected>' in shown

    def test_compares_and_imports(self, client, company):
        job = received(client, company, CUSTOMERS, "customers.csv")
        columns = {"column-0": "code", "column-1": "name", "column-2": "city"}
        client.post(address("import-compare", company, job), columns)
        job.refresh_from_db()
        assert "new customers" in page(client, company, preview(job))
        apply(job)
        assert Customer.objects.get(company=company, code="ACME").city == "Nice"

    def test_can_be_taken_for_something_else(self, client, company):
        job = received(client, company, CUSTOMERS, "customers.csv")
        client.post(address("import-kind", company, job), {"kind": "items"})
        job.refresh_from_db()
        assert (job.kind, job.state) == ("items", "received")
        client.post(address("import-kind", company, job), {"kind": "fec"})
        job.refresh_from_db()
        assert job.state == "refused"


class TestCompared:
    def test_says_what_would_change_with_the_control_total(self, client, company):
        shown = page(client, company, preview_books(company, YEAR))
        for words in ("new customers", "new open items", "new allocation", "To the cent"):
            assert words in shown
        assert address("import-write", company, Import.objects.get()) in shown

    def test_says_when_nothing_would(self, client, company):
        import_books(company, YEAR)
        assert "Nothing would change" in page(client, company, preview_books(company, YEAR))

    def test_says_what_a_corrected_file_reverses(self, client, company):
        import_books(company, YEAR)
        shown = page(client, company, preview_books(company, YEAR.replace("1300.00", "1400.00")))
        assert "open item corrected" in shown

    def test_can_be_put_aside(self, client, company):
        job = preview_books(company, YEAR)
        client.post(address("import-put-aside", company, job))
        job.refresh_from_db()
        assert job.state == "abandoned"
        assert "put aside" in page(client, company, job)


class TestImported:
    def test_says_what_was_done_and_leads_on(self, client, company):
        shown = page(client, company, import_books(company, YEAR))
        assert "whole and in one piece" in shown
        assert reverse("customers", kwargs={"company": company.code}) in shown

    def test_tells_where_it_is_not_what_had_been_shown(self, client, company):
        job = preview_books(company, YEAR)
        Customer.objects.create(company=company, code="ACME", name="Acme")
        shown = page(client, company, apply(job))
        assert "not quite what had been shown" in shown


class TestRefused:
    @pytest.fixture
    def job(self, company):
        content = books().replace(b"20250301", b"20250231").replace(b"1300,00", b"=1+1|x")
        return preview(
            services.receive(company=company, kind="fec", content=BytesIO(content), name="b.txt", by=None)
        )

    def test_names_line_column_what_was_found_and_expected(self, client, company, job):
        assert job.state == "refused"
        shown = page(client, company, job)
        for words in ("EcritureDate", "20250231", "is not a date", "=1+1|x", "Try another file"):
            assert words in shown

    def test_gives_the_errors_as_csv_that_no_spreadsheet_runs(self, client, company, job):
        response = client.get(address("import-problems", company, job))
        rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
        assert list(rows[0]) == ["Severity", "Line", "Column", "Found", "Expected", "What is said", "Code"]
        assert not any(cell.startswith(("=", "+", "@", "\t")) for row in rows for cell in row.values())
        assert any("1+1|x" in row["Found"] for row in rows)

    def test_gives_them_to_a_french_reader_as_a_french_excel_reads_them(self, company, job):
        response = signed_in(company, "senior", "fr").get(address("import-problems", company, job))
        heads, first, *_more = response.content.decode().splitlines()
        assert heads == "\ufeffGravité;Ligne;Colonne;Trouvé;Attendu;Remarque;Code"
        assert first.startswith("erreur;")

    def test_says_it_in_french(self, company, job):
        shown = page(signed_in(company, "senior", "fr"), company, job)
        assert "n’est pas une date" in shown
        assert "is not" not in shown


class TestStopped:
    def test_says_that_it_was_interrupted(self, client, company):
        job = preview_books(company, YEAR)
        Import.objects.filter(pk=job.pk).update(note="interrupted")
        assert "interrupted" in page(client, company, job)

    def test_a_fault_gives_a_number_and_another_try(self, client, company):
        job = received(client, company, books())
        Import.objects.filter(pk=job.pk).update(state="failed", note="failed")
        shown = page(client, company, job)
        assert address("import-again", company, job) in shown
        client.post(address("import-again", company, job))
        job.refresh_from_db()
        assert job.note == ASKED
        assert preview(job).state == "ready"

    def test_a_first_look_that_fails_is_told(self, client, company, monkeypatch):
        monkeypatch.setattr("exigible.intake.looks.describe", lambda *_args, **_named: 1 / 0)
        job = received(client, company, books())
        assert job.state == "failed"
        monkeypatch.undo()
        client.post(address("import-again", company, job))
        assert "411000" in page(client, company, job)


class TestAtWork:
    def test_asks_again_until_the_result_is_there(self, client, company):
        job = preview_books(company, YEAR)
        Import.objects.filter(pk=job.pk).update(state="reading", progress=42, progress_words="comparing")
        answer = client.get(address("import-progress", company, job), HTTP_HX_REQUEST="true")
        assert 'value="42"' in answer.content.decode()
        assert "HX-Retarget" not in answer.headers
        Import.objects.filter(pk=job.pk).update(state="ready")
        answer = client.get(address("import-progress", company, job), HTTP_HX_REQUEST="true")
        assert answer.headers["HX-Retarget"] == "#import"
        assert "new customers" in answer.content.decode()

    def test_of_two_who_press_import_one_wins_and_the_other_is_told(self, client, company):
        job = preview_books(company, YEAR)
        other = signed_in(company, "senior")
        write = address("import-write", company, job)
        assert "Someone was faster" not in client.post(write, follow=True).content.decode()
        assert "Someone was faster" in other.post(write, follow=True).content.decode()
        assert jobs_of("intake.apply") == 1

    @pytest.mark.parametrize("act", ["import-compare", "import-kind", "import-put-aside", "import-again"])
    def test_nothing_else_is_done_with_a_file_at_work(self, client, company, act):
        job = received(client, company, books())
        preview(job)
        client.post(address("import-write", company, job))
        client.post(address(act, company, job), {"account": ["411000"], "kind": "items"})
        job.refresh_from_db()
        assert (job.state, job.kind, job.note) == ("ready", "fec", ASKED_TO_WRITE)

    def test_what_is_imported_stays_so(self, client, company):
        job = import_books(company, YEAR)
        for act in ("write", "again", "compare", "kind", "put-aside"):
            client.post(address(f"import-{act}", company, job), {"kind": "items", "account": ["411000"]})
        job.refresh_from_db()
        assert (job.state, job.kind) == ("applied", "fec")


def jobs_of(task):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [task])
        return cursor.fetchone()[0]


class TestWhoMay:
    @pytest.mark.parametrize("role", ["sales", "collector", "legal"])
    def test_who_may_not_import_is_refused(self, company, role):
        job = preview_books(company, YEAR)
        client = signed_in(company, role)
        assert client.get(address("imports", company)).status_code == 403
        assert client.get(address("import", company, job)).status_code == 403
        assert client.post(address("import-write", company, job)).status_code == 403

    def test_an_import_of_another_company_is_not_found(self, company):
        job = preview_books(company, YEAR)
        other = make_company("OTHER")
        client = signed_in(other)
        for name in ("import", "import-progress", "import-problems"):
            assert client.get(address(name, other, job)).status_code == 404
            assert client.get(address(name, company, job)).status_code == 404
        assert client.post(address("import-write", other, job)).status_code == 404


def test_the_page_of_an_import_takes_a_constant_number_of_queries(client, company):
    small = preview_books(company, "2025-03-01 sale F-1 ACME 10.00")
    lines = "\n".join(f"2025-03-01 sale F-{n} C{n} {n}.00 A{n}" for n in range(1, 60))
    large = preview_books(company, lines)
    assert len(large.result["warnings"]) > 50
    counts = []
    for job in (small, large):
        with CaptureQueriesContext(connection) as queries:
            page(client, company, job)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_what_is_brought_forward_is_not_counted_a_second_time_as_left(client, company):
    import_books(company, "2024-12-01 sale F-1 ACME 10.00")
    later = "2025-01-01 opening F-1 ACME 10.00 issued 2024-12-01\n2025-02-01 sale F-2 ACME 5.00"
    shown = page(client, company, preview_books(company, later))
    assert "brought forward from the year before" in shown
    assert "left as it is" not in shown


def test_amounts_and_dates_in_problems_are_written_as_the_reader_writes_them(company):
    job = preview_books(company, "2025-03-01 sale F-1 ACME 1300.00 A\n2025-03-02 bank V-1 ACME -1400.00 A")
    assert "diffèrent de 100,00 €" in page(signed_in(company, "senior", "fr"), company, job).replace(
        "\u00a0", " "
    )


def test_the_lines_on_customers_accounts_are_told_from_those_of_the_file(client, company):
    assert "Of the 10 lines of the file, 5 are on customers' accounts." in " ".join(
        page(client, company, preview_books(company, YEAR)).replace("&#x27;", "'").split()
    )


@pytest.mark.parametrize(
    ("size", "english", "french"),
    [(14_200, "15 kB", "15 ko"), (1_400_000, "1.4 MB", "1,4 Mo"), (12_340_000, "12.4 MB", "12,4 Mo")],
)
def test_the_size_of_a_file_is_said_to_a_tenth_of_a_megabyte(size, english, french):
    with override("en"):
        assert file_size(size).replace("\u00a0", " ") == english
    with override("fr"):
        assert file_size(size).replace("\u202f", " ").replace("\u00a0", " ") == french
