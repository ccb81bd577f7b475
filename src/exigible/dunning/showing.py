"""What a message says, for whoever reviews it: as it would go now, or exactly as it was sent."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from django.utils import timezone

from exigible.documents.email import LOGO_ID, inline_logo, render_email
from exigible.documents.letters import render_letters
from exigible.dunning.cases import actions_with_all
from exigible.dunning.composing import Message, compose
from exigible.dunning.models import Action, Channel
from exigible.dunning.rules import Reason
from exigible.dunning.services.storing import full_path
from exigible.kernel.errors import Refused


@dataclass(frozen=True, slots=True)
class Shown:
    """An e-mail as its reader sees it. `stop`: why it would not be sent, were it sent now."""

    subject: str
    text: str
    html: str
    attachments: tuple[str, ...]
    is_as_sent: bool
    stop: Reason | None = None


def show_email(action: Action) -> Shown:
    """The e-mail of an action: the one that left the house if it did, else as it would be now."""
    return _as_sent(action) if _is_kept(action, Channel.EMAIL) else _as_it_would_be(_composed(action))


def show_letter(action: Action) -> bytes:
    """The letter of an action as PDF: the one that was made if it was, else as it would be now.

    For an e-mail, the letter that it stands for. Raises Refused("nothing-left-to-say") when all its items
    are settled.
    """
    if _is_kept(action, Channel.LETTER):
        return full_path(action.file).read_bytes()
    message = _composed(action)
    if not message.letter.items:
        raise Refused("nothing-left-to-say", "Everything that this message spoke of is settled.")
    return render_letters([message.enclosed])[0]


def _is_kept(action: Action, channel: str) -> bool:
    """Whether the very message is on disk: sent, or claimed and perhaps sent."""
    is_kept = action.state in (Action.State.SENT, Action.State.AMBIGUOUS) and action.file
    return bool(is_kept and action.channel == channel)


def _composed(action: Action) -> Message:
    [message] = compose(list(actions_with_all(pk=action.pk)), timezone.localdate())
    return message


def _as_it_would_be(message: Message) -> Shown:
    body = render_email(message.letter)
    logo = inline_logo(message.letter.sender)
    pictures = {LOGO_ID: (logo.mime_type, logo.content)} if logo else {}
    names = ("letter.pdf", "statement.pdf") if message.is_formal else ("statement.pdf",)
    html = _with_pictures(body.html, pictures)
    return Shown(body.subject, body.text, html, names, is_as_sent=False, stop=message.stop)


def _as_sent(action: Action) -> Shown:
    parsed = message_from_bytes(full_path(action.file).read_bytes(), policy=default)
    assert isinstance(parsed, EmailMessage)
    parts = [part for part in parsed.walk() if not part.is_multipart()]
    pictures = {
        part["Content-ID"].strip("<>"): (part.get_content_type(), part.get_content())
        for part in parts
        if part["Content-ID"]
    }
    return Shown(
        subject=str(parsed["Subject"]).strip(),
        text=_body(parsed, "plain"),
        html=_with_pictures(_body(parsed, "html"), pictures),
        attachments=tuple(str(part.get_filename()) for part in parts if part.get_filename()),
        is_as_sent=True,
    )


def _body(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _with_pictures(html: str, pictures: dict[str, tuple[str, bytes]]) -> str:
    """The HTML with the pictures that travel with it put in, so that it shows by itself."""
    for content_id, (mime_type, content) in pictures.items():
        html = html.replace(
            f"cid:{content_id}", f"data:{mime_type};base64,{base64.b64encode(content).decode('ascii')}"
        )
    return html
