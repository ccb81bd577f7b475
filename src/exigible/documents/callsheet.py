"""The call sheet of a customer as PDF, for who calls from paper: what is owed, what was said, what to say."""

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
from exigible.documents.columns import table_data
from exigible.documents.layout import Assets
from exigible.documents.model import Language, Sender
from exigible.documents.rows import Rows
from exigible.documents.wording import REGIONS, days_late, items_listed, long_date, short_date
from exigible.documents.wording import words as fixed_words

_NOTE_LINES: Final = 6
_MOST_LINES: Final = 16
"""With more items than these, one who calls would look for what to say on the third page."""
_ONE_PAGE: Final = ((False, 6), (True, 6), (True, 4))
"""How a sheet is tried on one page: whether a little tighter, and with how many lines for notes."""


@dataclass(frozen=True, slots=True)
class CallLine:
    """An overdue item: `open_minor` is left of it; `note` says what of it is contested or promised."""

    document: str
    due_on: date
    days_late: int
    open_minor: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class CallAccount:
    """What is overdue in one currency; `more` are sums beside it, already worded."""

    currency: str
    lines: tuple[CallLine, ...]
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallPaper:
    """A call sheet to be printed. Texts are plain and already worded, in the language of who calls.

    `numbers` are whom to ask for with the number, `facts` what to know first (the step of the policy that
    asks for the call, a promise that was not kept, the best hour), `said` the last contacts as day, what it
    was and its words; `script` is what to say and `objections` what to answer, in the customer's language;
    `ends` are the outcomes to tick.
    """

    sender: Sender
    language: Language
    dated: date
    customer: str
    customer_code: str
    numbers: tuple[tuple[str, str], ...] = ()
    facts: tuple[str, ...] = ()
    accounts: tuple[CallAccount, ...] = ()
    said: tuple[tuple[str, str, str], ...] = ()
    script: tuple[str, ...] = ()
    objections: tuple[tuple[str, str], ...] = ()
    ends: tuple[str, ...] = ()


def render_call_sheet(paper: CallPaper) -> bytes:
    """The PDF of a call sheet: one page for the call, and after it what is owed where that is long.

    Raises UserMistake("template-failed").
    """
    assets: Assets = {}
    data, templates = call_sheet_data(paper, assets), typesetting.load_templates()

    def compose(**changes: object) -> bytes:
        return typesetting.typeset("callsheet", data | changes, assets, templates, paper.dated)

    if not any(account["summary"] for account in data["accounts"]):
        for is_tight, note_lines in _ONE_PAGE:
            page = compose(is_tight=is_tight, note_lines=note_lines, is_long=False)
            if typesetting.page_count(page) == 1:
                return page
    return compose()


def call_sheet_data(paper: CallPaper, assets: Assets) -> dict[str, Any]:
    """All that `callsheet.typ` places, as finished text."""
    said = call_words(paper.language)
    title = said["call_sheet"].format(customer=layout.line(paper.customer))
    return {
        "language": paper.language,
        "region": REGIONS[paper.language],
        "title": title,
        "sender": layout.sender_data(paper.sender, assets),
        "running_head": title,
        "reference": layout.line(paper.customer_code),
        "is_tight": False,
        "is_long": True,
        "words": dict(layout.template_words(paper.language)) | dict(said),
        "customer": layout.line(paper.customer),
        "dated": long_date(paper.dated, paper.language),
        "numbers": [[layout.line(name), layout.line(number)] for name, number in paper.numbers],
        "facts": layout.lines(paper.facts),
        "accounts": [account_data(account, paper.language) for account in paper.accounts],
        "said": [
            [day, layout.line(what), "\n".join(layout.paragraphs([words]))] for day, what, words in paper.said
        ],
        "script": layout.paragraphs(paper.script),
        "objections": [[layout.line(excuse), layout.line(answer)] for excuse, answer in paper.objections],
        "ends": layout.lines(paper.ends),
        "note_lines": _NOTE_LINES,
    }


def account_data(account: CallAccount, language: str) -> dict[str, Any]:
    """What is overdue in one currency, as the templates place it: a table, and the sums beside it."""
    said = fixed_words(language)
    rows = Rows(account.currency, language, span=4)
    for item in account.lines:
        rows.add("item", _texts(item, language), item.open_minor)
    rows.add_sum("net", call_words(language)["overdue"], with_symbol=True)
    head = [said["document"], said["due_on"], said["days_late"], "", f"{said['open']} ({account.currency})"]
    return {
        "table": table_data("tlrwr", head, rows.done) if account.lines else None,
        "summary": _summary(account, language) if len(account.lines) > _MOST_LINES else None,
        "more": layout.lines(account.more),
    }


def _summary(account: CallAccount, language: str) -> dict[str, Any]:
    """What is overdue in one sum, and how long it has been: its lines stand after the call."""
    said = call_words(language)
    rows = Rows(account.currency, language, span=2)
    count, oldest = len(account.lines), max(line.days_late for line in account.lines)
    texts = [items_listed(count, language), days_late(oldest, language), ""]
    rows.add("item", texts, sum(line.open_minor for line in account.lines))
    rows.add_sum("net", said["overdue"], with_symbol=True)
    left = f"{fixed_words(language)['open']} ({account.currency})"
    return table_data("wrr", ["", said["oldest"], left], rows.done)


def _texts(item: CallLine, language: str) -> list[str]:
    late = days_late(item.days_late, language)
    return [item.document, short_date(item.due_on, language), late, item.note, ""]


@lru_cache(maxsize=4)
def call_words(language: str) -> Mapping[str, str]:
    """The fixed words of a call sheet."""
    with override(language):
        return MappingProxyType(
            {
                "call_sheet": _("Call sheet: {customer}"),
                "whom": _("Whom to ask for"),
                "owed": _("What is owed"),
                "overdue": _("Overdue"),
                "oldest": _("Oldest"),
                "nothing": _("Nothing is overdue."),
                "last_contacts": _("Last contacts"),
                "to_say": _("What to say"),
                "if_they_say": _("If they say"),
                "how_it_ended": _("How the call ended"),
                "notes": _("Notes of the call"),
            }
        )
