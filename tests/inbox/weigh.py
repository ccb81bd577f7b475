"""Fits the table of weights on the replies of the development files, and prints how well it does.

    python -m tests.inbox.weigh            four rounds, each judged on the quarter that was left out
    python -m tests.inbox.weigh --write    the table, from all of them

Multinomial logistic regression with a penalty on large weights, by stochastic gradient with AdaGrad's steps;
the order is drawn from one seed, so that the table comes out the same.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from pathlib import Path

from tests.inbox.replies import DEVELOPMENT, WRITTEN_ON, Judged, confusion, judged, macro_f1

from exigible.inbox.rules import weights as rules_weights
from exigible.inbox.rules.cues import Kind
from exigible.inbox.rules.sorting import evidence_of
from exigible.inbox.rules.weights import BIAS, KINDS, scored, shares

TABLE = Path(rules_weights.__file__).with_name("lexicon") / "weights.txt"
FEWEST = 3
"""Replies that must meet a line for it to be kept: rarer ones are learnt by heart."""
FEWEST_PAIRS = 4
"""The same for two words in a row, of which there are most."""
ROUNDS = 20
STEP = 0.15
PENALTY = 0.02
LEAST = 0.03
"""Weights smaller than this for every kind are left out of the table."""
HEAD = """\
# How strongly each idea, and each two ideas in one sentence, speak for each kind of reply.
# Made by tests/inbox/weigh.py. In natural units: 0.7 doubles the odds. Ideas are those of fr.txt and en.txt;
# "opens:x" is an idea in the first full sentence, "=x" and "=x_y" are words themselves;
# "rule:x" is what the rules say of x, "first:x" that they say it first.
"""

Met = Mapping[str, float]


def strength(line: str) -> float:
    """How fast a line is learnt: words and two ideas together less than one idea alone, for they are many."""
    return (
        1.0
        if line.startswith("rule:") or line in (BIAS, "automatic", "short")
        else 0.5
        if "+" in line or line.startswith(("=", "opens:"))
        else 0.8
    )


def fitted(examples: Sequence[tuple[Met, Kind]]) -> dict[str, list[float]]:
    """The weights under which the examples are likeliest, less the penalty."""
    counted = Counter(line for met, _ in examples for line in met)
    kept = {line for line, n in counted.items() if n >= (FEWEST_PAIRS if _is_word_pair(line) else FEWEST)}
    table = {line: [0.0] * len(KINDS) for line in sorted(kept | {BIAS})}
    steps = {line: [1e-8] * len(KINDS) for line in table}
    told = [
        ({BIAS: 1.0} | {k: v * strength(k) for k, v in met.items() if k in kept}, kind)
        for met, kind in examples
    ]
    order = random.Random(1)
    for _ in range(ROUNDS):
        order.shuffle(told)
        for met, kind in told:
            _learn(met, KINDS.index(kind), table, steps)
    return {line: [w * strength(line) for w in found] for line, found in table.items()}


def _is_word_pair(line: str) -> bool:
    return line.startswith("=") and "_" in line


def _learn(met: Met, truth: int, table: dict[str, list[float]], steps: dict[str, list[float]]) -> None:
    totals = [sum(table[line][n] * value for line, value in met.items()) for n in range(len(KINDS))]
    wrong = shares(totals)
    wrong[truth] -= 1
    for line, value in met.items():
        weights, seen = table[line], steps[line]
        for n, error in enumerate(wrong):
            slope = error * value + PENALTY * weights[n]
            seen[n] += slope * slope
            weights[n] -= STEP * slope / sqrt(seen[n])


def read(replies: Iterable[Judged]) -> list[tuple[Met, Kind]]:
    return [
        (evidence_of(reply.reply, today=WRITTEN_ON, language_hint=reply.language).met, reply.kind)
        for reply in replies
    ]


def crossed(examples: Sequence[tuple[Met, Kind]], parts: int = 4) -> list[tuple[Kind, Kind, float]]:
    """What each is, what a table made without its quarter says, and how sure that is."""
    order = list(range(len(examples)))
    random.Random(3).shuffle(order)
    said = []
    for part in range(parts):
        left_out = order[part::parts]
        table = fitted([examples[n] for n in sorted(set(order) - set(left_out))])
        for n in left_out:
            met, kind = examples[n]
            share, found = max(zip(shares(scored(met, table)), KINDS, strict=True))
            said.append((kind, found, share))
    return said


def written(table: Mapping[str, Sequence[float]]) -> str:
    lines = []
    for name, weights in sorted(table.items()):
        middle = sum(weights) / len(weights)
        told = [
            f"{k}={w - middle:.2f}" for k, w in zip(KINDS, weights, strict=True) if abs(w - middle) >= LEAST
        ]
        if told:
            lines.append(" ".join([name, *told]))
    return HEAD + "\n".join(lines) + "\n"


def main() -> None:
    examples = read(reply for path in DEVELOPMENT for reply in judged(path))
    if "--write" in sys.argv:
        TABLE.write_text(written(fitted(examples)), encoding="utf-8")
        return
    said = crossed(examples)
    pairs = [(kind, found) for kind, found, _ in said]
    sys.stdout.write(f"{confusion(pairs)}\nmacro-F1 {macro_f1(pairs):.3f} of {len(pairs)}\n")
    for least in (0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        sure = [kind is found for kind, found, share in said if share >= least]
        sys.stdout.write(
            f"share >= {least}: {len(sure) / len(said):.0%} of all, {sum(sure) / len(sure):.1%} right\n"
        )


if __name__ == "__main__":
    main()
