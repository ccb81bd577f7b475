"""Who is worth an act today, and the sentence that says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from exigible.negotiation.rules import PromiseFacts, Standing, State
from exigible.worklist.rules import WorkFacts, limitation_on, work_line
from exigible.worklist.wording import reason_sentence

TODAY = date(2026, 11, 20)  # a Friday
LATE = WorkFacts(1, "EUR", 100_000, 0, date(2026, 9, 30))


def line(**changes):
    return work_line(replace(LATE, **changes), TODAY)


def promised(state, *, amount=100_000, received=0, made_on=date(2026, 11, 2)):
    made = PromiseFacts(1, made_on, date(2026, 11, 10), amount)
    return Standing(made, state, received, date(2026, 11, 16))


OPEN, BROKEN = promised(State.OPEN), promised(State.BROKEN)


def test_late_and_never_contacted_is_called():
    found = line()
    assert (found.act, found.reason, found.params) == ("call", "late-never-contacted", {"days": 51})


def test_without_a_telephone_one_writes():
    assert line(has_phone=False).act == "email"


def test_a_recent_contact_leaves_the_customer_alone():
    assert line(last_contact_on=date(2026, 11, 10)) is None


def test_two_weeks_of_silence_bring_the_customer_back():
    assert line(last_contact_on=date(2026, 11, 5)).reason == "late-and-silent"


def test_nothing_overdue_is_nothing_to_do():
    assert line(overdue_minor=0) is None


def test_a_slight_delay_is_left_to_the_reminders():
    assert line(oldest_due_on=date(2026, 11, 1)) is None
    assert line(oldest_due_on=date(2026, 11, 1), proposed_action=7).reason == "reminder-proposed"


def test_what_is_promised_and_not_yet_due_is_left_alone():
    assert line(promises=(OPEN,)) is None


def test_a_promise_of_part_leaves_the_rest_at_stake():
    found = line(promises=(promised(State.OPEN, amount=40_000, received=10_000),))
    assert (found.reason, found.stake_minor) == ("late-never-contacted", 70_000)


def test_a_broken_promise_comes_first():
    found = line(promises=(BROKEN,), last_level="formal_notice", last_level_on=date(2026, 10, 1))
    assert found.reason == "promise-broken"
    assert found.also == ("formal-notice-unanswered", "late-never-contacted")
    assert found.value == 200_000


def test_a_promise_kept_in_part_says_what_came_in():
    found = line(promises=(promised(State.PART, received=40_000),))
    assert (found.reason, found.params["received"]) == ("promise-part-kept", 40_000)


@pytest.mark.parametrize("state", [State.KEPT, State.LATE])
def test_a_promise_kept_is_no_reason(state):
    assert line(promises=(promised(state),)).reason == "late-never-contacted"


def test_a_newer_promise_makes_a_broken_one_forgotten():
    newer = promised(State.OPEN, amount=1, made_on=date(2026, 11, 18))
    assert line(promises=(BROKEN, newer)).reason == "late-never-contacted"


def test_what_is_contested_is_not_at_stake():
    assert line(disputed_minor=100_000) is None
    assert line(disputed_minor=30_000).stake_minor == 70_000


def test_a_dispute_that_waits_too_long_for_an_answer_comes_back():
    late = {"contested_minor": 100_000, "answer_due_on": date(2026, 11, 19)}
    found = line(disputed_minor=100_000, **late)
    assert (found.act, found.reason, found.stake_minor) == ("decide", "dispute-unanswered", 100_000)
    assert line(overdue_minor=0, oldest_due_on=None, **late).stake_minor == 100_000
    assert line(disputed_minor=100_000, contested_minor=100_000, answer_due_on=TODAY) is None


def test_a_credit_note_that_does_not_come_is_asked_for():
    awaited = {"disputed_minor": 100_000, "contested_minor": 100_000, "awaited_minor": 40_000}
    found = line(**awaited, awaited_since=date(2026, 11, 5))
    assert (found.reason, found.params) == ("credit-note-awaited", {"amount": 40_000, "days": 15})
    assert line(**awaited, awaited_since=date(2026, 11, 6)) is None


def test_what_credits_cover_is_not_lost_to_limitation():
    found = line(oldest_due_on=date(2022, 1, 3), unallocated_minor=-100_000)
    assert (found.reason, found.stake_minor) == ("limitation-near", 0)


def test_limitation_runs_though_all_is_contested_or_promised():
    for rest in ({"disputed_minor": 100_000}, {"promises": (OPEN,)}):
        found = line(oldest_due_on=date(2022, 1, 3), last_contact_on=TODAY, **rest)
        assert (found.reason, found.stake_minor) == ("limitation-near", 100_000)


def test_limitation_is_announced_half_a_year_ahead():
    found = line(oldest_due_on=date(2022, 2, 1))
    assert (found.act, found.reason, found.params) == ("decide", "limitation-near", {"days": 73})


def test_a_claim_past_its_limitation_asks_whether_it_was_interrupted():
    assert line(oldest_due_on=date(2020, 1, 1), last_contact_on=TODAY).reason == "limitation-passed"


def test_limitation_of_a_claim_due_on_29_february_ends_on_1_march():
    assert limitation_on(date(2024, 2, 29)) == date(2029, 3, 1)


def test_a_formal_notice_without_an_answer_asks_for_a_decision():
    found = line(
        last_level="formal_notice", last_level_on=date(2026, 11, 9), last_contact_on=date(2026, 11, 9)
    )
    assert (found.act, found.reason) == ("decide", "formal-notice-unanswered")


def test_credits_that_cover_the_overdue_are_lettered_before_anyone_is_called():
    found = line(unallocated_minor=-100_000)
    assert (found.act, found.reason) == ("allocate", "payment-not-allocated")


def test_over_the_credit_limit():
    found = line(balance_minor=300_000, credit_limit_minor=250_000, last_contact_on=TODAY)
    assert (found.reason, found.params) == ("over-credit-limit", {"over": 50_000})


def test_nobody_to_reach():
    assert line(has_phone=False, has_email=False, last_contact_on=TODAY).reason == "no-contact"


def test_a_pause_holds_everything():
    assert line(paused_until=TODAY) is None


def test_the_day_after_a_pause_the_customer_is_back():
    assert line(paused_until=date(2026, 11, 19)) is not None


def test_a_customer_whose_insolvency_is_opened_asks_to_declare_all_that_it_owes():
    found = line(insolvent=True, balance_minor=150_000, paused_until=TODAY)
    assert (found.act, found.reason, found.stake_minor) == ("declare-claim", "claim-to-declare", 150_000)
    assert line(insolvent=True, balance_minor=150_000, overdue_minor=0) is not None


@pytest.mark.parametrize(
    ("country", "delay"),
    [("FR", "deux mois"), ("MC", "15 jours"), ("MG", "à vérifier"), ("DE", "à vérifier")],
)
def test_the_delay_to_declare_is_that_of_the_debtors_law_where_it_is_known(country, delay):
    found = line(insolvent=True, balance_minor=1, country=country)
    with override("fr"):
        assert delay in reason_sentence(found.reason, found.params, "EUR")


def test_a_claim_declared_or_an_account_that_owes_nothing_asks_for_nothing_more():
    assert line(insolvent=True, balance_minor=150_000, claim_declared=True) is None
    assert line(insolvent=True, balance_minor=0) is None


def test_where_nobody_can_be_reached_a_contact_is_looked_for_whatever_the_reason():
    for facts in ({}, {"promises": (BROKEN,)}, {"last_contact_on": date(2026, 11, 5)}):
        assert line(has_phone=False, has_email=False, **facts).act == "find-contact"


def test_unallocated_credits_are_taken_off_what_is_at_stake_and_the_reason_says_so():
    found = line(unallocated_minor=-30_000)
    assert (found.overdue_minor, found.stake_minor, found.value) == (100_000, 70_000, 84_000)
    with override("fr"):
        said = reason_sentence(found.reason, found.params, "EUR")
    assert (
        said.replace("\u202f", " ")
        .replace("\xa0", " ")
        .endswith("jamais contacté ; 300,00 € non lettrés déduits")
    )


@given(overdue=st.integers(1, 10**9), credit=st.integers(0, 10**9))
@settings(max_examples=30)
def test_what_is_at_stake_is_never_below_zero_nor_above_the_overdue(overdue, credit):
    found = line(overdue_minor=overdue, unallocated_minor=-credit)
    assert found.stake_minor == max(overdue - credit, 0)


def test_credits_that_cover_the_overdue_leave_nothing_at_stake_but_are_worth_lettering():
    found = line(unallocated_minor=-100_000)
    assert (found.stake_minor, found.value, "credits" in found.params) == (0, 150_000, False)


@pytest.mark.parametrize("ending", ["litigation", "plan", "write_off", "account_manager"])
def test_the_end_of_a_policy_says_what_to_do_in_place_of_the_formal_notice(ending):
    last_on = date(2026, 10, 31)
    found = line(
        last_level="formal_notice", last_level_on=last_on, last_contact_on=last_on,
        policy_ending=ending, policy_ended_on=last_on,
    )  # fmt: skip
    assert (found.act, found.reason, found.params["days"]) == ("decide", "policy-ended", 20)
    assert "formal-notice-unanswered" not in found.also
    for language in ("fr", "en"):
        with override(language):
            assert "20" in reason_sentence(found.reason, found.params, "EUR")
