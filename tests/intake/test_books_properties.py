"""For any books: customers owe what the books say on any day, twice is once, and a correction corrects."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle

from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.books import make_company, new_moment
from tests.intake.fec_text import Line, import_books, nothing_changed

from exigible.ledger.check import run_checks
from exigible.ledger.models import Company, OpenItem
from exigible.ledger.services import allocate

FIRST_DAY, LAST_DAY = date(2024, 1, 1), date(2024, 12, 31)
NEXT_DAY, NEXT_END = date(2025, 1, 1), date(2025, 12, 31)


def lines_from(first: date, prefix: str) -> st.SearchStrategy[list[Line]]:
    line = st.builds(
        Line,
        day=st.integers(0, 300).map(lambda days: first + timedelta(days)),
        nature=st.sampled_from(["sale", "bank", "other"]),
        piece=st.integers(1, 6).map(lambda number: f"{prefix}{number}"),
        customer=st.sampled_from(["A", "B", ""]),
        amount_minor=st.integers(-300, 300).filter(bool).map(lambda units: units * 100),
        lettering=st.sampled_from(["", "", "X", "Y"]),
        lettered_on=st.one_of(st.none(), st.integers(0, 330).map(lambda days: first + timedelta(days))),
        account=st.sampled_from(["411000", "416000"]),
    )
    return st.lists(line, min_size=1, max_size=14)


CHANGES = st.lists(
    st.tuples(st.sampled_from(["drop", "amount", "letter", "unletter", "customer"]), st.integers(0, 99)),
    max_size=5,
)


class TestAnyBooks(TestCase):
    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        first=lines_from(FIRST_DAY, "F"),
        second=lines_from(NEXT_DAY + timedelta(1), "G"),
        changes=CHANGES,
        days=st.lists(st.integers(0, 730), min_size=1, max_size=4),
        style=st.sampled_from(["summary", "by-document", "in-full"]),
        codes=st.lists(st.sampled_from(["", "X", "Y"]), min_size=1, max_size=4),
        pairing=st.integers(0, 50),
    )
    def test_are_mirrored_day_by_day(self, first, second, changes, days, style, codes, pairing):
        company = make_company()
        opening = brought_forward(first, style, codes)
        asked = [FIRST_DAY + timedelta(day) for day in days]

        imported(company, first, FIRST_DAY, LAST_DAY)
        imported(company, opening + second, NEXT_DAY, NEXT_END)
        agree(company, first + second, asked)

        corrected = changed(first, changes, FIRST_DAY)
        letter_by_hand(company, pairing)
        imported(company, corrected, FIRST_DAY, LAST_DAY)
        next_year = changed(second, changes, NEXT_DAY)
        imported(company, brought_forward(corrected, style, codes) + next_year, NEXT_DAY, NEXT_END)
        agree(company, corrected + next_year, asked)
        assert [finding for finding in run_checks() if finding.broken] == []


def imported(company: Company, lines: list[Line], *bounds: date) -> None:
    """Imported once, then once more, which changes nothing."""
    job = import_books(company, lines, *map(str, bounds))
    assert job.state == "applied", job.result
    assert job.result["control"]["difference"] == "0.00"
    assert job.result["control"]["customers"] == []
    again = import_books(company, lines, *map(str, bounds))
    assert nothing_changed(again), again.result


def brought_forward(lines: list[Line], style: str, codes: list[str]) -> list[Line]:
    """The balances of a year as the next one opens with them, some lettered in the new year.

    One line a customer, one a document, or every line of what is not lettered to the cent.
    """
    remains: dict[tuple[str, str, str], int] = defaultdict(int)
    groups: dict[tuple[str, str, str], int] = defaultdict(int)
    for line in lines:
        piece = line.piece if style == "by-document" else "AN"
        remains[line.customer, line.account, piece] += line.amount_minor
        groups[line.customer, line.account, line.lettering] += line.amount_minor
    found = [(*key, amount) for key, amount in remains.items() if amount]
    if style == "in-full":
        kept = [x for x in lines if not x.lettering or groups[x.customer, x.account, x.lettering]]
        found = [(x.customer, x.account, x.piece, x.amount_minor) for x in kept]
    return [
        Line(NEXT_DAY, "opening", piece, customer, amount, code, account=account)
        for (customer, account, piece, amount), code in zip(found, cycle(codes), strict=False)
    ]


def changed(lines: list[Line], changes: list[tuple[str, int]], day: date) -> list[Line]:
    """Some lines dropped, altered, lettered or not; never none at all, for such a file is refused."""
    lines = list(lines)
    for what, place in changes:
        if not lines:
            break
        at = place % len(lines)
        if what == "drop":
            del lines[at]
        elif what == "amount":
            lines[at] = replace(lines[at], amount_minor=lines[at].amount_minor + 100 or 100)
        elif what == "customer":
            lines[at] = replace(lines[at], customer="C")
        else:
            lines[at] = replace(lines[at], lettering="Z" if what == "letter" else "")
    return lines or [Line(day, "sale", "F0", "A", 100)]


def letter_by_hand(company: Company, pairing: int) -> None:
    """Someone allocates what is open, as far as it goes."""
    open_items = OpenItem.objects.filter(company=company, is_reversed=False).order_by("id")
    for debit in open_items.filter(open_minor__gt=0)[pairing % 3 : 3]:
        credit = open_items.filter(open_minor__lt=0, customer=debit.customer).first()
        if credit:
            new_moment()
            left = min(debit.open_minor, -credit.open_minor)
            allocate(debit_item=debit, credit_item=credit, amount_minor=left, by=None)


def agree(company: Company, lines: list[Line], days: list[date]) -> None:
    """Each customer owes on each day what the lines up to it sum to."""
    for day in days:
        wanted: dict[str, int] = defaultdict(int)
        for line in lines:
            if line.day <= day:
                wanted[line.customer or line.account] += line.amount_minor
        assert balances(company, day) == {code: amount for code, amount in wanted.items() if amount}


def balances(company: Company, day: date) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.code, sum(m.amount_minor)::bigint FROM ledger_movement m JOIN ledger_customer c"
            " ON c.id = m.customer_id WHERE m.company_id = %s AND m.effective_on <= %s"
            " GROUP BY c.code HAVING sum(m.amount_minor) <> 0",
            [company.pk, day],
        )
        return dict(cursor.fetchall())
