"""The books get their lettering back, in the columns of a FEC or as CSV."""

from __future__ import annotations

import csv
import io

import pytest
from tests.books import Books, make_company
from tests.cash.bank import Bank
from tests.intake.fec_text import import_books

from exigible.cash.lettering import export_lettering, lettering_groups, letters

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank() -> Bank:
    company = make_company()
    import_books(
        company,
        """
        2026-01-05 sale F-10412 ACME 1000.00
        2026-02-05 sale F-10455 ACME  733.40
        2026-01-05 sale F-1     BETA   10.00 B 2026-02-01
        2026-02-01 bank V-1     BETA  -10.00 B 2026-02-01
        """,
    )
    bank = Bank(Books(company))
    bank.receives("1000.00", "ACME", "F-10412")
    bank.receives("500.00", "CUSTOMER ACME", "acompte F-10455")
    bank.match()
    return bank


def test_a_group_that_is_whole_has_capitals_and_one_that_is_not_small_letters(bank: Bank) -> None:
    whole, part = lettering_groups(bank.books.company)
    assert [item.document_number for item in whole.items] == ["F-10412", "R1"]
    assert whole.code.isupper()
    assert part.code.islower()


def test_what_the_books_lettered_themselves_is_left_out(bank: Bank) -> None:
    told = {item.document_number for group in lettering_groups(bank.books.company) for item in group.items}
    assert "F-1" not in told


def test_the_columns_are_those_of_a_fec(bank: Bank) -> None:
    text = "".join(export_lettering(lettering_groups(bank.books.company), "fec"))
    rows = list(csv.DictReader(io.StringIO(text), delimiter="\t"))
    assert (rows[0]["PieceRef"], rows[0]["Debit"], rows[0]["Credit"]) == ("F-10412", "1000,00", "0,00")
    assert rows[0]["CompteNum"].startswith("411")
    assert rows[0]["EcritureLet"] == rows[1]["EcritureLet"]
    assert rows[0]["DateLet"] == "20260410"


def test_codes_are_three_letters_and_more_and_never_the_same() -> None:
    assert letters(1) == "AAA"
    assert letters(2) == "AAB"
    codes = [letters(number) for number in range(1, 20_000)]
    assert len(set(codes)) == len(codes)
    assert {len(code) for code in codes} == {3, 4}
