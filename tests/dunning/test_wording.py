"""The texts of reminders: polite, exact, checked, and claiming only what the law of the creditor gives."""

from __future__ import annotations

from datetime import date

import pytest

from exigible.dunning.policies import TONES
from exigible.dunning.wording import (
    FOLDER,
    VARIABLES,
    Wording,
    due_span,
    fill,
    find_wording,
    names_in,
    read_wording,
)
from exigible.kernel.errors import UserMistake

FILES = sorted(FOLDER.glob("*/*.toml"))
CASES = [
    (tone, language, country) for tone in TONES for language in ("fr", "en") for country in ("FR", "MC", "MG")
]
EVERYTHING = {name: "" if name.startswith("if_") else f"⟨{name}⟩" for name in VARIABLES}


def words(wording: Wording, values: dict[str, str]) -> str:
    worded = fill(wording, values)
    return "\n".join((worded.subject, *worded.body, *worded.closing))


def without(*names: str) -> dict[str, str]:
    return {name: value for name, value in EVERYTHING.items() if name not in names}


@pytest.mark.parametrize("path", FILES, ids=lambda path: "/".join(path.parts[-2:]))
def test_every_shipped_wording_names_only_values_that_a_case_has(path: object) -> None:
    assert read_wording(path.read_text(encoding="utf-8"))  # type: ignore[attr-defined]


@pytest.mark.parametrize(("tone", "language", "country"), CASES)
def test_every_step_is_worded_in_each_language_for_each_country(
    tone: str, language: str, country: str
) -> None:
    said = words(find_wording(tone, language, country), EVERYTHING)
    assert "⟨total⟩" in said
    assert "{" not in said


@pytest.mark.parametrize(("tone", "language", "country"), CASES)
def test_a_message_reads_well_when_little_is_known(tone: str, language: str, country: str) -> None:
    little = without("previous_on", "contract_rate", "if_charges", "if_indemnity", "if_professional")
    said = words(find_wording(tone, language, country), little)
    assert "⟨total⟩" in said
    assert len(said.split("\n")) >= 4


@pytest.mark.parametrize(("tone", "language", "country"), CASES)
def test_both_languages_have_the_same_paragraphs(tone: str, language: str, country: str) -> None:
    french, english = (find_wording(tone, other, country) for other in ("fr", "en"))
    shape = [[set(names_in(text)) for text in choice] for choice in french.body]
    assert shape == [[set(names_in(text)) for text in choice] for choice in english.body]


def test_the_forty_euros_are_named_in_france_alone_and_to_professionals_alone() -> None:
    for tone, language, country in CASES:
        wording = find_wording(tone, language, country)
        said = words(wording, without("if_charges", "if_indemnity"))
        to_others = words(wording, without("if_charges", "if_indemnity", "if_professional"))
        assert "L441-10" not in to_others
        of_law = ("firm", "formal_notice", "last_before_action")
        assert ("L441-10" in said) == (country == "FR" and tone in of_law)


@pytest.mark.parametrize("country", ["MC", "MG"])
def test_interest_is_said_elsewhere_only_at_the_rate_of_the_contract(country: str) -> None:
    for tone in TONES:
        said = words(find_wording(tone, "fr", country), without("contract_rate", "if_charges"))
        assert "⟨contract_rate⟩" not in said
        assert "pénalités" not in said


@pytest.mark.parametrize("country", ["FR", "MC", "MG"])
def test_a_formal_notice_says_its_name_its_sum_its_date_and_what_may_follow(country: str) -> None:
    said = words(find_wording("formal_notice", "fr", country), EVERYTHING)
    for needed in ("mettons en demeure", "⟨total⟩", "⟨pay_by⟩", "À défaut de paiement", "contestez"):
        assert needed in said


def test_nothing_looks_like_an_act_of_a_court() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8").casefold()
        for word in (
            "huissier",
            "bailiff",
            "sommation de payer par",
            "commandement",
            "au nom de la loi",
            "saisie",
        ):
            assert word not in text, (path, word)


def test_a_wrong_name_in_a_text_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(UserMistake, match="amuont") as refusal:
        read_wording('subject = "{amuont}"\nbody = ["x"]\nclosing = []')
    assert "total" in str(refusal.value)


@pytest.mark.parametrize("text", ["subject = ", 'subject = "x"', 'subject = "{"\nbody = []\nclosing = []'])
def test_a_text_that_cannot_be_read_says_why(text: str) -> None:
    with pytest.raises(UserMistake, match="cannot be read"):
        read_wording(text)


def test_when_it_fell_due_is_one_date_or_two() -> None:
    one, two = date(2026, 10, 1), date(2026, 10, 31)
    assert due_span([one, one], "fr") == "le 01/10/2026"
    assert due_span([two, one], "fr") == "entre le 01/10/2026 et le 31/10/2026"
    assert due_span([two, one], "en") == "between 1 Oct 2026 and 31 Oct 2026"
