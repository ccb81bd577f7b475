"""A tour of visits as PDF: one page with the order and the ways, then a page for each customer to see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from exigible.documents import layout, typesetting
from exigible.documents.callsheet import CallAccount, account_data
from exigible.documents.layout import Assets
from exigible.documents.model import Language, Sender
from exigible.documents.wording import REGIONS, long_date

_NOTE_LINES: Final = 5


@dataclass(frozen=True, slots=True)
class VisitPaper:
    """A customer to see. Texts are plain and already worded, in the language of who goes.

    `way` is how far it is and when one is expected, `numbers` whom to see with the telephone number, `facts`
    what to know first, `asks` what to ask for, `said` the last contacts, `ends` the outcomes to tick.
    """

    customer: str
    customer_code: str
    address: tuple[str, ...] = ()
    way: str = ""
    hours: str = ""
    owed: str = ""
    numbers: tuple[tuple[str, str], ...] = ()
    facts: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    accounts: tuple[CallAccount, ...] = ()
    said: tuple[tuple[str, str, str], ...] = ()
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TourPaper:
    """A tour to be printed: who goes when, `facts` of the whole of it, and the visits in their order."""

    sender: Sender
    language: Language
    dated: date
    day: date
    who: str
    start: str = ""
    facts: tuple[str, ...] = ()
    visits: tuple[VisitPaper, ...] = ()


def render_tour(paper: TourPaper) -> bytes:
    """The PDF of a tour. Raises UserMistake("template-failed")."""
    assets: Assets = {}
    data = tour_data(paper, assets)
    return typesetting.typeset("visitsheet", data, assets, typesetting.load_templates(), paper.dated)


def tour_data(paper: TourPaper, assets: Assets) -> dict[str, Any]:
    """All that `visitsheet.typ` places, as finished text."""
    said = tour_words(paper.language)
    day = long_date(paper.day, paper.language)
    title = said["tour"].format(day=day)
    return {
        "language": paper.language,
        "region": REGIONS[paper.language],
        "title": title,
        "sender": layout.sender_data(paper.sender, assets),
        "running_head": title,
        "reference": layout.line(paper.who),
        "is_tight": False,
        "is_long": True,
        "words": dict(layout.template_words(paper.language)) | dict(said),
        "who": layout.line(paper.who),
        "start": layout.line(paper.start),
        "facts": layout.lines(paper.facts),
        "visits": [_visit(visit, paper.language) for visit in paper.visits],
        "note_lines": _NOTE_LINES,
    }


def _visit(visit: VisitPaper, language: str) -> dict[str, Any]:
    return {
        "customer": layout.line(visit.customer),
        "code": layout.line(visit.customer_code),
        "address": layout.lines(visit.address),
        "way": layout.line(visit.way),
        "hours": layout.line(visit.hours),
        "owed": layout.line(visit.owed),
        "numbers": [[layout.line(name), layout.line(number)] for name, number in visit.numbers],
        "facts": layout.paragraphs(visit.facts),
        "asks": layout.paragraphs(visit.asks),
        "accounts": [account_data(account, language) for account in visit.accounts],
        "said": [
            [day, layout.line(what), "\n".join(layout.paragraphs([words]))] for day, what, words in visit.said
        ],
        "ends": layout.lines(visit.ends),
    }


@lru_cache(maxsize=4)
def tour_words(language: str) -> Mapping[str, str]:
    """The fixed words of a tour."""
    with override(language):
        return MappingProxyType(
            {
                "tour": _("Visits of {day}"),
                "customer": _("Customer"),
                "way": _("Way"),
                "expected": _("Expected at"),
                "overdue": _("To ask for"),
                "start": _("Start"),
                "address": _("Address"),
                "whom": _("Whom to see"),
                "to_ask": _("What to ask for"),
                "owed": _("What is owed"),
                "nothing": _("Nothing is overdue."),
                "last_contacts": _("Last contacts"),
                "what_came": _("What came of it"),
                "notes": _("Notes of the visit"),
                "signature": _("Name and signature of the customer"),
            }
        )
