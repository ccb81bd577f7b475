"""A kept report is read by pages, in any order, and is never older than the books."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import psycopg
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.books import Books, make_company, write_books

from exigible.kernel.errors import UserMistake
from exigible.ledger.models import Company, Customer
from exigible.positions import kept
from exigible.positions.filters import NO_COLLECTOR, Filters
from exigible.positions.groups import keep_groups
from exigible.positions.models import Report, ReportRow
from exigible.positions.pages import Direction, Order, Page, read_page, sortable
from exigible.positions.queries import aged_balance, segments
from exigible.positions.rules import Ageing, Grouping, Parameters
from exigible.team.services import add_user

AS_OF = date(2026, 6, 30)
NONE, IN_ORDER = Filters(), Order()
GROUPED: tuple[Grouping, ...] = ("group", "collector", "segment")


def page(
    company: Company,
    *,
    by: Grouping = "customer",
    filters: Filters = NONE,
    order: Order = IN_ORDER,
    limit: int = 50,
    with_settled: bool = False,
) -> Page:
    kept_report = kept.keep(company, Parameters(AS_OF))
    asked = {"by": by, "filters": filters, "order": order, "limit": limit, "with_settled": with_settled}
    return read_page(company, kept_report, **asked)  # type: ignore[arg-type]


def codes(found: Page) -> list[str]:
    return [row.key for row in found.rows]


def test_a_page_says_where_each_customer_stands(company: Company) -> None:
    acme, beta, gamma = page(company).rows
    assert acme.ageing == Ageing((9950, 25000, 0, 0, 60000), -3000)
    assert beta.ageing == Ageing((0, 0, 50000, 0, 0), -8000)
    assert gamma.ageing == Ageing((70000, 0, 0, 0, 0), 0)
    assert (acme.oldest_on, acme.oldest_days(AS_OF)) == (date(2026, 2, 10), 140)
    assert acme.average_days == (60000 * 140 + 25000 * 28 + 42500) // 85000
    assert (gamma.oldest_on, gamma.average_days) == (None, None)


def test_the_totals_are_those_of_the_aged_balance(company: Company) -> None:
    assert page(company).totals == aged_balance(company, as_of=AS_OF).totals


@pytest.mark.parametrize("word", list(sortable(Parameters(AS_OF).buckets)))
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_pages_of_one_row_follow_each_other_forwards_and_backwards(
    company: Company, word: str, direction: Direction
) -> None:
    order = Order(word, direction)
    expected = codes(page(company, order=order))
    found, current = [], page(company, order=order, limit=1)
    assert current.preceding == ""
    pages = [current]
    while current.following:
        current = page(company, order=replace(order, after=current.following), limit=1)
        pages.append(current)
    found = [key for one in pages for key in codes(one)]
    assert found == expected
    back = page(company, order=replace(order, before=pages[-1].preceding), limit=1)
    assert codes(back) == codes(pages[-2])
    first = page(company, order=replace(order, before=back.preceding), limit=1)
    assert (codes(first), first.preceding) == (codes(pages[0]), "")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("-total", ["ACME", "GAMMA", "BETA"]),
        ("unallocated", ["BETA", "ACME", "GAMMA"]),
        ("-90+", ["ACME", "GAMMA", "BETA"]),
        ("oldest", ["ACME", "BETA", "GAMMA"]),
        ("-average", ["ACME", "BETA", "GAMMA"]),
    ],
)
def test_a_page_is_sorted_by_any_column(company: Company, word: str, expected: list[str]) -> None:
    order = Order(word.removeprefix("-"), "desc" if word.startswith("-") else "asc")
    assert codes(page(company, order=order)) == expected


def test_customers_who_owe_nothing_are_listed_when_asked_for(books: Books) -> None:
    books.customer("DELTA")
    assert codes(page(books.company)) == ["ACME", "BETA", "GAMMA"]
    settled = page(books.company, with_settled=True)
    assert codes(settled) == ["ACME", "BETA", "DELTA", "GAMMA"]
    assert settled.rows[2].ageing == Ageing((0,) * 5, 0)


def test_filters_leave_rows_and_totals_of_the_same_customers(books: Books) -> None:
    alice = add_user(company=books.company, email="alice@example.org", role="collector", by=None)
    Customer.objects.filter(code="ACME").update(collector=alice, segment="retail")
    for filters, expected in (
        (Filters(collector=alice.pk), ["ACME"]),
        (Filters(collector=NO_COLLECTOR), ["BETA", "GAMMA"]),
        (Filters(segment="retail"), ["ACME"]),
        (Filters(segment=""), ["BETA", "GAMMA"]),
        (Filters(search="gam"), ["GAMMA"]),
        (Filters(search="%"), []),
        (Filters(customers=("BETA", "NOBODY")), ["BETA"]),
    ):
        direct = aged_balance(books.company, as_of=AS_OF, filters=filters)
        assert [row.key for row in direct.rows] == expected
        for sort in sortable(Parameters(AS_OF).buckets):  # the totals are kept for some orders, else summed
            found = page(books.company, filters=filters, order=Order(sort))
            assert sorted(codes(found)) == expected
            assert (found.totals, found.customers) == (direct.totals, len(direct.rows))


@pytest.mark.parametrize("sort", ["total", "overdue"])
def test_the_customers_of_one_segment_are_walked_from_page_to_page(books: Books, sort: str) -> None:
    Customer.objects.filter(company=books.company).exclude(code="BETA").update(segment="retail")
    few = Filters(segment="retail", currency="EUR")
    first = page(books.company, filters=few, order=Order(sort, "desc"), limit=1)
    second = page(books.company, filters=few, order=Order(sort, "desc", after=first.following), limit=1)
    assert (codes(first), codes(second), second.following) == (["ACME"], ["GAMMA"], "")


def test_a_customer_who_changes_segment_leaves_the_totals_of_the_old_one(books: Books) -> None:
    Customer.objects.filter(company=books.company).update(segment="retail")
    page(books.company, filters=Filters(segment="retail"))
    Customer.objects.filter(code="ACME").update(segment="export")
    found = page(books.company, filters=Filters(segment="retail"))
    assert (codes(found), found.totals["EUR"].total) == (["BETA", "GAMMA"], 112000)


def test_a_group_is_a_parent_and_its_subsidiaries_or_those_of_one_code(books: Books) -> None:
    acme, beta = books.customer("ACME"), books.customer("BETA")
    Customer.objects.filter(pk=beta.pk).update(parent=acme)
    rows = {row.key: row for row in page(books.company, by="group").rows}
    assert {key: row.members for key, row in rows.items()} == {"ACME": 2, "GAMMA": 1}
    assert rows["ACME"].ageing == Ageing((9950, 25000, 50000, 0, 60000), -11000)
    Customer.objects.filter(company=books.company).update(group_code="G", parent=None)
    (only,) = page(books.company, by="group").rows
    assert (only.key, only.name, only.members) == ("G", "G", 3)
    assert codes(page(books.company, filters=Filters(group="G"))) == ["ACME", "BETA", "GAMMA"]


@pytest.mark.parametrize("parents_group", ["", "G", "SUB"])
def test_each_customer_is_found_by_the_key_of_its_group(books: Books, parents_group: str) -> None:
    parent = books.customer("HOLDING")
    Customer.objects.filter(pk=parent.pk).update(group_code=parents_group)
    Customer.objects.filter(code="ACME").update(parent=parent)
    Customer.objects.filter(code="BETA").update(parent=parent, group_code="G")
    books.customer("G")  # a customer whose code is another's group
    write_books("2026-04-01 invoice F-9 SUB 5.00 due 2026-05-01", company=books.company)
    whole = aged_balance(books.company, as_of=AS_OF, by="group")
    found = 0
    for row in page(books.company, by="group").rows:
        of_group = page(books.company, filters=Filters(group=row.key))
        assert of_group.totals["EUR"] == row.ageing
        assert len(of_group.rows) == row.members
        found += row.members
    assert found == 4
    assert {row.key for row in whole.rows} == {row.key for row in page(books.company, by="group").rows}


def test_a_group_that_has_a_code_of_its_own_is_named_after_its_parent(books: Books) -> None:
    parent = books.customer("HOLDING")  # owes nothing itself
    Customer.objects.filter(pk=parent.pk).update(name="Holding Côte d’Azur", group_code="G")
    Customer.objects.filter(code__in=("ACME", "BETA")).update(parent=parent)
    for filters in (NONE, Filters(group="G")):  # kept, and summed at once
        group = page(books.company, by="group", filters=filters).rows[-1]
        assert (group.key, group.name, group.members) == ("G", "Holding Côte d’Azur", 2)


@pytest.mark.parametrize("by", ["collector", "segment"])
def test_people_and_segments_come_as_a_reader_looks_them_up(books: Books, by: Grouping) -> None:
    for code, name in (("ACME", "Yannick"), ("BETA", "Élodie"), ("GAMMA", "ève")):
        user = add_user(
            company=books.company, email=f"{code}@example.org", role="collector", by=None, name=name
        )
        Customer.objects.filter(code=code).update(collector=user, segment=name)
    expected = ["Élodie", "ève", "Yannick"]
    assert [row.name for row in page(books.company, by=by).rows] == expected
    assert [row.name for row in page(books.company, by=by, filters=Filters(search="a")).rows] == expected
    assert [row.name for row in aged_balance(books.company, as_of=AS_OF, by=by).rows] == expected
    assert segments(books.company) == expected


def test_the_segments_are_those_of_the_company_each_once(books: Books) -> None:
    assert segments(books.company) == []
    other = write_books("2026-06-01 invoice F-1 ACME 10.00", company=make_company("ELSE"))
    Customer.objects.filter(company=other.company).update(segment="elsewhere")
    Customer.objects.filter(company=books.company, code__in=("ACME", "BETA")).update(segment="retail")
    assert segments(books.company) == ["retail"]


@pytest.mark.parametrize("by", GROUPED)
def test_kept_sums_of_groups_are_those_of_the_aged_balance(books: Books, by: Grouping) -> None:
    alice = add_user(company=books.company, email="a@example.org", role="collector", by=None, name="Alice")
    Customer.objects.filter(code="ACME").update(collector=alice, segment="retail", group_code="G")
    Customer.objects.filter(code="BETA").update(segment="retail", group_code="G")
    direct = aged_balance(books.company, as_of=AS_OF, by=by)
    expected = {(row.key, row.name): row.ageing for row in direct.rows}
    for filters in (NONE, Filters(search="a")):  # kept, and summed at once
        rows = page(books.company, by=by, filters=filters, order=Order("code")).rows
        assert {(row.key, row.name): row.ageing for row in rows} == expected


def test_two_currencies_are_two_rows_and_two_totals(books: Books) -> None:
    Company.objects.filter(pk=books.company.pk).update(currency="USD")
    books.company.refresh_from_db()
    write_books("2026-06-01 invoice F-9 ACME 10.00 due 2026-06-15", company=books.company)
    found = page(books.company)
    assert [(row.key, row.currency) for row in found.rows][:2] == [("ACME", "EUR"), ("ACME", "USD")]
    assert found.totals["USD"] == Ageing((0, 1000, 0, 0, 0), 0)
    only = page(books.company, filters=Filters(currency="USD"))
    assert (codes(only), list(only.totals)) == (["ACME"], ["USD"])


def test_a_cursor_of_another_order_or_of_nobodys_making_is_refused(company: Company) -> None:
    cursor = page(company, limit=1).following
    for order in (
        Order("total", after=cursor),
        Order("name", after=cursor[:-1] + "x"),
        Order("name", after="x"),
    ):
        with pytest.raises(UserMistake, match="first page"):
            page(company, order=order)
    with pytest.raises(UserMistake, match="sorted"):
        page(company, order=Order("id; drop table"))


@pytest.mark.django_db(transaction=True)
class TestAKeptReport:
    """Each act is its own transaction here, as in life."""

    def test_is_used_again_until_the_books_change(self) -> None:
        books = write_books("2026-01-10 invoice F-1 ACME 10.00 due 2026-02-10")
        asked = Parameters(AS_OF)
        assert kept.find(books.company, asked) is None
        report = kept.keep(books.company, asked)
        assert kept.find(books.company, asked) == report
        assert kept.keep(books.company, asked).version == report.version
        write_books("2026-01-11 invoice F-2 BETA 5.00 due 2026-02-10", company=books.company)
        assert kept.find(books.company, asked) is None
        assert kept.keep(books.company, asked).totals["EUR"].total == 1500

    def test_of_empty_books_sees_the_very_first_line_that_is_written(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ALTER SEQUENCE ledger_movement_id_seq RESTART")
        company = make_company()
        page(company)
        write_books("2026-05-01 invoice F-1 ACME 22.80 due 2026-05-31", company=company)
        assert codes(page(company)) == ["ACME"]

    def test_is_not_disturbed_by_another_companys_books(self) -> None:
        books = write_books("2026-01-10 invoice F-1 ACME 10.00 due 2026-02-10")
        report = kept.keep(books.company, Parameters(AS_OF))
        write_books("2026-01-10 invoice F-1 ACME 10.00 due 2026-02-10", company=make_company("OTHER"))
        assert kept.find(books.company, Parameters(AS_OF)) == report

    def test_computes_again_only_the_customers_of_whom_something_was_written(self) -> None:
        books = write_books(
            """
            2026-01-10 invoice F-1 ACME 10.00 due 2026-02-10
            2026-01-10 invoice F-2 BETA 20.00 due 2026-02-10
            """
        )
        report = kept.keep(books.company, Parameters(AS_OF))
        ReportRow.objects.filter(customer__code="BETA").update(overdue=1)  # would be lost if summed again
        write_books("2026-01-11 invoice F-3 ACME 5.00 due 2026-02-10", company=books.company)
        kept.keep(books.company, Parameters(AS_OF))
        overdue = dict(ReportRow.objects.filter(report_id=report.id).values_list("customer__code", "overdue"))
        assert overdue == {"ACME": 1500, "BETA": 1}

    @given(
        st.lists(
            st.tuples(st.sampled_from(["ACME", "BETA", "NEW"]), st.integers(-999, 999).filter(bool)),
            max_size=4,
        )
    )
    @settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_has_the_totals_of_all_rows_however_few_were_computed_again(
        self, written: list[tuple[str, int]]
    ) -> None:
        with transaction.atomic():
            books = write_books("2026-01-10 invoice F-0 ACME 10.00 due 2026-02-10", company=make_company("T"))
            kept.keep(books.company, Parameters(AS_OF))
            for n, (code, euros) in enumerate(written, start=1):
                kind = "invoice" if euros > 0 else "payment"
                write_books(f"2026-01-11 {kind} D-{n} {code} {euros}.00", company=books.company)
                report = kept.keep(books.company, Parameters(AS_OF))
                whole = aged_balance(books.company, as_of=AS_OF)
                assert report.totals == whole.totals
                assert report.customers == len(whole.rows)
            transaction.set_rollback(True)

    def test_of_groups_is_summed_again_when_a_customer_changes_group(self) -> None:
        books = write_books(
            """
            2026-01-10 invoice F-1 ACME 10.00 due 2026-02-10
            2026-01-10 invoice F-2 BETA 20.00 due 2026-02-10
            """
        )
        report = kept.keep(books.company, Parameters(AS_OF))
        groups = keep_groups(books.company, report, "group")
        before = Report.objects.get(pk=groups).transaction
        assert keep_groups(books.company, report, "group") == groups
        assert Report.objects.get(pk=groups).transaction == before
        Customer.objects.filter(company=books.company).update(group_code="G")
        (row,) = page(books.company, by="group").rows
        assert (row.key, row.ageing.total) == ("G", 3000)
        assert Report.objects.get(pk=groups).transaction != before

    def test_does_not_hold_what_another_transaction_had_not_yet_committed(self) -> None:
        """A report computed while someone writes is computed again when that is done."""
        books = write_books("2026-01-10 invoice F-1 ACME 10.00 due 2026-02-10")
        with someone_writing(books.company, "F-2", 500):
            assert kept.keep(books.company, Parameters(AS_OF)).totals["EUR"].total == 1000
        assert kept.find(books.company, Parameters(AS_OF)) is None
        assert kept.keep(books.company, Parameters(AS_OF)).totals["EUR"].total == 1500

    def test_the_oldest_ones_are_dropped(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kept, "KEPT_REPORTS", 2)
        books = write_books("2026-01-10 invoice F-1 ACME 10.00 due 2026-02-10")
        for day in (28, 29, 30):
            kept.keep(books.company, Parameters(date(2026, 6, day)))
        assert [report.as_of.day for report in Report.objects.order_by("as_of")] == [29, 30]
        assert ReportRow.objects.count() == 2


@contextmanager
def someone_writing(company: Company, number: str, amount_minor: int) -> Iterator[None]:
    """Another connection has written an invoice, and commits at the end of the block."""
    known = connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
    with psycopg.connect(**known) as other:
        other.execute("SELECT ledger_lock_books(%s)", [company.pk])
        other.execute(
            """
            INSERT INTO ledger_openitem (
                company_id, customer_id, document_type, document_number, installment, issued_on, due_on,
                due_derived, effective_on, currency, amount_minor, open_minor, is_reversed, foreign_currency,
                label, reference, order_number, account, source)
            SELECT company_id, id, 'invoice', %s, 1, '2026-01-15', '2026-02-15', false, '2026-01-15', 'EUR',
                   %s, 0, false, '', '', '', '', '', 'user'
            FROM ledger_customer WHERE company_id = %s
            """,
            [number, amount_minor, company.pk],
        )
        yield
