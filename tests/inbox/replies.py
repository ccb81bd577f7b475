"""Replies kept in files, and how the verdicts on them compare with what people said."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from pathlib import Path

from exigible.inbox.rules.cues import Kind
from exigible.inbox.rules.message import Reply, read_message
from exigible.inbox.rules.sorting import Verdict, sort_reply

WRITTEN_ON = date(2026, 11, 23)
"""The Monday on which all the replies in the files were written."""


@dataclass(frozen=True)
class Judged:
    """A reply and the kind that a person gave it."""

    id: str
    language: str
    kind: Kind
    also: frozenset[Kind]
    reply: Reply

    def verdict(self) -> Verdict:
        return sort_reply(self.reply, today=WRITTEN_ON, language_hint=self.language)


def judged(path: Path) -> Iterator[Judged]:
    for line in path.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        message = EmailMessage()
        message["From"] = "client@exemple.mg"
        message["Subject"] = told["subject"]
        for name, value in told.get("headers", {}).items():
            message[name] = value
        message.set_content(told["body"])
        also = frozenset(map(Kind, told.get("also", ())))
        yield Judged(told["id"], told["language"], Kind(told["kind"]), also, read_message(message))


DEVELOPMENT = tuple(
    Path(__file__).with_name(name)
    for name in ("replies_dev.jsonl", "replies_dev_varied.jsonl", "replies_dev_other_voices.jsonl")
)
"""The replies that the rules are written and the weights fitted on."""
HOLDOUT = Path(__file__).with_name("replies_holdout.jsonl")
"""Replies written together with the first two of those, by other persons of the mind, kept from the fit."""
FRESH = Path(__file__).with_name("replies_fresh.jsonl")
"""Replies written before whoever wrote the third of those had seen the rules, and kept from the fit too."""

Pairs = Iterable[tuple[Kind, Kind]]


def confusion(pairs: Pairs) -> str:
    """The table of (what it is, what was said): a row for each kind that is, a column for each one said."""
    counted = Counter(pairs)
    width = max(map(len, Kind)) + 2
    rows = ["".ljust(width) + "".join(kind.rjust(width) for kind in Kind)]
    rows += [
        truth.ljust(width) + "".join(str(counted[truth, said]).rjust(width) for said in Kind)
        for truth in Kind
    ]
    return "\n".join(rows)


def macro_f1(pairs: Pairs) -> float:
    """The mean over the kinds of the harmonic mean of precision and recall, rare kinds as heavy as others."""
    counted = Counter(pairs)
    scores = []
    for kind in Kind:
        right = counted[kind, kind]
        is_it = sum(n for (truth, _), n in counted.items() if truth is kind)
        was_said = sum(n for (_, said), n in counted.items() if said is kind)
        scores.append(2 * right / (is_it + was_said) if is_it + was_said else 1.0)
    return sum(scores) / len(scores)
