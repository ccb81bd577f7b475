"""The letter to the head of a group: what each member owes under its own name, and the sum of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from django.utils.translation import ngettext, override

from exigible.documents.model import Debtor, Letter
from exigible.documents.wording import date_in_text
from exigible.dunning.cases import Case
from exigible.dunning.papers import letter_credits, letter_items, letter_of, money_of, values_of
from exigible.dunning.wording import Wording, due_span
from exigible.positions.parties import recipient_of

OF_ONE_ALONE: Final = ("promised", "promised_on")
"""Values that would say of all what is true of one member."""


def group_letter(cases: Sequence[Case], wording: Wording) -> Letter:
    """The letter (or e-mail) about several debtors, in those words, to the head through whom they are told.

    Each owes what stands under its name, less its own credits: no debt is set off against another's claim.
    """
    debtors = tuple(Debtor(case.customer.name, letter_items(case), letter_credits(case)) for case in cases)
    first, head = cases[0], cases[0].addressee
    letter = letter_of(first, wording, _values(cases))
    return replace(
        letter,
        recipient=recipient_of(head, first.company, first.language),
        reference=head.code,
        customer_code=head.code,
        body=(*letter.body, _for_whom(debtors, first.language)),
        items=tuple(item for debtor in debtors for item in debtor.items),
        credits=tuple(credit for debtor in debtors for credit in debtor.credits),
        debtors=debtors,
    )


def _values(cases: Sequence[Case]) -> dict[str, str]:
    first, head = cases[0], cases[0].addressee
    items = [item for case in cases for item in case.items]
    net = money_of(sum(case.gross_minor + case.credits_minor for case in cases), first)
    previous = [str(case.action.reason_params.get("previous_on", "")) for case in cases]
    values = values_of(first) | {
        "customer": head.name,
        "customer_code": head.code,
        "total": net,
        "principal": net,
        "item_count": str(len(items)),
        "reference": head.code,
        "due_span": due_span((item.due_on for item in items), first.language),
    }
    if any(previous):
        values["previous_on"] = date_in_text(date.fromisoformat(max(previous)), first.language)
    return {name: value for name, value in values.items() if name not in OF_ONE_ALONE}


def _for_whom(debtors: Sequence[Debtor], language: str) -> str:
    with override(language):
        return ngettext(
            "This message is about {name}, a company of your group.",
            "This message is for {count} companies of your group. Each owes only what stands under its name.",
            len(debtors),
        ).format(name=debtors[0].name, count=len(debtors))
