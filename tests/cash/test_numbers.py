"""A customer writes document numbers as it pleases."""

from __future__ import annotations

import pytest

from exigible.cash.rules.numbers import Naming, key_of, keys_of, named_in, words_of

OURS = ["FA26-10412", "FA26-10455", "FA26-10501", "AV26-00031", "FA25-10412"]


def _named(text: str, numbers: list[str] = OURS) -> set[str]:
    return set(named_in(words_of(text), numbers))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FA26-10412", {"FA26-10412"}),
        ("FA26-10412 10412", {"FA26-10412"}),
        ("fa 26 10455", {"FA26-10455"}),
        ("REGLEMENT FACTURE 10455", {"FA26-10455"}),
        ("FACT.010455", {"FA26-10455"}),
        ("2610455", {"FA26-10455"}),
        ("1045510501", {"FA26-10455", "FA26-10501"}),
        ("VIR FA2610455FA2610501", {"FA26-10455", "FA26-10501"}),
        ("FACTURES 10455/10501 MOINS AVOIR 31", {"FA26-10455", "FA26-10501"}),
        ("avoir 00031 deduit de 10501", {"FA26-10501", "AV26-00031"}),
        ("avoir AV2600031", {"AV26-00031"}),
        ("du 10/04/2026 montant 10 501,00", set()),
        ("910455", set()),
        ("104559", set()),
        ("", set()),
    ],
)
def test_numbers_are_found_however_they_are_written(text: str, expected: set[str]) -> None:
    assert _named(text) == expected


def test_last_digits_alone_are_those_of_every_number_that_ends_so() -> None:
    found = named_in(words_of("10412"), OURS)
    assert {number: named.naming for number, named in found.items()} == {
        "FA26-10412": Naming.TAIL,
        "FA25-10412": Naming.TAIL,
    }


def test_what_spells_one_number_whole_names_no_other() -> None:
    assert _named("FA26-10023", ["FA26-10023", "10023"]) == {"FA26-10023"}
    assert _named("INV-2026-2457", ["INV-2026-2457", "12026", "F262457"]) == {"INV-2026-2457"}


def test_a_year_is_no_number() -> None:
    assert _named("REGLEMENT NOV 2026", ["FA26-02026", "12026"]) == set()
    assert _named("FACTURE FA26-2026", ["FA26-2026"]) == {"FA26-2026"}


def test_an_amount_that_follows_a_number_is_no_part_of_it() -> None:
    assert _named("FA26-10412 + FA26-10455 214,85 EUR") == {"FA26-10412", "FA26-10455"}
    assert _named("10412 214,85 EUR", ["FA26-10412"]) == {"FA26-10412"}


def test_from_one_number_to_another_are_all_between() -> None:
    numbers = [f"F{n}" for n in range(10412, 10418)]
    assert _named("FACT 10413 A 10416", numbers) == {"F10413", "F10414", "F10415", "F10416"}


def test_the_keys_of_a_text_are_those_of_the_numbers_in_it() -> None:
    assert key_of("FA26-00412") in keys_of("facture 0412 du 12/03/2026")
    assert key_of("FA26-10412") in keys_of("FA2610412")
    assert key_of("2026/10412") in keys_of("202610412")
