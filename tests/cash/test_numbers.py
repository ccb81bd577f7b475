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
        (
            "FA26-10412",
            {"FA26-10412", "FA25-10412"},
        ),  # the tail alone would be either; the whole one is plainer
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


def test_a_whole_number_is_plainer_than_its_last_digits() -> None:
    found = named_in(words_of("FA26-10412"), OURS)
    assert found["FA26-10412"].naming is Naming.WHOLE
    assert found["FA25-10412"].naming is Naming.TAIL


def test_from_one_number_to_another_are_all_between() -> None:
    numbers = [f"F{n}" for n in range(10412, 10418)]
    assert _named("FACT 10413 A 10416", numbers) == {"F10413", "F10414", "F10415", "F10416"}


def test_the_keys_of_a_text_are_those_of_the_numbers_in_it() -> None:
    assert key_of("FA26-00412") in keys_of("facture 0412 du 12/03/2026")
