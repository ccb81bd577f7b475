"""The listing of registered letters that goes along with them to the counter of the post office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from exigible.documents import layout, typesetting
from exigible.documents.layout import Assets
from exigible.documents.model import Language, Sender
from exigible.documents.wording import REGIONS, long_date


@dataclass(frozen=True, slots=True)
class DepositLine:
    """A letter: its addressee and address, its number in groups, our reference, its cost."""

    addressee: str
    address: tuple[str, ...]
    number: str
    reference: str
    cost: str = ""


@dataclass(frozen=True, slots=True)
class DepositPaper:
    """A listing to be printed, all of it worded: `heads` name the five columns, `facts` say how many letters
    there are and what they cost, `stamp` is the box for the post office, `signature` ours.
    """

    sender: Sender
    language: Language
    dated: date
    title: str
    heads: tuple[str, str, str, str, str]
    lines: tuple[DepositLine, ...]
    facts: tuple[tuple[str, str], ...]
    stamp: str
    signature: str


def render_deposit(paper: DepositPaper) -> bytes:
    """The PDF of a listing of deposit. Raises UserMistake("template-failed")."""
    assets: Assets = {}
    data = deposit_data(paper, assets)
    return typesetting.typeset("deposit", data, assets, typesetting.load_templates(), paper.dated)


def deposit_data(paper: DepositPaper, assets: Assets) -> dict[str, Any]:
    """All that `deposit.typ` places, as finished text."""
    title = layout.line(paper.title)
    return {
        "language": paper.language,
        "region": REGIONS[paper.language],
        "title": title,
        "sender": layout.sender_data(paper.sender, assets),
        "running_head": title,
        "reference": long_date(paper.dated, paper.language),
        "is_tight": False,
        "is_long": True,
        "words": dict(layout.template_words(paper.language)),
        "dated": long_date(paper.dated, paper.language),
        "heads": layout.lines(paper.heads[:4]) + ([layout.line(paper.heads[4])] if _has_costs(paper) else []),
        "rows": [_row(at, line, has_cost=_has_costs(paper)) for at, line in enumerate(paper.lines, 1)],
        "facts": [[layout.line(name), layout.line(value)] for name, value in paper.facts],
        "stamp": layout.line(paper.stamp),
        "signature": layout.line(paper.signature),
    }


def _has_costs(paper: DepositPaper) -> bool:
    return any(line.cost for line in paper.lines)


def _row(at: int, line: DepositLine, *, has_cost: bool) -> dict[str, Any]:
    return {
        "place": str(at),
        "addressee": layout.line(line.addressee),
        "address": layout.line(", ".join(line.address)),
        "number": layout.line(line.number),
        "reference": layout.line(line.reference),
        "cost": [layout.line(line.cost)] if has_cost else [],
    }
