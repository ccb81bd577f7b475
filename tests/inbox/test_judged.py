"""How the rules do on replies that they were not written on; docs/benchmarks.md has the tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.inbox.replies import FRESH, HOLDOUT, Judged, confusion, judged, macro_f1

JUDGED = Path(__file__).with_name("replies_judged.jsonl")
"""Written by somebody else than the rules, who never read them: only the counts are looked at."""


@pytest.mark.parametrize(
    ("path", "fewest", "measured"),
    [(JUDGED, 300, 0.85), (HOLDOUT, 290, 0.91), (FRESH, 150, 0.94)],
    ids=["judged", "holdout", "fresh"],
)
def test_the_rules_do_no_worse_than_when_they_were_last_measured(
    path: Path, fewest: int, measured: float
) -> None:
    pairs = [(reply.kind, reply.verdict().kind) for reply in judged(path)]
    assert len(pairs) >= fewest
    assert macro_f1(pairs) >= measured, "\n" + confusion(pairs)


@pytest.mark.parametrize(
    ("path", "right"),
    [(JUDGED, 0.93), (HOLDOUT, 0.95), (FRESH, 0.98)],
    ids=["judged", "holdout", "fresh"],
)
def test_what_is_called_sure_is_mostly_right_and_most_is_sure(path: Path, right: float) -> None:
    verdicts = [(reply, reply.verdict()) for reply in judged(path)]
    sure = [_is_right(reply) for reply, verdict in verdicts if not verdict.is_unsure]
    assert len(sure) >= 0.65 * len(verdicts)
    assert sum(sure) / len(sure) >= right


def _is_right(reply: Judged) -> bool:
    return reply.verdict().kind is reply.kind
