"""A letter that a person retouches: out as Word, back as a file. A PDF that came back is what is sent."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from typing import Final

import pikepdf
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from exigible.documents.letters import render_letters
from exigible.dunning.cases import actions_with_all
from exigible.dunning.composing import Message, compose
from exigible.dunning.models import ON_PAPER, Action, RetouchedLetter
from exigible.dunning.services.confirming import tell
from exigible.dunning.services.storing import FOLDER, full_path, keep
from exigible.kernel.errors import Refused, UserMistake
from exigible.kernel.text import clean
from exigible.ledger.services import lock_books

LARGEST: Final = 10 * 2**20
MAY_BE_RETOUCHED: Final = (Action.State.PROPOSED, Action.State.APPROVED)


@transaction.atomic
def attach_retouched(*, action: Action, name: str, content: bytes, by: int | None) -> RetouchedLetter:
    """Keep a retouched letter with its message, in the place of the one before of its kind.

    Raises Refused("letter-has-left") unless the letter is still to be sent, Refused("letter-of-group") where
    it speaks for several, UserMistake("unusable-letter") for what is neither PDF nor Word, or over 10 MB.
    """
    lock_books(action.company_id)
    action = _still_here(action)
    is_pdf = _is_pdf(content)
    end = "pdf" if is_pdf else "docx"
    path = f"{FOLDER}/{action.run_id}/retouched-{action.pk}-{hashlib.sha256(content).hexdigest()[:16]}.{end}"
    [message] = compose([action], timezone.localdate())
    _in_use(action).filter(is_pdf=is_pdf).update(withdrawn_at=timezone.now())
    kept = RetouchedLetter.objects.create(
        company_id=action.company_id,
        action=action,
        name=clean(name, 120) or f"letter.{end}",
        file=path,
        sha256=keep(path, content),
        is_pdf=is_pdf,
        net_minor=message.letter.net_minor,
        by_id=by,
    )
    tell(action, "letter-retouched", by, {"name": kept.name, "sha256": kept.sha256, "is_sent": is_pdf})
    return kept


@transaction.atomic
def withdraw_retouched(*, action: Action, by: int | None) -> None:
    """Send the letter of the program after all. Raises Refused("letter-has-left")."""
    lock_books(action.company_id)
    action = _still_here(action)
    if _in_use(action).update(withdrawn_at=timezone.now()):
        tell(action, "letter-retouched-withdrawn", by, {})


def render_messages(messages: Sequence[Message]) -> list[bytes]:
    """The PDF of each letter: the one that came back retouched, else ours.

    Raises as `render_letters` does, and UserMistake("file-changed").
    """
    ours = [message for message in messages if message.retouched is None]
    made = iter(render_letters([message.letter for message in ours]))
    return [next(made) if m.retouched is None else retouched_content(m.retouched) for m in messages]


def retouched_content(kept: RetouchedLetter) -> bytes:
    """The file as it came back. Raises UserMistake("file-changed") if it is not: then it is not sent."""
    path = full_path(kept.file)
    content = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(content).hexdigest() != kept.sha256:
        raise UserMistake(
            "file-changed", "The retouched file {name} is no longer as it came.", name=kept.name
        )
    return content


def _still_here(action: Action) -> Action:
    """The message, locked, if it is a letter to one customer that has not left."""
    Action.objects.select_for_update().get(pk=action.pk)
    found: Action = actions_with_all(pk=action.pk).get()
    if found.through_id is not None:
        raise Refused("letter-of-group", "A letter that speaks for several customers is not retouched.")
    if found.channel not in ON_PAPER or found.state not in MAY_BE_RETOUCHED:
        raise Refused("letter-has-left", "Only a letter that has not left can be retouched.")
    return found


def _in_use(action: Action) -> QuerySet[RetouchedLetter]:
    return RetouchedLetter.objects.filter(action=action, withdrawn_at=None)


def _is_pdf(content: bytes) -> bool:
    """Whether it is a PDF (else it is a Word file); neither is a mistake."""
    if len(content) <= LARGEST and _has_pages(content):
        return True
    if len(content) <= LARGEST and _is_word(content):
        return False
    raise UserMistake(
        "unusable-letter", "A retouched letter is a PDF or a Word file (.docx), of 10 MB at most."
    )


def _has_pages(content: bytes) -> bool:
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return len(pdf.pages) > 0
    except pikepdf.PdfError:
        return False


def _is_word(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return "word/document.xml" in package.namelist()
    except zipfile.BadZipFile:
        return False
