"""Numbers that do not tell documents apart are found, so that labels can be printed beside them."""

from __future__ import annotations

from datetime import date

import pytest

from exigible.documents.naming import Document, unclear_numbers

ONE = Document("invoice", "F-101", date(2026, 3, 1), "Sale")


def test_a_number_of_one_document_is_clear_however_many_due_dates_it_has() -> None:
    assert unclear_numbers([ONE, ONE]) == frozenset()


@pytest.mark.parametrize("number", ["x", "-", "", " 7 ", "n°"])
def test_a_filler_in_place_of_a_number_names_nothing(number: str) -> None:
    assert unclear_numbers([ONE._replace(number=number)]) == {("invoice", number)}


@pytest.mark.parametrize("other", [{"issued_on": date(2026, 3, 2)}, {"label": "Another sale"}])
def test_a_number_that_several_documents_bear_names_none_of_them(other: dict[str, object]) -> None:
    assert unclear_numbers([ONE, ONE._replace(**other)]) == {("invoice", "F-101")}


def test_a_payment_that_bears_the_number_of_its_invoice_does_not_blur_it() -> None:
    assert unclear_numbers([ONE, ONE._replace(kind="payment", label="Transfer")]) == frozenset()
