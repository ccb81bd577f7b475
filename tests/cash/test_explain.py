"""What is made of a payment, case by case as a user would tell it."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from tests.cash.matching import DAY, KNOWN, claim, codes, match, paid, received

from exigible.cash.rules.facts import Closed, Payer, Policy

A = claim("FA26-10412", 1000_00)
B = claim("FA26-10455", 733_40, age=35)
C = claim("FA26-10501", 419_99, age=12)
CREDIT = claim("AV26-00031", -60_00, age=20)
STRANGER = Payer(customer_id=1)
"""A customer of whom nothing tells that it paid, but that it owes what the text names."""


class TestWhatTheTextNames:
    def test_one_invoice_paid_in_full_is_posted(self) -> None:
        outcome = match(received(1000_00, "FACTURE 10412"), A, B, C)
        assert outcome.status == "posted"
        assert paid(outcome, A) == {"FA26-10412": 1000_00}
        assert outcome.explanations[0].remainder_minor == 0

    def test_several_for_one_payment(self) -> None:
        outcome = match(received(1733_40, "10412 + 10455"), A, B, C)
        assert outcome.status == "posted"
        assert paid(outcome, A, B) == {"FA26-10412": 1000_00, "FA26-10455": 733_40}

    def test_the_documents_are_enough_when_the_payer_is_not_known(self) -> None:
        assert match(received(733_40, "REGLT FA2610455"), A, B, C, payers=(STRANGER,)).status == "posted"

    def test_a_credit_note_named_is_deducted(self) -> None:
        outcome = match(received(940_00, "10412 MOINS AV26-00031"), A, B, CREDIT)
        assert outcome.status == "posted"
        assert paid(outcome, A, CREDIT) == {"FA26-10412": 1000_00, "AV26-00031": -60_00}

    def test_a_credit_note_not_named_is_deducted_where_it_makes_the_sum(self) -> None:
        outcome = match(received(940_00, "10412"), A, B, CREDIT)
        assert paid(outcome, A, CREDIT) == {"FA26-10412": 1000_00, "AV26-00031": -60_00}

    def test_half_of_what_is_named_is_an_instalment_as_well_as_all_of_it_less_a_credit_note(self) -> None:
        half = claim("AV26-00032", -500_00, age=20)
        outcome = match(received(500_00, "FA26-10412"), A, half)
        assert outcome.status == "ambiguous"
        assert {one.remainder_as for one in outcome.explanations[:2]} == {"", "keep_open"}

    def test_beside_what_is_named_two_others_of_the_same_amount_explain_the_rest_as_well(self) -> None:
        """The bank cut the list of documents after the first."""
        twins = (claim("FA26-10460", 250_00, age=34), claim("FA26-10470", 250_00, age=33))
        outcome = match(received(1250_00, "FACT FA26-10412 FA26-104"), A, *twins, C)
        assert outcome.status == "ambiguous"

    def test_last_digits_and_an_amount_that_lacks_cents_prove_no_payer(self) -> None:
        """Both are met by chance in a large ledger; the whole number is not."""
        assert match(received(733_30, "CLT 10455"), A, B, payers=(STRANGER,)).status == "proposed"
        assert match(received(733_30, "FA26-10455"), A, B, payers=(STRANGER,)).status == "posted"

    def test_the_one_due_date_that_was_paid_of_an_invoice_in_three(self) -> None:
        parts = [
            claim("FA26-2000", amount, id=rank, due_on=DAY + timedelta(days=30 * rank - 60))
            for rank, amount in enumerate((300_00, 300_00, 400_00), 1)
        ]
        outcome = match(received(300_00, "FA26-2000"), *parts)
        assert outcome.status == "posted"
        assert [item for item, _ in outcome.explanations[0].allocations] == [1]

    def test_a_part_payment_keeps_the_rest_open(self) -> None:
        outcome = match(received(500_00, "acompte FA26-10412"), A, B, C)
        assert outcome.status == "posted"
        assert paid(outcome, A) == {"FA26-10412": 500_00}
        assert (outcome.explanations[0].remainder_as, outcome.explanations[0].remainder_minor) == (
            "keep_open", 500_00,
        )  # fmt: skip

    def test_a_part_payment_of_several_is_proposed_on_the_oldest(self) -> None:
        outcome = match(received(1200_00, "10412 10455"), A, B, C)
        assert outcome.status == "proposed"
        assert paid(outcome, A, B) == {"FA26-10412": 1000_00, "FA26-10455": 200_00}

    def test_what_is_paid_beyond_the_invoice_stays_on_account(self) -> None:
        outcome = match(received(1100_00, "FA26-10412"), A, C)
        assert paid(outcome, A) == {"FA26-10412": 1000_00}
        assert (outcome.explanations[0].remainder_as, outcome.explanations[0].remainder_minor) == (
            "on_account", 100_00,
        )  # fmt: skip

    def test_a_payment_far_beyond_what_it_names_waits_for_a_person(self) -> None:
        """More documents are meant, and a number was not read."""
        outcome = match(received(3211_17, "FA26-10412 FA26-10455"), A, B, C)
        assert outcome.status == "proposed"
        assert "unusual" in codes(outcome)

    def test_a_list_that_the_bank_cut_is_the_usual_set_that_begins_so(self) -> None:
        outcome = match(received(2153_39, "FACTURES FA26-10412 FA26-10455 FA2"), A, B, C)
        assert outcome.status == "posted"
        assert len(outcome.explanations[0].allocations) == 3

    def test_an_invoice_of_another_customer_waits_for_a_person(self) -> None:
        other = claim("FA26-77777", 512_30, customer=2)
        outcome = match(received(512_30, "FA26-77777"), A, other, payers=(KNOWN, Payer(customer_id=2)))
        assert outcome.status == "proposed"
        assert "paid-by-another" in codes(outcome)

    def test_what_waits_for_another_reason_is_not_said_to_be_nearly_sure(self) -> None:
        """The amount and the digits agree, but whoever it is that paid is not known."""
        outcome = match(received(733_30, "CLT 10455"), A, B, payers=(STRANGER,))
        assert "payer-not-proven" in codes(outcome)
        assert outcome.probability <= 6500
        assert match(received(733_40, "FA26-10455"), A, B).probability > 9990

    def test_a_parent_pays_for_its_subsidiary(self) -> None:
        other = claim("FA26-77777", 512_30, customer=2)
        outcome = match(
            received(512_30, "FA26-77777"), A, other, payers=(KNOWN, Payer(customer_id=2, is_group=True))
        )
        assert outcome.status == "posted"
        assert outcome.explanations[0].customer_id == 2

    def test_an_account_that_pays_for_two_customers_pays_for_the_one_that_is_named(self) -> None:
        other = claim("FA26-77777", 512_30, customer=2)
        by_name = Payer(1, has_iban=True, iban_customers=2, name_score=100)
        payers = (by_name, Payer(2, has_iban=True, iban_customers=2))
        outcome = match(received(512_30, "FA26-77777"), A, other, payers=payers)
        assert outcome.status == "posted"
        assert outcome.explanations[0].customer_id == 2

    def test_last_digits_that_strangers_share_do_not_hide_what_a_factor_pays(self) -> None:
        claims = [claim(f"FA26-3000{n}", n * 111_13, customer=n) for n in (1, 2, 3)]
        stranger = claim("FA25-30002", 900_01, customer=4)
        payers = tuple(Payer(customer_id=n) for n in (1, 2, 3, 4))
        outcome = match(received(6 * 111_13, "30001 30002 30003"), *claims, stranger, payers=payers)
        assert outcome.status == "posted"
        assert {item for item, _ in outcome.explanations[0].allocations} == {one.id for one in claims}

    def test_a_factor_pays_the_invoices_of_several_customers(self) -> None:
        claims = [claim(f"FA26-3000{n}", n * 111_11, customer=n) for n in (1, 2, 3)]
        payers = tuple(Payer(customer_id=n) for n in (1, 2, 3))
        outcome = match(received(6 * 111_11, "30001 30002 30003"), *claims, payers=payers)
        assert outcome.status == "posted"
        assert len(outcome.explanations[0].allocations) == 3

    def test_a_second_payment_of_an_invoice_goes_on_account_and_says_so(self) -> None:
        closed = (Closed(1, "FA26-10001", 815_00),)
        outcome = match(received(815_00, "FA26-10001"), A, B, closed=closed)
        assert outcome.status == "proposed"
        assert outcome.explanations[0].remainder_as == "on_account"
        assert "double-payment" in codes(outcome)

    def test_a_payment_in_advance_waits_on_account(self) -> None:
        outcome = match(received(75_000_00, "PREPAYMENT order PO-8850"), A)
        assert outcome.status == "proposed"
        assert outcome.explanations[0].allocations == ()
        assert outcome.explanations[0].remainder_as == "on_account"

    def test_amounts_listed_with_the_payment_are_taken_as_they_are_listed(self) -> None:
        advised = (("FA26-10412", 400_00), ("FA26-10455", 733_40))
        outcome = match(received(1133_40, advised=advised), A, B, C)
        assert outcome.status == "posted"
        assert paid(outcome, A, B) == {"FA26-10412": 400_00, "FA26-10455": 733_40}


class TestWhatTheTextDoesNotName:
    def test_the_only_invoice_of_that_amount_is_posted(self) -> None:
        outcome = match(received(733_40), A, B, C)
        assert outcome.status == "posted"
        assert paid(outcome, B) == {"FA26-10455": 733_40}

    def test_two_invoices_of_the_same_amount_are_ambiguous(self) -> None:
        twin = claim("FA26-10413", 1000_00)
        outcome = match(received(1000_00), A, twin, B)
        assert outcome.status == "ambiguous"
        shown = [paid(outcome, A, twin, rank=rank) for rank in (0, 1)]
        assert sorted(map(str, shown)) == ["{'FA26-10412': 100000}", "{'FA26-10413': 100000}"]

    def test_one_invoice_or_two_others_that_sum_to_it_are_ambiguous(self) -> None:
        claims = [claim("F-1001", 300_00), claim("F-1002", 100_00), claim("F-1003", 200_00)]
        assert match(received(300_00), *claims).status == "ambiguous"

    def test_all_that_is_due_is_posted(self) -> None:
        outcome = match(received(1733_40), A, B, C)
        assert outcome.status == "posted"
        assert paid(outcome, A, B) == {"FA26-10412": 1000_00, "FA26-10455": 733_40}

    def test_all_that_is_due_is_posted_among_many_items_of_odd_amounts(self) -> None:
        """More sets than can be looked at make the sum too, but nobody pays such a set."""
        claims = [claim(f"F-{n:04}", 91_37 + 7919 * n * n % 100_003, age=60 - n) for n in range(1, 41)]
        due = [one for one in claims if one.due_on <= DAY]
        assert 20 < len(due) < 40
        outcome = match(received(sum(one.open_minor for one in due)), *claims)
        assert outcome.status == "posted"
        assert outcome.explanations[0].items == {one.id for one in due}

    def test_ten_months_of_the_same_amount_may_be_any_ten(self) -> None:
        claims = [claim(f"F-{n:04}", 726_12, age=400 - 30 * n) for n in range(12)]
        assert match(received(7261_20), *claims).status == "ambiguous"

    def test_an_item_that_lacks_cents_gives_way_to_a_set_that_agrees_to_the_cent(self) -> None:
        near = claim("F-1001", 1000_13)
        claims = [claim(f"F-200{n}", amount) for n, amount in enumerate((211_11, 322_22, 466_67))]
        outcome = match(received(1000_00), near, *claims)
        assert outcome.explanations[0].items == {one.id for one in claims}

    def test_sixty_items_of_round_amounts_are_ambiguous_at_once(self) -> None:
        claims = [claim(f"F-{n:04}", 100_00 * (1 + n % 9)) for n in range(60)]
        start = time.monotonic()
        outcome = match(received(12_300_00), *claims)
        assert time.monotonic() - start < 3
        assert outcome.status == "ambiguous"

    def test_an_amount_that_nothing_agrees_with_is_on_account_of_its_payer(self) -> None:
        outcome = match(received(5_12), A, B)
        assert outcome.status == "proposed"
        assert outcome.explanations[0].allocations == ()

    def test_a_payment_dated_before_its_invoice_waits_for_a_person(self) -> None:
        later = claim("FA26-20000", 618_33, issued_on=DAY + timedelta(days=10))
        outcome = match(received(618_33), later, A)
        assert outcome.status == "proposed"
        assert "before-invoice" in codes(outcome)

    def test_nobody_is_known_to_have_paid(self) -> None:
        assert match(received(1000_00), A, payers=()).status == "unmatched"


class TestWhatIsMissing:
    def test_990_received_on_1000_with_charges_told_by_the_bank(self) -> None:
        outcome = match(received(990_00, "FA26-10412", charges_minor=10_00), A, B)
        assert outcome.status == "posted"
        first = outcome.explanations[0]
        assert (first.remainder_as, first.remainder_minor) == ("charge", 10_00)
        assert paid(outcome, A) == {"FA26-10412": 1000_00}

    def test_990_received_on_1000_without_a_word_is_charges_or_a_part_payment(self) -> None:
        outcome = match(received(990_00, "FA26-10412"), A, B)
        assert {one.remainder_as for one in outcome.explanations} >= {"charge", "keep_open"}
        assert outcome.explanations[0].remainder_minor == 10_00

    def test_an_early_payment_discount_within_its_terms(self) -> None:
        until = DAY + timedelta(days=2)
        early = claim("FA26-10600", 1000_00, age=8, discount_percent=2000, discount_until=until)
        outcome = match(received(980_00, "FA26-10600"), early, B)
        assert outcome.status == "posted"
        assert outcome.explanations[0].remainder_as == "discount"

    def test_a_discount_taken_too_late_is_owed(self) -> None:
        late = claim("FA26-10600", 1000_00, discount_percent=2000, discount_until=DAY - timedelta(days=30))
        first = match(received(980_00, "FA26-10600"), late, B).explanations[0]
        assert first.remainder_as != "discount"

    def test_tax_kept_back_at_a_rate_of_the_company(self) -> None:
        policy = Policy(withholding_rates=(8000,))
        outcome = match(received(920_00, "FA26-10412"), A, B, policy=policy)
        assert outcome.status == "posted"
        assert outcome.explanations[0].remainder_as == "withholding"

    def test_cents_are_written_off_within_the_cap(self) -> None:
        outcome = match(received(999_98, "FA26-10412"), A, B)
        assert outcome.status == "posted"
        first = outcome.explanations[0]
        assert (first.remainder_as, first.remainder_minor) == ("write_off", 2)

    def test_a_small_invoice_is_never_written_off_for_being_small(self) -> None:
        """What is compared with the cap is what remains, not the amount of the item."""
        small = claim("FA26-10700", 45_00)
        first = match(received(20_00, "FA26-10700"), small).explanations[0]
        assert first.remainder_as == "keep_open"


class TestCaution:
    def test_a_company_that_wants_to_see_all_is_shown_all(self) -> None:
        outcome = match(received(1000_00, "FA26-10412"), A, policy=Policy(posts_alone=False))
        assert outcome.status == "proposed"

    def test_what_a_person_turned_down_is_not_proposed_again(self) -> None:
        refused = {(1, frozenset({A.id}))}
        outcome = match(received(1000_00, "FA26-10412"), A, B, refused=refused)
        assert outcome.explanations[0].items != frozenset({A.id})
        assert outcome.status != "posted"

    @pytest.mark.parametrize("amount", [1000_00, 733_40, 1733_40, 990_00, 1, 10**12])
    def test_what_is_paid_less_what_is_adjusted_is_the_receipt(self, amount: int) -> None:
        for one in match(received(amount, "10412 10455"), A, B, C, CREDIT).explanations:
            taken = sum(part for _, part in one.allocations)
            if one.remainder_as == "on_account":
                assert taken + one.remainder_minor == amount
            elif one.remainder_as == "keep_open":
                assert taken == amount
            else:
                assert taken - one.remainder_minor == amount
