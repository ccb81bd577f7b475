"""The very message: what was sent, from its file; before that, what would go now, on the balances of now."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from django.utils import timezone
from django.utils.translation import gettext as _

from exigible.documents.email import inline_logo, render_email
from exigible.documents.letters import render_letters
from exigible.dunning.cases import actions_with_all
from exigible.dunning.composing import Message, compose
from exigible.dunning.envelopes import statement_pdf
from exigible.dunning.models import Action, Channel
from exigible.dunning.reasons import reason_sentence
from exigible.dunning.services.retouching import render_messages
from exigible.dunning.services.storing import full_path
from exigible.kernel.errors import Refused


@dataclass(frozen=True, slots=True)
class Part:
    """A file that goes along with an e-mail."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """An e-mail as its reader has it."""

    subject: str
    text: str
    html: str


def is_kept(action: Action) -> bool:
    """Whether there is a file of what was sent (or may have been)."""
    return bool(action.file) and action.state in (*Action.SAID, Action.State.TO_DO)


def compose_now(action: Action) -> Message:
    """What would go at this moment."""
    [message] = compose(list(actions_with_all(pk=action.pk)), timezone.localdate())
    return message


def stop_sentence(message: Message) -> str:
    """Why the message would not go now after all; empty when it would."""
    reason = message.stop or message.waits
    return reason_sentence(reason.code, reason.params, message.action.currency) if reason else ""


def kept_file(action: Action) -> bytes:
    """What was sent. Raises Refused("file-missing") or ("file-changed"): it is shown as it was, or not."""
    try:
        content = full_path(action.file).read_bytes()
    except FileNotFoundError as error:
        raise Refused("file-missing", "The file of this message is not in the program's folder.") from error
    if hashlib.sha256(content).hexdigest() != action.file_sha256:
        raise Refused("file-changed", "The file of this message is no longer as it was sent.")
    return content


def letter_pdf(action: Action) -> bytes:
    """The letter: as it was made, or as it would be made now."""
    return kept_file(action) if is_kept(action) else render_messages([compose_now(action)])[0]


def email_seen(action: Action) -> Seen:
    """The e-mail: as it left, or as it would leave now."""
    if is_kept(action):
        return _read(message_from_bytes(kept_file(action), policy=default))
    letter = compose_now(action).letter
    body, logo = render_email(letter), inline_logo(letter.sender)
    html = with_picture(body.html, logo.content_id, logo.mime_type, logo.content) if logo else body.html
    return Seen(body.subject, body.text, html)


def _read(email: EmailMessage) -> Seen:
    html, text = (_body(email, kind) for kind in ("html", "plain"))
    for part in email.walk():
        name = str(part["Content-ID"] or "").strip("<> ")
        if name:
            html = with_picture(html, name, part.get_content_type(), part.get_payload(decode=True))
    return Seen(str(email["Subject"] or "").strip(), text, html)


def _body(email: EmailMessage, kind: str) -> str:
    part = email.get_body((kind,))
    return str(part.get_content()) if part else ""


def with_picture(html: str, name: str, kind: str, content: object) -> str:
    """The picture that travels with the message, put into the page itself."""
    if not isinstance(content, bytes):
        return html
    return html.replace(f"cid:{name}", f"data:{kind};base64,{base64.b64encode(content).decode()}")


def attached_names(action: Action, message: Message | None) -> list[str]:
    """What goes along with an e-mail, by name."""
    if action.channel != Channel.EMAIL:
        return []
    if is_kept(action):
        return [part.name for part in _kept_parts(action)]
    return (
        [_("Letter"), _("Statement of account")]
        if message and message.is_formal
        else [_("Statement of account")]
    )


def attached(action: Action) -> list[Part]:
    """The files that go along with an e-mail, in the order of their names."""
    if is_kept(action):
        return _kept_parts(action)
    message = compose_now(action)
    letters = render_letters([message.enclosed]) if message.is_formal else []
    files = [*letters, statement_pdf(message)]
    return [Part(f"{n}.pdf", content) for n, content in enumerate(files, 1)]


def _kept_parts(action: Action) -> list[Part]:
    email = message_from_bytes(kept_file(action), policy=default)
    return [
        Part(part.get_filename() or "", part.get_content())
        for part in email.iter_attachments()
        if part.get_content_type() == "application/pdf"
    ]
