"""Every reason that the rules give is said in words, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils.translation import override

from exigible.cash import rules
from exigible.cash.wording import (
    answer_words,
    count_of_items,
    percent,
    rate,
    reason_sentence,
    short_reason,
    why_short,
)

VALUES = {
    "documents": ["FA26-10412", "FA26-10455"], "document": "FA26-10412", "amount": 10_00, "count": 2,
    "customers": 2, "percent": 92, "rate": 1500, "threshold": 9950, "reference": "R1",
}  # fmt: skip
SOURCES = [
    *sorted(Path(rules.__path__[0]).glob("*.py")),
    *sorted(Path(rules.__path__[0]).parent.glob("*.py")),
]


def codes() -> set[str]:
    """The codes of the rules and of the services, as their sources write them."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    plain = re.findall(r"Reason\(\s*\"([a-z-]+)\"", text)
    either = re.findall(r"Reason\(\"([a-z-]+)\" if [^)]*? else \"([a-z-]+)\"", text)
    offered = re.findall(r"offer\(.*\"([a-z-]+)\"\)", text)
    stored = re.findall(r"\"code\": \"([a-z-]+)\"", text)
    return {*plain, *offered, *stored, *(code for pair in either for code in pair), "set", "single"}


@pytest.mark.parametrize("code", sorted(codes()))
def test_every_reason_has_a_sentence_in_both_languages(code: str) -> None:
    said = []
    for language in ("en", "fr"):
        with override(language):
            sentence = reason_sentence(code, VALUES, "EUR")
        assert sentence.endswith("."), f"{code} has no sentence: {sentence}"
        assert "%(" not in sentence
        said.append(sentence)
    assert said[0] != said[1]


def test_the_codes_are_found_where_the_rules_are() -> None:
    assert {"named", "charges-told", "partial-oldest-first", "all-due", "in-the-books", "chosen"} <= codes()


def test_a_certainty_is_cut_and_never_rounded_up() -> None:
    assert percent(9999) == "99,9\u00a0%"
    with override("en"):
        assert percent(9983) == "99.8%"


def test_a_rate_has_the_decimals_that_it_needs() -> None:
    assert [rate(one) for one in (1500, 10_000, 33)] == ["1,5\u00a0%", "10\u00a0%", "0,033\u00a0%"]


def test_an_answer_is_said_in_a_line() -> None:
    answer = {
        "allocations": [[1, 100], [2, 50]],
        "remainder_minor": 10_00,
        "remainder_as": "charge",
        "reasons": [
            {"code": "named", "params": {"documents": ["F-1"]}},
            {"code": "iban-known", "params": {"customers": 1}},
            {"code": "set", "params": {"count": 2}},
        ],
    }
    assert answer_words(answer, "EUR") == "2 postes, frais 10,00"
    assert why_short(answer, "EUR") == "n° dans le texte, IBAN"
    assert count_of_items(1) == "1 poste"


def test_what_need_not_be_said_in_a_list_is_left_out() -> None:
    assert short_reason("below-threshold", {"threshold": 9950}, "EUR") == ""
