"""Letters: made a batch at a time, each a file, confirmed together."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from exigible.documents.letters import merge
from exigible.dunning.cases import actions_with_all
from exigible.dunning.composing import Message, compose
from exigible.dunning.models import Action, Channel, Run
from exigible.dunning.readiness import what_it_waits_for
from exigible.dunning.services.confirming import Kept, claim, confirm, fail, in_order, keep_amounts, supersede
from exigible.dunning.services.retouching import render_messages
from exigible.dunning.services.storing import full_path, keep, path_of
from exigible.kernel.errors import UserMistake
from exigible.ledger.models import Company

AT_ONCE: Final = 64


def send_letters(run: Run, by: int | None) -> str:
    """Make every approved letter of a run, until none is left or the run is stopped.

    Gives why they wait, as a code, where the company has no address to write from; empty when they do not.
    """
    company = Company.objects.get(pk=run.company_id)
    waits = what_it_waits_for(company, is_email=False, has_letter=True)
    if waits is not None:
        waiting = Action.objects.filter(run=run, channel=Channel.LETTER, state=Action.State.APPROVED)
        return waits.code if waiting.exists() else ""
    while ids := claim(run, Channel.LETTER, AT_ONCE):
        _send(ids, by)
    return ""


@transaction.atomic
def _send(ids: list[int], by: int | None) -> None:
    """The amounts are read, the files written and the letters confirmed in one transaction."""
    messages = compose(list(actions_with_all(pk__in=ids).order_by("pk")), timezone.localdate())
    going, stopped = in_order(messages)
    for message in stopped:
        supersede(message)
    keep_amounts(going)
    for message, pdf in _rendered(going):
        path = path_of(message.action, message.action.customer.code)
        digest = keep(path, pdf)
        confirm(message, by, timezone.now(), Kept(path, digest))


def _rendered(messages: list[Message]) -> list[tuple[Message, bytes]]:
    """The letters that can be set; one that cannot is given up without harm to the others."""
    try:
        pdfs = render_messages(messages)
        return list(zip(messages, pdfs, strict=True))
    except UserMistake:
        return [(message, pdf) for message in messages if (pdf := _alone(message))]


def _alone(message: Message) -> bytes | None:
    try:
        return render_messages([message])[0]
    except UserMistake as mistake:
        fail(message.action, str(mistake))
        return None


def batch_for_printing(run: Run) -> bytes | None:
    """Every letter of a run as it was made, in one PDF with a bookmark each; None when it has none.

    Each letter begins on a front page, for printing on both sides.
    """
    letters = (
        Action.objects.filter(run=run, channel=Channel.LETTER, state=Action.State.SENT)
        .exclude(file="")
        .select_related("customer", "through")
        .order_by(Coalesce("through__sort_name", "customer__sort_name"), "pk")
    )
    files = {action.file: str(action.through or action.customer) for action in letters}
    pdfs, titles = [full_path(file).read_bytes() for file in files], list(files.values())
    return merge(pdfs, titles=titles, start_on_front=True) if pdfs else None
