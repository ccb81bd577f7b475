"""The payments of the left pane: each with what is proposed for it, in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exigible.cash.models import Match
from exigible.cash.queries import answers_of, names_of, refusals_of
from exigible.cash.wording import answer_words, percent, reason_sentence, short_reason, why_aside, why_short
from exigible.ledger.models import BankLine
from exigible.team.scope import Scope

State = Literal["todo", "done", "aside"]
SIGNS: Final = {"proposed": "★", "unlikely": "☆", "ambiguous": "?", "unmatched": "·", "posted": "✓"}
LIKELY: Final = 9_000
"""From this probability on, in hundredths of a percent, the star of a proposal is a full one."""


@dataclass(frozen=True, slots=True)
class Row:
    """One payment as the list shows it."""

    line: BankLine
    state: State
    sign: str
    words: str
    pane_url: str
    undo_url: str
    """Where what was done with it is undone; empty where nothing was."""

    @property
    def payer(self) -> str:
        return self.line.ultimate_name or self.line.payer_name

    @property
    def text(self) -> str:
        return self.line.text or self.line.bank_text

    @property
    def is_partly_left(self) -> bool:
        return 0 < abs(self.line.left_minor) < abs(self.line.amount_minor)


def rows_of(scope: Scope, lines: Sequence[BankLine]) -> list[Row]:
    """The lines with what is proposed or was done, in a fixed number of reads."""
    refused = refusals_of(lines)
    answers = {line.pk: answers_of(line, refused) for line in lines}
    shown = [one["customer"] for found in answers.values() for _rank, one in found]
    done = [match.customer_id for line in lines if (match := _match(line)) and match.customer_id]
    names = names_of(scope, [*shown, *done])
    return [_row(scope, line, answers[line.pk], names) for line in lines]


def _match(line: BankLine) -> Match | None:
    return getattr(line, "match", None)


def state_of(line: BankLine) -> State:
    if line.set_aside:
        return "aside"
    return "todo" if line.left_minor else "done"


def _row(
    scope: Scope, line: BankLine, answers: Sequence[tuple[int, dict[str, Any]]], names: dict[int, str]
) -> Row:
    state = state_of(line)
    sign, words = _said(line, state, [one for _rank, one in answers], names)
    address = [scope.company.code, line.pk]
    undo = ""
    if state == "aside":
        undo = reverse("cash-take-back", args=address)
    elif line.left_minor != line.amount_minor:
        undo = reverse("cash-undo", args=address)
    return Row(line, state, sign, words, reverse("cash-line", args=address), undo)


def _said(
    line: BankLine, state: State, answers: Sequence[dict[str, Any]], names: dict[int, str]
) -> tuple[str, str]:
    """The sign and the words of a line: what was done, else what is proposed, else what is missing."""
    match = _match(line)
    if state == "aside":
        return "–", _("Put aside: %(why)s") % {"why": why_aside(line.set_aside)}
    if state == "done":
        return SIGNS["posted"], _done(line, match, names)
    if line.is_return and line.left_minor < 0:
        return SIGNS["unmatched"], _returned(line)
    if match is None:
        return SIGNS["unmatched"], _("not looked at yet")
    if match.status == Match.Status.PROPOSED and answers:
        return _proposal(answers[0], match.probability, line.currency, names)
    if match.status == Match.Status.AMBIGUOUS and len(answers) > 1:
        return SIGNS["ambiguous"], _ambiguous(answers, names)
    if answers and answers[0]["customer"] in names:
        who = names[answers[0]["customer"]]
        return SIGNS["unmatched"], _("perhaps %(customer)s") % {"customer": who}
    return SIGNS["unmatched"], _missing(match, line)


def _returned(line: BankLine) -> str:
    if line.left_minor != line.amount_minor:
        return _("charges of the return, which no payment had")
    said = _("came back: which payment was it?")
    return f"{said} ({line.return_reason})" if line.return_reason else said


def _proposal(
    answer: dict[str, Any], probability: int, currency: str, names: dict[int, str]
) -> tuple[str, str]:
    who, why = names.get(answer["customer"], ""), why_short(answer, currency)
    if not answer["allocations"]:
        said = _("%(why)s, but nothing of that amount") % {"why": why} if why else _("nothing is proposed")
        return SIGNS["unmatched"], f"{who} · {said}" if who else said
    what = ", ".join((answer_words(answer, currency), percent(probability)))
    said = _("%(what)s: %(why)s") % {"what": what, "why": why} if why else what
    sign = SIGNS["proposed" if probability >= LIKELY else "unlikely"]
    return sign, f"{who} · {said}" if who else said


def _ambiguous(answers: Sequence[dict[str, Any]], names: dict[int, str]) -> str:
    first, second = answers[:2]
    if first["customer"] == second["customer"]:
        said = _("several possible answers")
        who = names.get(first["customer"], "")
        return f"{who} · {said}" if who else said
    both = {"first": names.get(first["customer"], "—"), "second": names.get(second["customer"], "—")}
    return _("several possible answers: %(first)s or %(second)s") % both


def _missing(match: Match, line: BankLine) -> str:
    said = [short_reason(one["code"], one["params"], line.currency) for one in match.reasons]
    return ", ".join(filter(None, said)) or _("nothing is proposed")


def _done(line: BankLine, match: Match | None, names: dict[int, str]) -> str:
    if match and any(one["code"] == "returned" for one in match.reasons):
        return reason_sentence("returned", match.reasons[0]["params"], line.currency)
    if match is None or not match.explanations:
        return _("Lettered")
    answer = match.explanations[0]
    who = names.get(answer["customer"], "")
    what = answer_words(answer, answer.get("currency", line.currency))
    said = _("Lettered by the program: %(what)s") if match.by_id is None else _("Lettered: %(what)s")
    return " · ".join(filter(None, (said % {"what": what}, who)))


def title_of(count: int, *, is_more: bool) -> str:
    """How many wait, as the head of the page says it."""
    if is_more:
        return _("more than %(count)s payments") % {"count": f"{count:,}".replace(",", "\u202f")}
    return ngettext("%(count)s payment", "%(count)s payments", count) % {"count": count}
