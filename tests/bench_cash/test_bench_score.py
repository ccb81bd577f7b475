"""The scorer of the cash benchmark, on a truth of three payments that one can hold in the head."""

from __future__ import annotations

from datetime import date

from bench.cash import reference, table
from bench.cash.answers import Answer, Guess
from bench.cash.judge import judge
from bench.cash.score import score, verdict
from bench.cash.world import Customer, Item, Line, Truth, World

DAY = date(2026, 11, 20)


def item(id_: int, amount: int, *, customer: int = 1, number: str = "") -> Item:
    issued_on = date(2026, 10, 1)
    return Item(id_, customer, number or f"FA26-1000{id_}", 1, issued_on, date(2026, 10, 31), amount, amount)


def line(id_: int, amount: int, text: str = "") -> Line:
    return Line(id_, DAY, amount, "ACME", "FR76A", text)


def make(lines: list[Line], truths: list[Truth], items: list[Item]) -> World:
    return World(
        [Customer(1, "C1", "Acme", ibans=("FR76A",)), Customer(2, "C2", "Other")], items, lines, truths
    )


ITEMS = [item(1, 100_00), item(2, 250_00), item(3, 40_00, customer=2)]
DOCUMENTS = {one.id: (one.customer_id, one.number) for one in ITEMS}
PAID = Truth(1, "one invoice", 1, {1: 100_00}, account="known")


class TestVerdict:
    def test_the_same_items_for_the_same_amounts_are_right(self) -> None:
        assert verdict(Guess(1, {1: 100_00}), PAID, DOCUMENTS) == "right"

    def test_another_item_of_the_customer_is_wrong(self) -> None:
        assert verdict(Guess(1, {2: 100_00}), PAID, DOCUMENTS) == "items"

    def test_another_customers_item_is_worse(self) -> None:
        assert verdict(Guess(2, {3: 100_00}), PAID, DOCUMENTS) == "customer"

    def test_charges_taken_for_a_part_payment_are_the_right_items_with_the_difference_misread(self) -> None:
        truth = Truth(1, "charges not told", 1, {1: 100_00}, 10_00, "charge")
        assert verdict(Guess(1, {1: 90_00}, 10_00, "keep_open"), truth, DOCUMENTS) == "remainder"
        assert verdict(Guess(1, {1: 100_00}, 10_00, "charge"), truth, DOCUMENTS) == "right"

    def test_a_rest_that_stays_open_is_told_by_the_amounts(self) -> None:
        truth = Truth(1, "part payment", 1, {1: 60_00}, 40_00, "keep_open")
        assert verdict(Guess(1, {1: 60_00}), truth, DOCUMENTS) == "right"

    def test_which_of_two_like_due_dates_of_a_document_is_paid_makes_no_difference(self) -> None:
        documents = {1: (1, "F1"), 2: (1, "F1")}
        assert verdict(Guess(1, {2: 100_00}), PAID, documents) == "right"

    def test_whatever_is_said_of_a_line_that_no_customer_paid_is_wrong(self) -> None:
        truth = Truth(1, "not a customer's", None)
        assert verdict(Guess(1, {1: 100_00}), truth, DOCUMENTS) == "customer"


class TestJudge:
    def test_the_only_item_of_that_amount_can_be_known(self) -> None:
        truth = Truth(1, "one invoice", 1, {1: 100_00}, account="known")
        judge(make([line(1, 100_00)], [truth], ITEMS))
        assert truth.is_knowable

    def test_two_items_of_the_amount_and_not_a_word_cannot(self) -> None:
        truth = Truth(1, "one invoice", 1, {1: 100_00}, account="known")
        judge(make([line(1, 100_00)], [truth], [*ITEMS, item(4, 100_00)]))
        assert truth.rivals == "another item of the same amount"

    def test_a_name_in_the_text_settles_it(self) -> None:
        truth = Truth(
            1, "one invoice", 1, {1: 100_00}, naming="exact", named=frozenset((1,)), account="known"
        )
        judge(make([line(1, 100_00, "FA26-10001")], [truth], [*ITEMS, item(4, 100_00)]))
        assert truth.is_knowable

    def test_what_was_paid_before_explains_nothing_any_more(self) -> None:
        twin = item(4, 100_00)
        first = Truth(
            1, "one invoice", 1, {4: 100_00}, naming="exact", named=frozenset((4,)), account="known"
        )
        second = Truth(2, "one invoice", 1, {1: 100_00}, account="known")
        judge(make([line(1, 100_00, twin.number), line(2, 100_00)], [first, second], [*ITEMS, twin]))
        assert second.is_knowable

    def test_what_another_pays_by_name_afterwards_explains_nothing_either(self) -> None:
        twin = item(4, 100_00)
        first = Truth(1, "one invoice", 1, {1: 100_00}, account="known")
        later = Truth(
            2, "one invoice", 1, {4: 100_00}, naming="exact", named=frozenset((4,)), account="known"
        )
        judge(make([line(1, 100_00), line(2, 100_00, twin.number)], [first, later], [*ITEMS, twin]))
        assert first.is_knowable

    def test_two_payments_without_a_word_on_two_items_of_one_amount_stay_in_question(self) -> None:
        truths = [Truth(number, "one invoice", 1, {number: 100_00}, account="known") for number in (1, 4)]
        judge(make([line(1, 100_00), line(4, 100_00)], truths, [*ITEMS, item(4, 100_00)]))
        assert not any(truth.is_knowable for truth in truths)

    def test_a_pair_is_as_good_as_a_single_one(self) -> None:
        truth = Truth(1, "one invoice", 1, {2: 250_00}, account="known")
        judge(make([line(1, 250_00)], [truth], [*ITEMS, item(4, 150_00)]))
        assert truth.rivals

    def test_a_payer_whom_nothing_tells_cannot_be_known(self) -> None:
        truth = Truth(1, "one invoice", 1, {1: 100_00}, is_payer_known=False)
        judge(make([line(1, 100_00)], [truth], ITEMS))
        assert truth.rivals == "nobody knows who paid"


def test_shares_are_of_what_they_say() -> None:
    truths = [PAID, Truth(2, "one invoice", 1, {2: 250_00}), Truth(3, "one invoice", 2, {3: 40_00})]
    answers = [
        Answer(1, "posted", 9990, (Guess(1, {1: 100_00}),)),
        Answer(2, "posted", 9990, (Guess(1, {1: 250_00}),)),
    ]
    made = score(make([line(1, 100_00), line(2, 250_00), line(3, 40_00)], truths, ITEMS), answers)
    assert (made.payments.statuses["posted"], made.payments.false) == (2, 1)
    assert (made.posted_items, made.false_items) == (2, 1)
    assert (made.invoices, made.invoices_right) == (3, 1)
    assert [row[1] for row in table.reliability(made)[1:]] == ["2"]


def test_the_reference_takes_whole_numbers_and_the_only_item_of_an_amount() -> None:
    lines = [line(1, 100_00, "FACTURE FA26-10001"), line(2, 250_00), line(3, 77_00, "10001")]
    truths = [Truth(number, "one invoice", 1) for number in (1, 2, 3)]
    answers = reference.match(make(lines, truths, ITEMS))
    said = [dict(one.first.allocations) if one.first else {} for one in answers]
    assert said == [{1: 100_00}, {2: 250_00}, {}]


def test_tables_are_printed_as_text_and_as_markdown() -> None:
    made = score(
        make([line(1, 100_00)], [PAID], ITEMS), [Answer(1, "posted", 9990, (Guess(1, {1: 100_00}),))]
    )
    rows = table.summary({"ours": (made, 0.5)})
    assert "100.00 %" in table.text(rows)
    assert table.markdown(rows).splitlines()[1] == "|---|---:|"
