"""A customer's statement: what is open on a date, what moved in a period, and how the overdue went."""

from __future__ import annotations

from datetime import date

from tests.books import Books, new_moment, write_books

from exigible.documents.statement import MovementsSection, OpenItemsSection
from exigible.ledger.models import Company, Customer, OpenItem
from exigible.ledger.services import reverse_item
from exigible.positions.exports import statement_document, statement_json
from exigible.positions.queries import aged_balance, issue_moment
from exigible.positions.statements import overdue_history, statement

AS_OF = date(2026, 6, 30)


def moves(
    books: Books, code: str, as_of: date = AS_OF, since: date | None = None
) -> list[tuple[str, str, int]]:
    (section,) = statement(books.customer(code), as_of, "movements", since).sections
    return [(line.document, line.kind, line.amount_minor) for line in section.lines]


def test_open_items_are_what_was_left_on_the_date(books: Books) -> None:
    found = statement(books.customer("ACME"), AS_OF)
    (section,) = found.sections
    assert [(line.document, line.left_minor) for line in section.lines] == [
        ("F-1", 60000), ("F-2", 25000), ("V-2", -3000), ("F-3", 9950),
    ]  # fmt: skip
    assert sum(line.left_minor for line in section.lines) == section.ageing.total
    assert [line.days_overdue(AS_OF) for line in section.lines] == [140, 28, 5, -20]


def test_a_later_payment_does_not_change_an_earlier_statement(books: Books) -> None:
    before = statement(books.customer("ACME"), AS_OF).sections
    write_books(
        """
        2026-07-15 payment V-9 ACME -600.00
        2026-07-15 letter  F-1 V-9  600.00
        """,
        company=books.company,
    )
    assert statement(books.customer("ACME"), AS_OF).sections == before


def test_a_statement_as_known_earlier_is_the_one_sent_then(books: Books) -> None:
    sent_at = issue_moment(books.company)
    sent = statement(books.customer("ACME"), AS_OF, known_at=sent_at).sections
    new_moment()
    write_books("2026-05-01 invoice F-0 ACME 12.00 due 2026-05-31", company=books.company)
    assert statement(books.customer("ACME"), AS_OF, known_at=sent_at).sections == sent
    assert statement(books.customer("ACME"), AS_OF).sections != sent


def test_movements_are_documents_and_payments_and_not_their_lettering(books: Books) -> None:
    assert moves(books, "ACME") == [
        ("F-1", "invoice", 100000), ("V-1", "payment", -40000), ("F-2", "invoice", 25000),
        ("F-3", "invoice", 9950), ("V-2", "payment", -3000),
    ]  # fmt: skip


def test_movements_begin_with_the_balance_before_them_and_end_with_the_balance(books: Books) -> None:
    (section,) = statement(books.customer("ACME"), AS_OF, "movements", date(2026, 3, 1)).sections
    assert section.opening_minor == 60000
    assert section.opening_minor + sum(line.amount_minor for line in section.lines) == section.ageing.total


def test_an_item_entered_and_taken_back_in_the_period_is_no_movement(books: Books) -> None:
    write_books("2026-05-05 invoice F-X ACME 77.00 due 2026-06-05", company=books.company)
    reverse_item(item=books["F-X"], reason="entered twice", by=None)
    assert "F-X" not in [document for document, _kind, _amount in moves(books, "ACME")]
    reverse_item(item=books["F-2"], reason="not ours", effective_on=date(2026, 6, 10), by=None)
    assert ("F-2", "reversal", -25000) in moves(books, "ACME", since=date(2026, 6, 1))


def test_a_payment_made_for_another_customer_of_the_group_moves_both_accounts(books: Books) -> None:
    acme = books.customer("ACME")
    Customer.objects.filter(pk=books.customer("GAMMA").pk).update(parent=acme)
    write_books("2026-06-28 letter F-5 V-2 30.00", company=books.company)
    assert moves(books, "GAMMA") == [("F-5", "invoice", 70000), ("F-5", "group_settlement", -3000)]
    assert moves(books, "ACME")[-1] == ("V-2", "group_settlement", 3000)
    for code in ("ACME", "GAMMA"):
        (section,) = statement(books.customer(code), AS_OF, "movements").sections
        assert sum(line.amount_minor for line in section.lines) == section.ageing.total


def test_each_currency_is_a_section_of_its_own(books: Books) -> None:
    Company.objects.filter(pk=books.company.pk).update(currency="USD")
    books.company.refresh_from_db()
    write_books("2026-06-01 invoice F-9 ACME 10.00 due 2026-06-15", company=books.company)
    found = statement(Customer.objects.get(code="ACME"), AS_OF)
    totals = {section.currency: section.ageing.total for section in found.sections}
    assert totals == {"EUR": 91950, "USD": 1000}


def test_a_customer_who_owes_nothing_has_a_statement_without_sections(books: Books) -> None:
    assert statement(books.customer("NEW"), AS_OF).sections == ()
    assert statement_document(statement(books.customer("NEW"), AS_OF), dated=AS_OF).sections == ()


def test_the_printed_statement_speaks_the_customers_language_and_says_the_same_sums(books: Books) -> None:
    customer = books.customer("ACME")
    Customer.objects.filter(pk=customer.pk).update(language="en", country="MC", city="Monaco")
    customer.refresh_from_db()
    printed = statement_document(statement(customer, AS_OF), dated=AS_OF)
    (section,) = printed.sections
    assert isinstance(section, OpenItemsSection)
    assert (printed.language, printed.recipient[-1]) == ("en", "MONACO")
    assert [item.label for item in section.items] == ["Invoice", "Invoice", "Payment", "Invoice"]
    assert (section.net_minor, section.overdue_minor, section.credits_minor) == (91950, 85000, -3000)
    (moved,) = statement_document(statement(customer, AS_OF, "movements"), dated=AS_OF).sections
    assert isinstance(moved, MovementsSection)
    assert moved.closing_minor == section.net_minor


def test_the_json_of_a_statement_has_decimal_amounts(books: Books) -> None:
    found = statement_json(statement(books.customer("BETA"), AS_OF))
    (section,) = found["currencies"]
    assert section["total"]["total"] == "420.00"
    assert section["lines"][0] == {
        "date": "2026-04-15", "type": "credit_note", "document": "A-1", "due_date": "2026-04-15",
        "amount": "-80.00", "open_amount": "-80.00", "days_overdue": 76,
    }  # fmt: skip


def test_the_overdue_of_thirteen_months_is_that_of_each_months_aged_balance(
    books: Books, django_assert_num_queries
) -> None:
    customer = Customer.objects.select_related("company").get(code="ACME")
    with django_assert_num_queries(1):
        history = overdue_history(customer, as_of=AS_OF)
    months = history["EUR"]
    assert (len(months), months[0][0], months[-2][0], months[-1][0]) == (
        13, date(2025, 6, 30), date(2026, 5, 31), AS_OF,
    )  # fmt: skip
    for day, overdue in months:
        rows = {row.key: row.ageing for row in aged_balance(books.company, as_of=day).rows}
        expected = rows["ACME"].amounts[1:] if "ACME" in rows else (0, 0, 0, 0)
        assert tuple(overdue.values()) == expected
    assert list(months[-1][1]) == ["1-30", "31-60", "61-90", "90+"]
    assert overdue_history(books.customer("NEW")) == {}


def test_a_statement_says_what_a_document_is_whose_number_says_nothing(books: Books) -> None:
    filler, named = unnamed(books, "x", "Rent of March"), unnamed(books, "F-9", "Rent of April")
    found = statement(books.customer("GAMMA"), AS_OF)
    (section,) = found.sections
    labels = {line.document: line.label for line in section.lines}
    assert labels == {"x": "Rent of March", "F-9": "", "F-5": ""}
    (printed,) = statement_document(found, dated=AS_OF).sections
    assert isinstance(printed, OpenItemsSection)
    assert {item.document: item.label for item in printed.items} == {
        "x": "Facture · Rent of March", "F-9": "Facture", "F-5": "Facture",
    }  # fmt: skip
    (as_json,) = statement_json(found)["currencies"]
    assert [line.get("label") for line in as_json["lines"]].count("Rent of March") == 1
    assert (filler.document_number, named.document_number) == ("x", "F-9")


def test_movements_say_it_too(books: Books) -> None:
    unnamed(books, "x", "Rent of March")
    (printed,) = statement_document(
        statement(books.customer("GAMMA"), AS_OF, "movements"), dated=AS_OF
    ).sections
    assert isinstance(printed, MovementsSection)
    assert "Facture · Rent of March" in [movement.label for movement in printed.movements]


def unnamed(books: Books, number: str, label: str) -> OpenItem:
    write_books(f"2026-06-02 invoice {number} GAMMA 40.00 due 2026-07-02", company=books.company)
    OpenItem.objects.filter(company=books.company, document_number=number).update(label=label)
    return books[number]
