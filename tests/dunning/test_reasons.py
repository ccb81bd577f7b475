"""Every reason that a rule can give is a sentence, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils.translation import override

from exigible.dunning import rules
from exigible.dunning.models import Action, Channel, Run
from exigible.dunning.reasons import (
    answer_sentence,
    channel_name,
    problem_sentence,
    reason_sentence,
    state_name,
    step_name,
    waiting_sentence,
)

PARAMS = {
    "items": 3, "oldest_due_on": "2026-10-01", "days_late": 53, "previous_on": "2026-11-01",
    "instead_of": "email", "until": "2026-12-01", "why": "Audit", "due_on": "2026-11-30",
    "amount_minor": 50000, "gross_minor": 100000, "credits_minor": 100000, "net_minor": 500,
    "seen_minor": 4000, "minimum_minor": 1000, "run_on": "2026-11-20", "last_on": "2026-11-20", "days": 7,
    "holiday": "Christmas Day", "next_on": "2026-11-24", "received_on": "2026-11-20",
    "maximum_minor": 9000000, "ending": "litigation",
}  # fmt: skip
SOURCES = "".join(
    path.read_text(encoding="utf-8") for path in sorted(Path(rules.__file__).parent.glob("*.py"))
)
CODES = sorted(set(re.findall(r'Reason\(\s*"([a-z-]+)"', SOURCES)))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("code", [*CODES, "falls-due"])
def test_every_reason_is_a_sentence(code: str, language: str) -> None:
    with override(language):
        said = reason_sentence(code, PARAMS, "EUR")
    assert said.endswith((".", "Audit"))
    assert "{" not in said
    assert said != code


def test_the_rules_have_reasons() -> None:
    assert len(CODES) > 10


def test_a_reason_says_amounts_and_dates_as_the_reader_writes_them() -> None:
    with override("en"):
        said = reason_sentence("promise-not-due", PARAMS, "EUR")
    assert "30 Nov 2026" in said
    assert "500" in said


@pytest.mark.parametrize(
    ("code", "missing"),
    [("paused", "why"), ("promise-not-due", "amount_minor"), ("not-a-business-day", "holiday")],
)
def test_a_reason_reads_well_without_what_is_not_known(code: str, missing: str) -> None:
    known = {name: value for name, value in PARAMS.items() if name != missing}
    assert "{" not in reason_sentence(code, known, "EUR")


def test_steps_states_channels_and_problems_have_names() -> None:
    for state in (*Action.State.values, *Run.State.values):
        assert state_name(state)
    for channel in Channel.values:
        assert channel_name(channel) != channel
    for key in rules.LEVELS:
        assert step_name(key) != key
    assert problem_sentence("no-sender") != "no-sender"
    assert problem_sentence("") == ""


@pytest.mark.parametrize("state", ["refused", "failed", "ambiguous"])
def test_the_words_of_the_mail_server_stand_in_a_sentence_that_says_what_to_do(state: str) -> None:
    sentence = answer_sentence(state, "550 5.1.1 {no} such user", "a@example.net")
    assert "«\xa0550 5.1.1 {no} such user\xa0»" in sentence
    assert len(sentence) > 60
    assert answer_sentence(state, "interrupted", "a@example.net") == problem_sentence("interrupted")
    assert answer_sentence(state, "", "a@example.net") == ""


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("way", Channel.values)
def test_the_reason_says_why_another_way_was_taken(way: str, language: str) -> None:
    with override(language):
        plain = reason_sentence("step-reached", {"items": 1, "days_late": 13}, "EUR")
        said = reason_sentence("step-reached", {"items": 1, "days_late": 13, "instead_of": way}, "EUR")
    assert said.startswith(plain)
    assert len(said) > len(plain) + 20


def test_what_a_message_waits_for_is_told() -> None:
    with override("en"):
        assert waiting_sentence("limit-hour 200") == "for the limit of 200 an hour"
        assert waiting_sentence("out-of-hours") == "for the hours in which text messages may ring"
        assert waiting_sentence("450 busy") == ""


@pytest.mark.parametrize("channel", Channel.values)
@pytest.mark.parametrize("state", ["failed", "refused", "ambiguous"])
def test_what_came_of_a_message_is_told_with_the_words_that_were_heard(channel: str, state: str) -> None:
    with override("en"):
        assert "no such number" in answer_sentence(state, "no such number", "+33", channel)
