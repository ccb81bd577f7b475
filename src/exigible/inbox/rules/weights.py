"""How strongly each idea, and each two ideas in one sentence, speak for each kind of reply.

The table is data (`lexicon/weights.txt`), fitted on replies written for the purpose; `tests/inbox/weigh.py`
makes it again. Nothing else decides: a verdict is the sum of the lines that its words meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from itertools import combinations
from math import exp
from typing import Final

from exigible.inbox.rules.cues import Kind

KINDS: Final = tuple(Kind)
BIAS: Final = "always"
"""The line that every reply meets."""

Weights = tuple[float, ...]
"""One for each of `KINDS`, in natural units (logarithms of odds)."""


def together(names: Iterable[str]) -> list[str]:
    """The ideas of a sentence, and each two of them, as the table has them: "not", "not+receive"."""
    alone = sorted(set(names))
    return alone + [f"{a}+{b}" for a, b in combinations(alone, 2)]


def scored(met: Mapping[str, float], table: Mapping[str, Weights]) -> list[float]:
    """For each kind, the sum of the lines that are met, each as strongly as it is met."""
    totals = list(table.get(BIAS, (0.0,) * len(KINDS)))
    for name, strength in met.items():
        if weights := table.get(name):
            for n, weight in enumerate(weights):
                totals[n] += weight * strength
    return totals


def shares(scores: Iterable[float]) -> list[float]:
    """Scores as shares of one (softmax)."""
    told = list(scores)
    most = max(told)
    powers = [exp(score - most) for score in told]
    return [power / sum(powers) for power in powers]


@cache
def table() -> Mapping[str, Weights]:
    text = (files(__package__) / "lexicon" / "weights.txt").read_text(encoding="utf-8")
    lines = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {name: _weights(pairs) for name, *pairs in lines}


def _weights(pairs: Iterable[str]) -> Weights:
    told = dict(pair.split("=") for pair in pairs)
    return tuple(float(told.get(kind, 0)) for kind in KINDS)
