"""Who is reminded, of what, by which step, and what holds a reminder back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exigible.dunning.rules import (
    INSTEAD,
    Channel,
    CustomerFacts,
    Decision,
    Ending,
    HeldBack,
    ItemFacts,
    PolicyRules,
    Promised,
    Reason,
    Rest,
    choose_policy,
    decide,
    fitting_policies,
    is_still_true,
    leads,
    still_stands,
    way_to,
)
from exigible.kernel.dates import Calendar
from tests.dunning.facts import MONDAY, POLICY, customer, item


def sent(facts: CustomerFacts, policy: PolicyRules = POLICY, on: date = MONDAY) -> Decision:
    decision = decide(facts, policy, on)
    assert isinstance(decision, Decision), decision
    return decision


def held(facts: CustomerFacts, policy: PolicyRules | None = POLICY, on: date = MONDAY) -> HeldBack:
    decision = decide(facts, policy, on)
    assert isinstance(decision, HeldBack), decision
    return decision


# --- steps and levels ---


@pytest.mark.parametrize(
    ("late", "level", "step"),
    [(7, None, "reminder"), (8, 0, "reminder"), (21, 1, "firm"), (45, 2, "formal_notice")],
)
def test_an_item_takes_the_step_after_its_last_one_when_its_day_has_come(
    late: int, level: int | None, step: str
) -> None:
    ago = None if level is None else 14
    assert sent(customer(item(1, late=late, level=level, days_ago=ago))).step.key == step


def test_before_its_day_a_step_is_not_taken() -> None:
    assert decide(customer(item(1, late=6)), POLICY, MONDAY) is None
    assert decide(customer(item(1, late=20, level=1, days_ago=13)), POLICY, MONDAY) is None


def test_an_item_long_late_begins_at_the_first_step_and_climbs_one_at_a_time() -> None:
    decision = sent(customer(item(1, late=120)))
    assert (decision.step.key, decision.items[0].level) == ("reminder", 1)


def test_after_the_last_step_nothing_more_goes_by_itself() -> None:
    assert decide(customer(item(1, late=200, level=3, days_ago=100)), POLICY, MONDAY) is None


def test_the_same_morning_run_again_does_not_escalate() -> None:
    policy = replace(POLICY, min_days_between_contacts=0)
    after = customer(item(1, late=60, level=1, days_ago=0), last_contacted_on=MONDAY)
    assert decide(after, policy, MONDAY) is None
    assert sent(after, policy, MONDAY + timedelta(days=1)).step.key == "firm"


def test_a_missed_week_is_one_message_not_seven() -> None:
    facts = customer(item(1, late=14), item(2, late=8), item(3, late=11))
    assert [claimed.level for claimed in sent(facts).items] == [1, 1, 1]


def test_a_policy_without_a_step_goes_on_to_the_next_one() -> None:
    policy = replace(POLICY, steps=tuple(s for s in POLICY.steps if s.key != "firm"))
    assert sent(customer(item(1, late=45, level=1, days_ago=30)), policy).step.key == "formal_notice"


# --- one voice ---


def test_all_that_is_overdue_is_in_one_message_at_the_highest_step() -> None:
    facts = customer(
        item(1, late=30, level=1, days_ago=24),
        item(2, late=10),
        item(3, late=2),
        item(4, late=-20, amount=999_00),
    )
    decision = sent(facts)
    assert decision.step.key == "firm"
    assert [(c.item_id, c.level) for c in decision.items] == [(1, 2), (2, 1), (3, None)]
    assert decision.gross_minor == 300_00


def test_a_formal_notice_speaks_of_all_that_was_reminded_and_puts_it_on_notice() -> None:
    facts = customer(
        item(1, late=50, level=2, days_ago=24),
        item(2, late=31, level=1, days_ago=20),
        item(3, late=10),
        item(4, late=40, level=0, days_ago=45),
    )
    decision = sent(facts)
    assert decision.step.key == "formal_notice"
    assert [(c.item_id, c.level) for c in decision.items] == [(1, 3), (2, 3)]
    assert decision.reason.params | {"items": 1, "listed": 2} == decision.reason.params


def test_an_invoice_in_three_instalments_is_dunned_for_the_one_due() -> None:
    decision = sent(customer(item(1, late=10), item(2, late=-20), item(3, late=-50)))
    assert [claimed.item_id for claimed in decision.items] == [1]


def test_what_is_on_formal_notice_is_not_asked_for_again_in_a_softer_tone() -> None:
    decision = sent(customer(item(1, late=90, level=3, days_ago=40), item(2, late=9)))
    assert decision.step.key == "reminder"
    assert [(c.item_id, c.level) for c in decision.items] == [(2, 1)]


def test_a_second_formal_notice_leaves_out_what_the_first_one_asked_for() -> None:
    decision = sent(customer(item(1, late=90, level=3, days_ago=40), item(2, late=50, level=2, days_ago=20)))
    assert decision.step.key == "formal_notice"
    assert [claimed.item_id for claimed in decision.items] == [2]


# --- courtesy ---


def test_a_courtesy_word_goes_before_the_due_date_for_what_is_about_to_fall_due() -> None:
    decision = sent(customer(item(1, late=-5), item(2, late=0), item(3, late=-6)))
    assert decision.step.key == "courtesy"
    assert [claimed.item_id for claimed in decision.items] == [1, 2]
    assert decision.reason.code == "falls-due"


def test_no_courtesy_to_a_customer_that_owes_something_late() -> None:
    assert decide(customer(item(1, late=-5), item(2, late=1)), POLICY, MONDAY) is None


def test_a_courtesy_is_said_once_for_an_item() -> None:
    assert decide(customer(item(1, late=-2, level=0, days_ago=3)), POLICY, MONDAY) is None


def test_a_policy_may_have_no_courtesy() -> None:
    policy = replace(POLICY, steps=POLICY.steps[1:])
    assert decide(customer(item(1, late=-2)), policy, MONDAY) is None
    assert (policy.days_before, POLICY.days_before) == (0, 5)


# --- amounts ---


def test_what_is_claimed_is_net_of_credits_not_yet_allocated() -> None:
    decision = sent(customer(item(1, late=10), item(2, late=12), unallocated_minor=-50_00))
    assert (decision.gross_minor, decision.credits_minor, decision.net_minor) == (200_00, -50_00, 150_00)


@pytest.mark.parametrize("paid", [100_00, 95_00, 250_00])
def test_a_payment_in_the_books_that_covers_what_is_due_holds_back_until_it_is_allocated(paid: int) -> None:
    found = held(customer(item(1, late=10), unallocated_minor=-paid))
    assert found.reason.code == "payment-not-allocated"
    assert found.reason.params == {"gross_minor": 100_00, "credits_minor": paid}
    assert found.net_minor == 100_00 - paid


def test_what_is_below_the_minimum_is_not_written_for() -> None:
    assert held(customer(item(1, late=10, amount=9_99))).reason.code == "below-minimum"
    assert held(customer(item(1, late=10, amount=9_99), unallocated_minor=-5)).reason.code == "below-minimum"


def test_the_minimum_counts_in_its_own_currency_only() -> None:
    assert sent(customer(item(1, late=10, amount=9_99), currency="USD")).net_minor == 9_99


# --- what holds a customer back ---


def test_insolvency_stops_reminders() -> None:
    assert held(customer(item(1, late=10), is_insolvent=True)).reason.code == "insolvent"


def test_a_payment_on_the_bank_holds_back_whatever_its_amount_until_it_is_lettered() -> None:
    found = held(customer(item(1, late=10, amount=1_000_00), seen_minor=5_00))
    assert found.reason == Reason("payment-seen", {"seen_minor": 5_00})
    assert found.net_minor == 1_000_00


def test_a_pause_holds_until_its_day_and_no_longer() -> None:
    facts = customer(item(1, late=10), rests=(Rest(MONDAY, MONDAY, "Audit"),))
    assert held(facts).reason.params == {"until": "2026-11-23", "why": "Audit"}
    assert sent(facts, on=MONDAY + timedelta(days=1)).step.key == "reminder"


def test_what_is_promised_for_a_day_to_come_is_not_claimed() -> None:
    facts = customer(
        promised(item(1, late=10), 100_00), promise=Promised(MONDAY, 50_00, MONDAY + timedelta(days=3))
    )
    told = {"due_on": "2026-11-23", "amount_minor": 50_00, "waited_on": "2026-11-26"}
    assert held(facts).reason == Reason("promise-not-due", told)


def test_a_promise_for_some_leaves_the_rest_claimed() -> None:
    decision = sent(customer(promised(item(1, late=10), 60_00), item(2, late=10)))
    assert [(claimed.item_id, claimed.claimed_minor) for claimed in decision.items] == [
        (1, 40_00),
        (2, 100_00),
    ]
    assert decision.gross_minor == 140_00


def test_a_promise_for_an_item_leaves_it_out_of_the_message() -> None:
    decision = sent(customer(promised(item(1, late=30), 100_00), item(2, late=10)))
    assert [claimed.item_id for claimed in decision.items] == [2]
    assert decision.step.key == "reminder"


def test_a_dispute_on_300_of_1000_leaves_700_claimed() -> None:
    decision = sent(customer(item(1, late=10, amount=1000_00)._replace(disputed_minor=300_00)))
    assert decision.net_minor == 700_00


def test_what_is_contested_as_a_whole_is_held_back() -> None:
    facts = customer(item(1, late=10)._replace(disputed_minor=100_00))
    assert (held(facts).reason.code, held(facts).reason.params) == ("disputed", {"amount_minor": 100_00})


def test_who_owes_only_what_is_promised_is_not_courteously_reminded_of_the_next() -> None:
    facts = customer(promised(item(1, late=3), 100_00), item(2, late=-2))
    assert decide(facts, POLICY, MONDAY) is None


def promised(facts: ItemFacts, minor: int) -> ItemFacts:
    return facts._replace(promised_minor=minor)


def test_a_customer_contacted_too_recently_is_left_in_peace() -> None:
    facts = customer(item(1, late=10), last_contacted_on=MONDAY - timedelta(days=6))
    assert held(facts).reason.params == {"last_on": "2026-11-17", "days": 7}
    assert sent(facts, on=MONDAY + timedelta(days=1)).step.key == "reminder"


def test_a_message_still_on_its_way_holds_the_next_one() -> None:
    facts = customer(item(1, late=10), pending_since=MONDAY - timedelta(days=1))
    assert held(facts).reason.params == {"run_on": "2026-11-22"}


def test_what_was_never_reminded_for_years_is_left_to_a_person() -> None:
    policy = replace(POLICY, oldest_days=365)
    found = held(customer(item(1, late=400), item(2, late=380)), policy)
    assert found.reason.code == "too-old"
    assert found.reason.params == {"days_late": 400, "items": 2}


def test_what_is_too_old_is_not_dragged_in_by_what_is_young_and_the_reason_says_so() -> None:
    policy = replace(POLICY, oldest_days=365)
    decision = sent(customer(item(1, late=400), item(2, late=380), item(3, late=8)), policy)
    assert [(c.item_id, c.level) for c in decision.items] == [(3, 1)]
    assert decision.gross_minor == 100_00
    assert decision.reason.params | {"left_items": 2, "left_minor": 200_00} == decision.reason.params


def test_nothing_due_is_nothing_to_hold_back() -> None:
    assert decide(customer(item(1, late=3), is_insolvent=True), POLICY, MONDAY) is None
    assert decide(customer(), POLICY, MONDAY) is None


# --- days ---


def test_nothing_goes_out_on_a_sunday() -> None:
    sunday = MONDAY - timedelta(days=1)
    found = held(customer(item(1, late=10)), on=sunday)
    assert found.reason.params == {"holiday": "", "next_on": "2026-11-23"}


def test_a_holiday_in_antananarivo_is_not_one_in_paris() -> None:
    independence = date(2026, 6, 26)
    facts = customer(ItemFacts(1, date(2026, 6, 1), 100_00))
    assert sent(facts, on=independence).step.key == "reminder"
    found = held(replace(facts, calendar=Calendar("MG")), on=independence)
    assert (found.reason.code, found.reason.params["next_on"]) == ("not-a-business-day", "2026-06-29")
    assert found.reason.params["holiday"]


# --- ways ---


@pytest.mark.parametrize(
    ("late", "known", "channel"),
    [
        (10, {}, "email"),
        (10, {"email": ""}, "letter"),
        (10, {"prefers_letter": True}, "letter"),
        (10, {"prefers_letter": True, "has_address": False}, "email"),
        (21, {}, "letter"),
        (21, {"has_address": False}, "email"),
    ],
)
def test_the_other_channel_is_taken_where_the_first_does_not_lead_to_the_customer(
    late: int, known: dict[str, Any], channel: str
) -> None:
    level = 1 if late == 21 else None
    decision = sent(customer(item(1, late=late, level=level, days_ago=14 if level else None), **known))
    assert decision.channel == channel
    assert ("instead_of" in decision.reason.params) == (channel != decision.step.channel)


WAYS = st.sampled_from(get_args(Channel))


@given(
    way=WAYS, tried=st.frozensets(WAYS), mobile=st.booleans(), phone=st.booleans(), email=st.booleans(),
    address=st.booleans(), prefers_letter=st.booleans(),
)  # fmt: skip
def test_whatever_is_known_the_way_taken_leads_to_the_customer_and_the_steps_own_comes_first(
    way: Channel, tried: frozenset[Channel], mobile: bool, phone: bool, email: bool, address: bool,
    prefers_letter: bool,
) -> None:  # fmt: skip
    facts = customer(
        email="a@b.example" if email else "", mobile="+33612345678" if mobile else "",
        phone="+33493000000" if phone else "", has_address=address, prefers_letter=prefers_letter,
        unreached=tried,
    )  # fmt: skip
    step = replace(POLICY.steps[1], channel=way)
    taken = way_to(facts, step)
    if taken is None:
        assert not any(leads(facts, one) for one in (way, *INSTEAD[way]))
    else:
        assert leads(facts, taken)
        assert taken == way or not leads(facts, way) or (prefers_letter and taken == "letter")


def test_a_customer_with_no_address_and_no_email_is_on_a_list_not_lost() -> None:
    found = held(customer(item(1, late=10), email="", has_address=False))
    assert (found.reason.code, found.step_key, found.net_minor) == ("no-address", "reminder", 100_00)


# --- which policy ---


def test_the_most_precise_policy_is_a_customers() -> None:
    everyone, france, keys = (
        replace(POLICY, policy_id=number, country=country, segment=segment)
        for number, (country, segment) in enumerate((("", ""), ("FR", ""), ("", "key")))
    )
    policies = [everyone, france, keys]
    assert choose_policy(policies, "MC", "") is everyone
    assert choose_policy(policies, "FR", "") is france
    assert choose_policy(policies, "FR", "key") is keys
    assert choose_policy([france], "MC", "") is None


def test_a_customer_in_no_policy_is_told_of_once_it_is_late() -> None:
    assert held(customer(item(1, late=1), unallocated_minor=-10_00), None).net_minor == 90_00
    assert decide(customer(item(1, late=0)), None, MONDAY) is None


# --- reasons, and the look before sending ---


def test_the_reason_says_how_late_and_when_the_last_word_was() -> None:
    decision = sent(customer(item(1, late=24, level=1, days_ago=14), item(2, late=9)))
    assert decision.reason.code == "step-reached"
    assert decision.reason.params == {
        "items": 1,
        "oldest_due_on": "2026-10-30",
        "days_late": 24,
        "listed": 2,
        "listed_days_late": 24,
        "previous_on": "2026-11-09",
    }


@pytest.mark.parametrize(
    ("gross", "known", "code"),
    [
        (0, {}, "settled"),
        (100_00, {"is_insolvent": True}, "insolvent"),
        (100_00, {"seen_minor": 40_00}, "payment-seen"),
        (100_00, {"unallocated_minor": -100_00}, "payment-not-allocated"),
        (9_00, {}, "below-minimum"),
    ],
)
def test_what_was_learnt_since_the_approval_stops_a_message(
    gross: int, known: dict[str, Any], code: str
) -> None:
    reason = still_stands(customer(**known), POLICY, gross, MONDAY)
    assert reason is not None
    assert reason.code == code


@pytest.mark.parametrize(
    ("step", "late", "is_true"), [(0, 0, True), (0, 1, False), (1, 1, True), (1, 0, False), (3, -5, False)]
)
def test_a_message_speaks_only_of_items_whose_date_still_fits(step: int, late: int, is_true: bool) -> None:
    assert is_still_true(POLICY.steps[step], MONDAY - timedelta(days=late), MONDAY) is is_true


def test_what_still_stands_goes() -> None:
    assert still_stands(customer(), POLICY, 60_00, MONDAY) is None


# --- for any facts ---

ITEMS = st.lists(
    st.builds(
        lambda number, late, amount, level, ago: item(
            number, late=late, amount=amount, level=level, days_ago=None if level is None else ago
        ),
        st.integers(1, 10**6),
        st.integers(-40, 400),
        st.integers(1, 10**12),
        st.sampled_from([None, 0, 1, 2, 3]),
        st.integers(0, 60),
    ),
    max_size=8,
    unique_by=lambda facts: facts.item_id,
)


@given(ITEMS, st.integers(-(10**12), 0), st.booleans(), st.booleans())
def test_whatever_is_known_a_message_is_true_and_climbs_each_item_by_one_or_to_notice(
    items: list[ItemFacts], unallocated: int, email: bool, address: bool
) -> None:
    facts = customer(
        *items, unallocated_minor=unallocated, email="a@b.example" if email else "", has_address=address
    )
    decision = decide(facts, POLICY, MONDAY)
    assert decision == decide(facts, POLICY, MONDAY)
    if not isinstance(decision, Decision):
        return
    known = {facts.item_id: facts for facts in items}
    assert (
        decision.net_minor
        == sum(c.claimed_minor for c in decision.items) + unallocated
        >= POLICY.minimum_minor
    )
    assert max(c.level for c in decision.items if c.level is not None) == decision.step.level
    for claimed in decision.items:
        assert claimed.claimed_minor == known[claimed.item_id].claimed_minor
        last = known[claimed.item_id].last_level
        if decision.step.key == "formal_notice":
            assert claimed.level == 3
            assert last in (None, 1, 2)
        else:
            assert last != 3
            assert claimed.level is None or claimed.level == (last + 1 if last is not None else claimed.level)


# --- one truth about old items ---


def test_what_a_message_asked_for_is_not_said_to_be_never_reminded() -> None:
    policy = replace(POLICY, oldest_days=365)
    asked_on = MONDAY - timedelta(days=10)
    found = held(customer(item(1, late=400)._replace(last_level_on=asked_on)), policy)
    assert found.reason.params == {"days_late": 400, "items": 1, "asked_on": "2026-11-13"}


def test_who_was_written_to_a_moment_ago_is_left_in_peace_whatever_the_age() -> None:
    policy = replace(POLICY, oldest_days=365)
    facts = customer(item(1, late=400), last_contacted_on=MONDAY - timedelta(days=1))
    assert held(facts, policy).reason.code == "contacted-recently"


def test_the_reason_speaks_of_all_that_is_asked_for() -> None:
    params = sent(customer(item(1, late=20, level=1, days_ago=13), item(2, late=8))).reason.params
    assert (params["items"], params["listed"], params["listed_days_late"]) == (1, 2, 20)


# --- how much, and how a policy ends ---


def test_what_is_above_the_maximum_is_left_to_a_person() -> None:
    policy = replace(POLICY, maximum_minor=500_00)
    assert held(customer(item(1, late=10, amount=500_01)), policy).reason.code == "above-maximum"
    assert sent(customer(item(1, late=10, amount=500_00)), policy).step.key == "reminder"
    dollars = customer(item(1, late=10, amount=900_00), currency="USD")
    assert sent(dollars, policy).step.key == "reminder"


ENDING = replace(POLICY, ending=Ending("litigation", 15))


@pytest.mark.parametrize(("days_ago", "is_over"), [(14, False), (15, True), (90, True)])
def test_days_after_the_last_step_the_end_of_the_policy_is_for_a_person(days_ago: int, is_over: bool) -> None:
    facts = customer(item(1, late=90, level=3, days_ago=days_ago))
    assert (decide(facts, ENDING, MONDAY) is not None) == is_over
    if is_over:
        assert held(facts, ENDING).reason.code == "policy-ended"


def test_the_end_of_a_policy_says_what_to_do_since_when_and_of_how_much() -> None:
    facts = customer(item(1, late=90, level=3, days_ago=20), item(2, late=2), unallocated_minor=-30_00)
    found = held(facts, ENDING)
    assert (found.reason.params["ending"], found.reason.params["days"]) == ("litigation", 20)
    assert (found.net_minor, found.reason.params["items"]) == (70_00, 1)


def test_a_policy_without_an_end_says_nothing_after_its_last_step() -> None:
    assert decide(customer(item(1, late=90, level=3, days_ago=20)), POLICY, MONDAY) is None


@pytest.mark.parametrize(
    "known",
    [
        {"is_insolvent": True},
        {"rests": (Rest(MONDAY, MONDAY, ""),)},
        {"seen_minor": 1},
        {"unallocated_minor": -100_00},
    ],
)
def test_what_rests_or_came_in_is_not_at_its_end(known: dict[str, Any]) -> None:
    assert decide(customer(item(1, late=90, level=3, days_ago=20), **known), ENDING, MONDAY) is None


def test_the_policy_of_a_segment_speaks_before_that_of_a_kind_and_of_a_country() -> None:
    everyone = POLICY
    france, public, keys = (
        replace(POLICY, **field) for field in ({"country": "FR"}, {"kind": "public"}, {"segment": "key"})
    )
    policies = [everyone, france, public, keys]
    assert fitting_policies(policies, "FR", "key", "public") == [keys, public, france, everyone]
    assert choose_policy(policies, "FR", "", "public") is public
    assert choose_policy(policies, "FR", "", "individual") is france
