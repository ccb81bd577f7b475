"""How the rules do on replies that they were not written on; docs/benchmarks.md has the tables."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from tests.inbox.replies import FRESH, HOLDOUT, Judged, confusion, judged, macro_f1

from exigible.inbox.rules.sorting import Verdict

JUDGED = Path(__file__).with_name("replies_judged.jsonl")
"""Written by somebody else than the rules, who never read them: only the counts are looked at."""


@cache
def verdicts(path: Path) -> list[tuple[Judged, Verdict]]:
    """Each reply of a file with what the rules say of it: sorted once for all the tests of the file."""
    return [(reply, reply.verdict()) for reply in judged(path)]


@pytest.mark.parametrize(
    ("path", "fewest", "measured"),
    [(JUDGED, 300, 0.85), (HOLDOUT, 290, 0.91), (FRESH, 150, 0.94)],
    ids=["judged", "holdout", "fresh"],
)
def test_the_rules_do_no_worse_than_when_they_were_last_measured(
    path: Path, fewest: int, measured: float
) -> None:
    pairs = [(reply.kind, verdict.kind) for reply, verdict in verdicts(path)]
    assert len(pairs) >= fewest
    assert macro_f1(pairs) >= measured, "\n" + confusion(pairs)


@pytest.mark.parametrize(
    ("path", "right"),
    [(JUDGED, 0.93), (HOLDOUT, 0.95), (FRESH, 0.98)],
    ids=["judged", "holdout", "fresh"],
)
def test_what_is_called_sure_is_mostly_right_and_most_is_sure(path: Path, right: float) -> None:
    found = verdicts(path)
    sure = [verdict.kind is reply.kind for reply, verdict in found if not verdict.is_unsure]
    assert len(sure) >= 0.65 * len(found)
    assert sum(sure) / len(sure) >= right
