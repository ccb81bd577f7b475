"""What leaves the program: the JSON that scripts read, CSV and Excel with the lines, and the commands."""

from __future__ import annotations

import csv
import io
import json
import threading
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import connection, transaction
from python_calamine import CalamineWorkbook
from tests.books import Books, new_moment, write_books

from exigible.ledger.models import Company, Customer
from exigible.ledger.services import lock_books
from exigible.positions import commands, services
from exigible.positions.exports import aged_balance_json
from exigible.positions.filters import Filters
from exigible.positions.queries import aged_balance, issue_moment
from exigible.positions.rules import Parameters

AS_OF = date(2026, 6, 30)
BALANCE = ["--company", "ACO", "--as-of", "2026-06-30"]


def run(command: str, *words: str, status: int = 0) -> Result:
    done = CliRunner().invoke(getattr(commands, command), [*BALANCE, *words])
    assert done.exit_code == status, done.output
    return done


def as_json(*words: str) -> dict:
    return json.loads(run("aged_balance", "--format", "json", *words).stdout)


def test_the_json_has_the_shape_that_scripts_read(books: Books) -> None:
    found = as_json()
    assert list(found) == [
        "company", "as_of", "known_at", "basis", "by", "buckets", "currency", "rows", "total",
        "other_currencies",
    ]  # fmt: skip
    assert (found["company"], found["as_of"], found["basis"], found["currency"]) == (
        "ACO",
        "2026-06-30",
        "due",
        "EUR",
    )
    assert found["buckets"] == ["not_due", "1-30", "31-60", "61-90", "90+"]
    assert found["rows"][0] == {
        "customer": "ACME", "name": "ACME", "not_due": "99.50", "1-30": "250.00", "31-60": "0.00",
        "61-90": "0.00", "90+": "600.00", "unallocated": "-30.00", "total": "919.50", "overdue": "850.00",
        "disputed": "0.00",
    }  # fmt: skip
    assert found["total"]["total"] == "2039.50"


def test_the_moment_printed_in_a_report_prints_it_again(books: Books) -> None:
    first = as_json()
    new_moment()
    write_books("2026-05-01 invoice F-0 ACME 12.00 due 2026-05-31", company=books.company)
    assert as_json("--known-at", first["known_at"]) == first
    assert as_json()["total"]["total"] == "2051.50"


def test_another_currency_stands_apart(books: Books) -> None:
    Company.objects.filter(pk=books.company.pk).update(currency="USD")
    books.company.refresh_from_db()
    write_books("2026-06-01 invoice F-9 ACME 10.00 due 2026-06-15", company=books.company)
    found = as_json()
    assert (found["currency"], found["total"]["total"]) == ("USD", "10.00")
    (other,) = found["other_currencies"]
    assert (other["currency"], len(other["rows"]), other["total"]["total"]) == ("EUR", 3, "2039.50")


def test_a_company_without_books_has_an_empty_balance(company: Company) -> None:
    found = aged_balance_json(aged_balance(company, as_of=date(2020, 1, 1)))
    assert (found["rows"], found["total"]["total"], found["currency"]) == ([], "0.00", "EUR")


def test_rows_by_segment_are_keyed_by_segment(books: Books) -> None:
    Customer.objects.filter(code="ACME").update(segment="retail")
    found = as_json("--by", "segment", "--basis", "issue", "--buckets", "10,20")
    assert [(row["segment"], row["total"]) for row in found["rows"]] == [
        ("", "1120.00"),
        ("retail", "919.50"),
    ]
    assert found["buckets"] == ["not_due", "1-10", "11-20", "20+"]


def test_the_table_the_csv_and_the_excel_say_the_same(books: Books, tmp_path: Path) -> None:
    table = run("aged_balance").stdout
    assert "1\u202f350,00" in table or "1,350.00" in table
    rows = list(csv.DictReader(io.StringIO(run("aged_balance", "--format", "csv").stdout)))
    totals = {row["customer"]: row["total"] for row in rows}
    assert totals == {"ACME": "919.50", "BETA": "420.00", "GAMMA": "700.00"}
    run("aged_balance", "--format", "xlsx", "--out", str(tmp_path / "balance.xlsx"))
    balance, lines = CalamineWorkbook.from_path(str(tmp_path / "balance.xlsx")).sheet_names
    book = CalamineWorkbook.from_path(str(tmp_path / "balance.xlsx"))
    found = [row for row in book.get_sheet_by_name(balance).to_python() if row[0] == "ACME"]
    assert found[0][2:10] == [99.5, 250.0, 0.0, 0.0, 600.0, -30.0, 919.5, 850.0]
    items = [row for row in book.get_sheet_by_name(lines).to_python() if row[0] in {"ACME", "BETA", "GAMMA"}]
    assert [row[3] for row in items] == ["F-1", "F-2", "V-2", "F-3", "A-1", "F-4", "F-5"]
    assert round(sum(row[9] for row in items), 2) == 2039.5


def test_a_name_that_looks_like_a_formula_is_made_harmless_in_csv(books: Books) -> None:
    Customer.objects.filter(code="ACME").update(name="=1+1")
    assert ",'=1+1," in run("aged_balance", "--format", "csv").stdout


def test_a_statement_is_printed_in_each_format(books: Books, tmp_path: Path) -> None:
    for form, start in (("pdf", b"%PDF"), ("xlsx", b"PK")):
        target = tmp_path / f"statement.{form}"
        run("statement", "--customer", "ACME", "--format", form, "--out", str(target))
        assert target.read_bytes().startswith(start)
    assert run("statement", "--customer", "ACME").stdout_bytes.startswith(b"%PDF")
    found = json.loads(
        run("statement", "--customer", "ACME", "--format", "json", "--kind", "movements").stdout
    )
    assert found["since"] == "2025-06-30"
    assert found["currencies"][0]["opening"] == "0.00"


def test_wrong_words_are_refused_with_what_was_expected(books: Books) -> None:
    assert "2026-03-31T18:00" in run("aged_balance", "--known-at", "yesterday", status=2).output
    assert "unknown" in str(run("statement", "--customer", "NOBODY", status=1).exception.code)
    assert run("aged_balance", "--buckets", "30,x", status=1).exception.code == "bad-buckets"


def test_a_day_alone_as_moment_means_its_end() -> None:
    assert commands.Moment().convert("2026-03-31", None, None).isoformat() == "2026-03-31T23:59:59.999999"


@pytest.mark.django_db(transaction=True)
def test_an_issued_report_waits_for_who_is_writing_so_that_it_can_be_printed_again() -> None:
    """A transaction that has begun to write bears an earlier moment than a report printed meanwhile."""
    books = write_books("2026-01-10 invoice F-1 ACME 10.00 due 2026-02-10")
    has_locked, may_commit = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            lock_books(books.company.pk)
            has_locked.set()
            may_commit.wait(10)
            write_books("2026-01-11 invoice F-2 ACME 5.00 due 2026-02-10", company=books.company)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    has_locked.wait(10)
    threading.Timer(0.2, may_commit.set).start()
    moment = issue_moment(books.company)
    issued = aged_balance(books.company, as_of=AS_OF, known_at=moment).rows
    writer.join()
    assert issued[0].ageing.total == 1500
    assert aged_balance(books.company, as_of=AS_OF, known_at=moment).rows == issued


def test_an_export_that_cannot_be_written_says_why(
    books: Books, monkeypatch: pytest.MonkeyPatch, settings, tmp_path: Path
) -> None:
    from exigible.documents import spreadsheet
    from exigible.positions.models import Export
    from exigible.team.services import add_user

    settings.MEDIA_ROOT = tmp_path
    alice = add_user(company=books.company, email="alice@example.org", role="collector", by=None)
    asked = {"company": books.company, "by": alice, "parameters": Parameters(AS_OF), "grouping": "customer"}
    export = services.ask_for_export(**asked, filters=Filters(), form="xlsx", language="fr")
    monkeypatch.setattr(spreadsheet, "ROWS_OF_EXCEL", 6)
    services.write_export(export)
    export.refresh_from_db()
    assert (export.state, export.file.name) == (Export.State.FAILED, "")
    assert "Excel" in export.reason
    monkeypatch.undo()
    services.write_export(export)
    export.refresh_from_db()
    assert export.state == Export.State.DONE
    written = export.file.name
    services.write_export(export)
    export.refresh_from_db()
    assert export.file.name == written
