"""By what bank lines are known again: whatever is exported twice, each movement has one key."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from exigible.intake.bank.keys import follow, keyed, without_twice
from exigible.intake.readers.bank.model import BankLine, BankStatement

START = date(2026, 3, 1)
MOVEMENTS = st.lists(
    st.tuples(
        st.integers(0, 6), st.sampled_from([-500, 100, 100, 250]), st.sampled_from(["", "", "R1", "R2"])
    ),
    max_size=25,
)


def line(day, minor, reference="", **more):
    on = START + timedelta(days=day)
    return BankLine(1, reference, on, on, minor, "EUR", payer_name="ACME", **more)


def statement(lines, opening=None):
    closing = None if opening is None else opening + sum(one.amount_minor for one in lines)
    return BankStatement(1, "FR76", "EUR", tuple(lines), opening_minor=opening, closing_minor=closing)


def keys(*statements):
    return [one.key for _, lines in keyed(statements) for one in lines]


@settings(max_examples=60)
@given(MOVEMENTS, st.integers(0, 6), st.integers(0, 6))
def test_exports_of_any_days_make_the_lines_of_the_whole_and_no_other(movements, first_end, second_start):
    whole = [line(*one) for one in sorted(movements, key=lambda one: one[0])]
    start, end = min(first_end, second_start), max(first_end, second_start)
    early = [one for one in whole if one.booked_on <= START + timedelta(days=end)]
    late = [one for one in whole if one.booked_on >= START + timedelta(days=start)]
    expected = keys(statement(whole, 0))
    assert len(set(expected)) == len(whole), "two movements have one key"
    assert set(keys(statement(early, 0))) | set(keys(statement(late, 77))) == set(expected)


@settings(max_examples=60)
@given(MOVEMENTS, st.integers(0, 25))
def test_a_file_cut_into_statements_that_follow_each_other_has_the_same_keys(movements, cut):
    whole = [line(*one) for one in movements]
    first, second = whole[:cut], whole[cut:]
    opening = 1000 + sum(one.amount_minor for one in first)
    assert keys(statement(first, 1000), statement(second, opening)) == keys(statement(whole, 1000))


def test_a_reference_that_comes_again_in_a_statement_that_does_not_follow_is_the_same_movement():
    one = statement([line(1, 100, "R1")], 0)
    other = statement([line(1, 100, "R1"), line(2, 50, "R2")], 0)
    assert Counter(keys(one, other))[keys(one)[0]] == 2


def test_a_rank_that_a_reader_put_behind_a_reference_is_of_the_file_alone():
    both = statement([line(1, 100, "R1"), line(2, 50, "R1/2")])
    alone = statement([line(2, 50, "R1")])
    assert keys(both)[1] == keys(alone)[0]


def test_the_rank_of_a_payment_in_a_batch_is_the_banks():
    parts = [line(1, 100, f"E1/{rank}", entry_reference="E1", entry_minor=200) for rank in (1, 2)]
    assert len(set(keys(statement([line(1, 200, "E1"), *parts])))) == 3


def test_words_amount_days_account_and_currency_all_count():
    same = line(1, 100)
    others = [line(1, 101), line(2, 100), line(1, 100, text="x"), line(1, 100, mandate="x")]
    found = {keys(statement([one]))[0] for one in [same, *others]}
    elsewhere = BankStatement(1, "DE89", "EUR", (same,))
    assert len(found | set(keys(elsewhere))) == 6


def test_a_statement_twice_in_a_file_is_found_by_balances_and_lines():
    one = statement([line(1, 100)], 0)
    kept, twice = without_twice([one, one])
    assert (kept, twice) == ([one], [one])
    notice = statement([line(1, 100)])
    assert without_twice([notice, notice]) == ([notice, notice], [])


def test_statements_follow_each_other_in_either_order_of_the_file():
    early, late = statement([line(1, 100)], 0), statement([line(2, 100)], 100)
    assert follow(early, late)
    assert follow(late, early)
    assert not follow(statement([]), statement([]))
