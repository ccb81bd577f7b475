"""What is printed of registered letters: all of them in one file, and their listing for the counter."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from exigible.documents.deposit import DepositLine, DepositPaper, render_deposit
from exigible.documents.letters import merge
from exigible.documents.model import Language
from exigible.dunning.models import Action
from exigible.dunning.views.very import kept_file
from exigible.kernel.money import format_amount
from exigible.language import formats
from exigible.ledger.models import Company
from exigible.positions.parties import recipient_of, sender_of
from exigible.registered.models import RegisteredLetter
from exigible.registered.rules.numbers import grouped


def letters_pdf(actions: Sequence[Action]) -> bytes:
    """The letters one after another, each beginning on a front page, with a bookmark.

    Raises Refused("file-missing") or ("file-changed").
    """
    pdfs = [kept_file(action) for action in actions]
    return merge(pdfs, titles=[str(action.customer) for action in actions], start_on_front=True)


def deposit_pdf(company: Company, letters: Sequence[RegisteredLetter], language: Language) -> bytes:
    """The listing of these letters, in the order they are given in, for the post office to stamp."""
    days = {letter.posted_on for letter in letters}
    only = days.pop() if len(days) == 1 else None
    paper = DepositPaper(
        sender=sender_of(company),
        language=language,
        dated=only or timezone.localdate(),
        title=_("Listing of registered letters deposited"),
        heads=(_("No."), _("Addressee"), _("Tracking number"), _("Our reference"), _("Cost")),
        lines=tuple(_line(letter, company, language) for letter in letters),
        facts=((_("Letters"), str(len(letters))), *_costs(letters)),
        stamp=_("Stamp of the post office, date"),
        signature=_("For the sender"),
    )
    return render_deposit(paper)


def _line(letter: RegisteredLetter, company: Company, language: str) -> DepositLine:
    name, *address = recipient_of(letter.customer, company, language)
    cost = (
        ""
        if letter.cost_minor is None
        else formats.money(letter.cost_minor, letter.cost_currency, with_symbol=True)
    )
    reference = f"{letter.customer.code} / {letter.action_id}"
    return DepositLine(name, tuple(address), grouped(letter.number), reference, cost)


def _costs(letters: Sequence[RegisteredLetter]) -> list[tuple[str, str]]:
    """What they cost together, by currency; where the cost of one is not known, no total is told."""
    if any(letter.cost_minor is None for letter in letters):
        return []
    sums: dict[str, int] = {}
    for letter in letters:
        sums[letter.cost_currency] = sums.get(letter.cost_currency, 0) + (letter.cost_minor or 0)
    return [
        (_("Cost"), format_amount(minor, currency, locale=formats.language(), with_symbol=True))
        for currency, minor in sorted(sums.items())
    ]
