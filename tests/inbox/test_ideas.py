"""Words mean ideas, the same ones in both languages; a table says how much each idea counts."""

from __future__ import annotations

import pytest
from tests.inbox.replies import WRITTEN_ON

from exigible.inbox.rules.cues import Kind
from exigible.inbox.rules.days import days_in
from exigible.inbox.rules.ideas import ideas_in
from exigible.inbox.rules.message import Reply
from exigible.inbox.rules.phrases import sentence_of
from exigible.inbox.rules.sorting import sort_reply
from exigible.inbox.rules.weights import BIAS, KINDS, scored, shares, table, together


def ideas(text: str) -> set[str]:
    sentence = sentence_of(text)
    return {idea.name for idea in ideas_in(sentence, days_in(sentence, WRITTEN_ON))}


@pytest.mark.parametrize(
    ("french", "english", "idea"),
    [
        ("Les verres étaient cassés.", "The glasses were broken.", "defect"),
        ("Un duplicata, merci.", "Another copy, thanks.", "copy"),
        ("Je suis en congés.", "I am on annual leave.", "absent"),
        ("Nous sommes en liquidation.", "We are in liquidation.", "insolvent"),
        ("Nous ne contestons rien.", "We do not dispute it.", "no-dispute"),
    ],
)
def test_both_languages_share_their_ideas(french: str, english: str, idea: str) -> None:
    assert idea in ideas(french)
    assert idea in ideas(english)


def test_a_short_word_means_nothing_in_the_other_language() -> None:
    assert "we" in ideas("On vous paie avec la prochaine série")
    assert "we" not in ideas("It is on the table")


def test_days_addresses_and_figures_are_ideas_of_their_own() -> None:
    assert {"<ahead>", "<mail>"} <= ideas("demain, à jean@client.mg")
    assert "<behind>" in ideas("hier")
    assert "<tel>" in ideas("au 06 12 34 56 78")


def test_the_ideas_of_a_sentence_count_alone_and_two_by_two() -> None:
    assert together(["pay", "not"]) == ["not", "pay", "not+pay"]


def test_scores_are_sums_of_the_lines_met_and_become_shares() -> None:
    lines = {BIAS: (1.0,) * len(KINDS), "absent": (0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0)}
    totals = scored({"absent": 1.0, "unheard-of": 1.0}, lines)
    assert totals == [1, 1, 1, 1, 3, 1, 1]
    assert sum(shares(totals)) == pytest.approx(1)
    assert KINDS[totals.index(max(totals))] is Kind.OUT_OF_OFFICE


def test_the_words_behind_the_weightiest_ideas_are_shown_as_written() -> None:
    verdict = sort_reply(Reply(words="Les verres étaient CASSÉS."), today=WRITTEN_ON)
    assert verdict.kind is Kind.DISPUTE
    assert any("CASSÉS" in hit.words for hit in verdict.why)


def test_no_weight_decides_alone() -> None:
    """A single line of words moves the odds by less than a rule that leaves little doubt."""
    alone = [max(map(abs, weights)) for line, weights in table().items() if ":" not in line]
    assert max(alone) < 3
