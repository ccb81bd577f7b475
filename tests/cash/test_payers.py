"""Which of a customer's items are looked at: all, or those alone that the text may name."""

from __future__ import annotations

from typing import Any

import pytest
from tests.books import write_books
from tests.cash.bank import Bank

from exigible.cash.models import Match
from exigible.cash.rules.facts import Payer
from exigible.cash.rules.payers import narrowed
from exigible.ledger.models import BankLine, OpenItem

KNOWN = Payer(customer_id=1, has_iban=True, name_score=100)
OTHER = Payer(customer_id=2)
"""A customer of whom nothing tells that it paid, but that it owes what the text may name."""


def documents_of(*payers: Payer, text: str, named: dict[int, str]) -> list[frozenset[str] | None]:
    return [payer.documents for payer in narrowed(payers, text, named.items())]


class TestACustomerWhomOnlyLastDigitsName:
    def test_beside_the_one_who_is_known_only_that_document_of_it_is_looked_at(self) -> None:
        found = documents_of(KNOWN, OTHER, text="FACT 10412", named={1: "FA26-10412", 2: "F2510412"})
        assert found == [None, frozenset({"F2510412"})]

    def test_where_the_document_is_spelt_whole_all_its_items_are(self) -> None:
        """A sister company pays, say."""
        assert documents_of(KNOWN, OTHER, text="FACT FA26-10412", named={2: "FA26-10412"}) == [None, None]

    def test_digits_that_are_part_of_another_document_spelt_whole_spell_nothing(self) -> None:
        found = documents_of(KNOWN, OTHER, text="FACT FA26-10412", named={1: "FA26-10412", 2: "10412"})
        assert found == [None, frozenset({"10412"})]

    def test_where_nobody_else_is_known_five_digits_are_enough(self) -> None:
        assert documents_of(OTHER, text="FACT 10412", named={2: "FA26-10412"}) == [None]

    @pytest.mark.parametrize("digits", ["412", "9412"])
    def test_three_or_four_digits_are_met_by_chance(self, digits: str) -> None:
        assert documents_of(OTHER, text=f"FACT {digits}", named={2: f"FA26-{digits}"}) == [
            frozenset({f"FA26-{digits}"})
        ]

    @pytest.mark.parametrize(
        "said",
        [{"has_iban": True}, {"name_score": 85}, {"is_remembered": True}, {"is_group": True}],
        ids=["account", "name", "told before", "group"],
    )
    def test_whoever_has_anything_else_to_speak_for_it_is_looked_at_whole(self, said: dict[str, Any]) -> None:
        payer = Payer(2, **said)
        assert documents_of(KNOWN, payer, text="FACT 412", named={2: "FA26-412"}) == [None, None]


@pytest.mark.django_db
class TestInTheLedger:
    @pytest.fixture
    def bank(self) -> Bank:
        return Bank(
            write_books("""
                2026-01-05 invoice FA26-90001 ACME    1000.00 due 2026-02-05
                2026-01-05 invoice FA26-412   RIVIERA  512.30 due 2026-02-05
                2026-01-06 invoice FA26-413   RIVIERA  700.00 due 2026-02-06
            """)
        )

    def test_the_document_that_ends_so_is_offered(self, bank: Bank) -> None:
        line = bank.receives("512.30", "ACME", "FACT 412")
        bank.match()
        assert ["FA26-412"] in offered(bank, line)

    def test_whole_for_one_payment_and_narrow_for_another_each_sees_its_own(self, bank: Bank) -> None:
        """Both are read together, with all that either needs."""
        named, own = bank.receives("1212.30", "ACME", "FACT 412"), bank.receives("700.00", "RIVIERA", "412")
        bank.match()
        assert not any("FA26-413" in documents for documents in offered(bank, named))
        assert ["FA26-413"] in offered(bank, own)


def offered(bank: Bank, line: BankLine) -> list[list[str]]:
    """The documents of each explanation that pays any."""
    numbers = dict(OpenItem.objects.values_list("pk", "document_number"))
    said = Match.objects.get(line=line).explanations
    return [[numbers[item] for item, _ in one["allocations"]] for one in said if one["allocations"]]
